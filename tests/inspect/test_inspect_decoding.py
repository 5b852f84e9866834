"""The small decoder in the browser reads what asn1tools reads, field by field, and passes over what it cannot know."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import asn1tools
import pytest
from drawn_values import values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inspecting import Inspector, in_letters, plain, ticket
from passes import CODES, KEY, foreign
from ticket.example_tickets import anna

from rerail.ticket.barcode import barcode, decoded
from rerail.ticket.coding import decode, description, encode
from rerail.ticket.inspection import schema, shapes
from rerail.ticket.problem import Unreadable

SCHEMA = schema()
SLOW_TO_DRAW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@given(values(SCHEMA, "TicketData"))
@SLOW_TO_DRAW
def test_whatever_a_ticket_says_is_read_field_by_field(inspector: Inspector, said: dict[str, Any]) -> None:
    raw = encode("TicketData", said)
    assert inspector.decode("TicketData", raw)["value"] == plain(decode("TicketData", raw))


@given(values(SCHEMA, "Frame"))
@SLOW_TO_DRAW
def test_whatever_the_frame_exactly_the_signed_bytes_are_cut_out_of_it(
    inspector: Inspector, frame: dict[str, Any]
) -> None:
    raw = encode("Frame", frame)
    found = inspector.decode("Frame", raw)
    assert found["value"] == plain(decode("Frame", raw))
    assert found["level1"] == plain(encode("Level1Data", frame["level2SignedData"]["level1Data"]))


@pytest.mark.parametrize("whose", [whose for whose in CODES if CODES[whose].startswith(b"\x01")])
def test_every_ticket_says_the_same_here_and_there(inspector: Inspector, whose: str) -> None:
    found, theirs = inspector.read(CODES[whose]), decoded(CODES[whose])
    assert found["ticket"] == ticket(theirs)
    assert (found["provider"], found["keyId"], found["algorithm"]) == (theirs.provider, theirs.key_id, theirs.algorithm)
    assert (found["signed"], found["signature"]) == (plain(theirs.signed), plain(theirs.signature))


@pytest.mark.parametrize("name", ["\ufeffАнна", "a\x00b", "👩\u200d👧", "\U0010ffff", "e\u0301", "x" * 150])
def test_names_that_trip_up_whoever_reads_letters(inspector: Inspector, name: str) -> None:
    raw = barcode(anna(family_name=name), KEY)
    assert inspector.read(raw)["ticket"]["familyName"] == name == decoded(raw).family_name


@pytest.mark.parametrize(
    ("narrow", "wide", "change"),
    [
        ("INTEGER (0..99999)", "INTEGER (0..131071)", {"keyId": 131_071}),
        ("INTEGER (1..366)", "INTEGER (1..512)", {"endOfValidityDay": 367}),
        ("INTEGER (0..1439)", "INTEGER (0..2047)", {"endOfValidityTime": 1_440}),
    ],
)
def test_a_number_that_is_out_of_its_range_makes_no_ticket(
    inspector: Inspector, narrow: str, wide: str, change: dict[str, int]
) -> None:
    frame = decode("Frame", CODES["anna, who changes places"])
    frame["level2SignedData"]["level1Data"] |= change
    raw = asn1tools.compile_string(description().replace(narrow, wide), "uper").encode("Frame", frame)
    assert inspector.read(raw) == {"thrown": "not-a-frame"}
    with pytest.raises(Unreadable):
        decoded(raw)


@pytest.mark.parametrize(
    ("shape", "octets"),
    [
        (["ia5", 1, 5], b"\xff" * 9),
        (["enumerated", False, ["a", "b", "c"]], b"\xff"),
        (["choice", False, [["a", ["boolean"]], ["b", ["boolean"]], ["c", ["boolean"]]]], b"\xff"),
        (["integer"], b"\x00"),
        (["oid"], b"\x01\x80"),
        (["oid"], b"\x00"),
        (["utf8"], b"\x03\xed\xa0\x80"),
        (["octets"], b"\xc1" + bytes(40)),
    ],
)
def test_what_no_encoder_writes(inspector: Inspector, shape: list[Any], octets: bytes) -> None:
    inspector.page.evaluate("(shape) => { inspecting.odd = { Odd: shape }; }", shape)
    assert inspector.decode("Odd", octets, "odd") == {"thrown": "not-a-frame"}


def test_an_object_identifier_of_the_joint_arc(inspector: Inspector) -> None:
    """The example of X.690, 8.19.5: {2 999 3} is 88 37 03."""
    inspector.page.evaluate("() => { inspecting.odd = { Odd: ['oid'] }; }")
    assert inspector.decode("Odd", b"\x03\x88\x37\x03", "odd")["value"] == "2.999.3"


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_bytes_that_are_no_ticket_are_unreadable_and_nothing_worse(inspector: Inspector, raw: bytes) -> None:
    assert inspector.read(raw)["thrown"] in ("not-a-frame", "no-journey", "other-content", "part-not-read")


# ── what stands in no description, or in a later one ─────────────────────────────────────────────────────


@cache
def later() -> Any:
    """A version to come, which has added something to everything that may grow."""
    added = """
    ...,
    addedLater     UTF8String OPTIONAL,
    addedAfterThat SEQUENCE { one INTEGER, other BOOLEAN } OPTIONAL
}"""
    text, count = re.subn(r"\n    \.\.\.\n\}", added, description())
    assert count > 8
    text = text.replace("freeAddonChild, ...", "freeAddonChild, ..., cat").replace(
        "delayConfirmation      NotRead,\n        ...", "delayConfirmation NotRead, ..., boat NULL"
    )
    return asn1tools.compile_string(text, "uper")


NEW = {"addedLater": "später " * 40, "addedAfterThat": {"one": 70_000, "other": True}}


def test_what_a_later_version_added_is_passed_over(inspector: Inspector) -> None:
    said = foreign()
    grown = foreign(places={"coach": "1"}) | NEW
    for part in (grown["issuingDetail"], grown["travelerDetail"], grown["travelerDetail"]["traveler"][0]):
        part.update(NEW)
    journey = grown["transportDocument"][0]["ticket"][1]
    for part in (journey, journey["berth"][0], journey["tariffs"][0]):
        part.update({"addedAfterThat": NEW["addedAfterThat"]})
    raw = later().encode("TicketData", grown)
    read = inspector.decode("TicketData", raw)["value"]
    assert read == plain(decode("TicketData", raw))
    said["transportDocument"][0]["ticket"][1]["places"] = {"coach": "1"}
    assert read == plain(decode("TicketData", encode("TicketData", said)))


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"luggage": None}, "luggage"),
        ({"tariffs": [{"restrictedToCountryOfResidence": False, "reductionCard": None}]}, "reductionCard"),
        ({"tariffs": [{"restrictedToCountryOfResidence": False, "passengerType": "cat"}]}, "passengerType"),
    ],
)
def test_a_part_that_cannot_be_passed_over_ends_the_reading(
    inspector: Inspector, more: dict[str, Any], part: str
) -> None:
    raw = later().encode("TicketData", foreign(**more))
    assert inspector.decode("TicketData", raw) == {"thrown": "part-not-read"}
    said = inspector.page.evaluate(
        """(raw) => {
          try { inspecting.uper.decode(inspecting.schema, "TicketData", inspecting.octets(raw)); }
          catch (error) { return error.values; }
        }""",
        in_letters(raw),
    )
    assert said == {"part": part}


@pytest.mark.parametrize("kind", ["voucher", "boat"])
def test_a_document_of_another_kind_is_not_taken_for_a_journey(inspector: Inspector, kind: str) -> None:
    said = foreign()
    said["transportDocument"].append({"ticket": (kind, None)})
    assert inspector.decode("TicketData", later().encode("TicketData", said)) == {"thrown": "part-not-read"}


# ── the standard's own description ───────────────────────────────────────────────────────────────────────


def published() -> list[str]:
    folder = os.environ.get("RERAIL_STANDARDS")
    if not folder:
        pytest.skip("RERAIL_STANDARDS names no folder with uic/uicRailTicketData_v3.0.6.asn to check tickets against")
    return [file.read_text() for file in sorted((Path(folder) / "uic").glob("*.asn"))]


def test_the_decoder_reads_the_whole_of_the_standard(inspector: Inspector) -> None:
    """All twelve kinds of document, cards, tokens, lists of lists: the decoder is not made for our part alone."""
    texts = published()
    standard = asn1tools.compile_string("\n".join(texts), "uper")
    whole = shapes("\n".join(texts))
    inspector.page.evaluate("(whole) => { inspecting.whole = whole; }", whole)

    @given(values(whole, "UicRailTicketData"))
    @SLOW_TO_DRAW
    def read(said: dict[str, Any]) -> None:
        raw = standard.encode("UicRailTicketData", said)
        assert inspector.decode("UicRailTicketData", raw, "whole")["value"] == plain(
            standard.decode("UicRailTicketData", raw)
        )

    read()


def test_our_shapes_are_the_standards_in_every_part_that_is_read() -> None:
    """What we call by a shorter name, and what we do not read, set aside: the same bits."""
    whole = shapes("\n".join(published()))

    def same(ours: Any, theirs: Any) -> bool:
        ours = SCHEMA[ours] if isinstance(ours, str) else ours
        theirs = whole[theirs] if isinstance(theirs, str) else theirs
        if ours == ["null"]:
            return True
        if ours[0] in ("sequence", "choice"):
            pairs = zip(ours[2], theirs[2], strict=True)
            return ours[:2] == theirs[:2] and all(
                (one[0], one[2:]) == (other[0], other[2:]) and same(one[1], other[1]) for one, other in pairs
            )
        return same(ours[1], theirs[1]) if ours[0] == theirs[0] == "list" else bool(ours == theirs)

    assert same("Frame", "UicBarcodeHeader")
    assert same("TicketData", "UicRailTicketData")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A ::= SEQUENCE { a INTEGER (0..MAX) }", "no range"),
        ("A ::= SEQUENCE { a BIT STRING }", "BIT STRING"),
        ("A ::= SEQUENCE (SIZE(2)) OF INTEGER", "SEQUENCE OF is not read"),
        ("A ::= OCTET STRING (SIZE(2))", "OCTET STRING is not read"),
        ("A ::= SEQUENCE { a Elsewhere }", "Elsewhere is not read"),
        ("A ::= SEQUENCE { a INTEGER, ..., b INTEGER }", "additions"),
        ("A ::= NULL B ::= NULL END M DEFINITIONS AUTOMATIC TAGS ::= BEGIN A ::= NULL", "A is described twice"),
    ],
)
def test_a_description_that_the_decoder_could_not_follow_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        shapes(f"T DEFINITIONS AUTOMATIC TAGS ::= BEGIN {text} END")
