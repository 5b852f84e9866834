"""What a passenger meets at the borders of a journey, in the order of travel: where to get off and with what, when.

Pure, and without words: only what the line folder knows. What it does not know is None, and is said to be not known.
Local times are aware, on the clock of the station they are at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from rerail.border.model import Passing
from rerail.border.passing import authorities, controls, naming, passings
from rerail.line.border import Asked, Guidance
from rerail.line.model import Call, Control, Line, RailwayId, StationId, Text, Train
from rerail.line.timing import CallTimes, StationTime, call_times, zone

Mode = Literal["on-board", "on-foot", "before-boarding"]


class ControlStep(Struct, frozen=True, kw_only=True):
    """One side's control, as a passenger goes through it."""

    crossing: str
    railway: RailwayId
    """Whose."""
    direction: Literal["exit", "entry"]
    station: StationId
    mode: Mode
    arrives: datetime | None
    """None: the passenger boards there."""
    leaves: datetime | None
    """None: the passenger alights there."""
    there_by: datetime | None = None
    """Before boarding: when one has to be there; None: not known."""
    luggage: Literal["with", "without"] | None
    """Whether one goes there with one's luggage; None: not known."""
    asks: tuple[Asked, ...] | None
    """What its passenger list has of a travel document; None: not known."""
    named_list: bool
    """Whether this side lets people through by a named list agreed beforehand."""
    text: Text
    """What else the folder says."""
    illustrative: frozenset[str] = frozenset()
    """Which of "times", "mode", "there_by", "luggage" and "asks" are."""


class ClockStep(Struct, frozen=True, kw_only=True):
    """Another clock beyond the border."""

    near: StationId
    far: StationId
    leaves: datetime
    """When the train leaves the near side, on its clock."""
    shift: timedelta
    """What the far side's clock shows more; negative: less. Never zero."""
    illustrative: bool
    """Whether the time is."""


class CoachStep(Struct, frozen=True, kw_only=True):
    """Passengers change to other coaches of the same train."""

    station: StationId
    arrives: datetime
    leaves: datetime
    illustrative: frozenset[str] = frozenset()
    """Which of "times" and "change" are."""


class DocumentsStep(Struct, frozen=True, kw_only=True):
    """Who has the travel documents on the way, and when they come back."""

    holder: Literal["keep", "conductor"] | None
    """None: not known."""
    returned: datetime | None
    """When the conductor gives them back, on the clock of the station where one alights; None: not known."""
    before: timedelta | None
    """How long that is before the journey ends."""
    alight: StationId
    illustrative: frozenset[str] = frozenset()
    """Which of "holder" and "returned" are."""


Step = ControlStep | ClockStep | CoachStep | DocumentsStep

_EXIT: Final = 0
_ENTRY_BEFORE: Final = 1
"""Entry control before boarding: in the station, before the train goes to another clock."""
_CLOCK: Final = 2
_ENTRY: Final = 3
_COACHES: Final = 4
_DOCUMENTS: Final = 5

_Placed = tuple[tuple[datetime, int], Step]
"""A step with when it begins (UTC) and, of steps at the same moment, which comes first."""


def guidance(line: Line, train: Train, service_date: date, board: int, alight: int) -> tuple[Step, ...]:
    """What somebody meets at the borders who travels from one call to another (indexes); nothing if none is passed."""
    times = call_times(line, train, service_date)
    crossed = [one for one in passings(line, train, service_date) if one.crossed_by(board, alight)]
    if not crossed:
        return ()
    placed: list[_Placed] = []
    for passing in crossed:
        placed += _controls(line, train, passing, times, (board, alight))
        placed += _clock(train, passing, times)
        placed += _coaches(train, passing, times, (board, alight))
    placed += _documents(line, train, crossed, times, (board, alight))
    return tuple(step for _, step in sorted(placed, key=lambda one: one[0]))


def _controls(
    line: Line, train: Train, passing: Passing, times: Sequence[CallTimes], stretch: tuple[int, int]
) -> Iterator[_Placed]:
    board, alight = stretch
    for railway in (passing.leaving, passing.entering):
        met = _met(line, train, passing, railway, times, board)
        if met is None or not board <= met[1] <= alight:
            continue
        control, index = met
        call, at = train.calls[index], times[index]
        arrival = at.arrival if index > board else None
        departure = at.departure if index < alight else None
        moment = arrival or departure
        assert moment is not None  # a train arrives where somebody has come to, and leaves where somebody boards
        known = _guidance(line, passing, railway)
        lists = [one for one in authorities(line, passing) if one.railway == railway]
        there_by = None
        if control.mode == "before-boarding" and control.minutes is not None and departure is not None:
            there_by = departure.local - timedelta(minutes=control.minutes)
        step = ControlStep(
            crossing=passing.crossing,
            railway=railway,
            direction="exit" if railway == passing.leaving else "entry",
            station=control.station,
            mode=control.mode,
            arrives=arrival.local if arrival is not None else None,
            leaves=departure.local if departure is not None else None,
            there_by=there_by,
            luggage=known.luggage if known is not None and known.luggage else _at_an_end(control, index, stretch),
            asks=tuple(dict.fromkeys(asked for one in lists for asked in one.asks)) if lists else None,
            named_list=any(one.kind == "named-list" for one in lists),
            text=known.text if known is not None else {},
            illustrative=_marks(
                times=_made_up(call, arrival, departure),
                mode=control.illustrative("mode"),
                there_by=control.illustrative("minutes"),
                luggage=known is not None and known.luggage is not None and known.illustrative("luggage"),
                asks=any(one.illustrative("asks") for one in lists),
            ),
        )
        entry = _ENTRY_BEFORE if control.mode == "before-boarding" else _ENTRY
        yield (moment.instant, _EXIT if step.direction == "exit" else entry), step


