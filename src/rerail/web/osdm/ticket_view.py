"""Tickets in OSDM's words. One passenger on one train is a fulfillment; the PDF is made when it is fetched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rerail.desk.retailing import Standing
from rerail.sale.errors import NotPossible
from rerail.sale.model import Booking, Part
from rerail.sale.retail import BookedOffer, admission_id, reservation_id
from rerail.sale.ticket_number import reference, ticket_number
from rerail.web.osdm.calls import Call
from rerail.web.osdm.problems import not_found
from rerail.web.osdm.question import PREFIX
from rerail.web.osdm.rides import Ride, trip_id
from rerail.web.osdm.types_fulfillments import (
    Fulfillment,
    FulfillmentDocument,
    FulfillmentPart,
    FulfillmentStatus,
    SecurityFeature,
    SecurityFeatureType,
)
from rerail.web.osdm.types_offers import PartReference, TripCoverage
from rerail.web.osdm.urns import company_urn

HAD_TICKETS: Final = frozenset({"confirmed", "released", "refunded"})
"""The states of parts that were sold."""

_AZTEC = SecurityFeatureType(type="BAR_CODE", format="BINARY", symbology="AZTEC")


def parts_of(booking: Booking, ids: Iterable[str]) -> dict[str, int]:
    """The numbers of the parts that these tickets are of. Raises `Refused`, `NotPossible`: it was made out anew."""
    parts = {part.number: part for part in booking.parts}
    found: dict[str, int] = {}
    for id_ in ids:
        number = ticket_number(id_)
        part = parts.get(number.part) if number is not None and number.code == booking.code else None
        if number is None or part is None or number.ticket > part.ticket:
            raise not_found("fulfillment", id_)
        if number.ticket < part.ticket:
            raise NotPossible(
                "Ticket %(ticket)s was cancelled; %(anew)s was made out in its place.",
                ticket=id_,
                anew=booking.reference(part),
            )
        found[id_] = part.number
    return found


def sold_parts(standing: Standing) -> tuple[Part, ...]:
    """The parts that have, or had, a ticket."""
    return tuple(part for part in standing.booking.parts if part.state in HAD_TICKETS)


def fulfillments(standing: Standing) -> tuple[Fulfillment, ...] | None:
    """Every ticket of a booking, those cancelled too; None before it is confirmed."""
    return tuple(one for part in sold_parts(standing) for one in tickets(standing, part)) or None


def tickets(standing: Standing, part: Part) -> tuple[Fulfillment, ...]:
    """The tickets of a part, the oldest first: those that were cancelled to be made out anew, and the last."""
    return tuple(_ticket(standing, part, number) for number in range(1, part.ticket + 1))


def fulfillment(standing: Standing, part: Part) -> Fulfillment:
    """The last ticket of a part."""
    return _ticket(standing, part, part.ticket)


def _ticket(standing: Standing, part: Part, number: int) -> Fulfillment:
    booking = standing.booking
    offered = next(one for one in standing.retail.offers if part.leg in one.legs)
    id_ = reference(booking.code, part.number, number)
    barcode = standing.barcodes.get(part.number) if number == part.ticket else None
    status = _status(part, number)
    leg = booking.leg(part.leg)
    line = standing.market.line
    ends = [line.text(line.stations[one].names, "en") for one in (leg.board, leg.alight) if one in line.stations]
    made = booking.ticket_made(part, number)
    assert made is not None  # only what was sold has a ticket
    return Fulfillment(
        id=id_,
        status=status,
        booking_ref=booking.code,
        summary=" – ".join(ends),
        created_on=made,
        control_number=id_,
        booking_parts=_references(offered, part),
        issuer=company_urn(line.railways[line.agency]),
        fulfillment_document_refs=(_document_id(id_),) if barcode is not None else None,
        fulfillment_parts=(_printed(standing, part, id_, barcode),) if barcode is not None else None,
        content_complete=barcode is not None or status != "FULFILLED",
        trip_coverage=_coverage(standing, offered, part),
    )


def _status(part: Part, number: int) -> FulfillmentStatus:
    if number < part.ticket or part.recalled:
        return "CANCELLED"
    if part.state == "confirmed":
        return "FULFILLED"
    if part.refund_reason == "exchanged":
        return "EXCHANGED"
    return "RELEASED" if part.state == "released" else "REFUNDED"


def _references(offered: BookedOffer, part: Part) -> tuple[PartReference, ...]:
    ids = [admission_id(offered, part)]
    if part.spots:
        ids.append(reservation_id(offered, part))
    return tuple(PartReference(id=one) for one in ids)


def part_references(standing: Standing, part: Part) -> tuple[PartReference, ...]:
    """The parts of the booking that a ticket is for."""
    offered = next(one for one in standing.retail.offers if part.leg in one.legs)
    return _references(offered, part)


def _coverage(standing: Standing, offered: BookedOffer, part: Part) -> TripCoverage:
    legs = [standing.booking.leg(number) for number in offered.legs]
    rides = [Ride(leg.departure.train, leg.departure.service_date, leg.board, leg.alight) for leg in legs]
    number = str(offered.legs.index(part.leg) + 1)
    return TripCoverage(covered_trip_id=trip_id(rides), covered_leg_ids=(number,))


def _printed(standing: Standing, part: Part, id_: str, barcode: bytes) -> FulfillmentPart:
    return FulfillmentPart(
        fulfillment_media=("FULFILLMENT_PARTS", "PDF_A4", "UIC_PDF"),
        passenger_ref=standing.retail.passengers[part.passenger - 1].ref,
        control_id=id_,
        security_features=(SecurityFeature(type=_AZTEC, data=barcode),),
        is_mandatory=True,
    )


def _document_id(ticket: str) -> str:
    return f"{ticket}-pdf"


def documents(call: Call[Any], standing: Standing) -> tuple[FulfillmentDocument, ...] | None:
    """The file of each good ticket: its address is its own key."""
    wish = standing.retail.said.get("preferredFulfillmentMedia")
    medium = wish if wish in ("PDF_A4", "UIC_PDF") else "PDF_A4"
    found = tuple(
        FulfillmentDocument(
            id=_document_id(id_),
            medium=medium,
            type="TICKET",
            download_link=f"{call.provider.site}{PREFIX}/tickets/{id_}/{call.retailing.selling.link_key(id_)}.pdf",
            format="application/pdf",
            control_number=id_,
        )
        for id_ in (
            standing.booking.reference(part) for part in sold_parts(standing) if part.number in standing.barcodes
        )
    )
    return found or None
