"""What the drawing of the life shows: for each route whose word held when, what ran, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Final, Literal

from msgspec import Struct

from rerail.life.consent import Life
from rerail.life.journal import Entry
from rerail.line.dates import NO_DATES, Dates
from rerail.line.model import RailwayId, RouteId, TrainId
from rerail.web.drawing.line_facts import marked
from rerail.web.i18n import Words, date_as_known, date_words

State = Literal["granted", "part", "withdrawn"]
"""`part`: granted for some trains of the route. What is in no state is not on record."""

MOST_ROUTES: Final = 12
_ABOUT: Final = timedelta(days=45)


class Span(Struct, frozen=True):
    """Dates [start, until) on which a railway's word is the same."""

    start: date
    until: date | None
    state: State
    illustrative: bool
    made_up_start: bool = False
    """Whether the day on which it begins is an illustration, though the word itself is on record."""
    made_up_until: bool = False


class Lane(Struct, frozen=True):
    """One railway's consent for the trains of a route."""

    railway: RailwayId
    name: str
    spans: tuple[Span, ...]


class Band(Struct, frozen=True, kw_only=True):
    """The life of one route."""

    route: RouteId
    name: str
    trains: tuple[TrainId, ...]
    lanes: tuple[Lane, ...]
    agreed: Dates
    """Where every railway consents, for at least one train."""
    runs: Dates
    idle: Dates
    """Planned, and does not run."""
    specials: Dates
    cancelled: Dates
    announced: tuple[Entry, ...]


class Event(Struct, frozen=True):
    """Something that happened, on the date from which it counts."""

    day: date
    when: str
    what: str
    rank: int
    """The lower, the sooner it is named where there is no room for all."""
    trains: frozenset[TrainId] | None
    """None: all."""


class LifeFacts(Struct, frozen=True, kw_only=True):
    """Everything that the drawing of a life shows, in one language."""

    words: Words
    bands: tuple[Band, ...]
    events: tuple[Event, ...]
    today: date
    known: date | None
    start: date
    until: date
    changes: tuple[date, ...]
    """The dates at which something begins or ends, sorted: what lies far between two of them is quiet."""


def life_facts(life: Life, words: Words, now: datetime, routes: Sequence[RouteId] | None = None) -> LifeFacts:
    """The life of some routes (default: those that cross a border; if none does, all) at an instant (UTC)."""
    today = now.date()
    chosen = tuple(routes) if routes is not None else _routes(life)
    bands = tuple(band for route in chosen if (band := _band(life, words, route)) is not None)
    trains = frozenset(train for band in bands for train in band.trains)
    entries = [one for one in life.entries if one.trains is None or trains & set(one.trains)]
    latest = today + timedelta(days=500)
    changes = {today, *([life.known] if life.known else [])}
    for entry in entries:
        changes.update(day for day in (entry.start, entry.until) if day is not None and life.window[0] <= day <= latest)
    return LifeFacts(
        words=words,
        bands=bands,
        events=tuple(_events(life, words, entries)),
        today=today,
        known=life.known,
        start=min(changes) - _ABOUT,
        until=max(changes) + _ABOUT,
        changes=tuple(sorted(changes)),
    )


def _routes(life: Life) -> tuple[RouteId, ...]:
    """Routes over a border, the principal one first; all routes of a line without one."""
    line = life.line
    crossing = {train.route for train in line.trains.values() if len(train.railways) > 1}
    every = [route for route in line.routes.values() if any(train.route == route.id for train in line.trains.values())]
    chosen = [route for route in every if route.id in crossing] or every
    chosen.sort(key=lambda route: not route.principal)
    return tuple(route.id for route in chosen[:MOST_ROUTES])


def _band(life: Life, words: Words, route: RouteId) -> Band | None:
    line = life.line
    trains = tuple(train for train in line.trains.values() if train.route == route)
    if not trains:
        return None
    ids = tuple(train.id for train in trains)
    railways = tuple(dict.fromkeys(railway for train in trains for railway in train.railways))
    agreed = NO_DATES
    for train in trains:
        agreed |= reduce(and_, (life.consent(railway, train.id) for railway in train.railways), Dates.always())
    concerning = [one for one in life.entries if any(one.concerns(train) for train in ids)]
    return Band(
        route=route,
        name=line.text(line.routes[route].names, words.language),
        trains=ids,
        lanes=tuple(
            Lane(
                railway,
                line.text(line.railways[railway].short_names, words.language),
                tuple(_spans(life, railway, [train.id for train in trains if railway in train.railways])),
            )
            for railway in railways
        ),
        agreed=agreed,
        runs=_all(life.runs(train) for train in ids),
        idle=_all(life.planned(train) - life.runs(train) for train in ids),
        specials=_all(one.dates.within(*life.window) for one in concerning if one.kind == "special"),
        cancelled=_all(life.on_paper(train) - life.planned(train) for train in ids),
        announced=tuple(one for one in concerning if one.kind == "announce"),
    )


