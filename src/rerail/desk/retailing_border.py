"""Border documents as retailers tell them: what is still asked of whom, and the taking of a card.

A retailer gives what a passenger gives on the page of the booking, by the same deadline and through the same checks;
only that it may do so before the booking is confirmed, too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.border import documents
from rerail.border.checks import Remark
from rerail.border.errors import BorderError, Damaged, KeyringError, WrongDocument
from rerail.border.keyring import Sealed
from rerail.border.names import FullName, compare, divided
from rerail.border.typed import DocumentRefused, Typed
from rerail.desk.border import Border
from rerail.desk.documents_asked import PassengerAsked, Until, asked_of
from rerail.desk.documents_list import DocumentRow
from rerail.desk.giving_documents import Giver
from rerail.desk.log import log_failed
from rerail.line.border import Asked, DocumentKind
from rerail.people.audit import RETAILER
from rerail.people.clients import Pass
from rerail.sale.errors import KeyReused, NotPossible, SaleError
from rerail.sale.market import Market
from rerail.sale.model import Booking, Passenger

CARD: Final = "identificationCard"
"""What the errors are about: the member that OSDM has for a document."""
_kept: Final = msgspec.msgpack.Decoder(Sealed)


class Card(Struct, frozen=True, kw_only=True):
    """A travel document as a retailer tells it; empty: not told."""

    number: str
    kind: DocumentKind | None = None
    name: str = ""
    """In one, as the document has it."""
    nationality: str = ""
    issuing_state: str = ""
    expires: date | None = None
    sex: str = ""
    faults: tuple[WrongDocument, ...] = ()
    """What is wrong with it whatever is asked."""


class Lack(Struct, frozen=True, kw_only=True):
    """What a border ahead asks of a passenger and does not have yet."""

    passenger: int
    fields: tuple[Asked, ...]
    """A visa among them perhaps for nothing: whether one is needed stands in what is sealed."""
    until: Until
    """The first deadline of the borders ahead."""
    open: bool
    """Whether it can still be told; afterwards only the office can, until the train leaves for the border."""


class Taken(Struct, frozen=True, kw_only=True):
    """What is to be said of a card that was taken."""

    remarks: tuple[Remark, ...]
    dropped: tuple[Asked, ...]
    """Told, and asked for by no border of the journey: not kept."""


class CardRefused(SaleError):
    """A card that cannot be taken; nothing of it was kept. `faults` says everything that is wrong, field by field."""

    status = 400

    def __init__(self, faults: tuple[BorderError, ...]) -> None:
        self.faults: Final = faults
        super().__init__("The document was not taken; the pointers say what is wrong with it.", CARD)


class CardLate(SaleError):
    """The deadline for documents has passed."""

    status = 409


class CardNotSealed(SaleError):
    """The file of keys is missing or another's; the log says why."""

    status = 503


class RetailersBorder:
    """What the border asks of retailers, over everything about documents."""

    def __init__(self, border: Border) -> None:
        self._border: Final = border

    def lacks(self, connection: Connection, market: Market, booking: Booking, *, told: bool = True) -> tuple[Lack, ...]:
        """What is still asked of the passengers of a booking, held or sold. Nothing sealed is opened for it.

        `told`: whether any document can have been told of it by now.
        """
        asked = asked_of(market, booking, held=True)
        given = documents.given(connection, [booking.code]) if asked and told else {}
        found = []
        for one in asked:
            until = one.until(market.now)
            fields = one.lacking(given.get((booking.code, one.passenger.number), {}).keys())
            if until is not None and fields:
                found.append(
                    Lack(passenger=one.passenger.number, fields=fields, until=until, open=one.open(market.now))
                )
        return tuple(found)

    def take(
        self, connection: Connection, market: Market, booking: Booking, number: int, card: Card, retailer: Pass
    ) -> Taken:
        """Keep a passenger's document, in the retailer's act. Raises `NotPossible`: none is asked for; `CardLate`,
        `CardRefused`, `CardNotSealed`.
        """
        asked = asked_of(market, booking, held=True)
        one = next((each for each in asked if each.passenger.number == number), None)
        if one is None:
            raise NotPossible("No document was asked for, so none is taken.", CARD)
        _still_open(market, one)
        if card.faults:
            raise CardRefused(card.faults)
        row = DocumentRow(line=1, passenger=number, typed=_typed(card, one))
        try:
            given = self._border.given_in(connection, market, booking, asked, row, _giver(retailer))
        except DocumentRefused as error:
            raise CardRefused(error.faults) from None
        except KeyringError as error:
            log_failed("a document could not be sealed", error)
            raise CardNotSealed("Travel documents cannot be taken now. Try again later.", CARD) from None
        return Taken(remarks=given.remarks, dropped=tuple(field for field in _told(card) if field not in one.asked))

    def renamed(self, connection: Connection, booking: Booking, before: Passenger, retailer: Pass) -> None:
        """Let go of the document of whoever had the place before, unless it is the same name written otherwise."""
        after = booking.passenger(before.number)
        if not before.named or (before.family_name, before.given_names) == (after.family_name, after.given_names):
            return
        one, other = (FullName(each.family_name, each.given_names) for each in (before, after))
        if compare(one, other).likeness not in ("same", "alike"):
            self._border.erased_in(connection, booking, before.number, _giver(retailer))

    # Answers to those who told a document

    def sealed(self, answer: bytes, about: str, request: bytes) -> bytes | None:
        """An answer so that only the same request opens it; None: there is no key to seal it with."""
        try:
            kept = self._border.keys.made().for_request(request).seal(answer, about)
        except KeyringError as error:
            log_failed("an answer could not be sealed", error)
            return None
        return msgspec.msgpack.encode(kept)

    def opened(self, kept: bytes, about: str, request: bytes) -> bytes | None:
        """The answer as it was given; None: its key is gone. Raises `KeyReused` if it is to another request."""
        try:
            return self._border.keys.ring().for_request(request).open(_kept.decode(kept), about)
        except Damaged:
            raise KeyReused(
                "This key was used before for another request; choose a new key for a new request.", "key"
            ) from None
        except KeyringError as error:
            log_failed("an answer could not be opened", error)
            return None


def _giver(retailer: Pass) -> Giver:
    return Giver(RETAILER, client=retailer.client)


def _still_open(market: Market, one: PassengerAsked) -> None:
    until = one.until(market.now)
    if until is None:
        raise CardLate("The train has left for the last border of this booking; no document can be given.", CARD)
    if not one.open(market.now):
        raise CardLate(
            "Documents could be given until %(until)s, on the clock of %(station)s; a counter may still take them.",
            CARD,
            until=until.local.isoformat(timespec="minutes"),
            station=until.station.names,
        )


def _typed(card: Card, one: PassengerAsked) -> Typed:
    name = FullName("")
    if card.name:
        name = divided(card.name, FullName(one.holder.family_name, one.holder.given_names))
    return Typed(
        kind=card.kind or "",
        number=card.number,
        issuing_state=card.issuing_state,
        expires=card.expires.isoformat() if card.expires is not None else "",
        nationality=card.nationality,
        sex=card.sex,
        family_name=name.family_name,
        given_names=name.given_names,
    )


def _told(card: Card) -> Collection[Asked]:
    said: dict[Asked, object] = {
        "document_kind": card.kind,
        "document_number": card.number,
        "issuing_state": card.issuing_state,
        "expires": card.expires,
        "nationality": card.nationality,
        "sex": card.sex,
    }
    return [field for field, value in said.items() if value]
