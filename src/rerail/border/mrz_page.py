"""A zone being read: its lines, and what is found wrong with them on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from rerail.border.check_digits import DIGITS, FILLER, LETTERS, VALUES
from rerail.border.mrz_layout import Span
from rerail.border.mrz_model import CheckDigit, Field, MrzProblem, Rule

_MEANT_DIGIT: Final = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
_MEANT_LETTER: Final = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}


class Page:
    """Collects problems and check digits; nothing stops at the first."""

    def __init__(self, lines: tuple[str, ...], problems: Iterable[MrzProblem]) -> None:
        self.lines: Final = lines
        self.problems: list[MrzProblem] = list(problems)
        self.checks: list[CheckDigit] = []

    def note(
        self,
        level: Literal["error", "warning"],
        rule: Rule,
        field: Field,
        at: Span,
        message: str,
        fix: str,
        *,
        found: str | None = None,
        expected: str = "",
        more: Mapping[str, object] | None = None,
    ) -> None:
        """Note what is wrong where; `found` is what stands there unless told otherwise."""
        self.problems.append(
            MrzProblem(
                level=level,
                rule=rule,
                field=field,
                line=at.line,
                position=at.position,
                found=at.of(self.lines) if found is None else found,
                expected=expected,
                message=message,
                fix=fix,
                more=more or {},
            )
        )

    def has_only_digits(self, field: Field, at: Span) -> bool:
        """Whether a field has digits and fillers alone; notes every letter in it."""
        wrong = [one for one in _single(at) if one.of(self.lines) not in DIGITS | {FILLER}]
        for one in wrong:
            found = one.of(self.lines)
            meant = _MEANT_DIGIT.get(found)
            message = "Line %(line)d, position %(position)d: %(found)s where a digit belongs."
            if meant is not None:
                self.note("error", "digit", field, one, message, "Is it %(expected)s?", expected=meant)
            elif found in VALUES:
                self.note("error", "digit", field, one, message, "Compare it with the document.")
        return not wrong

    def has_only_letters(self, field: Field, at: Span) -> bool:
        """Whether a field has letters and fillers alone; notes every digit in it."""
        wrong = [one for one in _single(at) if one.of(self.lines) not in LETTERS | {FILLER}]
        for one in wrong:
            found = one.of(self.lines)
            meant = _MEANT_LETTER.get(found)
            message = "Line %(line)d, position %(position)d: %(found)s where a letter belongs."
            if meant is not None:
                self.note("error", "letter", field, one, message, "Is it %(expected)s?", expected=meant)
            elif found in VALUES:
                self.note("error", "letter", field, one, message, "Compare it with the document.")
        return not wrong


def _single(at: Span) -> Iterable[Span]:
    return (Span(at.line, at.position + place) for place in range(at.length))
