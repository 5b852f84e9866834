"""Who is let in: tokens, scopes, limits; and what an address that is none says."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from osdm.client.machine import Machine, anonymous, codes
from osdm.client.provider import Provider


def test_a_token_is_had_by_form_or_by_basic(provider: Provider) -> None:
    name, secret = provider.client("By Basic")
    basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
    address, form = f"{provider.address}/osdm/oauth/token", {"grant_type": "client_credentials"}
    said = httpx.post(address, data=form, headers={"authorization": f"Basic {basic}"})
    assert said.status_code == 200
    assert said.json()["scope"].split() == ["timetable", "sale", "after-sale"]
    by_form = {**form, "client_id": name, "client_secret": secret, "scope": "timetable"}
    assert httpx.post(address, data=by_form).json()["scope"] == "timetable"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "rr_0", "client_secret": "no"}, 401, "invalid_client"),
        ({"client_id": "rr_0"}, 400, "unsupported_grant_type"),
    ],
)
def test_no_token_without_the_secret(provider: Provider, form: dict[str, str], status: int, error: str) -> None:
    said = httpx.post(f"{provider.address}/osdm/oauth/token", data=form)
    assert (said.status_code, said.json()["error"]) == (status, error)
    assert said.headers["cache-control"] == "no-store"


def test_a_scope_the_client_has_not_is_no_scope(provider: Provider) -> None:
    name, secret = provider.client("Timetable only", "--scope", "timetable")
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret, "scope": "sale"}
    said = httpx.post(f"{provider.address}/osdm/oauth/token", data=form)
    assert (said.status_code, said.json()["error"]) == (400, "invalid_scope")
    reader = Machine(provider.address, name, secret)
    reader.get("/places")
    asked = {"anonymousPassengerSpecifications": [anonymous("a")], "tripIds": ["x"]}
    assert codes(reader.post("/offers", asked, status=403)) == ["OPERATION_NOT_PERMITTED"]
    reader.get("/bookings/AAAAAAAA", status=403)


@pytest.mark.parametrize("path", ["/osdm/places", "/osdm/openapi.json", "/en/search?from=khasan", "/healthz"])
def test_the_connection_outlives_a_head(machine: Machine, provider: Provider, path: str) -> None:
    headers = {"authorization": f"Bearer {machine.token}"}
    with httpx.Client(base_url=provider.address, headers=headers) as client:
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content, get.status_code) == (200, b"", 200)
        assert head.headers["content-length"] == get.headers["content-length"]
        streams = {answer.extensions["network_stream"].get_extra_info("client_addr") for answer in (head, get)}
    assert len(streams) == 1


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer made-up", "Basic eDp5", "Bearer a.b.c"])
def test_without_a_good_token_nothing_is_said(machine: Machine, authorization: str) -> None:
    for method, path, body in (("GET", "/places", None), ("POST", "/offers", {}), ("DELETE", "/bookings/x", None)):
        problem = machine.ask(method, path, body, headers={"authorization": authorization}, status=401)
        assert codes(problem) == ["UNAUTHORIZED"]
    machine.get("/places", headers={"authorization": f"bearer {machine.token}"})


def test_a_token_that_was_changed_is_none(machine: Machine) -> None:
    token = machine.token
    for spoilt in (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), token[1:], token + "A", token.swapcase()):
        machine.get("/places", headers={"authorization": f"Bearer {spoilt}"}, status=401)


def test_who_asks_too_often_is_told_when_to_come_back(provider: Provider) -> None:
    hasty = provider.machine("Hasty", "--rate", "1")
    hasty.get("/versions")
    assert codes(hasty.get("/versions", status=429)) == ["RATE_LIMIT"]
    assert 1 <= int(hasty.answer.headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/osdm/nowhere", 404), ("PUT", "/osdm/places", 405), ("GET", "/osdm/bookings/a/b/c", 404)],
)
def test_an_address_that_is_none_says_so(machine: Machine, method: str, path: str, status: int) -> None:
    answer = machine.http.request(method, f"{machine.http.base_url.copy_with(path=path)}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"code", "title", "detail", "status", "type"} == answer.json().keys()
    if status == 405:
        assert answer.headers["allow"] == "GET, OPTIONS, POST"


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/json", b"", 400),
        ("application/json", b"{", 400),
        ("application/json", b"\xff\xfe{}", 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b'"' + b"a" * (5 * 2**20) + b'"', 413),
    ],
)
def test_what_is_no_request_is_refused(machine: Machine, kind: str, content: bytes, status: int) -> None:
    machine.post("/offers", content=content, headers={"content-type": kind}, status=status)


def test_what_is_not_built_answers_501_and_is_not_promised(machine: Machine) -> None:
    document: Any = machine.http.get("/openapi.json").json()
    absent = document["x-not-implemented"]
    assert absent
    for one in absent:
        path = one["path"].replace("{", "").replace("}", "")
        body: Any = {} if one["method"] in ("POST", "PATCH") else None
        problem = machine.ask(one["method"], path, body, status=501)
        assert problem["detail"] == one["reason"]
        assert one["method"].lower() not in document["paths"].get(one["path"], {})
