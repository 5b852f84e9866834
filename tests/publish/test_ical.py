"""A phone that subscribes shows each train when it leaves, and strikes out what does not run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from icalendar import Calendar
from two_clocks import BEGINNING, KNOWN, MADE_UP, a_line, a_train, an_entry, published

from rerail.life.consent import Life
from rerail.life.journal import Entry
from rerail.life.timetable import Edition
from rerail.line.model import Line, Rule, RunningDays
from rerail.publish import ical
from rerail.publish.ical import departure_ics, departures_ics
from rerail.publish.publication import Publication

HERE, THERE = "Asia/Vladivostok", "Asia/Pyongyang"


def shuttle_line(leaves: str = "15:30", here: str = HERE, there: str = THERE, **more: Any) -> Line:
    train = a_train(
        "shuttle",
        ("hither", None, 0),
        ("yonder", 18, None),
        leaves=leaves,
        timed_by=here,
        start=date(2026, 1, 1),
        railways=("home", "abroad"),
        **more,
    )
    return a_line(train, here=here, there=there)


def told(line: Line | list[Edition], *entries: Entry, demo: bool = False) -> Publication:
    """The line on 1 February 2026, to the end of the month."""
    return published(line, *entries, today=date(2026, 2, 1), until=date(2026, 3, 1), demo=demo)


def events(content: bytes) -> dict[date, Any]:
    """The events of a calendar by the date in their UID, once the calendar is what RFC 5545 asks for."""
    calendar = Calendar.from_ical(content)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    found = {}
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        for name in ("UID", "DTSTAMP", "DTSTART"):
            assert name in event
        found[date.fromisoformat(str(event["UID"]).partition("@")[0].rpartition(".")[2])] = event
    return found


def instants(of: Iterable[Any]) -> list[tuple[datetime, datetime]]:
    return [(event["DTSTART"].dt, event["DTEND"].dt) for event in of]


def test_every_departure_is_an_event_from_its_first_call_to_its_last() -> None:
    publication = told(shuttle_line())
    found = events(departures_ics(publication, "en"))
    departures = publication.life.departures(publication.since, publication.until)
    assert instants(found.values()) == [(one.start, one.start + timedelta(minutes=18)) for one in departures]
    assert {str(event["STATUS"]) for event in found.values()} == {"CONFIRMED"}
    assert len(found) == 35


def test_an_event_is_in_utc_though_it_arrives_earlier_on_the_clock_than_it_left() -> None:
    content = departure_ics(told(shuttle_line()), "en", "shuttle", date(2026, 2, 10))
    assert content is not None
    assert b"DTSTART:20260210T053000Z" in content
    assert b"DTEND:20260210T054800Z" in content
    (event,) = events(content).values()
    lines = str(event["DESCRIPTION"]).splitlines()
    assert "15:30 Hither (UTC+10)" in lines
    assert "14:48 Yonder (UTC+9)" in lines


def test_a_departure_in_the_doubled_hour_is_the_first_of_the_two() -> None:
    # 25 October 2026: London's clock shows 01:30 twice, at 00:30 and at 01:30 UTC.
    line = shuttle_line("01:30", "Europe/London", "Europe/Paris")
    publication = published(line, today=date(2026, 10, 20), until=date(2026, 11, 1))
    (event,) = events(departure_ics(publication, "en", "shuttle", date(2026, 10, 25)) or b"").values()
    assert event["DTSTART"].dt == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_suspended_departure_is_struck_out_and_says_why_in_the_reader_s_language() -> None:
    reason = {"en": "Floods.", "ru": "Паводок."}
    stop = an_entry("withdraw", "abroad", date(2026, 2, 10), date(2026, 2, 12), reason=reason)
    publication = told(shuttle_line(), stop)
    found = events(departures_ics(publication, "en"))
    assert [day for day, event in found.items() if event["STATUS"] == "CANCELLED"] == [
        date(2026, 2, 10),
        date(2026, 2, 11),
    ]
    assert "Floods." in str(found[date(2026, 2, 10)]["DESCRIPTION"])
    assert str(found[date(2026, 2, 10)]["SUMMARY"]).startswith("Does not run")
    assert "Floods." not in str(found[date(2026, 2, 12)]["DESCRIPTION"])
    russian = events(departures_ics(publication, "ru"))[date(2026, 2, 10)]
    assert "Паводок." in str(russian["DESCRIPTION"])
    assert str(russian["SUMMARY"]).startswith("Не ходит")
    assert str(russian["LOCATION"]) == "Станция hither"


@pytest.mark.parametrize(("entries", "missing"), [(1, ["abroad"]), (0, ["home", "abroad"])])
def test_a_departure_for_which_nobody_ever_consented_says_whose_consent_is_missing(
    entries: int, missing: list[str]
) -> None:
    publication = told(shuttle_line())
    life = Life(publication.life.timetable, publication.life.entries[:entries], publication.life.window)
    found = events(departures_ics(msgspec.structs.replace(publication, life=life), "en"))
    assert len(found) == 35
    for event in found.values():
        lines = str(event["DESCRIPTION"]).splitlines()
        assert [line for line in lines if line.startswith("No consent")] == [
            f"No consent on record: the {side} side." for side in missing
        ]
        assert event["LAST-MODIFIED"].dt == BEGINNING


def test_the_same_event_grows_in_sequence_when_it_is_suspended_and_again_when_it_resumes() -> None:
    day, line = date(2026, 2, 10), shuttle_line()
    stopped = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)
    resumed = datetime(2026, 1, 25, 8, 0, tzinfo=UTC)
    stop = an_entry("withdraw", "abroad", day, known=stopped, recorded=stopped)
    resume = an_entry("grant", "abroad", day, known=resumed, recorded=resumed)
    history = [events(departures_ics(told(line, *entries), "en"))[day] for entries in ((), (stop,), (stop, resume))]
    assert len({str(event["UID"]) for event in history}) == 1
    assert [str(event["STATUS"]) for event in history] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    sequences = [int(event["SEQUENCE"]) for event in history]
    assert sequences == sorted(set(sequences))
    assert [event["LAST-MODIFIED"].dt for event in history] == [BEGINNING, stopped, resumed]
    other = [events(departures_ics(told(line, *entries), "en"))[date(2026, 2, 9)] for entries in ((), (stop,))]
    assert other[0].to_ical() == other[1].to_ical(), "a departure the suspension does not touch stays as it was"


def test_a_suspension_of_one_train_leaves_the_other_s_events_as_they_were() -> None:
    line = shuttle_line()
    other = msgspec.structs.replace(line.trains["shuttle"], id="other")
    line = msgspec.structs.replace(line, trains={**line.trains, "other": other})
    stop = an_entry("withdraw", "abroad", date(2026, 2, 10), trains=("shuttle",))
    before, after = (departures_ics(told(line, *entries), "en", train="other") for entries in ((), (stop,)))
    assert before == after


def test_a_new_edition_raises_the_sequence_of_what_it_moves() -> None:
    old, new = shuttle_line(), shuttle_line("16:30")
    day = date(2026, 2, 10)
    before = events(departures_ics(told([Edition(1, old, BEGINNING)]), "en"))[day]
    editions = [Edition(1, old, BEGINNING), Edition(2, new, datetime(2026, 1, 30, tzinfo=UTC))]
    after = events(departures_ics(told(editions), "en"))[day]
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(hours=1)
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert str(after["UID"]) == str(before["UID"])
    assert after["LAST-MODIFIED"].dt == editions[1].since


def test_what_is_illustrative_has_an_asterisk_and_the_asterisk_is_explained() -> None:
    train = shuttle_line().trains["shuttle"]
    calls = (train.calls[0], msgspec.structs.replace(train.calls[1], figures={"arrival": MADE_UP}))
    marked = shuttle_line(calls=calls)
    lines = str(events(departures_ics(told(marked), "en"))[date(2026, 2, 10)]["DESCRIPTION"]).splitlines()
    assert "14:48* Yonder (UTC+9)" in lines
    assert "15:30 Hither (UTC+10)" in lines
    assert "* illustrative, not the railway's" in lines
    plain = departures_ics(told(shuttle_line()), "en")
    assert b"*" not in plain


def test_the_railway_s_working_clock_stands_beside_the_local_one() -> None:
    line = shuttle_line()
    home = msgspec.structs.replace(line.railways["home"], clock="Europe/Moscow", clock_label={"en": "MSK", "ru": "МСК"})
    line = msgspec.structs.replace(line, railways={**line.railways, "home": home})
    event = events(departures_ics(told(line), "ru"))[date(2026, 2, 10)]
    assert "15:30 Станция hither (UTC+10, МСК+7)" in str(event["DESCRIPTION"]).splitlines()


def test_an_arrival_after_midnight_says_so() -> None:
    line = shuttle_line("23:50", "Europe/Paris", "Europe/Paris")
    event = events(departures_ics(told(line), "en"))[date(2026, 2, 10)]
    assert "00:08 +1 Yonder (UTC+1)" in str(event["DESCRIPTION"]).splitlines()


def test_a_half_hour_clock_is_written_with_its_minutes() -> None:
    publication = published(shuttle_line(), today=date(2026, 2, 1), until=date(2026, 3, 1))
    earlier = a_line(
        *(msgspec.structs.replace(train, running_days=_daily(2018)) for train in publication.line.trains.values()),
        here=HERE,
        there=THERE,
    )
    publication = published(earlier, today=date(2018, 5, 1), until=date(2018, 5, 10))
    found = events(departures_ics(publication, "en"))
    assert "14:18 Yonder (UTC+8:30)" in str(found[date(2018, 5, 4)]["DESCRIPTION"]).splitlines()
    assert "14:48 Yonder (UTC+9)" in str(found[date(2018, 5, 5)]["DESCRIPTION"]).splitlines()


def _daily(year: int) -> RunningDays:
    return RunningDays(provenance=KNOWN, rules=(Rule(rrule="FREQ=DAILY", start=date(year, 1, 1)),))


def test_a_demonstration_says_so_in_every_summary() -> None:
    content = departures_ics(told(shuttle_line(), demo=True), "en")
    calendar = Calendar.from_ical(content)
    assert "demonstration" in str(calendar["NAME"])
    assert "Do not travel by it" in str(calendar["DESCRIPTION"])
    assert all(str(event["SUMMARY"]).startswith("Demonstration:") for event in calendar.walk("VEVENT"))


def test_a_question_for_one_train_and_some_dates() -> None:
    line = shuttle_line()
    other = msgspec.structs.replace(line.trains["shuttle"], id="other")
    line = msgspec.structs.replace(line, trains={**line.trains, "other": other})
    content = departures_ics(told(line), "en", train="other", since=date(2026, 2, 10), until=date(2026, 2, 12))
    uids = [str(event["UID"]) for event in Calendar.from_ical(content).walk("VEVENT")]
    assert uids == ["other.2026-02-10@two-clocks.rerail", "other.2026-02-11@two-clocks.rerail"]


@pytest.mark.parametrize(
    ("train", "day"),
    [("shuttle", date(2025, 12, 31)), ("nobody", date(2026, 2, 10)), ("shuttle", date(2027, 1, 1))],
)
def test_there_is_no_event_for_a_departure_that_nothing_speaks_of(train: str, day: date) -> None:
    assert departure_ics(told(shuttle_line()), "en", train, day) is None


def test_a_calendar_too_long_keeps_whole_days_and_says_where_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ical, "MOST_EVENTS", 10)
    content = departures_ics(told(shuttle_line()), "en")
    found = events(content)
    assert list(found)[-1] == date(2026, 2, 3)
    assert len(found) == 10
    assert "up to 3 February 2026" in str(Calendar.from_ical(content)["DESCRIPTION"])


def test_the_same_publication_gives_the_same_bytes() -> None:
    assert departures_ics(told(shuttle_line()), "en") == departures_ics(told(shuttle_line()), "en")
