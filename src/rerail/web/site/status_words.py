"""The plain sentences: what runs and since when, or why it does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from rerail.life.consent import Key, Life
from rerail.life.journal import Entry
from rerail.life.status import Status
from rerail.line.model import Line, RailwayId, TrainId
from rerail.web.i18n import Words, date_as_known, date_words
from rerail.web.site.running_words import listed

Signal = Literal["running", "stopped", "unknown", "announced"]
"""The state as a signal shows it; words always stand beside it."""


class Sentence(Struct, frozen=True):
    """What a page says of a route."""

    signal: Signal
    headline: str
    more: tuple[str, ...] = ()


def sentence(status: Status, line: Line, words: Words, today: date) -> Sentence:
    """The state of a route as one would tell it to a passenger at the counter."""
    announced = tuple(announced_words(status, line, words)) if status.announced is not None else ()
    if status.kind == "running":
        return Sentence("running", _running(status, words, today))
    if status.kind == "suspended":
        return Sentence("stopped", _suspended(status, line, words), announced)
    if status.kind == "lapsed":
        return Sentence("unknown", _lapsed(status, words, today), announced)
    if status.kind == "never":
        return Sentence("announced" if announced else "stopped", _never(status, line, words), announced)
    return Sentence("stopped", words.gettext("The railways agree, but no departure is planned."), announced)


def _running(status: Status, words: Words, today: date) -> str:
    _ = words.gettext
    if status.since is None:
        return _("Running.")
    day = date_words(status.since, words.language)
    if status.since > today:
        return _("Runs from %(date)s on.", date=day)
    return _("Running since %(date)s.", date=day)


def _suspended(status: Status, line: Line, words: Words) -> str:
    _ = words.gettext
    assert status.since is not None  # a suspension has a date
    day = date_as_known(status.since, status.precision, words.language)
    return _("Suspended since %(date)s at the request of %(side)s.", date=day, side=sides(status.missing, line, words))


def _lapsed(status: Status, words: Words, today: date) -> str:
    _ = words.gettext
    assert status.since is not None  # it lapsed on a date
    last = status.since - timedelta(days=1)
    day = date_words(last, words.language)
    if today.year > last.year:
        return _(
            "Whether it runs in %(year)d is not known: no consent is on record after %(date)s.",
            year=today.year,
            date=day,
        )
    return _("Whether it runs now is not known: no consent is on record after %(date)s.", date=day)


def _never(status: Status, line: Line, words: Words) -> str:
    _ = words.gettext
    side = sides(status.missing, line, words)
    return _("Does not run: no consent of %(side)s is on record.", side=side)


def announced_words(status: Status, line: Line, words: Words) -> list[str]:
    """ "Announced for July 2024; the Korean side's consent is not recorded."."""
    _ = words.gettext
    entry = status.announced
    assert entry is not None
    day = date_as_known(entry.start, entry.precision, words.language, alone=True)
    if not status.missing:
        return [_("Announced for %(date)s.", date=day)]
    side = sides(status.missing, line, words)
    return [_("Announced for %(date)s; consent not recorded: %(side)s.", date=day, side=side)]


def sides(railways: tuple[RailwayId, ...], line: Line, words: Words) -> str:
    """ "the Russian side and the Korean side"."""
    return listed([line.text(line.railways[one].side, words.language) for one in railways], words)


class Word(Struct, frozen=True, kw_only=True):
    """One railway's word on a departure, as a passenger reads it."""

    railway: RailwayId
    signal: Signal
    says: str
    entry: Entry | None
    earlier: bool
    """Whether the entry is older than consents that have since run out: nobody withdrew those."""


def word(life: Life, train: TrainId, service_date: date, key: Key, words: Words) -> Word:
    """A railway's word in words.

    A withdrawal until further notice still covers the dates after later consents have run out. What a
    passenger should hear then is that nothing is on record, not who withdrew years before.
    """
    _ = words.gettext
    earlier = False
    if key.entry is not None and not key.consent:
        last = life.consent(key.railway, train).before(service_date)
        earlier = last is not None and last >= key.entry.start
    signal: Signal = "running"
    says = _("consents")
    if not key.consent:
        withdrawn = key.entry is not None and not earlier
        signal = "stopped" if withdrawn else "unknown"
        says = _("consent withdrawn") if withdrawn else _("no consent on record")
    return Word(railway=key.railway, signal=signal, says=says, entry=key.entry, earlier=earlier)


def kind_words(entry: Entry, words: Words) -> str:
    """What an entry does, as a heading."""
    _ = words.gettext
    return {
        "grant": _("Consent given"),
        "withdraw": _("Consent withdrawn"),
        "special": _("Special train"),
        "cancel": _("Cancelled"),
        "announce": _("Announced"),
        "note": _("For the record"),
    }[entry.kind]
