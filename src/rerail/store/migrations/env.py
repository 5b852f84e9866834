"""Runs the migrations on the connection that `Store` hands over; there is no other way in."""

from alembic import context

# Importing a module hangs its tables on the metadata.
from rerail.life import tables as _life  # noqa: F401
from rerail.money import tables as _money  # noqa: F401
from rerail.people import client_key_tables as _client_keys  # noqa: F401
from rerail.people import client_tables as _clients  # noqa: F401
from rerail.people import tables as _people  # noqa: F401
from rerail.places import tables as _places  # noqa: F401
from rerail.sale import retail_history as _retail_history  # noqa: F401
from rerail.sale import retail_tables as _retail  # noqa: F401
from rerail.store.columns import metadata
from rerail.tell import subscriptions as _subscriptions  # noqa: F401
from rerail.tell import tables as _tell  # noqa: F401
from rerail.ticket import issued as _issued  # noqa: F401
from rerail.ticket import tables as _ticket  # noqa: F401

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
