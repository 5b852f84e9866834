"""One departure: when it calls where, whether it runs, and whose word that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from rerail.life.consent import Departure
from rerail.life.journal import Entry
from rerail.line.model import Coach, CoachType, Line, Place, Source
from rerail.web.context import View
from rerail.web.errors import NotFound
from rerail.web.i18n import Words
from rerail.web.site.ask import asked_date
from rerail.web.site.page import Page
from rerail.web.site.status_words import Word, sides, word
from rerail.web.site.strip import strip_of
from rerail.web.site.timetable import gauges, numbers


class Cited(Struct, frozen=True):
    """An entry with the documents behind it."""

    entry: Entry
    sources: tuple[Source, ...]
    addresses: tuple[str, ...]
    """Sources that are no key of the folder's but an address."""


class Drawn(Struct, frozen=True):
    """A place where the plan of a coach draws it, in units of one place."""

    place: Place
    x: int
    y: int


class CoachPlan(Struct, frozen=True):
    """A coach in this train, drawn from above."""

    coach: Coach
    type: CoachType
    places: tuple[Drawn, ...]
    width: int
    height: int
    walls: tuple[int, ...]
    """Columns in front of which a compartment's wall stands."""
    begins: str
    ends: str
    all_the_way: bool


def departure(view: View, train: str, day: str) -> Page:
    """The page at `/{lang}/departures/{train}/{date}`.

    A train that never was, or a date that is none, is not found. A date on which the train is not planned is
    a page that says so: whoever counts on that date must learn it.
    """
    _ = view.words.gettext
    asked = asked_date(day, view)
    if isinstance(asked, str):
        raise NotFound(asked)
    life = view.life
    if train not in life.timetable.train_ids:
        raise NotFound(_("There is no such train on this line; the timetable lists all of them."))
    if asked >= life.window[1]:
        raise NotFound(_("The timetable does not reach that far; choose an earlier date."))
    found = life.departure(train, asked)
    if found is None:
        raise NotFound(_("The train was not in the timetable on this date; choose another date."))
    paper = life.on_paper(train)
    on_paper = asked in paper
    version, line = found.train, found.line
    said = [word(life, train, asked, key, view.words) for key in found.keys]
    return Page(
        view.render(
            "site/departure.html",
            departure=found,
            day=asked,
            on_paper=on_paper,
            numbers=numbers(version),
            strip=strip_of(line, version, asked, view.words),
            verdict=verdict(found, said, view.words) if on_paper else None,
            gone=found.start <= view.now,
            said=[(one, cited(one.entry, line)) for one in said],
            extra=cited(found.special or found.cancelled, line),
            announcements=[cited(entry, line) for entry in found.announcements],
            coaches=[coach_plan(view, found, coach) for coach in version.consist],
            gauges=gauges(line, version),
            before=paper.before(asked),
            after=paper.on_or_after(asked + timedelta(days=1)),
        ),
        keep=on_paper,
    )


def verdict(found: Departure, said: Sequence[Word], words: Words) -> str:
    """Whether a planned departure runs, in one sentence, or the one reason that stops it."""
    _ = words.gettext
    if found.runs:
        return _("This train runs.")
    if found.cancelled is not None:
        return _("This train is cancelled.")
    withdrawn = tuple(one.railway for one in said if one.signal == "stopped")
    if withdrawn:
        return _(
            "This train does not run: consent is withdrawn (%(sides)s).", sides=sides(withdrawn, found.line, words)
        )
    return _(
        "This train does not run: no consent is on record for this date (%(sides)s).",
        sides=sides(found.missing, found.line, words),
    )


def cited(entry: Entry | None, line: Line) -> Cited | None:
    """An entry with the documents behind it; None for none."""
    if entry is None:
        return None
    known = tuple(line.sources[key] for key in entry.sources if key in line.sources)
    return Cited(entry, known, tuple(key for key in entry.sources if key not in line.sources))


def coach_plan(view: View, found: Departure, coach: Coach) -> CoachPlan:
    """The plan of one coach of a departure."""
    line, train = found.line, found.train
    kind = line.coach_types[coach.type]
    places = tuple(Drawn(place, place.column, place.row) for place in kind.places)
    compartments: dict[str, int] = {}
    for place in kind.places:
        if place.compartment is not None:
            compartments[place.compartment] = min(place.column, compartments.get(place.compartment, place.column))
    calls = train.calls
    return CoachPlan(
        coach=coach,
        type=kind,
        places=places,
        width=max((place.column for place in kind.places), default=0) + 1,
        height=max((place.row for place in kind.places), default=0) + 1,
        walls=tuple(sorted(compartments.values())),
        begins=view.text(line.stations[calls[coach.first_call].station].names),
        ends=view.text(line.stations[calls[coach.last_call].station].names),
        all_the_way=(coach.first_call, coach.last_call) == (0, len(calls) - 1),
    )
