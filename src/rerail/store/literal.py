"""SQL written out and handed to the driver: for what is done many times a second, and for many rows at once.

Putting a statement together and taking its result apart costs SQLAlchemy ten times what SQLite needs to run it. So
where a ticket is sold the statements are literal, one text for both databases, and each goes for all the sales that
are done together. Errors are those that SQLAlchemy raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Date, Integer, LargeBinary, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import BigInteger, TypeDecorator, TypeEngine

from rerail.store.columns import Instant, Json, json_text, microseconds

_AMONG: Final = {
    "sqlite": "IN (SELECT value FROM json_each(?))",
    "postgresql": "= ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))",
}


class Literal:
    """A statement. `?` stands for a parameter, `AMONG ?` for a list of texts (`among`)."""

    def __init__(self, text: str) -> None:
        self._texts: Final = {
            "sqlite": text.replace("AMONG ?", _AMONG["sqlite"]),
            "postgresql": text.replace("AMONG ?", _AMONG["postgresql"]).replace("?", "%s"),
        }

    def run(self, connection: Connection, *parameters: Any) -> Any:
        """Run it. Returns the driver's cursor: rows are tuples, `rowcount` says how many were met."""
        return execute(connection, self._texts[connection.dialect.name], parameters)


def among(listed: Iterable[Any]) -> str:
    """A list as one parameter."""
    return json_text(list(listed))


class Rows:
    """Rows for a table, each by the names of the columns as SQLAlchemy's `insert` takes them; what is left out is NULL.

    On SQLite the driver runs the statement for each. On PostgreSQL they travel as one text of JSON, which the server
    takes apart: a parameter for each value would cost this process more than all else that it does for a row.
    """

    def __init__(self, table: Table) -> None:
        self._names: Final = [column.name for column in table.c]
        self._writers: Final = [_written(column) for column in table.c]
        names = ", ".join(column.name for column in table.c)
        marks = ", ".join("?" for _ in table.c)
        values = ", ".join(_taken(number, column) for number, column in enumerate(table.c))
        self._each: Final = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  (a table's own names)
        self._all: Final = (
            f"INSERT INTO {table.name} ({names}) SELECT {values} "  # noqa: S608
            "FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS given(one, place) ORDER BY place"
        )

    def add(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add them all, in their order."""
        written = [self._row(row) for row in rows]
        if not written:
            return
        if connection.dialect.name == "postgresql":
            execute(connection, self._all, (json_text(written),))
        else:
            execute(connection, self._each, written, many=True)

    def _row(self, row: Mapping[str, Any]) -> list[Any]:
        return [
            value if write is None or value is None else write(value)
            for value, write in zip(map(row.get, self._names), self._writers, strict=True)
        ]


def _written(column: Column[Any]) -> Callable[[Any], Any] | None:
    """How a column's value is written as the databases keep it; None: as it is."""
    if isinstance(column.type, Instant):
        return microseconds
    if isinstance(column.type, Json):
        return json_text
    return date.isoformat if isinstance(column.type, Date) else None


def _taken(number: int, column: Column[Any]) -> str:
    """A column's value out of a row of JSON, on PostgreSQL."""
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, LargeBinary):
        return f"decode(one ->> {number}, 'base64')"
    casts = ((Boolean, "boolean"), (BigInteger, "bigint"), (Integer, "integer"), (Date, "date"))
    cast = next((name for of, name in casts if isinstance(kind, of)), None)
    return f"(one ->> {number})::{cast}" if cast is not None else f"one ->> {number}"


def execute(connection: Connection, text: str, parameters: Sequence[Any], *, many: bool = False) -> Any:
    """Run a statement as the driver takes it, `many`: once for each row of parameters."""
    driver: Any = connection.connection.driver_connection
    try:
        return driver.executemany(text, parameters) if many else driver.execute(text, parameters)
    except connection.dialect.loaded_dbapi.Error as error:
        lost = connection.dialect.is_disconnect(error, driver, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            text,
            None,
            error,
            connection.dialect.loaded_dbapi.Error,
            connection_invalidated=lost,
            dialect=connection.dialect,
        ) from error
