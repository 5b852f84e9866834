"""Choosing a journey: what can be bought, at which price, in which places; and why not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sale.shop import OUT, adult
from shop.buyer import DIRECT, HOME, HOST, Market, choose, names, query
from shop.conftest import Browse


def test_the_departure_leads_to_its_price_and_its_free_places(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = visitor.open("/en/departures/vladivostok-rason/2026-12-10")
    assert "/en/buy?leg1=vladivostok-rason%2C2026-12-10%2Cvladivostok%2Crajin" in page.html
    assert "RUB" not in page.text  # a kept page says no price
    page = choose(visitor, operator="")
    assert page.status == 200
    assert "Adult: 6,260.00 RUB" in page.text
    assert "88 places free" in page.text  # 100 less the operator's 12
    assert page.answer.headers["cache-control"] == "no-store"


def test_a_search_with_changes_leads_to_all_its_trains_together(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    found = visitor.open("/en/search?from=vladivostok&to=tumangang&date=2026-12-07")
    start = found.html.index("/en/buy?leg1=")
    address = found.html[start : found.html.index('"', start)].replace("&amp;", "&")
    page = visitor.open(address)
    assert page.status == 200
    assert address.count("leg") == 3
    assert "Total" in page.text
    assert page.text.count("Out ·") == 3


def test_price_refund_rules_fees_and_the_fixed_rate_are_said_and_marked(market: Market, browse: Browse) -> None:
    text = choose(browse(market), currency="KPW", n_adult=2, n_child=1).text
    assert "Adult × 2 70,425.00 KPW * (illustrative) 140,850.00 KPW" in text
    assert "Child, 5 to 9 years × 1 37,800.00 KPW" in text
    assert "Rate: 1 RUB = 11.25 KPW, of 1 January 2026, fixed for this sale. * (illustrative)" in text
    assert "Reservation of a place, 675.00 KPW. * (illustrative)" in text
    assert "at least 7 days before departure: 90% of the fare comes back. * (illustrative)" in text
    assert "If the train does not run, everything comes back, with all fees." in text


def test_the_way_back_is_offered_after_the_arrival_only(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = choose(visitor)
    assert HOME in page.html
    assert "rason-vladivostok,2026-11-15" not in page.html
    both = choose(visitor, back=HOME)
    assert "12,520.00 RUB" in both.text
    assert "Return ·" in both.text


def test_a_way_back_with_changes_is_found_for_a_date(market: Market, browse: Browse) -> None:
    legs = {
        "leg1": "vladivostok-ussuriysk-morning,2026-12-07,vladivostok,ussuriysk",
        "leg2": "ussuriysk-khasan,2026-12-07,ussuriysk,khasan",
        "leg3": "khasan-tumangang,2026-12-07,khasan,tumangang",
    }
    visitor = browse(market)
    assert "tumangang-khasan,2026-12-09" not in choose(visitor, **legs).html
    page = choose(visitor, back_on="2026-12-09", **legs)
    assert "tumangang-khasan,2026-12-09,tumangang,khasan;khasan-ussuriysk,2026-12-09" in page.html


def test_a_tour_operator_is_asked_for_with_the_reason_before_names_are(market: Market, browse: Browse) -> None:
    page = names(browse(market), operator="")
    assert page.status == 422
    assert "Choose the tour operator on whose list the passengers are." in page.text
    assert "each passenger must be on the list of a tour operator" in page.text


def test_nobody_is_asked_for_an_operator_inside_one_country(market: Market, browse: Browse) -> None:
    page = names(browse(market), leg1="vladivostok-rason,2026-12-10,vladivostok,khasan", operator="")
    assert page.status == 200
    assert "Who travels" in page.text


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (datetime(2026, 10, 10, 12, tzinfo=UTC), "Not yet on sale: tickets are sold from 11 October 2026, 00:00"),
        (datetime(2026, 12, 9, 23, tzinfo=UTC), "No longer on sale: the sale ended on 10 December 2026, 08:30"),
    ],
)
def test_outside_its_sale_a_departure_says_from_when_or_since_when(
    market: Market, browse: Browse, now: datetime, says: str
) -> None:
    market.shop.clock.turn(now)
    page = choose(browse(market))
    assert page.status == 409
    assert says in page.text
    assert "/en/departures/vladivostok-rason/2026-12-10" in page.html
    assert says in browse(market).open("/en/departures/vladivostok-rason/2026-12-10").text


def test_a_suspended_train_says_whose_consent_is_missing(market: Market, browse: Browse) -> None:
    market.shop.decide("withdraw", start=date(2026, 12, 1))
    page = choose(browse(market), "ru")
    assert page.status == 409
    assert "нет согласия (ЖД КНДР)" in page.text


def test_forty_passengers_are_sent_to_the_groups(market: Market, browse: Browse) -> None:
    for open_ in (choose, names):
        page = open_(browse(market), n_adult=40)
        assert page.status == 422
        assert "40 passengers are a group: a booking has at most 8." in page.text
        assert "groups@example.org" in page.text


def test_a_child_does_not_travel_alone(market: Market, browse: Browse) -> None:
    page = choose(browse(market), n_adult=0, n_child=1)
    assert page.status == 422
    assert "travels only with an adult" in page.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"leg1": ""}, 400),
        ({"leg1": "vladivostok-rason"}, 400),
        ({"leg1": "vladivostok-rason,2026-02-30,vladivostok,rajin"}, 400),
        ({"leg1": "no-train,2026-12-10,vladivostok,rajin"}, 422),
        ({"leg1": "vladivostok-rason,2026-12-11,vladivostok,rajin"}, 422),
        ({"leg1": "vladivostok-rason,2026-12-10,rajin,vladivostok"}, 422),
        ({"leg1": "vladivostok-rason,2026-12-10,vladivostok,atlantis"}, 422),
        ({"n_adult": "two"}, 422),
        ({"n_adult": "-1"}, 422),
        ({"n_adult": "1000000000000"}, 422),
        ({"n_adult": "0"}, 422),
        ({"currency": "XXX"}, 422),
        ({"operator": "nobody"}, 422),
        ({"back": "nonsense"}, 422),
        ({"back": DIRECT}, 422),
        ({"back_on": "2026-02-30"}, 422),
        ({"wheelchair": "1"}, 200),
        ({"plan": "1", "place1": "9-99"}, 409),
        ({"plan": "1", "place1": ["1-1", "1-2"]}, 422),
        ({"class": "zeroth", "berth": "roof", "room": "x", "place1": "%%"}, 200),
    ],
)
def test_a_wrong_address_is_a_page_with_a_reason(
    market: Market, browse: Browse, fields: dict[str, str | list[str]], status: int
) -> None:
    for language in ("en", "ru", "ko"):
        page = choose(browse(market), language, **fields)
        assert page.status == status
        assert f"/{language}/" in page.html
        assert "Traceback" not in page.html


def test_the_address_as_it_is_typed_by_nobody_is_a_page_too(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    for raw in ("%ff%fe", "leg1=%00", "&".join(f"place1={n}-{n}" for n in range(2000)), "x=" + "y" * 20_000):
        assert visitor.open(f"/en/buy?{raw}").status == 400
        assert visitor.open(f"/en/buy/names?{raw}").status == 400
    assert visitor.open(f"/xx/buy?{query()}").status == 404


def test_the_plan_shows_what_is_free_on_this_stretch_and_no_other(market: Market, browse: Browse) -> None:
    booking = market.shop.buy(OUT, passengers=[adult()])
    spot = booking.parts[0].spots[0]
    value = f'value="{spot.coach}-{spot.place}"'
    visitor = browse(market)
    page = choose(visitor, plan="1")
    assert value not in page.html
    assert f"Coach {spot.coach}, place {spot.place} , " in page.text
    # The place is free where the train has not met its passenger: there is none such here, all board at once.
    assert page.html.count('type="checkbox" name="place1"') == 87
    assert "kept for others" in page.text  # the operator's allotment


def test_chosen_places_stay_chosen_and_are_carried_on(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = choose(visitor, plan="1", place1=["1-1", "1-2"], n_adult=2)
    assert page.status == 200
    assert 'value="1-1" checked' in page.html
    onward = names(visitor, plan="1", place1=["1-1", "1-2"], n_adult=2)
    assert "Chosen places: 1-1, 1-2" in onward.text


def test_the_search_engines_and_the_language_links_are_told_the_same_address(market: Market, browse: Browse) -> None:
    page = choose(browse(market), n_adult=2, plan="1", place1=["1-1", "1-2"])
    assert page.answer.headers["x-robots-tag"] == "noindex"
    assert "place1=1-1%2C1-2" in page.html
    assert f"{HOST}" not in page.html
