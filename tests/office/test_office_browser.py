"""The office in a real browser, over a real server: what a person at the desk does and sees."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from office.conftest import PASSWORD, Now, staffed
from rerail.desk.current import Current
from rerail.store.engine import Store
from rerail.web.app import create_app

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

SignedIn = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, and PostgreSQL too for the tests that `on_both` marks."""
    if getattr(request, "param", "sqlite") == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'rerail.db'}"


on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def current(store: Store, now: Now) -> Current:
    return staffed(store, now)


@pytest.fixture
def address(current: Current) -> Iterator[str]:
    """Where the office is served."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(current), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def signed_in(browser: Browser, address: str) -> Iterator[SignedIn]:
    contexts: list[BrowserContext] = []

    def come(name: str, width: int = 1280, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="en", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{address}/office/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Enter").click()
        page.get_by_role("heading", name="The service today").wait_for()
        return page

    yield come
    for context in contexts:
        context.close()


def filled(page: Page, kind: str = "Record a withdrawal") -> None:
    """Fill in a withdrawal of the shuttle for the first week of December, and look at the preview."""
    page.get_by_role("link", name=kind).first.click()
    if page.get_by_role("group", name="Railway").count():
        page.get_by_role("radio", name="Korean State Railway").check()
    page.get_by_label("Who decided").first.fill("Ministry of Railways")
    page.get_by_label("Document").fill("Telegram 12")
    page.get_by_role("checkbox", name="Khasan – Tumangang", exact=True).check()
    page.get_by_role("checkbox", name="Tumangang – Khasan", exact=True).check()
    page.get_by_label("From (first service date)").fill("2026-12-01")
    page.get_by_label("Until (first date no longer covered)").fill("2026-12-08")
    page.get_by_label("Reason, in English").fill("Works at the bridge")
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_role("heading", name="Check before recording").wait_for()


def entries(current: Current) -> int:
    current.forget()
    return sum(entry.origin == "live" for entry in current.snapshot().entries)


@on_both
def test_from_sign_in_to_the_passengers_page(signed_in: SignedIn, address: str, current: Current) -> None:
    desk = signed_in("Marina")
    passenger = desk.context.browser.new_page()  # type: ignore[union-attr]
    departure = f"{address}/en/departures/khasan-tumangang/2026-12-02"
    passenger.goto(departure)
    assert passenger.get_by_text("This train runs.").is_visible()
    filled(desk)
    assert desk.get_by_text("6 departures stop running").is_visible()
    assert entries(current) == 0
    desk.get_by_role("button", name="Record it").click()
    desk.get_by_role("heading", name="The decision is recorded").wait_for()
    assert desk.get_by_text("6 departures stopped running").is_visible()
    passenger.goto(departure)
    assert passenger.get_by_text("This train does not run").is_visible()
    desk.get_by_role("link", name="Audit trail").click()
    assert desk.get_by_role("row", name="Marina Entry recorded").count() == 1
    passenger.close()


@on_both
def test_a_double_click_on_record_it_records_once(signed_in: SignedIn, current: Current) -> None:
    desk = signed_in("Marina")
    filled(desk)
    desk.get_by_role("button", name="Record it").dblclick()
    desk.get_by_role("heading", name="The decision is recorded").wait_for()
    assert entries(current) == 1


def test_back_and_again_previews_anew_and_says_that_it_is_recorded_already(
    signed_in: SignedIn, current: Current
) -> None:
    desk = signed_in("Marina")
    filled(desk)
    desk.get_by_role("button", name="Record it").click()
    desk.get_by_role("heading", name="The decision is recorded").wait_for()
    desk.go_back()
    desk.get_by_role("heading", name="Check before recording").wait_for()
    assert desk.get_by_text("The journal says the same already").is_visible()
    assert entries(current) == 1


def test_back_from_the_preview_the_form_is_as_it_was_left(signed_in: SignedIn) -> None:
    desk = signed_in("Marina")
    filled(desk)
    desk.get_by_role("link", name="Change something first").click()
    assert desk.get_by_label("Reason, in English").input_value() == "Works at the bridge"
    assert desk.get_by_role("checkbox", name="Tumangang – Khasan", exact=True).is_checked()
    assert desk.get_by_role("radio", name="Korean State Railway").is_checked()
    assert desk.get_by_label("From (first service date)").input_value() == "2026-12-01"


def test_the_session_cookie_is_strict_http_only_and_for_the_office(signed_in: SignedIn, address: str) -> None:
    desk = signed_in("Rita")
    (cookie,) = [one for one in desk.context.cookies(f"{address}/office/") if one["name"] == "rerail_session"]
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (
        "/office",
        True,
        "Strict",
        -1,
    )
    assert desk.evaluate("document.cookie") == ""
    assert not [one for one in desk.context.cookies(f"{address}/en/") if one["name"] == "rerail_session"]


def test_a_link_from_another_site_does_not_carry_the_session_but_leads_in(signed_in: SignedIn, address: str) -> None:
    desk = signed_in("Rita")
    desk.route(
        "http://elsewhere.example/",
        lambda route: route.fulfill(content_type="text/html", body=f"<a href='{address}/office/journal'>go</a>"),
    )
    desk.goto("http://elsewhere.example/")
    desk.get_by_role("link", name="go").click()
    desk.get_by_text("You came from another site.").wait_for()
    desk.get_by_role("link", name="If you are signed in in this browser, go on from here.").click()
    desk.get_by_role("heading", name="Journal").wait_for()


def test_a_form_on_another_site_records_nothing(signed_in: SignedIn, address: str, current: Current) -> None:
    desk = signed_in("Marina")
    filled(desk)
    form = desk.locator("form[action='/office/record/withdraw']").evaluate(
        "form => [...new FormData(form)].map(([name, value]) => "
        "`<input type=hidden name='${name}' value='${value}'>`).join('')"
    )
    body = f"<form method=post action='{address}/office/record/withdraw'>{form}<button>win a prize</button></form>"
    desk.route("http://evil.example/", lambda route: route.fulfill(content_type="text/html", body=body))
    desk.goto("http://evil.example/")
    desk.get_by_role("button", name="win a prize").click()
    desk.get_by_text("so nothing was done").wait_for()
    assert entries(current) == 0


def test_an_official_is_offered_the_own_railway_alone(signed_in: SignedIn, current: Current) -> None:
    desk = signed_in("Ivan")
    desk.get_by_role("link", name="Record", exact=True).click()
    assert not desk.get_by_role("link", name="Record a special").count()
    desk.get_by_role("link", name="Overview").click()
    filled(desk)
    assert desk.get_by_text("Consent withdrawn: Russian Railways").is_visible()
    assert not desk.get_by_text("Korean State Railway").count()
    desk.get_by_role("button", name="Record it").click()
    desk.get_by_role("heading", name="The decision is recorded").wait_for()
    assert [entry.railway for entry in current.snapshot().entries if entry.origin == "live"] == ["rzd"]


def test_a_reader_is_offered_nothing_to_record(signed_in: SignedIn, address: str) -> None:
    desk = signed_in("Rita")
    assert not desk.get_by_role("link", name="Record", exact=True).count()
    answer = desk.goto(f"{address}/office/record/withdraw")
    assert answer is not None
    assert answer.status == 403
    assert desk.get_by_text("Your role does not allow this.").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_window_and_everything_works_by_keyboard(
    signed_in: SignedIn, address: str, width: int
) -> None:
    desk = signed_in("Marina", width, has_touch=width < 500)
    filled(desk)
    preview = desk.url
    pages = (
        "/office/",
        "/office/record",
        "/office/record/special",
        "/office/journal",
        "/office/users",
        "/office/audit",
    )
    for where in (preview, *(f"{address}{page}" for page in pages), f"{address}/office/account"):
        for language in ("en", "ru", "ko"):
            desk.goto(f"{where}{'&' if '?' in where else '?'}lang={language}")
            assert desk.evaluate("document.documentElement.scrollWidth") <= width, (where, language)
            assert desk.locator("h1").count() == 1
    desk.goto(f"{preview}&lang=en")
    desk.get_by_role("button", name="Record it").focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("heading", name="The decision is recorded").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_against_wcag_2_2_aa(signed_in: SignedIn, address: str, scheme: str) -> None:
    desk = signed_in("Marina", 1280, color_scheme=scheme, bypass_csp=True)  # axe is a script, which the pages forbid
    filled(desk)
    preview = desk.url
    wrong = f"{address}/office/record/withdraw/preview?from=x"
    pages = ("/office/", "/office/record", "/office/journal", "/office/users", "/office/audit", "/office/account")
    for where in (preview, wrong, *(f"{address}{page}" for page in pages), f"{address}/office/sign-out"):
        desk.goto(where)
        assert faults(desk) == [], where
    desk.get_by_role("button", name="Sign out").first.click()
    desk.get_by_text("You are signed out.").wait_for()
    assert faults(desk) == []


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def test_a_page_needs_no_script(signed_in: SignedIn, current: Current) -> None:
    desk = signed_in("Marina", java_script_enabled=False)
    filled(desk)
    desk.get_by_role("button", name="Record it").click()
    desk.get_by_role("heading", name="The decision is recorded").wait_for()
    assert entries(current) == 1
