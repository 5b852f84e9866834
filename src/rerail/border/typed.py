"""A travel document as somebody types it: read, with everything that is wrong with it found at once.

What is typed is a machine-readable zone, single fields, or both; a field says what the zone lacks, and is refused if it
says something else. Nothing is corrected in silence but what does not change the meaning: small letters, spaces in
numbers, "DEU" for "D". Kind and names are the zone's, which has fewer of them than the page above it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal, get_args

from msgspec import Struct
from msgspec.structs import asdict, replace

from rerail.border.errors import BorderError, WrongDocument
from rerail.border.model import Document
from rerail.border.mrz import read_mrz
from rerail.border.mrz_model import Mrz, MrzProblem, NotMrz
from rerail.line.border import DocumentKind
from rerail.line.model import RailwayId
from rerail.line.states import canonical, known, near

KINDS: Final[tuple[DocumentKind, ...]] = get_args(DocumentKind)

LONGEST_NUMBER: Final = 20
LONGEST_NAME: Final = 80

_OLDEST: Final = timedelta(days=120 * 366)
_LONGEST_VALID: Final = timedelta(days=50 * 366)
_LONGEST_EXPIRED: Final = timedelta(days=20 * 366)
_TOMORROW: Final = timedelta(days=1)
"""Somewhere on the line it is the next day already."""

_SEXES: Final[Mapping[str, Literal["f", "m", "x"]]] = {
    "f": "f",
    "ж": "f",
    "여": "f",
    "m": "m",
    "м": "m",
    "남": "m",
    "x": "x",
    "<": "x",
}
_SAID_ALIKE: Final = ("number", "issuing_state", "expires", "nationality", "birth_date", "sex")
"""What zone and fields cannot rightly say in two ways."""
_DASHES: Final = frozenset("-‐‑‒–—−")


class Typed(Struct, frozen=True, kw_only=True):
    """A document as it was typed: text, field by field, empty where nothing was."""

    mrz: str = ""
    kind: str = ""
    number: str = ""
    issuing_state: str = ""
    expires: str = ""
    nationality: str = ""
    birth_date: str = ""
    sex: str = ""
    family_name: str = ""
    given_names: str = ""
    visas: Mapping[RailwayId, str] = {}
    vouchers: Mapping[RailwayId, str] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing was typed at all."""
        own = [getattr(self, name) for name in self.__struct_fields__ if name not in ("visas", "vouchers")]
        return not any(text.strip() for text in (*own, *self.visas.values(), *self.vouchers.values()))


class Read(Struct, frozen=True, kw_only=True):
    """The document that was typed."""

    document: Document
    warnings: tuple[MrzProblem, ...]
    """What is worth a look in its zone: read, but perhaps not as it stands there."""


class DocumentRefused(WrongDocument):
    """A document that cannot be taken; nothing was kept. `faults` says everything that is wrong, field by field."""

    def __init__(self, faults: tuple[BorderError, ...]) -> None:
        self.faults: Final = faults
        super().__init__("The document was not taken: see what is wrong with it.")


def read_typed(typed: Typed, today: date) -> Read:
    """The document that was typed. Raises `DocumentRefused`."""
    reader = _Reader(today)
    document = reader.fields(typed)
    warnings: tuple[MrzProblem, ...] = ()
    if typed.mrz.strip():
        document, warnings = reader.zone(typed.mrz, document)
    reader.both_dates(document)
    if reader.faults:
        raise DocumentRefused(tuple(reader.faults))
    return Read(document=document, warnings=warnings)


def completed(before: Document | None, now: Document) -> Document:
    """What somebody has given who gives this after that: what is empty stays, unless the number is another."""
    if before is None or (now.number and now.number != before.number):
        return now
    said, empty = asdict(now), asdict(Document())
    changed = {name: value for name, value in said.items() if value != empty[name]}
    by_railway = {"visas": {**before.visas, **now.visas}, "vouchers": {**before.vouchers, **now.vouchers}}
    # What was typed by hand after a zone is the zone's no more.
    machine_read = now.machine_read if changed.keys() - by_railway.keys() else before.machine_read
    return replace(before, **{**changed, **by_railway, "machine_read": machine_read})


