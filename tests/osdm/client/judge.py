"""The published specification as a judge that knows no mercy.

Every schema is closed, no member may be null, a word of an open list is one of those listed, every time has an
offset, and what an answer refers to is in it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator

PUBLISHED = "osdm/OSDM-online-api-v3.9.0.flat.json"
"""The published file with its inheritance flattened: as published, it refuses every correct StopPlaceRef."""

PROBLEM_JSON = "application/problem+json"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")


@cache
def published() -> dict[str, Any]:
    """OSDM 3.9. Skips the test if it is not at hand."""
    folder = os.environ.get("RERAIL_STANDARDS")
    file = Path(folder) / PUBLISHED if folder else None
    if file is None or not file.exists():
        pytest.skip(f"RERAIL_STANDARDS names no folder with {PUBLISHED}")
    read: dict[str, Any] = json.loads(file.read_text())
    return read


@cache
def _components(own_words: bool) -> dict[str, Any]:
    """The components, each schema closed and every list of words, open or not, a list of words."""
    components: dict[str, Any] = json.loads(json.dumps(published()["components"]))
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    _close_lists(components, own_words)
    return components


def _close_lists(value: Any, own_words: bool) -> None:
    if isinstance(value, dict):
        value.pop("nullable", None)  # an answer leaves out what it has not
        words = value.pop("x-extensible-enum", None)
        if isinstance(words, list) and not own_words:
            value["enum"] = [word for one in words for word in ([one] if isinstance(one, str) else one)]
        for member in value.values():
            _close_lists(member, own_words)
    elif isinstance(value, list):
        for member in value:
            _close_lists(member, own_words)


@cache
def _validator(schema: str, own_words: bool) -> Draft7Validator:
    own = json.loads(schema)
    _close_lists(own, own_words)
    return Draft7Validator({**own, "components": _components(own_words)}, validate_formats=True)


@cache
def _addresses() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The specification's paths, the most literal first."""
    paths = sorted(published()["paths"], key=lambda path: (path.count("{"), path))
    return tuple((re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths)


def operation(method: str, path: str) -> dict[str, Any]:
    """The operation at an address."""
    for pattern, template in _addresses():
        if pattern.fullmatch(path) and method.lower() in published()["paths"][template]:
            found: dict[str, Any] = published()["paths"][template][method.lower()]
            return found
    raise AssertionError(f"the specification has no {method} {path}")


def judged(method: str, path: str, status: int, headers: Any, content: bytes, *, own_words: bool = False) -> Any:
    """The body of an answer that is in every respect as the specification has it; None if it has none.

    `own_words`: the caller used words of its own where a list is open, and may hear them again.
    """
    where = f"{method} {path} {status}"
    responses = operation(method, path)["responses"]
    response = responses.get(str(status))
    if response is None:
        assert status >= 400, f"{where} is not among the operation's answers"
        response = {"$ref": "#/components/responses/DefaultErrorResponse"}
    if "$ref" in response:
        response = published()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        assert content == b"", f"{where} has no body"
        return None
    media_type = headers.get("content-type", "").partition(";")[0]
    assert media_type in response["content"], f"{where} is {media_type}"
    body = json.loads(content)
    schema = json.dumps(response["content"][media_type]["schema"])
    wrong = list(_wrong(_validator(schema, own_words), body))
    assert wrong == [], f"{where}: {wrong[:6]} in {content[:1500]!r}"
    if status >= 400:
        _check_problem(where, status, headers, body)
    else:
        _check_references(where, body)
    return body


def _wrong(validator: Draft7Validator, body: Any) -> Iterator[str]:
    for error in validator.iter_errors(body):
        yield f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}"
    for at, member in _members(body, ""):
        if member is None:
            yield f"{at} is null"
        elif isinstance(member, str) and _TIME.match(member) and datetime.fromisoformat(member).tzinfo is None:
            yield f"{at} has no offset"


def _members(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    yield at, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _members(member, f"{at}/{name}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _members(member, f"{at}/{number}")


def _check_problem(where: str, status: int, headers: Any, body: dict[str, Any]) -> None:
    for name in ("code", "type", "title", "detail"):
        assert body.get(name), f"{where} has no {name}: {body}"
    assert body["status"] == status, where
    assert re.match(r"urn:(uic|x_\w+):problem:[A-Z_]+$", body["code"]), f"{where}: {body['code']}"
    if status == 401:
        assert headers.get("www-authenticate", "").startswith("Bearer"), where
    if status == 429:
        assert int(headers["retry-after"]) > 0, where


def _check_references(where: str, body: Any) -> None:
    """Every offer, and every booking, names only trips, legs, products, passengers and parts that it has."""
    if not isinstance(body, dict):
        return
    for offer in body.get("offers", []):
        parts = [*offer["admissionOfferParts"], *offer.get("reservationOfferParts", [])]
        passengers = [one["externalRef"] for one in body["anonymousPassengerSpecifications"]]
        _check_parts(where, offer, parts, body["trips"])
        for part in parts:
            assert set(part["passengerRefs"]) <= set(offer["passengerRefs"]) <= set(passengers), where
    booking = body.get("booking")
    if isinstance(booking, dict) and "bookedOffers" in booking and "trips" in booking:
        people = {one["id"] for one in booking["passengers"]}
        for offer in booking["bookedOffers"]:
            parts = [*offer.get("admissions", []), *offer.get("reservations", [])]
            _check_parts(where, offer, parts, booking["trips"])
            assert all(set(part["passengerIds"]) <= people for part in parts), where
        _check_tickets(where, booking)


def _check_parts(where: str, offer: dict[str, Any], parts: list[dict[str, Any]], trips: list[Any]) -> None:
    legs = {trip["id"]: {leg["id"] for leg in trip["legs"]} for trip in trips}
    products = {one["id"] for one in offer["products"]}
    ids = [part["id"] for part in parts]
    assert len(set(ids)) == len(ids), f"{where}: an id twice in {ids}"
    assert offer["tripCoverage"]["coveredTripId"] in legs, where
    for part in parts:
        covered = part["tripCoverage"]
        assert set(covered.get("coveredLegIds", [])) <= legs[covered["coveredTripId"]], where
        for one in part["products"]:
            assert one["productId"] in products, where
            assert set(one["legIds"]) <= legs[covered["coveredTripId"]], where
        for relation in part.get("reservations", []):
            assert {one["id"] for one in relation["reservationGroup"]["reservationRefs"]} <= set(ids), where
        assert {one["id"] for one in part.get("reservationRefs", [])} <= set(ids), where


def _check_tickets(where: str, booking: dict[str, Any]) -> None:
    parts = {
        part["id"]
        for offer in booking["bookedOffers"]
        for part in [*offer.get("admissions", []), *offer.get("reservations", [])]
    }
    documents = {one["id"] for one in booking.get("fulfillmentDocuments", [])}
    for ticket in booking.get("fulfillments", []):
        assert ticket["bookingRef"] == booking["id"], where
        assert {one["id"] for one in ticket["bookingParts"]} <= parts, where
        assert set(ticket.get("fulfillmentDocumentRefs", [])) <= documents, where
