"""The booking's pages in a real browser: on a phone and a desk, in each language, by keyboard and eye."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from sale.shop import BACK, OUT, adult
from serving import serving

from booking.conftest import opened
from booking.passenger import EMAIL, Place
from rerail.store.engine import Store

CHROMIUM = os.environ.get("RERAIL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REFLOW = 320
"""The width at which WCAG 1.4.10 asks that nothing scrolls sideways."""


@dataclass
class Served:
    """A counter whose site a browser can reach."""

    place: Place
    where: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with closing(Store(f"sqlite:///{folder / 'rerail.db'}")) as store:
        store.migrate()
        with opened(store, "http://127.0.0.1") as place, serving(place.app) as where:
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
    assert windows.complaints == []


class Windows:
    """Opens windows; whatever the browser complains of is remembered."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.requests: list[Request] = []

    def open(self, width: int, *, dark: bool = False, javascript: bool = True) -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        self._contexts.append(context)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._remember)
        return page

    def _remember(self, request: Request) -> None:
        self.requests.append(request)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def good(page: Page, *, axe: bool = True) -> None:
    """Nothing sticks out sideways, and axe finds nothing."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    if not axe:
        return
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
    faults = [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in results.response["violations"]]
    assert faults == []


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)], ids=["phone", "desk"])
def test_from_the_code_to_the_ticket_and_back(
    served: Served, window: Windows, width: int, dark: bool, language: str
) -> None:
    booking = served.place.shop.hold(OUT, BACK, passengers=[adult(), adult("Пак", "Иван")])
    page, phone = window.open(width, dark=dark), width < 800
    page.goto(f"{served.where}/{language}/")
    page.locator(f'footer a[href="/{language}/booking"]').click()
    good(page, axe=phone)
    page.locator("#code").fill(booking.code)
    page.locator("#email").fill(EMAIL)
    page.locator("main form button").click()
    good(page, axe=phone)
    page.locator("summary").click()
    page.locator('form[action$="/pay"] button').click()
    good(page, axe=phone)
    page.locator('button[value="pay"]').dblclick()
    expect(page).to_have_url(re.compile(f"/{language}/booking/{booking.code}$"))
    page.wait_for_load_state("networkidle")  # the second press leads there once more
    assert page.locator(".booking-ticket--good").count() == 4
    page.locator(".booking-ticket__code").last.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    good(page)
    page.locator(".booking-back a").click()
    page.locator('input[value="2"]').check()
    good(page, axe=phone)
    page.locator("main form button").click()
    good(page, axe=phone)
    page.locator('form[method="post"] button').click()
    page.wait_for_url(f"**/{language}/booking/{booking.code}")
    assert page.locator(".booking-ticket--good").count() == 3
    page.go_back()  # to the offer that was taken: it is not made again
    assert page.url.endswith(f"/{language}/booking/{booking.code}")
    assert sum(f":{booking.code}:" in key for key in served.place.shop.checkout.given_back) == 1


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("Stay in your coach", "Put your watch back 1 h", "The conductor keeps them on the way.")),
        ("ru", ("Оставайтесь в вагоне", "Переведите часы назад на 1 ч", "В пути они находятся у проводника.")),
        ("ko", ("객차 안에 계십시오", "시계를 1시간 늦추십시오", "가는 동안 차장이 보관합니다.")),
    ],
)
@pytest.mark.parametrize(("width", "dark"), [(REFLOW, True), (1280, False)], ids=["phone", "desk"])
def test_what_one_meets_at_the_border_stands_in_the_order_of_travel(
    served: Served, window: Windows, width: int, dark: bool, language: str, lines: tuple[str, ...]
) -> None:
    booking = served.place.shop.buy(OUT)
    page = window.open(width, dark=dark)
    key = served.place.shop.selling.link_key(booking.code)
    page.goto(f"{served.where}/{language}/booking/{booking.code}?key={key}")
    steps = page.locator(".border-step")
    assert steps.count() == 4
    told = steps.all_inner_texts()
    assert lines[0] in told[0]
    assert lines[1] in told[1]
    assert "06:30 – 08:30" in told[0]
    assert "07:50 – 09:50" in told[2]
    assert lines[2] in told[3]
    tops = [box["y"] for box in (one.bounding_box() for one in steps.all()) if box is not None]
    assert tops == sorted(tops)
    good(page)


def test_a_letters_link_tells_its_key_to_nobody(served: Served, window: Windows) -> None:
    booking = served.place.shop.buy(OUT)
    key = served.place.shop.selling.link_key(booking.code)
    page = window.open(1280)
    page.goto(f"{served.where}/ko/booking/{booking.code}?key={key}")
    assert page.url == f"{served.where}/ko/booking/{booking.code}"
    page.wait_for_load_state("networkidle")
    assert len(window.requests) > 3
    assert not [one.url for one in window.requests if key in one.headers.get("referer", "")]
    page.locator("footer a").first.click()
    assert key not in page.evaluate("document.referrer")


def test_suspended_and_taken_another_day_without_scripts_by_keyboard(served: Served, window: Windows) -> None:
    shop = served.place.shop
    booking = shop.buy(OUT)
    shop.decide("withdraw", start=date(2026, 12, 1), until=date(2026, 12, 31))
    try:
        page = window.open(REFLOW, javascript=False)
        page.goto(f"{served.where}/ru/booking/{booking.code}?key={shop.selling.link_key(booking.code)}")
        assert "Поезд приостановлен" in page.inner_text("h1")
        _press(page, 'a[href$="/rebook"]')
        page.locator('input[type="radio"]').first.focus()
        page.keyboard.press("ArrowDown")
        _press(page, "main form button")
        _press(page, 'form[method="post"] button')
        assert booking.code not in page.url
        assert "Места удерживаются" in page.inner_text("h1")
        _press(page, 'form[action$="/pay"] button')
        _press(page, 'button[value="pay"]')
        assert "Заказ оплачен" in page.inner_text("h1")
    finally:
        shop.decide("grant", start=date(2026, 12, 1), until=date(2026, 12, 31))


def test_pages_of_a_suspension_are_accessible(served: Served, window: Windows) -> None:
    shop = served.place.shop
    booking = shop.buy(BACK)
    shop.decide("cancel", start=BACK.service_date, railway=None)
    for language, width in (("en", 1280), ("ko", REFLOW)):
        page = window.open(width)
        page.goto(f"{served.where}/{language}/booking/{booking.code}?key={shop.selling.link_key(booking.code)}")
        good(page)
        page.goto(f"{served.where}/{language}/booking/{booking.code}/rebook")
        good(page)
        page.locator('input[type="radio"]').nth(1).check()
        page.locator("main form button").click()
        good(page)


def _press(page: Page, selector: str) -> None:
    """Follow a link or press a button by the keyboard."""
    page.locator(selector).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
