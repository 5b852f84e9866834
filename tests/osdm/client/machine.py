"""A retailer's machine: what it asks of a provider, over HTTP, and what it makes sure of in every answer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from osdm.client.judge import judged


class Machine:
    """One client of a provider. `address` is the provider's, without a path."""

    def __init__(self, address: str, client_id: str, client_secret: str, *, language: str = "en") -> None:
        self.http = httpx.Client(base_url=f"{address}/osdm", timeout=30)
        self.client_id = client_id
        self.secret = client_secret
        self.language = language
        self.answer = httpx.Response(200)
        """The last one."""
        self.token = self.new_token()

    def new_token(self, scope: str | None = None) -> str:
        """A new access token (RFC 6749, section 4.4)."""
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        answer = self.http.post("/oauth/token", data=form | ({"scope": scope} if scope is not None else {}))
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        said = answer.json()
        assert said["token_type"] == "Bearer"
        assert 60 <= said["expires_in"] <= 86400
        token: str = said["access_token"]
        return token

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        own_words: bool = False,
        **params: str,
    ) -> Any:
        """The body of an answer, whatever its status, judged."""
        sent = {"authorization": f"Bearer {self.token}", "accept-language": self.language}
        if method in ("POST", "PATCH"):
            sent["idempotency-key"] = key or str(uuid4())
        if content is not None:
            sent["content-type"] = "application/json"
        sent |= headers or {}
        said = {"json": body} if body is not None else {}
        self.answer = self.http.request(
            method,
            path,
            headers={name: value for name, value in sent.items() if value},
            params=params,
            content=content,
            **said,
        )
        answer = self.answer
        return judged(method, path, answer.status_code, answer.headers, answer.content, own_words=own_words)

    def ask(self, method: str, path: str, body: Any = None, *, status: int | None = None, **more: Any) -> Any:
        """The same, of this status, or else of a success."""
        said = self.send(method, path, body, **more)
        good = self.answer.status_code == status if status is not None else self.answer.is_success
        assert good, f"{method} {path}: {self.answer.status_code} {self.answer.text[:2000]}"
        return said

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("POST", path, body if body is not None or "content" in more else {}, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("PATCH", path, body, **more)

    def delete(self, path: str, **more: Any) -> None:
        self.ask("DELETE", path, **({"status": 204} | more))

    # The steps of the specification's processes

    def station(self, name: str) -> str:
        """The URN of the station that is called so."""
        urn: str = self.post("/places", {"placeInput": {"name": name}})["places"][0]["id"]
        return urn

    def trips(self, origin: str, destination: str, when: str, *, count: int = 1, **more: Any) -> list[Any]:
        """The next trips, `when` on the clock of the station one leaves."""
        found = self.post("/trips-collection", {**search(origin, destination, when, count), **more})
        trips: list[Any] = found["trips"]
        return trips

    def offers(self, passengers: list[Any], **body: Any) -> Any:
        """Offers for passengers; `body` says on which trips."""
        return self.post("/offers", {"anonymousPassengerSpecifications": passengers, **body})

    def book(self, *offers: Any, passengers: list[Any] | None = None, **more: Any) -> Any:
        """A booking of offers, which have not been confirmed."""
        refs = offers[0]["passengerRefs"]
        chosen = [{"offerId": one["offerId"], "passengerRefs": refs} for one in offers]
        said = {"offers": chosen, "passengerSpecifications": passengers or [person(ref) for ref in refs], **more}
        return self.post("/bookings", said)["booking"]

    def confirm(self, booking: Any, **more: Any) -> Any:
        """The tickets of a booking."""
        return self.post(f"/bookings/{booking['id']}/fulfillments", **more)

    def read(self, booking: Any) -> Any:
        """A booking as it is now, with everything."""
        return self.get(f"/bookings/{booking['id']}", embed="ALL")["booking"]

    def refund(self, booking: Any, tickets: list[Any], **more: Any) -> Any:
        """The one refund offer for tickets."""
        asked = {"fulfillmentIds": [one["id"] for one in tickets], **more}
        (offer,) = self.post(f"/bookings/{booking['id']}/refund-offers", asked)["refundOffers"]
        return offer


# What a machine says


def place(urn: str) -> dict[str, str]:
    return {"objectType": "StopPlaceRef", "stopPlaceRef": urn}


def search(origin: str, destination: str, when: str, count: int = 1) -> dict[str, Any]:
    """A search from a local time on."""
    return {
        "departureTime": when,
        "origin": place(origin),
        "destination": place(destination),
        "parameters": {"numberOfResults": count},
    }


def anonymous(ref: str, kind: str = "PERSON", **more: Any) -> dict[str, Any]:
    """A passenger before anybody has a name."""
    return {"externalRef": ref, "type": kind, **more}


def person(ref: str, kind: str = "PERSON", **more: Any) -> dict[str, Any]:
    """A passenger with a name."""
    detail = {
        "firstName": "Vera",
        "lastName": "Pak",
        "contact": {"email": "vera@example.org", "phoneNumber": "+74232000000"},
    }
    return {"externalRef": ref, "type": kind, "detail": detail, **more}


# What a machine makes of an answer


def parts(booking: Any, kind: str = "admissions") -> list[Any]:
    """The rights to travel, or the places (`reservations`), of a booking."""
    return [part for offer in booking["bookedOffers"] for part in offer.get(kind, [])]


def statuses(booking: Any) -> list[str]:
    """The state of each right to travel."""
    return [part["status"] for part in parts(booking)]


def places(booking: Any) -> list[tuple[str, str]]:
    """Coach and place of everybody who has one."""
    return [
        (one["coachNumber"], number)
        for part in parts(booking, "reservations")
        for one in part["placeAllocation"]["reservedPlaces"]
        for number in one["placeNumbers"]
    ]


def codes(said: Any) -> list[str]:
    """What the remarks of an answer, or its problem, are called."""
    return [one["code"].rpartition(":")[2] for one in said.get("problems", [said] if "code" in said else [])]


def amount(price: Any) -> int:
    """Minor units."""
    minor: int = price["amount"]
    return minor
