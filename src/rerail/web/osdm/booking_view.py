"""A booking in OSDM's words: its parts under the ids they had in the offer, its tickets, what is still to be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from rerail.desk.retailing import Standing
from rerail.line.amount import Money
from rerail.line.model import CoachType, Place
from rerail.line.tariff import TravelClass
from rerail.line.timing import zone
from rerail.places.model import Spot
from rerail.sale.model import Leg, Part
from rerail.sale.naming import legs_left
from rerail.sale.retail import BookedOffer as Offered
from rerail.sale.retail import admission_id, reservation_id
from rerail.web.osdm.after_sale_view import said_hold, said_recalls, said_releases
from rerail.web.osdm.calls import Call
from rerail.web.osdm.conditions import FULFILLMENTS, products_of, said
from rerail.web.osdm.document_view import asked_members, border_remarks
from rerail.web.osdm.exchange_view import coming_back, held_besides, in_exchange, said_exchanges
from rerail.web.osdm.kinds import accommodation, properties
from rerail.web.osdm.offer_parts import LATE, SELECTION, requested, said_fees
from rerail.web.osdm.passenger_view import passenger_id, said_passengers, said_purchaser
from rerail.web.osdm.problems import Refused
from rerail.web.osdm.products import admission_code, reservation_code
from rerail.web.osdm.refund_view import said_refunds
from rerail.web.osdm.rides import Ride, trip_id
from rerail.web.osdm.suspended import Overrides
from rerail.web.osdm.ticket_view import HAD_TICKETS, documents, fulfillments
from rerail.web.osdm.types_bookings import (
    Admission,
    BookedOffer,
    Booking,
    BookingResponse,
    PartStatus,
    PaymentMethod,
    PlaceAllocation,
    Reservation,
    ReservedPlace,
)
from rerail.web.osdm.types_common import Price
from rerail.web.osdm.types_offers import (
    AppliedPassengerType,
    PartReference,
    ProductLegAssociation,
    TripCoverage,
    TripLegCoverage,
)
from rerail.web.osdm.types_trips import Trip

_TICK: Final = timedelta(milliseconds=1)


class Seen(Struct, frozen=True, kw_only=True):
    """A leg as it is said: where its trip has it, and its times on the stations' clocks."""

    offered: Offered
    leg: Leg
    trip: str
    number: str
    """Its id within the trip."""
    leaves: datetime
    arrives: datetime
    names: tuple[str, str]
    vehicle: str
    overrides: Overrides


def response(call: Call[Any], standing: Standing) -> BookingResponse:
    """A booking, all of it or what `embed` asks for; words that are not the specification's leave nothing out."""
    embed = call.query.get("embed", "ALL").split(",")
    whole = "ALL" in embed or not any(one == "NONE" or one.startswith("BOOKING") for one in embed)

    def wants(what: str) -> bool:
        return whole or f"BOOKING_{what}" in embed

    booking, now = standing.booking, standing.market.now
    state = booking.state(now)
    live = state in ("prebooked", "confirmed")
    own = standing.retail.said
    options = own.get("requestedFulfillmentType")
    return BookingResponse(
        booking=Booking(
            id=booking.code,
            booking_code=booking.code,
            external_ref=standing.retail.external_ref,
            summary=_summary(call, standing),
            created_on=max(booking.created, _made(standing) + _TICK),
            passengers=said_passengers(standing),
            purchaser=said_purchaser(standing) if wants("PURCHASER") else None,
            provisional_price=said(booking.total if state == "prebooked" else held_besides(standing)),
            provisional_refund_amount=coming_back(standing),
            confirmed_price=said(booking.balance + booking.paid) if booking.confirmed is not None else None,
            booked_offers=tuple(booked_offer(call, standing, one) for one in offers_left(standing))
            if wants("BOOKEDOFFERS")
            else None,
            trips=tuple(_trips(call, standing)) if wants("TRIPS") else None,
            requested_information=requested(_asked(standing)) if live else None,
            confirmation_time_limit=booking.held_until if state == "prebooked" else None,
            fulfillment_type=str(options) if options is not None else None,
            fulfillments=fulfillments(standing) if wants("FULFILLMENTS") else None,
            fulfillment_documents=documents(call, standing) if wants("FULFILLMENTS") else None,
            payment_methods=msgspec.convert(own["usedPaymentMethods"], tuple[PaymentMethod, ...])
            if own.get("usedPaymentMethods")
            else None,
            refund_offers=said_refunds(standing) if wants("REFUNDOFFERS") else None,
            release_offers=(said_releases(standing) or None) if wants("RELEASEOFFERS") else None,
            cancel_fulfillments_offers=(said_recalls(standing) or None) if wants("CANCELFULFILLMENTSOFFER") else None,
            exchange_operations=said_exchanges(call, standing) if wants("EXCHANGEOPERATIONS") else None,
            on_hold_offer=said_hold(standing),
        ),
        problems=tuple(border_remarks(standing)) or None,
    )


