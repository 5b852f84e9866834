"""Every ticket can be read, field by field, by whoever knows the standard and nothing of Rerail."""

from __future__ import annotations

import base64
import json
import os
import pickle
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import asn1tools
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from example_tickets import ANNA, KOREAN_CLOCK, SHUTTLE, anna, call, key_pair, spot
from hypothesis import given, settings
from hypothesis import strategies as st

from rerail.line.amount import Money, exponent
from rerail.ticket.barcode import barcode, decoded
from rerail.ticket.coding import encode
from rerail.ticket.model import Ticket, TicketCall, TicketSpot
from rerail.ticket.problem import NotEncodable, Unreadable

KEY, PUBLIC = key_pair()


@cache
def standard() -> Any:
    """The standard's own description of frame and ticket."""
    folder = os.environ.get("RERAIL_STANDARDS")
    if not folder:
        pytest.skip("RERAIL_STANDARDS names no folder with uic/uicRailTicketData_v3.0.6.asn to check tickets against")
    files = sorted(str(file) for file in (Path(folder) / "uic").glob("*.asn"))
    assert len(files) == 2
    return asn1tools.compile_files(files, "uper")


def read_by_the_standard(raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The frame's level 1 and the ticket, with the signature checked over level 1 encoded by the standard."""
    frame = standard().decode("UicBarcodeHeader", raw)
    assert frame["format"] == "U2"
    assert "level2Signature" not in frame
    level2 = frame["level2SignedData"]
    level1 = level2["level1Data"]
    public = serialization.load_der_public_key(base64.b64decode(PUBLIC.spki_der_base64))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signed = standard().encode("Level1DataType", level1)
    public.verify(level2["level1Signature"], signed, ec.ECDSA(hashes.SHA256()))  # raises if it is not
    (content,) = level1["dataSequence"]
    assert content["dataFormat"] == "FCB3"
    return level1, standard().decode("UicRailTicketData", content["data"])


def utc(year: int, day: int, minutes: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day - 1, minutes=minutes)


def test_anna_as_the_standard_reads_her() -> None:
    level1, ticket = read_by_the_standard(barcode(ANNA, KEY))
    assert {name: value for name, value in level1.items() if name != "dataSequence"} == {
        "securityProviderIA5": "rzd",
        "keyId": 1,
        "level1KeyAlg": "1.2.840.10045.3.1.7",
        "level1SigningAlg": "1.2.840.10045.4.3.2",
        "endOfValidityYear": 2026,
        "endOfValidityDay": 346,  # 12 December, a day after 11:20 in Rajin (02:20 UTC)
        "endOfValidityTime": 140,
    }
    assert ticket["issuingDetail"] == {
        "issuerIA5": "rzd",
        "issuingYear": 2026,
        "issuingDay": 327,
        "issuingTime": 720,
        "issuerName": "Russian Railways",
        "specimen": False,
        "securePaperTicket": False,
        "activated": True,
        "currency": "RUB",
        "currencyFract": 2,
        "issuerPNR": "K7MP4XQ2",
    }
    assert ticket["travelerDetail"] == {
        "traveler": [
            {
                "firstName": "Анна Сергеевна",
                "lastName": "Ковалёва",
                "ticketHolder": True,
                "passengerType": "adult",
            }
        ]
    }
    assert ticket["controlDetail"] == {
        "identificationByIdCard": False,
        "identificationByPassportId": True,
        "passportValidationRequired": True,
        "onlineValidationRequired": False,
        "ageCheckRequired": False,
        "reductionCardCheckRequired": False,
        "infoText": "Named list: Rason Tours",
    }
    (extension,) = ticket["extension"]
    assert extension["extensionId"] == "*rerail"
    assert json.loads(extension["extensionData"]) == ["vladivostok-rason", "2026-12-10", ["951", "952"], []]
    night, morning = (document["ticket"] for document in ticket["transportDocument"])
    common = {
        "trainNum": 951,
        "referenceIA5": "K7MP4XQ2-3",
        "service": "berth",
        "stationCodeTable": "proprietaryIssuerStationCodeTable",
        "classCode": "second",
        "numberOfOverbooked": 0,
        "typeOfSupplement": 0,
        "numberOfSupplements": 0,
    }
    assert night == (
        "reservation",
        common
        | {
            "departureDate": 17,  # from 23 November, the date of issue in UTC
            "fromStationIA5": "vladivostok",
            "toStationIA5": "khasan",
            "fromStationNameUTF8": "Vladivostok",
            "toStationNameUTF8": "Khasan",
            "departureTime": 22 * 60,
            "departureUTCOffset": -40,  # ten hours ahead of UTC
            "arrivalDate": 1,
            "arrivalTime": 8 * 60 + 30,
            "places": {"coach": "3", "placeNum": [12], "placeDescription": "upper"},
            "priceType": "travelPrice",
            "price": 1_234_500,
        },
    )
    assert morning == (
        "reservation",
        common
        | {
            "departureDate": 18,
            "fromStationIA5": "khasan",
            "toStationIA5": "rajin",
            "fromStationNameUTF8": "Khasan",
            "toStationNameUTF8": "Rajin (Rason)",
            "departureTime": 8 * 60 + 30,
            "departureUTCOffset": -40,
            "arrivalDate": 0,
            "arrivalTime": 11 * 60 + 20,
            "arrivalUTCOffset": -36,
            "places": {"coach": "3", "placeNum": [34], "placeDescription": "lower"},
            "priceType": "noPrice",
        },
    )


def test_a_train_that_arrives_earlier_on_the_clock_than_it_left() -> None:
    _, ticket = read_by_the_standard(barcode(SHUTTLE, KEY))
    _, journey = ticket["transportDocument"][0]["ticket"]
    minutes = journey["arrivalTime"] + journey["arrivalUTCOffset"] * 15
    assert journey["arrivalTime"] < journey["departureTime"]
    assert minutes - (journey["departureTime"] + journey["departureUTCOffset"] * 15) == 20


def test_a_korean_clock_half_an_hour_off() -> None:
    before = call("khasan", "2017-06-01 15:30")
    after = call("tumangang", "2017-06-01 14:20", KOREAN_CLOCK)  # UTC+8:30 until May 2018
    ticket = anna(issued=datetime(2017, 5, 1, tzinfo=UTC), board=before, alight=after, spots=())
    _, read = read_by_the_standard(barcode(ticket, KEY))
    assert read["transportDocument"][0]["ticket"][1]["arrivalUTCOffset"] == -34


def test_issued_late_in_the_evening_utc_it_leaves_two_dates_later_for_a_train_two_hours_off() -> None:
    # 23:50 UTC on 9 December is 09:50 on the 10th in Vladivostok.
    _, read = read_by_the_standard(barcode(anna(issued=datetime(2026, 12, 9, 23, 50, tzinfo=UTC)), KEY))
    assert read["transportDocument"][0]["ticket"][1]["departureDate"] == 1


def test_stations_by_uic_code_only_where_both_have_one() -> None:
    here, there = call("khasan", "2026-12-11 15:30", code="2099001"), call("tumangang", "2026-12-11 15:50")
    _, read = read_by_the_standard(barcode(anna(board=here, alight=there, spots=()), KEY))
    assert read["transportDocument"][0]["ticket"][1]["fromStationIA5"] == "khasan"
    there = call("tumangang", "2026-12-11 15:50", code="3099002")
    _, read = read_by_the_standard(barcode(anna(board=here, alight=there, spots=()), KEY))
    journey = read["transportDocument"][0]["ticket"][1]
    assert (journey["stationCodeTable"], journey["fromStationNum"], journey["toStationNum"]) == (
        "stationUIC",
        2099001,
        3099002,
    )
    assert "fromStationIA5" not in journey


def test_a_railway_with_a_rics_code_is_named_by_it() -> None:
    key, _ = key_pair("20")
    level1 = standard().decode("UicBarcodeHeader", barcode(anna(issuer_code=20), key))["level2SignedData"]["level1Data"]
    assert level1["securityProviderNum"] == 20
    ticket = standard().decode("UicRailTicketData", level1["dataSequence"][0]["data"])
    assert ticket["issuingDetail"]["issuerNum"] == 20
    assert "issuerIA5" not in ticket["issuingDetail"]


def test_a_child_without_a_place() -> None:
    _, read = read_by_the_standard(barcode(anna(spots=(), adult=False, named_list=None, passport_check=False), KEY))
    (document,) = read["transportDocument"]
    assert document["ticket"][1]["numberOfOverbooked"] == 1
    assert "places" not in document["ticket"][1]
    assert read["travelerDetail"]["traveler"][0]["passengerType"] == "child"
    assert read["controlDetail"]["ageCheckRequired"]
    assert not read["controlDetail"]["passportValidationRequired"]
    assert "infoText" not in read["controlDetail"]


def test_won_have_no_hundredths_and_the_standard_no_zero_digits() -> None:
    raw = barcode(anna(price=Money(45_000, "KRW")), KEY)
    _, read = read_by_the_standard(raw)
    assert read["issuingDetail"]["currencyFract"] == 1
    assert read["transportDocument"][0]["ticket"][1]["price"] == 450_000
    assert decoded(raw).price == Money(45_000, "KRW")


def test_places_and_numbers_that_are_not_plain_digits() -> None:
    ticket = anna(
        spots=(spot("3", "12A"), spot("04Б", "7", "lower"), spot("5", "007")),
        numbers=(({"ru": "РЖД"}, "951Щ"),),
        travel_class="third",
    )
    raw = barcode(ticket, KEY)
    _, read = read_by_the_standard(raw)
    first, second, third = (document["ticket"][1] for document in read["transportDocument"])
    assert first["places"] == {"coach": "3", "placeIA5": ["12A"]}
    assert second["places"] == {"placeNum": [7], "placeDescription": "04Б lower"}
    assert third["places"] == {"coach": "5", "placeIA5": ["007"]}
    assert "trainNum" not in first
    assert "trainIA5" not in first
    assert first["classCode"] == "notApplicable"
    assert first["compartmentDetails"]["coachTypeDescr"] == "compartment coach"
    assert decoded(raw).numbers == ("951Щ",)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"issued": datetime(2024, 1, 1, tzinfo=UTC)}, "leaves 1074 days after its issue"),
        ({"issued": datetime(2026, 12, 31, tzinfo=UTC)}, "leaves -21 days after its issue"),
        ({"reference": "К7-1"}, "the reference is not in plain letters"),
        ({"price": Money(100, "RU")}, "currency"),
    ],
)
def test_what_does_not_fit_is_said(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NotEncodable, match="does not fit into a barcode") as caught:
        barcode(anna(**wrong), KEY)
    assert sentence in str(caught.value)


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────

