"""A ticket as schema.org's TrainReservation (JSON-LD), which mail programs show as a journey."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from rerail.ticket.flexible import in_english
from rerail.ticket.model import Ticket, TicketCall, TicketSpot
from rerail.ticket.wording import WORDS, say


def train_reservation(ticket: Ticket, url: str) -> dict[str, Any]:
    """The reservation of one passenger on one train; `url` is the booking's page. Names are in English."""
    under = {
        "@type": "Person",
        "name": f"{ticket.given_names} {ticket.family_name}".strip(),
        "familyName": ticket.family_name,
        "givenName": ticket.given_names,
    }
    issuer = {"@type": "Organization", "name": in_english(ticket.issuer_names)}
    name = in_english(ticket.train_names)
    money = {"totalPrice": f"{ticket.price.major:f}", "priceCurrency": ticket.price.currency}
    return {
        "@context": "https://schema.org",
        "@type": "TrainReservation",
        "reservationId": ticket.booking,
        "reservationStatus": "https://schema.org/ReservationConfirmed",
        "bookingTime": ticket.issued.astimezone(UTC).isoformat(),
        "url": url,
        "underName": under,
        "provider": issuer,
        **money,
        "reservationFor": {
            "@type": "TrainTrip",
            "trainName": f"{WORDS['SPECIMEN']['en']}: {name}" if ticket.specimen else name,
            "trainNumber": "/".join(dict.fromkeys(number for _, number in ticket.numbers)),
            "provider": issuer,
            "departureStation": _station(ticket.board),
            "departureTime": ticket.board.at.isoformat(),
            "arrivalStation": _station(ticket.alight),
            "arrivalTime": ticket.alight.at.isoformat(),
        },
        "reservedTicket": [
            {
                "@type": "Ticket",
                "ticketNumber": ticket.reference,
                "dateIssued": ticket.issued.astimezone(UTC).isoformat(),
                "issuedBy": issuer,
                "underName": under,
                **money,
                **seat,
            }
            for seat in ([{"ticketedSeat": _seat(ticket, spot)} for spot in ticket.spots] or [{}])
        ],
    }


def script(reservations: Sequence[dict[str, Any]]) -> str:
    """The reservations as the content of a `<script type="application/ld+json">`: nothing in a name can end it."""
    text = json.dumps(list(reservations), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _station(call: TicketCall) -> dict[str, str]:
    return {"@type": "TrainStation", "name": in_english(call.names)}


def _seat(ticket: Ticket, spot: TicketSpot) -> dict[str, str]:
    seat = {
        "@type": "Seat",
        "seatNumber": spot.place,
        "seatSection": spot.coach,
        "seatingType": f"{say(ticket.travel_class, 'en')} class, {say(spot.kind, 'en')}",
    }
    if (spot.board, spot.alight) != (ticket.board, ticket.alight):
        seat["description"] = f"from {in_english(spot.board.names)} to {in_english(spot.alight.names)}"
    return seat
