"""Choosing a journey: what can be bought, at which price, in which places; and why not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from sale.shop import NOON, OUT, TO_KHASAN, adult

from shop.buyer import DIRECT, HOME, HOST, Market, choose, names, query
from shop.conftest import Browse


def test_the_departure_leads_to_its_price_and_its_free_places(shown: Market, browse: Browse) -> None:
    visitor = browse(shown)
    page = visitor.open("/en/departures/vladivostok-rason/2026-12-10")
    assert "/en/buy?leg1=vladivostok-rason%2C2026-12-10%2Cvladivostok%2Crajin" in page.html
    assert "RUB" not in page.text  # a kept page says no price
    page = choose(visitor, operator="")
    assert page.status == 200
    assert "Adult: 6,260.00 RUB" in page.text
    assert "88 places free" in page.text  # 100 less the operator's 12
    assert page.answer.headers["cache-control"] == "no-store"


def test_a_search_with_changes_leads_to_all_its_trains_together(shown: Market, browse: Browse) -> None:
    visitor = browse(shown)
    found = visitor.open("/en/search?from=vladivostok&to=tumangang&date=2026-12-07")
    start = found.html.index("/en/buy?leg1=")
    address = found.html[start : found.html.index('"', start)].replace("&amp;", "&")
    page = visitor.open(address)
    assert page.status == 200
    assert address.count("leg") == 3
    assert "Total" in page.text
    assert page.text.count("Out ·") == 3


def test_price_refund_rules_fees_and_the_fixed_rate_are_said_and_marked(shown: Market, browse: Browse) -> None:
    text = choose(browse(shown), currency="KPW", n_adult=2, n_child=1).text
    assert "Adult: 2 × 70,425.00 KPW * (illustrative) 140,850.00 KPW" in text
    assert "Child, 5 to 9 years: 1 × 37,800.00 KPW" in text
    assert "Rate: 1 RUB = 11.25 KPW, of 1 January 2026, fixed for this sale. * (illustrative)" in text
    assert "Reservation of a place, 675.00 KPW. * (illustrative)" in text
    assert "at least 7 days before departure: 90% of the fare comes back. * (illustrative)" in text
    assert "If the train does not run, everything comes back, with all fees." in text


def test_the_way_back_is_offered_after_the_arrival_only(shown: Market, browse: Browse) -> None:
    visitor = browse(shown)
    page = choose(visitor)
    assert HOME in page.html
    assert "rason-vladivostok,2026-11-15" not in page.html
    both = choose(visitor, back=HOME)
    assert "12,520.00 RUB" in both.text
    assert "Return ·" in both.text


def test_a_way_back_with_changes_is_found_for_a_date(shown: Market, browse: Browse) -> None:
    legs = {
        "leg1": "vladivostok-ussuriysk-morning,2026-12-07,vladivostok,ussuriysk",
        "leg2": "ussuriysk-khasan,2026-12-07,ussuriysk,khasan",
        "leg3": "khasan-tumangang,2026-12-07,khasan,tumangang",
    }
    visitor = browse(shown)
    assert "tumangang-khasan,2026-12-09" not in choose(visitor, **legs).html
    page = choose(visitor, back_on="2026-12-09", **legs)
    assert "tumangang-khasan,2026-12-09,tumangang,khasan;khasan-ussuriysk,2026-12-09" in page.html


def test_a_tour_operator_is_asked_for_with_the_reason_before_names_are(shown: Market, browse: Browse) -> None:
    page = names(browse(shown), operator="")
    assert page.status == 422
    assert "Choose the tour operator on whose list the passengers are." in page.text
    assert "each passenger must be on the list of a tour operator" in page.text


def test_nobody_is_asked_for_an_operator_inside_one_country(shown: Market, browse: Browse) -> None:
    page = names(browse(shown), leg1="vladivostok-rason,2026-12-10,vladivostok,khasan", operator="")
    assert page.status == 200
    assert "Who travels" in page.text


@pytest.mark.parametrize(
    ("day", "now", "says"),
    [
        ("2027-02-11", NOON, "Not yet on sale: tickets are sold from 13 December 2026, 00:00 (Vladivostok time"),
        (
            "2026-12-10",
            datetime(2026, 12, 9, 23, tzinfo=UTC),
            "No longer on sale: the sale ended on 10 December 2026, 08:30 (Vladivostok time",
        ),
    ],
)
def test_outside_its_sale_a_departure_says_from_when_or_since_when(
    market: Market, browse: Browse, day: str, now: datetime, says: str
) -> None:
    market.shop.clock.turn(now)
    visitor = browse(market)
    page = choose(visitor, leg1=f"vladivostok-rason,{day},vladivostok,rajin")
    assert page.status == 409
    assert says in page.text
    assert f"/en/departures/vladivostok-rason/{day}" in page.html
    departure = visitor.open(f"/en/departures/vladivostok-rason/{day}")
    assert says in departure.text
    assert "/en/buy" not in departure.html


def test_a_suspended_train_says_whose_consent_is_missing(market: Market, browse: Browse) -> None:
    market.shop.decide("withdraw", start=date(2026, 12, 1))
    page = choose(browse(market), "ru")
    assert page.status == 409
    assert "нет согласия (ЖД КНДР)" in page.text


def test_forty_passengers_are_sent_to_the_groups(shown: Market, browse: Browse) -> None:
    for open_ in (choose, names):
        page = open_(browse(shown), n_adult=40)
        assert page.status == 422
        assert "40 passengers are a group: a booking has at most 8." in page.text
        assert "groups@example.org" in page.text


def test_a_child_does_not_travel_alone(shown: Market, browse: Browse) -> None:
    page = choose(browse(shown), n_adult=0, n_child=1)
    assert page.status == 422
    assert "travels only with an adult" in page.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"leg1": ""}, 400),
        ({"leg1": "vladivostok-rason"}, 400),
        ({"leg1": "vladivostok-rason,2026-02-30,vladivostok,rajin"}, 400),
        ({"leg1": "no-train,2026-12-10,vladivostok,rajin"}, 422),
        ({"leg1": "vladivostok-rason,2026-12-11,vladivostok,rajin"}, 409),
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
        ({"wheelchair": "1"}, 409),
        ({"plan": "1", "place1": "9-99"}, 422),
        ({"plan": "1", "place1": ["1-1", "1-2"]}, 422),
        ({"class": "zeroth", "berth": "roof", "room": "x", "place1": "%%"}, 200),
    ],
)
def test_a_wrong_address_is_a_page_with_a_reason(
    shown: Market, browse: Browse, fields: dict[str, str | list[str]], status: int
) -> None:
    visitor = browse(shown)
    for language in ("en", "ru", "ko"):
        page = choose(visitor, language, **fields)
        assert page.status == status
        assert f"/{language}/" in page.html
        assert "Traceback" not in page.html


def test_the_address_as_it_is_typed_by_nobody_is_a_page_too(shown: Market, browse: Browse) -> None:
    visitor = browse(shown)
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
    assert re.search(rf"Coach {spot.coach}, place {spot.place}, [a-z, ]+, taken", page.text)
    assert page.html.count('type="checkbox" name="place1"') == 87
    assert "kept for others" in page.text  # the operator's allotment


def test_the_places_a_whole_compartment_leaves_empty_are_charged_in_sight(shown: Market, browse: Browse) -> None:
    text = choose(browse(shown), room="whole", n_adult=3).text
    assert "Adult: 3 × 6,260.00 RUB" in text
    assert "Places of the compartment that stay empty: 1 ×" in text


def test_places_free_on_a_part_of_the_way_are_free_for_that_part(market: Market, browse: Browse) -> None:
    market.shop.hold(TO_KHASAN, passengers=[adult()])
    visitor = browse(market)
    beyond = choose(visitor, leg1="vladivostok-rason,2026-12-10,khasan,rajin", plan="1")
    assert beyond.html.count('type="checkbox" name="place1"') == 88
    assert choose(visitor, plan="1").html.count('type="checkbox" name="place1"') == 87


def test_chosen_places_stay_chosen_and_are_carried_on(shown: Market, browse: Browse) -> None:
    visitor = browse(shown)
    page = choose(visitor, plan="1", place1=["1-1", "1-2"], n_adult=2)
    assert page.status == 200
    assert re.findall(r'value="([^"]+)"[^>]* checked', page.html) == ["1-2", "1-1"]  # in the order of the plan
    onward = names(visitor, plan="1", place1=["1-1", "1-2"], n_adult=2)
    assert "Chosen places: 1-1, 1-2" in onward.text


def test_the_search_engines_and_the_language_links_are_told_the_same_address(shown: Market, browse: Browse) -> None:
    page = choose(browse(shown), n_adult=2, plan="1", place1=["1-1", "1-2"])
    assert page.answer.headers["x-robots-tag"] == "noindex"
    assert "place1=1-1%2C1-2" in page.html
    assert f"{HOST}" not in page.html
