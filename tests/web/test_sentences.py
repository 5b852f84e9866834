"""The one plain sentence on the first page, as a passenger would have read it on dates of the real history."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from served_site import LANGUAGES, Site

from rerail.desk.decisions import Recorder, record
from rerail.life.draft import Draft


def headline(site: Site, language: str) -> str:
    """The first page's heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", site.get(f"/{language}/").text, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def morning(day: str) -> datetime:
    """Two in the morning in London, noon in Vladivostok."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=2)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2020-03-01", "Suspended since February 2020 at the request of the Korean side."),
        ("2024-06-25", "Suspended since February 2020 at the request of the Korean side."),
        ("2025-05-09", "Running since 8 May 2025."),
        ("2025-12-05", "Running since 8 May 2025."),
        ("2026-11-23", "Whether it runs in 2026 is not known: no consent is on record after 31 December 2025."),
        ("2027-01-02", "Whether it runs in 2027 is not known: no consent is on record after 31 December 2025."),
    ],
)
def test_says_of_the_direct_train_what_was_known_on_the_day(real: Site, day: str, says: str) -> None:
    # The journal holds what became known later; a day is looked at as known on it.
    real.clock.turn(morning(day))
    assert headline_as_known(real, day) == says


def headline_as_known(site: Site, day: str) -> str:
    """The sentence under the entries known by a day."""
    from rerail.life.status import route_trains, status
    from rerail.web.i18n import Words
    from rerail.web.site.status_words import sentence

    known = date.fromisoformat(day)
    life = site.current.life(known)
    now = site.current.now()
    return sentence(status(life, route_trains(life, "direct"), now), life.line, Words("en"), now.date()).headline


def test_the_first_page_says_that_2026_is_not_known(real: Site) -> None:
    real.clock.turn(morning("2026-11-23"))
    assert headline(real, "en") == (
        "Whether it runs in 2026 is not known: no consent is on record after 31 December 2025."
    )
    assert (
        headline(real, "ru")
        == "Курсирует ли в 2026 году, неизвестно: после 31 декабря 2025 года согласий в записях нет."
    )
    assert (
        headline(real, "ko")
        == "2026년의 운행 여부는 알려져 있지 않습니다. 2025년 12월 31일 이후의 동의 기록이 없습니다."
    )


def test_an_announcement_is_told_with_the_consent_it_lacks(real: Site) -> None:
    from rerail.life.status import route_trains, status
    from rerail.web.i18n import Words
    from rerail.web.site.status_words import sentence

    real.clock.turn(morning("2024-06-27"))
    life = real.current.life(date(2024, 6, 27))
    now = status(life, route_trains(life, "direct"), real.current.now())
    said = {one: sentence(now, life.line, Words(one), date(2024, 6, 27)) for one in LANGUAGES}
    assert said["en"].headline == "Suspended since February 2020 at the request of the Korean side."
    assert said["en"].more == ("Announced for July 2024; consent not recorded: the Korean side.",)
    assert said["ru"].headline == "Движение приостановлено с февраля 2020 года. Инициатор: корейская сторона."
    assert said["ru"].more == ("Объявлено на июль 2024 года; согласие не зафиксировано: корейская сторона.",)
    assert said["ko"].headline == "2020년 2월부터 조선 측의 요청으로 운행이 중단되었습니다."
    assert said["ko"].more == ("2024년 7월 운행 예정으로 발표되었으나 동의 기록이 없습니다: 조선 측.",)


def test_trains_that_nobody_ever_spoke_of_do_not_run(real: Site) -> None:
    real.clock.turn(morning("2026-11-23"))
    assert "Does not run: no consent of the Russian side is on record." in real.text("/en/")
    assert "Не курсирует: согласие не зафиксировано (российская сторона)." in real.text("/ru/")
    assert "운행하지 않습니다. 러시아 측의 동의 기록이 없습니다." in real.text("/ko/")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Running since 12 November 2026."),
        ("ru", "Курсирует с 12 ноября 2026 года."),
        ("ko", "2026년 11월 12일부터 운행하고 있습니다."),
    ],
)
def test_in_the_demonstration_season_it_runs_and_says_when_next(shown: Site, language: str, says: str) -> None:
    assert headline(shown, language) == says
    assert "22:00" in shown.text(f"/{language}/")


def test_one_side_suspends_and_the_first_page_says_who_and_why(site: Site) -> None:
    draft = Draft(
        kind="withdraw", railways=("rzd",), start=date(2026, 11, 24), who="Russian Railways", reason="Track works."
    )
    record(site.current, draft, Recorder(name="test"), form="stop", journal=None)
    site.clock.turn(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    assert headline(site, "en") == "Suspended since 24 November 2026 at the request of the Russian side."
    said = site.text("/en/")
    assert "Track works." in said
    assert "RZD consent withdrawn KSR consents" in said
    assert "No departure that runs is on record." in said


def test_both_sides_suspend_and_both_are_named(site: Site) -> None:
    for railway in ("rzd", "ksr"):
        draft = Draft(kind="withdraw", railways=(railway,), start=date(2026, 11, 24), who="Both", reason="A storm.")
        record(site.current, draft, Recorder(name="test"), form=f"stop-{railway}", journal=None)
    site.clock.turn(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    assert headline(site, "en") == (
        "Suspended since 24 November 2026 at the request of the Russian side and the Korean side."
    )


def test_a_consent_that_begins_later_is_told_with_its_first_date(site: Site) -> None:
    stop = Draft(kind="withdraw", railways=("ksr",), start=date(2026, 11, 24), who="Korea", reason="A storm.")
    record(site.current, stop, Recorder(name="test"), form="stop", journal=None)
    start = Draft(kind="grant", railways=("ksr",), start=date(2027, 2, 1), who="Korea", reason="The storm is over.")
    record(site.current, start, Recorder(name="test"), form="start", journal=None)
    assert headline(site, "en") == "Runs from 11 February 2027 on."
