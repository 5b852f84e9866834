"""Takes the README's screenshots of the shipped line in its demo season: `make shots`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
LINE = HERE.parent.parent / "lines" / "vladivostok-rason"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SERVE = [sys.executable, "-m", "rerail.cli.main", "serve", str(LINE), "--demo", "--port", "0"]

# File, path, width, height.
SHOTS = [
    ("home.png", "/en/", 1280, 860),
    ("phone.png", "/ko/", 390, 844),
    ("timetable.png", "/ru/timetable", 1280, 900),
    ("history.png", "/en/history", 1280, 900),
]


def main() -> None:
    """Serve the line on two days, and photograph it."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        with _serving(Path(scratch), "2026-11-24T00:00:00Z") as (address, signed_in):
            for name, path, width, height in SHOTS:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(address + path)
                page.screenshot(path=HERE / name)
                page.close()
            _sold(browser, address, signed_in["demo"])
        # The train stands at Khasan: 07:00 in the morning there.
        with _serving(Path(scratch), "2026-12-10T21:00:00Z") as (address, signed_in):
            _at_the_border(browser, address, signed_in)
        browser.close()


@contextmanager
def _serving(scratch: Path, now: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The line's address at an instant, and the demonstration's users with their passwords."""
    server = subprocess.Popen(
        [*SERVE, "--db", f"sqlite:///{scratch}/shots.db"],
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "RERAIL_NOW": now,
            "RERAIL_KEYS": str(scratch / "keys.json"),
            "RERAIL_LISTS": str(scratch / "lists"),
            "PYTHONUNBUFFERED": "1",
        },
    )
    assert server.stdout is not None
    said = ""
    try:
        while (serving := re.search(r"Serving .* at (http://\S+)", said)) is None:
            said += server.stdout.readline()
        yield serving[1], dict(re.findall(r"/office/: (\S+) / (\S+)", said))
    finally:
        server.terminate()
        server.wait()


def _at_the_border(browser: Browser, address: str, signed_in: dict[str, str]) -> None:
    """What the operator sees of the border, and the conductor of the passengers."""
    border = f"{address}/office/departures/vladivostok-rason/2026-12-10/border"
    office = browser.new_page(viewport={"width": 1280, "height": 900})
    _sign_in(office, address, "demo", signed_in["demo"])
    office.goto(border)
    office.get_by_role("heading", name="Time at the border").scroll_into_view_if_needed()
    office.mouse.wheel(0, 700)
    office.wait_for_timeout(300)
    office.screenshot(path=HERE / "border.png")
    office.close()
    phone = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    _sign_in(phone, address, "demo-conductor", signed_in["demo-conductor"])
    phone.goto(f"{border}/board")
    phone.wait_for_load_state("networkidle")
    phone.get_by_role("button", name="On board").first.click()
    phone.get_by_role("heading", name="Coach 1").scroll_into_view_if_needed()
    phone.mouse.wheel(0, 520)
    phone.wait_for_timeout(500)
    phone.screenshot(path=HERE / "board.png")
    phone.close()


def _sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/office/sign-in?lang=en")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button").last.click()


def _sold(browser: Browser, address: str, password: str) -> None:
    """A few purchases, and what the passenger and the office see of them."""
    shop = f"{address}/en/buy?leg1=vladivostok-rason,2026-12-10"
    for stretch, adults in (("vladivostok,khasan", 3), ("khasan,rajin", 2), ("vladivostok,rajin", 5)):
        _bought(browser.new_page(), f"{shop},{stretch}", adults).close()
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    _party(page, f"{shop},vladivostok,rajin", 2)
    page.get_by_role("button", name="Choose places on the plan").click()
    for number in (21, 22):
        page.locator(".plan__place--free").nth(number).click()
    page.get_by_text("Coach 1", exact=False).first.scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(300)
    page.screenshot(path=HERE / "plan.png")
    page.close()
    phone = _bought(browser.new_page(viewport={"width": 390, "height": 844}), f"{shop},vladivostok,rajin", 1)
    phone.goto(phone.url.replace("/en/", "/ru/"))
    phone.locator("img").first.scroll_into_view_if_needed()
    phone.wait_for_load_state("networkidle")
    phone.screenshot(path=HERE / "booking.png")
    phone.close()
    office = browser.new_page(viewport={"width": 1280, "height": 900})
    _sign_in(office, address, "demo", password)
    office.goto(f"{address}/office/departures/vladivostok-rason/2026-12-10")
    office.mouse.wheel(0, 1180)
    office.wait_for_timeout(300)
    office.screenshot(path=HERE / "places.png")
    office.close()


def _party(page: Page, where: str, adults: int) -> None:
    page.goto(where)
    page.locator("input[name=n_adult]").fill(str(adults))
    operator = page.locator("select[name=operator]")
    if operator.count():
        operator.select_option(index=1)
    page.get_by_role("button", name="Show the price").click()


def _bought(page: Page, where: str, adults: int) -> Page:
    _party(page, where, adults)
    page.get_by_role("button", name="Next: names and payment").click()
    for number in range(1, adults + 1):
        page.locator(f"input[name=family{number}]").fill(("Ким", "Пак", "Ли", "Чхве", "Ан")[number % 5])
        page.locator(f"input[name=given{number}]").fill("Ольга")
    page.locator("input[type=email]").fill("olga@example.org")
    page.get_by_role("button").last.click()
    page.get_by_role("button", name="Pay (demonstration)").click()
    return page


if __name__ == "__main__":
    main()
