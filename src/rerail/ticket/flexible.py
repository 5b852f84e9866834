"""A ticket as flexible content, version 3 (FCB3): what each of its fields becomes. See docs/tickets.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from rerail.line.amount import exponent
from rerail.line.model import Text
from rerail.ticket.coding import packed
from rerail.ticket.model import Ticket, TicketCall, TicketSpot
from rerail.ticket.packing import Packed
from rerail.ticket.problem import NotEncodable

OWN_EXTENSION: Final = "*rerail"
_MOST_BETWEEN: Final = 160
"""Letters of the station ids of the calls on the way, all together."""
"""Train, service date and numbers (JSON, UTF-8): which departure a ticket is for is no field of the standard."""

NAMED_LIST: Final = "Named list: "

_CLASSES: Final = {"first": "first", "second": "second", "third": "notApplicable"}
"""There is no third class in the standard's list; the coach is described in words instead."""

_SERVICES: Final = {"seat": "seat", "wheelchair": "seat", "lower": "berth", "middle": "berth", "upper": "berth"}

_TOO_FAR: Final = "This ticket does not fit into a barcode: it leaves %(days)d days after its issue."
_TOO_LONG: Final = "This ticket does not fit into a barcode: it arrives %(days)d days later."
_NOT_PLAIN: Final = "This ticket does not fit into a barcode: %(what)s is not in plain letters."

_QUARTER: Final = timedelta(minutes=15)


def flexible(ticket: Ticket) -> dict[str, Any]:
    """The ticket as the standard's UicRailTicketData. Raises `NotEncodable`."""
    listed = in_english(ticket.named_list) if ticket.named_list is not None else None
    return {
        "issuingDetail": _issuing(ticket),
        "travelerDetail": {"traveler": [_traveler(ticket)]},
        "transportDocument": [{"ticket": ("reservation", one)} for one in _reservations(ticket)],
        "controlDetail": _control(ticket.passport_check, ticket.adult, listed),
        "extension": [
            _departure(ticket.train, ticket.service_date, tuple(one for _, one in ticket.numbers), ticket.between)
        ],
    }


def fraction(currency: str) -> int:
    """Decimal digits of the prices in a barcode: the standard knows one to three, so won are written in tenths."""
    return max(1, exponent(currency))


def minute_of_day(moment: datetime) -> int:
    """Minutes since midnight on the moment's own clock."""
    return moment.hour * 60 + moment.minute


def year_day(day: date) -> dict[str, int]:
    """The year, and the number of the day in it from 1."""
    return {"Year": day.year, "Day": day.timetuple().tm_yday}


def in_english(texts: Text) -> str:
    """The English text, for readers of any railway; else the first there is."""
    return texts.get("en") or next(iter(texts.values()), "")


def _issuing(ticket: Ticket) -> dict[str, Any]:
    issued = ticket.issued.astimezone(UTC)
    issuer: dict[str, Any]
    if ticket.issuer_code is not None:
        issuer = {"issuerNum": ticket.issuer_code}
    else:
        issuer = {"issuerIA5": _plain(ticket.issuer, "the railway's id")}
    return {
        **issuer,
        **{f"issuing{name}": number for name, number in year_day(issued).items()},
        "issuingTime": minute_of_day(issued),
        "issuerName": in_english(ticket.issuer_names),
        "specimen": ticket.specimen,
        "securePaperTicket": False,
        "activated": True,
        "currency": ticket.price.currency,
        "currencyFract": fraction(ticket.price.currency),
        "issuerPNR": _plain(ticket.booking, "the booking code"),
    }


def _traveler(ticket: Ticket) -> dict[str, Any]:
    names = {"firstName": ticket.given_names, "lastName": ticket.family_name}
    return {
        **{field: name for field, name in names.items() if name},
        "ticketHolder": True,
        "passengerType": "adult" if ticket.adult else "child",
    }


# Packed once for all passengers of whom it is true.


@lru_cache(maxsize=256)
def _control(passport_check: bool, adult: bool, named_list: str | None) -> Packed:
    control: dict[str, Any] = {
        "identificationByIdCard": False,
        # The passport shows that the passenger is the one named; its number is nowhere in the barcode.
        "identificationByPassportId": passport_check,
        "passportValidationRequired": passport_check,
        "onlineValidationRequired": False,
        "ageCheckRequired": not adult,
        "reductionCardCheckRequired": False,
    }
    if named_list is not None:
        control["infoText"] = NAMED_LIST + named_list
    return packed("Control", control)


class OwnExtension(msgspec.Struct, array_like=True, frozen=True):
    """What the standard has no field for: which departure, its numbers, the calls on the way."""

    train: str
    service_date: date
    numbers: tuple[str, ...]
    between: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def _departure(train: str, service_date: date, numbers: tuple[str, ...], between: tuple[str, ...]) -> Packed:
    # A train of 140 calls would not fit into a code; then a controller between the two needs the timetable.
    called = between if sum(map(len, between)) <= _MOST_BETWEEN else ()
    content = msgspec.json.encode(OwnExtension(train, service_date, numbers, called))
    return packed("Extension", {"extensionId": OWN_EXTENSION, "extensionData": content})


