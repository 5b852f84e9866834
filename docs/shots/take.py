"""Takes the README's screenshots of the shipped line in its demo season: `make shots`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
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
    """Serve the line with a fixed clock, and photograph it."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        server = subprocess.Popen(
            [*SERVE, "--db", f"sqlite:///{scratch}/shots.db"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "RERAIL_NOW": "2026-11-24T00:00:00Z", "PYTHONUNBUFFERED": "1"},
        )
        assert server.stdout is not None
        said = ""
        while (serving := re.search(r"Serving .* at (http://\S+)", said)) is None:
            said += server.stdout.readline()
        address = serving[1]
        signed_in = dict(re.findall(r"/office/: (\S+) / (\S+)", said))
        try:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            for name, path, width, height in SHOTS:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(address + path)
                page.screenshot(path=HERE / name)
                page.close()
            _sold(browser, address, signed_in["demo"])
            browser.close()
        finally:
            server.terminate()
            server.wait()


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
    office.goto(f"{address}/office/sign-in?lang=en")
    office.locator("input[name=name]").fill("demo")
    office.locator("input[name=password]").fill(password)
    office.get_by_role("button").last.click()
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
