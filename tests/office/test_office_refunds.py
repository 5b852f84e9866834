"""A withdrawal inside booked dates at the office: the preview says whom it hits, the result what was given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from litestar.testing import TestClient
from sale.shop import BACK, NOON, OUT, TO_KHASAN, Shop, Turned, adult

from office.conftest import PASSWORD
from office.recording import previewed
from office.visitor import Visitor
from rerail.desk import stopping
from rerail.desk.current import Current
from rerail.desk.selling import Selling
from rerail.store.engine import StoreError
from rerail.web.app import create_app

Visit = Callable[..., Visitor]


@pytest.fixture
def shop(current: Current) -> Iterator[Shop]:
    opened = Shop(current.store, Turned(NOON))
    yield opened
    opened.close()


@pytest.fixture
def visit(shop: Shop) -> Iterator[Visit]:
    app = create_app(shop.current, selling=shop.selling)
    with ExitStack() as stack:

        def come(name: str, language: str = "en") -> Visitor:
            visitor = Visitor(stack.enter_context(TestClient(app)), language)
            visitor.sign_in(name, PASSWORD)
            return visitor

        yield come


def test_the_preview_names_every_booking_and_the_result_what_came_back(visit: Visit, shop: Shop) -> None:
    booked = shop.buy(OUT, BACK, passengers=(adult(), adult("Пак", "Ин")))
    held = shop.hold(TO_KHASAN)
    marina = visit("Marina")
    seen = previewed(marina, train=["vladivostok-rason", "rason-vladivostok"], until="2026-12-31")
    money = f"{booked.total.major:,.2f} RUB"
    assert f"2 bookings, 3 passengers. To give back in full: {money}." in seen.text
    assert "2 bookings are hit: confirming gives back" in seen.text
    for code in (booked.code, held.code):
        assert code in seen.text
    assert "Ким" not in seen.text, "whoever decides about trains need not know who travels"

    meanwhile = shop.buy(OUT)
    done = marina.send(seen, "/office/record/withdraw")
    both = booked.total + meanwhile.total
    assert f"2 bookings: {both.major:,.2f} RUB given back in full." in done.text
    assert "Nothing is left to give back." in done.text
    assert len(shop.checkout.given_back) == 2
    assert shop.selling.booking(held.code).state(NOON) == "cancelled"


def test_an_official_of_a_railway_sees_the_bookings_and_no_way_into_them(visit: Visit, shop: Shop) -> None:
    booked = shop.buy(OUT)
    seen = previewed(visit("Kim"), train=["vladivostok-rason"], until="2026-12-31")
    assert booked.code in seen.text
    assert f"/office/bookings/{booked.code}" not in seen.html
    operators = previewed(visit("Marina"), train=["vladivostok-rason"], until="2026-12-31")
    assert f"/office/bookings/{booked.code}" in operators.html


def test_a_database_that_goes_away_leaves_the_decision_and_a_page_that_says_what_is_left(
    visit: Visit, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = shop.buy(OUT)
    marina = visit("Marina")
    seen = previewed(marina, train=["vladivostok-rason"], until="2026-12-31")

    def gone(_selling: Selling) -> int:
        raise StoreError("The database is away.")

    with monkeypatch.context() as patched:
        patched.setattr(Selling, "give_back_owed", gone)
        done = marina.send(seen, "/office/record/withdraw")
    assert "The decision is recorded" in done.text
    assert f"1 booking is still to be settled. Left to give back: {booked.total.major:,.2f} RUB." in done.text
    shop.selling.give_back_owed()
    assert "Nothing is left to give back." in marina.open(done.address).text


def test_many_are_settled_in_the_background(visit: Visit, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "MOST_AT_ONCE", 0)
    waiting = shop.buy(OUT)
    marina = visit("Marina")
    done = marina.send(previewed(marina, train=["vladivostok-rason"], until="2026-12-31"), "/office/record/withdraw")
    for _ in range(200):
        if "Nothing is left to give back." in done.text:
            break
        done = marina.open(done.address)
    assert shop.selling.booking(waiting.code).state(NOON) == "refunded"


@pytest.mark.parametrize(("language", "says"), [("ru", "вернуть полностью"), ("ko", "전액 환불")])
def test_it_is_said_in_the_offices_languages(visit: Visit, shop: Shop, language: str, says: str) -> None:
    shop.buy(OUT)
    seen = previewed(visit("Marina", language), train=["vladivostok-rason"], until="2026-12-31")
    assert says in seen.text
