"""Trains: the calls in the order of the track, the numbers, the change of coaches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rerail.line.draft import DraftFolder, DraftTrain
from rerail.line.problem import At, Finding, error, warning

TURNING_SECONDS: Final = 5 * 60
"""Below this no driver gets from one end of a train to the other: a warning, not a law."""


def calls(draft: DraftFolder) -> Iterator[Finding]:
    """A train has at least two calls; it departs from the first, arrives at the last, and halts at the others."""
    for train in draft.trains:
        if len(train.calls) < 2:
            message = f"the train has {len(train.calls) or 'no'} call{'s' if not train.calls else ''}."
            yield error(train.at, message, "Add [[train.call]] tables, from the first station to the last.")
            continue
        last = len(train.calls) - 1
        for index, call in enumerate(train.calls):
            times = {"arrival": call.arrival, "departure": call.departure}
            extra = {0: "arrival", last: "departure"}.get(index)
            needed = {0: ("departure",), last: ("arrival",)}.get(index, ("arrival", "departure"))
            place = {0: "first", last: "last"}.get(index, "middle")
            if extra and times[extra] is not None:
                yield error(
                    call.at.key(extra),
                    f"the {place} call has no {extra}.",
                    "Take it out, or add the call that is missing.",
                )
            if not any(times[name] is not None or name in call.broken for name in needed):
                fix = f'Add {" or ".join(needed)} = "…".'
                yield error(call.at, f"the {place} call has no {' and no '.join(needed)}.", fix)


def track_between_calls(draft: DraftFolder) -> Iterator[Finding]:
    """Track leads from each call to the next."""
    if draft.sections_missing:
        return  # the way may lead over a section that has been reported
    for train, index in _segments(draft):
        before, call = train.calls[index], train.calls[index + 1]
        if train.ways[index] is not None or before.station is None or call.station is None:
            continue
        if "via" in call.broken or any(station not in draft.stations for station in call.via):
            continue
        via = f" via {', '.join(call.via)}" if call.via else ""
        message = f'no track leads from "{before.station.id}" to "{call.station.id}"{via}.'
        yield error(call.at.key("station"), message, "Add the sections that are missing to line.toml.")


def same_station_again(draft: DraftFolder) -> Iterator[Finding]:
    """No two calls in a row are at the same station: a long halt is one call."""
    for train, index in _segments(draft):
        before, call = train.calls[index], train.calls[index + 1]
        if before.station and call.station and before.station.id == call.station.id:
            message = f'the train already calls at "{call.station.id}" just before.'
            yield error(call.at.key("station"), message, "Make it one call with its arrival and its departure.")


def call_order(draft: DraftFolder) -> Iterator[Finding]:
    """The calls are in the order of the track.

    A train may turn: Vladivostok – Ussuriysk – Khasan runs back over Baranovsky – Ussuriysk and leaves it there
    for another branch. But a train that turns, runs back over a station that it passed without calling, calls
    there and ends or turns again, was printed in the wrong order: nobody runs past a call to come back to it.
    """
    for train in draft.trains:
        turns = _turns(train)
        for call in turns:
            stray = _stray_call(train, call, turns)
            if stray is not None:
                station, turned = train.calls[stray].station, train.calls[call].station
                assert station is not None
                assert turned is not None
                if stray > call:
                    message = f'the train calls at "{station.id}" after "{turned.id}", but passes it before.'
                else:
                    message = f'the train calls at "{station.id}" before "{turned.id}", but passes it again after.'
                fix = "Put the calls in the order of the track; a train that runs back is a train of its own."
                yield error(train.calls[stray].at.key("station"), message, fix)
                break  # the other turns of this train are most often the same mistake
        yield from _turned_on_the_way(train)


def _turned_on_the_way(train: DraftTrain) -> Iterator[Finding]:
    for way, call in zip(train.ways, train.calls[1:], strict=False):
        if way is None or not call.via:
            continue
        for station, (section, following) in zip(way.stations[1:], pairwise(way.sections), strict=False):
            if section == following:
                message = f'the way via {", ".join(call.via)} turns at "{station}", where the train does not call.'
                yield error(call.at.key("via"), message, "Correct via, or add the call where it turns.")
                break


def turning_time(draft: DraftFolder) -> Iterator[Finding]:
    """A train that changes direction halts long enough for the driver, or a locomotive, to get to the other end."""
    for train in draft.trains:
        for index in _turns(train):
            call = train.calls[index]
            if call.arrives is None or call.departs is None or call.station is None:
                continue
            if 0 <= call.departs - call.arrives < TURNING_SECONDS:
                minutes = (call.departs - call.arrives) // 60
                message = f'the train changes direction at "{call.station.id}" in {minutes} minutes.'
                yield warning(call.at, message, "Check the halt, and the order of the calls.")


def _turns(train: DraftTrain) -> list[int]:
    """The calls at which a train leaves over the section that it came by."""
    return [
        index + 1
        for index, (way, following) in enumerate(pairwise(train.ways))
        if way and following and way.sections and following.sections and way.sections[-1] == following.sections[0]
    ]


def _stray_call(train: DraftTrain, turn: int, turns: list[int]) -> int | None:
    """The call that a turn shows to be out of order, if it does."""
    earlier = [other for other in turns if other < turn]
    later = [other for other in turns if other > turn]
    start, end = max(earlier, default=0), min(later, default=len(train.calls) - 1)
    coming = _passed(train, start, turn)[::-1]
    going = _passed(train, turn, end)
    retraced = 0
    for back, on in zip(coming, going, strict=False):
        if back != on:
            break
        retraced += 1
    if retraced < min(len(coming), len(going)):
        return None  # it leaves by another branch than it came: a junction where it turned on purpose
    called_coming = {_station(train, index): index for index in range(start, turn)}
    called_going = {_station(train, index): index for index in range(turn + 1, end + 1)}
    for station in going[1:retraced]:
        if (station in called_coming) != (station in called_going):
            return called_going.get(station, called_coming.get(station))
    return None


def _passed(train: DraftTrain, first: int, last: int) -> list[str]:
    """The stations from one call to another, as far as the track is known."""
    found: list[str] = []
    for way in train.ways[first:last]:
        if way is not None:
            found += way.stations[1:] if found else way.stations
    return found


def _station(train: DraftTrain, index: int) -> str:
    station = train.calls[index].station
    return station.id if station else ""


def train_number(draft: DraftFolder) -> Iterator[Finding]:
    """A train has a number on every railway that it runs on, and on no other."""
    for train in draft.trains:
        at = train.at.key("numbers")
        missing = [railway for railway in train.railways if railway not in train.numbers]
        for railway in missing:
            if "numbers" not in train.record.broken:
                yield error(at, f'the train runs on "{railway}" and has no number there.', f'Add {railway} = "…".')
        if missing or None in train.ways:
            continue
        for railway in train.numbers:
            if railway in draft.railways and railway not in train.railways:
                fix = "Take the number out, or correct the calls."
                yield warning(at.key(railway), f'the train does not run on "{railway}".', fix)


def change_of_coaches(draft: DraftFolder) -> Iterator[Finding]:
    """A train is through, or passengers change coaches at calls on the way that `change_at` names."""
    for train in draft.trains:
        at = train.at.key("change_at")
        if not train.through and not train.change_at and "change_at" not in train.record.broken:
            yield error(train.at.key("through"), "it is not said where coaches are changed.", 'Add change_at = ["…"].')
        if train.through and train.change_at:
            yield error(
                at, "a through train has no change of coaches.", "Write through = false, or take change_at out."
            )
            continue
        between = {_station(train, index) for index in range(1, len(train.calls) - 1)}
        for index, station in enumerate(train.change_at):
            if station in draft.stations and station not in between:
                message = f'"{station}" is no call between the first and the last.'
                yield error(at.item(index), message, "Name a call on the way at which coaches are changed.")


def _segments(draft: DraftFolder) -> Iterator[tuple[DraftTrain, int]]:
    for train in draft.trains:
        for index in range(len(train.ways)):
            yield train, index


def train_at(index: int) -> At:
    """Where the train of this index stands."""
    return At("trains.toml").key("train").item(index)


RULES: Final = (calls, track_between_calls, same_station_again, call_order, train_number, change_of_coaches)
WARNINGS: Final = (turning_time,)
