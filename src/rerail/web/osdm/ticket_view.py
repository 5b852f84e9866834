"""Tickets in OSDM's words. One passenger on one train is a fulfillment; the PDF is made when it is fetched."""

from __future__ import annotations

from typing import Any, Literal

from rerail.desk.retailing import Standing
from rerail.sale.model import Booking, Part
from rerail.sale.retail import BookedOffer, admission_id, reservation_id
from rerail.web.osdm.calls import Call
from rerail.web.osdm.question import PREFIX
from rerail.web.osdm.rides import Ride, trip_id
from rerail.web.osdm.types_fulfillments import (
    Fulfillment,
    FulfillmentDocument,
    FulfillmentPart,
    SecurityFeature,
    SecurityFeatureType,
)
from rerail.web.osdm.types_offers import PartReference, TripCoverage
from rerail.web.osdm.urns import company_urn

_AZTEC = SecurityFeatureType(type="BAR_CODE", format="BINARY", symbology="AZTEC")


def ticket_id(booking: Booking, part: Part) -> str:
    """What the ticket of a part is called: "K7MP4XQ2-3"."""
    return f"{booking.code}-{part.number}"


def sold_parts(standing: Standing) -> tuple[Part, ...]:
    """The parts that have, or had, a ticket."""
    return tuple(part for part in standing.booking.parts if part.state in ("confirmed", "refunded"))


def fulfillments(standing: Standing) -> tuple[Fulfillment, ...] | None:
    """Every ticket of a booking; None before it is confirmed."""
    return tuple(fulfillment(standing, part) for part in sold_parts(standing)) or None


def fulfillment(standing: Standing, part: Part) -> Fulfillment:
    """The ticket of a part."""
    booking = standing.booking
    offered = next(one for one in standing.retail.offers if part.leg in one.legs)
    id_ = ticket_id(booking, part)
    barcode = standing.barcodes.get(part.number)
    status: Literal["FULFILLED", "REFUNDED"] = "FULFILLED" if part.state == "confirmed" else "REFUNDED"
    leg = booking.leg(part.leg)
    line = standing.market.line
    ends = [line.text(line.stations[one].names, "en") for one in (leg.board, leg.alight) if one in line.stations]
    assert booking.confirmed is not None  # only what was sold has a ticket
    return Fulfillment(
        id=id_,
        status=status,
        booking_ref=booking.code,
        summary=" – ".join(ends),
        created_on=booking.confirmed,
        control_number=id_,
        booking_parts=_references(standing, offered, part),
        issuer=company_urn(line.railways[line.agency]),
        fulfillment_document_refs=(_document_id(id_),) if barcode is not None else None,
        fulfillment_parts=(_printed(standing, part, id_, barcode),) if barcode is not None else None,
        content_complete=barcode is not None or status == "REFUNDED",
        trip_coverage=_coverage(standing, offered, part),
    )


def _references(standing: Standing, offered: BookedOffer, part: Part) -> tuple[PartReference, ...]:
    ids = [admission_id(offered, standing.booking, part)]
    if part.spots:
        ids.append(reservation_id(offered, standing.booking, part))
    return tuple(PartReference(id=one) for one in ids)


def part_references(standing: Standing, part: Part) -> tuple[PartReference, ...]:
    """The parts of the booking that a ticket is for."""
    offered = next(one for one in standing.retail.offers if part.leg in one.legs)
    return _references(standing, offered, part)


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
            ticket_id(standing.booking, part) for part in sold_parts(standing) if part.number in standing.barcodes
        )
    )
    return found or None
