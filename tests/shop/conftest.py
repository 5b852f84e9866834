"""The shipped line with its shop open, a counter behind it, and buyers with browsers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from litestar.testing import TestClient
from office.visitor import Visitor
from playwright.sync_api import Browser, Page, Request, sync_playwright
from sale.shop import Shop, open_shop
from serving import serving

from rerail.desk.tickets import ensure_key
from rerail.store.engine import Store
from rerail.web.app import create_app
from shop.buyer import HOST, Market

CHROMIUM = os.environ.get("RERAIL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

Browse = Callable[..., Visitor]
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def begun_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the line, its season and a signing key, made once and copied for each test."""
    file = tmp_path_factory.mktemp("shop") / "begun.db"
    with closing(Store(f"sqlite:///{file}")) as store, open_shop(store) as shop:
        shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))
    return file


@contextmanager
def market_at(file: Path) -> Iterator[Market]:
    with closing(Store(f"sqlite:///{file}")) as store, open_shop(store) as shop:
        yield Market(shop, create_app(shop.current, selling=shop.selling, site=HOST))


@pytest.fixture
def market(begun_database: Path, tmp_path: Path) -> Iterator[Market]:
    """The shop on SQLite, on 23 November 2026."""
    file = tmp_path / "rerail.db"
    shutil.copy(begun_database, file)
    with market_at(file) as opened:
        yield opened


@pytest.fixture(scope="session")
def shown(begun_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The same, for tests that only look."""
    file = tmp_path_factory.mktemp("shown") / "rerail.db"
    shutil.copy(begun_database, file)
    with market_at(file) as opened:
        yield opened


@pytest.fixture
def on_both(store: Store) -> Iterator[Market]:
    """The shop, once on SQLite and once on PostgreSQL."""
    with open_shop(store) as shop:
        yield Market(shop, create_app(shop.current, selling=shop.selling, site=HOST))


@pytest.fixture
def browse() -> Iterator[Browse]:
    """A browser for each call, with cookies of its own."""
    with ExitStack() as stack:

        def one(market: Market, language: str = "en") -> Visitor:
            return Visitor(stack.enter_context(TestClient(market.app, base_url=HOST)), language)

        yield one


@pytest.fixture(scope="session")
def served(begun_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Shop]]:
    """Where the shop is served to a browser, and the counter behind it."""
    file = tmp_path_factory.mktemp("served") / "rerail.db"
    shutil.copy(begun_database, file)
    with market_at(file) as market, serving(market.app) as where:
        yield where, market.shop


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser, gone with the module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page in a window of a size and scheme; whatever the browser complains of fails the test."""
    contexts = []
    complaints: list[str] = []

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.url} {request.failure}")

    def open_one(where: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("requestfailed", failed)
        page.goto(where)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
