"""Reads and writes machine-readable zones, by ICAO Doc 9303-3 to -6 (eighth edition).

Nothing that was typed is corrected in silence: a letter where a digit belongs is named with its position and a
suggestion, and the date or code stays unread.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from rerail.border.check_digits import FILLER, VALUES, check_digit
from rerail.border.mrz_checks import check_composite, check_dates, number_and_optional
from rerail.border.mrz_fields import birth_date, document_code, expiry_date, names, sex, state
from rerail.border.mrz_layout import LAYOUTS, Layout, Span
from rerail.border.mrz_model import Mrz, MrzProblem, MrzReading, PartialDate
from rerail.border.mrz_page import Page
from rerail.border.mrz_text import zone_lines
from rerail.border.name_field import name_field

_INTERNAL_PASSPORT: Final = ("PN", "RUS")


def read_mrz(text: str, today: date) -> MrzReading:
    """Read the zone of a passport (TD3) or card (TD1, TD2) as typed or pasted.

    `today` tells the century: a birth is not after it, an expiry within fifty years of it. Raises `NotMrz` for text
    of other lengths and for a visa's zone; whatever else is wrong is among the reading's problems.
    """
    typed = zone_lines(text)
    layout = LAYOUTS[typed.format]
    page = Page(typed.lines, typed.problems)
    code = document_code(page, layout)
    issuing_state = state(page, "issuing_state", layout.issuing_state)
    number, optional_data = number_and_optional(page, layout)
    check_dates(page, layout)
    check_composite(page, layout)
    family_name, given_names, truncated = names(page, layout.names)
    mrz = Mrz(
        format=typed.format,
        document_code=code,
        issuing_state=issuing_state,
        number=number,
        nationality=state(page, "nationality", layout.nationality),
        birth_date=birth_date(page, layout.birth_date, today),
        sex=sex(page, layout),
        expires=expiry_date(page, layout.expires, today),
        family_name=family_name,
        given_names=given_names,
        names_truncated=truncated,
        optional_data=optional_data,
        optional_data_2=_optional_data_2(page, layout),
    )
    _born_before_it_expires(page, layout, mrz)
    problems = page.problems
    if (mrz.document_code, mrz.issuing_state) == _INTERNAL_PASSPORT:
        problems = [_internal_passport()]
    return MrzReading(
        mrz=mrz, lines=typed.lines, checks=tuple(page.checks), problems=tuple(sorted(problems, key=_place))
    )


def write_mrz(mrz: Mrz) -> tuple[str, ...]:
    """The lines of a zone, each of the format's width, with all check digits; names are cut to their field.

    Raises `ValueError` for a value that the format has no room or no letters for.
    """
    layout = LAYOUTS[mrz.format]
    lines = [[FILLER] * layout.width for _ in range(layout.lines)]

    def put(at: Span, text: str) -> None:
        if len(text) > at.length or any(character not in VALUES for character in text):
            raise ValueError(f"{len(text)} characters at {at} of a {mrz.format}: {at.length} of A-Z, 0-9 and < fit")
        lines[at.line - 1][at.position - 1 : at.position - 1 + len(text)] = text

    number, optional_data = _number_and_optional(mrz, layout)
    birth = mrz.birth_date or PartialDate()
    born = "".join(_two(part) for part in (birth.year, birth.month, birth.day))
    put(layout.document_code, mrz.document_code)
    put(layout.issuing_state, mrz.issuing_state)
    put(layout.names, name_field(mrz.family_name, mrz.given_names, layout.names.length))
    long = layout.long_numbers and len(number) > layout.number.length
    put(layout.number, number[: layout.number.length] if long else number)
    put(layout.number_check, FILLER if long else _digit(number))
    put(layout.nationality, mrz.nationality)
    put(layout.birth_date, born)
    put(layout.birth_date_check, _digit(born))
    put(layout.sex, mrz.sex.upper() if mrz.sex in ("f", "m") else FILLER)
    expires = f"{mrz.expires:%y%m%d}" if mrz.expires else FILLER * 6
    put(layout.expires, expires)
    put(layout.expires_check, _digit(expires))
    put(layout.optional_data, optional_data)
    if layout.optional_data_check is not None:
        put(layout.optional_data_check, _digit(optional_data) if optional_data else FILLER)
    if layout.optional_data_2 is not None:
        put(layout.optional_data_2, mrz.optional_data_2)
    written = ["".join(line) for line in lines]
    put(layout.composite_check, _digit("".join(span.of(written) for span in layout.composite)))
    return tuple("".join(line) for line in lines)


def _optional_data_2(page: Page, layout: Layout) -> str:
    return layout.optional_data_2.of(page.lines).rstrip(FILLER) if layout.optional_data_2 is not None else ""


def _born_before_it_expires(page: Page, layout: Layout, mrz: Mrz) -> None:
    born = mrz.birth_date.date if mrz.birth_date is not None else None
    if born is not None and mrz.expires is not None and mrz.expires <= born:
        page.note(
            "error",
            "date",
            "expires",
            layout.expires,
            "Line %(line)d, position %(position)d: the document expires before its holder is born.",
            "Compare both dates with the document.",
        )


def _internal_passport() -> MrzProblem:
    """Its zone departs from the standard (digits for letters in names, no expiry): its problems would say nothing.

    Code PN, "Passport National": rules of the Russian ministry of the interior for the zone of that passport.
    """
    return MrzProblem(
        level="error",
        rule="internal-passport",
        field="document_code",
        line=1,
        position=1,
        found="PN",
        expected="P",
        message="This is the zone of a Russian internal passport, which is no travel document.",
        fix="Type that of the passport for travel abroad.",
    )


def _place(problem: MrzProblem) -> tuple[int, int]:
    return problem.line or 0, problem.position or 0


def _number_and_optional(mrz: Mrz, layout: Layout) -> tuple[str, str]:
    number = mrz.number.replace(" ", FILLER)
    if len(number) <= 9 or not layout.long_numbers:
        return number, mrz.optional_data
    return number, f"{number[9:]}{_digit(number)}{FILLER}{mrz.optional_data}".rstrip(FILLER)


def _digit(data: str) -> str:
    digit = check_digit(data)
    if digit is None:
        raise ValueError("only A-Z, 0-9 and < have a check digit")
    return digit


def _two(part: int | None) -> str:
    return FILLER * 2 if part is None else f"{part % 100:02}"
