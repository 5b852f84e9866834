"""The inspector's question, asked of the browser: is this ticket good, for this train, today, here?

Whatever is asked here is asked of Python as well, and the two must say the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from inspecting import SHIPPED, Inspector, ticket, word
from msgspec.structs import replace
from passes import CODES, KEY, KEYS, PUBLIC, foreign, signed
from ticket.example_tickets import anna, call

from rerail.line.folder import load
from rerail.line.model import Station
from rerail.ticket.barcode import barcode, decoded
from rerail.ticket.coding import decode, encode
from rerail.ticket.keys import by_number
from rerail.ticket.verify import verify

ANNA = CODES["anna, who changes places"]
LINE = load(SHIPPED)
CALLS = [LINE.stations[one.station] for one in LINE.trains["vladivostok-rason"].calls]


def calls(stations: list[Station]) -> list[dict[str, Any]]:
    """As a page hands them to the scripts."""
    return [{"id": one.id, "names": dict(one.names), "codes": dict(one.codes)} for one in stations]


def both(inspector: Inspector, raw: bytes, **asked: Any) -> dict[str, Any]:
    """The browser's verdict, after it was compared with Python's."""
    found = inspector.verify(raw, KEYS, **asked)
    given_back = asked.get("givenBack")
    theirs = verify(
        raw,
        by_number(KEYS),
        train=asked.get("train"),
        on=date.fromisoformat(asked["date"]) if "date" in asked else None,
        at=asked.get("station"),
        refunded=given_back.__contains__ if given_back is not None else None,
        route=(lambda _: CALLS) if "calls" in asked else None,
    )
    assert found["verdict"] == word(theirs)
    if found["verdict"] not in ("unreadable", "unknown-key", "specimen"):
        assert found["why"] == theirs.why
    if found["verdict"] in ("unreadable", "unknown-key", "forged"):
        assert found["ticket"] is None
    else:
        assert theirs.ticket is not None
        assert found["ticket"].items() >= ticket(theirs.ticket).items()
    assert found["givenBackAsked"] == theirs.refund_looked_up or found["verdict"] == "unknown-key"
    return found


@pytest.mark.parametrize(
    ("whose", "verdict"),
    [
        ("anna, who changes places", "valid"),
        ("the shuttle that arrives before it leaves", "valid"),
        ("minji, in hangul", "valid"),
        ("a child without a place", "valid"),
        ("by codes of stations and railway", "valid"),
        ("third class, odd places", "valid"),
        ("clocks half an hour off", "valid"),
        ("a specimen", "specimen"),
        ("by a retired key, in its time", "valid"),
        ("by a retired key, after its time", "forged"),
        ("by an unknown key", "unknown-key"),
        ("by an impostor", "forged"),
        ("before its key was made", "forged"),
        ("no ticket", "unreadable"),
        ("nothing", "unreadable"),
    ],
)
def test_every_kind_of_ticket(inspector: Inspector, whose: str, verdict: str) -> None:
    assert both(inspector, CODES[whose])["verdict"] == verdict


def test_what_the_inspector_is_shown(inspector: Inspector) -> None:
    found = both(inspector, CODES["minji, in hangul"], train="952", date="2026-12-10", station="tumangang")
    assert (found["verdict"], found["reason"], found["why"]) == ("valid", None, "")
    shown = found["ticket"]
    assert (shown["familyName"], shown["givenNames"], shown["adult"]) == ("김", "민지", True)
    assert (shown["from"], shown["to"]) == ("Vladivostok", "Rajin (Rason)")
    assert (shown["coach"], shown["place"], shown["here"]["description"]) == ("5", "007", "wheelchair")
    assert (shown["reference"], shown["travelClass"]) == ("H8KOREA2-1", "first")


@pytest.mark.parametrize(
    ("where", "with_calls", "place"),
    [
        ("vladivostok", False, "12"),
        ("khasan", False, "34"),
        ("ussuriysk", True, "12"),
        ("khasan", True, "34"),
        ("Туманган", True, "34"),
        ("rajin", True, None),
        (None, False, None),
    ],
)
def test_of_two_places_the_one_that_is_hers_here(
    inspector: Inspector, where: str | None, with_calls: bool, place: str | None
) -> None:
    """Anna lies in 12 from Vladivostok to Khasan, and in 34 from there on."""
    asked = ({"station": where} if where else {}) | ({"calls": calls(CALLS)} if with_calls else {})
    assert both(inspector, ANNA, **asked)["ticket"]["place"] == place


def test_another_train_another_date_and_a_stretch_that_ended(inspector: Inspector) -> None:
    for asked, verdict in (
        ({"train": "953"}, "wrong-train"),
        ({"train": "VLADIVOSTOK-RASON"}, "valid"),
        ({"date": "2026-12-11"}, "wrong-date"),  # she is on the train of the 10th also after midnight
        ({"station": "RAJIN"}, "wrong-stretch"),
        ({"station": "ussuriysk"}, "wrong-stretch"),  # the ticket does not tell it
        ({"station": "ussuriysk", "calls": calls(CALLS)}, "valid"),
        ({"station": "baranovsky", "calls": calls(CALLS)}, "wrong-stretch"),
    ):
        assert both(inspector, ANNA, **asked)["verdict"] == verdict, asked
    to_khasan = barcode(anna(alight=call("khasan", "2026-12-11 06:30"), spots=()), KEY)
    assert both(inspector, to_khasan, station="Хасан", calls=calls(CALLS))["reason"]["code"] == "not-from-here"
    assert both(inspector, to_khasan, station="Khasan")["reason"]["code"] == "ends-here"


def test_given_back_comes_before_whatever_else_is_wrong_and_is_said_to_be_asked(inspector: Inspector) -> None:
    found = both(inspector, ANNA, train="953", givenBack=["K7MP4XQ2-3", "K7MP4XQ2-4"])
    assert (found["verdict"], found["givenBackAsked"]) == ("refunded", True)
    assert both(inspector, ANNA, givenBack=["K7MP4XQ2-4"])["givenBackAsked"] is True
    assert both(inspector, ANNA)["givenBackAsked"] is False


def test_a_code_ends_a_day_after_it_should_arrive_and_that_is_no_verdict(inspector: Inspector) -> None:
    arrives = datetime(2026, 12, 11, 2, 20, tzinfo=UTC)
    for now, ended in ((arrives + timedelta(hours=24), False), (arrives + timedelta(hours=24, seconds=1), True)):
        found = inspector.verify(ANNA, KEYS, now=now)
        assert (found["verdict"], found["ended"]) == ("valid", ended)
    assert inspector.verify(ANNA, KEYS)["ended"] is False


def test_what_is_not_asked_may_be_null(inspector: Inspector) -> None:
    asked = dict.fromkeys(("train", "date", "station", "calls", "givenBack", "now"))
    assert inspector.verify(ANNA, KEYS, **asked) == inspector.verify(ANNA, KEYS)


def test_another_name_under_a_true_signature_is_forged(inspector: Inspector) -> None:
    level2 = decode("Frame", ANNA)["level2SignedData"]
    content = level2["level1Data"]["dataSequence"][0]
    said = decode("TicketData", content["data"])
    said["travelerDetail"]["traveler"][0]["lastName"] = "Иванова"
    content["data"] = encode("TicketData", said)
    found = both(inspector, encode("Frame", {"format": "U2", "level2SignedData": level2}))
    assert (found["verdict"], found["reason"]["code"]) == ("forged", "not-its-signature")
    del level2["level1Signature"]
    assert both(inspector, encode("Frame", {"format": "U2", "level2SignedData": level2}))["verdict"] == "forged"


def test_another_algorithm_a_key_that_is_none_and_no_keys_at_all(inspector: Inspector) -> None:
    other = signed(foreign(), level1SigningAlg="2.16.840.1.101.3.4.3.2")
    assert both(inspector, other)["verdict"] == "forged"
    assert both(inspector, signed(foreign()))["verdict"] == "valid"  # an algorithm that is not told is ours
    for broken in (replace(PUBLIC, spki_der_base64="AAAA"), replace(PUBLIC, algorithm_oid="1.2.3")):
        assert inspector.verify(ANNA, [broken])["verdict"] == "forged"
    assert inspector.verify(ANNA, [])["verdict"] == "unknown-key"


@pytest.mark.parametrize("half", [0, 1], ids=["r", "s"])
def test_a_signature_one_of_whose_numbers_is_short(inspector: Inspector, half: int) -> None:
    """One in 256 begins with eight zeros, which DER leaves out and browsers want."""
    level2 = decode("Frame", ANNA)["level2SignedData"]
    level1 = encode("Level1Data", level2["level1Data"])
    signatures = (KEY.sign(level1) for _ in range(20_000))
    level2["level1Signature"] = next(one for one in signatures if decode_dss_signature(one)[half] < 1 << 248)
    raw = encode("Frame", {"format": "U2", "level2SignedData": level2})
    assert both(inspector, raw)["verdict"] == "valid"


@pytest.mark.parametrize(
    "bend",
    [
        lambda der: der + b"\x00",
        lambda der: der[:-1],
        lambda der: b"\x30\x81" + der[1:],
        lambda der: der[:1] + bytes([der[1] - 1]) + der[2:],
        lambda der: der[:1] + bytes([der[1] + 1]) + der[2:3] + bytes([der[3] + 1]) + b"\x00" + der[4:],
        lambda der: b"\x30\x06\x02\x01\x00\x02\x01\x00",
        lambda der: b"\x30\x06\x02\x01\xff\x02\x01\x01",
        lambda der: b"\x30\x00",
        lambda der: b"",
    ],
)
def test_a_signature_that_is_not_written_as_der_has_it(inspector: Inspector, bend: Callable[[bytes], bytes]) -> None:
    level2 = decode("Frame", ANNA)["level2SignedData"]
    level2["level1Signature"] = bend(level2["level1Signature"])
    raw = encode("Frame", {"format": "U2", "level2SignedData": level2})
    assert both(inspector, raw)["verdict"] == "forged"


@given(st.integers(0, 8 * len(ANNA) - 1))
@settings(max_examples=100, deadline=None)
def test_a_bent_bit_is_never_valid_unless_it_says_nothing(inspector: Inspector, place: int) -> None:
    bent = bytearray(ANNA)
    bent[place // 8] ^= 0x80 >> place % 8
    found = both(inspector, bytes(bent))
    if found["verdict"] == "valid":  # the bits that fill up the last octet
        assert place >= 8 * len(ANNA) - 8
        assert decoded(bytes(bent)) == decoded(ANNA)
    else:
        assert found["verdict"] in ("forged", "unknown-key", "unreadable")


questions = st.fixed_dictionaries(
    {},
    optional={
        "train": st.sampled_from(["951", "952", "953", "645", "951щ", "khasan-tumangang", "Vladivostok-Rason"]),
        "date": st.sampled_from(["2026-12-10", "2026-12-11", "2026-06-01"]),
        "station": st.sampled_from(
            [*("khasan", "KHASAN", "Хасан", "하산", "rajin", "ussuriysk", "nowhere"), *("2099001", "Rajin (Rason)")]
        ),
        "givenBack": st.lists(st.sampled_from(["K7MP4XQ2-3", "U1CODES7-1", "H8KOREA2-1"])),
        "calls": st.just(calls(CALLS)),
    },
)


@given(st.sampled_from(sorted(CODES)), questions)
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_of_whichever_ticket_the_two_agree(
    inspector: Inspector, whose: str, question: dict[str, Any]
) -> None:
    both(inspector, CODES[whose], **question)


def test_what_another_railway_writes_besides_is_read_over_and_papers_stay_in_the_code(inspector: Inspector) -> None:
    found = both(inspector, signed(foreign()), date="2026-04-13", station="8000261")
    assert (found["verdict"], found["ticket"]["reference"]) == ("valid", "12345678901234567890")
    assert (found["ticket"]["coach"], found["ticket"]["place"]) == ("261", "15, 16")
    for paper in ("C01X00T47", "T22000129"):
        assert paper not in json.dumps(found)


@pytest.mark.parametrize(
    ("extension", "verdict"),
    [
        (b'["t","2026-12-10",["1"]]', "valid"),
        (b'["t","2026-12-10",[],["a"],"later"]', "valid"),
        (b'["t","2026-02-30",["1"]]', "unreadable"),
        (b'["t","0000-01-01",["1"]]', "unreadable"),
        (b'["t","2026-12-10"]', "unreadable"),
        (b'["t","2026-12-10",["1"],null]', "unreadable"),
        (b'["t","2026-12-10",[1]]', "unreadable"),
        (b'{"0":"t"}', "unreadable"),
        (b'"t"', "unreadable"),
        (b"null", "unreadable"),
        (b"[", "unreadable"),
        (b"\xff", "unreadable"),
    ],
)
def test_an_extension_that_does_not_say_which_departure(inspector: Inspector, extension: bytes, verdict: str) -> None:
    said = foreign() | {"extension": [{"extensionId": "*rerail", "extensionData": extension}]}
    assert both(inspector, signed(said), station="8000261")["verdict"] == verdict


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"issuingDay": 366}, "no-such-time"),
        ({"format": "U1"}, "not-a-frame"),
        ({"dataFormat": "FCB2"}, "other-content"),
        ({"dataSequence": []}, "no-journey"),
        ({"transportDocument": []}, "no-journey"),
    ],
)
def test_why_it_is_not_a_ticket(inspector: Inspector, wrong: dict[str, Any], code: str) -> None:
    said = foreign()
    said["issuingDetail"] |= {name: value for name, value in wrong.items() if name == "issuingDay"}
    said |= {name: value for name, value in wrong.items() if name == "transportDocument"}
    content = {"dataFormat": wrong.get("dataFormat", "FCB3"), "data": encode("TicketData", said)}
    level1 = {"keyId": 1, "dataSequence": wrong.get("dataSequence", [content])}
    raw = encode("Frame", {"format": wrong.get("format", "U2"), "level2SignedData": {"level1Data": level1}})
    assert both(inspector, raw)["reason"]["code"] == code
