"""The counter's page of documents in a real browser: given, listed and looked at, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from booking.papers import NUMBER, zone
from playwright.sync_api import Browser, sync_playwright
from sale.shop import OUT, adult, open_shop
from serving import serving

from office.conftest import Now, staffed
from office.test_counter_browser import ARGUMENTS, CHROMIUM, at_the_desk, fits
from rerail.border.keyring import Keys
from rerail.store.engine import Store
from rerail.web.app import create_app
from rerail.web.i18n import Words


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("language", "width"), [("en", 320), ("ru", 1280), ("ko", 1280)])
def test_a_document_is_given_and_looked_at(
    browser: Browser, tmp_path: Path, now: Now, language: str, width: int
) -> None:
    say = Words(language).gettext
    with closing(Store(f"sqlite:///{tmp_path / 'counter.db'}")) as store:
        store.migrate()
        with open_shop(store) as shop:
            code = shop.buy(OUT, passengers=[adult(), adult("Пак", "Иван")]).code
        app = create_app(staffed(store, now), keys=Keys(tmp_path / "keys.json"))
        with serving(app) as where, at_the_desk(browser, where, "Marina", language, width) as page:
            page.goto(f"{where}/office/bookings/{code}")
            page.locator(".booking-documents a").click()
            fits(page)
            page.locator("details.more summary").first.click()
            page.locator("#mrz-1").fill(zone())
            fits(page)
            page.get_by_role("button", name=say("Keep this document"), exact=True).first.click()
            page.get_by_text(say("What was given is kept.")).wait_for()
            assert NUMBER not in page.content()
            page.get_by_role("button", name=say("Look at the documents")).click()
            page.get_by_text(say("That you looked is in the audit trail.")).wait_for()
            assert page.get_by_role("cell", name=NUMBER).is_visible()
            fits(page)
