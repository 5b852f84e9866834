"""Places as a retailer speaks of them: the reservations of an offer or a booking, and what was given for them."""

from __future__ import annotations

from typing import Any

from osdm.selling import RAJIN, VLADIVOSTOK, parts, search

DIRECT: dict[str, Any] = {"tripSearchCriteria": search(VLADIVOSTOK, RAJIN, "2026-12-10T00:00:00")}
"""The direct train of 10 December: coaches 1 to 3, of which 2 has the tour operator's allotment."""

TO_KHASAN: dict[str, Any] = {"tripIds": ["vladivostok-rason.20261210.vladivostok.khasan"]}
"""The same train, as far as the border."""


def reference(kind: str, context: str, reservation: str) -> dict[str, str]:
    return {
        "contextType": kind,
        "contextId": context,
        "resourceType": "RESERVATION",
        "resourceId": reservation,
    }


def of_offer(chosen: Any) -> list[dict[str, str]]:
    return [reference("OFFER", chosen["offerId"], one["id"]) for one in chosen["reservationOfferParts"]]


def of_booking(booking: Any) -> list[dict[str, str]]:
    return [reference("BOOKING", booking["id"], one["id"]) for one in parts(booking, "reservations")]


def chosen_place(chosen: Any, coach: str, place: str, passenger: str = "adult-1") -> dict[str, Any]:
    """The selection of a place on the offer's only leg."""
    return {
        "placeSelections": [
            {
                "reservationId": chosen["reservationOfferParts"][0]["id"],
                "places": [{"coachNumber": coach, "placeNumber": place, "passengerRef": passenger}],
            }
        ]
    }


def allocated(booking: Any) -> list[tuple[str, str]]:
    return [
        (one["coachNumber"], one["placeNumbers"][0])
        for part in parts(booking, "reservations")
        for one in part["placeAllocation"]["reservedPlaces"]
    ]
