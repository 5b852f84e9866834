"""The pages of a departure in a real browser, on a telephone and at a desk, in each language."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from litestar import Litestar
from playwright.sync_api import Browser, sync_playwright
from sale.shop import FROM_KHASAN, NOON, OUT, TO_KHASAN, Shop, Turned, adult

from office.conftest import PASSWORD, staffed
from rerail.store.engine import Store
from rerail.web.app import create_app

CHROMIUM = os.environ.get("RERAIL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PAGE = "/office/departures/vladivostok-rason/2026-12-10"


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an office is served that has sold some of a departure."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('departures') / 'office.db'}")
    clock = Turned(NOON)
    staffed(store, clock)
    shop = Shop(store, clock)
    for leg in (OUT, TO_KHASAN, FROM_KHASAN):
        shop.buy(leg, passengers=(adult(), adult("Пак", "Ин")))
    with serving(create_app(shop.current, selling=shop.selling)) as where:
        yield where
    shop.close()
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_page_and_one_drawing_of_two_is_shown(
    browser: Browser, address: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/office/sign-in")
    page.fill("input[name=name]", "Marina")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form[action='/office/sign-in'] button").click()
    page.wait_for_url("**/office/")
    for language in ("en", "ru", "ko"):
        for where in ("/office/departures", PAGE, "/office/figures?year=2026"):
            page.goto(f"{address}{where}{'&' if '?' in where else '?'}lang={language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, language)
            faults = Axe().run(page).response["violations"]
            assert [fault["id"] for fault in faults] == [], (where, language)
    page.goto(address + PAGE)
    shown = page.locator("svg.place-plan:visible")
    assert shown.count() == 1
    box = shown.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.get_by_role("link", name="2", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**coach=2*")
    assert complaints == []
    context.close()
