"""The values of a machine-readable zone: what it says, its check digits, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from msgspec import Struct

from rerail.border.errors import BorderError
from rerail.line.border import DocumentKind

Format = Literal["TD1", "TD2", "TD3"]
"""Cards of 3 lines of 30 characters, cards of 2 of 36, passports of 2 of 44 (ICAO Doc 9303-5, -6, -4)."""

Field = Literal[
    "document_code",
    "issuing_state",
    "number",
    "nationality",
    "birth_date",
    "sex",
    "expires",
    "names",
    "optional_data",
    "optional_data_2",
    "composite",
]

Rule = Literal[
    "not-mrz",
    "character",
    "look-alike",
    "digit",
    "letter",
    "fillers",
    "document-code",
    "internal-passport",
    "state",
    "check-digit",
    "number",
    "date",
    "sex",
    "name",
    "truncated",
]


class NotMrz(BorderError):
    """The text is no machine-readable zone of a passport or card: its lines have other lengths, or it is a visa's."""


class PartialDate(Struct, frozen=True):
    """A date of birth of which parts may be unknown (Doc 9303-3, sections 3.8 and 4.8)."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def date(self) -> date | None:
        """The date, if all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def __str__(self) -> str:
        """ "1974-08-XX", with X for what is unknown, as the page above the zone prints it."""
        year = "XXXX" if self.year is None else f"{self.year:04}"
        return "-".join((year, *("XX" if part is None else f"{part:02}" for part in (self.month, self.day))))


class Mrz(Struct, frozen=True, kw_only=True):
    """What a machine-readable zone says. What could not be read is empty or None."""

    format: Format
    document_code: str
    """One or two letters: "P", "PD", "I"."""
    issuing_state: str = ""
    """ICAO 9303 code, "D" for Germany."""
    number: str = ""
    """Of the document; a space where the zone has a filler inside it."""
    nationality: str = ""
    birth_date: PartialDate | None = None
    """None: unreadable. Wholly unknown, as the document says: a `PartialDate` without parts."""
    sex: Literal["", "f", "m", "x"] = ""
    """x: unspecified; empty: unreadable."""
    expires: date | None = None
    family_name: str = ""
    """The primary identifier, its components separated by spaces; all there is of a holder with one name."""
    given_names: str = ""
    """The secondary identifier."""
    names_truncated: bool = False
    """Whether the names may be cut short: the last position of their field is a letter (Doc 9303-4, 4.2.3)."""
    optional_data: str = ""
    """What the issuer adds, in a passport the personal number; fillers inside it as they are."""
    optional_data_2: str = ""
    """Of a TD1 card: what stands on its second line."""

    @property
    def kind(self) -> DocumentKind | None:
        """What the document code stands for (Doc 9303-4, section 4.4); None where issuers mean different things by it.

        Until 2026 the second letter was the issuer's own, and only D and O meant the same with most.
        """
        if self.document_code[:1] == "P":
            return _PASSPORTS.get(self.document_code[1:], "passport")
        return "id-card" if self.document_code[:1] == "I" else None


_PASSPORTS: Final[Mapping[str, DocumentKind | None]] = {
    "D": "diplomatic-passport",
    "O": "service-passport",
    # Stateless persons' since 2026, service passports of some issuers before.
    "S": None,
    "M": None,
    "L": "travel-document",
    "R": "travel-document",
    "T": "travel-document",
    "U": "travel-document",
}


class CheckDigit(Struct, frozen=True, kw_only=True):
    """One check digit of a zone."""

    field: Field
    """Which field it is of; "composite" for the one over several."""
    line: int
    position: int
    """Where it stands, both counted from 1."""
    found: str
    expected: str | None
    """What the field demands; None: it holds a character that cannot be in a zone."""
    holds: bool
    """Also where a filler is allowed in its place: in a passport without a personal number."""


class MrzProblem(Struct, frozen=True, kw_only=True):
    """One thing wrong with a zone, or worth a look. Its values are the holder's own data: never log them."""

    level: Literal["error", "warning"]
    """An error means that the zone was mistyped or is not as the standard has it."""
    rule: Rule
    field: Field | None = None
    line: int | None = None
    position: int | None = None
    """Both from 1; None: about no single line or position."""
    found: str = ""
    expected: str = ""
    message: str
    """What is wrong: an English sentence with %(name)s values, to be translated as a `SentenceError`'s is."""
    fix: str
    """What to do, likewise."""
    more: Mapping[str, object] = {}

    @property
    def values(self) -> dict[str, object]:
        """The values of both sentences."""
        about = {"line": self.line, "position": self.position, "found": self.found, "expected": self.expected}
        return {**about, **self.more}

    def __str__(self) -> str:
        return f"{self.message % self.values} {self.fix % self.values}".strip()


class MrzReading(Struct, frozen=True, kw_only=True):
    """A zone as read from what was typed or pasted."""

    mrz: Mrz
    lines: tuple[str, ...]
    """As the document prints them, for all that could be told."""
    checks: tuple[CheckDigit, ...]
    problems: tuple[MrzProblem, ...]

    @property
    def errors(self) -> tuple[MrzProblem, ...]:
        """The problems for which the zone is not to be relied on."""
        return tuple(one for one in self.problems if one.level == "error")
