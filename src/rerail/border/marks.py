"""Marks at a border: who is on board, cleared, refused or missing, and whose documents the conductor has.

A mark is made once, perhaps far from any network, and is never changed: whoever was wrong makes another. How a
passenger stands is folded from the marks, so that it does not matter in which order, or how often, they arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, Select, func, insert, select, text

from rerail.border.documents import PassengerKey
from rerail.border.tables import mark_table
from rerail.line.model import RailwayId
from rerail.places.model import DepartureKey

Kind = Literal[
    "aboard",
    "missing",
    "unseen",
    "cleared",
    "refused",
    "uncleared",
    "documents-taken",
    "documents-returned",
]
"""unseen withdraws aboard and missing, uncleared withdraws cleared and refused."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PRESENCE: Final[frozenset[Kind]] = frozenset({"aboard", "missing", "unseen"})
CLEARANCE: Final[frozenset[Kind]] = frozenset({"cleared", "refused", "uncleared"})
CUSTODY: Final[frozenset[Kind]] = frozenset({"documents-taken", "documents-returned"})

_IN_ONE_QUERY: Final = 500


class Mark(Struct, frozen=True, kw_only=True):
    """What somebody saw or decided about one passenger at one border."""

    id: str
    """Made by whoever makes the mark, so that sending it twice is sending it once."""
    departure: DepartureKey
    crossing: str
    railway: RailwayId = ""
    """Whose control clears or refuses; empty for presence and documents, which are nobody's side."""
    booking: str
    passenger: int
    """The passenger's number in the booking."""
    kind: Kind
    made_at: datetime
    """UTC, by the clock of the device it was made on."""
    noted_at: datetime
    """UTC, by ours: when it reached us."""
    who: str
    """The user's name."""
    seq: int = 0
    """In which order marks reached us, from 1; 0 before it is written."""

    @property
    def at(self) -> datetime:
        """When it was made, as far as it is believed: no clock is ahead of ours."""
        return min(self.made_at, self.noted_at)

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """Of two marks about one thing the greater holds: the later, whichever reached us first."""
        return self.at, self.made_at, self.id

    @property
    def subject(self) -> tuple[str, RailwayId]:
        """What it is about: marks about one thing withdraw each other, others do not touch."""
        if self.kind in CLEARANCE:
            return "clearance", self.railway
        return ("presence" if self.kind in PRESENCE else "custody"), ""

    @property
    def passenger_key(self) -> PassengerKey:
        """Whom it is about."""
        return self.booking, self.passenger


class Stand(Struct, frozen=True, kw_only=True):
    """How one passenger stands at a border: of each thing the mark that holds."""

    presence: Mark | None = None
    clearance: Mapping[RailwayId, Mark] = {}
    custody: Mark | None = None

    @property
    def aboard(self) -> bool:
        """Whether the passenger was seen on board."""
        return self.presence is not None and self.presence.kind == "aboard"

    @property
    def missing(self) -> bool:
        """Whether the passenger did not come; whom a control saw since is there."""
        if self.presence is None or self.presence.kind != "missing":
            return False
        missed = self.presence.order
        return not any(one.kind != "uncleared" and one.order > missed for one in self.clearance.values())

    @property
    def documents_held(self) -> bool:
        """Whether the conductor has the passenger's documents."""
        return self.custody is not None and self.custody.kind == "documents-taken"

    def cleared(self, railway: RailwayId) -> bool:
        """Whether a side's control let the passenger through."""
        return self._said(railway) == "cleared"

    def refused(self, railway: RailwayId) -> bool:
        """Whether it did not."""
        return self._said(railway) == "refused"

    def _said(self, railway: RailwayId) -> Kind | None:
        mark = self.clearance.get(railway)
        return None if mark is None else mark.kind


NOTHING: Final = Stand()
"""How a passenger stands of whom nobody said anything."""


def fold(marks: Iterable[Mark]) -> dict[PassengerKey, Stand]:
    """How each passenger with a mark stands. The order of the marks, and repetitions, change nothing."""
    holds: dict[PassengerKey, dict[tuple[str, RailwayId], Mark]] = {}
    for mark in marks:
        mine = holds.setdefault(mark.passenger_key, {})
        known = mine.get(mark.subject)
        if known is None or mark.order > known.order:
            mine[mark.subject] = mark
    return {
        passenger: Stand(
            presence=mine.get(("presence", "")),
            clearance={railway: mark for (what, railway), mark in mine.items() if what == "clearance"},
            custody=mine.get(("custody", "")),
        )
        for passenger, mine in holds.items()
    }


