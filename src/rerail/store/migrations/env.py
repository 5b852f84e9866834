"""Runs the migrations on the connection that `Store` hands over; there is no other way in."""

from alembic import context

from rerail.life import tables as _life_tables  # noqa: F401  (hangs its tables on the metadata)
from rerail.people import tables as _people_tables  # noqa: F401
from rerail.store.columns import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
