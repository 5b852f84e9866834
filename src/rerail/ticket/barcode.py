"""The signed barcode: a dynamic frame U2 around a ticket, and what can be read out of one.

`barcode` signs level 1; a level 2 (a phone's own proof that it shows the original) is optional and left out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

import msgspec
from msgspec import Struct

from rerail.line.amount import Money, exponent
from rerail.ticket.coding import decode, encode, packed
from rerail.ticket.flexible import OWN_EXTENSION, OwnExtension, flexible, minute_of_day, year_day
from rerail.ticket.keys import KEY_ALGORITHM, SIGNING_ALGORITHM, SigningKey
from rerail.ticket.model import Ticket
from rerail.ticket.problem import Unreadable

CONTENT: Final = "FCB3"

LATE: Final = timedelta(days=1)
"""The barcode ends this long after the planned arrival: trains are late, and it must not end on board."""

_RICS: Final = range(1, 32001)


class DecodedCall(Struct, frozen=True):
    """Where one boards or alights, as the barcode tells it."""

    station: str
    """The code: a UIC number, or the issuer's own id."""
    uic: bool
    """Whether `station` is a UIC number."""
    name: str
    at: datetime | None
    """On the station's clock; with its offset if the barcode tells it. None if no arrival is told."""


class DecodedStretch(Struct, frozen=True):
    """A place and from where to where it is the passenger's; without a place, the journey."""

    board: DecodedCall
    alight: DecodedCall
    coach: str | None
    places: tuple[str, ...]
    description: str
    """"lower", "upper", "wheelchair"; empty for a seat."""


class Decoded(Struct, frozen=True, kw_only=True):
    """What a barcode says, and what is needed to check who says so."""

    provider: str
    """Who signed: a RICS number in digits, or the railway's id."""
    key_id: int
    signed: bytes
    """What the signature is over: level 1 in unaligned PER."""
    signature: bytes
    algorithm: str | None
    """The signing algorithm's object identifier."""
    valid_until: datetime | None
    """UTC; when the barcode itself ends."""
    issuer: str
    reference: str
    booking: str
    issued: datetime
    """UTC, whole minutes."""
    specimen: bool
    family_name: str
    given_names: str
    adult: bool
    train: str | None
    """Rerail's id of the train; None in another issuer's ticket."""
    numbers: tuple[str, ...]
    service_date: date | None
    """The date at the train's first call; None in another issuer's ticket."""
    stretches: tuple[DecodedStretch, ...]
    """In order of travel; never empty."""
    between: tuple[str, ...]
    """Ids of the stations called at on the way, as far as the ticket tells them."""
    travel_class: str
    price: Money | None
    passport_check: bool
    info: str


def barcode(ticket: Ticket, key: SigningKey) -> bytes:
    """The ticket in a U2 frame, signed. Raises `NotEncodable`.

    The key is to be one of the ticket's issuer; a controller finds its public half by `key.issuer` and `key_id`.
    """
    level1 = packed("Level1Data", _level1(ticket, key))
    signature = key.sign(level1.octets())
    frame = {"format": "U2", "level2SignedData": {"level1Data": level1, "level1Signature": signature}}
    return encode("Frame", frame)


def _level1(ticket: Ticket, key: SigningKey) -> dict[str, Any]:
    by_number = key.issuer.isascii() and key.issuer.isdecimal() and int(key.issuer) in _RICS
    provider = {"securityProviderNum": int(key.issuer)} if by_number else {"securityProviderIA5": key.issuer}
    end = ticket.alight.at.astimezone(UTC) + LATE
    return {
        **provider,
        "keyId": key.key_id,
        "dataSequence": [{"dataFormat": CONTENT, "data": packed("TicketData", flexible(ticket))}],
        "level1KeyAlg": KEY_ALGORITHM,
        "level1SigningAlg": SIGNING_ALGORITHM,
        **{f"endOfValidity{name}": number for name, number in year_day(end).items()},
        "endOfValidityTime": minute_of_day(end),
    }


def decoded(raw: bytes) -> Decoded:
    """What a barcode says; nothing is checked yet. Raises `Unreadable`."""
    frame = decode("Frame", raw)
    if frame["format"] != "U2":
        raise Unreadable("This is no ticket in a dynamic frame U2: it begins with %(what)r.", what=frame["format"])
    level2 = frame["level2SignedData"]
    level1 = level2["level1Data"]
    content = next((one["data"] for one in level1["dataSequence"] if one["dataFormat"] == CONTENT), None)
    if content is None:
        formats = ", ".join(one["dataFormat"] for one in level1["dataSequence"]) or "nothing"
        raise Unreadable("This barcode holds no ticket of version 3 but %(formats)s.", formats=formats)
    ticket = decode("TicketData", content)
    try:
        return Decoded(
            provider=_number_or_letters(level1, "securityProvider"),
            key_id=level1.get("keyId", 0),
            signed=encode("Level1Data", level1),
            signature=level2.get("level1Signature", b""),
            algorithm=level1.get("level1SigningAlg"),
            valid_until=_end(level1),
            **_ticket(ticket),
        )
    except (ValueError, OverflowError) as error:  # the 366th day of a common year
        raise Unreadable("This ticket tells a time that there is not: %(why)s.", why=str(error)) from None


