"""A passenger list as a border control's own program reads it: everybody once, every letter, every count."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from drawn_manifest import ANNA, EVERYTHING, KHASAN, MINJI, NOBODY_YET, asking, listed, manifests, person
from hypothesis import given, settings
from msgspec.structs import replace
from pydifact.parser import Parser
from pydifact.segmentcollection import Interchange

from rerail.border.edifact import read_interchange
from rerail.border.model import ListKey, Manifest, Person
from rerail.border.paxlst import control_reference, list_reference, paxlst, version_of
from rerail.places.model import DepartureKey

pytestmark = pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")

LETTERS = {"UNOA": "ascii", "UNOB": "ascii", "UNOC": "latin-1", "UNOY": "utf-8"}
"""In which letters an interchange says it is written (UNB 0001)."""

Line = list[Any]
"""A segment as the independent parser gives it: tag and elements, each a text or a list of texts."""


def lines(content: bytes) -> list[Line]:
    """The segments as pydifact reads them."""
    text = content.decode(LETTERS[content[13:17].decode()])
    return [[one.tag, *one.elements] for one in Parser().parse(text)]


def wire(content: bytes) -> list[str]:
    """The segments as they are written, for names without separators."""
    return content.decode(LETTERS[content[13:17].decode()]).split("'")


def passengers(content: bytes) -> list[list[Line]]:
    """Group 4: each passenger's segments."""
    found: list[list[Line]] = []
    for one in lines(content):
        if one[:2] == ["NAD", "FL"]:
            found.append([one])
        elif one[0] == "CNT":
            return found
        elif found:
            found[-1].append(one)
    raise AssertionError("the message has no control total")


def value(group: list[Line], tag: str, first: str) -> Any:
    """What stands in the segment with this qualifier; None if there is none or it holds nothing more."""
    for one in group:
        if one[0] == tag and one[1:2] and (one[1] == first or (isinstance(one[1], list) and one[1][0] == first)):
            return one[1][1] if isinstance(one[1], list) and one[1][0] == first and len(one) == 2 else one[-1]
    return None


def name_told(group: list[Line]) -> tuple[str, str]:
    """The family and the given names, from the name's parts or, where they do not fit, from the free text."""
    free = "".join(one[4] for one in group if one[0] == "FTX")
    if free == "NAME NOT KNOWN IN LATIN LETTERS":
        return "", ""
    if free:
        family, _, given = free.partition(", ")
        return family, given
    parts = group[0][4]
    family, *given_names = [parts] if isinstance(parts, str) else parts
    return family, " ".join(given_names)


def name_listed(one: Person) -> tuple[str, str]:
    def printed(name: str) -> str:
        return " ".join("".join(letter if letter.isprintable() else " " for letter in name).upper().split())

    family, given_names = printed(one.latin_family_name), printed(one.latin_given_names)
    return (family, given_names) if family else (given_names, "")


def test_the_list_of_three_segment_by_segment() -> None:
    assert wire(paxlst(listed(ANNA, MINJI, NOBODY_YET))) == [
        "UNA:+.? ",
        "UNB+UNOA:4+RERAIL+KSR-CONTROL+261130:1200+YV4ULDOQGJ0001",
        "UNG+PAXLST+RERAIL+KSR-CONTROL+261130:1200+YV4ULDOQGJ0001+UN+D:12B",
        "UNH+1+PAXLST:D:12B:UN:IATA+YV4ULDOQGJ+01:F",
        "BGM+745++9",
        "RFF+TN:YV4ULDOQGJ0001:::1",
        "NAD+MS+RERAIL",
        "TDT+20+952+2+++++:::VLADIVOSTOK - RASON",
        "DTM+189:261201",
        "LOC+125+987002:ESR:ZZZ:KHASAN+RU:162:5",
        "DTM+189:2612020830:201",
        "LOC+87+3000350:EXPRESS3:ZZZ:TUMANGANG+KP:162:5",
        "DTM+232:2612020750:201",
        "NAD+FL+++KOVALEVA:ANNA",
        "ATT+2++F",
        "DTM+329:880309",
        "GEI+4+174",
        "LOC+178+VLADIVOSTOK::ZZZ:VLADIVOSTOK",
        "LOC+179+RAJIN::ZZZ:RAJIN (RASON)",
        "NAT+2+RUS",
        "RFF+AVF:K7MP4XQ2",
        "RFF+ABO:K7MP4XQ2-1",
        "RFF+SEA:3/12",
        "RFF+VV:V-77",
        "DOC+P+752345678",
        "DTM+36:310520",
        "LOC+91+RUS",
        "DOC+V+K0012345",
        "NAD+FL+++KIM:MINJI",
        "ATT+2++M",
        "DTM+329:011231",
        "GEI+4+174",
        "LOC+178+VLADIVOSTOK::ZZZ:VLADIVOSTOK",
        "LOC+179+TUMANGANG::ZZZ:TUMANGANG",
        "NAT+2+PRK",
        "RFF+AVF:Q2XW9PRT",
        "RFF+ABO:Q2XW9PRT-1",
        "RFF+SEA:3/14",
        "DOC+I+M1234567",
        "LOC+91+PRK",
        "NAD+FL+++LNU:FNU",
        "FTX+AAI+++NAME NOT KNOWN IN LATIN LETTERS",
        "LOC+178+VLADIVOSTOK::ZZZ:VLADIVOSTOK",
        "LOC+179+RAJIN::ZZZ:RAJIN (RASON)",
        "RFF+AVF:Q2XW9PRT",
        "RFF+ABO:Q2XW9PRT-2",
        "CNT+42:3",
        "UNT+45+1",
        "UNE+1+YV4ULDOQGJ0001",
        "UNZ+1+YV4ULDOQGJ0001",
        "",
    ]


