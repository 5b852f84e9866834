"""The inspector's scripts in a real browser, whose camera shows a film of two tickets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from films import film, held, nothing
from inspecting import NOON, SHIPPED, Inspector, OpenPage, app
from passes import FILMED
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from serving import serving

from rerail.clock import FixedClock
from rerail.desk.opening import open_folder
from rerail.store.engine import Store

CHROMIUM = os.environ.get("RERAIL_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application is served, with a page for the scripts."""
    file = tmp_path_factory.mktemp("inspected") / "rerail.db"
    with closing(Store(f"sqlite:///{file}")) as store:
        current = open_folder(SHIPPED, store, FixedClock(NOON), demo=True).current
        with serving(app(current)) as where:
            yield where


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A real browser, gone with the module, with a camera that may be used."""
    first, second = FILMED
    shown = film(
        tmp_path_factory.mktemp("film") / "camera.y4m",
        [held(first, turned=8), held(first, turned=12), nothing(), held(second, turned=-100)],
    )
    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
        f"--use-file-for-fake-video-capture={shown}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def inspector(browser: Browser, address: str) -> Iterator[Inspector]:
    """One page for all tests of a module that ask the scripts and leave nothing behind."""
    context = browser.new_context()
    with closing(context):
        yield Inspector(_opened(context, f"{address}/inspecting/"))


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens a page by its path, in a browser that has seen nothing yet."""
    contexts: list[BrowserContext] = []

    def open_one(path: str) -> Page:
        contexts.append(browser.new_context())
        return _opened(contexts[-1], address + path)

    yield open_one
    for context in contexts:
        context.close()


def _opened(context: BrowserContext, where: str) -> Page:
    page = context.new_page()
    page.goto(where)
    return page
