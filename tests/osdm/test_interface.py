"""Which operation is asked for: by method and path alone, before any router."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from osdm.retailer import Retailer
from rerail.web.osdm.interface import Interface
from rerail.web.osdm.operations import OPERATIONS, Operation
from rerail.web.osdm.question import Packed, Question


def asked(interface: Interface, method: str, path: str) -> tuple[bool, list[Any]]:
    """Whether a request was answered, and what was sent."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("no body was asked for")

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    return asyncio.run(interface.answered(scope, receive, send)), sent


def saying(operation: Operation) -> Any:
    async def endpoint(question: Question) -> Packed:
        return Packed(200, f"{operation.id} {sorted(question.values.items())}".encode())

    return endpoint


EVERY = Interface((operation, saying(operation)) for operation in OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_every_operation_is_found_with_the_values_of_its_path(operation: Operation) -> None:
    names = re.findall(r"\{(\w+)\}", operation.path)
    path = operation.path
    for number, name in enumerate(names):
        path = path.replace(f"{{{name}}}", f"value {number}")
    answered, (start, body) = asked(EVERY, operation.method, f"/osdm{path}")
    assert answered
    assert start["status"] == 200
    values = sorted((name, f"value {number}") for number, name in enumerate(names))
    assert body["body"].decode() == f"{operation.id} {values}"


@pytest.mark.parametrize("path", ["/osdm", "/osdm/", "/osdm/nowhere", "/osdm/bookings//passengers", "/osdmx", "/en/"])
def test_what_is_none_of_them_is_left_to_the_router(path: str) -> None:
    assert asked(EVERY, "GET", path) == (False, [])


def test_another_method_is_told_which_there_are() -> None:
    answered, (start, body) = asked(EVERY, "PUT", "/osdm/places/")
    assert answered
    assert start["status"] == 405
    assert (b"allow", b"GET, OPTIONS, POST") in start["headers"]
    assert b"METHOD_NOT_ALLOWED" in body["body"]


def test_the_methods_of_an_address_are_asked_for() -> None:
    answered, (start, _body) = asked(EVERY, "OPTIONS", "/osdm/places")
    assert answered
    assert start["status"] == 204
    assert (b"allow", b"GET, OPTIONS, POST") in start["headers"]


def test_a_body_of_more_than_four_mebibytes(retailer: Retailer) -> None:
    said = retailer.post("/offers", {"anonymousPassengerSpecifications": "x" * (4 * 1024 * 1024)}, status=413)
    assert said["code"].endswith("TOO_LARGE")
    assert retailer.answer.headers["x-content-type-options"] == "nosniff"
