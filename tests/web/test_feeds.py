"""The feeds as others ask for them: always as the journal stands, and only sent again when they changed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from icalendar import Calendar
from litestar.testing import TestClient

from rerail.clock import FixedClock
from rerail.desk.current import Current
from rerail.desk.decisions import Recorder, record
from rerail.desk.opening import open_folder
from rerail.life.draft import Draft
from rerail.publish.gtfs.feed import gtfs_zip
from rerail.publish.publication import Publication
from rerail.store.engine import Store
from rerail.web.app import create_app

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = "https://trains.example"
DEPARTURE = "/feeds/departures/khasan-tumangang/2026-12-16.ics"

FEEDS = ["/feeds/gtfs.zip", "/feeds/notices.atom", "/feeds/departures.ics"]


class Turned(FixedClock):
    """A clock that a test sets."""

    def turn(self, to: datetime) -> None:
        self._instant = to


@pytest.fixture
def clock() -> Turned:
    return Turned(NOON)


@pytest.fixture
def current(tmp_path: Path, clock: Turned) -> Iterator[Current]:
    """The shipped line in its demonstration season."""
    with closing(Store(f"sqlite:///{tmp_path / 'rerail.db'}")) as store:
        yield open_folder(SHIPPED, store, clock, demo=True).current


@pytest.fixture
def web(current: Current) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(current, site=SITE)) as client:
        yield client


def suspend(current: Current, day: date) -> None:
    draft = Draft(kind="withdraw", railways=("ksr",), start=day, who="The Korean side", reason="High water.")
    record(current, draft, Recorder(name="test"), form=f"suspend-{day}", journal=None)


def status_in_calendar(web: TestClient[Any]) -> str:
    (event,) = Calendar.from_ical(web.get(DEPARTURE).content).walk("VEVENT")
    return str(event["STATUS"])


def runs_in_gtfs(web: TestClient[Any]) -> bool:
    with ZipFile(BytesIO(web.get("/feeds/gtfs.zip").content)) as archive:
        dates = archive.read("calendar_dates.txt").decode()
    return re.search(r"^khasan-tumangang\.\w+,20261216,1\r$", dates, re.MULTILINE) is not None


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/feeds/gtfs.zip", "application/zip"),
        ("/feeds/notices.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/departures.ics", "text/calendar; charset=utf-8"),
        (DEPARTURE, "text/calendar; charset=utf-8"),
    ],
)
def test_each_feed_has_its_own_type_and_may_be_read_by_other_sites(
    web: TestClient[Any], path: str, media_type: str
) -> None:
    answer = web.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", [*FEEDS, DEPARTURE])
def test_head_says_what_get_would_and_sends_nothing(web: TestClient[Any], path: str) -> None:
    for _ in range(2):  # made, and then kept
        head, get = web.head(path), web.get(path)
        assert head.status_code == 200
        assert head.content == b""
        assert get.content
        for name in ("content-type", "etag", "content-length"):
            assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("path", [*FEEDS, DEPARTURE])
def test_who_has_the_newest_is_told_so_until_something_is_recorded(
    web: TestClient[Any], current: Current, path: str
) -> None:
    etag = web.get(path).headers["etag"]
    again = web.get(path, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    suspend(current, date(2026, 12, 14))
    changed = web.get(path, headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


def test_a_suspension_is_in_every_feed_at_the_next_request(web: TestClient[Any], current: Current) -> None:
    assert status_in_calendar(web) == "CONFIRMED"
    assert runs_in_gtfs(web)
    assert "High water." not in web.get("/feeds/notices.atom").text
    suspend(current, date(2026, 12, 14))
    assert status_in_calendar(web) == "CANCELLED"
    assert not runs_in_gtfs(web)
    assert "High water." in web.get("/feeds/notices.atom").text


def test_another_process_sees_a_suspension_within_a_second(
    web: TestClient[Any], current: Current, tmp_path: Path, clock: Turned
) -> None:
    # Another process has a store and a state of its own over the same database.
    with closing(Store(f"sqlite:///{tmp_path / 'rerail.db'}")) as store:
        elsewhere = Current(store, clock)
        with TestClient(create_app(elsewhere, site=SITE)) as other:
            assert status_in_calendar(other) == "CONFIRMED"
            suspend(current, date(2026, 12, 14))
            recorded = time.monotonic()
            while status_in_calendar(other) != "CANCELLED":
                assert time.monotonic() - recorded < 1.0
                time.sleep(0.05)


def test_at_midnight_the_window_of_the_feeds_moves(web: TestClient[Any], clock: Turned) -> None:
    first = web.get("/feeds/gtfs.zip").headers["etag"]
    clock.turn(datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC))
    assert web.get("/feeds/gtfs.zip").headers["etag"] == first
    clock.turn(datetime(2026, 11, 24, 0, 0, 0, tzinfo=UTC))
    assert web.get("/feeds/gtfs.zip").headers["etag"] != first


def test_the_notices_in_the_reader_s_language(web: TestClient[Any]) -> None:
    default, english, russian = (web.get(f"/feeds/notices.atom{query}") for query in ("", "?lang=en", "?lang=ru"))
    assert default.content == english.content
    assert 'xml:lang="ru"' in russian.text
    assert f"{SITE}/ru/notices/2024-06-26-announcement" in russian.text


def test_every_link_of_the_feeds_leads_to_the_public_address_whatever_the_request_says(web: TestClient[Any]) -> None:
    text = web.get("/feeds/notices.atom", headers={"host": "evil.example"}).text
    assert "evil.example" not in text
    assert f"{SITE}/en/" in text


def test_the_pages_that_the_feeds_lead_to_are_there(web: TestClient[Any]) -> None:
    addresses = set(re.findall(rf'href="{re.escape(SITE)}([^"?]+)', web.get("/feeds/notices.atom?lang=ko").text))
    (event,) = Calendar.from_ical(web.get(DEPARTURE).content).walk("VEVENT")
    addresses.add(str(event["URL"]).removeprefix(SITE))
    assert len(addresses) > 5
    for address in addresses:
        page, _, anchor = address.partition("#")
        answer = web.get(page)
        assert answer.status_code == 200, page
        assert not anchor or f'id="{anchor}"' in answer.text, address


def test_a_calendar_of_one_train_and_a_month(web: TestClient[Any]) -> None:
    answer = web.get("/feeds/departures.ics?train=khasan-tumangang&from=2026-12-01&until=2027-01-01&lang=ru")
    events: list[Any] = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    days = [event["DTSTART"].dt.date() for event in events]
    assert all(day.weekday() in (0, 2, 4) for day in days)
    assert (days[0], days[-1]) == (date(2026, 12, 2), date(2026, 12, 30))
    assert {str(event["LOCATION"]) for event in events} == {"Хасан"}


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("/feeds/notices.atom?lang=xx", "speaks en, ru, ko"),
        ("/feeds/departures.ics?lang=%00", "speaks"),
        ("/feeds/departures.ics?train=nobody", "no such train"),
        ("/feeds/departures.ics?from=tomorrow", "2026-12-16"),
        ("/feeds/departures.ics?until=2026-13-01", "2026-12-16"),
        ("/feeds/departures.ics?from=2026-12-16&until=2026-12-16", "no longer included"),
        ("/feeds/departures.ics?train=" + "x" * 2000, "longer"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_one_sentence(
    web: TestClient[Any], query: str, word: str
) -> None:
    answer = web.get(query)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert word in answer.text
    assert answer.text.count("\n") == 1
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/departures/khasan-tumangang/2026-12-17.ics",  # a Thursday: nothing speaks of it
        "/feeds/departures/nobody/2026-12-16.ics",
        "/feeds/departures/khasan-tumangang/2026-12-16.pdf",
        "/feeds/departures/khasan-tumangang/2026-12-32.ics",
        "/feeds/departures/khasan-tumangang/20261216.ics",
        "/feeds/departures/khasan-tumangang/2026-W51-3.ics",  # the same Wednesday, by its week
        "/feeds/departures/khasan-tumangang/2026-12-16",
        "/feeds/departures/khasan-tumangang/9999-12-31.ics",
        "/feeds/departures/khasan-tumangang/0001-01-01.ics",
    ],
)
def test_there_is_no_calendar_of_a_departure_that_is_none(web: TestClient[Any], path: str) -> None:
    assert web.get(path).status_code == 404


def test_a_feed_is_made_once_for_everyone_who_asks(web: TestClient[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def counted(publication: Publication) -> bytes:
        made.append(1)
        time.sleep(0.05)
        return gtfs_zip(publication)

    monkeypatch.setattr("rerail.web.feeds.gtfs_zip", counted)
    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(lambda _: web.get("/feeds/gtfs.zip"), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(made) == 1
