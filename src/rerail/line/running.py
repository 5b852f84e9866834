"""Running days: from RFC 5545 rules and single dates to the set of dates a train is planned to run."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

from rerail.line.dates import NO_DATES, Dates
from rerail.line.model import Rule, RunningDays


@lru_cache(maxsize=4096)
def _rule_dates(rule: Rule, start: date, until: date) -> Dates:
    """One rule, expanded over [start, until). Cached, because many trains share a rule."""
    recurrence = rrulestr(rule.rrule, dtstart=datetime.combine(rule.start, time()))
    last = datetime.combine(until - timedelta(days=1), time())
    return Dates.of(moment.date() for moment in recurrence.between(datetime.combine(start, time()), last, inc=True))


def running_dates(days: RunningDays, start: date, until: date) -> Dates:
    """The service dates in [start, until) on which a train with these running days is planned to run."""
    if until <= start:
        return NO_DATES
    planned = NO_DATES
    for rule in days.rules:
        planned |= _rule_dates(rule, start, until)
    planned |= Dates.of(days.dates).within(start, until)
    return planned - Dates.of(days.except_dates)
