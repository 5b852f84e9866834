"""The counter: what somebody signed in to the office does with bookings, each act under that person's name.

Whether the role allows it is asked here, in the act's own transaction, and not in the face alone. An agent sees
and changes the bookings of one tour operator; for everything else there is no such booking. What was done is in
the audit trail, by the booking's code and without a passenger's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk.selling import Act, PriceShown, Request, Selling
from rerail.desk.tickets import signed_tickets
from rerail.line.amount import Money
from rerail.money.ledger import Posted, postings_of
from rerail.people import audit
from rerail.people import tables as people_tables
from rerail.people.users import NotPermitted, User
from rerail.sale import reading
from rerail.sale.errors import NoBooking, WrongAsk
from rerail.sale.holding import Buyer
from rerail.sale.model import Ask, Booking, PassengerGiven, RefundOffer
from rerail.sale.passengers import ListRow, read_list
from rerail.tell import outbox
from rerail.ticket.pdf import Size, pdf


def not_permitted() -> NotPermitted:
    """The error for a role that may not do this."""
    return NotPermitted("Your role does not allow this. An operator can do it, or give you another role.")


def still_allowed(connection: Connection, user: User, may: Callable[[User], bool]) -> None:
    """Raise `NotPermitted` unless the user, as known now, may: one disabled since the page was made may nothing."""
    known = people_tables.user_by_id(connection, user.id)
    if known is None or known.disabled is not None or not may(known):
        raise not_permitted()


def sells(user: User) -> bool:
    """Operators, clerks, and agents within their tour operator's bookings."""
    return user.sells


def takes_money(user: User) -> bool:
    """Operators and clerks."""
    return user.takes_money


class Dossier(Struct, frozen=True):
    """Everything the office knows of a booking beside the booking itself."""

    postings: tuple[Posted, ...]
    letters: tuple[outbox.Told, ...]
    seller: str
    """The name of the user who sold it; "" on the site."""
    replaced_by: tuple[str, ...]
    """The bookings that took over its price after a suspension."""


