"""RFC 5545 rules as far as running days need them: what may stand in one, and whether it gives a date at all."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from dateutil.rrule import rrulestr

from rerail.line.spelling import did_you_mean

FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

_NUMBER: Final = r"[1-9]\d{0,3}"
_SIGNED: Final = r"[+-]?[1-9]\d{0,2}"
_DAY: Final = r"(?:[+-]?[1-9]\d?)?(?:MO|TU|WE|TH|FR|SA|SU)"

PARTS: Final = {
    "FREQ": "|".join(FREQUENCIES),
    "INTERVAL": _NUMBER,
    "COUNT": _NUMBER,
    "UNTIL": r"\d{8}",
    "BYDAY": f"{_DAY}(?:,{_DAY})*",
    "BYMONTHDAY": f"{_SIGNED}(?:,{_SIGNED})*",
    "BYYEARDAY": f"{_SIGNED}(?:,{_SIGNED})*",
    "BYWEEKNO": f"{_SIGNED}(?:,{_SIGNED})*",
    "BYMONTH": r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*",
    "BYSETPOS": f"{_SIGNED}(?:,{_SIGNED})*",
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
}
"""The parts of a rule that speak of dates. Those of hours, minutes and seconds have no place in running days."""

SEARCH_YEARS: Final = 40
"""A rule that gives no date in so many years gives none: the calendar of weekdays repeats every 28, or 40 about 1900
and 2100."""


@lru_cache(maxsize=4096)
def fault(rrule: str, start: date) -> tuple[str, str] | None:
    """What is wrong with a rule, and what to do; None if it is right and gives at least one date."""
    given: dict[str, str] = {}
    for part in rrule.split(";"):
        name, equals, value = part.partition("=")
        if not equals or name not in PARTS:
            return f'"{part[:40]}" is no part of a rule.', did_you_mean(name, PARTS) or f"Known: {', '.join(PARTS)}."
        if name in given:
            return f"{name} stands twice.", "Keep one."
        if not re.fullmatch(PARTS[name], value):
            return f'{name} cannot be "{value[:40]}".', _EXAMPLE
        given[name] = value
    if "FREQ" not in given:
        return "the rule has no FREQ.", _EXAMPLE
    if "COUNT" in given and "UNTIL" in given:
        return "a rule has COUNT or UNTIL, not both.", "Keep one (RFC 5545, section 3.3.10)."
    if "BYSETPOS" in given and not any(name.startswith("BY") and name != "BYSETPOS" for name in given):
        return "BYSETPOS chooses from what another BY… gives.", "Add BYDAY or BYMONTHDAY (RFC 5545, section 3.3.10)."
    try:
        first = first_date(rrule, start)
    except ValueError as error:  # a date or number that its form lets through, like UNTIL=20260230
        return f"the rule cannot be read ({error}).", _EXAMPLE
    if first is None:
        return f"the rule gives no date from {start} on.", "Check its parts against a calendar."
    return None


_EXAMPLE: Final = 'Write it as RFC 5545 does: "FREQ=WEEKLY;BYDAY=MO,WE,FR".'


@lru_cache(maxsize=4096)
def first_date(rrule: str, start: date) -> date | None:
    """The first date that a rule gives from `start` on, within `SEARCH_YEARS`; None if there is none.

    Raises `ValueError` for a rule that cannot be read.
    """
    begin = datetime.combine(start, time())
    end = begin + timedelta(days=SEARCH_YEARS * 366)
    bound = "" if "UNTIL=" in rrule or "COUNT=" in rrule else f";UNTIL={end:%Y%m%d}"
    found = next(iter(rrulestr(rrule + bound, dtstart=begin)), None)
    return found.date() if found is not None and found <= end else None
