"""What a crossing was last known to ask of whom: advice with its source, and how far the knowledge reaches.

Advice, never a verdict: the sentence is "as last known until …; check". A rule that has ended by the day of crossing
is not dropped, for nobody knows that it fell: it is told as the last that was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, get_args

from msgspec import Struct

from rerail.border.model import Passing
from rerail.line.border import EntryRule, RuleKind
from rerail.line.model import Line, Source
from rerail.line.states import canonical
from rerail.line.timing import zone

_KINDS: Final[tuple[RuleKind, ...]] = (
    "not-valid",
    "special-validation",
    "document",
    "valid-beyond",
    "visa",
    "visa-free",
    "voucher",
    "named-list",
    "groups-only",
    "note",
)
"""In the order in which a passenger is told of them: first what keeps one from travelling at all."""

assert set(_KINDS) == set(get_args(RuleKind))


class Known(Struct, frozen=True, kw_only=True):
    """What is known of somebody's document; empty: not yet."""

    nationality: str = ""
    """ICAO 9303 code."""
    issuing_state: str = ""


NOTHING_KNOWN: Final = Known()


class Standing(Struct, frozen=True, kw_only=True):
    """A rule on the day on which a departure goes over its crossing."""

    rule: EntryRule
    day: date
    """On the clock of the control by which one enters, else of the last call before the border."""

    @property
    def lapsed(self) -> bool:
        """Whether nobody knows if the rule still holds on that day."""
        return self.rule.until is not None and self.day >= self.rule.until


class Advice(Struct, frozen=True, kw_only=True):
    """One rule as a passenger is told it, for all crossings of a journey that it is about."""

    rule: EntryRule
    days: tuple[date, ...]
    """Of crossing."""
    lapsed_on: tuple[date, ...]
    """Those for which it is no longer known to hold."""
    sources: tuple[Source, ...]

    @property
    def known_until(self) -> date | None:
        """The last date it was known to hold for; None: no end is known, and `rule.dated` is all that can be said."""
        return None if self.rule.until is None else self.rule.until - timedelta(days=1)

    @property
    def illustrative(self) -> bool:
        """Whether the rule is an illustration; that of its date alone is asked of the rule."""
        return self.rule.illustrative("text")

    @property
    def condition(self) -> bool:
        """Whether it is a condition of sale on any of the days: one that has lapsed is none any more."""
        return self.rule.condition and len(self.lapsed_on) < len(self.days)


def advice(line: Line, passings: Iterable[Passing], known: Known = NOTHING_KNOWN) -> tuple[Advice, ...]:
    """The rules for a journey over these borders, for somebody of whom this is known, in the order to tell them.

    Of what is not known yet every rule is told that may be about it. A rule that is known only from a later day on is
    left out.
    """
    found: dict[str, list[Standing]] = {}
    for passing in passings:
        for standing in standings(line, passing):
            if concerns(standing.rule, known) is not False:
                found.setdefault(standing.rule.id, []).append(standing)
    all_told = [told(line, *on) for on in found.values()]
    return tuple(sorted(all_told, key=lambda one: (not one.condition, one.days[0], _KINDS.index(one.rule.kind))))


def standings(line: Line, passing: Passing) -> Iterator[Standing]:
    """The rules about a departure's crossing in its direction that are known by the day of it, lapsed ones too."""
    day = crossing_day(line, passing)
    for rule in line.border.rules if line.border is not None else ():
        here = rule.crossing == passing.crossing and rule.towards == passing.entering
        its = rule.trains is None or passing.departure.train in rule.trains
        if here and its and (rule.start is None or rule.start <= day):
            yield Standing(rule=rule, day=day)


def crossing_day(line: Line, passing: Passing) -> date:
    """The day of crossing: where one enters, on that control's own clock; at an open border where the train leaves."""
    entering = passing.checkpoint(passing.entering)
    if entering is not None:
        return entering.day
    near = line.trains[passing.departure.train].calls[passing.near_call].station
    return passing.leaves.astimezone(zone(line.stations[near].clock)).date()


def concerns(rule: EntryRule, known: Known) -> bool | None:
    """Whether a rule is about a document; None: not known yet, because the document is not."""
    found = [
        None if not code else canonical(code) in codes
        for codes, code in ((rule.nationalities, known.nationality), (rule.issuers, known.issuing_state))
        if codes is not None
    ]
    if False in found:
        return False
    return None if None in found else True


def told(line: Line, *on: Standing) -> Advice:
    """One rule as it is told for the crossings that it stands on."""
    rule = on[0].rule
    days = dict.fromkeys(one.day for one in on)
    lapsed = dict.fromkeys(one.day for one in on if one.lapsed)
    keys = rule.provenance_of("text").sources
    return Advice(
        rule=rule,
        days=tuple(days),
        lapsed_on=tuple(lapsed),
        sources=tuple(line.sources[key] for key in keys if key in line.sources),
    )
