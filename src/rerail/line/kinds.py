"""What a value in a line folder may be: each kind turns a TOML value into ours, or says what is wrong with it.

Strict: "5" is no number, true is no number, 5 is no text. A kind raises `Wrong`; the table reader knows where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import available_timezones

from rerail.line.dates import EPOCH
from rerail.line.document import REPORTED
from rerail.line.printed_time import PrintedTime, minutes_of_day, printed_time
from rerail.line.spelling import did_you_mean

Kind = Callable[[Any], Any]

LAST_DATE: Final = date(2199, 12, 31)
"""The last date a folder may name. Later ones stand for "for ever", which is said by leaving the date out."""


class Wrong(Exception):
    """A value that is not what it must be. `step` is the path from the value to the part that is wrong."""

    def __init__(self, message: str, fix: str = "", rule: str = "type", step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.rule = rule
        self.step = step


class AlreadyReported(Exception):
    """A value whose problem was reported when the file was parsed."""


def shown(value: object) -> str:
    """A TOML value as a sentence names it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {_digits(value)}"
        case str():
            return f'the text "{value[:60]}"'
        case datetime():
            return f"the time {value.isoformat()}"
        case date() | time():
            return f"{'the date' if isinstance(value, date) else 'the time'} {value.isoformat()}"
        case list():
            return "a list"
        case _:
            return "a table"


def _digits(value: float) -> str:
    # Python refuses to write out whole numbers of thousands of digits, which TOML can hold.
    if isinstance(value, int) and abs(value) >= 10**20:
        return "of more than twenty digits"
    return str(value)


def _refuse(value: object, expected: str, fix: str = "") -> Wrong | AlreadyReported:
    if value is REPORTED:
        return AlreadyReported()
    return Wrong(f"expected {expected}, found {shown(value)}.", fix)


def text(value: object) -> str:
    """Text that is not empty."""
    if not isinstance(value, str):
        raise _refuse(value, "text in quotes")
    if not value.strip():
        raise Wrong("the text is empty.", "Write it, or leave the key out if it is optional.", "value")
    return value


_IDENTIFIER: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def identifier(value: object) -> str:
    """An id: lower-case letters, digits and hyphens, at most 80. It stands in addresses and in the database."""
    if not isinstance(value, str):
        raise _refuse(value, "an id in quotes")
    if not _IDENTIFIER.fullmatch(value) or len(value) > 80:
        suggestion = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
        fix = "An id has lower-case letters a to z, digits and single hyphens, at most 80."
        raise Wrong(f'"{value[:100]}" is no id.', f'{fix} Perhaps "{suggestion[:80]}"?' if suggestion else fix, "value")
    return value


def reference(value: object) -> str:
    """The id of something defined elsewhere in the folder."""
    if not isinstance(value, str):
        raise _refuse(value, "an id in quotes")
    return value


