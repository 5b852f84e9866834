"""The whole purchase in a real browser: on a phone and a desk, in three languages, without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sale.shop import Shop

from shop.buyer import HOME, query
from shop.conftest import OpenPage

PHONE, DESK, REFLOW = 390, 1280, 320
JANUARY = "vladivostok-rason,2027-01-14,vladivostok,rajin"
"""A departure on which nobody buys: every place of it is free to look at."""
LANGUAGES = ("en", "ru", "ko")


@dataclass(frozen=True)
class Says:
    """What the buttons and fields are called."""

    buy: str
    plan: str
    price: str
    next: str
    family: str
    given: str
    book: str
    operator: str


WORDS = {
    "en": Says(
        "Buy tickets",
        "Choose places on the plan",
        "Show the price",
        "Next: names and payment",
        "Family name",
        "Given names",
        "Book for 25,040.00 RUB",
        "The tour operator on whose named list the passengers are",
    ),
    "ru": Says(
        "Купить билет",
        "Выбрать места на схеме",
        "Показать стоимость",
        "Далее: пассажиры и оплата",
        "Фамилия",
        "Имя и отчество",
        "Оформить за 25 040,00 RUB",
        "Туроператор, в чьём именном списке состоят пассажиры",
    ),
    "ko": Says(
        "승차권 구매",
        "배치도에서 좌석 고르기",
        "요금 보기",
        "다음: 승객과 결제",
        "성",
        "이름",
        "25,040.00 RUB에 예약",
        "승객이 명단에 올라 있는 여행사",
    ),
}


def fits(page: Page) -> bool:
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}" for one in results.response["violations"]]


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_buys_out_and_back_with_places_from_the_plan(
    open_page: OpenPage, served: tuple[str, Shop], language: str, width: int
) -> None:
    where, shop = served
    said = WORDS[language]
    before = len(shop.selling.find(f"Ким{language}{width}"))
    page = open_page(f"{where}/{language}/departures/vladivostok-rason/2026-12-10", width=width, script=False)
    page.get_by_role("link", name=said.buy).click()
    page.locator("#n_adult").fill("2")
    page.get_by_label(said.operator).select_option("example-tours")
    page.locator("#back").select_option(HOME)
    page.get_by_role("button", name=said.price).click()
    page.get_by_role("button", name=said.plan).click()
    assert fits(page)
    free = page.locator("input[name=place1]")
    chosen = [free.nth(2), free.nth(3)]
    for box in chosen:
        box.check()
    values = [box.get_attribute("value") for box in chosen]
    page.get_by_role("button", name=said.next).click()
    expect(page.get_by_text(", ".join(str(value) for value in values))).to_be_visible()
    assert fits(page)
    for number, (family, given) in enumerate([(f"Ким{language}", "Ольга"), ("김", "철수")]):
        page.get_by_label(said.family, exact=True).nth(number).fill(family)
        page.get_by_label(said.given, exact=True).nth(number).fill(given)
    page.locator("#email").fill("olga@example.org")
    page.get_by_role("button", name=re.compile(re.escape(said.book).replace("\\ ", "[  ]"))).click()
    page.wait_for_url(re.compile(f"/{language}/pay/"))
    reference = page.url.rsplit("/", 1)[1]
    assert shop.checkout.decide(reference, "paid")
    booking = shop.selling.settle(reference)
    assert booking.state(shop.clock.now()) == "confirmed"
    assert booking.language == language
    assert [f"{part.spots[0].coach}-{part.spots[0].place}" for part in booking.parts_of(1)] == values
    answer = page.goto(f"{where}/{language}/booking/{booking.code}")
    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_text(booking.code).first).to_be_visible()
    assert before == 0


def test_the_back_button_shows_the_booking_and_not_a_second_form(open_page: OpenPage, served: tuple[str, Shop]) -> None:
    where, shop = served
    page = open_page(f"{where}/en/buy/names?{query()}", script=False)
    page.get_by_label("Family name").fill("Назад")
    page.locator("#email").fill("olga@example.org")
    page.get_by_label("In cash at a counter").check()
    page.get_by_role("button", name="Book for").click()
    page.wait_for_url(re.compile("/en/booking/"))
    booking = page.url
    page.go_back()
    page.reload()
    expect(page).to_have_url(booking)
    assert len(shop.selling.find("Назад")) == 1


def test_places_are_chosen_with_the_keyboard_and_read_aloud(open_page: OpenPage, served: tuple[str, Shop]) -> None:
    where, _ = served
    page = open_page(f"{where}/en/buy?{query(leg1=JANUARY, plan='1')}")
    place = page.get_by_role("checkbox", name="Coach 3, place 7, lower berth, window, free")
    place.focus()
    page.keyboard.press("Space")
    expect(place).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name=re.compile("Coach 3, place"))).not_to_have_count(0)
    outline = page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle")
    assert outline == "solid"
    taken = page.locator(".plan__place--kept").first
    assert "line-through" in taken.locator(".plan__number").evaluate("e => getComputedStyle(e).textDecorationLine")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_places_are_large_enough_to_hit(open_page: OpenPage, served: tuple[str, Shop], width: int) -> None:
    where, _ = served
    page = open_page(f"{where}/ko/buy?{query(plan='1')}", width=width)
    for target in page.locator(".plan__place--free").all()[:20]:
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 36


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_fit_a_window_of_320_pixels(open_page: OpenPage, served: tuple[str, Shop], language: str) -> None:
    where, _ = served
    page = open_page(f"{where}/{language}/buy?{query(plan='1', n_adult=2, back=HOME)}", width=REFLOW)
    assert fits(page)
    page.goto(f"{where}/{language}/buy/names?{query(n_adult=1, n_child=1, room='women', back=HOME)}")
    assert fits(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing_against_wcag_2_2_aa(
    open_page: OpenPage, served: tuple[str, Shop], width: int, dark: bool
) -> None:
    where, _ = served
    page = open_page(
        f"{where}/en/buy?{query(leg1=JANUARY, plan='1', n_adult=2, place1=['3-1', '3-2'])}", width=width, dark=dark
    )
    assert faults(page) == []
    page.goto(f"{where}/ru/buy?{query(plan='1', n_adult=2, back=HOME)}")
    assert page.locator(".plan").count() > 2, "out and back have plans of the same coaches"
    assert faults(page) == []
    page.goto(f"{where}/ru/buy/names?{query(leg1=JANUARY, n_child=1, n_adult=1, room='women')}")
    assert faults(page) == []


def test_axe_finds_nothing_where_something_is_wrong(served: tuple[str, Shop], open_page: OpenPage) -> None:
    where, _ = served
    page = open_page(f"{where}/ko/buy/names?{query()}", dark=True)
    page.locator("form.buy").evaluate("form => form.querySelector('[name=offer]').value = ''")
    page.get_by_role("button", name="예약").click()
    assert faults(page) == []
