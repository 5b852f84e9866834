"""Whoever subscribes reads what was said, who said it, and what the railways decided."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import msgspec
import pytest
from atom_rules import ATOM, breaches
from two_clocks import BEGINNING, KNOWN, MADE_UP, a_line, a_train, an_entry, published

from rerail.life.consent import Life
from rerail.life.journal import Entry
from rerail.life.timetable import Edition
from rerail.line.model import Line, Notice, Source
from rerail.publish.atom import notices_atom
from rerail.publish.publication import Publication


def told(line: Line | list[Edition], *entries: Entry, demo: bool = False) -> Publication:
    """The line on 1 February 2026."""
    return published(line, *entries, today=date(2026, 2, 1), until=date(2026, 3, 1), demo=demo)


def notice(name: str, **more: Any) -> Notice:
    fields: dict[str, Any] = {
        "provenance": KNOWN,
        "id": name,
        "title": {"en": "Trains resume", "ru": "Поезда возобновляются"},
        "text": {"en": "Trains are to resume.", "ru": "Поезда возобновят движение."},
        "published": date(2024, 6, 26),
    }
    return Notice(**{**fields, **more})


def line_with(*notices: Notice, **more: Any) -> Line:
    here, there = "Asia/Vladivostok", "Asia/Pyongyang"
    shuttle = a_train(
        "shuttle",
        ("hither", None, 0),
        ("yonder", 18, None),
        leaves="15:30",
        timed_by=here,
        start=date(2026, 1, 1),
        railways=("home", "abroad"),
    )
    return msgspec.structs.replace(a_line(shuttle, here=here, there=there), notices=notices, **more)


def feed_of(line: Line | list[Edition], *entries: Entry, language: str = "en", demo: bool = False) -> Any:
    """The feed as a reader understands it, once it has been found to keep the rules."""
    content = notices_atom(told(line, *entries, demo=demo), language)
    assert breaches(content) == []
    read = feedparser.parse(content)
    assert not read.bozo
    return read


def entry_of(feed: Any, part: str) -> Any:
    (found,) = [entry for entry in feed.entries if part in entry.id]
    return found


def test_who_said_it_is_the_author_and_who_reported_it_a_contributor() -> None:
    said = notice(
        "announcement",
        said_by={"en": "Governor", "ru": "Губернатор"},
        said_at={"en": "at a festival", "ru": "на фестивале"},
        said_on=date(2024, 6, 26),
        reported_by="Interfax",
    )
    entry = entry_of(feed_of(line_with(said)), "announcement")
    assert entry.author == "Governor"
    assert [person.name for person in entry.contributors] == ["Interfax"]
    assert "Governor, at a festival, 26 June 2024" in entry.content[0].value
    assert (entry.published, entry.updated) == ("2024-06-26T00:00:00Z", "2024-06-26T00:00:00Z")


def test_a_notice_only_reported_has_its_reporter_as_author_and_one_of_nobody_the_feed_s() -> None:
    feed = feed_of(line_with(notice("reported", reported_by="KBS World"), notice("nobody")))
    assert entry_of(feed, "reported").author == "KBS World"
    assert "author" not in entry_of(feed, "nobody") or entry_of(feed, "nobody").author == feed.feed.author


def test_the_same_feed_in_russian_has_its_own_ids_and_leads_to_the_russian_pages() -> None:
    line = line_with(notice("one", related=("other",)), notice("other"))
    english, russian = feed_of(line), feed_of(line, language="ru")
    assert entry_of(russian, "one").title == "Поезда возобновляются"
    assert entry_of(russian, "one").link == "https://trains.example/ru/notices/one"
    assert "https://trains.example/ru/notices/other" in [link.href for link in entry_of(russian, "notices/one").links]
    assert russian.feed.links[0].href == "https://trains.example/feeds/notices.atom?lang=ru"
    assert not {entry.id for entry in english.entries} & {entry.id for entry in russian.entries}


def test_ids_do_not_change_from_day_to_day() -> None:
    line = line_with(notice("one"))
    first = feed_of(line)
    later = feedparser.parse(notices_atom(published(line, today=date(2026, 9, 1), until=date(2026, 10, 1)), "en"))
    assert [entry.id for entry in first.entries] == [entry.id for entry in later.entries]
    assert entry_of(first, "notices/one").id == "tag:trains.example,2026:two-clocks/notices/one/en"


def test_a_notice_that_a_new_edition_changes_is_updated_then_and_its_neighbour_is_not() -> None:
    changed = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
    old = line_with(notice("one"), notice("other"))
    new = line_with(notice("one", text={"en": "Later than thought.", "ru": "Позже."}), notice("other"))
    again = Edition(3, new, datetime(2026, 1, 20, tzinfo=UTC))
    feed = feed_of([Edition(1, old, BEGINNING), Edition(2, new, changed), again])
    assert entry_of(feed, "notices/one").updated == "2026-01-15T08:30:00Z"
    assert entry_of(feed, "notices/other").updated == "2024-06-26T00:00:00Z"
    assert feed.feed.updated == "2026-01-15T08:30:00Z"


def test_a_suspension_is_told_with_its_side_its_dates_and_its_reason() -> None:
    suspended = an_entry(
        "withdraw",
        "abroad",
        date(2026, 2, 1),
        seq=2,
        id="suspension",
        precision="month",
        known=datetime(2026, 1, 30, 9, 0, tzinfo=UTC),
        recorded=datetime(2026, 1, 30, 9, 0, tzinfo=UTC),
        reason={"en": "Suspended because of the pandemic.", "ru": "Приостановлено из-за пандемии."},
        document="Telegram 17",
        sources=("https://railway.example/17",),
    )
    entry = entry_of(feed_of(line_with(), suspended), "suspension")
    assert entry.title == "Suspended by the abroad side, from February 2026"
    assert "because of the pandemic" in entry.content[0].value
    assert "Telegram 17" in entry.content[0].value
    assert entry.link == "https://trains.example/en/history?before=3#entry-2"
    assert [link.href for link in entry.links if link.rel == "via"] == ["https://railway.example/17"]
    entry = entry_of(feed_of(line_with(), suspended, language="ru"), "suspension")
    assert entry.title == "Движение приостановлено: сторона abroad, с февраля 2026 года"


def test_an_extra_train_and_the_consents_to_it_are_one_entry() -> None:
    day, after = date(2026, 2, 10), date(2026, 2, 11)
    feed = feed_of(
        line_with(),
        an_entry("special", None, day, after, trains=("shuttle",), id="extra"),
        an_entry("grant", "home", day, after, trains=("shuttle",), id="extra-home"),
        an_entry("grant", "abroad", day, after, trains=("shuttle",), id="extra-abroad"),
    )
    extra = [entry for entry in feed.entries if "extra" in entry.id]
    assert [entry.title for entry in extra] == ["Extra train, 10 February 2026"]
    assert "the home side, the abroad side" in extra[0].content[0].value


def test_an_announcement_of_a_month_is_told_as_a_month() -> None:
    announced = an_entry("announce", None, date(2024, 7, 1), date(2024, 8, 1), precision="month", id="july")
    assert entry_of(feed_of(line_with(), announced), "july").title == "Announced: July 2024"
    assert entry_of(feed_of(line_with(), announced, language="ru"), "july").title == "Объявлено: июль 2024 года"


def test_the_newest_stands_first() -> None:
    feed = feed_of(line_with(notice("old", published=date(2020, 2, 1)), notice("new", published=date(2025, 5, 8))))
    stamps = [entry.updated for entry in feed.entries]
    assert stamps == sorted(stamps, reverse=True)
    assert "notices/new" in feed.entries[0].id


def test_what_is_illustrative_is_said_to_be() -> None:
    marked = notice("undated", figures={"published": MADE_UP})
    ends = an_entry("grant", "home", date(2024, 12, 16), date(2026, 1, 1), id="ends", illustrative_fields=("until",))
    feed = feed_of(line_with(marked, notice("dated")), ends)
    assert "illustrative" in entry_of(feed, "undated").content[0].value
    assert "illustrative" not in entry_of(feed, "/dated").content[0].value
    assert "The end of these dates is illustrative." in entry_of(feed, "ends").content[0].value


def test_a_demonstration_says_so_in_the_feed_and_in_its_own_entries() -> None:
    season = an_entry("grant", "home", date(2026, 1, 1), id="season", origin="demo")
    feed = feed_of(line_with(notice("real")), season, demo=True)
    assert "demonstration" in feed.feed.title
    assert "Do not travel by it" in feed.feed.subtitle
    assert entry_of(feed, "season").title.startswith("Demonstration:")
    assert entry_of(feed, "real").title == "Trains resume"


def test_a_reason_with_a_control_character_and_markup_does_not_break_the_feed() -> None:
    typed = an_entry("withdraw", "home", date(2026, 2, 1), id="typed", reason={"en": "bridge <closed> & \x07 wet\x00"})
    assert entry_of(feed_of(line_with(), typed), "typed").content[0].type == "text/plain"
    contents = [
        one.text or "" for one in ET.fromstring(notices_atom(told(line_with(), typed), "en")).iter(f"{ATOM}content")
    ]
    assert any(text.startswith("bridge <closed> & \ufffd wet\ufffd") for text in contents)


def test_a_document_of_the_folder_is_linked_where_it_has_an_address() -> None:
    sources = {
        "S1": Source(id="S1", title="A notice", url="https://railway.example/notice"),
        "S2": Source(id="S2", title="A book"),
    }
    line = line_with(notice("one", provenance=msgspec.structs.replace(KNOWN, sources=("S1", "S2"))), sources=sources)
    links = entry_of(feed_of(line), "notices/one").links
    assert [link.href for link in links if link.rel == "via"] == ["https://railway.example/notice"]


def test_a_line_of_which_nothing_was_said_is_still_a_feed() -> None:
    line = line_with()
    publication = told(line)
    life = Life(publication.life.timetable, (), publication.life.window)
    silent = msgspec.structs.replace(publication, life=life)
    content = notices_atom(silent, "en")
    assert breaches(content) == []
    read = feedparser.parse(content)
    assert read.entries == []
    assert read.feed.updated == "2000-01-01T00:00:00Z"


@pytest.mark.parametrize("name", ["id", "updated", "title"])
def test_the_rules_notice_a_feed_that_breaks_them(name: str) -> None:
    content = notices_atom(told(line_with(notice("one"))), "en").decode()
    broken = content.replace(f"<{name}>", f"<x{name}>").replace(f"</{name}>", f"</x{name}>")
    assert breaches(broken.encode()) != []
