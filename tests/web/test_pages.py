"""The pages, as a passenger reads them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import unquote, urlsplit

import pytest
from served_site import LANGUAGES, NOON, Site, words_of

from rerail.desk.decisions import Recorder, record
from rerail.life.draft import Draft

SHUTTLE = "/departures/khasan-tumangang/2026-12-07"
DIRECT = "/departures/vladivostok-rason/2026-12-10"
PAGES = [
    "/",
    "/timetable",
    SHUTTLE,
    DIRECT,
    "/search",
    "/search?from=vladivostok&to=rajin&date=2026-12-10",
    "/history",
    "/notices",
    "/notices/2024-06-26-announcement",
    "/stations",
    "/stations/khasan",
    "/map",
    "/about",
]


def rows(html: str) -> list[str]:
    """The rows of a page's tables, as words."""
    return [words_of(f"<body>{row}") for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_every_language_and_small(shown: Site, language: str, path: str) -> None:
    answer = shown.get(f"/{language}{path}")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert len(answer.content) < 60_000
    assert answer.text.count("<h1") == 1
    assert "style=" not in answer.text
    assert "<script" not in answer.text
    ids = re.findall(r'\bid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_the_language_switch_keeps_the_page(shown: Site, language: str, path: str) -> None:
    page = shown.get(f"/{language}{path}").text
    for other in LANGUAGES:
        href = f"/{other}{path}".replace("&", "&amp;")
        assert f'<a href="{href}" lang="{other}" hreflang="{other}"' in page
        assert f'<link rel="alternate" hreflang="{other}" href="{href}">' in page


def test_no_link_leads_nowhere(shown: Site) -> None:
    seen: set[str] = set()
    waiting = ["/en/", "/ru/", "/ko/history"]
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 300:
            continue
        seen.add(path)
        answer = shown.get(path)
        assert answer.status_code in (200, 303), f"{path}: {answer.status_code}"
        if "text/html" not in answer.headers["content-type"]:
            continue
        for href in re.findall(r'href="([^"]+)"', answer.text):
            parts = urlsplit(href.replace("&amp;", "&"))
            if parts.scheme or parts.netloc:
                continue
            if not parts.path:
                assert f'id="{unquote(parts.fragment)}"' in answer.text, f"{path}: {href}"
                continue
            waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    assert len(seen) > 100


def test_every_page_of_a_demonstration_says_that_it_is_one(shown: Site, real: Site) -> None:
    for path in (*PAGES, "/nowhere"):
        assert "This season is invented" in words_of(shown.get(f"/en{path}").text)
        assert "This season is invented" not in words_of(real.get(f"/en{path}").text)


def test_a_train_arrives_earlier_on_the_clock_than_it_left(shown: Site) -> None:
    """
    Khasan      dep 15:30   Vladivostok time, UTC+10, MSK+7
    Tumangang   arr 14:48   Pyongyang time, UTC+9
    """
    said = [row for row in rows(shown.get(f"/en{SHUTTLE}").text) if row]
    at = said.index("Vladivostok time, UTC+10, MSK+7")
    assert said[at : at + 6] == [
        "Vladivostok time, UTC+10, MSK+7",
        "Khasan 15:30 0",
        "Border control, the Russian side: on foot through the checkpoint",
        "Pyongyang time, UTC+9 Put your watch back 1 h",
        "Tumangang 14:48 * (illustrative) 5",
        "Border control, the Korean side: on foot through the checkpoint",
    ]
    assert "Время: Владивосток, UTC+10, МСК+7" in words_of(shown.get(f"/ru{SHUTTLE}").text)
    assert "평양 시각, UTC+9 시계를 1시간 늦추십시오" in words_of(shown.get(f"/ko{SHUTTLE}").text)


def test_calls_after_midnight_are_marked_and_illustrative_times_too(shown: Site) -> None:
    said = rows(shown.get(f"/en{DIRECT}").text)
    assert "Vladivostok 22:00 0" in said
    assert "Ussuriysk 00:05 +1 * (illustrative) 00:35 +1 * (illustrative) 111 * (illustrative)" in said
    assert "Rajin (Rason) 11:20 +1 * (illustrative) 425 * (illustrative)" in said


def test_a_departure_says_who_consents_since_when_and_in_which_entry(shown: Site) -> None:
    said = shown.text(f"/en{SHUTTLE}")
    assert "This train runs." in said
    assert "Russian Railways: consents Illustrative season" in said
    assert "Korean State Railway: consents Illustrative: the bridge is open again." in said
    assert "Known since 8 November 2026" in said


def test_a_departure_of_the_real_past_shows_the_document(real: Site) -> None:
    real.clock.turn(NOON)
    said = real.text("/en/departures/khasan-tumangang/2024-12-16")
    assert "This train runs. Its time of departure is past." in said
    assert "Document Notice of Russian Railways, December 2024" in said
    assert "transport-news.ru" in said


def test_a_departure_after_the_record_ends_blames_nobody(real: Site) -> None:
    real.clock.turn(NOON)
    said = real.text("/en/departures/khasan-tumangang/2026-12-07")
    assert (
        "This train does not run: no consent is on record for this date (the Russian side and the Korean side)." in said
    )
    assert "The last word on record for this date is an earlier one:" in said


def test_the_announcement_of_2024_is_on_the_departures_it_was_about(real: Site) -> None:
    real.clock.turn(datetime(2024, 6, 27, 12, tzinfo=UTC))
    said = real.text("/en/departures/vladivostok-rason/2024-07-11")
    assert "This train is not planned on this date." in said
    assert "Direct trains Vladivostok – Rason announced for July 2024." in said
    assert "An announcement puts no train on the track" in said
    real.clock.turn(NOON)


def test_a_cancelled_departure_says_who_and_why(shown: Site) -> None:
    days = [date(2026, 12, day) for day in (14, 16, 18)]
    said = [shown.text(f"/en/departures/khasan-tumangang/{day}") for day in days]
    cancelled = [one for one in said if "This train is cancelled." in one]
    assert cancelled
    assert all("Cancellation Illustrative: track works at Khasan." in one for one in cancelled)


def test_a_special_is_told_as_one(shown: Site) -> None:
    said = shown.text("/en/departures/vladivostok-rason/2026-12-18")
    assert "This train runs." in said
    assert "Special train Illustrative: an extra direct train for a festival." in said


def test_a_date_without_the_train_is_a_page_that_says_so(shown: Site) -> None:
    answer = shown.get("/en/departures/khasan-tumangang/2026-12-08")
    assert answer.status_code == 200
    said = words_of(answer.text)
    assert "This train is not planned on this date." in said
    assert "Mon 7 Dec 2026" in said
    assert "Wed 9 Dec 2026" in said


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-13-01", "There is no such date"),
        ("2026-02-30", "There is no such date"),
        ("yesterday", "Write the date as year-month-day"),
        ("20261207", "Write the date as year-month-day"),
        ("1812-06-24", "The date is too far away"),
        ("9999-12-31", "The date is too far away"),
        ("2029-12-07", "The timetable does not reach that far"),
        ("２０２６-12-07", "Write the date as year-month-day"),
    ],
)
def test_a_date_that_makes_no_sense_is_not_found_with_a_reason(shown: Site, day: str, says: str) -> None:
    answer = shown.get(f"/en/departures/khasan-tumangang/{day}")
    assert answer.status_code == 404
    assert says in words_of(answer.text)