Outcome = Literal["noted", "already", "another"]
"""already: this very mark was noted before; another: its id is that of a mark that says something else."""


def add(connection: Connection, marks: Sequence[Mark]) -> tuple[Outcome, ...]:
    """Note marks; what became of each, in their order. The caller holds a write transaction."""
    lock(connection)
    known = _by_id(connection, [mark.id for mark in marks])
    last = int(connection.execute(select(func.coalesce(func.max(mark_table.c.seq), 0))).scalar_one())
    rows: list[dict[str, Any]] = []
    outcomes: list[Outcome] = []
    for mark in marks:
        before = known.get(mark.id)
        if before is not None:
            outcomes.append("already" if _said_alike(before, mark) else "another")
            continue
        numbered = known[mark.id] = replace(mark, seq=last + len(rows) + 1)
        rows.append(_row(numbered))
        outcomes.append("noted")
    if rows:
        connection.execute(insert(mark_table), rows)
    return tuple(outcomes)


def lock(connection: Connection) -> None:
    """Let no other transaction note marks or close a border until this one ends (SQLite's one writer already does).

    Whoever locks a booking too has locked it before.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE border_mark IN SHARE ROW EXCLUSIVE MODE"))


def on_departure(connection: Connection, departure: DepartureKey, crossing: str | None = None) -> tuple[Mark, ...]:
    """The marks of a departure, at one of its borders or at all, in the order in which they reached us."""
    query = select(mark_table).where(_of(departure))
    if crossing is not None:
        query = query.where(mark_table.c.crossing == crossing)
    return _read(connection, query)


def counted(connection: Connection, departures: Collection[DepartureKey]) -> dict[DepartureKey, int]:
    """How many marks there are of each departure that has any."""
    by_train: dict[str, list[date]] = {}
    for key in departures:
        by_train.setdefault(key.train, []).append(key.service_date)
    found: dict[DepartureKey, int] = {}
    for train, dates in by_train.items():
        for start in range(0, len(dates), _IN_ONE_QUERY):
            some = mark_table.c.service_date.in_(dates[start : start + _IN_ONE_QUERY])
            rows = connection.execute(
                select(mark_table.c.service_date, func.count())
                .where(mark_table.c.train == train, some)
                .group_by(mark_table.c.service_date)
            )
            found |= {DepartureKey(train, day): int(count) for day, count in rows}
    return found


def refusals_since(connection: Connection, since: datetime, most: int = 50) -> tuple[Mark, ...]:
    """The refusals that reached us since an instant (UTC), newest first, also those withdrawn since."""
    query = select(mark_table).where(mark_table.c.kind == "refused", mark_table.c.noted_at >= since)
    rows = connection.execute(query.order_by(mark_table.c.seq.desc()).limit(most))
    return tuple(_mark(row) for row in rows)


def _said_alike(one: Mark, other: Mark) -> bool:
    # Whoever sends it again without a script sends it with another time; the first is when it was made.
    return replace(one, made_at=other.made_at, noted_at=other.noted_at, seq=other.seq) == other


def _by_id(connection: Connection, ids: Collection[str]) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        query = select(mark_table).where(mark_table.c.mark_id.in_(wanted[start : start + _IN_ONE_QUERY]))
        found |= {mark.id: mark for mark in _read(connection, query)}
    return found


def _of(departure: DepartureKey) -> Any:
    return (mark_table.c.train == departure.train) & (mark_table.c.service_date == departure.service_date)


def _read(connection: Connection, query: Select[Any]) -> tuple[Mark, ...]:
    return tuple(_mark(row) for row in connection.execute(query.order_by(mark_table.c.seq)))


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        id=row.mark_id,
        departure=DepartureKey(row.train, row.service_date),
        crossing=row.crossing,
        railway=row.railway,
        booking=row.booking,
        passenger=row.passenger,
        kind=row.kind,
        made_at=row.made_at,
        noted_at=row.noted_at,
        who=row.who,
        seq=row.seq,
    )


def _row(mark: Mark) -> dict[str, Any]:
    return {
        "mark_id": mark.id,
        "seq": mark.seq,
        "train": mark.departure.train,
        "service_date": mark.departure.service_date,
        "crossing": mark.crossing,
        "railway": mark.railway,
        "booking": mark.booking,
        "passenger": mark.passenger,
        "kind": mark.kind,
        "made_at": mark.made_at,
        "noted_at": mark.noted_at,
        "who": mark.who,
    }
