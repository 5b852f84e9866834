"""What every answer has: its headers, its language, its tag; and what is said when there is no answer."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import get
from litestar.testing import TestClient
from served_site import LANGUAGES, NOON, Site, opened, words_of

from rerail.web.app import create_app
from rerail.web.i18n import preferred

STRICT = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}

EVERYWHERE = [
    "/",
    "/en/",
    "/ru/timetable",
    "/ko/history",
    "/en/nowhere",
    "/xx/",
    "/healthz",
    "/metrics",
    "/office/sign-in",
    "/feeds/gtfs.zip",
    "/static/nothing.css",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_has_the_security_headers_also_from_the_cache(shown: Site, path: str) -> None:
    for _ in range(2):
        answer = shown.get(path)
        assert {name: answer.headers.get(name) for name in STRICT} == STRICT
        assert "permissions-policy" in answer.headers
        assert answer.headers.get_list("content-security-policy") == [STRICT["content-security-policy"]]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("ko", "ko"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de-DE,de;q=0.9,ko;q=0.2,ru;q=0.5", "ru"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("en;q=0", "ru"),
        ("en;q=0, ru;q=0, ko;q=0", "en"),
        ("ru;q=0.1, *;q=0.9", "en"),
        ("KO-kp", "ko"),
        ("ru;q=1.5, ko;q=0.1", "ko"),
        ("ru;q=nan", "en"),
        (";;;,,,q=1;=", "en"),
        ("ru;q=0.5;level=1, ko;q=0.4", "ru"),
        ("x" * 100_000, "en"),
    ],
)
def test_the_browser_chooses_the_language(asked: str, given: str) -> None:
    assert preferred(asked, LANGUAGES) == given


def test_the_bare_address_leads_to_the_language_the_browser_asks_for(shown: Site) -> None:
    answer = shown.get("/", headers={"accept-language": "ko-KR,ko;q=0.9,en;q=0.5"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/ko/")
    assert "accept-language" in answer.headers["vary"].lower()
    assert shown.get("/", headers={"accept-language": "fr"}).headers["location"] == "/en/"


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/en", "/en/"),
        ("/en/timetable/", "/en/timetable"),
        ("/en/search?to=rajin&utm_source=x&from=vladivostok", None),
        ("/ru/notices/?from=", "/ru/notices"),
    ],
)
def test_an_address_has_one_spelling(shown: Site, path: str, canonical: str | None) -> None:
    answer = shown.get(path)
    if canonical is None:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.headers["location"]) == (308, canonical)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/timetable", "/history", "/notices", "/stations", "/about", "/search"])
def test_head_says_what_get_would_and_sends_nothing(shown: Site, language: str, path: str) -> None:
    for _ in range(2):  # made, and then kept
        head, get = shown.client.head(f"/{language}{path}"), shown.get(f"/{language}{path}")
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "etag", "content-length", "cache-control"):
            assert head.headers[name] == get.headers[name]
        assert get.headers["content-type"] == "text/html; charset=utf-8"


def test_a_reader_who_has_the_page_is_not_sent_it_again(shown: Site) -> None:
    first = shown.get("/en/about")
    assert first.headers["cache-control"] == "no-cache"
    for tag in (first.headers["etag"], f'"other", {first.headers["etag"]}', "*"):
        again = shown.get("/en/about", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "content-security-policy" in again.headers
    assert shown.get("/en/about", headers={"if-none-match": 'W/"other"'}).status_code == 200


def test_pages_are_sent_compressed_to_who_can_read_it(shown: Site) -> None:
    plain = shown.get("/ru/timetable", headers={"accept-encoding": "identity"})
    packed = shown.get("/ru/timetable", headers={"accept-encoding": "br, gzip"})
    refused = shown.get("/ru/timetable", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"]
    assert "content-encoding" not in refused.headers
    assert plain.content == packed.content == refused.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert len(gzip.compress(plain.content)) < 15_000


def test_the_style_sheet_is_kept_for_a_year_at_an_address_that_names_its_content(shown: Site) -> None:
    page = shown.get("/en/").text
    sheet = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = shown.get(sheet)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) + len(page.encode()) < 100_000
    assert "url(" not in answer.text  # nothing more to fetch


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/en/nowhere", 404, "This page does not exist"),
        ("/ru/nowhere", 404, "Такой страницы нет"),
        ("/ko/nowhere", 404, "없는 페이지입니다"),
        ("/xx/timetable", 404, "This page does not exist"),
        ("/ru/departures/nobody/2026-12-07", 404, "Такого поезда на этой линии нет"),
        ("/ko/stations/atlantis", 404, "이 노선에 그런 역은 없습니다"),
        ("/en/notices/none", 404, "There is no such notice"),
    ],
)
def test_what_is_not_there_is_said_in_the_language_of_the_address(
    shown: Site, path: str, status: int, says: str
) -> None:
    answer = shown.get(path)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert says in words_of(answer.text)
    language = path[1:3] if path[1:3] in LANGUAGES else "en"
    assert f'<html lang="{language}">' in answer.text
    assert f'href="/{language}/timetable"' in answer.text


def test_a_page_outside_every_language_is_missed_in_the_readers(shown: Site) -> None:
    answer = shown.get("/nowhere", headers={"accept-language": "ru"})
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.text


def test_a_method_that_a_page_does_not_have_is_refused_with_a_way_back(shown: Site) -> None:
    answer = shown.client.post("/en/timetable", content=b"x")
    assert answer.status_code == 405
    assert "This cannot be done here" in words_of(answer.text)


def test_health_tells_edition_and_journal(shown: Site) -> None:
    answer = shown.get("/healthz")
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["status"] == "ok"
    assert told["database"] is True
    assert (told["edition"], told["journal"]) == (1, shown.current.snapshot().versions[0])


@pytest.fixture
def without_database(tmp_path: Path) -> Iterator[Site]:
    with opened(tmp_path, NOON, demo=False) as site:
        site.current.forget()
        site.current.store.close()
        database = tmp_path / "rerail.db"
        for left in tmp_path.glob("rerail.db*"):
            left.unlink()
        with sqlite3.connect(database) as other:
            other.execute("CREATE TABLE somebody_elses (x)")
        yield site


@pytest.mark.parametrize("path", ["/en/", "/ru/timetable", "/", "/ko/nowhere", "/metrics"])
def test_without_a_database_every_page_says_so_and_when_to_try_again(without_database: Site, path: str) -> None:
    answer = without_database.get(path)
    if path == "/ko/nowhere":
        assert answer.status_code == 404
        return
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "Traceback" not in answer.text
    if path == "/ru/timetable":
        assert "Расписание временно недоступно" in answer.text
    health = without_database.get("/healthz")
    assert health.status_code == 503
    assert health.json()["database"] is False


def test_a_mistake_of_ours_shows_a_reference_and_no_traceback(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    @get("/{language:str}/broken", sync_to_thread=False)
    def broken() -> None:
        passport = "passport 12 345678"
        raise RuntimeError(f"nobody may read this: {passport}")

    with TestClient(create_app(site.current, handlers=[broken])) as client:
        answer = client.get("/en/broken?name=Ivanov", headers={"cookie": "session=secret"})
    assert answer.status_code == 500
    said = words_of(answer.text)
    assert "Something went wrong on our side" in said
    logged = capsys.readouterr().err
    record = json.loads(logged.strip().splitlines()[-1])
    assert record["reference"] in said
    assert record["level"] == "error"
    assert record["route"] == "/{language}/broken"
    assert record["type"] == "RuntimeError"
    assert any("test_frame.py" in frame for frame in record["frames"])
    for secret in ("345678", "Ivanov", "secret", "nobody may read"):
        assert secret not in logged
        assert secret not in answer.text
    assert "Traceback" not in answer.text


def test_metrics_count_by_route_and_never_by_address(site: Site) -> None:
    for path in ("/en/", "/en/", "/ru/", "/en/stations/khasan", "/en/secret-name", "/en/"):
        site.get(path)
    site.client.request("BREW", "/en/")
    text = site.get("/metrics").text
    assert 'rerail_requests_total{method="GET",route="/{language}",status="200"} 4.0' in text
    assert 'rerail_requests_total{method="GET",route="/{language}/stations/{station}",status="200"} 1.0' in text
    assert 'route="unmatched",status="404"' in text
    assert "secret-name" not in text
    assert "khasan" not in text
    assert "BREW" not in text
    assert "rerail_cache_hits_total 2.0" in text
    assert f"rerail_journal_head {site.current.snapshot().versions[0]}.0" in text


def test_two_apps_in_one_process_share_nothing(site: Site) -> None:
    other: Any = create_app(site.current)
    site.get("/en/")
    with TestClient(other) as client:
        assert 'status="200"' not in client.get("/metrics").text
    assert len(other.frame.cache) == 0
