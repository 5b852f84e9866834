"""The fields of a zone without a check digit of their own, and the dates: read, and what is wrong with them noted."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from rerail.border.check_digits import FILLER, LETTERS
from rerail.border.mrz_layout import Layout, Span
from rerail.border.mrz_model import Field, PartialDate
from rerail.border.mrz_page import Page
from rerail.line import states

_UNKNOWN: Final = FILLER * 2
_NO_DATE: Final = "Dates are year, month and day: 12 August 1974 is 740812. Compare it with the document."
_SEXES: Final[dict[str, Literal["f", "m", "x"]]] = {"F": "f", "M": "m", FILLER: "x", "X": "x"}


def document_code(page: Page, layout: Layout) -> str:
    """One or two letters; the first tells passports from cards."""
    code = layout.document_code.of(page.lines).rstrip(FILLER)
    if code[:1] not in layout.firsts or not code:
        page.note(
            "error",
            "document-code",
            "document_code",
            layout.document_code,
            "Line 1, position 1: the zone of this format begins with %(expected)s, not with %(found)s.",
            "Compare the first letter with the document.",
            found=code[:1] or FILLER,
            expected=", ".join(layout.firsts),
        )
    return code


def state(page: Page, field: Field, at: Span) -> str:
    """The code of a state or issuer as the document prints it, whether there is such a one or not; empty: no code."""
    code = at.of(page.lines).rstrip(FILLER)
    if not page.has_only_letters(field, at):
        return ""
    if states.known(code):
        return states.canonical(code)
    message = 'Line %(line)d, position %(position)d: no state or issuer has the code "%(found)s".'
    near = ", ".join(states.near(code))
    fix = "Did you mean %(expected)s?" if near else "Compare the three letters with the document."
    page.note("error", "state", field, at, message, fix, found=code, expected=near)
    return code


def sex(page: Page, layout: Layout) -> Literal["", "f", "m", "x"]:
    """Empty if it cannot be read."""
    found = layout.sex.of(page.lines)
    if found == "X":
        page.note(
            "warning",
            "sex",
            "sex",
            layout.sex,
            "Line %(line)d, position %(position)d: a zone has < for an unspecified sex, not X.",
            "It was read as unspecified; compare it with the document.",
            expected=FILLER,
        )
    elif found not in _SEXES:
        page.note(
            "error",
            "sex",
            "sex",
            layout.sex,
            "Line %(line)d, position %(position)d: %(found)s where M, F or < belongs.",
            "Compare it with the document.",
        )
    return _SEXES.get(found, "")


def birth_date(page: Page, at: Span, today: date) -> PartialDate | None:
    """The latest such date that is not after today: of somebody over a hundred the zone cannot tell the century.

    Fillers for what is unknown (Doc 9303-3, 4.8), and zeros for it as some issuers print. None if unreadable.
    """
    if not page.has_only_digits("birth_date", at):
        return None
    found = at.of(page.lines)
    if "00" in (found[2:4], found[4:]):
        page.note(
            "warning",
            "date",
            "birth_date",
            at,
            "Line %(line)d, position %(position)d: the date of birth has 00.",
            "It was read as unknown, for which the standard has <<; compare it with the document.",
            expected=FILLER,
        )
    born = _born(found, today)
    if born is None:
        page.note(
            "error",
            "date",
            "birth_date",
            at,
            "Line %(line)d, position %(position)d: %(found)s is no date of birth.",
            _NO_DATE,
        )
    return born


def expiry_date(page: Page, at: Span, today: date) -> date | None:
    """The date within fifty years of today; None if there is none."""
    if not page.has_only_digits("expires", at):
        return None
    found = at.of(page.lines)
    if FILLER not in found:
        near = today.year // 100 * 100 + int(found[:2])
        year = near + 100 * ((near < today.year - 50) - (near >= today.year + 50))
        read = _dated(year, int(found[2:4]), int(found[4:]))
        if read is not None:
            return read
    page.note(
        "error",
        "date",
        "expires",
        at,
        "Line %(line)d, position %(position)d: %(found)s is no date of expiry.",
        _NO_DATE,
    )
    return None


def names(page: Page, at: Span) -> tuple[str, str, bool]:
    """Primary and secondary identifier, and whether they may be cut short."""
    page.has_only_letters("names", at)
    field = at.of(page.lines)
    written = field.rstrip(FILLER)
    parted = written.find(_UNKNOWN)
    again = written.find(_UNKNOWN, parted + 1) if parted >= 0 else -1
    if again >= 0 or written.startswith(FILLER):
        place = max(again, 0)
        page.note(
            "warning",
            "name",
            "names",
            Span(at.line, at.position + place),
            "Line %(line)d, position %(position)d: a < too many in the names.",
            "One < stands between names, << between family and given names; compare them with the document.",
            found=FILLER,
        )
    family, _, given = written.partition(_UNKNOWN)
    if not written:
        page.note(
            "error",
            "name",
            "names",
            at,
            "Line %(line)d, position %(position)d: there is no name.",
            "Type what the document prints there.",
        )
    truncated = field[-1] in LETTERS
    if truncated:
        page.note(
            "warning",
            "truncated",
            "names",
            Span(at.line, at.position + at.length - 1),
            "Line %(line)d is full to its last position: the names may be cut short.",
            "Give them in full, as the page above the zone prints them.",
        )
    return _spaced(family), _spaced(given), truncated


def _born(found: str, today: date) -> PartialDate | None:
    parts = [found[start : start + 2] for start in (0, 2, 4)]
    if any((FILLER in part) != (part == _UNKNOWN) for part in parts):
        return None
    year, month, day = (None if part == _UNKNOWN else int(part) for part in parts)
    month, day = month or None, day or None
    if year is not None:
        year += today.year // 100 * 100
        if (year, month or 1, day or 1) > (today.year, today.month, today.day):
            year -= 100
    # Where the year is unknown it may be a leap year, and the month a long one.
    return None if _dated(year or 2000, month or 1, day or 1) is None else PartialDate(year, month, day)


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spaced(identifier: str) -> str:
    return " ".join(filter(None, identifier.split(FILLER)))
