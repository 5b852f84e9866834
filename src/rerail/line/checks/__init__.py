"""The rules that a line folder is checked by: one function each, whose docstring says what it asks and why.

A rule's name is its function's, with hyphens. Rules look at a `DraftFolder`, in which everything that could be
read is there even if other things are wrong, so that one run finds everything; a few that only warn of coming
dates and of fares that are missing look at the finished `Line`, and those of `lapsing` at the date of today as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from rerail.line.checks import (
    border,
    codes,
    coming_dates,
    crossing_lists,
    entry_rules,
    fares,
    languages,
    lapsing,
    life,
    names,
    rolling_stock,
    running_days,
    selling,
    times,
    track,
    trains,
)
from rerail.line.draft import DraftFolder
from rerail.line.model import Line
from rerail.line.problem import Finding

DraftRule = Callable[[DraftFolder], Iterator[Finding]]
LineRule = Callable[[Line], Iterator[Finding]]
DatedRule = Callable[[Line, date], Iterator[Finding]]

RULES: Final[tuple[DraftRule, ...]] = (
    *names.RULES,
    *languages.RULES,
    *codes.RULES,
    *track.RULES,
    *border.RULES,
    *trains.RULES,
    *times.RULES,
    *running_days.RULES,
    *rolling_stock.RULES,
    *fares.RULES,
    *selling.RULES,
    *crossing_lists.RULES,
    *entry_rules.RULES,
    *life.RULES,
)
"""Rules that can find an error."""

WARNINGS: Final[tuple[DraftRule, ...]] = (
    *languages.WARNINGS,
    *track.WARNINGS,
    *border.WARNINGS,
    *trains.WARNINGS,
    *times.WARNINGS,
    *running_days.WARNINGS,
    *rolling_stock.WARNINGS,
    *selling.WARNINGS,
    *crossing_lists.WARNINGS,
    *life.WARNINGS,
)
"""Rules that can only warn."""

LINE_WARNINGS: Final[tuple[LineRule, ...]] = (*coming_dates.WARNINGS, *fares.LINE_WARNINGS)
"""Rules that can only warn, and look at a line without errors."""

DATED_WARNINGS: Final[tuple[DatedRule, ...]] = lapsing.DATED_WARNINGS
"""Rules that can only warn, and look at a line without errors on a day."""

EVERY_RULE: Final[tuple[Callable[..., Iterator[Finding]], ...]] = (
    *RULES,
    *WARNINGS,
    *LINE_WARNINGS,
    *DATED_WARNINGS,
)


def name_of(rule: Callable[..., Iterator[Finding]]) -> str:
    """ "coach-gauge"."""
    return rule.__name__.replace("_", "-")


def draft_findings(draft: DraftFolder, *, warnings: bool) -> Iterator[tuple[str, Finding]]:
    """What the rules find, each with the rule's name. `warnings=False` leaves out rules that can only warn."""
    for rule in (*RULES, *WARNINGS) if warnings else RULES:
        for finding in rule(draft):
            yield name_of(rule), finding


def line_findings(line: Line) -> Iterator[tuple[str, Finding]]:
    """What the rules find that look at a finished line, each with the rule's name."""
    for rule in LINE_WARNINGS:
        for finding in rule(line):
            yield name_of(rule), finding


def dated_findings(line: Line, today: date) -> Iterator[tuple[str, Finding]]:
    """What the rules find that look at a finished line on a day, each with the rule's name."""
    for rule in DATED_WARNINGS:
        for finding in rule(line, today):
            yield name_of(rule), finding