def _reservations(ticket: Ticket) -> list[dict[str, Any]]:
    """One document per place, in order of travel; the price is the first one's."""
    if not ticket.spots:
        lone = {**_journey(ticket, ticket.board, ticket.alight), "numberOfOverbooked": 1}
        return [_priced(ticket, lone, first=True)]
    return [
        _priced(ticket, {**_journey(ticket, spot.board, spot.alight), **_place(ticket, spot)}, first=number == 0)
        for number, spot in enumerate(ticket.spots)
    ]


def _priced(ticket: Ticket, reservation: dict[str, Any], *, first: bool) -> dict[str, Any]:
    if not first:
        return {**reservation, "priceType": "noPrice"}
    currency = ticket.price.currency
    tenths = 10 ** (fraction(currency) - exponent(currency))
    return {**reservation, "priceType": "travelPrice", "price": ticket.price.amount * tenths}


def _journey(ticket: Ticket, board: TicketCall, alight: TicketCall) -> dict[str, Any]:
    days = (board.at.date() - ticket.issued.astimezone(UTC).date()).days
    if not -1 <= days <= 500:
        raise NotEncodable(_TOO_FAR, days=days)
    nights = (alight.at.date() - board.at.date()).days
    if not -1 <= nights <= 20:
        raise NotEncodable(_TOO_LONG, days=nights)
    journey: dict[str, Any] = {
        "referenceIA5": _plain(ticket.reference, "the reference"),
        "departureDate": days,
        "departureTime": minute_of_day(board.at),
        "arrivalDate": nights,
        "arrivalTime": minute_of_day(alight.at),
        "classCode": _CLASSES[ticket.travel_class],
        "fromStationNameUTF8": in_english(board.names),
        "toStationNameUTF8": in_english(alight.names),
        **_train(ticket),
        **_stations(board, alight),
    }
    offsets = _quarters_to_utc(board.at), _quarters_to_utc(alight.at)
    if offsets[0] is not None and offsets[1] is not None:
        journey["departureUTCOffset"] = offsets[0]
        if offsets[1] != offsets[0]:
            journey["arrivalUTCOffset"] = offsets[1]
    return journey


def _train(ticket: Ticket) -> dict[str, Any]:
    """The number on the first railway; one that is neither digits nor plain letters is in the extension alone."""
    number = next((number for _, number in ticket.numbers), "")
    if _number(number) is not None:
        return {"trainNum": _number(number)}
    return {"trainIA5": number} if number.isascii() and number else {}


def _stations(board: TicketCall, alight: TicketCall) -> dict[str, Any]:
    """Both by UIC code, or both by Rerail's own: there is one code table for the two."""
    if board.code is not None and alight.code is not None:
        return {
            "stationCodeTable": "stationUIC",
            "fromStationNum": int(board.code),
            "toStationNum": int(alight.code),
        }
    return {
        "stationCodeTable": "proprietaryIssuerStationCodeTable",
        "fromStationIA5": _plain(board.station, "a station's id"),
        "toStationIA5": _plain(alight.station, "a station's id"),
    }


def _place(ticket: Ticket, spot: TicketSpot) -> dict[str, Any]:
    places: dict[str, Any] = {}
    described: list[str] = [] if spot.kind == "seat" else [spot.kind]
    if spot.coach.isascii():
        places["coach"] = spot.coach
    else:
        described.insert(0, spot.coach)
    number = _number(spot.place)
    if number is not None and 1 <= number <= 254:
        places["placeNum"] = [number]
    elif spot.place.isascii():
        places["placeIA5"] = [spot.place]
    else:
        described.insert(0, spot.place)
    if described:
        places["placeDescription"] = " ".join(described)
    found: dict[str, Any] = {"service": _SERVICES[spot.kind], "places": places}
    if ticket.travel_class == "third":
        found["compartmentDetails"] = {"coachTypeDescr": in_english(spot.coach_names)}
    return found


def _quarters_to_utc(moment: datetime) -> int | None:
    """What added to this clock gives UTC, in quarters of an hour; None for a clock that is off by other minutes."""
    offset = moment.utcoffset()
    assert offset is not None  # a call's time is aware
    quarters, rest = divmod(-offset, _QUARTER)
    return quarters if not rest else None


def _number(text: str) -> int | None:
    """The number that is written just so: "12", not "012" or "12A"."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    return int(text) if str(int(text)) == text else None


def _plain(text: str, what: str) -> str:
    if not text.isascii():
        raise NotEncodable(_NOT_PLAIN, what=what)
    return text
