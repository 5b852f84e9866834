"""The check digits of a zone, each recomputed from its field; a wrong one is explained as far as can be.

Which positions each is over: ICAO Doc 9303-4, -5 and -6, section 4.2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rerail.border.check_digits import DIGITS, FILLER, check_digit
from rerail.border.mrz_layout import Layout, Span
from rerail.border.mrz_model import CheckDigit, Field
from rerail.border.mrz_page import Page

# Characters taken for one another in reading or typing a document number.
_ALIKE: Final = (("O", "0"), ("I", "1"), ("S", "5"), ("B", "8"), ("Z", "2"))
_CONFUSED: Final = dict(_ALIKE) | {digit: letter for letter, digit in _ALIKE}

_OF_NUMBER: Final = (
    "Line %(line)d, position %(position)d: the check digit of the document number is %(found)s; for the number typed "
    "it would be %(expected)s."
)
_WRONG: Final = {
    "birth_date": "Line %(line)d, position %(position)d: the check digit of the date of birth is %(found)s; for the "
    "date typed it would be %(expected)s.",
    "expires": "Line %(line)d, position %(position)d: the check digit of the date of expiry is %(found)s; for the "
    "date typed it would be %(expected)s.",
    "optional_data": "Line %(line)d, position %(position)d: the check digit of the personal number is %(found)s; for "
    "the number typed it would be %(expected)s.",
}


def number_and_optional(page: Page, layout: Layout) -> tuple[str, str]:
    """The document number and the optional data behind it, with their check digits checked.

    On a card a number of more than nine characters goes on in the optional data: its check digit stands behind the
    rest of it, and a filler in its own place (Doc 9303-5, 4.2.2, note j).
    """
    nine, mark = layout.number.of(page.lines), layout.number_check.of(page.lines)
    optional = layout.optional_data.of(page.lines)
    rest, _, behind = optional.partition(FILLER)
    if layout.long_numbers and mark == FILLER and FILLER not in nine and len(rest) > 1:
        line, start, _ = layout.optional_data
        places = [*_places(layout.number), *(Span(line, start + place) for place in range(len(rest) - 1))]
        _check_number(page, nine + rest[:-1], places, Span(line, start + len(rest) - 1))
        return nine + rest[:-1], behind.rstrip(FILLER)
    _check_number(page, nine, _places(layout.number), layout.number_check)
    if layout.optional_data_check is not None:
        _check(page, "optional_data", optional, layout.optional_data_check, empty=not optional.strip(FILLER))
    number = nine.rstrip(FILLER).replace(FILLER, " ")
    if not number:
        page.note(
            "error",
            "number",
            "number",
            layout.number,
            "Line %(line)d, position %(position)d: there is no document number.",
            "Type what the document prints there.",
        )
    return number, optional.rstrip(FILLER)


def check_dates(page: Page, layout: Layout) -> None:
    """Check the digits behind the dates of birth and of expiry."""
    _check(page, "birth_date", layout.birth_date.of(page.lines), layout.birth_date_check)
    _check(page, "expires", layout.expires.of(page.lines), layout.expires_check)


def check_composite(page: Page, layout: Layout) -> None:
    """Check the last digit, over all others: it is wrong with any of them, so it is a problem only by itself."""
    data = "".join(span.of(page.lines) for span in layout.composite)
    others = all(one.holds for one in page.checks)
    check = _judged(page, "composite", data, layout.composite_check)
    if others and not check.holds and check.expected is not None and _is_digit_or_filler(check.found):
        page.note(
            "error",
            "check-digit",
            "composite",
            layout.composite_check,
            "Line %(line)d, position %(position)d: the last check digit, over all others, is %(found)s; it would be "
            "%(expected)s.",
            "Compare the numbers, the dates and the data behind them with the document.",
            expected=check.expected,
        )


def _check_number(page: Page, data: str, places: Sequence[Span], at: Span) -> None:
    check = _judged(page, "number", data, at)
    if check.holds or check.expected is None or not _is_digit_or_filler(check.found):
        return
    suspects = [
        (place, meant)
        for place, character in enumerate(data)
        if (meant := _CONFUSED.get(character)) and check_digit(data[:place] + meant + data[place + 1 :]) == check.found
    ]
    if len(suspects) != 1:
        fix = "Compare the number and this digit with the document."
        page.note("error", "check-digit", "number", at, _OF_NUMBER, fix, expected=check.expected)
        return
    place, meant = suspects[0]
    page.note(
        "error",
        "check-digit",
        "number",
        at,
        _OF_NUMBER,
        "With %(meant)s instead of %(typed)s on line %(there)d, position %(suspect)d, it would be right; is it "
        "%(meant)s?",
        expected=check.expected,
        more={"meant": meant, "typed": data[place], "there": places[place].line, "suspect": places[place].position},
    )


def _check(page: Page, field: Field, data: str, at: Span, *, empty: bool = False) -> None:
    check = _judged(page, field, data, at, empty=empty)
    # A letter in a date is told by itself.
    readable = field == "optional_data" or all(_is_digit_or_filler(character) for character in data)
    if readable and not check.holds and check.expected is not None and _is_digit_or_filler(check.found):
        fix = "Compare both with the document."
        page.note("error", "check-digit", field, at, _WRONG[field], fix, expected=check.expected)


def _judged(page: Page, field: Field, data: str, at: Span, *, empty: bool = False) -> CheckDigit:
    """The check digit, noted; a letter in its place is a problem of its own."""
    found, expected = at.of(page.lines), check_digit(data)
    check = CheckDigit(
        field=field,
        line=at.line,
        position=at.position,
        found=found,
        expected=expected,
        holds=found == expected or (empty and found == FILLER),
    )
    page.has_only_digits(field, at)
    page.checks.append(check)
    return check


def _is_digit_or_filler(character: str) -> bool:
    return character == FILLER or character in DIGITS


def _places(at: Span) -> list[Span]:
    return [Span(at.line, at.position + place) for place in range(at.length)]