# Every script there is; without halves of surrogate pairs, which are no text.
names = st.text(st.characters(codec="utf-8"), max_size=40)
zones = st.sampled_from(["Asia/Vladivostok", "Asia/Pyongyang", "Europe/London", "America/St_Johns", "Asia/Kathmandu"])
plain = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=20)


@st.composite
def calls(draw: st.DrawFn, earliest: datetime) -> TicketCall:
    minutes = draw(st.integers(0, 4 * 24 * 60))
    zone = draw(zones)
    at = (earliest + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")
    code = draw(st.none() | st.integers(1, 9_999_999).map(lambda number: f"{number:07d}"))
    found = call(draw(plain), at, zone, code=code)
    return TicketCall(
        station=found.station,
        names=draw(st.dictionaries(st.sampled_from(["en", "ru", "ko"]), names, min_size=1)),
        code=code,
        at=found.at,
        zone=zone,
        working_label="",
    )


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    issued = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 15 * 366 * 24 * 60)))
    leaves = issued + timedelta(days=draw(st.integers(2, 400)))
    changes = draw(st.integers(0, 3))
    stops = [draw(calls(leaves)) for _ in range(changes + 1)]
    board, alight = stops[0], stops[-1]
    spots = tuple(
        TicketSpot(
            coach=draw(plain),
            coach_names={"en": "coach"},
            place=draw(plain | st.integers(0, 300).map(str)),
            kind=draw(st.sampled_from(["seat", "lower", "middle", "upper", "wheelchair"])),
            board=start,
            alight=end,
        )
        for start, end in pairwise(stops)
        if (end.at.date() - start.at.date()).days >= -1
    )
    if (alight.at.date() - board.at.date()).days < -1:
        alight = board
    return anna(
        issued=issued,
        family_name=draw(names),
        given_names=draw(names),
        adult=draw(st.booleans()),
        board=board,
        alight=alight,
        spots=spots,
        price=Money(draw(st.integers(-(10**12), 10**12)), draw(st.sampled_from(["RUB", "KPW", "KRW", "KWD"]))),
        passport_check=draw(st.booleans()),
        named_list=draw(st.none() | st.just({"en": "Rason Tours"})),
        specimen=draw(st.booleans()),
        travel_class=draw(st.sampled_from(["first", "second", "third"])),
        service_date=draw(st.dates(date(2020, 1, 1), date(2036, 1, 1))),
    )


