"""Statements written once with SQLAlchemy, compiled once per database, and run as the driver takes them.

Holding and confirming a place is three short statements; putting them together anew for each ticket would
cost four times what the database needs to run them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.sql.dml import UpdateBase


class Prepared:
    """An INSERT, UPDATE or DELETE whose parameters are of the database's own types (an `Instant`: microseconds)."""

    def __init__(self, statement: UpdateBase) -> None:
        self._statement: Final = statement
        self._compiled: Final[dict[str, tuple[str, Sequence[str] | None]]] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each row of parameters. Returns how many rows of the table it met, if there was one row."""
        found = self._compiled.get(connection.dialect.name)
        if found is None:
            compiled = self._statement.compile(dialect=connection.dialect)
            found = str(compiled), compiled.positiontup if compiled.positional else None
            self._compiled[connection.dialect.name] = found
        statement, order = found
        if order is None:
            parameters: Any = [dict(row) for row in rows]
        else:
            parameters = [tuple(row[name] for name in order) for row in rows]
        return connection.exec_driver_sql(statement, parameters if len(rows) > 1 else parameters[0]).rowcount
