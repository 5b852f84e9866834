"""The counter in a real browser, on a clerk's screen and on a telephone, in each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from serving import serving

from office.conftest import PASSWORD, Now, staffed
from office.counter import GROUP
from rerail.store.engine import Store
from rerail.web.app import create_app
from rerail.web.i18n import Words

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def address(tmp_path: Path, now: Now) -> Iterator[str]:
    """Where the office is served."""
    store = Store(f"sqlite:///{tmp_path / 'counter.db'}")
    with closing(store), serving(create_app(staffed(store, now))) as where:
        yield where


@contextmanager
def at_the_desk(browser: Browser, address: str, name: str, language: str, width: int) -> Iterator[Page]:
    """Somebody signed in, whose browser may complain of nothing."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/office/")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.locator(".desk").wait_for()
    yield page
    context.close()
    assert complaints == []


def fits(page: Page) -> None:
    """Nothing sticks out of the window, and nobody is shut out, as far as axe can tell (WCAG 2.2 A and AA, and more).

    Axe looks at the narrowest and the widest window; in between it would say the same again.
    """
    page.wait_for_load_state()
    width = page.evaluate("window.innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 360:
        return
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("language", "width"), [("en", 360), ("ru", 1280), ("ko", 320)])
def test_from_an_empty_till_to_the_ticket_and_back(browser: Browser, address: str, language: str, width: int) -> None:
    say = Words(language).gettext
    with at_the_desk(browser, address, "Nina", language, width) as page:
        page.goto(f"{address}/office/shift")
        page.locator("#change-RUB").fill("1000")
        page.get_by_role("button", name=say("Open the till")).click()
        fits(page)
        page.get_by_role("link", name=say("Sell"), exact=True).click()
        page.locator("#from").select_option("khasan")
        page.locator("#to").select_option("tumangang")
        page.locator("#date").fill("2026-12-02")
        page.locator("#back").fill("2026-12-04")
        page.locator("#date").press("Enter")
        fits(page)
        page.get_by_role("button", name=say("Passengers and places")).click()
        page.locator("#f1").fill("Щёголева")
        page.locator("#g1").fill("Анна")
        fits(page)
        page.get_by_role("button", name=say("Hold, then take the money")).click()
        page.locator("#given").fill("4000")
        fits(page)
        page.locator("#given").press("Enter")
        assert "730" in page.locator(".note--done .due").inner_text()
        fits(page)
        link = page.get_by_role("link", name=say("Print the tickets (A4)")).get_attribute("href")
        ticket = page.request.get(f"{address}{link}")
        assert ticket.headers["content-type"] == "application/pdf"
        page.locator("input[name=part]").first.check()
        page.get_by_role("button", name=say("Give back what is ticked")).click()
        fits(page)
        page.get_by_role("button", name=say("Give them back")).click()
        page.get_by_role("button", name=say("Pay it out in cash")).click()
        page.get_by_text(say("The payout is posted to your till.")).wait_for()
        fits(page)
        page.goto(f"{address}/office/bookings?q=щёго")
        fits(page)
        page.goto(f"{address}/office/shift")
        page.locator("#counted-RUB").fill("2860")
        page.get_by_role("button", name=say("Close the shift")).click()
        assert "60" in page.locator(".till .late").inner_text()
        fits(page)


@pytest.mark.parametrize(("language", "width"), [("ru", 360), ("ko", 1280)])
def test_a_group_is_brought_and_named_from_a_file(
    browser: Browser, address: str, tmp_path: Path, language: str, width: int
) -> None:
    say = Words(language).gettext
    names = tmp_path / "names.csv"
    rows = "".join(f"Ким;Гость{letter};1980-02-03\r\n" for letter in "абвгдежзик")
    names.write_bytes(("family_name;given_names;birth_date\r\n" + rows).encode("cp1251"))
    with at_the_desk(browser, address, "Yuri", language, width) as page:
        fits(page)
        page.get_by_role("link", name=say("New group")).click()
        for field in ("from", "to"):
            page.locator(f"#{field}").select_option(GROUP[field])
        page.locator("#date").fill(GROUP["date"])
        page.locator("#n-adult").fill("10")
        page.locator("#n-adult").press("Enter")
        page.get_by_role("button", name=say("Passengers and places")).click()
        page.get_by_text(say("Pick places on the plan")).click()
        fits(page)
        page.get_by_role("button", name=say("Hold for the group")).click()
        page.locator("#file").set_input_files(names)
        fits(page)
        page.get_by_role("button", name=say("Check the list and write the names")).click()
        page.get_by_text(say("The names are written down.")).wait_for()
        assert page.get_by_role("rowheader", name=re.compile("Ким Гость")).count() == 10
        page.get_by_role("button", name=re.compile(re.escape(say("Put the deposit on the invoice")))).click()
        fits(page)
        page.get_by_role("link", name=say("Groups"), exact=True).click()
        assert page.get_by_text(say("all known")).count() == 1
        fits(page)