def instant(at: datetime | None) -> datetime | None:
    """In UTC: Python holds an hour that comes twice in a night to be unlike every time of another zone."""
    return at and at.astimezone(UTC)


@given(tickets())
@settings(max_examples=60, deadline=None)
def test_whatever_the_ticket_the_standard_and_rerail_read_what_was_written(ticket: Ticket) -> None:
    raw = barcode(ticket, KEY)
    _, theirs = read_by_the_standard(raw)
    ours = decoded(raw)
    issuing = theirs["issuingDetail"]
    assert utc(issuing["issuingYear"], issuing["issuingDay"], issuing["issuingTime"]) == ticket.issued == ours.issued
    (traveler,) = theirs["travelerDetail"]["traveler"]
    assert (traveler.get("lastName", ""), traveler.get("firstName", "")) == (ticket.family_name, ticket.given_names)
    assert (ours.family_name, ours.given_names) == (ticket.family_name, ticket.given_names)
    assert issuing["specimen"] == ticket.specimen == ours.specimen
    assert (ours.train, ours.service_date) == (ticket.train, ticket.service_date)
    assert ours.price == ticket.price
    digits = issuing["currencyFract"] - exponent(ticket.price.currency)
    assert theirs["transportDocument"][0]["ticket"][1]["price"] == ticket.price.amount * 10**digits
    assert ours.passport_check == ticket.passport_check
    assert ours.travel_class == ticket.travel_class
    written = [(one.board, one.alight, (one.place,)) for one in ticket.spots]
    without: list[tuple[TicketCall, TicketCall, tuple[str, ...]]] = [(ticket.board, ticket.alight, ())]
    read = [document["ticket"][1] for document in theirs["transportDocument"]]
    for (board, alight, places), journey, stretch in zip(written or without, read, ours.stretches, strict=True):
        assert instant(stretch.board.at) == instant(board.at)
        assert instant(stretch.alight.at) == instant(alight.at)
        leaves = ticket.issued.date() + timedelta(days=journey["departureDate"])
        assert (leaves, journey["departureTime"]) == (board.at.date(), board.at.hour * 60 + board.at.minute)
        offset = journey["departureUTCOffset"]
        assert timedelta(minutes=-15 * offset) == board.at.utcoffset()
        assert timedelta(minutes=-15 * journey.get("arrivalUTCOffset", offset)) == alight.at.utcoffset()
        assert stretch.places == places


