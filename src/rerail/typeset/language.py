"""Names, dates and clocks as a language writes them on paper; English where a text or a locale is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.dates import format_skeleton

from rerail.line.model import Text


def said(words: Mapping[str, Text], word: str, language: str, **values: object) -> str:
    """One sentence or label of a table of words in a language, with its values filled in."""
    texts = words[word]
    return (texts.get(language) or texts["en"]) % values


def named(texts: Text, language: str) -> str:
    """A name in a language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def named_in_each(texts: Text, languages: Sequence[str]) -> list[str]:
    """The name in each language that it has, none twice."""
    return list(dict.fromkeys(named(texts, language) for language in languages))


def day(on: date, language: str) -> str:
    """ "Thu, Dec 10, 2026" as the language writes it."""
    return format_skeleton("yMMMEd", on, locale=locale(language)).replace("\u202f", "\u00a0")


def utc_offset(at: datetime) -> str:
    """ "UTC+10", "UTC+8:30"."""
    offset = at.utcoffset()
    assert offset is not None  # a call's time is aware
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"


def duration(lasts: timedelta, language: str) -> str:
    """ "12 h 20 min"."""
    hours, minutes = divmod(round(lasts.total_seconds() / 60), 60)
    units = {"ru": (" ч", " мин"), "ko": ("시간", "분")}.get(language, (" h", " min"))
    parts = [f"{hours}{units[0]}"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes}{units[1]}")
    return " ".join(parts)


@lru_cache(maxsize=64)
def locale(language: str) -> str:
    """The language as the library of locales knows it, else English."""
    try:
        format_skeleton("yMMMEd", date(2026, 1, 1), locale=language)
    except (UnknownLocaleError, ValueError, KeyError):
        return "en"
    return language