@settings(max_examples=150, deadline=None)
@given(manifests())
def test_any_list_is_read_back_with_the_same_people_none_missed_or_doubled(manifest: Manifest) -> None:
    found = passengers(paxlst(manifest))
    assert Counter(value(one, "RFF", "ABO") for one in found) == Counter(one.ticket for one in manifest.persons)
    assert [name_told(one) for one in found] == [name_listed(one) for one in manifest.persons]
    for group, one in zip(found, manifest.persons, strict=True):
        documents = [line for line in group if line[0] == "DOC"]
        numbers = [line[2] for line in documents if len(line) > 2]
        assert numbers == list(filter(None, (one.document_number, one.visa_number)))
        assert value(group, "RFF", "VV") == (one.voucher_number or None)
        assert value(group, "RFF", "AVF") == one.booking
        assert value(group, "NAT", "2") == (one.nationality or None)
        assert value(group, "ATT", "2") == (one.sex.upper() or None)
        assert value(group, "LOC", "91") == (one.issuing_state or None)
        assert value(group, "DTM", "329") == (one.birth_date and f"{one.birth_date:%y%m%d}")
        assert value(group, "DTM", "36") == (one.expires and f"{one.expires:%y%m%d}")


@settings(max_examples=60, deadline=None)
@given(manifests())
def test_the_counts_are_those_an_independent_reader_counts(manifest: Manifest) -> None:
    content = paxlst(manifest)
    read = lines(content)
    tags = [one[0] for one in read]
    message = tags[tags.index("UNH") : tags.index("UNT") + 1]
    totals = {one[0]: one[1] for one in read if one[0] in ("CNT", "UNT", "UNE", "UNZ")}
    assert totals == {
        "CNT": ["42", str(len(manifest.persons))],
        "UNT": str(len(message)),
        "UNE": "1",
        "UNZ": "1",
    }
    whole = Interchange.from_str(content.decode(LETTERS[content[13:17].decode()]))
    assert whole.control_reference == control_reference(manifest.key, manifest.version)
    assert f"{whole.timestamp:%Y-%m-%d %H:%M}" == "2026-11-30 12:00"
    # And our own reader, which reads receipts, agrees with the other one.
    (own,) = read_interchange(content).messages
    assert [one.tag for one in own.segments] == message[1:-1]


@settings(max_examples=60, deadline=None)
@given(manifests())
def test_the_order_of_segments_is_that_of_directory_d12b(manifest: Manifest) -> None:
    # PAXLST D.12B, segment table: group 4 and in it group 5.
    order = ["NAD", "ATT", "DTM", "MEA", "GEI", "FTX", "LOC", "COM", "EMP", "NAT", "RFF"]
    of_document = ["DOC", "DTM", "GEI", "RFF", "LOC"]
    for group in passengers(paxlst(manifest)):
        own, *documents = "".join(f"{one[0]} " for one in group).replace("DOC", "|DOC").split("|")
        assert own.split() == sorted(own.split(), key=order.index)
        assert len(documents) <= 5
        for one in documents:
            assert one.split() == sorted(one.split(), key=of_document.index)


