"""Runs the migrations on the connection that `Store` hands over; there is no other way in."""

from alembic import context

from rerail.border import tables as _border_tables  # noqa: F401  (hangs its tables on the metadata)
from rerail.life import tables as _life_tables  # noqa: F401
from rerail.money import tables as _money_tables  # noqa: F401
from rerail.people import tables as _people_tables  # noqa: F401
from rerail.places import tables as _places_tables  # noqa: F401
from rerail.store.columns import metadata
from rerail.tell import tables as _tell_tables  # noqa: F401
from rerail.ticket import tables as _ticket_tables  # noqa: F401

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