class Counter:
    """What one user may see and do. Every method raises `NotPermitted` for a role that sells nothing."""

    def __init__(self, selling: Selling, user: User) -> None:
        if not user.sells:
            raise not_permitted()
        self.selling: Final = selling
        self.user: Final = user

    # Looking

    def ask_of(self, ask: Ask) -> Ask:
        """What is asked, as this user's sale: a group of a tour operator's is sold in that operator's name.

        Raises `WrongAsk` if an agent asks for somebody else.
        """
        mine = self.user.tour_operator
        if mine is not None and ask.tour_operator not in (None, mine):
            raise WrongAsk("You sell for %(operator)s alone.", "tour_operator", operator=mine)
        if mine is not None:
            return replace(ask, channel="operator", seller=mine, tour_operator=mine)
        if ask.group and ask.tour_operator is not None:
            return replace(ask, channel="operator", seller=ask.tour_operator)
        return replace(ask, channel="counter", seller=self.user.id)

    def offer(self, ask: Ask) -> PriceShown:
        """What is asked for, priced and signed. Raises `SaleError`."""
        return self.selling.offer(self.ask_of(ask))

    def booking(self, code: str) -> Booking:
        """The booking, after whatever it is owed was given back. Raises `NoBooking`, also for another's."""
        with self.selling.store.read() as connection:
            self._seen(reading.read(connection, code))
        return self.selling.booking(code)

    def find(self, text: str) -> tuple[Booking, ...]:
        """The bookings meant by a code, the beginning of a passenger's name or an e-mail; the newest for no text."""
        mine = self.user.tour_operator
        with self.selling.store.read() as connection:
            if text.strip():
                return reading.search(connection, text, tour_operator=mine)
            return reading.newest(connection) if mine is None else reading.of_operator(connection, mine, 50)

    def dossier(self, booking: Booking) -> Dossier:
        """What was posted and written about a booking. Raises `NoBooking` for another's."""
        self._seen(booking)
        with self.selling.store.read() as connection:
            seller = people_tables.user_by_id(connection, booking.seller)
            return Dossier(
                postings=postings_of(connection, booking.code),
                letters=outbox.told_about(connection, booking.code),
                seller=seller.name if seller is not None else "",
                replaced_by=reading.rebooked_by(connection, booking.code),
            )

    def refund_offer(self, code: str, parts: Sequence[int]) -> RefundOffer:
        """What would come back now. Raises `NoBooking`, `NotPossible`."""
        return self.selling.refund_offer(self.booking(code), parts)

    def tickets(self, code: str, size: Size, parts: Sequence[int] | None = None) -> bytes:
        """The tickets as a PDF, in the buyer's language. Raises `NoBooking`, `NotPossible`, `NoKey`."""
        booking = self.booking(code)
        specimen = self.selling.current.snapshot().demo
        with self.selling.store.read() as connection:
            signed = signed_tickets(
                connection, self.selling.market(), booking, booking.language, specimen=specimen, parts=parts
            )
        return pdf(signed, size, booking.language)

    def list_rows(self, content: bytes, booking: Booking) -> tuple[ListRow, ...]:
        """The rows of a booking's named list. Raises `ListRefused`, `WrongPassenger`."""
        return read_list(content, self.selling.market().tariff_of(booking))

    # Acts. `key` makes a repetition recognisable; `version` is that of the page it was sent from.

    def hold(self, key: str, token: str, buyer: Buyer) -> Booking:
        """Hold all places of an offer made here, or none."""
        return self._do(self.selling.hold(self._request(key, None), token, buyer))

    def take_cash(self, key: str, code: str, money: Money) -> Booking:
        """Take what is due into the user's till and confirm. Raises `ShiftError` without an open shift."""
        self._visible(code)
        request = self._request(key, "booking-confirmed")
        return self._do(self.selling.confirm_at_counter(request, code, self.user.id, money), takes_money)

    def put_on_invoice(self, key: str, code: str) -> Booking:
        """Put what is due on the tour operator's invoice and confirm."""
        self._visible(code)
        return self._do(self.selling.confirm_by_invoice(self._request(key, "booking-confirmed"), code))

    def take_deposit(self, key: str, code: str, *, in_cash: bool) -> Booking:
        """A group's deposit, into the user's till or on the tour operator's invoice."""
        self._visible(code)
        clerk = self.user.id if in_cash else None
        act = self.selling.pay_deposit(self._request(key, "deposit-taken"), code, clerk=clerk)
        return self._do(act, takes_money if in_cash else sells)

    def cancel(self, key: str, code: str, version: int) -> Booking:
        """Let go of what is held."""
        self._visible(code)
        return self._do(self.selling.cancel_hold(self._request(key, "hold-cancelled"), code, version))

    def refund(self, key: str, code: str, parts: Sequence[int], version: int) -> Booking:
        """Give tickets back, as the refund offer of this version said."""
        self._visible(code)
        self._do(self.selling.refund(self._request(key, "refund-made"), code, parts, version))
        self.selling.settle_payouts((code,))
        return self.booking(code)

    def pay_out(self, key: str, code: str) -> Booking:
        """Hand over in cash, from the user's till, what the booking is owed."""
        self._visible(code)
        act = self.selling.pay_out(self._request(key, "payout-made"), code, self.user.id)
        return self._do(act, takes_money)

    def name(self, key: str, code: str, given: Mapping[int, PassengerGiven], version: int) -> Booking:
        """Give passengers names; a name that is there is corrected by operators and clerks only."""
        self._visible(code)
        request = self._request(key, "names-changed")
        return self._do(self.selling.name(request, code, given, version, staff=self.user.takes_money))

    def fill(self, key: str, code: str, rows: Sequence[ListRow], version: int) -> Booking:
        """Name a group from its list; every row or none. Raises `ListRefused`."""
        self._visible(code)
        return self._do(self.selling.fill(self._request(key, "names-changed"), code, rows, version))

    # Letters

    def unsent(self) -> tuple[outbox.Told, ...]:
        """The letters that could not be sent, oldest first; an agent's own."""
        with self.selling.store.read() as connection:
            letters = outbox.given_up(connection)
            if self.user.tour_operator is None:
                return letters
            about = reading.read_many(connection, [one.message.booking for one in letters])
        mine = {one.code for one in about if self._sees(one)}
        return tuple(one for one in letters if one.message.booking in mine)

    def try_again(self, letter: str, to: str | None) -> bool:
        """Let a letter that was given up go again, perhaps to a corrected address. False: there is none."""
        waiting = {one.message.id: one.message for one in self.unsent()}
        if letter not in waiting:
            return False

        def act(connection: Connection) -> bool:
            still_allowed(connection, self.user, sells)
            again = outbox.try_again(connection, letter, self.selling.current.now(), to=to)
            if again:
                self._write_down(connection, "letter-tried-again", waiting[letter].booking)
            return again

        return self.selling.call(act)

    # The parts all acts are made of

    def _request(self, key: str, act: audit.Act | None) -> Request:
        def also(connection: Connection, booking: Booking) -> None:
            self._seen(booking)
            if act is not None:
                self._write_down(connection, act, booking.code)

        return Request(self.user.id, key, also)

    def _do(self, act: Act[Booking], may: Callable[[User], bool] = sells) -> Booking:
        def allowed(connection: Connection) -> Booking:
            still_allowed(connection, self.user, may)
            return act(connection)

        return self.selling.call(allowed)

    def _write_down(self, connection: Connection, act: audit.Act, code: str) -> None:
        event = audit.Event(at=self.selling.current.now(), act=act, who=self.user.name, details={"booking": code})
        people_tables.append_event(connection, event)

    def _visible(self, code: str) -> None:
        with self.selling.store.read() as connection:
            self._seen(reading.read(connection, code))

    def _seen(self, booking: Booking) -> Booking:
        if not self._sees(booking):
            raise NoBooking("There is no booking %(code)s.", "code", code=booking.code)
        return booking

    def _sees(self, booking: Booking) -> bool:
        return self.user.tour_operator in (None, booking.tour_operator)
