"""What is sold to whom: lists handed over at borders, places kept for somebody, coaches for one kind of traffic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rerail.line.draft import DraftCoach, DraftFolder, DraftTrain, Passage, Placed
from rerail.line.model import TrainId
from rerail.line.problem import At, Finding, error, warning
from rerail.line.spelling import did_you_mean
from rerail.line.tariff import Allotment


def deadline_crossing(draft: DraftFolder) -> Iterator[Finding]:
    """A deadline names trains that pass its crossing, and a train has one deadline there."""
    crossed = {
        train.id: {passage.crossing.value.id for passage in train.passages if passage.crossing}
        for train in draft.trains
        if None not in train.ways
    }
    known: dict[tuple[str, TrainId | None], At] = {}
    for placed in draft.tariff.deadlines if draft.tariff else ():
        deadline = placed.value
        if "trains" in placed.broken:
            continue
        for index, train in enumerate(deadline.trains or ()):
            if train in crossed and deadline.crossing in draft.crossings and deadline.crossing not in crossed[train]:
                message = f'the train "{train}" does not pass the crossing "{deadline.crossing}".'
                yield error(placed.at.key("trains").item(index), message, "Take it out, or name another crossing.")
        for name in deadline.trains or (None,):
            before = known.setdefault((deadline.crossing, name), placed.at)
            if before is not placed.at:
                who = f'the train "{name}"' if name else "all trains"
                message = f"there is already a deadline for {who} at this crossing ({before.path})."
                yield error(placed.at, message, "Keep one of them, or name the trains that each is for.")


def allotment_place(draft: DraftFolder) -> Iterator[Finding]:
    """An allotment names a coach of each of its trains, and places that the coach has."""
    trains = {train.id: train for train in draft.trains}
    for placed in draft.tariff.allotments if draft.tariff else ():
        allotment = placed.value
        for name in allotment.trains:
            train = trains.get(name)
            if train is None or any(coach.number is None for coach in train.coaches):
                continue
            coaches = [coach for coach in train.coaches if coach.number == allotment.coach]
            if not coaches:
                message = f'the train "{name}" has no coach "{allotment.coach}".'
                numbers = [coach.number for coach in train.coaches if coach.number is not None]
                fix = did_you_mean(allotment.coach, numbers) or "Coaches are listed with the train in trains.toml."
                yield error(placed.at.key("coach"), message, fix)
            yield from _places(placed, name, coaches)


def _places(placed: Placed[Allotment], train: TrainId, coaches: list[DraftCoach]) -> Iterator[Finding]:
    for coach in coaches:
        if coach.type is None or not coach.type.places:
            continue  # without places its plan is empty, or could not be read
        numbers = {place.number for place in coach.type.places}
        for index, number in enumerate(placed.value.places or ()):
            if number not in numbers:
                message = f'coach {coach.number} of the train "{train}" has no place "{number}".'
                fix = did_you_mean(number, numbers) or f'They are in the plan of the type "{coach.type.id}".'
                yield error(placed.at.key("places").item(index), message, fix)


def allotment_twice(draft: DraftFolder) -> Iterator[Finding]:
    """No place of a train is kept for two."""
    kept: dict[tuple[TrainId, str], list[tuple[frozenset[str] | None, At]]] = {}
    for placed in draft.tariff.allotments if draft.tariff else ():
        allotment = placed.value
        if "places" in placed.broken:
            continue
        places = None if allotment.places is None else frozenset(allotment.places)
        for train in dict.fromkeys(allotment.trains):
            for others, at in kept.setdefault((train, allotment.coach), []):
                both = (places or others or {"all"}) & (others or places or {"all"})
                if both:
                    what = "the coach" if both == {"all"} else f"place {min(both, key=_by_number)}"
                    message = f'{what} of the train "{train}" is already kept ({at.path}).'
                    yield error(placed.at, message, "Take it out of one of the two.")
                    break
            kept[train, allotment.coach].append((places, placed.at))
        for index, place in enumerate(allotment.places or ()):
            if place in (allotment.places or ())[:index]:
                yield error(placed.at.key("places").item(index), f'place "{place}" is listed twice.', "Take one out.")


def _by_number(place: str) -> tuple[int, str]:
    return len(place), place


def coach_traffic(draft: DraftFolder) -> Iterator[Finding]:
    """A domestic coach stays on one side of every border, an international one passes one.

    In a train with a coach for domestic passengers, the others say whom they are for: nobody is to be placed in a
    coach that is locked at the border.
    """
    for train in draft.trains:
        domestic = any(coach.traffic == "domestic" for coach in train.coaches)
        for coach in train.coaches:
            if coach.first_call is None or coach.last_call is None or None in train.ways:
                continue
            border = next((one for one in train.passages if _passes(train, coach, one)), None)
            at = coach.at.key("traffic")
            if coach.traffic == "domestic" and border is not None:
                message = f'coach {coach.number} is domestic and crosses the border at "{border.change.station}".'
                fix = 'End it before the border (to = "…"), or write traffic = "international".'
                yield error(at, message, fix)
            elif coach.traffic == "international" and border is None:
                message = f"coach {coach.number} is international and crosses no border."
                yield error(at, message, "Correct from and to, or take traffic out.")
            elif coach.traffic == "any" and domestic:
                message = f"the train has domestic coaches, and coach {coach.number} does not say whom it is for."
                yield error(coach.at, message, 'Add traffic = "international" or traffic = "domestic".')


def _passes(train: DraftTrain, coach: DraftCoach, passage: Passage) -> bool:
    assert coach.first_call is not None
    assert coach.last_call is not None
    station = train.calls[passage.segment].station
    # At a border station where the train calls, a coach that is put on or taken off there does not cross.
    first = passage.segment - 1 if station and station.id == passage.change.station else passage.segment
    return coach.first_call <= first and passage.segment < coach.last_call


def group_train_without_operator(draft: DraftFolder) -> Iterator[Finding]:
    """Where only groups on a named list cross, there are tour operators who bring them."""
    if draft.tariff is None or draft.tables["operator"]:
        return
    for train in draft.trains:
        if train.record.get("groups_only") and any(passage.crossing for passage in train.passages):
            message = "only groups may take it across the border, and no tour operator brings any."
            yield warning(train.at.key("groups_only"), message, "Add [[operator]] tables to fares.toml.")


RULES: Final = (deadline_crossing, allotment_place, allotment_twice, coach_traffic)
WARNINGS: Final = (group_train_without_operator,)
