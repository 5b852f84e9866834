"""Allotments on one departure: which places are kept for whom, and when they are handed back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from rerail.fares.deadlines import release_at
from rerail.line.model import Line, Train
from rerail.line.tariff import Allotment
from rerail.places.seats import Seats


class Kept(Struct, frozen=True, kw_only=True):
    """An allotment on a departure."""

    allotment: Allotment
    places: tuple[tuple[str, str], ...]
    """(coach, place), in the order of the plan."""
    release_at: datetime
    """From when on (UTC) its places are everybody's."""
    released: bool


def allotments_on(line: Line, train: Train, service_date: date, seats: Seats, now: datetime) -> tuple[Kept, ...]:
    """The allotments of a departure, those handed back by `now` (UTC) included."""
    found = []
    for allotment in line.tariff.allotments if line.tariff is not None else ():
        if train.id not in allotment.trains:
            continue
        handed_back = release_at(line, train, service_date, allotment)
        pairs = seats.places_of(allotment.coach, allotment.places)
        found.append(
            Kept(
                allotment=allotment,
                places=tuple(dict.fromkeys(key for key in seats.keys if key in pairs)),
                release_at=handed_back,
                released=now >= handed_back,
            )
        )
    return tuple(found)


def kept_for(allotments: tuple[Kept, ...]) -> Mapping[tuple[str, str], str]:
    """Each place that is kept now, and the id of who holds it."""
    return {pair: one.allotment.holder for one in allotments if not one.released for pair in one.places}
