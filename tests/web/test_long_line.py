"""A line of five hundred stations: its pages stay small, and everything on it can still be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from served_site import words_of

from bench.big_folder import write
from rerail.clock import FixedClock
from rerail.desk.opening import open_folder
from rerail.store.engine import Store
from rerail.web.app import create_app


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    """500 stations, 60 trains."""
    home = tmp_path_factory.mktemp("long")
    write(home / "line", stations=500, trains=60, season=date(2026, 6, 1))
    clock = FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    with closing(Store(f"sqlite:///{home / 'rerail.db'}")) as store:
        current = open_folder(home / "line", store, clock).current
        with TestClient(create_app(current)) as client:
            yield client


@pytest.mark.parametrize(
    "path", ["/en/", "/en/timetable", "/en/stations", "/en/stations/s250", "/en/search", "/en/history", "/en/about"]
)
def test_every_page_stays_small(web: TestClient[Any], path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 200
    assert len(answer.content) < 60_000


def test_the_drawing_of_so_long_a_line_has_a_page_of_its_own(web: TestClient[Any]) -> None:
    assert "<svg" not in web.get("/en/").text.partition('id="map"')[2].partition("</section>")[0]
    assert 'href="/en/map"' in web.get("/en/").text
    assert 'class="drawn' in web.get("/en/map").text


@pytest.mark.parametrize(
    ("path", "what"),
    [("/en/timetable", r'<article class="train" id="([^"]+)"'), ("/en/stations", r'href="/en/stations/([^"]+)"')],
)
def test_paging_on_and_on_shows_everything_once(web: TestClient[Any], path: str, what: str) -> None:
    seen: list[str] = []
    following: str | None = path
    while following is not None:
        page = web.get(following).text
        seen += re.findall(what, page)
        link = re.search(r'href="([^"]+)" rel="next"', page)
        following = link[1].replace("&amp;", "&") if link else None
    assert len(seen) == len(set(seen))
    assert len(seen) == (60 if "timetable" in path else 500)


def test_paging_back_leads_to_the_beginning(web: TestClient[Any]) -> None:
    page = web.get("/en/stations?from=400").text
    visited = 0
    while (link := re.search(r'href="([^"]+)" rel="prev"', page)) is not None:
        page, visited = web.get(link[1]).text, visited + 1
    assert visited == 4
    assert "1 to 100 of 500" in words_of(page)


@pytest.mark.parametrize("start", ["17", "-1", "0x10", "99999999999999999999", "٣"])
def test_a_page_that_begins_nowhere_is_the_first(web: TestClient[Any], start: str) -> None:
    assert "1 to 100 of 500" in words_of(web.get(f"/en/stations?from={start}").text)


def test_the_form_asks_for_names_where_stations_are_too_many_to_list(web: TestClient[Any]) -> None:
    page = web.get("/en/search").text
    assert "<select" not in page
    assert re.search(r'<input id="from" name="from" type="text" value="[^"]+"', page)
