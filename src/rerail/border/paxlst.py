"""A crossing list as UN/EDIFACT PAXLST, directory D.12B, by the API guide of WCO, IATA and ICAO: docs/paxlst.md.

Names are in Latin letters and capitals, as in the machine-readable zone. Only what the authority asks for is in it,
because nothing else is in the manifest. The same manifest gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
import unicodedata
from base64 import b32encode
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from rerail.border.edifact import Cover, escaped, interchange
from rerail.border.model import ListKey, Manifest, Person, Place
from rerail.line.border import DocumentKind
from rerail.line.model import StationId, Text
from rerail.typeset.language import named

_DRAFT: Final = "BGM+745++46"
_LIST: Final = "BGM+745++9"
_AMENDMENT: Final = "BGM+745++5"
"""Document name 745, passenger list; message function 46 provisional, 9 original, 5 replace."""
_CLOSE_OUT: Final = "BGM+266+CLOB"
"""Document name 266, change in status: closed, with those on board."""
_RAIL: Final = "2"
"""Mode of transport, UN/ECE Recommendation 19."""

_OF_THE_GUIDE: Final = 35
"""Letters in one part of a name, by the guide."""
_OF_THE_DIRECTORY: Final = 70
"""The same, by D.12B."""
_GIVEN_PARTS: Final = 4
_DASHES: Final = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")
_FREE_TEXT: Final = 512

_NOT_LATIN: Final = "NAD+FL+++LNU:FNU"
_WHY_NOT_LATIN: Final = "FTX+AAI+++NAME NOT KNOWN IN LATIN LETTERS"

_DOCUMENTS: Final[Mapping[DocumentKind | None, str]] = {
    "passport": "P",
    "service-passport": "P:::SERVICE PASSPORT",
    "diplomatic-passport": "P:::DIPLOMATIC PASSPORT",
    "id-card": "I",
    "seafarer-id": "F:::SEAFARER IDENTITY DOCUMENT",
    "travel-document": "F:::TRAVEL DOCUMENT",
    None: ":::TRAVEL DOCUMENT",
}
_SEXES: Final = {"f": "ATT+2++F", "m": "ATT+2++M", "x": "ATT+2++X"}

_REFERENCE: Final = re.compile(r"[A-Z2-7]{10}[0-9]{4}")
_LAST_VERSION: Final = 9999


def list_reference(key: ListKey) -> str:
    """Ten letters and digits by which a list is known in messages; the same for each of its versions."""
    return b32encode(hashlib.sha256(str(key).encode()).digest())[:10].decode("ascii")


def control_reference(key: ListKey, version: int) -> str:
    """Fourteen characters by which one version of a list is known: the list's reference and four digits.

    Sent again it has the same one. Version 0 is a draft. Raises `ValueError` beyond version 9999.
    """
    if not 0 <= version <= _LAST_VERSION:
        raise ValueError(f"version {version} of a list")
    return f"{list_reference(key)}{version:04d}"


def version_of(reference: str) -> int | None:
    """The version that a control reference tells; None if it is none of ours."""
    return int(reference[10:]) if _REFERENCE.fullmatch(reference) else None


def paxlst(manifest: Manifest) -> bytes:
    """The list as an interchange of one group of one PAXLST.

    Each version is complete: an amendment replaces the version before, and whoever is no longer listed has been
    removed. A close-out tells who crossed. A list that is still open is provisional and has the number 0.
    """
    version = 0 if manifest.open_until is not None else manifest.version
    reference = control_reference(manifest.key, version)
    cover = Cover(
        type="PAXLST",
        release="12B",
        sender=manifest.sender,
        recipient=manifest.recipient,
        made=manifest.made,
        reference=reference,
        access=list_reference(manifest.key),
        test=manifest.specimen,
    )
    segments = [
        _begin(manifest),
        f"RFF+TN:{reference}:::{version}",
        f"NAD+MS+{escaped(manifest.sender)}",
    ]
    if manifest.kind == "named-list":
        segments.append(f"NAD+AG+++{_label(manifest.operator_names)}")
    segments += _train(manifest)
    stations = {station: _station(station, names) for station, names in manifest.stations.items()}
    for person in manifest.persons:
        _add(segments, person, stations)
    segments.append(f"CNT+42:{len(manifest.persons)}")
    return interchange(cover, segments)


def _begin(manifest: Manifest) -> str:
    if manifest.open_until is not None:
        return _DRAFT
    if manifest.close_out:
        return _CLOSE_OUT
    return _LIST if manifest.version == 1 else _AMENDMENT


def _train(manifest: Manifest) -> Iterator[str]:
    """Group 2: the train by its number on the authority's own railway, and the two calls beside the border."""
    numbers = manifest.numbers
    number = escaped(numbers[0 if manifest.direction == "exit" else -1]) if numbers else ""
    yield f"TDT+20+{number}+{_RAIL}+++++:::{_label(manifest.train_names)}"
    yield f"DTM+189:{_day(manifest.key.departure.service_date)}"
    yield f"LOC+125+{_place(manifest.near)}"
    if manifest.near.local is not None:
        yield f"DTM+189:{_minute(manifest.near.local)}"
    yield f"LOC+87+{_place(manifest.far)}"
    if manifest.far.local is not None:
        yield f"DTM+232:{_minute(manifest.far.local)}"


