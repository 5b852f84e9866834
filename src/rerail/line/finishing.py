"""From a draft without errors to the frozen `Line` that every other room sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rerail.line.border import BorderRules
from rerail.line.draft import DraftBorder, DraftCall, DraftFolder, DraftTariff, DraftTrain, Placed
from rerail.line.model import Call, Coach, Line, Provenance, Section, Train
from rerail.line.network import Network, Way
from rerail.line.printed_time import printed_instant
from rerail.line.tariff import Tariff
from rerail.line.timing import zone
from rerail.line.train_reading import together


def finished(draft: DraftFolder, content: str) -> Line:
    """The line. The draft must be free of errors."""
    assert draft.line is not None
    return Line(
        provenance=draft.line.provenance,
        figures=draft.line.figures,
        **draft.line.values,
        sources=draft.sources,
        railways=_values(draft.railways),
        stations=_values(draft.stations),
        sections=tuple(placed.value for placed in draft.sections),
        gauge_breaks=tuple(placed.value for placed in draft.gauge_breaks),
        crossings=_values(draft.crossings),
        routes=_values(draft.routes),
        coach_types=_values(draft.coach_types),
        trains=_trains(draft),
        tariff=None if draft.tariff is None else _tariff(draft.tariff),
        border=None if draft.border is None else _border(draft.border),
        notices=tuple(placed.value for placed in draft.notices),
        history=tuple(placed.value for placed in draft.history),
        content=content,
    )


def _values(placed: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one.value for key, one in placed.items()}


def _trains(draft: DraftFolder) -> dict[str, Train]:
    lengths: dict[tuple[int, ...], Provenance] = {}
    return {train.id: _train(train, draft.network, lengths) for train in draft.trains}


def _train(train: DraftTrain, network: Network, lengths: dict[tuple[int, ...], Provenance]) -> Train:
    assert train.printed_for is not None
    assert train.timing_clock is not None
    ways = [way for way in train.ways if way is not None]
    first_time, first_day = first_call_time(train)
    values = {
        name: value
        for name, value in train.record.values.items()
        if name not in ("timed_by", "running_days", "change_at", "through", "numbers")
    }
    return Train(
        provenance=train.record.provenance,
        figures={**train.record.figures, "segment_km": _length_provenance(ways, network.sections, lengths)},
        **values,
        numbers={railway: train.numbers[railway] for railway in _in_order(train)},
        calls=tuple(_call(call) for call in train.calls),
        path=tuple(way.stations for way in ways),
        segment_km=tuple(way.km for way in ways),
        segment_railways=tuple(tuple(dict.fromkeys(way.railways)) for way in ways),
        railways=train.railways,
        crossings=tuple(dict.fromkeys(passage.crossing.value.id for passage in train.passages if passage.crossing)),
        first_time=first_time,
        first_day=first_day,
        timing_clock=train.timing_clock,
        running_days=train.running_days,
        through=train.through,
        change_at=train.change_at,
        consist=tuple(_coaches(train)),
    )


def _tariff(draft: DraftTariff) -> Tariff:
    def values(placed: Sequence[Placed[Any]]) -> tuple[Any, ...]:
        return tuple(one.value for one in placed)

    return Tariff(
        currencies=draft.currencies,
        categories={placed.value.id: placed.value for placed in draft.categories},
        fares=values(draft.fares),
        fees=values(draft.fees),
        rates=values(draft.rates),
        refunds=values(draft.refunds),
        deadlines=values(draft.deadlines),
        operators={placed.value.id: placed.value for placed in draft.operators},
        allotments=values(draft.allotments),
        groups=None if draft.groups is None else draft.groups.value,
        sale=draft.sale.value,
    )


def _border(draft: DraftBorder) -> BorderRules:
    return BorderRules(
        authorities={placed.value.id: placed.value for placed in draft.authorities},
        collections=tuple(placed.value for placed in draft.collections),
        rules=tuple(placed.value for placed in draft.rules),
        clearings=tuple(placed.value for placed in draft.clearings),
        guidances=tuple(placed.value for placed in draft.guidances),
        refusal=None if draft.refusal is None else draft.refusal.value,
        keeping=None if draft.keeping is None else draft.keeping.value,
    )


def _in_order(train: DraftTrain) -> list[str]:
    """The railways that the train has a number on, in the order in which it runs over them."""
    crossed = [railway for railway in train.railways if railway in train.numbers]
    return crossed + [railway for railway in train.numbers if railway not in crossed]


def first_call_time(train: DraftTrain) -> tuple[str, int]:
    """What the timing clock shows when the train leaves its first call, and on which day after the service date.

    The train must have a first call with a departure, a printed date and a timing clock.
    """
    first = train.calls[0]
    assert first.station is not None
    assert first.departure is not None
    assert train.printed_for is not None
    assert train.timing_clock is not None
    if train.timing_clock == first.station.clock:
        # The time as printed, even where it was skipped on the printed date: on all others it holds.
        local = first.departure.local(train.printed_for)
    else:
        leaves = printed_instant(first.departure, train.printed_for, first.station.clock)
        local = leaves.astimezone(zone(train.timing_clock))
    return local.strftime("%H:%M"), (local.date() - train.printed_for).days


def _call(call: DraftCall) -> Call:
    assert call.station is not None
    return Call(
        provenance=call.provenance,
        figures=call.figures,
        station=call.station.id,
        arrival=call.arrives,
        departure=call.departs,
        boarding=call.boarding,
        alighting=call.alighting,
    )


def _coaches(train: DraftTrain) -> list[Coach]:
    coaches = []
    for coach in train.coaches:
        assert coach.number is not None
        assert coach.type is not None
        assert coach.railway is not None
        assert coach.first_call is not None
        assert coach.last_call is not None
        coaches.append(
            Coach(
                provenance=coach.provenance,
                figures=coach.figures,
                number=coach.number,
                type=coach.type.id,
                railway=coach.railway,
                first_call=coach.first_call,
                last_call=coach.last_call,
                traffic=coach.traffic,
            )
        )
    return coaches


def _length_provenance(
    ways: Sequence[Way], sections: Sequence[Section], known: dict[tuple[int, ...], Provenance]
) -> Provenance:
    run = tuple(dict.fromkeys(index for way in ways for index in way.sections))
    if run not in known:
        known[run] = together(sections[index].provenance_of("km") for index in run)
    return known[run]
