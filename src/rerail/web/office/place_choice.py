"""Places to pick from on the plan of each coach, for one leg and this buyer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from rerail.line.model import CoachType
from rerail.places.choose import free_places
from rerail.sale.model import Offer
from rerail.sale.rules import Travel
from rerail.web.drawing.coach_plan import PlaceState, coach_plan
from rerail.web.drawing.svg import both
from rerail.web.office.visit import Visit

MOST_COACHES: Final = 12
"""Coaches whose plans a page still draws; on a longer train the places are chosen automatically."""


class PlaceChoice(Struct, frozen=True):
    """A free place."""

    value: str
    """"2/5": as the form sends it."""
    number: str
    kind: str
    picked: bool
    own: bool
    """Whether it is kept for this buyer."""


class CoachChoice(Struct, frozen=True, kw_only=True):
    """A coach with its free places."""

    number: str
    type: CoachType
    places: tuple[PlaceChoice, ...]
    plan: Markup


def coaches_to_choose(
    visit: Visit, offer: Offer, way: Travel, picked: Collection[tuple[str, str]]
) -> tuple[CoachChoice, ...]:
    """The coaches with a place for this journey, class and buyer; none on a train too long to draw."""
    market = visit.selling.market()
    seats = market.seats(way)
    with visit.selling.store.read() as connection:
        occupancy = market.kept.occupancies.of(connection, way.key, market.now)
    free = free_places(
        seats,
        occupancy,
        way.board,
        way.alight,
        travel_class=way.ask.travel_class,
        barred=market.barred(way, offer.ask),
    )
    own = market.own(way, offer.ask)
    by_coach: dict[str, list[str]] = {}
    for where, place in free:
        by_coach.setdefault(where, []).append(place)
    if len(by_coach) > MOST_COACHES:
        return ()
    found = []
    for position, coach in enumerate(way.train.consist):
        numbers = by_coach.get(coach.number)
        if not numbers:
            continue
        kind = way.line.coach_types[coach.type]
        kinds = {place.number: place.kind for place in kind.places}
        chosen = {one for where, one in picked if where == coach.number}
        states: dict[str, PlaceState] = {
            place.number: "chosen" if place.number in chosen else "free" if place.number in numbers else "taken"
            for place in kind.places
        }
        found.append(
            CoachChoice(
                number=coach.number,
                type=kind,
                places=tuple(
                    PlaceChoice(
                        value=f"{coach.number}/{number}",
                        number=number,
                        kind=kinds[number],
                        picked=number in chosen,
                        own=(coach.number, number) in own,
                    )
                    for number in numbers
                ),
                plan=_plan(visit, way, kind, f"{way.train.id}-{way.board}-{position}", states),
            )
        )
    return tuple(found)


def _plan(visit: Visit, way: Travel, kind: CoachType, name: str, states: dict[str, PlaceState]) -> Markup:
    view = visit.view
    label = view.words.gettext("Plan of the coach: %(coach)s", coach=view.text(kind.names))
    return both(lambda layout: coach_plan(way.line, kind, view.words, layout, name, states), label)