class _Reader:
    """One look at what was typed."""

    def __init__(self, today: date) -> None:
        self._today: Final = today
        self.faults: Final[list[WrongDocument]] = []

    def fields(self, typed: Typed) -> Document:
        """What the single fields say."""
        return Document(
            kind=self._kind(typed.kind),
            number=self._number(typed.number, "number"),
            issuing_state=self._state(typed.issuing_state, "issuing_state"),
            expires=self._expires(typed.expires),
            nationality=self._state(typed.nationality, "nationality"),
            birth_date=self._born(typed.birth_date),
            sex=self._sex(typed.sex),
            family_name=self._name(typed.family_name, "family_name"),
            given_names=self._name(typed.given_names, "given_names"),
            visas=self._numbers(typed.visas, "visas"),
            vouchers=self._numbers(typed.vouchers, "vouchers"),
        )

    def zone(self, text: str, fields: Document) -> tuple[Document, tuple[MrzProblem, ...]]:
        """The zone, with what it does not say from the fields; and what to look at in it."""
        try:
            reading = read_mrz(text, self._today)
        except NotMrz as error:
            self.faults.append(WrongDocument(error.message, "mrz", **error.values))
            return fields, ()
        for problem in reading.errors:
            for sentence in (problem.message, problem.fix):
                self.faults.append(WrongDocument(sentence, "mrz", **problem.values))
        said = {name: value for name, value in _said_by(reading.mrz).items() if value}
        if reading.mrz.names_truncated and fields.family_name:
            # The page above the zone has room for the whole name.
            said = {name: value for name, value in said.items() if name not in ("family_name", "given_names")}
        for name in _SAID_ALIKE:
            typed = getattr(fields, name)
            if typed and name in said and said[name] != typed and not reading.errors:
                self._wrong(name, "The machine-readable lines say something else; compare both with the document.")
        warnings = tuple(one for one in reading.problems if one.level == "warning")
        return replace(fields, **said, machine_read=not reading.errors), warnings

    def both_dates(self, document: Document) -> None:
        """What cannot be so of the two dates together."""
        expires, born = document.expires, document.birth_date
        if expires is not None and born is not None and expires <= born:
            self._wrong("expires", "The document expires before its holder is born; compare both dates with it.")

    def _wrong(self, about: str, message: str, **values: object) -> None:
        self.faults.append(WrongDocument(message, about, **values))

    def _kind(self, text: str) -> DocumentKind | None:
        kept = text.strip().casefold()
        found = next((kind for kind in KINDS if kind == kept), None)
        if kept and found is None:
            self._wrong(
                "kind",
                'There is no kind of document "%(kind)s"; write one of %(known)s.',
                kind=text.strip()[:40],
                known=", ".join(KINDS),
            )
        return found

    def _number(self, text: str, about: str) -> str:
        kept = _compact(text)
        strange = "".join(dict.fromkeys(one for one in kept if not (one.isascii() and one.isalnum())))
        if strange:
            self._wrong(
                about,
                "A number has only Latin letters and digits, but not %(found)s; compare it with the document.",
                found=strange[:10],
            )
        elif len(kept) > LONGEST_NUMBER:
            self._wrong(
                about,
                "A number has at most %(most)d letters and digits; compare it with the document.",
                most=LONGEST_NUMBER,
            )
        return kept

    def _numbers(self, texts: Mapping[RailwayId, str], about: str) -> dict[RailwayId, str]:
        read = {railway: self._number(text, f"{about}.{railway}") for railway, text in texts.items()}
        return {railway: number for railway, number in read.items() if number}

    def _state(self, text: str, about: str) -> str:
        code = unicodedata.normalize("NFKC", text).strip().strip("<").upper()
        if not code or known(code):
            return canonical(code)
        meant = ", ".join(near(text))
        if meant:
            self._wrong(about, 'No state has the code "%(code)s"; did you mean %(meant)s?', code=code[:40], meant=meant)
        else:
            self._wrong(
                about,
                'No state has the code "%(code)s"; write the letters that the document prints, such as RUS.',
                code=code[:40],
            )
        return ""

    def _expires(self, text: str) -> date | None:
        found = self._date(text, "expires")
        if found is not None and not -_LONGEST_EXPIRED < found - self._today < _LONGEST_VALID:
            self._wrong(
                "expires",
                "A document that expires on %(date)s is none to travel with; compare the date with the document.",
                date=found,
            )
        return found

    def _born(self, text: str) -> date | None:
        found = self._date(text, "birth_date")
        if found is not None and not -_OLDEST < found - self._today <= _TOMORROW:
            self._wrong(
                "birth_date",
                "Nobody who travels was born on %(date)s; compare the date with the document.",
                date=found,
            )
        return found

    def _date(self, text: str, about: str) -> date | None:
        kept = unicodedata.normalize("NFKC", text).strip()
        try:
            if "." in kept:
                day, month, year = (int(part) for part in kept.split("."))
                return date(year, month, day)
            return date.fromisoformat(kept) if kept else None
        except ValueError:
            self._wrong(about, '"%(text)s" is no date; write it as 2031-03-21.', text=kept[:20])
            return None

    def _sex(self, text: str) -> Literal["", "f", "m", "x"]:
        kept = text.strip().casefold()
        found = _SEXES.get(kept[:1])
        if kept and found is None:
            self._wrong("sex", "The sex is written as the document has it: F, M or X.")
        return found or ""

    def _name(self, text: str, about: str) -> str:
        kept = " ".join(unicodedata.normalize("NFC", text).split())
        if len(kept) > LONGEST_NAME:
            self._wrong(about, "A name has at most %(most)d characters.", most=LONGEST_NAME)
        elif any(one.isalpha() and not unicodedata.name(one, "").startswith("LATIN ") for one in kept):
            self._wrong(about, "Write this name in Latin letters, as the document prints it.")
        elif any(not (one.isalpha() or unicodedata.category(one) == "Mn" or one in " -'’.,") for one in kept):
            self._wrong(about, "A name has only letters, hyphens and apostrophes; write it as the document prints it.")
        return kept


def _said_by(mrz: Mrz) -> dict[str, object]:
    return {
        "kind": mrz.kind,
        "number": mrz.number.replace(" ", ""),
        "issuing_state": canonical(mrz.issuing_state),
        "expires": mrz.expires,
        "nationality": canonical(mrz.nationality),
        "birth_date": mrz.birth_date.date if mrz.birth_date is not None else None,
        "sex": mrz.sex,
        "family_name": mrz.family_name,
        "given_names": mrz.given_names,
    }


def _compact(text: str) -> str:
    """Capitals without the spaces, dashes and number sign that are printed for the eye."""
    plain = unicodedata.normalize("NFKC", text.replace("№", "")).upper()
    return "".join(
        one for one in plain if not one.isspace() and one not in _DASHES and unicodedata.category(one) != "Cf"
    )