def _asked(standing: Standing) -> Iterator[tuple[int | str, str]]:
    for number, member in (*standing.missing, *standing.later):
        yield number - 1, member
    yield from asked_members(standing)


def _made(standing: Standing) -> datetime:
    """When the last of the offers was made that the booking was made of; those added to it came later."""
    created = standing.booking.created
    return max(one.made for one in standing.retail.offers if one.made <= created)


def _nothing(standing: Standing) -> Price:
    return said(Money(0, standing.booking.currency))


def _summary(call: Call[Any], standing: Standing) -> str:
    line = standing.market.line
    legs = legs_left(standing.booking)
    first, last = legs[0], legs[-1]
    ends = [line.stations[one] for one in (first.board, last.alight) if one in line.stations]
    return " – ".join(line.text(one.names, call.language) for one in ends)


def rides(standing: Standing, offered: Offered) -> tuple[Ride, ...]:
    """The rides of an offer that was booked: its trip."""
    legs = (standing.booking.leg(number) for number in offered.legs)
    return tuple(Ride(leg.departure.train, leg.departure.service_date, leg.board, leg.alight) for leg in legs)


def _trips(call: Call[Any], standing: Standing) -> Iterator[Trip]:
    for offered in offers_left(standing):
        # A train that a later timetable has no more is in no trip: what was sold of it is over.
        if (trip := _trip(call, standing, offered)) is not None:
            yield trip


def _trip(call: Call[Any], standing: Standing, offered: Offered) -> Trip | None:
    try:
        return call.provider.trips.trip(standing.market, rides(standing, offered), call.language)
    except Refused:
        return None


def offers_left(standing: Standing) -> tuple[Offered, ...]:
    """The offers of a booking: of a sold one, those that were only held and let go of are no part."""
    booking, now = standing.booking, standing.market.now
    if booking.confirmed is None:
        return standing.retail.offers
    there = {part.leg for part in booking.parts if part.state in HAD_TICKETS or part.waits(now)}
    return tuple(one for one in standing.retail.offers if there & set(one.legs))


def booked_offer(call: Call[Any], standing: Standing, offered: Offered) -> BookedOffer:
    """An offer of a booking. The fees per booking are said with the first."""
    booking, market = standing.booking, standing.market
    trip = _trip(call, standing, offered)
    tariff = market.tariff_of(booking)
    overrides = Overrides(standing, call.language)
    seen = [_seen(standing, offered, trip, number, overrides) for number in offered.legs]
    admissions: list[Admission] = []
    reservations: list[Reservation] = []
    for one in seen:
        for part in booking.parts_of(one.leg.number):
            admissions.append(_admission(standing, one, part))
            if part.spots:
                reservations.append(_reservation(standing, one, part))
    kinds: dict[TravelClass, None] = dict.fromkeys(one.leg.travel_class or "second" for one in seen)
    return BookedOffer(
        offer_id=offered.id,
        external_ref=offered.external_ref,
        summary=f"{seen[0].names[0]} – {seen[-1].names[1]}",
        admissions=tuple(admissions),
        reservations=tuple(reservations),
        fees=said_fees(market, offered.root, booking.fees) if offered is standing.retail.offers[0] else None,
        trip_coverage=TripCoverage(covered_trip_id=trip_id(rides(standing, offered))),
        products=tuple(one for kind in kinds for one in products_of(call, market.line, tariff, kind)),
    )


def _seen(standing: Standing, offered: Offered, trip: Trip | None, number: int, overrides: Overrides) -> Seen:
    leg, line = standing.booking.leg(number), standing.market.line
    place = offered.legs.index(number)
    common: dict[str, Any] = {
        "offered": offered,
        "leg": leg,
        "trip": trip_id(rides(standing, offered)),
        "number": str(place + 1),
        "overrides": overrides,
    }
    if trip is not None:
        timed = trip.legs[place].timed_leg
        return Seen(
            **common,
            leaves=timed.start.service_departure.timetabled_time,
            arrives=timed.end.service_arrival.timetabled_time,
            names=(timed.start.stop_place_name, timed.end.stop_place_name),
            vehicle=timed.service.vehicle_numbers[0],
        )
    board, alight = line.stations[leg.board], line.stations[leg.alight]
    return Seen(
        **common,
        leaves=leg.leaves.astimezone(zone(board.clock)),
        arrives=leg.arrives.astimezone(zone(alight.clock)),
        names=(line.text(board.names, "en"), line.text(alight.names, "en")),
        vehicle=leg.departure.train[:5],
    )


