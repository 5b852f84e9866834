"""What time it is: the one `Clock` that every act is handed, so that no rule asks the machine."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol


class ClockError(ValueError):
    """`RERAIL_NOW` does not name an instant."""


class Clock(Protocol):
    """Tells the instant. Rooms take one as an argument and never call `datetime.now` themselves."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still, for tests, screenshots and `RERAIL_NOW`."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ClockError(f"{instant.isoformat()} has no UTC offset; write it as 2026-11-23T12:00:00Z.")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant the clock was set to, aware, in UTC."""
        return self._instant


def clock_from(environ: Mapping[str, str]) -> Clock:
    """The clock of this process: fixed at `RERAIL_NOW` (ISO 8601 with an offset, or a date: noon UTC) if set.

    Raises `ClockError` when `RERAIL_NOW` is set to something that is no instant.
    """
    text = environ.get("RERAIL_NOW", "").strip()
    if not text:
        return SystemClock()
    try:
        if len(text) == len("2026-11-23"):
            return FixedClock(datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC))
        return FixedClock(datetime.fromisoformat(text))
    except ClockError:
        raise
    except ValueError as error:
        raise ClockError(
            f'RERAIL_NOW is "{text}", which is no instant ({error}); write it as 2026-11-23T12:00:00Z.'
        ) from None
