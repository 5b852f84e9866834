"""The list as a spreadsheet opens it: one passenger a row, only what is asked, and no cell that becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from drawn_manifest import ANNA, EVERYTHING, MINJI, NOBODY_YET, asking, listed, manifests, person
from hypothesis import given, settings

from rerail.border.model import Manifest, Person
from rerail.border.table import columns, table
from rerail.line.border import Asked

ALWAYS = (
    *("number", "change", "coach", "place", "family_name", "given_names", "latin_family_name", "latin_given_names"),
    *("latin_from", "board", "alight", "booking", "ticket"),
)
OF_LIST = ("missing", "train", "service_date", "list", "version")


def rows(manifest: Manifest) -> list[dict[str, str]]:
    """The rows as a program reads them that knows of the apostrophe before what looks like a formula."""
    text = table(manifest).decode("utf-8-sig")
    read = csv.DictReader(io.StringIO(text, newline=""))
    return [{key: re.sub(r"^'('*[=+\-@\t\r＝＋－＠])", r"\1", cell) for key, cell in row.items()} for row in read]


def test_anna_and_minji_and_somebody_not_named_yet() -> None:
    anna, minji, nobody = rows(listed(ANNA, MINJI, NOBODY_YET))
    assert anna == {
        "number": "1",
        "change": "",
        "coach": "3",
        "place": "12",
        "family_name": "Ковалёва",
        "given_names": "Анна Сергеевна",
        "latin_family_name": "KOVALEVA",
        "latin_given_names": "ANNA",
        "latin_from": "document",
        "board": "Vladivostok",
        "alight": "Rajin (Rason)",
        "booking": "K7MP4XQ2",
        "ticket": "K7MP4XQ2-1",
        "document_kind": "passport",
        "document_number": "752345678",
        "issuing_state": "RUS",
        "expires": "2031-05-20",
        "nationality": "RUS",
        "birth_date": "1988-03-09",
        "sex": "f",
        "visa_number": "K0012345",
        "voucher_number": "V-77",
        "missing": "",
        "train": "vladivostok-rason",
        "service_date": "2026-12-01",
        "list": "YV4ULDOQGJ0001",
        "version": "1",
    }
    assert (minji["family_name"], minji["missing"]) == ("김", "expires visa_number voucher_number")
    assert (nobody["number"], nobody["coach"], nobody["latin_from"]) == ("3", "", "")


def test_a_spreadsheet_knows_the_letters_by_the_mark_and_the_lines_by_the_standard() -> None:
    content = table(listed(ANNA))
    assert content.startswith(b"\xef\xbb\xbfnumber,change,")
    assert content.count(b"\r\n") == 2


@pytest.mark.parametrize("asks", [(), ("nationality",), ("sex", "expires"), EVERYTHING])
def test_the_columns_are_those_of_every_list_and_those_asked_for_in_one_order(asks: tuple[Asked, ...]) -> None:
    found = columns(listed(asks=asks))
    assert found == (*ALWAYS, *(one for one in get_args(Asked) if one in asks), *OF_LIST)
    assert table(listed(asks=asks)).decode("utf-8-sig").split("\r\n")[0] == ",".join(found)


@settings(deadline=None)
@given(manifests())
def test_any_list_is_read_back_with_the_same_people_none_missed_or_doubled(manifest: Manifest) -> None:
    read = rows(manifest)
    listed_now, removed = read[: len(manifest.persons)], read[len(manifest.persons) :]
    assert [row["number"] for row in listed_now] == [str(number + 1) for number in range(len(manifest.persons))]
    for row, one in zip(listed_now, manifest.persons, strict=True):
        assert written(row) == {field: text(getattr(one, field)) for field in written(row)}
        assert row["change"] == (
            "added" if one.key in manifest.added else "changed" if one.key in manifest.changed else ""
        )
    assert [(row["ticket"], row["number"], row["change"]) for row in removed] == [
        (one.ticket, "", "removed") for one in manifest.removed
    ]


def written(row: dict[str, str]) -> dict[str, str]:
    own = set(Person.__struct_fields__) - {"missing", "number", "board", "alight"}
    return {field: cell for field, cell in row.items() if field in own}


def text(value: Any) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+7", "'+7"),
        ("-Petrov", "'-Petrov"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝cmd", "'＝cmd"),
        ("'=1", "''=1"),
        ("'t Hooft", "'t Hooft"),
        ("Иванова-Петрова", "Иванова-Петрова"),
    ],
)
def test_no_cell_becomes_a_formula_and_the_apostrophe_can_be_taken_away_again(name: str, cell: str) -> None:
    one = listed(person(family_name=name))
    assert csv.reader(io.StringIO(table(one).decode("utf-8-sig"), newline="")).__next__()[4] == "family_name"
    assert list(csv.reader(io.StringIO(table(one).decode("utf-8-sig"), newline="")))[1][4] == cell
    assert rows(one)[0]["family_name"] == name


def test_a_close_out_tells_who_crossed_and_who_did_not() -> None:
    found = rows(listed(ANNA, version=3, removed=(MINJI,), close_out=True))
    assert [(row["ticket"], row["change"], row["version"]) for row in found] == [
        ("K7MP4XQ2-1", "crossed", "3"),
        ("Q2XW9PRT-1", "not-crossed", "3"),
    ]


def test_a_list_that_is_still_open_has_the_version_0() -> None:
    (row,) = rows(listed(ANNA, open_until=datetime(2026, 12, 1, 6, 0, tzinfo=UTC)))
    assert (row["version"], row["list"]) == ("0", "YV4ULDOQGJ0000")


def test_a_transliterated_name_says_so_and_a_station_without_a_name_is_told_by_its_id() -> None:
    (row,) = rows(listed(asking((), person(from_document=False)), asks=(), stations={"rajin": {}}))
    assert (row["latin_from"], row["board"], row["alight"]) == ("transliteration", "vladivostok", "rajin")