def _all(sets: Iterable[Dates]) -> Dates:
    return reduce(or_, sets, NO_DATES)


def _spans(life: Life, railway: RailwayId, trains: Sequence[TrainId]) -> list[Span]:
    """A railway's word for the trains of a route, as stretches of dates."""
    words = [_word(life, railway, train) for train in trains]
    everywhere = reduce(and_, (granted for granted, _, _ in words))
    somewhere = _all(granted for granted, _, _ in words)
    states: tuple[tuple[State, Dates], ...] = (
        ("granted", everywhere),
        ("part", somewhere - everywhere),
        ("withdrawn", _all(withdrawn for _, withdrawn, _ in words) - somewhere),
    )
    made_up = _all(illustrative for _, _, illustrative in words)
    own = [one for one in life.entries if one.railway == railway and any(one.concerns(train) for train in trains)]
    starts = {one.start for one in own if "start" in one.illustrative_fields}
    ends = {one.until for one in own if "until" in one.illustrative_fields}
    spans = [
        Span(start, until, state, illustrative, start in starts, until in ends)
        for state, dates in states
        for illustrative, part in ((False, dates - made_up), (True, dates & made_up))
        for start, until in part.intervals()
    ]
    return sorted(spans, key=lambda span: span.start)


def _word(life: Life, railway: RailwayId, train: TrainId) -> tuple[Dates, Dates, Dates]:
    """The dates a railway grants, those it has withdrawn, and those of either that are illustrations.

    A withdrawal until further notice that a later grant overrules for a season does not come back when the
    season is over: then nothing is on record. Consent to a special's own date is no such season.
    """
    granted = withdrawn = made_up = NO_DATES
    specials = life.specials(train)
    for entry in life.entries:
        if entry.railway != railway or not entry.concerns(train) or entry.kind not in ("grant", "withdraw"):
            continue
        dates = entry.dates
        if entry.kind == "grant":
            if entry.until is not None and dates - specials and withdrawn & dates:
                withdrawn -= Dates.between(entry.until, None)
            granted, withdrawn = granted | dates, withdrawn - dates
        else:
            granted, withdrawn = granted - dates, withdrawn | dates
        made_up = made_up | dates if entry.illustrative else made_up - dates
    return granted, withdrawn, made_up


_RANK: Final = {"special": 0, "announce": 1, "withdraw": 0, "cancel": 3, "grant": 2, "note": 3}


def _events(life: Life, words: Words, entries: Sequence[Entry]) -> list[Event]:
    """What happened, once for each date: of several entries the one that says most speaks for all."""
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(_told(entry), []).append(entry)
    found = []
    for day, together in sorted(by_day.items()):
        # Of two equal entries the later one knows more.
        first = min(together, key=lambda entry: (entry.illustrative, _RANK[entry.kind], -entry.seq))
        trains: frozenset[TrainId] | None = frozenset()
        for entry in together:
            trains = None if trains is None or entry.trains is None else trains | set(entry.trains)
        field = "known" if first.kind == "announce" else "start"
        made_up = first.illustrative or field in first.illustrative_fields
        found.append(
            Event(
                day,
                marked(_capital(_when(first, words)), made_up),
                life.line.text(first.reason, words.language),
                _RANK[first.kind] + (4 if first.illustrative else 3 if made_up else 0),
                trains,
            )
        )
    return found


def _told(entry: Entry) -> date:
    """The day of an entry as an event: an announcement is one when it is heard, not when it is for."""
    return entry.known.date() if entry.kind == "announce" else entry.start


def _when(entry: Entry, words: Words) -> str:
    if entry.precision == "day" or entry.kind == "announce":
        return date_words(_told(entry), words.language)
    return date_as_known(entry.start, entry.precision, words.language, alone=True)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
