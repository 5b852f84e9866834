"""Who may ask, and how one is told that one may not."""

from __future__ import annotations

import base64

from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from rerail.desk.clients import disable_client
from rerail.people.clients import TOKEN_LIVES


def test_a_secret_gives_a_token_in_the_form_or_as_basic(retailer: Retailer, shop: Shop) -> None:
    http = retailer.http
    wrong = {"grant_type": "client_credentials", "client_id": retailer.client_id, "client_secret": "guess"}
    refused = http.post("/osdm/oauth/token", data=wrong)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    nobody = http.post("/osdm/oauth/token", data={**wrong, "client_id": "rr_nobody"})
    assert nobody.json() == refused.json()
    other = http.post("/osdm/oauth/token", data={**wrong, "grant_type": "password"})
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")
    basic = base64.b64encode(f"{retailer.client_id}:guess".encode()).decode()
    again = http.post(
        "/osdm/oauth/token", data={"grant_type": "client_credentials"}, headers={"authorization": f"Basic {basic}"}
    )
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


def test_without_a_token_nothing_is_said_but_a_problem(retailer: Retailer) -> None:
    answer = retailer.http.get("/osdm/places")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert {"code", "title", "detail"} <= answer.json().keys()
    said, _, mac = retailer.token.partition(".")
    retailer.token = f"{said[:-2]}AA.{mac}"
    retailer.get("/places", status=401)


def test_a_token_is_good_for_an_hour(retailer: Retailer, shop: Shop) -> None:
    shop.clock.forward(seconds=TOKEN_LIVES.total_seconds() - 1)
    retailer.get("/versions")
    shop.clock.forward(seconds=1)
    assert "expired" in retailer.get("/versions", status=401)["detail"]


def test_a_disabled_client_gets_no_more_tokens(retailer: Retailer, shop: Shop) -> None:
    disable_client(shop.store, shop.clock, "Retailer")
    form = {"grant_type": "client_credentials", "client_id": retailer.client_id, "client_secret": "whatever"}
    assert retailer.http.post("/osdm/oauth/token", data=form).status_code == 401


def test_a_token_without_the_scope_is_refused(new_retailer: NewRetailer) -> None:
    reader = new_retailer("Timetable", scopes=["timetable"])
    reader.get("/places")
    assert reader.get("/bookings/K7MP4XQ2", status=403)["code"].endswith("OPERATION_NOT_PERMITTED")


def test_a_client_that_asks_too_often_waits(new_retailer: NewRetailer) -> None:
    hasty = new_retailer("Hasty", per_minute=6)
    hasty.get("/versions")
    said = hasty.get("/versions", status=429)
    assert said["code"].endswith("RATE_LIMIT")
    assert int(hasty.answer.headers["retry-after"]) <= 10


def test_what_is_not_built_says_so(retailer: Retailer) -> None:
    problem = retailer.get("/product-tags", status=501)
    assert problem["detail"].startswith("Products carry no tags")


def test_an_unknown_address_or_method_is_a_problem_too(retailer: Retailer) -> None:
    for method, path, status in (("GET", "/osdm/nowhere", 404), ("PUT", "/osdm/places", 405)):
        answer = retailer.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert retailer.http.get("/nowhere").headers["content-type"].startswith("text/html")
