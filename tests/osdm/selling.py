"""The sale as a retailer goes through it: what it asks and sends, step by step."""

from __future__ import annotations

from typing import Any

from osdm.retailer import Retailer

VLADIVOSTOK, USSURIYSK, KHASAN, RAJIN = (
    f"urn:x_rerail:stn:{one}" for one in ("vladivostok", "ussuriysk", "khasan", "rajin")
)


def stop(urn: str) -> dict[str, str]:
    return {"objectType": "StopPlaceRef", "stopPlaceRef": urn}


def search(
    origin: str = VLADIVOSTOK, destination: str = USSURIYSK, when: str = "2026-12-01T05:00:00"
) -> dict[str, Any]:
    """A search for the next trip."""
    return {
        "origin": stop(origin),
        "destination": stop(destination),
        "departureTime": when,
        "parameters": {"numberOfResultsAfter": 1},
    }


def adults(count: int = 1) -> list[dict[str, Any]]:
    return [{"externalRef": f"adult-{number}", "type": "ADULT"} for number in range(1, count + 1)]


def offers(retailer: Retailer, passengers: list[dict[str, Any]] | None = None, **body: Any) -> Any:
    """The answer to a request for offers; by default for the next train from Vladivostok to Ussuriysk."""
    asked: dict[str, Any] = {"anonymousPassengerSpecifications": passengers or adults(), **body}
    if not any(name in asked for name in ("tripIds", "tripSpecifications", "tripSearchCriteria")):
        asked["tripSearchCriteria"] = search()
    return retailer.post("/offers", asked)


def offer(retailer: Retailer, passengers: list[dict[str, Any]] | None = None, **body: Any) -> Any:
    """The first offer."""
    return offers(retailer, passengers, **body)["offers"][0]


def people(refs: list[str], **more: Any) -> list[dict[str, Any]]:
    """Passengers with names, as a booking tells them."""
    return [
        {
            "externalRef": ref,
            "type": "ADULT",
            "detail": {"firstName": f"Olga{ref[-1]}", "lastName": "Kim", "contact": {"email": "olga@example.org"}},
            **more,
        }
        for ref in refs
    ]


def order(chosen: Any, passengers: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A booking of an offer."""
    refs = chosen["passengerRefs"]
    selection = {"offerId": chosen["offerId"], "passengerRefs": refs, **more.pop("selection", {})}
    return {"offers": [selection], "passengerSpecifications": passengers or people(refs), **more}


def booked(retailer: Retailer, count: int = 1, **body: Any) -> Any:
    """A prebooked booking of so many adults."""
    return retailer.post("/bookings", order(offer(retailer, adults(count), **body)))["booking"]


def bought(retailer: Retailer, count: int = 1, **body: Any) -> Any:
    """A confirmed one."""
    booking = booked(retailer, count, **body)
    retailer.post(f"/bookings/{booking['id']}/fulfillments")
    return retailer.get(f"/bookings/{booking['id']}")["booking"]


def parts(booking: Any, kind: str = "admissions") -> list[Any]:
    """The rights to travel, or the places, of a booking."""
    return [part for one in booking["bookedOffers"] for part in one.get(kind, [])]


def codes(said: Any) -> list[str]:
    """What the remarks of an answer are about."""
    return [one["code"].rpartition(":")[2] for one in said.get("problems", [])]
