"""Kept answers: as quick as a constant, and never older than the journal, the edition or the minute."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from served_site import NOON, SHIPPED, Site

from rerail.desk.decisions import Recorder, record
from rerail.life.draft import Draft
from rerail.web.cache import Answer, PageCache, Span, minute_of

STOP = Draft(kind="withdraw", railways=("ksr",), start=date(2026, 11, 24), who="The Korean side", reason="High water.")
SHUTTLE = "/en/departures/khasan-tumangang/2026-12-07"


def test_what_is_recorded_is_on_every_page_at_the_next_request(site: Site) -> None:
    pages = ["/en/", SHUTTLE, "/en/history", "/en/timetable"]
    before = {path: site.get(path) for path in pages}
    assert "This train runs." in site.text(SHUTTLE)
    record(site.current, STOP, Recorder(name="test"), form="stop", journal=None)
    for path in pages:
        after = site.get(path, headers={"if-none-match": before[path].headers["etag"]})
        assert after.status_code == 200
        assert after.headers["etag"] != before[path].headers["etag"]
    assert "consent is withdrawn (the Korean side)" in site.text(SHUTTLE)


def test_what_another_process_recorded_is_here_within_a_second(site: Site, tmp_path: Path) -> None:
    assert "This train runs." in site.text(SHUTTLE)
    command = [sys.executable, "-m", "rerail.cli.main", "life", str(SHIPPED), "withdraw", "--railway", "ksr"]
    words = ["--from", "2026-11-24", "--who", "The Korean side", "--reason", "High water.", "--yes"]
    database = ["--db", f"sqlite:///{tmp_path / 'rerail.db'}"]
    environment = {"RERAIL_NOW": NOON.isoformat(), "PATH": ""}
    done = subprocess.run([*command, *words, *database], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    recorded = time.monotonic()
    while "consent is withdrawn (the Korean side)" not in site.text(SHUTTLE):
        assert time.monotonic() - recorded < 1.0
        time.sleep(0.02)


def test_a_page_that_says_next_is_made_anew_each_minute(site: Site) -> None:
    first = site.get("/en/")
    assert "23 November 2026, 12:00 UTC" in first.text
    site.clock.turn(NOON + timedelta(seconds=59))
    assert site.get("/en/").text == first.text
    site.clock.turn(NOON + timedelta(seconds=60))
    assert "23 November 2026, 12:01 UTC" in site.get("/en/").text


def test_a_train_that_has_left_is_no_longer_next(site: Site) -> None:
    site.clock.turn(NOON.replace(month=12, day=10, hour=11, minute=59))
    assert "Next departure: Thursday, 10 December 2026" in site.text("/en/")
    site.clock.turn(NOON.replace(month=12, day=10, hour=12, minute=0))
    assert "Next departure: Sunday, 13 December 2026" in site.text("/en/")


def test_a_page_asked_for_again_comes_from_the_cache(site: Site) -> None:
    cache = site.app.frame.cache  # type: ignore[attr-defined]
    first = site.get("/ru/timetable")
    hits = cache.hits
    assert site.get("/ru/timetable").content == first.content
    assert cache.hits == hits + 1


@pytest.mark.parametrize(
    "path",
    [
        "/en/nowhere",
        "/en/departures/khasan-tumangang/2026-12-08",
        "/en/departures/nobody/2026-12-07",
        "/en/search?from=atlantis&to=rajin&date=2026-12-10",
        "/en/search?from=VLADIVOSTOK&to=rajin&date=2026-12-10",
        "/en/timetable?from=7",
        "/en/history?on=2026-12-07",
    ],
)
def test_only_what_others_may_ask_for_too_is_kept(site: Site, path: str) -> None:
    cache = site.app.frame.cache  # type: ignore[attr-defined]
    site.get(path)
    assert len(cache) == 0


def key(number: int) -> tuple[str, bytes]:
    return f"/{number}", b""


def test_room_is_bounded_in_number_and_what_was_not_renewed_longest_goes_first() -> None:
    cache, span = PageCache(pages=3, searches=1), Span(0, 60)
    for number in range(5):
        cache.keep(key(number), Answer(b"x", "text/html"), (1, 1), span, "/")
    assert len(cache) == 3
    assert [cache.find(key(number), (1, 1), 0) is not None for number in range(5)] == [False, False, True, True, True]


def test_room_is_bounded_in_bytes_and_one_giant_does_not_push_out_the_rest() -> None:
    cache, span = PageCache(pages=100, searches=1, most_bytes=100_000), Span(0, 60)
    cache.keep(key(0), Answer(b"x" * 1_000, "text/html"), (1, 1), span, "/")
    cache.keep(key(1), Answer(b"x" * 90_000, "text/html"), (1, 1), span, "/")
    assert cache.find(key(0), (1, 1), 0) is not None
    assert cache.find(key(1), (1, 1), 0) is None
    for number in range(2, 50):
        cache.keep(key(number), Answer(b"x" * 10_000, "text/html"), (1, 1), span, "/")
    assert cache.size <= 100_000


def test_a_cache_without_room_keeps_nothing() -> None:
    cache = PageCache(pages=0, searches=0)
    cache.keep(key(0), Answer(b"x", "text/html"), (1, 1), Span(0, 60), "/")
    assert cache.find(key(0), (1, 1), 0) is None


@pytest.mark.parametrize(
    ("versions", "now", "valid"),
    [
        ((1, 1), 0, True),
        ((1, 1), 59.9, True),
        ((1, 1), 60, False),
        ((2, 1), 0, False),
        ((1, 2), 0, False),
        ((1, 1), -1, False),
    ],
)
def test_an_answer_is_valid_for_its_journal_its_edition_and_its_minute(
    versions: tuple[int, int], now: float, valid: bool
) -> None:
    cache = PageCache()
    cache.keep(key(0), Answer(b"x", "text/html"), (1, 1), Span(0, 60), "/")
    assert (cache.find(key(0), versions, now) is not None) is valid


def test_a_minute_begins_on_the_minute() -> None:
    span = minute_of(NOON + timedelta(seconds=42))
    assert (span.start, span.until) == (NOON.timestamp(), NOON.timestamp() + 60)
