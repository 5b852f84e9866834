"""What is sold, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from sale.shop import Shop

from osdm.retailer import Retailer
from rerail.line.tariff import RefundRule, Tariff
from rerail.web.osdm.products import flexibility


def test_a_ticket_and_a_place_in_the_one_class_the_line_has(retailer: Retailer) -> None:
    found = retailer.get("/products")["products"]
    assert [(one["code"], one["type"]) for one in found] == [
        ("TICKET-SECOND", "ADMISSION_POINT2POINT"),
        ("PLACE-SECOND", "RESERVATION"),
    ]
    ticket = found[0]
    assert ticket["flexibility"] == "SEMI_FLEXIBLE"
    assert ticket["serviceClass"] == {"type": "STANDARD", "name": "second class"}
    assert ticket["isTrainBound"] is True
    assert [one["description"] for one in ticket["conditions"]] == [
        "At least 7 days before departure: 90 % of the fare.",
        "At least 1 day before departure: 60 % of the fare.",
        "At least 3 h before departure: 30 % of the fare.",
        "If the train does not run: everything.",
    ]
    assert ticket["descriptiveTexts"][0]["textElementType"] == "MANDATORY"


def test_one_product_in_the_reader_s_language(retailer: Retailer) -> None:
    retailer.language = "ru"
    ticket = retailer.get("/products/TICKET-SECOND")["product"]
    assert ticket["summary"] == "Билет, 2-й класс"
    assert {"language": "ko", "text": "승차권, 2등석"} in ticket["summaryTranslations"]
    assert "FIRST" in retailer.get("/products/TICKET-FIRST", status=404)["detail"]


def test_a_product_is_found_by_its_code_and_a_date_is_not_heeded(retailer: Retailer) -> None:
    found = retailer.get("/products", params={"productCode": "PLACE-SECOND", "travelDate": "2026-12-10"})
    assert [one["id"] for one in found["products"]] == ["PLACE-SECOND"]
    assert found["problems"][0]["code"].endswith("VALUE_NOT_SUPPORTED")
    assert retailer.get("/products", params={"productCode": "PASS"})["products"] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["TICKET-SECOND", "PLACE-SECOND"]),
        ({"types": ["RESERVATION", "ANCILLARY_ITEM"], "codes": []}, ["PLACE-SECOND"]),
        ({"id": "TICKET-SECOND", "codes": ["TICKET-SECOND"]}, ["TICKET-SECOND"]),
        ({"flexibilities": ["SEMI_FLEXIBLE"], "travelClasses": ["SECOND"]}, ["TICKET-SECOND", "PLACE-SECOND"]),
        (
            {"serviceClasses": [{"type": "STANDARD", "name": "whatever"}], "types": None},
            ["TICKET-SECOND", "PLACE-SECOND"],
        ),
        ({"travelClasses": ["ANY_CLASS"], "productTags": [None]}, ["TICKET-SECOND", "PLACE-SECOND"]),
        ({"fulfillmentOptions": [{"type": "ETICKET", "media": "PDF_A4"}]}, ["TICKET-SECOND", "PLACE-SECOND"]),
    ],
)
def test_products_are_found_by_what_they_are_like(retailer: Retailer, asked: dict[str, Any], found: list[str]) -> None:
    said = retailer.post("/products-search", asked)
    assert [one["id"] for one in said["products"]] == found
    whole = {one["id"]: one for one in retailer.get("/products")["products"]}
    assert said["products"] == [whole[one] for one in found]


@pytest.mark.parametrize(
    "asked",
    [
        {"id": "TICKET-FIRST"},
        {"id": "TICKET-SECOND", "types": ["RESERVATION"]},
        {"flexibilities": ["FULL_FLEXIBLE"]},
        {"serviceClasses": [{"type": "HIGH", "name": "first"}]},
        {"travelClasses": ["FIRST"]},
        {"fulfillmentOptions": [{"type": "PASS_CHIP", "media": "PDF_A4"}]},
        {"productTags": ["SPLIT_RESERVATION"]},
    ],
)
def test_where_no_product_is_as_asked_it_says_which_there_are(retailer: Retailer, asked: dict[str, Any]) -> None:
    """The specification has no empty answer to a search."""
    problem = retailer.post("/products-search", asked, status=404)
    assert problem["code"].endswith("RESOURCE_NOT_FOUND")
    assert "TICKET-SECOND, PLACE-SECOND" in problem["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/promotion-codes", "promotionCodes"), ("/reduction-cards", "reductionCardTypes"), ("/zones", "zones")],
)
def test_of_what_the_line_does_not_have_the_list_is_empty(retailer: Retailer, path: str, name: str) -> None:
    assert retailer.get(path) == {name: []}
    sent = {"authorization": f"Bearer {retailer.token}", "if-none-match": retailer.answer.headers["etag"]}
    assert retailer.http.get(f"/osdm{path}", headers=sent).status_code == 304


@pytest.mark.parametrize("path", ["/products", "/products/PLACE-SECOND", "/passenger-categories"])
def test_who_has_the_master_data_need_not_get_it_again(retailer: Retailer, path: str) -> None:
    retailer.get(path)
    sent = {"authorization": f"Bearer {retailer.token}", "if-none-match": retailer.answer.headers["etag"]}
    # The specification declares no 304 here; who sends If-None-Match knows it from HTTP.
    answer = retailer.http.get(f"/osdm{path}", headers={**sent, "accept-language": "en"})
    assert (answer.status_code, answer.content) == (304, b"")
    assert retailer.http.get(f"/osdm{path}", headers={**sent, "accept-language": "ko"}).status_code == 200


def test_categories_are_those_of_the_tariff_the_adult_first(retailer: Retailer) -> None:
    found = retailer.get("/passenger-categories")
    assert [(one["title"]["text"], one["specification"]["age"], one["base"]) for one in found] == [
        ("Adult", 10, True),
        ("Child, 5 to 9 years", 5, False),
        ("Child under 5 without a place", 0, False),
    ]


def tariff_with(shop: Shop, *rules: tuple[int, int]) -> Tariff:
    tariff = shop.selling.market().tariff
    known = tariff.refunds[0].provenance
    refunds = tuple(RefundRule(provenance=known, minutes=minutes, percent=percent) for minutes, percent in rules)
    return Tariff(
        currencies=tariff.currencies, categories=tariff.categories, fares=(), refunds=refunds, sale=tariff.sale
    )


def test_flexibility_is_what_the_refund_rules_come_to(shop: Shop) -> None:
    assert flexibility(tariff_with(shop)) == "NON_FLEXIBLE"
    assert flexibility(tariff_with(shop, (1440, 0))) == "NON_FLEXIBLE"
    assert flexibility(tariff_with(shop, (1440, 100))) == "SEMI_FLEXIBLE"
    assert flexibility(tariff_with(shop, (0, 100))) == "FULL_FLEXIBLE"
    assert flexibility(tariff_with(shop, (1440, 100), (0, 50))) == "SEMI_FLEXIBLE"