@pytest.mark.parametrize("field", EVERYTHING)
def test_what_the_authority_does_not_ask_for_is_not_in_the_message(field: str) -> None:
    told = {
        "document_kind": "+P+",
        "document_number": "752345678",
        "issuing_state": "LOC+91",
        "expires": "DTM+36",
        "nationality": "NAT+",
        "birth_date": "DTM+329",
        "sex": "ATT+",
        "visa_number": "DOC+V",
        "voucher_number": "RFF+VV",
    }
    others = tuple(one for one in EVERYTHING if one != field)
    assert told[field] in paxlst(listed(ANNA)).decode()
    assert told[field] not in paxlst(listed(asking(others, ANNA), asks=others)).decode()


def test_a_list_that_asks_for_nothing_has_names_places_and_tickets_alone() -> None:
    (group,) = passengers(paxlst(listed(asking((), ANNA), asks=())))
    assert [one[0] for one in group] == ["NAD", "LOC", "LOC", "RFF", "RFF", "RFF"]


@pytest.mark.parametrize(
    ("family", "given", "written"),
    [
        ("O'NEILL", "A:B+C?", "NAD+FL+++O?'NEILL:A?:B?+C??"),
        ("Kovaleva", "Anna", "NAD+FL+++KOVALEVA:ANNA"),
        ("SUKARNO", "", "NAD+FL+++SUKARNO"),
        ("", "SUKARNO", "NAD+FL+++SUKARNO"),
        ("A\nB", "C\tD", "NAD+FL+++A B:C D"),
    ],
)
def test_a_name_is_written_in_capitals_with_its_separators_released(family: str, given: str, written: str) -> None:
    one = person(latin_family_name=family, latin_given_names=given)
    assert f"'{written}'" in paxlst(listed(one)).decode()


def test_a_family_name_of_60_letters_stays_whole_and_is_not_read_as_a_given_name() -> None:
    (group,) = passengers(paxlst(listed(person(latin_family_name="W" * 60, latin_given_names="ANNA"))))
    assert group[0][4] == ["W" * 60, "ANNA"]
    assert "FTX" not in [one[0] for one in group]


def test_long_given_names_go_on_in_the_next_parts_word_by_word() -> None:
    names = "MARIA DEL CARMEN JOSEFINA ESPERANZA CONCEPCION DE LOS ANGELES"
    (group,) = passengers(paxlst(listed(person(latin_given_names=names))))
    assert group[0][4] == ["KOVALEVA", "MARIA DEL CARMEN JOSEFINA ESPERANZA", "CONCEPCION DE LOS ANGELES"]
    assert name_told(group) == ("KOVALEVA", names)


@pytest.mark.parametrize(
    ("family", "given"), [("W" * 71, "ANNA"), ("KIM", "B" * 71), ("KIM", " ".join(["ANNABELLA"] * 60)), ("?" * 600, "")]
)
def test_a_name_that_no_part_holds_is_told_in_full_in_free_text(family: str, given: str) -> None:
    (group,) = passengers(paxlst(listed(person(latin_family_name=family, latin_given_names=given))))
    assert name_told(group) == (family, given)
    assert all(len(part) <= 70 for part in ([group[0][4]] if isinstance(group[0][4], str) else group[0][4]))


@pytest.mark.parametrize(
    ("family", "level"), [("MULLER", "UNOA"), ("MÜLLER", "UNOC"), ("ŁUKASIEWICZ", "UNOY"), ("Ковалёва", "UNOY")]
)
def test_the_letters_of_a_list_are_announced_and_no_wider_than_its_names_need(family: str, level: str) -> None:
    content = paxlst(listed(person(latin_family_name=family)))
    assert content.startswith(f"UNA:+.? 'UNB+{level}:4+".encode())
    assert name_told(passengers(content)[0])[0] == family.upper()


def test_an_accent_in_the_name_of_a_train_does_not_change_the_letters_of_the_list() -> None:
    content = paxlst(listed(ANNA, train_names={"fr": "Genève – Évian"}, numbers=()))
    assert b"UNB+UNOA:4" in content
    assert b"TDT+20++2+++++:::GENEVE - EVIAN'" in content
    assert b"TDT+20++2+++++:::'" in paxlst(listed(ANNA, train_names={"ko": "라선"}, numbers=()))


def test_each_side_is_told_the_number_on_its_own_railway() -> None:
    assert "TDT+20+951+2" in paxlst(listed(ANNA, direction="exit")).decode()
    assert "TDT+20+952+2" in paxlst(listed(ANNA, direction="entry")).decode()


