"""Documents as passengers give them: what is asked, what is there, what is taken and what is sealed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.border import documents
from rerail.border.advice import NOTHING_KNOWN, Known
from rerail.border.asked import ordered
from rerail.border.checks import Remark, least, remarks, same_as, still_missing
from rerail.border.errors import BorderError, NotNow, NotThere, TooLate, WrongDocument
from rerail.border.model import Document
from rerail.border.mrz_model import MrzProblem
from rerail.border.typed import DocumentRefused, Read, Typed, completed, read_typed
from rerail.desk.border_desk import BorderDesk
from rerail.desk.counter import sells, still_allowed
from rerail.desk.documents_asked import PassengerAsked, Until, asked_of, departures_of, first_until
from rerail.desk.documents_list import DocumentRow, DocumentsRefused, read_documents
from rerail.line.border import Asked
from rerail.people.audit import PASSENGER, Act
from rerail.people.users import User
from rerail.sale import reading
from rerail.sale.changing import locked
from rerail.sale.errors import NoBooking
from rerail.sale.market import Market
from rerail.sale.model import Booking

_SHOWN = 2
"""Characters of a number by which whoever gave it knows it again."""


class PassengerPapers(Struct, frozen=True, kw_only=True):
    """What one passenger is asked for, and what is there of it."""

    asked: PassengerAsked
    given: tuple[str, ...]
    """Names of the document's fields that are kept."""
    ending: str
    """The last characters of the number; more of it is shown to nobody here."""
    missing: tuple[Asked, ...]
    known: Known
    """What rules go by."""
    remarks: tuple[Remark, ...]


class BookingPapers(Struct, frozen=True, kw_only=True):
    """How far a booking is with its documents."""

    given: int
    """Passengers of whom nothing is missing."""
    of: int
    until: Until | None
    """The first deadline ahead; None: every border lies behind."""


class Given(Struct, frozen=True, kw_only=True):
    """What is to be said of a document that was taken."""

    remarks: tuple[Remark, ...]
    warnings: tuple[MrzProblem, ...]
    """About the zone as it was typed: nobody sees it again."""


class Giver(Struct, frozen=True):
    """Who gives a document, as the audit trail has them."""

    who: str
    office: bool = False
    """Whether it may still correct documents after the passengers' deadline."""
    client: str = ""
    """The id of the retailer's machine, if it was one."""