def _add(segments: list[str], person: Person, stations: Mapping[StationId, str]) -> None:
    """Group 4: one passenger."""
    add = segments.append
    rest = _add_name(segments, person)
    if person.sex:
        add(_SEXES[person.sex])
    if person.birth_date is not None:
        add(f"DTM+329:{_day(person.birth_date)}")
    has_document = bool(
        person.document_kind or person.document_number or person.issuing_state or person.expires is not None
    )
    if has_document:
        add("GEI+4+174")
    segments += rest
    add(f"LOC+178+{stations[person.board]}")
    add(f"LOC+179+{stations[person.alight]}")
    if person.nationality:
        add(f"NAT+2+{escaped(person.nationality)}")
    add(f"RFF+AVF:{escaped(person.booking)}")
    add(f"RFF+ABO:{escaped(person.ticket)}")
    if person.coach:
        add(f"RFF+SEA:{escaped(f'{person.coach}/{person.place}' if person.place else person.coach)}")
    if person.voucher_number:
        add(f"RFF+VV:{escaped(person.voucher_number)}")
    if has_document:
        number = f"+{escaped(person.document_number)}" if person.document_number else ""
        add(f"DOC+{_DOCUMENTS[person.document_kind]}{number}")
        if person.expires is not None:
            add(f"DTM+36:{_day(person.expires)}")
        if person.issuing_state:
            add(f"LOC+91+{escaped(person.issuing_state)}")
    if person.visa_number:
        add(f"DOC+V+{escaped(person.visa_number)}")


def _add_name(segments: list[str], person: Person) -> tuple[str, ...]:
    """The NAD of a passenger. Returns what must be said of the name in free text, after other segments.

    A single name is the family name, as in the machine-readable zone. A family name longer than the guide's 35
    letters stays in its part up to the 70 of D.12B: in a second part it would read as a given name. Long given
    names go on in the next parts, word by word. What does not fit even so is told in full in free text.
    """
    family, given = _printed(person.latin_family_name), _printed(person.latin_given_names)
    if not family:
        family, given = given, ""
    if not family:
        segments.append(_NOT_LATIN)
        return (_WHY_NOT_LATIN,)
    if len(family) <= _OF_THE_GUIDE and len(given) <= _OF_THE_GUIDE:
        segments.append(f"NAD+FL+++{escaped(family)}:{escaped(given)}" if given else f"NAD+FL+++{escaped(family)}")
        return ()
    words = textwrap.wrap(given, _OF_THE_GUIDE, break_long_words=False, break_on_hyphens=False)
    parts = [family, *words]
    kept = [part[:_OF_THE_DIRECTORY] for part in parts[: 1 + _GIVEN_PARTS]]
    segments.append(f"NAD+FL+++{':'.join(map(escaped, kept))}")
    if kept == parts:
        return ()
    whole = f"{family}, {given}" if given else family
    return tuple(
        f"FTX+AAI+++{escaped(whole[start : start + _FREE_TEXT])}" for start in range(0, len(whole), _FREE_TEXT)
    )


def _printed(name: str) -> str:
    """A name in capitals, as documents print it, without anything that is no letter or sign."""
    if name.isalpha():
        return name.upper()
    if not name.isprintable():
        name = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(name.upper().split())


def _label(names: Text) -> str:
    """A train, station or company by the first of its names that plain capitals can write; else by none.

    They are known by a number or code beside it. A dash or an accent in one must not put the whole list, whose
    names are plain, into a set of characters that its reader may not have.
    """
    for name in (names.get("en", ""), *names.values()):
        plain = unicodedata.normalize("NFKD", _printed(name.translate(_DASHES)))
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
        if plain and plain.isascii():
            return escaped(plain[:_OF_THE_DIRECTORY])
    return ""


def _place(place: Place) -> str:
    """A station by its code, its name and its country: by UIC's code if it has one, else by the railways' own."""
    codes = place.codes
    coded = "::"
    if "uic" in codes:
        coded = f"{codes['uic']}::12"
    elif codes:
        scheme = min(codes)
        coded = f"{escaped(codes[scheme])}:{escaped(scheme.upper())}:ZZZ"
    name = _label(place.names) or escaped(_printed(named(place.names, "en")))
    return f"{coded}:{name}+{escaped(place.country)}:162:5"


def _station(station: StationId, names: Text) -> str:
    return f"{escaped(station.upper())}::ZZZ:{_label(names)}"


def _day(day: date) -> str:
    written = day.isoformat()
    return written[2:4] + written[5:7] + written[8:]


def _minute(local: datetime) -> str:
    return f"{local:%y%m%d%H%M}:201"
