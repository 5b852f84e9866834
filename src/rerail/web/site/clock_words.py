"""Clocks in words: whose clock a time is on, and what changes where one clock ends and the next begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from babel.dates import get_timezone_location

from rerail.line.timing import StationTime, offset_at
from rerail.web.i18n import Words

_MINUS: Final = "−"


@lru_cache(maxsize=512)
def city(zone_name: str, language: str) -> str:
    """The city that an IANA zone is named after, in a language (CLDR's exemplar city): "Пхеньян".

    The city and not the zone's name: CLDR calls Asia/Pyongyang "Korean Time", in Korean "대한민국 시간".
    """
    return str(get_timezone_location(zone_name, locale=language, return_city=True))


def utc_offset(moment: datetime, zone_name: str) -> str:
    """ "UTC+10", "UTC+8:30": what the clock shows against UTC at an instant."""
    return "UTC" + signed_hours(offset_at(moment, zone_name), zero="±0")


def signed_hours(difference: timedelta, zero: str = "0") -> str:
    """ "+1", "−1", "+0:30", with a true minus sign."""
    minutes = round(difference.total_seconds() / 60)
    if minutes == 0:
        return zero
    hours, rest = divmod(abs(minutes), 60)
    return f"{'+' if minutes > 0 else _MINUS}{hours}{f':{rest:02d}' if rest else ''}"


def clock_name(words: Words, zone_name: str) -> str:
    """ "Vladivostok time" in the reader's language."""
    _ = words.gettext
    return _("%(city)s time", city=city(zone_name, words.language))


def clock_line(words: Words, time: StationTime) -> str:
    """ "Vladivostok time, UTC+10, МСК+7": everything one needs to know of the clock that a time is on."""
    parts = [clock_name(words, time.zone), utc_offset(time.instant, time.zone)]
    if time.working_label:
        parts.append(time.working_label)
    return ", ".join(parts)


def clock_shift(words: Words, before: StationTime, after: StationTime) -> str | None:
    """What a watch must do where one clock follows another; None if both show the same."""
    _ = words.gettext
    difference = offset_at(after.instant, after.zone) - offset_at(before.instant, before.zone)
    minutes = round(difference.total_seconds() / 60)
    if minutes == 0:
        return None
    amount = duration(words, abs(difference))
    if minutes < 0:
        return _("Put your watch back %(amount)s", amount=amount)
    return _("Put your watch forward %(amount)s", amount=amount)


def duration(words: Words, length: timedelta) -> str:
    """ "14 h 20 min"."""
    _ = words.gettext
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    if not hours:
        return _("%(minutes)d min", minutes=minutes)
    if not minutes:
        return _("%(hours)d h", hours=hours)
    return _("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes)
