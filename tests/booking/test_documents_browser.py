"""The documents' page in a real browser: on a phone and a desk, in each language, by keyboard, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Browser, sync_playwright
from sale.shop import BACK, OUT, adult
from serving import serving

from booking.papers import NUMBER, PapersPlace, opened_with_keys, zone
from booking.test_browser import ARGUMENTS, CHROMIUM, REFLOW, Windows, good
from rerail.store.engine import Store


@dataclass
class Served:
    """A counter whose site a browser can reach."""

    place: PapersPlace
    where: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with closing(Store(f"sqlite:///{folder / 'rerail.db'}")) as store:
        store.migrate()
        with opened_with_keys(store, folder, "http://127.0.0.1") as place, serving(place.app) as where:
            yield Served(place, where)


@pytest.fixture(scope="module")
def browser(served: Served) -> Iterator[Browser]:
    assert served.where
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Windows]:
    windows = Windows(browser)
    yield windows
    windows.close()
    assert [one for one in windows.complaints if "422" not in one] == []


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
@pytest.mark.parametrize(("width", "dark"), [(REFLOW, True), (1280, False)], ids=["phone", "desk"])
def test_from_the_booking_to_a_document_that_is_kept(
    served: Served, window: Windows, width: int, dark: bool, language: str
) -> None:
    shop, where = served.place.shop, served.where
    booking = shop.buy(OUT, BACK, passengers=[adult(), adult("Пак", "Иван")])
    page, phone = window.open(width, dark=dark), width < 800
    page.goto(f"{where}/{language}/booking/{booking.code}?key={shop.selling.link_key(booking.code)}")
    page.locator(".booking-documents a").click()
    good(page, axe=phone)
    form = page.locator("form.papers-fields").first
    number = f"QX{width:04}{('en', 'ru', 'ko').index(language):03}"
    wrong = zone(number)
    form.locator("textarea").fill(wrong[:53] + str((int(wrong[53]) + 1) % 10) + wrong[54:])
    form.locator("button").click()
    assert page.locator("#mrz-1-error").is_visible()
    assert form.locator("textarea").evaluate("one => one.scrollWidth <= one.clientWidth") or phone
    good(page)
    form.locator("textarea").fill(zone(number, expires=date(2026, 12, 1)))
    form.locator("button").click()
    page.wait_for_url(re.compile(r"/documents\?saved=1"))
    assert page.locator(".papers-remark").count() == 2, "expired, said for each side"
    assert number not in page.content()
    good(page)
    page.locator(".booking-more summary").first.click()
    page.locator('form[action$="/take-back"] button').click()
    page.wait_for_url("**/documents")
    assert page.locator(".papers-remark").count() == 0
    assert not [one.url for one in window.requests if number in one.url or NUMBER in one.url]


def test_field_by_field_by_keyboard_without_scripts(served: Served, window: Windows) -> None:
    shop = served.place.shop
    booking = shop.buy(OUT)
    page = window.open(1280, javascript=False)
    page.goto(f"{served.where}/en/booking/{booking.code}?key={shop.selling.link_key(booking.code)}")
    page.goto(f"{served.where}/en/booking/{booking.code}/documents")
    page.locator("#kind-1").focus()
    for typed in ("p", "71 5000123", "KIM", "OLGA", "RUS", "05012031", "RUS", "03211987", "F"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
        if len(typed) == 8:  # a date has three parts and a button
            page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "whose number ends in 23" in page.inner_text("main")
    assert "Still missing" not in page.inner_text("main")
    with shop.selling.store.read():
        (papers,) = served.place.border.wanted(shop.selling.booking(booking.code))
    assert papers.missing == ()


def test_what_is_told_before_buying_fits_a_phone(served: Served, window: Windows) -> None:
    for language in ("en", "ru", "ko"):
        page = window.open(REFLOW)
        page.goto(f"{served.where}/{language}/departures/vladivostok-rason/2026-12-10")
        page.locator("section[aria-labelledby=papers] summary").first.click()
        page.locator("section[aria-labelledby=papers] summary").last.click()
        good(page, axe=language == "en")