def _met(
    line: Line, train: Train, passing: Passing, railway: RailwayId, times: Sequence[CallTimes], board: int
) -> tuple[Control, int] | None:
    """One side's control that the passenger goes through, and at which call: before boarding, where one boards."""
    side = controls(line, passing.crossing, railway, passing.entering, train.id)
    for control in side:
        if control.mode == "before-boarding" and control.station == train.calls[board].station:
            return control, board
    checkpoint = passing.checkpoint(railway)
    if checkpoint is None or checkpoint.mode == "before-boarding":
        return None
    for one in times:
        moment = one.arrival or one.departure
        if one.station.id == checkpoint.station and moment is not None and moment.instant == checkpoint.at:
            return side[0], one.index
    return None


def _at_an_end(control: Control, index: int, stretch: tuple[int, int]) -> Literal["with"] | None:
    """Whoever boards or alights at a control on foot, or goes to the train through one, has the luggage along."""
    return "with" if control.mode != "on-board" and index in stretch else None


def _clock(train: Train, passing: Passing, times: Sequence[CallTimes]) -> Iterator[_Placed]:
    near, far = times[passing.near_call], times[passing.near_call + 1]
    leaves, arrives = near.departure, far.arrival
    assert leaves is not None
    assert arrives is not None  # the train goes on over the border
    before, after = arrives.instant.astimezone(zone(leaves.zone)).utcoffset(), arrives.local.utcoffset()
    assert before is not None
    assert after is not None  # both are aware
    if before != after:
        yield (
            (leaves.instant, _CLOCK),
            ClockStep(
                near=near.station.id,
                far=far.station.id,
                leaves=leaves.local,
                shift=after - before,
                illustrative=train.calls[passing.near_call].illustrative("departure"),
            ),
        )


def _coaches(train: Train, passing: Passing, times: Sequence[CallTimes], stretch: tuple[int, int]) -> Iterator[_Placed]:
    """Changes of coaches at the border: at its calls on both sides, or where a side controls."""
    there = {train.calls[passing.near_call].station, train.calls[passing.near_call + 1].station}
    there |= {one.station for one in passing.checkpoints}
    for index in range(stretch[0] + 1, stretch[1]):
        call, arrival, departure = train.calls[index], times[index].arrival, times[index].departure
        if call.station in there and call.station in train.change_at:
            assert arrival is not None
            assert departure is not None  # between two calls of the journey the train does both
            yield (
                (arrival.instant, _COACHES),
                CoachStep(
                    station=call.station,
                    arrives=arrival.local,
                    leaves=departure.local,
                    illustrative=_marks(
                        times=_made_up(call, arrival, departure), change=train.illustrative("change_at")
                    ),
                ),
            )


def _documents(
    line: Line, train: Train, crossed: Sequence[Passing], times: Sequence[CallTimes], stretch: tuple[int, int]
) -> Iterator[_Placed]:
    """Once for the whole journey: a conductor who has them has them over every border.

    Where everybody walks to the controls, and nothing else is said, there is nothing to say.
    """
    told = [_guidance(line, passing, side) for passing in crossed for side in (passing.leaving, passing.entering)]
    known = [one for one in told if one is not None and one.documents is not None]
    holds = next((one for one in known if one.documents == "conductor"), next(iter(known), None))
    if holds is None and not any(point.mode == "on-board" for one in crossed for point in one.checkpoints):
        return
    leaves, arrives = times[stretch[0]].departure, times[stretch[1]].arrival
    assert leaves is not None
    assert arrives is not None  # one boards where the train leaves, and alights where it arrives
    before = None
    if holds is not None and holds.returned_minutes is not None:
        before = timedelta(minutes=holds.returned_minutes)
        # On a journey shorter than that nobody gives anything back before it begins.
        before = before if leaves.instant < arrives.instant - before else None
    yield (
        (arrives.instant - (before or timedelta()), _DOCUMENTS),
        DocumentsStep(
            holder=holds.documents if holds is not None else None,
            returned=arrives.local - before if before is not None else None,
            before=before,
            alight=train.calls[stretch[1]].station,
            illustrative=_marks(
                holder=holds is not None and holds.illustrative("documents"),
                returned=holds is not None
                and (holds.illustrative("returned_minutes") or train.calls[stretch[1]].illustrative("arrival")),
            ),
        ),
    )


def _guidance(line: Line, passing: Passing, railway: RailwayId) -> Guidance | None:
    if line.border is None:
        return None
    here = [
        one
        for one in line.border.guidances
        if (one.crossing, one.railway, one.towards) == (passing.crossing, railway, passing.entering)
    ]
    return next(iter(naming(here, passing.departure.train)), None)


def _made_up(call: Call, arrival: StationTime | None, departure: StationTime | None) -> bool:
    return (arrival is not None and call.illustrative("arrival")) or (
        departure is not None and call.illustrative("departure")
    )


def _marks(**fields: bool) -> frozenset[str]:
    return frozenset(name for name, illustrative in fields.items() if illustrative)
