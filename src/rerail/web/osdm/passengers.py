"""Passengers and purchaser: read, and completed. What a border asks for is told here, and nowhere before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import replace

from rerail.desk import retailing_telling
from rerail.desk.retailing import Standing
from rerail.desk.retailing_border import CARD
from rerail.desk.retailing_once import Deed
from rerail.desk.retailing_telling import Telling, Told
from rerail.sale.errors import SaleError
from rerail.sale.market import Market
from rerail.sale.retail import Retail
from rerail.web.osdm.bookings import MODIFYING
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.cards import card_of, echoed
from rerail.web.osdm.document_view import card_remarks
from rerail.web.osdm.passenger_view import (
    completed,
    kept,
    passenger_id,
    passenger_number,
    said_passenger,
    said_passengers,
    said_purchaser,
)
from rerail.web.osdm.problems import Pointer, Problem, Refused, of_sale
from rerail.web.osdm.types_people import (
    Passenger,
    PassengerPatch,
    PassengerResponse,
    PassengersBatchUpdateRequest,
    PassengersCollectionResponse,
    Purchaser,
    PurchaserResponse,
)

_SOME: Final = 207


def passengers(call: Call[Any]) -> PassengersCollectionResponse:
    """Every passenger of a booking. Raises `NoBooking`."""
    return PassengersCollectionResponse(passengers=said_passengers(_standing(call)))


def passenger(call: Call[Any]) -> PassengerResponse:
    """One passenger. Raises `NoBooking`, `Refused`."""
    standing = _standing(call)
    number = passenger_number(standing.retail, call.path["passengerId"])
    return PassengerResponse(passenger=said_passenger(standing, number))


def complete(call: Call[PassengerPatch]) -> Deed:
    """Say more of a passenger. Raises `NoBooking`, `Refused`."""

    def told(retail: Retail) -> list[Telling]:
        return [_told(retail, passenger_number(retail, call.path["passengerId"]), call.body)]

    def said(done: Told) -> PassengerResponse:
        number = passenger_number(done.standing.retail, call.path["passengerId"])
        return PassengerResponse(
            passenger=_said(done, number, call.body),
            problems=tuple(_remarks(call, done, number, call.body)) or None,
        )

    return Deed(retailing_telling.tell(call.retailing, call.retailer, call.path["bookingId"], told), said)


def complete_all(call: Call[PassengersBatchUpdateRequest]) -> Deed:
    """Say more of several passengers; 207 if only some of it could be taken. Raises `NoBooking`, `Refused`."""

    def numbers(retail: Retail) -> list[int]:
        return _once_each([_number(retail, position, one) for position, one in enumerate(call.body.passengers)])

    def told(retail: Retail) -> list[Telling]:
        return [_told(retail, number, one) for number, one in zip(numbers(retail), call.body.passengers, strict=True)]

    def said(done: Told) -> PassengersCollectionResponse | Reply:
        asked = numbers(done.standing.retail)
        told = tuple(zip(asked, call.body.passengers, strict=True))
        problems = [_problem(asked.index(number), number, error) for number, error in done.wrong]
        for position, (number, one) in enumerate(told):
            problems += _remarks(call, done, number, one, f"/passengers/{position}")
        body = PassengersCollectionResponse(
            passengers=tuple(_said(done, number, one) for number, one in told),
            problems=tuple(problems) or None,
        )
        return Reply(body=body, status=_SOME) if done.wrong else body

    tell = retailing_telling.tell(call.retailing, call.retailer, call.path["bookingId"], told)

    def act(connection: Any, market: Market) -> Told:
        try:
            return tell(connection, market)
        except SaleError as error:
            if error.about != CARD:
                raise
            raise of_sale(error, at="/passengers/0") from None  # it was one alone

    return Deed(act, said)


def _number(retail: Retail, position: int, one: PassengerPatch) -> int:
    known = one.id or one.external_ref
    if known is not None:
        return passenger_number(retail, known)
    raise Refused(
        400,
        "VALIDATION_ERROR",
        "Which passenger?",
        "Give each passenger its id.",
        pointers=[Pointer(request_pointer=f"/passengers/{position}/id")],
    )


def _once_each(numbers: list[int]) -> list[int]:
    twice = next((place for place, number in enumerate(numbers) if number in numbers[:place]), None)
    if twice is None:
        return numbers
    raise Refused(
        400,
        "VALIDATION_ERROR",
        "A passenger comes twice",
        "Say everything of a passenger in one place.",
        pointers=[Pointer(request_pointer=f"/passengers/{twice}")],
    )


def _told(retail: Retail, number: int, one: PassengerPatch) -> Telling:
    card = card_of(one.identification_card) if one.identification_card is not None else None
    return number, completed(one, retail, number), card


def _said(done: Told, number: int, one: PassengerPatch) -> Passenger:
    """A passenger, with the card that was just taken of it: nobody reads it here afterwards."""
    card = one.identification_card if number in done.taken else None
    return said_passenger(done.standing, number, echoed(card) if card is not None else None)


def _remarks(call: Call[Any], done: Told, number: int, one: PassengerPatch, at: str = "") -> Iterator[Problem]:
    if one.identification_card is not None and number in done.taken:
        yield from card_remarks(call, number, one.identification_card, done.taken[number], at)


def _problem(position: int, number: int, error: SaleError) -> Problem:
    found = of_sale(error, at=f"/passengers/{position}").problem
    pointers = tuple(replace(one, title=passenger_id(number)) for one in found.pointers or ())
    return replace(found, status=None, pointers=pointers)


def _tells_document(one: PassengerPatch) -> bool:
    return one.identification_card is not None


def _tell_documents(all_: PassengersBatchUpdateRequest) -> bool:
    return any(_tells_document(one) for one in all_.passengers)


def purchaser(call: Call[Any]) -> PurchaserResponse:
    """Who buys. Raises `NoBooking`."""
    return PurchaserResponse(purchaser=said_purchaser(_standing(call)))


def tell_purchaser(call: Call[Purchaser]) -> Deed:
    """Say who buys. Raises `NoBooking`."""
    said = {"purchaser": kept(call.body)}
    act = retailing_telling.say(call.retailing, call.retailer, call.path["bookingId"], said)
    return Deed(act, lambda done: PurchaserResponse(purchaser=said_purchaser(done)))


def _standing(call: Call[Any]) -> Standing:
    return call.retailing.booking(call.retailer, call.path["bookingId"])


DONE: Final[tuple[Done, ...]] = (
    Read("getBookingPassengers", passengers, PassengersCollectionResponse),
    Read("getBookingPassengersId", passenger, PassengerResponse),
    Write(
        "patchBookingPassenger",
        complete,
        PassengerResponse,
        takes=PassengerPatch,
        secret=_tells_document,
        codes=MODIFYING,
    ),
    Write(
        "patchBookingPassengers",
        complete_all,
        PassengersCollectionResponse,
        takes=PassengersBatchUpdateRequest,
        secret=_tell_documents,
        codes=MODIFYING,
    ),
    Read("getBookingPurchaser", purchaser, PurchaserResponse),
    Write("patchBookingPurchaser", tell_purchaser, PurchaserResponse, takes=Purchaser, codes=MODIFYING),
    Write("postBookingPurchaser", tell_purchaser, PurchaserResponse, takes=Purchaser, codes=MODIFYING),
)
