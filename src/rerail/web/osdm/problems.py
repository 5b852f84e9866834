"""Problems as OSDM says them (RFC 9457): a code, a title for engineers, a sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from rerail.desk.retailing_border import CARD, CardLate, CardNotSealed, CardRefused
from rerail.line.sentence import SentenceError
from rerail.places.refusal import PlacesError
from rerail.sale import errors
from rerail.sale.errors import SaleError
from rerail.web.osdm.card_members import field_pointer

MEDIA_TYPE: Final = "application/problem+json"

STANDARD: Final = "urn:uic:problem:"
OWN: Final = "urn:x_rerail:problem:"
"""Codes that the specification has no word for."""


class Pointer(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A place in the request that a problem is about."""

    code: str | None = None
    title: str | None = None
    detail: str | None = None
    request_pointer: str | None = None
    """JSON Pointer (RFC 6901)."""
    response_pointer: str | None = None
    """The same, into the answer."""


class Problem(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The body of every answer that is no success, and a remark in one that is."""

    code: str
    type: str
    title: str
    status: int | None = None
    detail: str | None = None
    pointers: tuple[Pointer, ...] | None = None


class Refused(Exception):
    """What was asked is not done; the caller gets a `Problem`."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        *,
        pointers: Sequence[Pointer] = (),
        headers: Sequence[tuple[str, str]] = (),
        own: bool = False,
    ) -> None:
        self.headers: Final = tuple(headers)
        self.problem: Final = problem(code, title, detail, status=status, pointers=pointers, own=own)
        self.status: Final = status
        super().__init__(detail)


def problem(
    code: str,
    title: str,
    detail: str | None,
    *,
    status: int | None = None,
    pointers: Sequence[Pointer] = (),
    own: bool = False,
) -> Problem:
    """A problem with its code in full; `own`: the specification has no such code."""
    full = f"{OWN if own else STANDARD}{code}"
    return Problem(code=full, type=full, title=title, status=status, detail=detail, pointers=tuple(pointers) or None)


def unreadable(error: msgspec.ValidationError) -> Refused:
    """A body of the wrong shape. The library's sentence ends in the path of what is wrong."""
    sentence, _, path = str(error).partition(" - at `")
    return Refused(
        400,
        "MALFORMED_REQUEST",
        "The request is not as the specification has it",
        sentence,
        pointers=[Pointer(request_pointer=_json_pointer(path.rstrip("`")))],
    )


def _json_pointer(path: str) -> str:
    """ "$.passengers[0].type" as "/passengers/0/type"; "[...]" is some element of a list."""
    return re.sub(r"\[([^\]]*)\]", r".\1", path.removeprefix("$")).replace(".", "/").replace("////", "/-")


def not_found(what: str, id_: str, code: str = "RESOURCE_NOT_FOUND") -> Refused:
    """There is no such thing."""
    detail = f'There is no {what} "{id_[:80]}", or it is not yours.'
    return Refused(404, code, f"No such {what}", detail)


_OF_SALE: Final[dict[type[SaleError], tuple[int, str, str, bool]]] = {
    errors.OfferForged: (404, "BOOKING_OFFER_NOT_FOUND", "No such offer", False),
    errors.OfferExpired: (404, "BOOKING_OFFER_NOT_FOUND", "The offer has expired", False),
    errors.Incompatible: (400, "BOOKING_INCOMPATIBLE_OFFER_PART", "The offers do not go together", False),
    errors.NoPlaceLeft: (409, "BOOKING_INSUFFICIENT_AVAILABILITY", "Not enough places are free", False),
    errors.PlaceGone: (409, "BOOKING_PLACE_NOT_AVAILABLE", "The place is taken", False),
    errors.HoldExpired: (409, "CONFIRMATION_BOOKING_ALREADY_CANCELLED", "The places were not confirmed in time", False),
    errors.InformationMissing: (409, "CONFIRMATION_INFORMATION_MISSING", "Passengers are not known yet", False),
    errors.AlreadyConfirmed: (409, "CONFIRMATION_BOOKING_ALREADY_CONFIRMED", "Confirmed already", False),
    errors.AlreadyEnded: (409, "CONFIRMATION_BOOKING_ALREADY_CANCELLED", "The booking has ended", False),
    errors.NotPossible: (409, "BOOKING_MODIFICATION_NOT_ALLOWED", "Not possible in the booking's state", False),
    errors.BookingMoved: (409, "BOOKING_CHANGED", "The booking has changed", True),
    errors.NotRunning: (409, "SERVICE_SUSPENDED", "The train does not run", True),
    errors.NotOnSale: (409, "NOT_ON_SALE", "Not on sale", True),
    errors.WrongPassenger: (400, "OFFER_INVALID_PASSENGER_SPECIFICATION", "A passenger cannot be as said", False),
    errors.NoBooking: (404, "RESOURCE_NOT_FOUND", "Not found", False),
    errors.KeyReused: (409, "IDEMPOTENCY_KEY_REUSED", "The key was used for another request", True),
    errors.WrongAsk: (400, "VALIDATION_ERROR", "What is asked does not go together", False),
    CardRefused: (400, "DOCUMENT_REFUSED", "The document cannot be taken", True),
    CardLate: (409, "DOCUMENT_TOO_LATE", "The deadline for documents has passed", True),
    CardNotSealed: (503, "SERVICE_UNAVAILABLE", "Temporarily unavailable", False),
}
"""The narrower kind of an error before the wider."""


def of_sale(
    error: SaleError | PlacesError, codes: Mapping[type[errors.NotPossible], str] = {}, *, at: str = ""
) -> Refused:
    """An error of the sale as a problem; `codes` are those of an operation, where they are others.

    `at`: where in the request stands what it is about (JSON Pointer); empty: it is about the whole.
    """
    if isinstance(error, PlacesError):
        return Refused(409, "BOOKING_PLACE_NOT_AVAILABLE", "The place is taken", str(error))
    for kind, (status, code, title, own) in _OF_SALE.items():
        if isinstance(error, kind):
            here = next((named for of, named in codes.items() if isinstance(error, of)), None)
            pointers = _pointers(error, at)
            return Refused(status, here or code, title, sentence(error), own=own and here is None, pointers=pointers)
    return Refused(error.status, "REFUSED", "Not possible", sentence(error), own=True)


def _pointers(error: SaleError, at: str) -> list[Pointer]:
    if isinstance(error, errors.InformationMissing):
        return missing_pointers(error)
    if isinstance(error, CardRefused):
        return [Pointer(detail=sentence(one), request_pointer=at + field_pointer(one.about)) for one in error.faults]
    about = f"{at}/{CARD}" if error.about == CARD else at
    return [Pointer(request_pointer=about)] if about else []


def missing_pointers(error: errors.InformationMissing) -> list[Pointer]:
    """What is still to be told, each as a pointer into the booking."""
    return [
        Pointer(title=f"Passenger {number}", detail=member, request_pointer=f"/passengers/{number - 1}/{_path(member)}")
        for number, member in error.missing
    ]


def _path(member: str) -> str:
    return member.replace(".", "/")


def sentence(error: SentenceError) -> str:
    """What an error says, in English."""
    return error.message % error.values_in("en")
