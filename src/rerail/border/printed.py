"""A crossing list on paper: A4 across, in the authority's language, each name as on the ticket and in Latin letters.

Its reader compares it with people and passports: what is missing is a line to write on, what has changed is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from rerail.border.model import Manifest, Person, Place
from rerail.border.paxlst import control_reference
from rerail.border.wording import say
from rerail.line.border import Asked
from rerail.typeset import fonts
from rerail.typeset.language import day, named, utc_offset
from rerail.typeset.pdf import broken, typeset

_LAYOUT: Final = Path(__file__).parent / "layout" / "crossing_list.typ"


class _Column(Struct, frozen=True):
    """A column. Its width is in millimetres or, if 0, a share of what is left; it is there if any of `asked` is."""

    label: str
    mm: float
    share: float
    asked: tuple[Asked, ...]
    cell: Callable[[_Page, Person], dict[str, Any]]


class _Page(Struct, frozen=True):
    """What every cell needs to know of the list."""

    manifest: Manifest
    language: str


def printed(manifest: Manifest) -> bytes:
    """The list as a PDF. The same manifest gives the same bytes.

    Without a font for Korean on this machine English stands in for Korean (`rerail.typeset.fonts`).
    """
    (language,) = fonts.printable([manifest.language], fonts.hangul())
    page = _Page(manifest, language)
    columns = [one for one in _COLUMNS if not one.asked or set(one.asked) & set(manifest.asks)]
    train = named(manifest.train_names, language)
    reference = _reference(manifest)
    heading = say(manifest.kind, language)
    data = {
        "title": f"{heading} · {train} · {manifest.key.departure.service_date} · {reference}",
        "heading": heading,
        "direction": say(manifest.direction, language),
        "version": _version(manifest, language),
        "draft": manifest.open_until is not None,
        "reference": reference,
        "running": " · ".join(filter(None, (train, "/".join(manifest.numbers), _day(page)))),
        "facts": list(_facts(page)),
        "changes": _changes(manifest, language),
        "columns": [{"label": say(one.label, language), "mm": one.mm, "fr": one.share} for one in columns],
        "rows": list(_rows(page, columns)),
        "removed": [_row(page, columns, "–", one, "" if manifest.close_out else "removed") for one in manifest.removed],
        "strike": not manifest.close_out,
        "note": say("transliterated", language) if any(map(_transliterated, manifest.persons)) else "",
        "labels": {
            "missing": say("missing", language),
            "nobody": say("nobody", language),
            "removed": say("not crossed persons" if manifest.close_out else "removed persons", language),
            "handed": say("handed over", language),
            "received": say("received", language),
            "signed": say("signed", language),
        },
        "private": say("private", language),
        "made": say("made", language, at=f"{manifest.made.astimezone(UTC):%Y-%m-%d %H:%M}"),
        "specimen": say("specimen", language) if manifest.specimen else "",
        "watermark": say("SPECIMEN", language) if manifest.specimen else "",
    }
    return typeset(_LAYOUT, data, manifest.language, manifest.made)


def _reference(manifest: Manifest) -> str:
    return control_reference(manifest.key, 0 if manifest.open_until is not None else manifest.version)


def _version(manifest: Manifest, language: str) -> str:
    if manifest.open_until is not None:
        return say("draft", language, until=f"{manifest.open_until.astimezone(UTC):%Y-%m-%d %H:%M}")
    if manifest.close_out:
        return say("close-out", language, number=manifest.version)
    if manifest.version > 1:
        return say("amendment", language, number=manifest.version, before=manifest.version - 1)
    return say("closed", language)


def _changes(manifest: Manifest, language: str) -> str:
    removed = len(manifest.removed)
    if manifest.close_out:
        return say("crossings", language, crossed=len(manifest.persons), removed=removed)
    if manifest.version == 1:
        return ""
    counts = say("changes", language, added=len(manifest.added), changed=len(manifest.changed), removed=removed)
    return f"{say('heading changed', language)} {counts}" if manifest.heading_changed else counts


def _day(page: _Page) -> str:
    return day(page.manifest.key.departure.service_date, page.language)


def _facts(page: _Page) -> Iterator[dict[str, str]]:
    said, language = page.manifest, page.language

    def fact(label: str, value: str, sub: str = "") -> dict[str, str]:
        return {"label": say(label, language), "value": value, "sub": sub}

    yield fact("for", named(said.authority_names, language))
    yield fact("train", named(said.train_names, language), " / ".join(said.numbers))
    yield fact("service date", _day(page))
    yield fact("crossing", named(said.crossing_names, language))
    yield fact("leaves", *_call(said.near, "departure", language))
    yield fact("arrives", *_call(said.far, "arrival", language))
    yield fact("list number", _reference(said))
    yield fact("passengers", str(len(said.persons)))
    if said.kind == "named-list":
        yield fact("tour operator", named(said.operator_names, language))


def _call(place: Place, word: str, language: str) -> tuple[str, str]:
    """A station and when the train leaves or arrives, on that station's clock."""
    local = place.local
    if local is None:
        return named(place.names, language), ""
    at = say(word, language, at=f"{local:%H:%M}, {day(local.date(), language)} ({utc_offset(local)})")
    return named(place.names, language), at


