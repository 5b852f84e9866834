"""The life of the service: who let it run, who stopped it, when that became known, and on which document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from rerail.life.consent import Key, Life
from rerail.life.journal import Entry
from rerail.line.model import RailwayId, Train
from rerail.web.context import View
from rerail.web.i18n import Words, date_as_known, date_words
from rerail.web.site.ask import Field, asked_date
from rerail.web.site.departure import Cited, cited
from rerail.web.site.drawings import life_of_the_service
from rerail.web.site.page import Page
from rerail.web.site.status_words import kind_words

FIELDS: Final = ("known", "on", "before")
MOST_ENTRIES: Final = 40
FEWEST_ENTRIES: Final = 6
ROOM: Final = 50_000
"""Bytes for the drawing and the entries together: a page is to stay below 60 kB on a slow link."""

BYTES_PER_ENTRY: Final = 1_300
MOST_TRAINS: Final = 40


class Told(Struct, frozen=True):
    """An entry as the list prints it."""

    cited: Cited
    kind: str
    dates: str
    until_illustrative: bool
    railway: str | None
    trains: tuple[str, ...] | None
    """Names of the trains; None: all trains."""

    @property
    def entry(self) -> Entry:
        """The entry itself."""
        return self.cited.entry


class Held(Struct, frozen=True):
    """What held for a train on a date."""

    train: Train
    planned: bool
    runs: bool
    keys: Mapping[RailwayId, Key]
    """Of the railways that the train crosses."""


def history(view: View) -> Page:
    """The page at `/{lang}/history`, `?known=DATE&on=DATE` for what held as known on a day."""
    known_field, known = _asked(view, "known")
    on_field, on = _asked(view, "on")
    wrong = bool(known_field.error or on_field.error)
    asked = known is not None or on is not None
    life = view.snapshot.life(view.now.date(), known) if asked and not wrong else view.life
    before = view.query.get("before", "")
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else None
    entries = [entry for entry in reversed(life.entries) if last is None or entry.seq < last]
    drawing = life_of_the_service(view, life) if last is None else Markup()
    shown = entries[: _entries_beside(drawing)]
    return Page(
        view.render(
            "site/history.html",
            drawing=drawing,
            known=known_field,
            on=on_field,
            known_day=known,
            on_day=on or view.today,
            held=held(life, on or view.today) if asked and not wrong else (),
            asked=asked and not wrong,
            entries=[told(view, entry) for entry in shown],
            older=shown[-1].seq if len(entries) > len(shown) else None,
            newest=last is None,
        ),
        drawings=(drawing,),
        keep=not asked and last is None,
    )


def _entries_beside(drawing: Markup) -> int:
    """How many entries there is room for on a page with this drawing; the older ones are on the next page."""
    room = ROOM - len(drawing.encode())
    return max(FEWEST_ENTRIES, min(MOST_ENTRIES, room // BYTES_PER_ENTRY))


def _asked(view: View, name: str) -> tuple[Field, date | None]:
    text = view.query.get(name, "")
    if not text:
        return Field(), None
    day = asked_date(text, view)
    return (Field(text, day), None) if isinstance(day, str) else (Field(day.isoformat()), day)


def held(life: Life, day: date) -> Sequence[Held]:
    """What holds for each train on a date, under the entries that this life knows."""
    found = []
    for train_id in life.timetable.train_ids[:MOST_TRAINS]:
        departure = life.departure(train_id, day) if day < life.window[1] else None
        if departure is not None:
            keys = {key.railway: key for key in departure.keys}
            found.append(Held(departure.train, departure.planned, departure.runs, keys))
    return found


def told(view: View, entry: Entry) -> Told:
    """An entry in the reader's language."""
    source = cited(entry, view.line)
    assert source is not None
    trains = None
    if entry.trains is not None:
        trains = tuple(_train_name(view, train) for train in entry.trains)
    railway = view.line.railways.get(entry.railway) if entry.railway is not None else None
    return Told(
        cited=source,
        kind=kind_words(entry, view.words),
        dates=dates_words(entry, view.words),
        until_illustrative="until" in entry.illustrative_fields and not entry.illustrative,
        railway=view.text(railway.names) if railway is not None else entry.railway,
        trains=trains,
    )


def _train_name(view: View, train: str) -> str:
    known = view.line.trains.get(train)
    return view.text(known.names) if known is not None else train


def dates_words(entry: Entry, words: Words) -> str:
    """The service dates that an entry covers, no more exactly than they are known."""
    _ = words.gettext
    start = date_as_known(entry.start, entry.precision, words.language)
    if entry.until is None:
        return _("from %(date)s until further notice", date=start)
    last = entry.until - timedelta(days=1)
    if last == entry.start:
        return date_words(last, words.language)
    if entry.precision == "month" and _is_month(entry.start, entry.until):
        return date_as_known(entry.start, "month", words.language, alone=True)
    return _("from %(first)s to %(last)s", first=start, last=date_words(last, words.language))


def _is_month(start: date, until: date) -> bool:
    return start.day == 1 and until == (start + timedelta(days=32)).replace(day=1)
