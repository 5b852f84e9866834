"""Borders: every one that a train passes has a crossing, controls for its direction, and time for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rerail.line.draft import DraftCall, DraftFolder, DraftTrain, Passage, Placed
from rerail.line.kinds import listed
from rerail.line.model import Control, Crossing, RailwayId, TrainId
from rerail.line.printed_time import minutes_of_day
from rerail.line.problem import At, Finding, error, warning


def crossing_missing(draft: DraftFolder) -> Iterator[Finding]:
    """Where the track of a train passes from one railway to another, the folder has a crossing."""
    reported: dict[tuple[str, frozenset[str]], list[TrainId]] = {}
    places: dict[tuple[str, frozenset[str]], Passage] = {}
    for train in draft.trains:
        for passage in train.passages:
            if passage.crossing is None:
                change = passage.change
                key = (change.station, frozenset((change.leaving, change.entering)))
                reported.setdefault(key, []).append(train.id)
                places.setdefault(key, passage)
    for key, trains in reported.items():
        change = places[key].change
        message = (
            f'at "{change.station}" the track passes from "{change.leaving}" to "{change.entering}" '
            f"(trains: {listed(dict.fromkeys(trains), 3)}), and no crossing is there."
        )
        fix = f'Add a [[crossing]] with border = "{change.station}", or correct the railway of the sections.'
        yield error(At("line.toml", "crossing"), message, fix)


def control_side(draft: DraftFolder) -> Iterator[Finding]:
    """A control is one of the crossing's two railways', for travel towards one of them."""
    for crossing_id, controls in draft.controls.items():
        crossing = draft.crossings.get(crossing_id)
        if crossing is None:
            continue
        for placed in controls:
            for name in ("railway", "towards"):
                railway = getattr(placed.value, name)
                if railway in draft.railways and railway not in crossing.value.railways:
                    message = f'"{railway}" is not one of the railways of this crossing.'
                    yield error(placed.at.key(name), message, f"They are {' and '.join(crossing.value.railways)}.")
        if crossing_id in draft.open_borders and controls:
            fix = "Take open_border out, or the controls."
            yield error(crossing.at.key("open_border"), "an open border has no controls.", fix)


def control_missing(draft: DraftFolder) -> Iterator[Finding]:
    """A crossing has a control for each direction in which a train passes it, unless nobody controls there.

    If only one of the two sides controls, that is a warning: it happens (Britain looks at nobody who leaves).
    """
    missing: dict[tuple[str, RailwayId, tuple[RailwayId, ...]], list[TrainId]] = {}
    for train, passage, crossing in _crossed(draft):
        without = tuple(
            railway
            for railway in crossing.value.railways
            if not _controls(draft, crossing.value, railway, passage.change.entering, train.id)
        )
        if without:
            missing.setdefault((crossing.value.id, passage.change.entering, without), []).append(train.id)
    for (crossing_id, towards, without), trains in missing.items():
        at = draft.crossings[crossing_id].at.key("control")
        who = f"(trains: {listed(dict.fromkeys(trains), 3)})"
        if len(without) == 2:
            fix = "Add a [[crossing.control]] for each side, or open_border = true if nobody controls."
            yield error(at, f'nobody controls travel towards "{towards}" {who}.', fix)
        else:
            fix = f'Add a [[crossing.control]] with railway = "{without[0]}" and towards = "{towards}", if it does.'
            yield warning(at, f'"{without[0]}" does not control travel towards "{towards}" {who}.', fix)


def control_halt(draft: DraftFolder) -> Iterator[Finding]:
    """A train that crosses a border halts where it is controlled, for as long as the control takes.

    At the first and the last call passengers are controlled before they board or after they alight, whatever
    the halt. A control before boarding needs no halt, but a call before the border at which one may board.
    """
    for train, passage, crossing in _crossed(draft):
        towards = passage.change.entering
        for railway in crossing.value.railways:
            controls = _controls(draft, crossing.value, railway, towards, train.id)
            before = [control for control in controls if control.mode == "before-boarding"]
            for control in controls:
                if control.mode != "before-boarding":
                    yield from _halt(train, control)
            if before and len(before) == len(controls):
                yield from _before_boarding(train, passage, before)


def _halt(train: DraftTrain, control: Control) -> Iterator[Finding]:
    found = _call(train, control.station)
    if found is None:
        if all(call.station for call in train.calls):
            message = f'the train does not call at "{control.station}", where "{control.railway}" controls.'
            yield error(train.at.key("call"), message, _AT_CONTROL)
        return
    index, call = found
    if index in (0, len(train.calls) - 1) or call.arrives is None or call.departs is None:
        return
    halt = (call.departs - call.arrives) // 60
    if 0 <= halt < (control.minutes or 1):
        needs = f"needs {control.minutes} minutes" if control.minutes else "needs a halt"
        message = (
            f'the train halts {halt} minutes at "{control.station}", where the control of "{control.railway}" {needs}.'
        )
        yield error(call.at, message, "Lengthen the halt, or correct the minutes of the control in line.toml.")


_AT_CONTROL: Final = "Add the call, or name this train in the trains of another [[crossing.control]]."


def _before_boarding(train: DraftTrain, passage: Passage, controls: Sequence[Control]) -> Iterator[Finding]:
    boarding = {call.station.id: call for call in train.calls[: passage.segment + 1] if call.station and call.boarding}
    if not all(call.station for call in train.calls):
        return
    stations = {control.station for control in controls}
    if not stations & boarding.keys():
        side = controls[0].railway
        where = listed(sorted(stations))
        message = f'"{side}" controls before boarding at {where}, and nobody boards there before the border.'
        yield error(train.at.key("call"), message, _AT_CONTROL)
        return
    for station, call in boarding.items():
        if station not in stations:
            message = f'passengers who board at "{station}" cross without the control of "{controls[0].railway}".'
            fix = "Write boarding = false, or add the control there."
            yield warning(call.at, message, fix)


def control_hours(draft: DraftFolder) -> Iterator[Finding]:
    """A train is at a control during its hours, for as long as the control takes."""
    for train, passage, crossing in _crossed(draft):
        for railway in crossing.value.railways:
            for control in _controls(draft, crossing.value, railway, passage.change.entering, train.id):
                found = _call(train, control.station)
                if found is None or (control.opens is None and control.closes is None):
                    continue
                index, call = found
                opened, needed = _minutes_open(call, control, index, len(train.calls))
                if opened is not None and opened < needed:
                    hours = f"{control.opens or '00:00'} to {control.closes or '24:00'}"
                    message = f'the train is at "{control.station}" outside the hours of the control ({hours}).'
                    yield warning(call.at, message, "Check the hours in line.toml and the times of the train.")


def _minutes_open(call: DraftCall, control: Control, index: int, calls: int) -> tuple[int | None, int]:
    """How many minutes of a halt the control is open, and how many it needs; None: times not known."""
    opens, closes = minutes_of_day(control.opens or "00:00"), minutes_of_day(control.closes or "00:00")
    assert opens is not None
    assert closes is not None
    length = (closes - opens) % 1440 or 1440

    def is_open(minute: int) -> bool:
        return (minute - opens) % 1440 < length

    at_end = call.departure if index == 0 else call.arrival if index == calls - 1 else None
    if at_end is not None:
        minute = at_end.time_of_day.hour * 60 + at_end.time_of_day.minute
        # Passengers are controlled in the minutes before the train leaves, or from its arrival on.
        return int(is_open(minute - 1 if index == 0 else minute)), 1
    if call.arrives is None or call.departs is None or call.arrival is None:
        return None, 1
    start = call.arrival.time_of_day.hour * 60 + call.arrival.time_of_day.minute
    halt = min(max(0, call.departs - call.arrives) // 60, 2880)
    return sum(is_open(minute) for minute in range(start, start + halt)), min(control.minutes or 1, halt or 1)


def _crossed(draft: DraftFolder) -> Iterator[tuple[DraftTrain, Passage, Placed[Crossing]]]:
    for train in draft.trains:
        for passage in train.passages:
            if passage.crossing is not None and passage.crossing.value.id not in draft.open_borders:
                yield train, passage, passage.crossing


def _controls(
    draft: DraftFolder, crossing: Crossing, railway: RailwayId, towards: RailwayId, train: TrainId
) -> list[Control]:
    """The controls of one side that hold for a train: those that name it, else those that name none."""
    side = [
        placed.value
        for placed in draft.controls.get(crossing.id, ())
        if placed.value.railway == railway and placed.value.towards == towards
    ]
    naming = [control for control in side if control.trains is not None and train in control.trains]
    return naming or [control for control in side if control.trains is None]


def _call(train: DraftTrain, station: str) -> tuple[int, DraftCall] | None:
    for index, call in enumerate(train.calls):
        if call.station and call.station.id == station:
            return index, call
    return None


RULES: Final = (crossing_missing, control_side, control_missing, control_halt)
WARNINGS: Final = (control_hours,)
