"""A train as printed, laid on the track: which way it goes, where it crosses, how long each run takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from rerail.line.draft import DraftCall, DraftCoach, DraftTrain, Passage, Placed
from rerail.line.model import CoachType, Crossing, Provenance, Railway, RailwayId, Rule, RunningDays, Station, StationId
from rerail.line.network import Change, Network, Way
from rerail.line.printed_time import PrintedTime, printed_instant
from rerail.line.problem import At
from rerail.line.table import Record


class TrainReading:
    """Reads the trains of one folder against its track, borders and coach types."""

    def __init__(
        self,
        network: Network,
        railways: Mapping[RailwayId, Placed[Railway]],
        stations: Mapping[StationId, Placed[Station]],
        crossings: Mapping[str, Placed[Crossing]],
        coach_types: Mapping[str, Placed[CoachType]],
    ) -> None:
        self._network: Final = network
        self._railways: Final = railways
        self._stations: Final = stations
        self._coach_types: Final = coach_types
        self._crossings: Final = {
            (placed.value.border, frozenset(placed.value.railways)): placed for placed in crossings.values()
        }

    def read(self, record: Record) -> DraftTrain:
        """One train."""
        values = record.values
        calls = [self._call(one) for one in record.lists.get("call", ())]
        printed_for = values.get("printed_for")
        if printed_for is not None:
            _time(calls, printed_for)
        ways = self._ways(calls)
        running_days, rules_at = _running_days(record)
        return DraftTrain(
            at=record.at,
            id=values.get("id") or "",
            record=record,
            numbers=values.get("numbers") or {},
            printed_for=printed_for,
            timing_clock=self._timing_clock(record, calls),
            calls=calls,
            coaches=[self._coach(one, calls) for one in record.lists.get("coach", ())],
            running_days=running_days,
            rules_at=rules_at,
            through=values.get("through", True),
            change_at=values.get("change_at") or (),
            ways=ways,
            passages=self._passages(calls, ways),
        )

    def _call(self, record: Record) -> DraftCall:
        values = record.values
        placed = self._stations.get(values.get("station", ""))
        return DraftCall(
            at=record.at,
            station=placed.value if placed else None,
            arrival=values.get("arrival"),
            departure=values.get("departure"),
            boarding=values.get("boarding", True),
            alighting=values.get("alighting", True),
            via=values.get("via") or (),
            broken=frozenset(record.broken),
            provenance=record.provenance,
            figures=record.figures,
        )

    def _timing_clock(self, record: Record, calls: list[DraftCall]) -> str | None:
        if "timed_by" in record.broken:
            return None
        named = record.get("timed_by")
        if named is not None:
            railway = self._railways.get(named)
            return railway.value.clock if railway else None
        return calls[0].station.clock if calls and calls[0].station else None

    def _ways(self, calls: list[DraftCall]) -> list[Way | None]:
        ways: list[Way | None] = []
        for before, call in pairwise(calls):
            if before.station is None or call.station is None or not self._via_known(call):
                ways.append(None)
            else:
                ways.append(self._network.way((before.station.id, *call.via, call.station.id)))
        return ways

    def _via_known(self, call: DraftCall) -> bool:
        return "via" not in call.broken and all(station in self._stations for station in call.via)

    def _passages(self, calls: list[DraftCall], ways: list[Way | None]) -> list[Passage]:
        found = []
        before: Way | None = None
        for segment, way in enumerate(ways):
            station = calls[segment].station
            if before and way and station and before.railways and way.railways:
                leaving, entering = before.railways[-1], way.railways[0]
                if leaving != entering:
                    found.append(self._passage(Change(station.id, leaving, entering), segment))
            if way:
                found += [self._passage(change, segment) for change in way.changes]
            before = way
        return found

    def _passage(self, change: Change, segment: int) -> Passage:
        railways = frozenset((change.leaving, change.entering))
        return Passage(change, self._crossings.get((change.station, railways)), segment)

    def _coach(self, record: Record, calls: list[DraftCall]) -> DraftCoach:
        begins, ends = record.get("from"), record.get("to")
        stations = [call.station.id if call.station else None for call in calls]
        first = 0 if begins is None else stations.index(begins) if begins in stations else None
        if ends is None:
            last: int | None = len(calls) - 1
        else:
            # Of a station called at twice it leaves at the later call: a coach goes on as far as it can.
            last = len(stations) - 1 - stations[::-1].index(ends) if ends in stations else None
        placed = self._coach_types.get(record.get("type") or "")
        return DraftCoach(
            at=record.at,
            number=record.get("number"),
            type=placed.value if placed else None,
            railway=record.get("railway"),
            begins=begins,
            ends=ends,
            first_call=None if "from" in record.broken else first,
            last_call=None if "to" in record.broken else last,
            traffic=record.get("traffic") or "any",
            provenance=record.provenance,
            figures=record.figures,
        )


def _time(calls: list[DraftCall], printed_for: date) -> None:
    """Turn printed times into seconds after the train leaves its first call."""
    if not calls or calls[0].station is None or calls[0].departure is None:
        return
    start = printed_instant(calls[0].departure, printed_for, calls[0].station.clock)
    for index, call in enumerate(calls):
        if call.station is None:
            continue

        def seconds(printed: PrintedTime | None, clock: str = call.station.clock) -> int | None:
            if printed is None:
                return None
            moment = printed_instant(printed, printed_for, clock)
            return int((moment - start).total_seconds())

        call.arrives = seconds(call.arrival)
        call.departs = seconds(call.departure)
        if 0 < index < len(calls) - 1 and not call.broken & {"arrival", "departure"}:
            # A halt printed with one time is a short one: it arrives and leaves in the same minute.
            call.arrives = call.departs if call.arrives is None else call.arrives
            call.departs = call.arrives if call.departs is None else call.departs


def _running_days(record: Record) -> tuple[RunningDays, tuple[At, ...]]:
    table = record.tables.get("running_days")
    if table is None:
        return RunningDays(provenance=record.provenance), ()
    rules = [one for one in table.lists.get("rule", ()) if {"rrule", "start"} <= one.values.keys()]
    figures = dict(table.figures)
    stated = [one.provenance for one in rules] + [own for one in rules for own in one.figures.values()]
    if any(provenance != table.provenance for provenance in stated):
        figures["rules"] = together(stated)
    days = RunningDays(
        provenance=table.provenance,
        figures=figures,
        rules=tuple(Rule(rrule=one.values["rrule"], start=one.values["start"]) for one in rules),
        dates=table.get("dates") or (),
        except_dates=table.get("except_dates") or (),
    )
    return days, tuple(one.at for one in rules)


def together(provenances: Iterable[Provenance]) -> Provenance:
    """The provenance of a figure made of several: all their sources, and illustrative if any of them is."""
    every = list(provenances)
    sources = dict.fromkeys(source for one in every for source in one.sources)
    return Provenance(tuple(sources), any(one.illustrative for one in every))
