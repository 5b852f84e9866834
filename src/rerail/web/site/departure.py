"""One departure: when it calls where, whether it runs, and whose word that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup
from msgspec import Struct

from rerail.life.consent import Departure
from rerail.life.journal import Entry
from rerail.line.model import Coach, CoachType, Line, Source
from rerail.web.context import View
from rerail.web.drawing.clocks import clock_strip
from rerail.web.drawing.coach_plan import coach_plan
from rerail.web.drawing.svg import both
from rerail.web.errors import NotFound
from rerail.web.i18n import Words
from rerail.web.papers_before import PapersBefore, Way, papers_before
from rerail.web.shop.links import tickets
from rerail.web.site.ask import asked_date
from rerail.web.site.at_the_border import at_the_border
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


class CoachesAlike(Struct, frozen=True):
    """Coaches of one type that are in the train over the same calls: one plan serves them all."""

    numbers: tuple[str, ...]
    type: CoachType
    illustrative: bool
    plan: Markup
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
            tickets=tickets(view, found) if on_paper else None,
            papers=papers_of(view, found) if on_paper else None,
            said=[(one, cited(one.entry, line)) for one in said],
            extra=cited(found.special or found.cancelled, line),
            announcements=[cited(entry, line) for entry in found.announcements],
            clocks=clocks_of(view, found) if on_paper else None,
            border=at_the_border(line, version, asked, view.words) if on_paper else (),
            coaches=coaches_of(view, found) if on_paper else [],
            gauges=gauges(line, version),
            before=paper.before(asked),
            after=paper.on_or_after(asked + timedelta(days=1)),
        ),
        keep=on_paper,
    )


def papers_of(view: View, found: Departure) -> PapersBefore | None:
    """What the borders of a departure ask of travel documents; those of its named list too, if only groups take it."""
    train = found.train
    way = Way(found.line, train, found.service_date, 0, len(train.calls) - 1)
    return papers_before(view, (way,), on_named_list=train.groups_only)


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


def coaches_of(view: View, found: Departure) -> list[CoachesAlike]:
    """The coaches of a departure, with a plan for each kind of them."""
    line, train = found.line, found.train
    alike: dict[tuple[str, int, int], list[Coach]] = {}
    for coach in train.consist:
        alike.setdefault((coach.type, coach.first_call, coach.last_call), []).append(coach)
    return [
        CoachesAlike(
            numbers=tuple(coach.number for coach in coaches),
            type=kind,
            illustrative=kind.illustrative("plan") or any(coach.provenance.illustrative for coach in coaches),
            plan=_plan(view, line, kind, f"coach-{coaches[0].number}"),
            begins=view.text(line.stations[train.calls[first].station].names),
            ends=view.text(line.stations[train.calls[last].station].names),
            all_the_way=(first, last) == (0, len(train.calls) - 1),
        )
        for (type_id, first, last), coaches in alike.items()
        for kind in (line.coach_types[type_id],)
    ]


def _plan(view: View, line: Line, kind: CoachType, name: str) -> Markup:
    label = view.words.gettext("Plan of the coach: %(coach)s", coach=view.text(kind.names))
    return both(lambda layout: coach_plan(line, kind, view.words, layout, name), label)


def clocks_of(view: View, found: Departure) -> Markup | None:
    """The clocks along the way, drawn, where the train meets more than one."""
    line, train = found.line, found.train
    if len({line.stations[call.station].clock for call in train.calls}) < 2:
        return None
    label = view.words.gettext("The clocks along the way")
    return both(lambda layout: clock_strip(line, train, found.service_date, view.words, layout), label)