def status(standing: Standing, part: Part) -> PartStatus:
    """The state of a part. A hold that lapsed is cancelled: its place is free."""
    if part.state == "held":
        if not part.waits(standing.market.now):
            return "CANCELLED"
        return "ON_HOLD" if standing.booking.paid and standing.booking.confirmed is None else "PREBOOKED"
    if part.state == "confirmed":
        if part.number in in_exchange(standing):
            return "EXCHANGE_ONGOING"
        return "CONFIRMED" if part.recalled else "FULFILLED"
    if part.refund_reason == "exchanged":
        return "EXCHANGED"
    if part.state == "released":
        return "RELEASED"
    return "REFUNDED" if part.state == "refunded" else "CANCELLED"


def _common(standing: Standing, seen: Seen, part: Part) -> dict[str, Any]:
    booking, retail = standing.booking, standing.retail
    tariff = standing.market.tariff_of(booking)
    state = status(standing, part)
    category = tariff.categories[booking.passenger(part.passenger).category]
    told = retail.passengers[part.passenger - 1]
    sold = booking.ticket_made(part, 1) if part.state in HAD_TICKETS else None
    return {
        "created_on": max(booking.created, seen.offered.made + _TICK),
        "confirmable_until": part.until if part.waits(standing.market.now) else None,
        "valid_from": seen.leaves,
        "valid_until": seen.arrives + LATE,
        "confirmed_on": sold,
        "confirmed_fulfillment_options": FULFILLMENTS[0] if sold is not None else None,
        "trip_coverage": TripCoverage(covered_trip_id=seen.trip, covered_leg_ids=(seen.number,)),
        "status": state,
        "offer_mode": "INDIVIDUAL",
        "booking_part_code": f"{booking.code}-{part.number}",
        "passenger_ids": (passenger_id(part.passenger),),
        "available_fulfillment_options": FULFILLMENTS,
        "refundable": seen.overrides.refundable(part),
        "exchangeable": seen.overrides.exchangeable(part),
        "after_sales_override_details": seen.overrides.details(part, seen.leaves),
        "applied_passenger_types": (
            AppliedPassengerType(
                passenger_ref=told.ref,
                type=told.kind,
                description=standing.market.line.text(category.names, "en"),
            ),
        ),
    }


def _admission(standing: Standing, seen: Seen, part: Part) -> Admission:
    code = admission_code(seen.leg.travel_class or "second")
    place = reservation_id(seen.offered, part)
    return Admission(
        **_common(standing, seen, part),
        id=admission_id(seen.offered, part),
        summary=f"{seen.names[0]} – {seen.names[1]}",
        price=said(part.price.total),
        refund_amount=said(part.refunded) if part.refunded is not None else None,
        summary_product_id=code,
        products=(ProductLegAssociation(product_id=code, leg_ids=(seen.number,)),),
        after_sale_conditions=seen.overrides.conditions(part, seen.leaves),
        is_reservation_required=bool(part.spots),
        reservation_refs=(PartReference(id=place),) if part.spots else None,
    )


def _reservation(standing: Standing, seen: Seen, part: Part) -> Reservation:
    code = reservation_code(seen.leg.travel_class or "second")
    own_id = reservation_id(seen.offered, part)
    nothing = _nothing(standing)
    return Reservation(
        **_common(standing, seen, part),
        id=own_id,
        summary="Place, included",
        price=nothing,
        refund_amount=nothing if part.refunded is not None else None,
        summary_product_id=code,
        products=(ProductLegAssociation(product_id=code, leg_ids=(seen.number,)),),
        place_allocation=_allocation(standing, seen, part, own_id),
        supported_place_selection_flows=SELECTION,
    )


def _allocation(standing: Standing, seen: Seen, part: Part, own_id: str) -> PlaceAllocation:
    found = [_place(standing, seen.leg, spot) for spot in part.spots]
    coach, place = found[0]
    kind, sub_kind = accommodation(coach, place) if coach is not None else ("SEAT", "ANY_SEAT")
    return PlaceAllocation(
        accommodation_type=kind,
        accommodation_sub_type=sub_kind,
        reserved_places=tuple(
            ReservedPlace(
                id=f"{own_id}-{number}",
                passenger_ids=(passenger_id(part.passenger),),
                vehicle_number=seen.vehicle,
                coach_number=spot.coach,
                compartment_number=its.compartment if its is not None else None,
                place_numbers=(spot.place,),
                place_properties=(properties(its) or None) if its is not None else None,
            )
            for number, (spot, (_, its)) in enumerate(zip(part.spots, found, strict=True), start=1)
        ),
        trip_leg_coverage=TripLegCoverage(trip_id=seen.trip, leg_id=seen.number),
    )


def _place(standing: Standing, leg: Leg, spot: Spot) -> tuple[CoachType | None, Place | None]:
    departure = standing.market.life.departure(leg.departure.train, leg.departure.service_date)
    if departure is None:
        return None, None
    for coach in departure.train.consist:
        if coach.number == spot.coach:
            kind = departure.line.coach_types[coach.type]
            return kind, next((one for one in kind.places if one.number == spot.place), None)
    return None, None
