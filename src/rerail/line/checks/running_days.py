"""Running days: rules that are RFC 5545's, and dates that they meet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from rerail.line.draft import DraftFolder, DraftTrain
from rerail.line.model import Provenance, Rule, RunningDays
from rerail.line.problem import Finding, error, warning
from rerail.line.recurrence import fault, first_date
from rerail.line.running import running_dates


def running_rule(draft: DraftFolder) -> Iterator[Finding]:
    """A rule of running days is an RRULE of RFC 5545 that speaks of dates alone and gives at least one."""
    for train in draft.trains:
        for at, rule in zip(train.rules_at, train.running_days.rules, strict=True):
            wrong = fault(rule.rrule, rule.start)
            if wrong is not None:
                yield error(at.key("rrule"), *wrong)


def rule_start(draft: DraftFolder) -> Iterator[Finding]:
    """A rule starts on a date that it gives itself (RFC 5545, section 3.8.5.3); else the first date is a later one."""
    for train in draft.trains:
        for at, rule in zip(train.rules_at, train.running_days.rules, strict=True):
            if fault(rule.rrule, rule.start) is None:
                first = first_date(rule.rrule, rule.start)
                if first != rule.start:
                    message = f"{rule.start} is none of the rule's dates; the first is {first}."
                    yield warning(at.key("start"), message, "Start the rule on its first date.")


def exception_without_effect(draft: DraftFolder) -> Iterator[Finding]:
    """An exception is a date on which the train would run."""
    for train in draft.trains:
        if not train.running_days.except_dates or not _readable(train):
            continue
        days = train.running_days
        planned = set(days.dates)
        at = train.at.key("running_days").key("except_dates")
        for index, day in enumerate(days.except_dates):
            if day not in planned and not _given(days.rules, day):
                yield warning(at.item(index), f"the train does not run on {day} anyway.", "Check the date.")


def no_running_days(draft: DraftFolder) -> Iterator[Finding]:
    """A train without running days runs only when somebody records a special."""
    for train in draft.trains:
        days = train.running_days
        written = train.record.tables.get("running_days")
        broken = written is not None and (written.broken or written.lists.get("rule"))
        if not days.dates and not days.rules and not broken:
            message = "the train has no running days; it runs only on dates that somebody adds."
            yield warning(train.at, message, "Add [train.running_days] with dates or rules, if it has any.")


def _readable(train: DraftTrain) -> bool:
    return all(fault(rule.rrule, rule.start) is None for rule in train.running_days.rules)


def _given(rules: tuple[Rule, ...], day: date) -> bool:
    year = RunningDays(provenance=Provenance(), rules=rules)
    return day in running_dates(year, date(day.year, 1, 1), date(day.year + 1, 1, 1))


RULES: Final = (running_rule,)
WARNINGS: Final = (rule_start, exception_without_effect, no_running_days)