def test_coaches_alike_are_drawn_once_with_their_places(shown: Site) -> None:
    said = shown.text(f"/en{DIRECT}")
    assert "Coaches 1, 3 Compartment sleeping coach * (illustrative) second class, 36 places" in said
    assert (
        "Coach 2 Compartment sleeping coach with crew's compartments * (illustrative) second class, 28 places" in said
    )


def test_the_timetable_has_all_trains_with_days_in_words(shown: Site) -> None:
    said = shown.text("/en/timetable")
    for train in ("951", "952", "645", "646", "6001"):
        assert train in said
    assert "on Mondays, Wednesdays and Fridays" in said
    assert "monthly, on the 2nd Thursday" in said
    assert "monthly, on the Sunday between days 11 and 17" in said
    assert "по понедельникам, средам и пятницам" in shown.text("/ru/timetable")
    assert "매주 월요일, 수요일, 금요일" in shown.text("/ko/timetable")


def test_search_finds_the_way_with_changes_at_the_hub(shown: Site) -> None:
    said = shown.text("/en/search?from=vladivostok&to=tumangang&date=2026-12-07")
    assert "Change at Ussuriysk, 30 min" in said
    assert "2 changes" in said
    assert "10 h 18 min" in said


def test_search_takes_names_in_any_language(shown: Site) -> None:
    one = shown.text("/en/search?from=Владивосток&to=라진(라선)&date=2026-12-10")
    assert "Vladivostok – Rajin (Rason)" in one
    assert "direct" in one
    assert "For organised groups on a list agreed beforehand." in one


def test_search_offers_the_next_date_when_none_runs(shown: Site) -> None:
    page = shown.get("/en/search?from=vladivostok&to=rajin&date=2026-12-11").text
    said = words_of(page)
    assert "No train goes there on 11 December 2026." in said
    assert "Next date with a journey: Fri 18 Dec 2026" in said
    assert 'href="/en/search?from=vladivostok&amp;to=rajin&amp;date=2026-12-18"' in page


