"""From the bytes of one file to a TOML document, or a sentence about why it is none."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from rerail.line.problem import At, Report

UTF8_BOM: Final = b"\xef\xbb\xbf"


class _Reported:
    """Stands in a document for a value whose problem has been reported already."""

    def __repr__(self) -> str:
        return "(a value already reported)"


REPORTED: Final = _Reported()

Document = dict[str, Any]


def parse(file: str, content: bytes, report: Report) -> Document | None:
    """The document in a file; None if it is none, after reporting why.

    Dates that do not exist (2026-02-30) are reported with their line and path, and stand in the document as
    `REPORTED`, so that everything else in the file can still be read.
    """
    text = _decode(file, content, report)
    return None if text is None else _parse(file, text, report)


def _decode(file: str, content: bytes, report: Report) -> str | None:
    """Text in UTF-8, with or without a byte order mark."""
    encoding = _other_encoding(content)
    if encoding is None:
        try:
            return content.removeprefix(UTF8_BOM).decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            report.error(
                "encoding",
                At(file),
                f"line {line} has the byte 0x{content[error.start]:02X}, which is not UTF-8: "
                "the file looks like Latin-1 (ISO 8859-1) or another encoding of one byte a letter, like Windows-1251.",
                "Save it as UTF-8.",
            )
            return None
    report.error("encoding", At(file), f"the file is in {encoding}.", "Save it as UTF-8.")
    return None


def _other_encoding(content: bytes) -> str | None:
    """UTF-16 or UTF-32, by its byte order mark or by the zero bytes that plain letters have in it."""
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    start = content[:400]
    zeros = start.count(0)
    if zeros >= 2 and zeros * 4 >= len(start):
        return "UTF-32" if zeros * 2 > len(start) + 2 else "UTF-16"
    return None


_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?")
_SLOPPY_DATE: Final = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b")
_MARK: Final = "\ue000date"
_MARKED: Final = re.compile(f"{_MARK}([0-9]{{1,2}})")
_MANY: Final = 50


def _parse(file: str, text: str, report: Report) -> Document | None:
    found: list[tuple[str, int]] = []
    while True:
        try:
            document = tomllib.loads(text)
        except RecursionError:
            report.error(
                "syntax",
                At(file),
                "tables or lists are nested too deeply.",
                "A line folder needs no more than five levels.",
            )
            return None
        except ValueError as error:  # tomllib.TOMLDecodeError, or a number with thousands of digits
            repaired = _without_bad_date(text, str(error), found)
            if repaired is None or len(found) > _MANY:
                _report_syntax(file, text, str(error), report)
                return None
            text = repaired
            continue
        if found:
            document = _report_bad_dates(document, At(file), found, report)
        return document


def _without_bad_date(text: str, error: str, found: list[tuple[str, int]]) -> str | None:
    """The text with the date that tomllib stopped at replaced by a mark; None if it stopped at something else.

    It stops before a 30 February, and after the year of a thirteenth month, which it takes for a number.
    """
    place = _PLACE.search(error)
    if place is None or place[1] is None:
        return None
    line_start = 0
    for _ in range(int(place[1]) - 1):
        line_start = text.index("\n", line_start) + 1
    stopped = line_start + int(place[2]) - 1
    start = stopped if error.startswith("Invalid date") else stopped - len("2025")
    date = _DATE.match(text, start) if start >= 0 else None
    if date is None:
        return None
    found.append((date[0], int(place[1])))
    return f'{text[:start]}"{_MARK}{len(found) - 1}"{text[date.end() :]}'


def _report_bad_dates(value: Any, at: At, found: list[tuple[str, int]], report: Report) -> Any:
    if isinstance(value, str) and (mark := _MARKED.fullmatch(value)):
        literal, line = found[int(mark[1])]
        report.error("date", at, f"{literal} is a date that does not exist (line {line}).", "Look it up in a calendar.")
        return REPORTED
    if isinstance(value, dict):
        return {key: _report_bad_dates(inner, at.key(key), found, report) for key, inner in value.items()}
    if isinstance(value, list):
        return [_report_bad_dates(inner, at.item(index), found, report) for index, inner in enumerate(value)]
    return value


def _report_syntax(file: str, text: str, error: str, report: Report) -> None:
    place = _PLACE.search(error)
    reason = error[: place.start()] if place else error.partition(";")[0]
    reason = f"{reason[:1].lower()}{reason[1:]}"
    if reason == r"illegal character '\n'":
        reason = "a text is not ended before the line is"
    lines = text.split("\n")
    if place and place[1]:
        line = lines[int(place[1]) - 1]
        where = f"line {place[1]}, column {place[2]}"
    else:
        line = lines[-1]
        where = f"the end of the file (line {len(lines)})"
    shown = line.strip()
    message = f"{where} is not TOML: {reason}{f', in `{shown[:80]}`' if shown else ''}."
    if _SLOPPY_DATE.search(line):
        fix = "Dates are written year-month-day with two digits each, without quotes: 2025-05-08."
    elif reason.startswith(("unterminated", "unclosed", "expected", "invalid value", "a text")):
        fix = "Look for a missing quote, bracket, comma or end of a line there or just before; is the file complete?"
    elif reason.startswith("cannot"):
        fix = "The same key or table is written twice; keep one."
    else:
        fix = "See https://toml.io for how TOML is written."
    report.error("syntax", At(file), message, fix)
