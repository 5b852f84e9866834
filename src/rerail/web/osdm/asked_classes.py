"""In which classes a trip is asked for: a journey for each class that some train of it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rerail.line.stretch import stretch
from rerail.line.tariff import TravelClass
from rerail.places.model import Wishes
from rerail.sale.market import Market
from rerail.sale.model import LegAsk
from rerail.sale.rules import classes
from rerail.web.osdm.products import SERVICE_CLASS, TRAVEL_CLASS
from rerail.web.osdm.rides import Rides
from rerail.web.osdm.types_offers import AnonymousPassenger, OfferSearchCriteria

ANY_CLASS: Final = "ANY_CLASS"


def wishes_of(passengers: Iterable[AnonymousPassenger]) -> Wishes:
    """What the passengers need of their places."""
    return Wishes(
        wheelchair=sum(one.type.upper() == "WHEELCHAIR" or "WHEELCHAIR" in (one.prm_needs or ()) for one in passengers)
    )


def in_classes(
    market: Market, rides: Rides, criteria: OfferSearchCriteria, wishes: Wishes
) -> Iterator[tuple[LegAsk, ...]]:
    """A trip in each class that some train of it has; on the others in their first.

    Where no train has a class that is wished, in every class there is.
    """
    offered: list[tuple[TravelClass, ...]] = []
    for ride in rides:
        departure = market.life.departure(ride.train, ride.service_date)
        calls = stretch(departure.train, ride.board, ride.alight) if departure is not None else None
        there = classes(departure.line, departure.train, *calls) if departure is not None and calls else ()
        offered.append(there)
    every = tuple(dict.fromkeys(one for there in offered for one in there))
    wished = tuple(one for one in every if _is_wished(one, criteria))
    combinations: list[tuple[TravelClass | None, ...]] = [
        tuple(one if one in there else (there[0] if there else None) for there in offered) for one in wished or every
    ]
    for chosen in dict.fromkeys(combinations or [tuple(None for _ in offered)]):
        yield tuple(
            LegAsk(
                train=ride.train,
                service_date=ride.service_date,
                board=ride.board,
                alight=ride.alight,
                travel_class=one,
                wishes=wishes,
            )
            for ride, one in zip(rides, chosen, strict=True)
        )


def _is_wished(travel_class: TravelClass, criteria: OfferSearchCriteria) -> bool:
    in_class = criteria.travel_classes
    of_service = criteria.service_class_types
    if in_class and ANY_CLASS not in in_class and TRAVEL_CLASS[travel_class] not in in_class:
        return False
    return not of_service or ANY_CLASS in of_service or SERVICE_CLASS[travel_class] in of_service