def _rows(page: _Page, columns: list[_Column]) -> Iterator[dict[str, Any]]:
    said = page.manifest
    changes = dict.fromkeys(said.added, "added") | dict.fromkeys(said.changed, "changed")
    for number, person in enumerate(said.persons, 1):
        yield _row(page, columns, str(number), person, "" if said.close_out else changes.get(person.key, ""))


def _row(page: _Page, columns: list[_Column], number: str, person: Person, change: str) -> dict[str, Any]:
    return {
        "change": say(change, page.language) if change else "",
        "cells": [_cell(number), *(one.cell(page, person) for one in columns[1:])],
    }


def _cell(main: str, sub: str = "", *, strong: bool = False) -> dict[str, Any]:
    return {"main": main, "sub": sub, "strong": strong, "gap": False}


def _given(page: _Page, person: Person, field: Asked, text: str, sub: str = "") -> dict[str, Any]:
    """What a passenger gave; a gap if it is missing, a dash if nobody asks for it here."""
    gap = field in person.missing and field in page.manifest.asks
    return {"main": text or "–", "sub": sub, "strong": False, "gap": gap}


def _coach(page: _Page, person: Person) -> dict[str, Any]:
    return _cell(person.coach or say("without a place", page.language), strong=bool(person.coach))


def _name(page: _Page, person: Person) -> dict[str, Any]:
    """Both scripts, the second under the first; once if they are the same letters."""
    ticket = " ".join(filter(None, (person.family_name, person.given_names)))
    latin = " ".join(filter(None, (person.latin_family_name, person.latin_given_names)))
    if not ticket:
        ticket = latin or say("no name", page.language)
    under = "" if latin.casefold() == ticket.casefold() else broken(latin, _IN_A_NAME)
    if _transliterated(person):
        under = f"≈ {under}" if under else ""
    return _cell(broken(ticket, _IN_A_NAME), under, strong=True)


def _transliterated(person: Person) -> bool:
    return bool(person.latin_family_name or person.latin_given_names) and not person.from_document


def _document(page: _Page, person: Person) -> dict[str, Any]:
    kind = say(person.document_kind, page.language) if person.document_kind else ""
    if "document_number" not in page.manifest.asks:
        return _given(page, person, "document_kind", kind)
    if not kind and "document_kind" in person.missing and "document_kind" in page.manifest.asks:
        kind = say("missing", page.language) if person.document_number else ""
    return _given(page, person, "document_number", broken(person.document_number, _IN_A_NUMBER), kind)


def _stretch(page: _Page, person: Person) -> dict[str, Any]:
    stations = page.manifest.stations
    board, alight = (
        named(stations.get(station, {}), page.language) or station for station in (person.board, person.alight)
    )
    return _cell(board, f"– {alight}")


def _iso(on: date | None) -> str:
    return on.isoformat() if on is not None else ""


_IN_A_NAME: Final = 22
"""Capital letters that fit beside each other in the column of names."""
_IN_A_NUMBER: Final = 12

_COLUMNS: Final = (
    _Column("number", 14, 0, (), lambda _, one: _cell(str(one.number))),
    _Column("coach", 11, 0, (), _coach),
    _Column("place", 11, 0, (), lambda _, one: _cell(one.place, strong=True)),
    _Column("name", 0, 2.8, (), _name),
    _Column("born", 19, 0, ("birth_date",), lambda page, one: _given(page, one, "birth_date", _iso(one.birth_date))),
    _Column(
        "sex",
        9,
        0,
        ("sex",),
        lambda page, one: _given(page, one, "sex", say(one.sex, page.language) if one.sex else ""),
    ),
    _Column(
        "nationality", 17, 0, ("nationality",), lambda page, one: _given(page, one, "nationality", one.nationality)
    ),
    _Column("document", 0, 1.6, ("document_kind", "document_number"), _document),
    _Column(
        "issuing state",
        14,
        0,
        ("issuing_state",),
        lambda page, one: _given(page, one, "issuing_state", one.issuing_state),
    ),
    _Column("expires", 19, 0, ("expires",), lambda page, one: _given(page, one, "expires", _iso(one.expires))),
    _Column(
        "visa",
        0,
        1.2,
        ("visa_number",),
        lambda page, one: _given(page, one, "visa_number", broken(one.visa_number, _IN_A_NUMBER)),
    ),
    _Column(
        "voucher",
        0,
        1.2,
        ("voucher_number",),
        lambda page, one: _given(page, one, "voucher_number", broken(one.voucher_number, _IN_A_NUMBER)),
    ),
    _Column("stretch", 0, 1.8, (), _stretch),
    _Column("ticket", 23, 0, (), lambda _, one: _cell(broken(one.ticket, _IN_A_NUMBER))),
)
