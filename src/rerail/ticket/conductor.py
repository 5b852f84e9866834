"""The conductor's list: stop by stop who boards, who alights, who changes places, and what changes hands.

Its reader is on a platform at night with a pencil: big numbers, a box to tick, nothing to turn the head for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec import Struct

from rerail.line.model import Text
from rerail.ticket.pdf import LAYOUT
from rerail.ticket.wording import say
from rerail.typeset import fonts
from rerail.typeset.language import day, named, named_in_each, utc_offset
from rerail.typeset.pdf import broken, typeset

_NO_COACH: Final = ""


class Passenger(Struct, frozen=True, kw_only=True):
    """One passenger on one place over one stretch; who changes places on the way is there once for each."""

    reference: str
    """The ticket's; the same for every place of one passenger."""
    name: str
    category_names: Text
    coach: str
    """Empty for a child without a place."""
    place: str
    board: int
    """Index into the list's stops."""
    alight: int
    passport_check: bool
    named_list: bool


class Stop(Struct, frozen=True, kw_only=True):
    """A call of the train, on the station's clock."""

    names: Text
    arrival: datetime | None
    """Aware; None at the first."""
    departure: datetime | None
    """Aware; None at the last."""


class ConductorList(Struct, frozen=True, kw_only=True):
    """Who travels on one departure."""

    train_names: Text
    numbers: tuple[str, ...]
    service_date: date
    coaches: tuple[str, ...]
    """Numbers, in the order of the train."""
    stops: tuple[Stop, ...]
    passengers: tuple[Passenger, ...]
    languages: tuple[str, ...]
    """Those of the railways run over, beside the conductor's."""
    as_of: datetime
    """When the list was made (UTC)."""
    specimen: bool


class AtStop(Struct, frozen=True):
    """What happens at one stop. Everyone in the order of coaches and places."""

    boards: tuple[Passenger, ...]
    alights: tuple[Passenger, ...]
    changes: tuple[tuple[Passenger, Passenger], ...]
    """Those who stay on board and go from one place to another."""
    handed_on: tuple[tuple[Passenger, Passenger], ...]
    """Places that somebody leaves here and somebody else takes."""
    on_board: dict[str, int]
    """Passengers in each coach after the train has left; those without a place under ""."""


def at_stops(found: ConductorList) -> tuple[AtStop, ...]:
    """What happens at each stop of the train."""
    order = {coach: number for number, coach in enumerate(found.coaches)}

    def as_seated(one: Passenger) -> tuple[int, int, str, str]:
        digits = "".join(filter(str.isdecimal, one.place))
        return order.get(one.coach, len(order)), int(digits or 0), one.place, one.name

    everyone = sorted(found.passengers, key=as_seated)
    stops = []
    for number in range(len(found.stops)):
        leaving = [one for one in everyone if one.alight == number]
        coming = [one for one in everyone if one.board == number]
        left = {one.reference: one for one in leaving}
        stay = {one.reference for one in coming if one.reference in left}
        freed = {(one.coach, one.place): one for one in leaving if one.coach}
        stops.append(
            AtStop(
                tuple(one for one in coming if one.reference not in stay),
                tuple(one for one in leaving if one.reference not in stay),
                tuple((left[one.reference], one) for one in coming if one.reference in stay),
                tuple(
                    (freed[one.coach, one.place], one)
                    for one in coming
                    if (one.coach, one.place) in freed and freed[one.coach, one.place].reference != one.reference
                ),
                dict(Counter(one.coach for one in everyone if one.board <= number < one.alight)),
            )
        )
    return tuple(stops)


def conductor_pdf(found: ConductorList, language: str) -> bytes:
    """The list as a PDF, A4 upright, in the conductor's language and those of the railways."""
    korean = fonts.hangul()
    spoken = fonts.printable([language, *found.languages], korean)
    first = spoken[0]
    words = ("coach", "place", "boards", "alights", "changes", "handed on", "nobody", "on board", "total")
    heading = say("conductor's list", first)
    data = {
        "title": f"{heading} · {named(found.train_names, first)} · {found.service_date}",
        "heading": heading,
        "labels": {word: say(word, first) for word in words},
        "train": named_in_each(found.train_names, spoken),
        "numbers": " · ".join(dict.fromkeys(found.numbers)),
        "day": day(found.service_date, first),
        "stops": [_stop(found, stop, at, spoken) for stop, at in zip(found.stops, at_stops(found), strict=True)],
        "as_of": say("printed", first, at=f"{found.as_of.astimezone(UTC):%Y-%m-%d %H:%M}"),
        "private": say("private", first),
        "specimen": say("SPECIMEN", first) if found.specimen else "",
    }
    return typeset(LAYOUT / "conductor.typ", data, language, found.as_of)


def _stop(found: ConductorList, stop: Stop, at: AtStop, spoken: Sequence[str]) -> dict[str, Any]:
    language = spoken[0]
    told = stop.departure or stop.arrival
    times = [f"{moment:%H:%M}" for moment in (stop.arrival, stop.departure) if moment is not None]
    alights = {one.reference: named(found.stops[_last(found, one)].names, language) for one in at.boards}

    def row(one: Passenger, to: str = "") -> dict[str, Any]:
        marks = [say("passport", language)] if one.passport_check else []
        if one.named_list:
            marks.append(say("on list", language))
        return {
            "coach": one.coach,
            "place": one.place or say("without a place", language),
            "name": broken(one.name),
            "category": named(one.category_names, language),
            "to": to,
            "marks": marks,
        }

    return {
        "names": named_in_each(stop.names, spoken),
        "times": " – ".join(times),
        "day": "" if told is None else day(told.date(), language),
        "zone": "" if told is None else utc_offset(told),
        "boards": [row(one, say("to", language, station=alights[one.reference])) for one in at.boards],
        "alights": [row(one) for one in at.alights],
        "changes": [{**row(new), "from": _seat(old), "to": _seat(new)} for old, new in at.changes],
        "handed": [{"seat": _seat(new), "old": broken(old.name), "new": broken(new.name)} for old, new in at.handed_on],
        "on_board": [
            [f"{say('coach', language)} {coach}" if coach else say("without a place", language), at.on_board[coach]]
            for coach in (*found.coaches, _NO_COACH)
            if coach in at.on_board
        ],
        "total": sum(at.on_board.values()),
    }


def _last(found: ConductorList, one: Passenger) -> int:
    """Where the passenger leaves the train, whatever places are changed before."""
    return max(other.alight for other in found.passengers if other.reference == one.reference)


def _seat(one: Passenger) -> str:
    return f"{one.coach} / {one.place}" if one.coach else "–"
