"""The site as tests ask for it: in process, or in a real browser from a real server in a thread."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient
from msgspec import Struct
from playwright.sync_api import Page

from rerail.clock import FixedClock
from rerail.desk.current import Current
from rerail.desk.opening import open_folder
from rerail.store.engine import Store
from rerail.web.app import create_app

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""22:00 in Vladivostok, 21:00 in Tumangang."""

LANGUAGES = ("en", "ru", "ko")


OpenPage = Callable[..., Page]


class Turned(FixedClock):
    """A clock that a test sets."""

    def turn(self, to: datetime) -> None:
        self._instant = to


class Site(Struct):
    """The shipped line's site, its desk and its clock."""

    app: Litestar
    client: TestClient[Any]
    current: Current
    clock: Turned

    def get(self, path: str, **options: Any) -> Any:
        """One request, redirects not followed."""
        return self.client.get(path, follow_redirects=False, **options)

    def text(self, path: str) -> str:
        """What a page says, without its markup."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return words_of(answer.text)


def words_of(html: str) -> str:
    """The words of a page's body in order, one space between them."""
    body = html[html.find("<body") :]
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@contextmanager
def opened(folder: Path, now: datetime, *, demo: bool) -> Iterator[Site]:
    """The site over a fresh database."""
    clock = Turned(now)
    with closing(Store(f"sqlite:///{folder / 'rerail.db'}")) as store:
        current = open_folder(SHIPPED, store, clock, demo=demo).current
        app = create_app(current, site="https://trains.example")
        with TestClient(app, base_url="http://testserver.local") as client:
            yield Site(app, client, current, clock)