def test_a_station_is_known_by_its_uic_code_else_by_a_railways_own_else_by_name() -> None:
    def written(**more: Any) -> list[str]:
        return [one for one in wire(paxlst(listed(near=replace(KHASAN, **more)))) if one.startswith(("LOC+125", "DTM"))]

    assert written(codes={"uic": "2034195", "esr": "987002"})[1] == "LOC+125+2034195::12:KHASAN+RU:162:5"
    assert written(codes={})[1] == "LOC+125+:::KHASAN+RU:162:5"
    assert written(codes={}, names={"ru": "Хасан"})[1] == "LOC+125+:::ХАСАН+RU:162:5"
    assert written(local=None) == ["DTM+189:261201", "LOC+125+987002:ESR:ZZZ:KHASAN+RU:162:5", "DTM+232:2612020750:201"]


def test_an_amendment_replaces_the_list_and_a_close_out_tells_who_is_on_board() -> None:
    assert wire(paxlst(listed(ANNA, MINJI)))[4] == "BGM+745++9"
    amendment = paxlst(listed(ANNA, version=2, removed=(MINJI,)))
    assert wire(amendment)[4:6] == ["BGM+745++5", "RFF+TN:YV4ULDOQGJ0002:::2"]
    assert [value(one, "RFF", "ABO") for one in passengers(amendment)] == ["K7MP4XQ2-1"]
    assert wire(paxlst(listed(ANNA, version=3, removed=(MINJI,), close_out=True)))[4] == "BGM+266+CLOB"


def test_a_list_that_is_still_open_is_provisional_and_never_taken_for_the_closed_one() -> None:
    draft = wire(paxlst(listed(ANNA, open_until=datetime(2026, 12, 1, 6, 0, tzinfo=UTC))))
    assert draft[4:6] == ["BGM+745++46", "RFF+TN:YV4ULDOQGJ0000:::0"]
    assert draft[-2] == "UNZ+1+YV4ULDOQGJ0000"


def test_a_named_list_names_the_tour_operator() -> None:
    named = paxlst(listed(ANNA, kind="named-list", operator_names={"ru": "Расон Турс", "en": "Rason Tours"}))
    assert wire(named)[7] == "NAD+AG+++RASON TOURS"
    assert "NAD+AG" not in paxlst(listed(ANNA)).decode()


def test_a_specimen_is_a_test_interchange() -> None:
    assert wire(paxlst(listed(specimen=True)))[1] == ("UNB+UNOA:4+RERAIL+KSR-CONTROL+261130:1200+YV4ULDOQGJ0001++++++1")


def test_the_time_of_making_is_utc_whatever_clock_it_came_on() -> None:
    seoul = datetime.fromisoformat("2026-11-30T21:00+09:00")
    assert paxlst(listed(ANNA, made=seoul)) == paxlst(listed(ANNA, made=datetime(2026, 11, 30, 12, 0, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("passport", "DOC+P+752345678"),
        ("service-passport", "DOC+P:::SERVICE PASSPORT+752345678"),
        ("diplomatic-passport", "DOC+P:::DIPLOMATIC PASSPORT+752345678"),
        ("id-card", "DOC+I+752345678"),
        ("seafarer-id", "DOC+F:::SEAFARER IDENTITY DOCUMENT+752345678"),
        ("travel-document", "DOC+F:::TRAVEL DOCUMENT+752345678"),
        (None, "DOC+:::TRAVEL DOCUMENT+752345678"),
    ],
)
def test_the_kind_of_document(kind: str | None, written: str) -> None:
    assert written in wire(paxlst(listed(replace(ANNA, document_kind=kind))))


def test_the_same_list_has_the_same_bytes_and_reference_and_another_has_another() -> None:
    assert paxlst(listed(ANNA, MINJI)) == paxlst(listed(ANNA, MINJI))
    key = listed().key
    others = (
        ListKey(key.departure, "rzd-control"),
        ListKey(key.departure, "ksr-control", "rason-tours"),
        ListKey(DepartureKey("vladivostok-rason", date(2026, 12, 2)), "ksr-control"),
    )
    references = {list_reference(one) for one in (key, *others)}
    assert len(references) == 4
    assert all(control_reference(key, version)[:10] == list_reference(key) for version in (1, 2, 9999))


@pytest.mark.parametrize("version", [1, 10, 9999])
def test_a_reference_tells_its_version(version: int) -> None:
    reference = control_reference(listed().key, version)
    assert len(reference) == 14
    assert version_of(reference) == version


def test_a_reference_of_somebody_else_tells_no_version() -> None:
    assert version_of("TYR123") is None
    assert version_of("000000001") is None


@pytest.mark.parametrize("version", [-1, 10_000])
def test_there_is_no_reference_for_such_a_version(version: int) -> None:
    with pytest.raises(ValueError, match=f"version {version}"):
        control_reference(listed().key, version)
