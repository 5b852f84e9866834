"""Tickets of all kinds, as passengers hold them before an inspector, and the keys that signed them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace
from ticket.example_tickets import ANNA, KOREAN_CLOCK, SHUTTLE, anna, call, key_pair, spot

from rerail.line.amount import Money
from rerail.ticket.barcode import barcode
from rerail.ticket.coding import encode

KEY, PUBLIC = key_pair()

_RETIRED_KEY, _was = key_pair(key_id=2)
RETIRED: Final = replace(_was, until=datetime(2026, 11, 1, tzinfo=UTC))
"""Retired on 1 November: what it signed before is good, what says it was issued later is not."""

RICS_KEY, RICS = key_pair(issuer="20", key_id=7)
STRANGER, _ = key_pair(issuer="xxx", key_id=9)
IMPOSTOR, _ = key_pair()
"""Calls itself by the name and number of `KEY`, and is another."""

KEYS: Final = [PUBLIC, RETIRED, RICS]

MINJI = anna(
    reference="H8KOREA2-1",
    family_name="김",
    given_names="민지",
    travel_class="first",
    price=Money(45_000, "KRW"),
    between=("ussuriysk", "tumangang"),
    spots=(spot("5", "007", "wheelchair"),),
)

CHILD = anna(reference="K7MP4XQ2-4", given_names="Пётр", adult=False, spots=(), passport_check=False, named_list=None)

BY_CODES = anna(
    reference="U1CODES7-1",
    issuer_code=20,
    board=call("khasan", "2026-12-11 08:30", code="2099001"),
    alight=call("rajin", "2026-12-11 11:20", KOREAN_CLOCK, code="3099002"),
    spots=(),
)

THIRD = anna(
    reference="T3CLASS4-1",
    travel_class="third",
    family_name="Ωνάσης",
    given_names="I. ß",
    numbers=(({"ru": "РЖД"}, "951Щ"),),
    spots=(spot("3", "12A"), spot("04Б", "7", "lower")),
)

HALF_AN_HOUR_OFF = anna(
    reference="H30MINUT-1",
    issued=datetime(2026, 5, 1, tzinfo=UTC),
    board=call("board", "2026-06-01 15:30", "America/St_Johns"),
    alight=call("alight", "2026-06-01 14:20", "Asia/Kathmandu"),
    spots=(),
)

EARLY = anna(reference="R4EARLY1-1", issued=datetime(2026, 10, 31, 23, 59, tzinfo=UTC))

CODES: Final = {
    "anna, who changes places": barcode(ANNA, KEY),
    "the shuttle that arrives before it leaves": barcode(SHUTTLE, KEY),
    "minji, in hangul": barcode(MINJI, KEY),
    "a child without a place": barcode(CHILD, KEY),
    "by codes of stations and railway": barcode(BY_CODES, RICS_KEY),
    "third class, odd places": barcode(THIRD, KEY),
    "clocks half an hour off": barcode(HALF_AN_HOUR_OFF, KEY),
    "a specimen": barcode(anna(specimen=True), KEY),
    "by a retired key, in its time": barcode(EARLY, _RETIRED_KEY),
    "by a retired key, after its time": barcode(ANNA, _RETIRED_KEY),
    "by an unknown key": barcode(ANNA, STRANGER),
    "by an impostor": barcode(ANNA, IMPOSTOR),
    "before its key was made": barcode(anna(issued=datetime(2025, 12, 31, 23, 59, tzinfo=UTC)), KEY),
    "no ticket": b"hello",
    "nothing": b"",
}

FILMED: Final = (CODES["anna, who changes places"], CODES["minji, in hangul"])


def signed(ticket: dict[str, Any], **level1: Any) -> bytes:
    """A ticket that another program wrote, signed with `KEY`."""
    content = {"dataFormat": "FCB3", "data": encode("TicketData", ticket)}
    written = {"securityProviderIA5": "rzd", "keyId": 1, "dataSequence": [content], **level1}
    frame = {"level1Data": written, "level1Signature": KEY.sign(encode("Level1Data", written))}
    return encode("Frame", {"format": "U2", "level2SignedData": frame})


def foreign(**more: Any) -> dict[str, Any]:
    """A reservation of a railway that knows nothing of Rerail, with whatever the standard lets it say."""
    journey = {
        "trainIA5": "NJ40467",
        "departureDate": 3,
        "referenceNum": 12_345_678_901_234_567_890,
        "fromStationNum": 8000261,
        "toStationNum": 8100002,
        "departureTime": 23 * 60 + 20,
        "arrivalDate": 1,
        "carrierNum": [1080, 1181],
        "places": {"coach": "261", "placeString": "15, 16"},
        "berth": [{"berthType": "double", "numberOfBerths": 2, "gender": "mixed"}],
        "tariffs": [{"passengerType": "senior", "restrictedToCountryOfResidence": False, "tariffDesc": "Sparschiene"}],
        "vatDetail": [{"country": 276, "percentage": 70, "amount": -(10**17)}],
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
        "travelerDetail": {
            "traveler": [{"lastName": "Muster", "passportId": "C01X00T47", "idCard": "T22000129", "ticketHolder": True}]
        },
        "transportDocument": [{"token": {"token": b"\x01\x02"}, "ticket": ("reservation", journey)}],
    }