def test_search_says_whose_consent_is_lacking(real: Site) -> None:
    real.clock.turn(NOON)
    said = real.text("/en/search?from=khasan&to=tumangang&date=2026-12-07")
    assert "A train is planned for 7 December 2026, but it does not run." in said
    assert "Consent is lacking: the Russian side and the Korean side." in said
    assert "No later date with a journey is on record." in said


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("from=Vladivostk&to=rajin&date=2026-12-10", "from", "Similar: Vladivostok"),
        ("from=vladivostok&to=&date=2026-12-10", "to", "Choose a station."),
        ("from=vladivostok&to=rajin&date=2026-02-30", "date", "There is no such date"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_beside_the_field(shown: Site, query: str, field: str, says: str) -> None:
    page = shown.get(f"/en/search?{query}").text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-error"', page)
    error = page.partition(f'id="{field}-error">')[2].partition("<")[0]
    assert says in error


def test_search_from_a_station_to_itself_is_told_so(shown: Site) -> None:
    assert "You are there already" in shown.text("/en/search?from=khasan&to=khasan&date=2026-12-07")


def test_history_has_every_entry_with_who_when_and_source(real: Site) -> None:
    real.clock.turn(NOON)
    said = real.text("/en/history") + real.text("/en/history?before=5")
    assert (
        "Consent withdrawn: Korean State Railway from February 2020 until further notice "
        "Passenger traffic suspended because of the pandemic, at the request of the Korean side." in said
    )
    assert "Announced July 2024" in said
    assert "RIA Novosti" in said
    numbers = {
        int(one)
        for path in ("", "?before=5")
        for one in re.findall(r'id="entry-(\d+)"', real.get(f"/en/history{path}").text)
    }
    assert numbers == {entry.seq for entry in real.current.snapshot().entries}


def test_history_answers_as_known_on_a_day(real: Site) -> None:
    real.clock.turn(NOON)
    before = rows(real.get("/en/history?on=2025-05-08&known=2025-05-07").text)
    after = rows(real.get("/en/history?on=2025-05-08&known=2025-05-08").text)
    assert next(row for row in before if row.startswith("Vladivostok – Rajin")).endswith("no")
    assert next(row for row in after if row.startswith("Vladivostok – Rajin")).endswith("yes")


def test_a_notice_says_who_where_when_and_who_reported_it(shown: Site) -> None:
    page = shown.get("/en/notices/2024-06-26-announcement").text
    said = words_of(page)
    assert "Said by Governor of Primorsky Krai" in said
    assert "Where at a festival of North Korean goods in Vladivostok" in said
    assert "When Wednesday, 26 June 2024" in said
    assert "Reported by Interfax, Wednesday, 26 June 2024" in said
    assert "First direct tourist train Vladivostok – Rason" in said
    assert 'value="https://trains.example/en/notices/2024-06-26-announcement"' in page
    assert "https://t.me/share/url?url=https%3A%2F%2Ftrains.example%2Fen%2Fnotices%2F2024-06-26-announcement" in page
    assert "mailto:?subject=Direct%20trains" in page


def test_a_station_says_its_names_codes_clock_and_trains(shown: Site) -> None:
    said = shown.text("/en/stations/khasan")
    assert "Хасан · 하산" in said
    assert "Vladivostok time, UTC+10, MSK+7; now 22:00" in said
    assert "Code ESR 987002" in said
    assert "Code Express-3 2034195" in said
    assert "Friendship Bridge , 2 km, 1520 mm" in said
    assert "15:30" in said
    assert "Pyongyang time, UTC+9; now 21:00" in shown.text("/en/stations/tumangang")
    assert "1520 and 1435 mm meet here" in shown.text("/en/stations/tumangang")


def test_about_lists_every_source_with_its_confidence(shown: Site) -> None:
    said = rows(shown.get("/en/about").text)
    sources = shown.current.snapshot().line.sources
    for key in sources:
        assert any(row.startswith(f"{key} ") for row in said)
    assert any(row.startswith("S7 ") and row.endswith("high") for row in said)


def test_what_a_person_wrote_is_text_and_nothing_else(site: Site) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x>"
    draft = Draft(
        kind="withdraw",
        railways=("ksr",),
        start=date(2026, 11, 24),
        who=evil,
        reason=evil,
        document=evil,
        source="javascript:alert(1)",
    )
    record(site.current, draft, Recorder(name=evil), form="evil", journal=None)
    site.clock.turn(datetime(2026, 11, 25, 2, tzinfo=UTC))
    for path in ("/en/", "/en/history", SHUTTLE.join(("/en", "")), f"/en{DIRECT}"):
        page = site.get(path).text
        assert "<script>" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
    assert "&lt;script&gt;" in site.get("/en/history").text