@given(tickets())
@settings(max_examples=30, deadline=None)
def test_what_the_standard_writes_rerail_reads(ticket: Ticket) -> None:
    raw = barcode(ticket, KEY)
    frame = standard().decode("UicBarcodeHeader", raw)
    content = frame["level2SignedData"]["level1Data"]["dataSequence"][0]
    content["data"] = standard().encode("UicRailTicketData", standard().decode("UicRailTicketData", content["data"]))
    again = standard().encode("UicBarcodeHeader", frame)
    assert decoded(again) == decoded(raw)
    assert decoded(again).signed == standard().encode("Level1DataType", frame["level2SignedData"]["level1Data"])


# ── what is not written by Rerail ────────────────────────────────────────────────────────────────────────


def framed(ticket: dict[str, Any]) -> bytes:
    """Another railway's ticket in a frame, by the standard's description."""
    data = standard().encode("UicRailTicketData", ticket)
    level1 = {"securityProviderNum": 1080, "keyId": 5, "dataSequence": [{"dataFormat": "FCB3", "data": data}]}
    level2 = {"level1Data": level1, "level1Signature": b"\x01", "level2Data": {"dataFormat": "FDC1", "data": b"\x02"}}
    frame = {"format": "U2", "level2SignedData": level2, "level2Signature": b"\x03"}
    encoded: bytes = standard().encode("UicBarcodeHeader", frame)
    return encoded


