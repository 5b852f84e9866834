"""From a departure and its passengers to what an authority is handed: the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rerail.border.model import ListKey, Manifest, Passing, Person, Place
from rerail.border.passing import direction
from rerail.line.border import Authority
from rerail.line.model import Line, Train
from rerail.line.timing import CallTimes, StationTime, call_times


def manifest(
    line: Line,
    train: Train,
    passing: Passing,
    authority: Authority,
    key: ListKey,
    persons: Sequence[Person],
    made: datetime,
    *,
    open_until: datetime | None,
    specimen: bool,
) -> Manifest:
    """The first version of a list, as it is closed at an instant (UTC), or would be if it were closed then."""
    times = call_times(line, train, passing.departure.service_date)
    near, far = times[passing.near_call], times[passing.near_call + 1]
    railways = (passing.leaving, passing.entering)
    operators = line.tariff.operators if line.tariff is not None else {}
    operator = operators.get(key.tour_operator)
    agency = line.railways[line.agency]
    used = {station for one in persons for station in (one.board, one.alight)}
    return Manifest(
        key=key,
        version=1,
        made=made,
        authority_names=authority.names,
        recipient=authority.recipient or authority.id.upper(),
        sender=agency.codes.get("uic", agency.id.upper()),
        language=authority.language,
        kind=authority.kind,
        operator_names=operator.names if operator is not None else {},
        direction=direction(passing, authority),
        train_names=train.names,
        numbers=tuple(dict.fromkeys(train.numbers[one] for one in railways if one in train.numbers)),
        crossing_names=line.crossings[passing.crossing].names,
        near=_place(line, near, near.departure),
        far=_place(line, far, far.arrival),
        stations={one: line.stations[one].names for one in sorted(used)},
        asks=authority.asks,
        persons=tuple(persons),
        open_until=open_until,
        specimen=specimen,
    )


def _place(line: Line, call: CallTimes, at: StationTime | None) -> Place:
    station = call.station
    return Place(
        names=station.names,
        codes=station.codes,
        country=line.railways[station.railway].country,
        local=at.local if at is not None else None,
    )
