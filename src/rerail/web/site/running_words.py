"""Running days in words: what a timetable prints above a train, from its RFC 5545 rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from rerail.line.model import Rule, RunningDays
from rerail.web.i18n import Words, date_words

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN_PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "WKST"})


def running_words(days: RunningDays, words: Words, today: date) -> str:
    """ "on Mondays, Wednesdays and Fridays": the rules that still hold, else the single dates.

    A rule that no language says in a few words is called what it is, and the dates beside it speak.
    """
    _ = words.gettext
    rules = [rule for rule in days.rules if not _ended(rule, today)] or list(days.rules)
    phrases = [_rule_words(rule, words, today) for rule in rules]
    if any(phrase is None for phrase in phrases):
        return _("on particular dates")
    said = [phrase for phrase in phrases if phrase is not None]
    if said:
        return listed(list(dict.fromkeys(said)), words)
    singles = [date_words(day, words.language) for day in sorted(days.dates)]
    if not singles:
        return _("on no date")
    if len(singles) > 4:
        return _("on particular dates")
    return _("on %(dates)s", dates=listed(singles, words))


def listed(items: Sequence[str], words: Words) -> str:
    """ "one, two and three"."""
    _ = words.gettext
    if len(items) < 2:
        return "".join(items)
    return _("%(others)s and %(last)s", others=", ".join(items[:-1]), last=items[-1])


def _parts(rule: Rule) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.rrule.upper().removeprefix("RRULE:").split(";") if part)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _until(parts: dict[str, str]) -> date | None:
    text = parts.get("UNTIL", "")[:8]
    return datetime.strptime(text, "%Y%m%d").date() if text else None  # noqa: DTZ007  (a date, no instant)


def _ended(rule: Rule, today: date) -> bool:
    until = _until(_parts(rule))
    return until is not None and until < today


def _rule_words(rule: Rule, words: Words, today: date) -> str | None:
    _ = words.gettext
    parts = _parts(rule)
    if set(parts) - _KNOWN_PARTS or parts.get("INTERVAL", "1") != "1":
        return None
    how = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly}.get(parts.get("FREQ", ""))
    phrase = how(parts, rule, words) if how is not None else None
    if phrase is None:
        return None
    if rule.start > today:
        phrase = _("%(days)s from %(date)s", days=phrase, date=date_words(rule.start, words.language))
    until = _until(parts)
    if until is not None:
        phrase = _("%(days)s until %(date)s", days=phrase, date=date_words(until, words.language))
    return phrase


def _daily(parts: dict[str, str], _rule: Rule, words: Words) -> str | None:
    if "BYMONTHDAY" in parts:
        return None
    if "BYDAY" in parts:
        return _weekly(parts, _rule, words)
    return words.gettext("daily")


def _weekly(parts: dict[str, str], rule: Rule, words: Words) -> str | None:
    _ = words.gettext
    if "BYMONTHDAY" in parts:
        return None
    codes = parts["BYDAY"].split(",") if parts.get("BYDAY") else [_WEEKDAYS[rule.start.weekday()]]
    if any(code not in _WEEKDAYS for code in codes):
        return None
    numbers = sorted({_WEEKDAYS.index(code) for code in codes})
    if numbers == list(range(7)):
        return _("daily")
    if numbers == list(range(5)):
        return _("Monday to Friday")
    return _("on %(weekdays)s", weekdays=listed([weekday_plural(number, words) for number in numbers], words))


def weekday_plural(number: int, words: Words) -> str:
    """ "Mondays", for 0: as it stands after "on"."""
    _ = words.gettext
    return (
        _("Mondays"),
        _("Tuesdays"),
        _("Wednesdays"),
        _("Thursdays"),
        _("Fridays"),
        _("Saturdays"),
        _("Sundays"),
    )[number]


def _monthly(parts: dict[str, str], _rule: Rule, words: Words) -> str | None:
    _ = words.gettext
    by_day, by_month_day = parts.get("BYDAY"), parts.get("BYMONTHDAY")
    if by_month_day:
        days = [int(day) for day in by_month_day.split(",")]
        if by_day in _WEEKDAYS and days == list(range(days[0], days[0] + 7)) and days[0] > 0:
            # Seven days in a row hold one of each weekday.
            weekday = _weekday(_WEEKDAYS.index(by_day), words)
            return _(
                "monthly, on the %(weekday)s between days %(first)d and %(last)d",
                weekday=weekday,
                first=days[0],
                last=days[-1],
            )
        if by_day is None and min(days) > 0:
            return _("monthly, on day %(days)s", days=listed([str(day) for day in days], words))
        return None
    if not by_day or by_day[-2:] not in _WEEKDAYS:
        return None
    number, which = _WEEKDAYS.index(by_day[-2:]), by_day[:-2]
    if which == "-1":
        return _last_weekday(number, _)
    if which.removeprefix("+") not in ("1", "2", "3", "4"):
        return None
    nth = (_("1st"), _("2nd"), _("3rd"), _("4th"))[int(which) - 1]
    return _nth_weekday(number, nth, _)


def _weekday(number: int, words: Words) -> str:
    _ = words.gettext
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )[number]


def _nth_weekday(number: int, nth: str, _: Callable[..., str]) -> str:
    # Whole phrases, because the ordinal agrees with the weekday's gender in Russian.
    return (
        _("monthly, on the %(nth)s Monday", nth=nth),
        _("monthly, on the %(nth)s Tuesday", nth=nth),
        _("monthly, on the %(nth)s Wednesday", nth=nth),
        _("monthly, on the %(nth)s Thursday", nth=nth),
        _("monthly, on the %(nth)s Friday", nth=nth),
        _("monthly, on the %(nth)s Saturday", nth=nth),
        _("monthly, on the %(nth)s Sunday", nth=nth),
    )[number]


def _last_weekday(number: int, _: Callable[..., str]) -> str:
    return (
        _("monthly, on the last Monday"),
        _("monthly, on the last Tuesday"),
        _("monthly, on the last Wednesday"),
        _("monthly, on the last Thursday"),
        _("monthly, on the last Friday"),
        _("monthly, on the last Saturday"),
        _("monthly, on the last Sunday"),
    )[number]
