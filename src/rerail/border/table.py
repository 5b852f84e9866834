"""A crossing list as CSV: RFC 4180 in UTF-8 with a byte order mark, a header line of English keys.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; a program that reads the file takes
one away from a cell that begins with apostrophes and then such a sign. Columns: docs/paxlst.md.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Final, get_args

from rerail.border.model import Manifest, Person
from rerail.border.paxlst import control_reference
from rerail.line.border import Asked
from rerail.line.model import StationId
from rerail.typeset.language import named

_BEFORE: Final = (
    *("number", "change", "coach", "place", "family_name", "given_names"),
    *("latin_family_name", "latin_given_names", "latin_from", "board", "alight", "booking", "ticket"),
)
_AFTER: Final = ("missing", "train", "service_date", "list", "version")
_IN_ORDER: Final[tuple[Asked, ...]] = get_args(Asked)
_SUSPECT: Final = frozenset("'=+-@\t\r＝＋－＠")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def columns(manifest: Manifest) -> tuple[str, ...]:
    """The keys of the columns: those that every list has, and between them what the authority asks for."""
    return (*_BEFORE, *(one for one in _IN_ORDER if one in manifest.asks), *_AFTER)


def table(manifest: Manifest) -> bytes:
    """The list as CSV, one passenger a row; after them, on an amendment, whoever was removed."""
    version = 0 if manifest.open_until is not None else manifest.version
    of_list = (
        manifest.key.departure.train,
        manifest.key.departure.service_date.isoformat(),
        control_reference(manifest.key, version),
        str(version),
    )
    stations = {station: named(names, "en") for station, names in manifest.stations.items()}
    asked = [one for one in _IN_ORDER if one in manifest.asks]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(manifest))
    for number, change, person in _rows(manifest):
        values = (
            *(number, change, person.coach, person.place, person.family_name, person.given_names),
            *(person.latin_family_name, person.latin_given_names, _latin_from(person)),
            *(_station(person.board, stations), _station(person.alight, stations), person.booking, person.ticket),
            *[_written(getattr(person, one)) for one in asked],
            " ".join(person.missing),
            *of_list,
        )
        writer.writerow([_plain(value) if value[:1] in _SUSPECT else value for value in values])
    return out.getvalue().encode("utf-8-sig")


def _rows(manifest: Manifest) -> Iterator[tuple[str, str, Person]]:
    changes = dict.fromkeys(manifest.added, "added") | dict.fromkeys(manifest.changed, "changed")
    for number, person in enumerate(manifest.persons, 1):
        yield str(number), "crossed" if manifest.close_out else changes.get(person.key, ""), person
    for person in manifest.removed:
        yield "", "not-crossed" if manifest.close_out else "removed", person


def _plain(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _latin_from(person: Person) -> str:
    if not (person.latin_family_name or person.latin_given_names):
        return ""
    return "document" if person.from_document else "transliteration"


def _station(station: StationId, names: dict[StationId, str]) -> str:
    return names.get(station) or station


def _written(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""