def _end(level1: dict[str, Any]) -> datetime | None:
    if "endOfValidityYear" not in level1 or "endOfValidityDay" not in level1:
        return None
    day = _day(level1["endOfValidityYear"], level1["endOfValidityDay"])
    return _at(day, level1.get("endOfValidityTime", 1439)).replace(tzinfo=UTC)


def _ticket(ticket: dict[str, Any]) -> dict[str, Any]:
    issuing, control = ticket["issuingDetail"], ticket.get("controlDetail", {})
    day = _day(issuing["issuingYear"], issuing["issuingDay"])
    reservations = [one["ticket"][1] for one in ticket.get("transportDocument", [])]
    if not reservations:
        raise Unreadable("This barcode holds no journey.")
    first = reservations[0]
    traveler: dict[str, Any] = next(iter(ticket.get("travelerDetail", {}).get("traveler", [])), {})
    own = _own(ticket.get("extension", []))
    number = str(first["trainNum"]) if "trainNum" in first else first.get("trainIA5")
    return {
        "issuer": _number_or_letters(issuing, "issuer") or _number_or_letters(issuing, "securityProvider"),
        "reference": str(first.get("referenceIA5", first.get("referenceNum", ""))),
        "booking": issuing.get("issuerPNR", ""),
        "issued": _at(day, issuing["issuingTime"]).replace(tzinfo=UTC),
        "specimen": issuing["specimen"],
        "family_name": traveler.get("lastName", ""),
        "given_names": " ".join(filter(None, (traveler.get("firstName"), traveler.get("secondName")))),
        "adult": traveler.get("passengerType", "adult") not in ("child", "freeAddonChild"),
        "train": own.train if own is not None else None,
        "numbers": (own.numbers if own is not None else ()) or ((number,) if number else ()),
        "service_date": own.service_date if own is not None else None,
        "between": own.between if own is not None else (),
        "stretches": tuple(_stretch(day, one) for one in reservations),
        "travel_class": "third" if first["classCode"] == "notApplicable" else first["classCode"],
        "price": _price(issuing, first),
        "passport_check": control.get("passportValidationRequired", False),
        "info": control.get("infoText", ""),
    }


def _own(extensions: list[dict[str, Any]]) -> OwnExtension | None:
    for one in extensions:
        if one["extensionId"] == OWN_EXTENSION:
            try:
                return msgspec.json.decode(one["extensionData"], type=OwnExtension)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise Unreadable("This ticket does not say for which departure it is.") from None
    return None


def _stretch(issued: date, one: dict[str, Any]) -> DecodedStretch:
    leaves = issued + timedelta(days=one["departureDate"])
    arrives = leaves + timedelta(days=one["arrivalDate"])
    offset = one.get("departureUTCOffset")
    end = None
    if "arrivalTime" in one:
        end = _local(_at(arrives, one["arrivalTime"]), one.get("arrivalUTCOffset", offset))
    places = one.get("places", {})
    numbers = (*places.get("placeIA5", ()), *(str(number) for number in places.get("placeNum", ())))
    if not numbers and "placeString" in places:
        numbers = (places["placeString"],)
    return DecodedStretch(
        board=_call(one, "from", _local(_at(leaves, one["departureTime"]), offset)),
        alight=_call(one, "to", end),
        coach=places.get("coach"),
        places=numbers,
        description=places.get("placeDescription", ""),
    )


def _call(one: dict[str, Any], side: str, at: datetime | None) -> DecodedCall:
    number = one.get(f"{side}StationNum")
    code = one.get(f"{side}StationIA5", "") if number is None else str(number)
    uic = one["stationCodeTable"] in ("stationUIC", "stationUICReservation")
    return DecodedCall(code, uic, one.get(f"{side}StationNameUTF8", ""), at)


def _price(issuing: dict[str, Any], first: dict[str, Any]) -> Money | None:
    if "price" not in first:
        return None
    currency = issuing["currency"]
    digits = issuing["currencyFract"] - exponent(currency)
    amount = first["price"] // 10**digits if digits >= 0 else first["price"] * 10**-digits
    return Money(amount, currency)


def _number_or_letters(fields: dict[str, Any], name: str) -> str:
    number = fields.get(f"{name}Num")
    return str(fields.get(f"{name}IA5", "")) if number is None else str(number)


def _day(year: int, number: int) -> date:
    """The day of this number in a year. Raises `ValueError` for the 366th of a year that has 365."""
    day = date(year, 1, 1) + timedelta(days=number - 1)
    if day.year != year:
        raise ValueError(f"day {number} of {year}")
    return day


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60))


def _local(at: datetime, quarters: int | None) -> datetime:
    """On a clock so many quarters of an hour from UTC; without them as it is, on a clock not told."""
    return at if quarters is None else at.replace(tzinfo=timezone(timedelta(minutes=-15 * quarters)))