def boolean(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise _refuse(value, "true or false", "Write it without quotes.")
    return value


def integer(low: int, high: int) -> Kind:
    """A whole number from `low` to `high`."""

    def kind(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _refuse(value, "a whole number", "Write it without quotes.")
        if not low <= value <= high:
            raise Wrong(f"the number {_digits(value)} is not between {low} and {high}.", "", "value")
        return value

    return kind


def number(low: float, high: float) -> Kind:
    """A number from `low` to `high`, whole or not."""

    def kind(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _refuse(value, "a number", "Write it without quotes.")
        if not low <= value <= high:  # nor is "not a number" between anything
            raise Wrong(f"the number {_digits(value)} is not between {low:g} and {high:g}.", "", "value")
        return value

    return kind


_DECIMAL: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")


def decimal(value: object) -> Decimal:
    """A number above zero with its decimals as written, as text ("92.35") or a whole number; never a float."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _refuse(value, "a number as text", 'Write it in quotes: "92.35".')
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise Wrong(f'"{value[:40]}" is no number.', 'Write digits and a point: "92.35".', "value")
    if isinstance(value, int) and not 0 <= value < 10**12:
        raise Wrong(f"the number {_digits(value)} is not between 0 and {10**12}.", "", "value")
    if not Decimal(value):
        raise Wrong("the number is zero.", "", "value")
    return Decimal(value)


def amount(value: object) -> Decimal:
    """An amount of money in major units, as text ("2450.00") or a whole number; never a float."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _refuse(value, "an amount as text", 'Write it in quotes, in major units: "2450.00".')
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise Wrong(f'"{value[:40]}" is no amount.', 'Write digits and a point, no currency: "2450.00".', "value")
    if isinstance(value, int) and not 0 <= value < 10**12:
        raise Wrong(f"the amount {_digits(value)} is not between 0 and {10**12}.", "", "value")
    return Decimal(value)


def choice(*words: str) -> Kind:
    """One of a few words."""
    listed = ", ".join(f'"{word}"' for word in words)

    def kind(value: object) -> str:
        if not isinstance(value, str):
            raise _refuse(value, f"one of {listed}")
        if value not in words:
            raise Wrong(f'"{value[:60]}" is none of {listed}.', did_you_mean(value, words), "value")
        return value

    return kind


def pattern(expression: str, what: str, rule: str = "value") -> Kind:
    """Text of a fixed form."""
    compiled = re.compile(expression)

    def kind(value: object) -> str:
        if not isinstance(value, str):
            raise _refuse(value, f"{what} in quotes")
        if not compiled.fullmatch(value):
            raise Wrong(f'"{value[:60]}" is not {what}.', "", rule)
        return value

    return kind


def list_of(kind: Kind, at_least: int = 0) -> Kind:
    """A list of values of one kind, as a tuple."""

    def whole(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _refuse(value, "a list in [ ]")
        if len(value) < at_least:
            raise Wrong(f"the list has {len(value)} of at least {at_least} values.", "", "value")
        found = []
        for index, inner in enumerate(value):
            try:
                found.append(kind(inner))
            except Wrong as wrong:
                raise Wrong(wrong.message, wrong.fix, wrong.rule, f"[{index}]{wrong.step}") from None
        return tuple(found)

    return whole


def distinct(kind: Kind, at_least: int = 0) -> Kind:
    """A list of values of one kind, none of them twice, as a tuple."""
    listed = list_of(kind, at_least)

    def whole(value: object) -> tuple[Any, ...]:
        found: tuple[Any, ...] = listed(value)
        for index, inner in enumerate(found):
            if inner in found[:index]:
                raise Wrong(f'"{inner}" is listed twice.', "Take one out.", "value", f"[{index}]")
        return found

    return whole


def pair_of(kind: Kind) -> Kind:
    """Two different values of one kind."""
    listed = list_of(kind)

    def whole(value: object) -> tuple[Any, ...]:
        pair: tuple[Any, ...] = listed(value)
        if len(pair) != 2 or pair[0] == pair[1]:
            raise Wrong("expected a list of two different values.", "", "value")
        return pair

    return whole


def texts(value: object) -> dict[str, str]:
    """One text in several languages. Which languages are missing is a rule of its own."""
    if not isinstance(value, dict):
        raise _refuse(value, 'a table of languages, like { en = "…", ru = "…" }')
    for language, inner in value.items():
        if inner is REPORTED:
            raise AlreadyReported
        if not isinstance(inner, str):
            raise Wrong(f"expected text in quotes, found {shown(inner)}.", "", "type", f".{language}")
    return value


def day(value: object) -> date:
    """A date, TOML's own (without quotes), from 1970 to 2199."""
    if isinstance(value, datetime) or not isinstance(value, date):
        fix = "Write it as year-month-day, without quotes: 2025-05-08."
        if isinstance(value, str) and not _exists(value):
            raise Wrong(f'"{value[:40]}" is not a date that exists.', fix, "date")
        raise _refuse(value, "a date", fix)
    if value < EPOCH:
        raise Wrong(f"{value} is before {EPOCH}, the first date Rerail can hold.", "Use a later date.", "date")
    if value > LAST_DATE:
        fix = 'Leave the date out to say "until further notice".'
        raise Wrong(f"{value} is after {LAST_DATE}, the last date Rerail takes.", fix, "date")
    return value


def _exists(written: str) -> bool:
    try:
        date.fromisoformat(written.strip())
    except ValueError:
        return False
    return True


def moment(value: object) -> datetime:
    """A date (00:00 UTC of it) or a time with offset, as an instant in UTC."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            fix = "Add it: 2024-12-05T09:00:00+10:00."
            raise Wrong(f"the time {value.isoformat()} has no UTC offset.", fix, "date")
        day(value.date())
        return value.astimezone(UTC)
    found = day(value)
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


_RELATIVE: Final = re.compile(r"([+-]\d{1,4}|0)d")


def relative_day(value: object) -> int:
    """Days from today, as text: "-30d", "0d", "+365d"."""
    if not isinstance(value, str):
        raise _refuse(value, 'days from today as text, like "-30d"')
    match = _RELATIVE.fullmatch(value)
    if match is None:
        raise Wrong(f'"{value[:40]}" is not a number of days from today.', 'Write "-30d", "0d" or "+365d".', "date")
    return int(match[1])


def printed(value: object) -> PrintedTime:
    """A time on the station's clock: "22:00", "05:40+1", "23:38-1"."""
    if not isinstance(value, str):
        raise _refuse(value, "a time as text", 'Write it in quotes: "22:00", or "05:40+1" one midnight later.')
    found = printed_time(value)
    if found is None:
        fix = 'Write hours 00 to 23, minutes, and the midnights passed: "22:00", "05:40+1".'
        raise Wrong(f'"{value[:40]}" is no time of a timetable.', fix, "value")
    return found


def time_of_day(value: object) -> str:
    """A time of day, "09:00"."""
    if not isinstance(value, str):
        raise _refuse(value, "a time as text", 'Write it in quotes: "09:00".')
    if minutes_of_day(value) is None:
        raise Wrong(f'"{value[:40]}" is no time of day.', 'Write hours 00 to 23 and minutes: "09:00".', "value")
    return value


@cache
def _zones() -> frozenset[str]:
    # "localtime" is this machine's, "Factory" nobody's: neither is a place on a railway.
    return frozenset(available_timezones() - {"localtime", "Factory"})


@lru_cache(maxsize=256)
def _zone(name: str) -> Wrong | None:
    if name in _zones():
        return None
    nearest = did_you_mean(name, _zones()) or did_you_mean(name, (zone.rpartition("/")[2] for zone in _zones()))
    fix = "Zones are named like Asia/Vladivostok in the IANA time zone database."
    return Wrong(f'"{name[:60]}" is no time zone.', f"{nearest} {fix}".strip(), "time-zone")


def time_zone(value: object) -> str:
    """The name of an IANA time zone."""
    if not isinstance(value, str):
        raise _refuse(value, "the name of a time zone in quotes")
    if wrong := _zone(value):
        raise Wrong(wrong.message, wrong.fix, wrong.rule)
    return value


def one_or_more(kind: Kind) -> Kind:
    """A value or a list of values, as a tuple."""
    several = list_of(kind, at_least=1)

    def whole(value: object) -> tuple[Any, ...]:
        return several(value) if isinstance(value, list) else (kind(value),)

    return whole


def listed(words: Iterable[str], most: int = 12) -> str:
    """ "a, b and 3 more", for sentences."""
    every = list(words)
    rest = len(every) - most
    return ", ".join(every[:most]) + (f" and {rest} more" if rest > 0 else "")
