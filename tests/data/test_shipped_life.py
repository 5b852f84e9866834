"""The real life of the founding line as shipped, and what was said about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from timetable_reading import DIRECT, SHIPPED, SHUTTLE

from rerail.line.dates import Dates
from rerail.line.folder import load, season
from rerail.line.model import Decision, Line
from rerail.line.running import running_dates

OPEN_END_OF_RECORD = date(2026, 1, 1)


@pytest.fixture(scope="module")
def line() -> Line:
    return load(SHIPPED)


# ── the life of the service ───────────────────────────────────────────────────────────────────────────────────


def consents(history: tuple[Decision, ...], railway: str, train: str, known: datetime | None = None) -> Dates:
    """The rule of two keys, read straight off the folder: the last entry that covers a date wins."""
    granted = Dates()
    for entry in history:
        if entry.railway != railway or (entry.trains is not None and train not in entry.trains):
            continue
        if known is not None and entry.known > known:
            continue
        covered = Dates.between(entry.start, entry.until)
        if entry.kind == "grant":
            granted |= covered
        elif entry.kind == "withdraw":
            granted -= covered
    return granted


def agreed(line: Line, train: str, known: datetime | None = None) -> Dates:
    return consents(line.history, "rzd", train, known) & consents(line.history, "ksr", train, known)


def test_every_known_entry_of_the_life_is_in_the_order_in_which_it_became_known(line: Line) -> None:
    known = [entry.known for entry in line.history]
    assert known == sorted(known)


@pytest.mark.parametrize("train", [*DIRECT, *SHUTTLE])
def test_in_spring_2020_the_korean_side_had_suspended_and_the_russian_had_not(line: Line, train: str) -> None:
    then = datetime(2020, 4, 1, tzinfo=UTC)
    assert date(2020, 4, 1) in consents(line.history, "rzd", train, then)
    assert date(2020, 4, 1) not in consents(line.history, "ksr", train, then)
    assert date(2023, 4, 1) not in agreed(line, train, then), "until further notice"


def test_the_announcement_of_july_2024_gave_nobodys_consent(line: Line) -> None:
    announcement = next(entry for entry in line.history if entry.kind == "announce")
    assert announcement.railway is None
    assert (announcement.start, announcement.until) == (date(2024, 7, 1), date(2024, 8, 1))
    assert announcement.known == datetime(2024, 6, 26, tzinfo=UTC)
    for train in DIRECT:
        assert not agreed(line, train).within(date(2024, 7, 1), date(2024, 8, 1))


def test_the_specials_of_june_and_july_2024_ran_over_the_border_and_on_those_days_alone(line: Line) -> None:
    specials = Dates.of(entry.start for entry in line.history if entry.kind == "special")
    assert specials == Dates.of([date(2024, 6, 6), date(2024, 7, 19)])
    assert agreed(line, "khasan-tumangang").within(date(2020, 2, 1), date(2024, 12, 16)) == specials


def test_december_2024_is_for_the_shuttle_only_and_may_2025_for_the_direct_train(line: Line) -> None:
    for train in SHUTTLE:
        assert agreed(line, train).on_or_after(date(2024, 8, 1)) == date(2024, 12, 16)
    for train in DIRECT:
        assert agreed(line, train).on_or_after(date(2020, 2, 1)) == date(2025, 5, 8)


@pytest.mark.parametrize("train", [*DIRECT, *SHUTTLE])
def test_nothing_is_on_record_after_2025_and_that_end_says_it_is_illustrative(line: Line, train: str) -> None:
    assert agreed(line, train).last == OPEN_END_OF_RECORD - timedelta(days=1)
    for railway in ("rzd", "ksr"):
        assert OPEN_END_OF_RECORD not in consents(line.history, railway, train)
    ends = [entry for entry in line.history if entry.kind == "grant" and entry.until == OPEN_END_OF_RECORD]
    assert ends
    assert all(entry.illustrative("until") for entry in ends)


def test_trains_inside_russia_have_no_consent_on_record(line: Line) -> None:
    for train in line.trains.values():
        if train.railways == ("rzd",):
            assert not consents(line.history, "rzd", train.id)


# ── the illustrative season ───────────────────────────────────────────────────────────────────────────────────

MONDAY = date(2026, 11, 23)


def test_every_entry_of_the_demonstration_says_that_it_is_illustrative() -> None:
    entries = season(SHIPPED, MONDAY)
    assert {entry.kind for entry in entries} == {"grant", "withdraw", "special", "cancel", "announce"}
    assert all(entry.provenance.illustrative for entry in entries)


def test_the_demonstration_does_not_touch_the_ids_of_the_real_history(line: Line) -> None:
    assert not {entry.id for entry in season(SHIPPED, MONDAY)} & {entry.id for entry in line.history}


@pytest.mark.parametrize("weekday", range(7))
def test_the_demonstration_cancels_a_shuttle_that_would_have_run_whatever_weekday_it_is_begun(weekday: int) -> None:
    today = MONDAY + timedelta(days=weekday)
    entries = season(SHIPPED, today)
    cancelled = next(entry for entry in entries if entry.kind == "cancel")
    assert cancelled.until is not None
    assert cancelled.until > cancelled.start > today
    for train in load(SHIPPED).trains.values():
        if train.id in SHUTTLE:
            planned = running_dates(train.running_days, cancelled.start, cancelled.until)
            assert planned
            assert planned - consents(entries, "ksr", train.id) == Dates(), "but for the cancellation it would run"


def test_the_demonstration_opens_every_train_from_today_for_a_year(line: Line) -> None:
    entries = season(SHIPPED, MONDAY)
    year = Dates.between(MONDAY, MONDAY + timedelta(days=365))
    for train in line.trains.values():
        for railway in train.railways:
            assert year - consents(entries, railway, train.id) == Dates()


# ── notices ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_founding_notice_tells_who_said_it_where_when_and_who_reported_it(line: Line) -> None:
    notice = next(notice for notice in line.notices if notice.id == "2024-06-26-announcement")
    assert notice.said_by["en"] == "Governor of Primorsky Krai"
    assert "festival of North Korean goods in Vladivostok" in notice.said_at["en"]
    assert notice.said_on == date(2024, 6, 26)
    assert notice.reported_by == "Interfax"
    assert "suspended due to the pandemic at the request of the [North] Korean side" in notice.text["en"]


def test_related_notices_name_each_other(line: Line) -> None:
    related = {notice.id: set(notice.related) for notice in line.notices}
    one_way = {(a, b) for a, others in related.items() for b in others if a not in related[b]}
    assert one_way == set()


def test_advice_on_us_passports_names_the_day_up_to_which_it_is_known(line: Line) -> None:
    advice = next(notice for notice in line.notices if notice.id == "advice-us-passports")
    assert "31 August 2026" in advice.text["en"]
    assert "not known here" in advice.text["en"]
    assert advice.provenance.sources