class GivingDocuments(BorderDesk):
    """The acts by which documents come in, and are taken back."""

    # Looking, without any number

    def papers(self, booking: Booking) -> BookingPapers | None:
        """How far a booking is; None if its borders ask for nothing. Raises `KeyringError`."""
        market = self.selling.market()
        asked = asked_of(market, booking)
        if not asked:
            return None
        with self.selling.store.read() as connection:
            kept = self._kept(connection, booking)
        complete = [one for one in asked if not _missing(one, kept.get(one.passenger.number))]
        return BookingPapers(given=len(complete), of=len(asked), until=first_until(asked, market.now))

    def wanted(self, booking: Booking) -> tuple[PassengerPapers, ...]:
        """What each passenger is asked for and what is there of it, with what is to be said of it.

        Without those of whom nothing is asked. Raises `KeyringError`.
        """
        market = self.selling.market()
        asked = asked_of(market, booking)
        if not asked:
            return ()
        with self.selling.store.read() as connection:
            kept = self._kept(connection, booking)
            strangers = self._strangers(connection, booking, asked) if kept else ()
        return tuple(_papers(one, kept, strangers) for one in asked)

    # Giving

    def give(self, code: str, passenger: int, typed: Typed, by: User | None) -> Given:
        """Take a passenger's document; `by` None: from the passenger. What is left empty stays as it was given before,
        unless the number is another: then it is another document.

        Only what the borders ask for is kept. Raises `NoBooking`, `NotThere`, `TooLate`, `DocumentRefused`,
        `KeyringError`, `NotPermitted`.
        """

        def act(connection: Connection) -> Given:
            market, booking, asked = self._begun(connection, code, by)
            return self.given_in(
                connection, market, booking, asked, DocumentRow(line=1, passenger=passenger, typed=typed), _giver(by)
            )

        return self.selling.call(act)

    def given_in(
        self,
        connection: Connection,
        market: Market,
        booking: Booking,
        asked: Sequence[PassengerAsked],
        row: DocumentRow,
        by: Giver,
    ) -> Given:
        """The same as a part of another act, which holds the booking's lock and says what is asked.

        Raises `NotThere`, `TooLate`, `DocumentRefused`, `KeyringError`.
        """
        _still_open(market, _one(asked, row.passenger), by)
        try:
            return self._taken(connection, market, booking, asked, (row,), by)[row.passenger]
        except DocumentsRefused as error:
            raise DocumentRefused(error.rows[0][1]) from None

    def erased_in(self, connection: Connection, booking: Booking, passenger: int, by: Giver) -> bool:
        """Let go of a document as a part of another act. Returns whether there was one."""
        gone = bool(documents.erase(connection, [(booking.code, passenger)]))
        if gone:
            self._write_down(connection, "document-erased", booking, passenger, by)
        return gone

    def give_csv(self, code: str, content: bytes, by: User | None) -> Mapping[int, Given]:
        """Take the documents of a CSV file, all or none (`rerail.desk.documents_list`): passenger → what is to be said.

        Raises `DocumentsRefused` with every wrong row, `WrongDocument` or `WrongPassenger` if it is no such file,
        `NoBooking`, `KeyringError`, `NotPermitted`.
        """

        def act(connection: Connection) -> Mapping[int, Given]:
            market, booking, asked = self._begun(connection, code, by)
            rows = read_documents(content, asked)
            if not rows:
                raise WrongDocument("The list says nothing of any document; fill it in and send it again.", "list")
            return self._taken(connection, market, booking, asked, rows, _giver(by))

        return self.selling.call(act)

    def erase_own(self, code: str, passenger: int) -> None:
        """Let go of a document at its passenger's wish, while no list has it yet.

        Raises `NoBooking`, `NotThere`, `TooLate`, `NotNow` if none was given.
        """

        def act(connection: Connection) -> None:
            market, booking, asked = self._begun(connection, code, None)
            listed = _one(asked, passenger).listed(market.now)
            if listed is not None and market.now >= listed:
                raise TooLate(
                    "The list of passengers is closed, and what is on it was handed over; it is erased by rule after "
                    "the journey."
                )
            if not self.erased_in(connection, booking, passenger, _giver(None)):
                raise NotNow("No document of this passenger is kept.")

        self.selling.call(act)

    # The parts all acts are made of

    def _begun(
        self, connection: Connection, code: str, by: User | None
    ) -> tuple[Market, Booking, tuple[PassengerAsked, ...]]:
        if by is not None:
            still_allowed(connection, by, sells)
        market = self.selling.market_in(connection)
        booking = locked(connection, code)
        if by is not None and by.tour_operator not in (None, booking.tour_operator):
            raise NoBooking("There is no booking %(code)s.", "code", code=code)
        return market, booking, asked_of(market, booking)

    def _kept(self, connection: Connection, booking: Booking) -> dict[int, Document]:
        # A line that asks nobody for anything needs no file of keys.
        there = documents.given(connection, [booking.code])
        found = documents.read(connection, self.keys, [booking.code]) if there else {}
        return {number: document for (_, number), document in found.items()}

    def _strangers(
        self, connection: Connection, booking: Booking, asked: Sequence[PassengerAsked]
    ) -> tuple[tuple[str, str], ...]:
        """Number and issuing state of everybody else's document on the same departures."""
        codes = set(reading.codes_on(connection, departures_of(asked), live=True)) - {booking.code}
        return tuple(documents.numbers(connection, self.keys, codes).values())

    def _taken(
        self,
        connection: Connection,
        market: Market,
        booking: Booking,
        asked: Sequence[PassengerAsked],
        rows: Sequence[DocumentRow],
        by: Giver,
    ) -> dict[int, Given]:
        """Keep what rows say, all or none. Raises `DocumentsRefused`."""
        kept = self._kept(connection, booking)
        read = _all_read(market, asked, rows, kept, by)
        kept |= {number: one.document for number, one in read.items()}
        strangers = self._strangers(connection, booking, asked)
        found = {number: _remarks(_one(asked, number), kept, strangers) for number in read}
        wrong = [(row.line, refused) for row in rows if (refused := _refusals(found[row.passenger]))]
        if wrong:
            raise DocumentsRefused(tuple(wrong))
        for number, one in read.items():
            documents.keep(connection, self.keys, (booking.code, number), one.document, self.now)
            self._write_down(connection, "document-given", booking, number, by)
        return {number: Given(remarks=found[number], warnings=one.warnings) for number, one in read.items()}

    def _write_down(self, connection: Connection, act: Act, booking: Booking, passenger: int, by: Giver) -> None:
        details = {"booking": booking.code, "passenger": str(passenger)}
        self.note(connection, act, by.who, details | ({"client": by.client} if by.client else {}))