def another_railways(**more: Any) -> dict[str, Any]:
    journey = {
        "trainIA5": "NJ40467",
        "departureDate": 3,
        "referenceNum": 123456789012,
        "fromStationNum": 8000261,
        "toStationNum": 8100002,
        "departureTime": 23 * 60 + 20,
        "arrivalDate": 1,
        "arrivalTime": 6 * 60,
        "carrierNum": [1080, 1181],
        "serviceLevel": "A1",
        "places": {"coach": "261", "placeString": "15, 16"},
        "berth": [{"berthType": "double", "numberOfBerths": 2, "gender": "mixed"}],
        "tariffs": [{"passengerType": "senior", "restrictedToCountryOfResidence": False, "tariffDesc": "Sparschiene"}],
        "vatDetail": [{"country": 276, "percentage": 70, "amount": 123}],
        "price": 5990,
        **more,
    }
    return {
        "issuingDetail": {
            "securityProviderNum": 1080,
            "issuingYear": 2026,
            "issuingDay": 100,
            "issuingTime": 600,
            "specimen": False,
            "securePaperTicket": False,
            "activated": True,
        },
        "transportDocument": [{"token": {"token": b"\x01\x02"}, "ticket": ("reservation", journey)}],
    }


def test_another_railways_reservation_is_read_too() -> None:
    read = decoded(framed(another_railways()))
    assert (read.provider, read.key_id, read.issuer) == ("1080", 5, "1080")
    assert read.reference == "123456789012"
    assert read.numbers == ("NJ40467",)
    assert (read.train, read.service_date) == (None, None)
    assert read.price == Money(5990, "EUR")
    (stretch,) = read.stretches
    assert (stretch.board.station, stretch.board.uic) == ("8000261", True)
    assert str(stretch.board.at) == "2026-04-13 23:20:00"  # on a clock that it does not tell
    assert str(stretch.alight.at) == "2026-04-14 06:00:00"
    assert (stretch.coach, stretch.places) == ("261", ("15, 16",))


def test_a_part_that_rerail_does_not_read_is_named_and_not_guessed_over() -> None:
    with pytest.raises(Unreadable):
        decoded(framed(another_railways(luggage={"maxHandLuggagePieces": 2})))
    ticket = another_railways()
    days = {"validFromYear": 2026, "validFromDay": 1, "validUntilYear": 2026, "validUntilDay": 9}
    ticket["transportDocument"] = [{"ticket": ("voucher", {**days, "value": 0})}]
    with pytest.raises(Unreadable):
        decoded(framed(ticket))


@given(st.binary(max_size=300))
def test_bytes_that_are_no_ticket_are_unreadable_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        decoded(raw)


ANNAS = barcode(ANNA, KEY)


@given(st.lists(st.tuples(st.integers(0, len(ANNAS) - 10), st.integers(0, 255)), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_damaged_ticket_is_read_or_unreadable_and_nothing_worse(damage: list[tuple[int, int]]) -> None:
    raw = bytearray(ANNAS)
    for place, octet in damage:
        raw[place] = octet
    with suppress(Unreadable):
        decoded(bytes(raw))


def test_a_ticket_that_names_the_366th_of_a_common_year() -> None:
    ticket = another_railways()
    ticket["issuingDetail"]["issuingDay"] = 366
    with pytest.raises(Unreadable, match="a time that there is not"):
        decoded(framed(ticket))


def test_a_frame_without_a_ticket_of_version_3() -> None:
    level1 = {"keyId": 1, "dataSequence": [{"dataFormat": "FCB2", "data": b""}]}
    raw = encode("Frame", {"format": "U2", "level2SignedData": {"level1Data": level1}})
    with pytest.raises(Unreadable, match="FCB2"):
        decoded(raw)


def test_a_signing_key_shows_nothing_of_itself() -> None:
    assert repr(KEY) == str(KEY) == "SigningKey('rzd', 1)"
    with pytest.raises(TypeError, match="stays in its process"):
        pickle.dumps(KEY)
    assert not any("private" in name.casefold() and not name.startswith("_") for name in dir(KEY))


def test_no_number_of_any_paper_has_a_place_in_what_is_written() -> None:
    _, read = read_by_the_standard(barcode(ANNA, KEY))
    (traveler,) = read["travelerDetail"]["traveler"]
    assert set(traveler) == {"firstName", "lastName", "ticketHolder", "passengerType"}
