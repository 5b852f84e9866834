"""`rerail mrz check TEXT`: what a machine-readable zone says, and what is wrong with it. Keeps and logs nothing."""

from __future__ import annotations

from datetime import date
from typing import Final, TextIO

import msgspec
from msgspec import Struct

from rerail.border.mrz import read_mrz
from rerail.border.mrz_model import CheckDigit, Mrz, MrzProblem, MrzReading, NotMrz
from rerail.line.states import name

_NAMES: Final = {
    "document_code": "document code",
    "issuing_state": "issued by",
    "number": "document number",
    "nationality": "nationality",
    "birth_date": "date of birth",
    "sex": "sex",
    "expires": "date of expiry",
    "family_name": "family name",
    "given_names": "given names",
    "optional_data": "optional data",
    "optional_data_2": "more optional data",
    "composite": "all together",
}


class FieldsShown(Struct, frozen=True, kw_only=True):
    """The fields of a zone, as `--json` prints them; empty or null where unreadable."""

    document_code: str
    kind: str | None
    issuing_state: str
    number: str
    nationality: str
    birth_date: str | None
    """"1974-08-XX" with X for what the document leaves unknown."""
    sex: str
    expires: date | None
    family_name: str
    given_names: str
    names_truncated: bool
    optional_data: str
    optional_data_2: str


class ProblemShown(Struct, frozen=True, kw_only=True):
    """A problem, as `--json` prints it: its sentences in English."""

    level: str
    rule: str
    field: str | None
    line: int | None
    position: int | None
    found: str
    expected: str
    message: str
    fix: str


class ReadingShown(Struct, frozen=True, kw_only=True):
    """What `--json` prints: without format and fields of what is no machine-readable zone."""

    format: str | None
    valid: bool
    fields: FieldsShown | None
    checks: tuple[CheckDigit, ...]
    problems: tuple[ProblemShown, ...]


def run(text: str, today: date, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Print what a zone says. Returns 0 without an error in it, 1 with errors, 2 if it is no zone."""
    try:
        reading = read_mrz(text, today)
    except NotMrz as error:
        if as_json:
            problem = MrzProblem(level="error", rule="not-mrz", message=error.message, fix="", more=error.values)
            _print_json(
                ReadingShown(format=None, valid=False, fields=None, checks=(), problems=(_shown(problem),)), out
            )
        else:
            print(f"rerail: {error}", file=err)
        return 2
    if as_json:
        problems = tuple(_shown(problem) for problem in reading.problems)
        _print_json(
            ReadingShown(
                format=reading.mrz.format,
                valid=not reading.errors,
                fields=_fields(reading.mrz),
                checks=reading.checks,
                problems=problems,
            ),
            out,
        )
    else:
        _print(reading, out)
    return 1 if reading.errors else 0


def _print_json(shown: ReadingShown, out: TextIO) -> None:
    print(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode(), file=out)


def _shown(problem: MrzProblem) -> ProblemShown:
    return ProblemShown(
        level=problem.level,
        rule=problem.rule,
        field=problem.field,
        line=problem.line,
        position=problem.position,
        found=problem.found,
        expected=problem.expected,
        message=problem.message % problem.values,
        fix=problem.fix % problem.values,
    )


def _fields(mrz: Mrz) -> FieldsShown:
    return FieldsShown(
        document_code=mrz.document_code,
        kind=mrz.kind,
        issuing_state=mrz.issuing_state,
        number=mrz.number,
        nationality=mrz.nationality,
        birth_date=str(mrz.birth_date) if mrz.birth_date is not None else None,
        sex=mrz.sex,
        expires=mrz.expires,
        family_name=mrz.family_name,
        given_names=mrz.given_names,
        names_truncated=mrz.names_truncated,
        optional_data=mrz.optional_data,
        optional_data_2=mrz.optional_data_2,
    )


def _print(reading: MrzReading, out: TextIO) -> None:
    mrz = reading.mrz
    print(f"{mrz.format}{f', {mrz.kind}' if mrz.kind else ''}", file=out)
    shown = msgspec.structs.asdict(_fields(mrz))
    for field, value in shown.items():
        if field in _NAMES and (value or not field.startswith("optional")):
            of = f" ({name(value, 'en')})" if field in ("issuing_state", "nationality") and value else ""
            print(f"  {_NAMES[field]:18} {value or 'unreadable or none'}{of}", file=out)
    print("check digits", file=out)
    for check in reading.checks:
        where = f"line {check.line}, position {check.position}"
        wrong = f"wrong: {check.found}" + (f", for {check.expected}" if check.expected is not None else "")
        print(f"  {_NAMES[check.field]:18} {'ok' if check.holds else wrong} ({where})", file=out)
    for problem in reading.problems:
        print(f"{problem.level}: {problem}", file=out)
