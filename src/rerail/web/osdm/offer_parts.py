"""An offer's parts: for each passenger and train a right to travel, and with it, included, a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from rerail.desk.retailing import Quoted
from rerail.line.model import CoachType
from rerail.line.tariff import TravelClass
from rerail.sale.market import Market
from rerail.sale.model import FeeCharged, LegOffer
from rerail.sale.model import Offer as SaleOffer
from rerail.sale.retail import Quote, QuotedPassenger, part_ids
from rerail.web.osdm.calls import Call
from rerail.web.osdm.conditions import FULFILLMENTS, after_sales, exchangeable, products_of, refundable, said
from rerail.web.osdm.kinds import accommodation
from rerail.web.osdm.products import TRAVEL_CLASS, admission_code, flexibility, reservation_code, service_class
from rerail.web.osdm.types_common import Price
from rerail.web.osdm.types_offers import (
    AdmissionOfferPart,
    AppliedPassengerType,
    AvailablePlace,
    Fee,
    Offer,
    OfferSummary,
    PartReference,
    ProductLegAssociation,
    ReservationGroup,
    ReservationOfferPart,
    ReservationRelation,
    TripCoverage,
    TripLegCoverage,
)
from rerail.web.osdm.types_trips import Trip, TripLeg

LATE: Final = timedelta(days=1)
"""A ticket is good for this long after the planned arrival: trains are late."""
_LONGEST_REQUESTED: Final = 32_768
SELECTION: Final = (
    "AUTOMATIC_PLACE_SELECTION",
    "AUTOMATIC_PLACE_SELECTION_NEARBY",
    "AUTOMATIC_PLACE_SELECTION_PREFERENCES",
    "MANUAL_PLACE_SELECTION_WITHOUT_FEE",
)


class LegSaid(NamedTuple):
    """A leg in OSDM's words, and what is offered on it."""

    leg: TripLeg
    offered: LegOffer
    coach: CoachType | None
    """A coach of the class, if the train has one all the way."""

    @property
    def travel_class(self) -> TravelClass:
        """The class of the leg."""
        return self.offered.ask.travel_class or "second"

    @property
    def leaves(self) -> datetime:
        """On the station's clock."""
        return self.leg.timed_leg.start.service_departure.timetabled_time

    @property
    def arrives(self) -> datetime:
        """On the station's clock."""
        return self.leg.timed_leg.end.service_arrival.timetabled_time


def class_of(made: SaleOffer) -> TravelClass:
    """The class that an offer is said to be in: that of its first train."""
    return made.legs[0].ask.travel_class or "second"


def said_offer(call: Call[Any], market: Market, trip: Trip, quoted: Quoted) -> Offer:
    """An offer in OSDM's words."""
    quote, made = quoted.quote, quoted.quote.offer
    legs = [_leg(market, leg, offered) for leg, offered in zip(trip.legs, made.legs, strict=True)]
    admissions: list[AdmissionOfferPart] = []
    reservations: list[ReservationOfferPart] = []
    for number, leg in enumerate(legs):
        for passenger, one in enumerate(quote.passengers):
            admission, reservation = _parts(market, trip, quote, leg, number, passenger, one)
            admissions.append(admission)
            if reservation is not None:
                reservations.append(reservation)
    first = legs[0]
    tariff = market.tariff
    kinds = dict.fromkeys(leg.travel_class for leg in legs)
    travel_class = class_of(made)
    in_class = service_class(travel_class, call.language)
    return Offer(
        offer_id=quoted.token,
        summary=f"{trip.summary}, {in_class.name}",
        offer_summary=OfferSummary(
            minimal_price=said(made.total),
            overall_service_class=in_class,
            overall_travel_class=TRAVEL_CLASS[travel_class],
            overall_accommodation_type=accommodation(first.coach)[0] if first.coach is not None else "SEAT",
            overall_flexibility=flexibility(tariff),
        ),
        created_on=made.made,
        pre_bookable_until=made.until,
        passenger_refs=tuple(one.ref for one in quote.passengers),
        products=tuple(one for kind in kinds for one in products_of(call, market.line, tariff, kind)),
        trip_coverage=TripCoverage(covered_trip_id=trip.id),
        admission_offer_parts=tuple(admissions),
        reservation_offer_parts=tuple(reservations),
        fees=said_fees(market, quote.root, made.fees),
    )


def _leg(market: Market, leg: TripLeg, offered: LegOffer) -> LegSaid:
    departure = market.life.departure(offered.ask.train, offered.ask.service_date)
    coach = None
    if departure is not None:
        types = (departure.line.coach_types[one.type] for one in departure.train.consist)
        coach = next((one for one in types if one.travel_class == offered.ask.travel_class), None)
    return LegSaid(leg, offered, coach)


