"""Languages: which one a reader gets, the translations, and dates as each language writes them.

Messages are the English sentences. Each part of the web keeps its own catalogue, `locale/<language>/*.po`;
they are read as text when the program starts and merged, so nothing compiled is ever out of date.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALE: Final = Path(__file__).parent / "locale"

SPOKEN: Final = ("en", "ru", "ko")
"""The languages the web is written in. A line shows those of them that its folder has."""

OWN_NAMES: Final = {"en": "English", "ru": "Русский", "ko": "한국어"}

Precision = Literal["day", "month", "year"]


class CatalogueError(Exception):
    """A catalogue cannot be read, or two catalogues translate one message differently."""


@lru_cache(maxsize=16)
def translations(language: str, folder: Path = LOCALE) -> NullTranslations:
    """Everything translated into a language; for English the messages themselves. Read once in a process.

    Raises `CatalogueError` naming the file.
    """
    if language == "en":
        return NullTranslations()
    merged = Catalog(locale=language)
    for path in sorted((folder / language).glob("*.po")):
        try:
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language)
        except Exception as error:
            raise CatalogueError(f"{path}: not a catalogue gettext can read ({error}).") from error
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            known = merged.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise CatalogueError(f'{path}: "{message.id}" is translated differently in another catalogue.')
            merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


class Words:
    """What one language says: the messages of its catalogues, as plain text."""

    def __init__(self, language: str, catalogue: NullTranslations | None = None) -> None:
        self.language: Final = language
        self.catalogue: Final = catalogue if catalogue is not None else translations(language)

    def gettext(self, message: str, **values: object) -> str:
        """The message (an English sentence) in this language, with %(name)s filled in from `values`."""
        return self.catalogue.gettext(message) % values

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """The form for this many, with %(num)s and %(name)s filled in."""
        return self.catalogue.ngettext(one, many, num) % {"num": num, **values}


def preferred(accept_language: str, offered: tuple[str, ...]) -> str:
    """The offered language that an Accept-Language header (RFC 9110, 12.5.4) likes best, else the first.

    A header that makes no sense is a header that says nothing.
    """
    best, best_quality = offered[0], 0.0
    refused: set[str] = set()
    for part in accept_language[:1000].split(","):
        tag, *parameters = part.strip().split(";")
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.strip().partition("=")
            if name.strip() == "q":
                quality = _quality(value)
        if not 0.0 <= quality <= 1.0:
            continue
        language = tag.strip().lower().partition("-")[0]
        if quality == 0.0:
            refused.add(language)
        candidates = offered if language == "*" else tuple(one for one in offered if one == language)
        for candidate in candidates[:1]:
            if quality > best_quality:
                best, best_quality = candidate, quality
    if best_quality == 0.0:
        return next((one for one in offered if one not in refused), offered[0])
    return best


def _quality(text: str) -> float:
    """A quality value; what is no number is out of range, and so is passed over."""
    try:
        return float(text)
    except ValueError:
        return -1.0


# Dates. CLDR patterns (Unicode TR 35); Russian needs the genitive after "с" and the nominative after "на",
# which CLDR tells apart as MMMM (format) and LLLL (stand-alone).
_PATTERNS: Final[dict[tuple[str, str], str]] = {
    ("en", "day"): "d MMMM y",
    ("en", "month"): "MMMM y",
    ("en", "month-alone"): "MMMM y",
    ("en", "year"): "y",
    ("en", "year-alone"): "y",
    ("en", "weekday"): "EEE d MMM y",
    ("en", "weekday-long"): "EEEE, d MMMM y",
    ("en", "short"): "d MMM",
    ("ru", "day"): "d MMMM y 'года'",
    ("ru", "month"): "MMMM y 'года'",
    ("ru", "month-alone"): "LLLL y 'года'",
    ("ru", "year"): "y 'года'",
    ("ru", "year-alone"): "y 'год'",
    ("ru", "weekday"): "EEE, d MMM y 'г'.",
    ("ru", "weekday-long"): "EEEE, d MMMM y 'года'",
    ("ru", "short"): "d MMM",
    ("ko", "day"): "y'년' M'월' d'일'",
    ("ko", "month"): "y'년' M'월'",
    ("ko", "month-alone"): "y'년' M'월'",
    ("ko", "year"): "y'년'",
    ("ko", "year-alone"): "y'년'",
    ("ko", "weekday"): "y'년' M'월' d'일' (EEE)",
    ("ko", "weekday-long"): "y'년' M'월' d'일' EEEE",
    ("ko", "short"): "M'월' d'일'",
}

DateForm = Literal["day", "month", "month-alone", "year", "year-alone", "weekday", "weekday-long", "short"]


@lru_cache(maxsize=8192)
def date_words(day: date, language: str, form: DateForm = "day") -> str:
    """A date as the language writes it: `day` "16 December 2024", `month` "December 2024", `weekday`
    "Mon 16 Dec 2024", `weekday-long` "Monday, 16 December 2024", `short` "16 Dec"."""
    return str(format_date(day, _PATTERNS[language, form], locale=language))


def date_as_known(day: date, precision: Precision, language: str, *, alone: bool = False) -> str:
    """A date no more exactly than it is known: "16 December 2024", "February 2020", "2020".

    `alone` is the form of a month or year that stands by itself or after "for" ("на июль 2024 года").
    """
    if alone and precision == "month":
        return date_words(day, language, "month-alone")
    if alone and precision == "year":
        return date_words(day, language, "year-alone")
    return date_words(day, language, precision)


def instant_words(moment: datetime, language: str) -> str:
    """An instant (UTC) as "16 December 2024, 03:20 UTC"."""
    return f"{date_words(moment.date(), language)}, {moment:%H:%M} UTC"
