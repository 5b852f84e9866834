"""The history and the demonstration season: entries that say what they decide, and do not contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from typing import Final

from rerail.line.draft import DraftFolder, Placed
from rerail.line.model import Decision
from rerail.line.problem import At, Finding, error, warning


def entry_railway(draft: DraftFolder) -> Iterator[Finding]:
    """A consent, granted or withdrawn, is one railway's."""
    for placed in _entries(draft):
        if placed.value.kind in ("grant", "withdraw") and placed.value.railway is None:
            fix = f'Add railway = "…", one of {", ".join(draft.railways)}.'
            yield error(placed.at, f"a {placed.value.kind} has no railway.", fix)


def entry_trains(draft: DraftFolder) -> Iterator[Finding]:
    """A special adds a date to a train, so it names one; a list of trains that is empty names none at all."""
    for placed in _entries(draft):
        if placed.value.trains == ():
            fix = "Name trains, or leave the key out for all trains."
            yield error(placed.at.key("trains"), "the list of trains is empty.", fix)
        elif placed.value.kind == "special" and placed.value.trains is None:
            yield error(placed.at, "a special has no trains.", 'Add trains = ["…"]: a date is added to a train.')


def entry_interval(draft: DraftFolder) -> Iterator[Finding]:
    """An entry ends after it begins: `until` is the first date that it no longer covers."""
    for placed in _entries(draft):
        start, until = placed.value.start, placed.value.until
        if until is not None and until <= start:
            days = (until - start).days
            message = "it ends before it begins." if days < 0 else "it ends on the day it begins, and covers no date."
            yield error(placed.at.key("until"), message, "until is the first date no longer covered.")


def overlapping_history(draft: DraftFolder) -> Iterator[Finding]:
    """Of two entries known at the same instant, none says the opposite of the other for the same train and date.

    The later entry wins, and nobody can say which of these is the later.
    """
    for entries in (draft.history, draft.season):
        groups: dict[tuple[object, ...], list[Placed[Decision]]] = {}
        for placed in entries:
            kind = placed.value.kind
            if kind in ("grant", "withdraw"):
                groups.setdefault((placed.value.known, placed.value.railway), []).append(placed)
            elif kind in ("special", "cancel"):
                groups.setdefault((placed.value.known, "runs"), []).append(placed)
        for group in groups.values():
            yield from _contradictions(group)


def _contradictions(group: Sequence[Placed[Decision]]) -> Iterator[Finding]:
    kinds: dict[str, list[tuple[int, Placed[Decision]]]] = {}
    for index, placed in enumerate(group):
        kinds.setdefault(placed.value.kind, []).append((index, placed))
    if len(kinds) < 2:
        return
    for pair in product(*kinds.values()):
        (_, before), (_, after) = sorted(pair, key=lambda numbered: numbered[0])
        first, second = before.value, after.value
        if _overlap(first, second):
            message = (
                f'"{second.id}" is a {second.kind} and "{first.id}" a {first.kind} for the same trains and dates, '
                "and both became known at the same time."
            )
            yield error(after.at, message, "Correct known, the dates or the trains of one of them.")


def _overlap(first: Decision, second: Decision) -> bool:
    if () in (first.trains, second.trains):
        return False
    if first.trains is not None and second.trains is not None and not set(first.trains) & set(second.trains):
        return False
    return first.start < (second.until or date.max) and second.start < (first.until or date.max)


def consent_never_asked(draft: DraftFolder) -> Iterator[Finding]:
    """A consent that names trains is of a railway that they run on."""
    trains = {train.id: train for train in draft.trains}
    for placed in _entries(draft):
        entry = placed.value
        if entry.kind not in ("grant", "withdraw") or entry.railway not in draft.railways:
            continue
        for index, name in enumerate(entry.trains or ()):
            train = trains.get(name)
            if train is not None and train.ways and None not in train.ways and entry.railway not in train.railways:
                message = f'"{name}" does not run on "{entry.railway}", whose consent it does not need.'
                yield warning(placed.at.key("trains").item(index), message, "Check the railway and the train.")


def season_illustrative(draft: DraftFolder) -> Iterator[Finding]:
    """A demonstration season is illustrative, all of it: nobody may take it for the life of a real train."""
    if any(not placed.value.provenance.illustrative for placed in draft.season):
        fix = "Write illustrative = true at the top of the file, and no source."
        yield error(At("demo-season.toml"), "not every entry says that it is illustrative.", fix)


def _entries(draft: DraftFolder) -> Iterator[Placed[Decision]]:
    yield from draft.history
    yield from draft.season


RULES: Final = (entry_railway, entry_trains, entry_interval, overlapping_history, season_illustrative)
WARNINGS: Final = (consent_never_asked,)
