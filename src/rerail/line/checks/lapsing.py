"""What a folder knows only until a date, seen from a day: the one kind of rule that asks for the date of today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from rerail.line.model import Line
from rerail.line.problem import At, Finding, warning

SOON_DAYS: Final = 60
"""From so many days before its end on a rule is reported: time to look it up again."""


def as_last_known(line: Line, today: date) -> Iterator[Finding]:
    """What is asked at a border is known for today, and for the next sixty days."""
    for index, rule in enumerate(line.border.rules if line.border else ()):
        if rule.until is None or (rule.until - today).days > SOON_DAYS:
            continue
        last = rule.until - timedelta(days=1)
        if rule.until <= today:
            message = f"as last known until {last}, which is past."
        else:
            message = f"as last known until {last}, which is {_in_days((last - today).days)}."
        at = At("border.toml").key("rule").item(index).key("until")
        yield warning(at, message, "Look it up again and date it anew: until and dated.")


def _in_days(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


DATED_WARNINGS: Final = (as_last_known,)