def _giver(by: User | None) -> Giver:
    return Giver(PASSENGER) if by is None else Giver(by.name, office=True)


def _one(asked: Sequence[PassengerAsked], number: int) -> PassengerAsked:
    for one in asked:
        if one.passenger.number == number:
            return one
    raise NotThere("Passenger %(number)d of this booking is asked for no document.", "passenger", number=number)


def _still_open(market: Market, one: PassengerAsked, by: Giver) -> None:
    if not by.office and not one.open(market.now):
        raise TooLate("Documents could be given until the deadline, which has passed; ask a counter to correct them.")
    if by.office and not one.open_to_office(market.now):
        raise TooLate("The train has left for the border; nothing of its lists can be corrected any more.")


def _all_read(
    market: Market,
    asked: Sequence[PassengerAsked],
    rows: Sequence[DocumentRow],
    kept: Mapping[int, Document],
    by: Giver,
) -> dict[int, Read]:
    """The documents of rows as they would be kept, by passenger. Raises `DocumentsRefused`."""
    read: dict[int, Read] = {}
    wrong: list[tuple[int, tuple[BorderError, ...]]] = []
    for row in rows:
        one = _one(asked, row.passenger)
        try:
            _still_open(market, one, by)
            read[row.passenger] = _read(market, one, row.typed, kept.get(row.passenger))
        except DocumentRefused as error:
            wrong.append((row.line, error.faults))
        except TooLate as error:
            wrong.append((row.line, (error,)))
    if wrong:
        raise DocumentsRefused(tuple(wrong))
    return read


def _read(market: Market, one: PassengerAsked, typed: Typed, before: Document | None) -> Read:
    """The document as it would be kept. Raises `DocumentRefused`."""
    if typed.empty:
        missing = WrongDocument("Type the lines at the foot of the data page, or fill in the fields.", "mrz")
        raise DocumentRefused((missing,))
    read = read_typed(typed, market.now.date())
    document = least(one.crossed, completed(before, read.document))
    if "document_number" in one.asked and not document.number:
        raise DocumentRefused((WrongDocument("Give the number of the document, as it prints it.", "number"),))
    return replace(read, document=document)


def _missing(one: PassengerAsked, document: Document | None) -> tuple[Asked, ...]:
    return ordered(field for crossed in one.crossed for field in still_missing(crossed, document, one.holder))


def _papers(one: PassengerAsked, kept: Mapping[int, Document], strangers: Sequence[tuple[str, str]]) -> PassengerPapers:
    document = kept.get(one.passenger.number)
    return PassengerPapers(
        asked=one,
        given=tuple(documents.fields(document)) if document is not None else (),
        ending=document.number[-_SHOWN:] if document is not None and len(document.number) > 2 * _SHOWN else "",
        missing=_missing(one, document),
        known=Known(nationality=document.nationality, issuing_state=document.issuing_state)
        if document is not None
        else NOTHING_KNOWN,
        remarks=_remarks(one, kept, strangers) if document is not None else (),
    )


def _remarks(
    one: PassengerAsked, kept: Mapping[int, Document], strangers: Sequence[tuple[str, str]]
) -> tuple[Remark, ...]:
    number = one.passenger.number
    document = kept[number]
    same = same_as(document, {other: its for other, its in kept.items() if other != number}, strangers)
    return (*remarks(one.crossed, document, one.holder), *((same,) if same is not None else ()))


def _refusals(found: Sequence[Remark]) -> tuple[WrongDocument, ...]:
    return tuple(WrongDocument(one.message, one.field, **one.values) for one in found if one.severity == "refused")
