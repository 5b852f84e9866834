"""The site as tests ask for it: in process, or in a real browser from a real server in a thread."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright
from served_site import NOON, OpenPage, Site, opened
from serving import serving

CHROMIUM = os.environ.get("RERAIL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The shipped line in its demonstration season, on 23 November 2026, to record into and turn."""
    with opened(tmp_path, NOON, demo=True) as site:
        yield site


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, for tests that only look."""
    with opened(tmp_path_factory.mktemp("shown"), NOON, demo=True) as site:
        yield site


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The shipped line with its real history alone, its clock free to be turned."""
    with opened(tmp_path_factory.mktemp("real"), NOON, demo=False) as site:
        yield site


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demonstration season is served to a browser."""
    with opened(tmp_path_factory.mktemp("served"), NOON, demo=True) as site, serving(site.app) as where:
        yield where


@pytest.fixture(scope="session")
def real_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the real history alone is served to a browser."""
    with opened(tmp_path_factory.mktemp("served"), NOON, demo=False) as site, serving(site.app) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser, gone with the module: while Playwright runs, nothing else can run an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page in a window of a size and scheme; whatever the browser complains of fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_one(where: str, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 800 else 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda request: complaints.extend(_unless_left(request)))
        page.goto(where)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def _unless_left(request: Request) -> list[str]:
    """A request that failed, unless the page was left before it was answered."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url} {request.failure}"]
