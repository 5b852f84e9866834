"""What was wished of places and is not so: a remark, and no reason to refuse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from msgspec.structs import replace

from rerail.desk.retailing import Standing
from rerail.desk.retailing_wishes import is_near
from rerail.places.model import Spot
from rerail.sale.errors import WrongAsk
from rerail.sale.model import Part
from rerail.sale.retail import parts_by_id
from rerail.sale.rules import travel_of
from rerail.web.osdm.kinds import accommodation, has
from rerail.web.osdm.problems import Problem, problem
from rerail.web.osdm.types_common import Answer
from rerail.web.osdm.types_selections import OfferSelection, PlaceSelection

A = TypeVar("A", bound=Answer)

_ANY_SEAT: Final = "ANY_SEAT"


def selected(offers: Iterable[OfferSelection]) -> list[PlaceSelection]:
    """What is chosen of places on these offers."""
    return [one for offer in offers for one in offer.place_selections or ()]


def with_remarks(answer: A, standing: Standing, selections: Iterable[PlaceSelection] | None) -> A:
    """The answer with a remark for each passenger whose place is not as was wished."""
    remarks = tuple(_remarks(standing, selections or ()))
    return replace(answer, problems=(*(answer.problems or ()), *remarks)) if remarks else answer


def _remarks(standing: Standing, selections: Iterable[PlaceSelection]) -> Iterator[Problem]:
    parts = parts_by_id(standing.retail, standing.booking)
    refs = [one.ref for one in standing.retail.passengers]
    for selection in selections:
        part = parts.get(selection.reservation_id)
        if part is None:
            continue
        theirs = {refs[one.passenger - 1]: one for one in standing.booking.parts_of(part.leg) if one.spots}
        near = selection.reference_place
        if near is not None and part.spots:
            yield from _remark(standing, refs[part.passenger - 1], part, near=(near.coach_number, near.place_number))
        for one in selection.accommodations or ():
            for ref in one.passenger_refs:
                if ref in theirs:
                    words = one.place_properties or ()
                    yield from _remark(standing, ref, theirs[ref], kind=one.accommodation_sub_type, words=words)


def _remark(
    standing: Standing,
    ref: str,
    part: Part,
    *,
    near: tuple[str, str] | None = None,
    kind: str = _ANY_SEAT,
    words: Iterable[str] = (),
) -> Iterator[Problem]:
    spot = part.spots[0]
    unmet = list(_unmet(standing, part, spot, near, kind, words))
    if unmet:
        yield problem(
            "PLACE_PROPERTY_NOT_RESPECTED",
            "A place is not as wished",
            f'Passenger "{ref[:80]}" has place {spot.coach}-{spot.place}, which is not: {", ".join(unmet)}.',
        )


def _unmet(
    standing: Standing, part: Part, spot: Spot, near: tuple[str, str] | None, kind: str, words: Iterable[str]
) -> Iterator[str]:
    try:
        leg = travel_of(standing.market.life, standing.booking.leg(part.leg))
    except WrongAsk:
        return
    seats = standing.market.seats(leg)
    number = seats.number(spot.coach, spot.place, spot.board)
    if number is None:
        return
    place = seats.places[number]
    coach = leg.line.coach_types[seats.coaches[seats.coach_of[number]].type]
    if near is not None and not is_near(seats, spot, near):
        yield f"near {near[0][:20]}-{near[1][:20]}"
    if kind not in (_ANY_SEAT, accommodation(coach, place)[1]):
        yield kind[:40]
    yield from (word[:40] for word in words if not has(place, word))
