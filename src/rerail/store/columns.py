"""Column types that mean the same on SQLite and PostgreSQL, and the one `MetaData` that rooms hang tables on."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata: Final = MetaData()

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """An instant as it is stored. Raises `ValueError` for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"{at} is not an instant: it has no UTC offset")
    return (at - _EPOCH) // _MICROSECOND


def instant_of(stored: int) -> datetime:
    """The instant (UTC) that is stored so."""
    return _EPOCH + timedelta(microseconds=int(stored))


def json_text(value: Any) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode()


class Instant(TypeDecorator[datetime]):
    """An instant as whole microseconds since 1970-01-01T00:00Z, so that both databases compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware datetime → microseconds. Raises `ValueError` for a naive one."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Microseconds → aware datetime in UTC."""
        return None if value is None else instant_of(value)


class Json(TypeDecorator[Any]):
    """A small value as JSON text (msgspec): texts in several languages, lists of identifiers."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        """Value → JSON text."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        """JSON text → value."""
        return None if value is None else msgspec.json.decode(value)