def _parts(
    market: Market,
    trip: Trip,
    quote: Quote,
    leg: LegSaid,
    number: int,
    passenger: int,
    one: QuotedPassenger,
) -> tuple[AdmissionOfferPart, ReservationOfferPart | None]:
    made, tariff = quote.offer, market.tariff
    category = tariff.categories[one.category]
    price = leg.offered.prices[one.category]
    admission_id, reservation_id = part_ids(quote.root, number, passenger, len(quote.passengers))
    common: dict[str, Any] = {
        "created_on": made.made,
        "valid_from": leg.leaves,
        "valid_until": leg.arrives + LATE,
        "price_guaranteed_until": made.until,
        "trip_coverage": TripCoverage(covered_trip_id=trip.id, covered_leg_ids=(leg.leg.id,)),
        "offer_mode": "INDIVIDUAL",
        "passenger_refs": (one.ref,),
        "numeric_availability": leg.offered.free,
        "refundable": refundable(tariff),
        "exchangeable": exchangeable(tariff, group=made.ask.group),
        "available_fulfillment_options": FULFILLMENTS,
    }
    admission = AdmissionOfferPart(
        **common,
        id=admission_id,
        summary=f"{leg.leg.timed_leg.start.stop_place_name} – {leg.leg.timed_leg.end.stop_place_name}",
        price=said(price.total),
        summary_product_id=admission_code(leg.travel_class),
        products=_product(admission_code(leg.travel_class), leg),
        after_sales_conditions=after_sales(tariff, price, leg.leaves) or None,
        requested_information=requested(
            [(passenger, member) for member in _asked_of(category.asks_birth_date and one.birth_date is None)]
        ),
        applied_passenger_types=(
            AppliedPassengerType(
                passenger_ref=one.ref, type=one.kind, description=market.line.text(category.names, "en")
            ),
        ),
        is_reservation_required=category.place,
        reservations=(_included(reservation_id),) if category.place else None,
    )
    if not category.place:
        return admission, None
    kind, sub_kind = accommodation(leg.coach) if leg.coach is not None else ("SEAT", "ANY_SEAT")
    reservation = ReservationOfferPart(
        **common,
        id=reservation_id,
        summary="Place, included",
        summary_product_id=reservation_code(leg.travel_class),
        products=_product(reservation_code(leg.travel_class), leg),
        price=Price(currency=price.total.currency, amount=0, scale=said(price.total).scale),
        available_places=(
            AvailablePlace(
                accommodation_type=kind,
                accommodation_sub_type=sub_kind,
                numeric_availability=leg.offered.free,
                trip_leg_coverage=TripLegCoverage(trip_id=trip.id, leg_id=leg.leg.id),
            ),
        ),
        supported_place_selection_flows=SELECTION,
    )
    return admission, reservation


def _product(code: str, leg: LegSaid) -> tuple[ProductLegAssociation, ...]:
    return (ProductLegAssociation(product_id=code, leg_ids=(leg.leg.id,)),)


def _included(reservation_id: str) -> ReservationRelation:
    return ReservationRelation(
        is_included=True,
        min_group_items_to_be_booked=1,
        max_group_items_to_be_booked=1,
        reservation_group=ReservationGroup(
            id=reservation_id, name="Place", reservation_refs=(PartReference(id=reservation_id),)
        ),
    )


def _asked_of(birth_date: bool) -> Sequence[str]:
    names = ("detail.firstName", "detail.lastName")
    return (*names, "dateOfBirth") if birth_date else names


def requested(asked: Iterable[tuple[int | str, str]]) -> str | None:
    """What is still to be told, in OSDM's grammar: a passenger's index (from 0) or ANY for everybody, and the member.

    Of a great group as much as OSDM has room for: the rest is asked for once this is told.
    """
    said = ""
    for index, member in asked:
        more = f"{' AND ' if said else ''}passengerSpecifications[{index}].{member}"
        if len(said) + len(more) > _LONGEST_REQUESTED:
            break
        said += more
    return said or None


def said_fees(market: Market, root: str, fees: Sequence[FeeCharged]) -> tuple[Fee, ...] | None:
    """The fees for a whole booking."""
    names: Mapping[str, str] = {one.id: market.line.text(one.names, "en") for one in market.tariff.fees}
    return (
        tuple(
            Fee(
                id=f"{root}-F{number}",
                summary=names.get(one.fee, one.fee),
                price=said(one.charged),
                refundable="YES" if one.refundable else "NO",
            )
            for number, one in enumerate(fees, start=1)
        )
        or None
    )
