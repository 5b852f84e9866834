"""Coaches: plans that can be sold from, and a consist that can run where it is said to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from rerail.line.draft import DraftCoach, DraftFolder, DraftTrain
from rerail.line.model import GaugeBreak, StationId
from rerail.line.problem import Finding, error, warning


def coach_plan(draft: DraftFolder) -> Iterator[Finding]:
    """A plan can be read, draws every place once, and has its walls in line."""
    for at, fault in draft.plan_faults:
        yield error(at, fault.message, fault.fix)


def coach_run(draft: DraftFolder) -> Iterator[Finding]:
    """A coach is in the train from one of its calls to a later one."""
    for train, coach in _coaches(draft):
        stations = {call.station.id for call in train.calls if call.station}
        for key, station in (("from", coach.begins), ("to", coach.ends)):
            if station is not None and station in draft.stations and station not in stations:
                yield error(coach.at.key(key), f'the train does not call at "{station}".', "Name one of its calls.")
        first, last = coach.first_call, coach.last_call
        if first is not None and last is not None and first >= last and len(train.calls) > 1:
            yield error(coach.at, "the coach leaves the train before it joins it.", "Swap from and to.")


def coach_gauge(draft: DraftFolder) -> Iterator[Finding]:
    """A coach runs on gauges that it can run on.

    It changes gauge only if its type has both, at a [[gauge_break]] between the two, where the train calls for
    as long as the change takes.
    """
    breaks: dict[StationId, list[GaugeBreak]] = {}
    for placed in draft.gauge_breaks:
        breaks.setdefault(placed.value.station, []).append(placed.value)
    for train, coach in _coaches(draft):
        if coach.type is None or not coach.type.gauges or coach.first_call is None or coach.last_call is None:
            continue
        ways = [way for way in train.ways[coach.first_call : coach.last_call] if way]
        common = set(coach.type.gauges)
        for way in ways:
            common &= way.gauges
        if ways and not common:
            yield from _followed(draft, train, coach, breaks)


def _followed(
    draft: DraftFolder, train: DraftTrain, coach: DraftCoach, breaks: Mapping[StationId, Sequence[GaugeBreak]]
) -> Iterator[Finding]:
    """Follow a coach section by section with the gauges that it can be on."""
    assert coach.type is not None
    assert coach.first_call is not None
    own = frozenset(coach.type.gauges)
    possible = own
    for index, way in enumerate(train.ways[coach.first_call : coach.last_call], coach.first_call):
        if way is None:
            possible = own  # the track is not known here, so neither is the gauge after it
            continue
        call = train.calls[index]
        for change in breaks.get(way.stations[0], ()):
            halt = None if call.arrives is None or call.departs is None else call.departs - call.arrives
            if possible & set(change.gauges) and (halt is None or halt >= (change.minutes or 0) * 60):
                possible |= own & frozenset(change.gauges)
        for section, (station, following) in zip(way.sections, pairwise(way.stations), strict=True):
            gauges = frozenset(draft.network.sections[section].gauges)
            if gauges and not possible & gauges:
                has, needs = (" and ".join(str(gauge) for gauge in sorted(some)) for some in (own, gauges))
                message = (
                    f'coach {coach.number} is of {has} mm (type "{coach.type.id}") and cannot run on '
                    f'from "{station}" to "{following}", which is {needs} mm.'
                )
                fix = "End its run before (to = …), or give it another type."
                if own & gauges:
                    fix = "It can change gauge at a call at a [[gauge_break]] for the two, if the halt is long enough."
                yield error(coach.at.key("type"), message, fix)
                return
            possible = possible & gauges or possible


def coach_number(draft: DraftFolder) -> Iterator[Finding]:
    """No two coaches with one number are in the train on the same stretch: a ticket names the coach by it."""
    for train in draft.trains:
        runs: dict[str, list[DraftCoach]] = {}
        for coach in train.coaches:
            if coach.number is None or coach.first_call is None or coach.last_call is None:
                continue
            for other in runs.setdefault(coach.number, []):
                assert other.first_call is not None
                assert other.last_call is not None
                if coach.first_call < other.last_call and other.first_call < coach.last_call:
                    message = f"coach {coach.number} is already in the train on part of that stretch ({other.at.path})."
                    yield error(coach.at.key("number"), message, "Give it another number.")
                    break
            runs[coach.number].append(coach)


def stretch_without_coach(draft: DraftFolder) -> Iterator[Finding]:
    """A train that has coaches has one on every stretch of its run."""
    for train in draft.trains:
        if not train.coaches or any(coach.first_call is None or coach.last_call is None for coach in train.coaches):
            continue
        covered = [False] * (len(train.calls) - 1)
        for coach in train.coaches:
            assert coach.first_call is not None
            assert coach.last_call is not None
            for index in range(coach.first_call, coach.last_call):
                covered[index] = True
        for index, there in enumerate(covered):
            ends = (train.calls[index].station, train.calls[index + 1].station)
            if not there and ends[0] and ends[1]:
                message = f'no coach is in the train from "{ends[0].id}" to "{ends[1].id}".'
                yield warning(train.at.key("coach"), message, "Add a coach, or correct from and to.")


def coach_past_change(draft: DraftFolder) -> Iterator[Finding]:
    """Where passengers change coaches, no coach runs through."""
    for train, coach in _coaches(draft):
        if train.through or coach.first_call is None or coach.last_call is None:
            continue
        for index in range(coach.first_call + 1, coach.last_call):
            station = train.calls[index].station
            if station and station.id in train.change_at:
                message = f'coach {coach.number} runs through "{station.id}", where passengers change coaches.'
                yield warning(coach.at, message, f'End it there (to = "{station.id}"), and let another begin.')


def _coaches(draft: DraftFolder) -> Iterator[tuple[DraftTrain, DraftCoach]]:
    for train in draft.trains:
        for coach in train.coaches:
            yield train, coach


RULES: Final = (coach_plan, coach_run, coach_gauge, coach_number)
WARNINGS: Final = (stretch_without_coach, coach_past_change)
