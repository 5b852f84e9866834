"""Exchanging: held first and nothing else changes; confirmed, the difference is paid; in time, or as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
from agency import Agency
from msgspec.structs import replace
from sale.shop import FROM_KHASAN, TO_KHASAN, Shop, open_shop

from rerail.desk import retailing_exchange, retailing_recall, retailing_refunds
from rerail.desk.retailing import Quoted, Standing
from rerail.desk.retailing_booking import Chosen, Seat
from rerail.line.amount import Money
from rerail.money.ledger import balance
from rerail.places.claims import claims_of
from rerail.sale.errors import (
    AlreadyConfirmed,
    HoldExpired,
    Incompatible,
    NoPlaceLeft,
    NotOnSale,
    NotPossible,
    OfferForged,
    SaleError,
    WrongAsk,
)
from rerail.sale.model import Booking, LegAsk
from rerail.sale.reading import given_back
from rerail.sale.retail import QuotedPassenger
from rerail.store.engine import Store
from rerail.ticket.barcode import decoded

LATER = replace(TO_KHASAN, service_date=date(2027, 1, 14))
"""The same way five weeks later."""


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def agency(shop: Shop) -> Agency:
    return Agency(shop)


def quoted(
    agency: Agency,
    booking: Booking,
    *legs: LegAsk,
    parts: Sequence[int] = (1,),
    overrule: str | None = None,
    people: Sequence[QuotedPassenger] | None = None,
) -> Quoted | SaleError:
    standing, exchange = retailing_exchange.to_exchange(
        agency.retailing, agency.retailer, booking.code, lambda *_: parts, overrule
    )
    numbers = {part.passenger for part in booking.parts if part.number in parts}
    own = [
        QuotedPassenger(ref=standing.retail.passengers[number - 1].ref, kind="ADULT", category="adult")
        for number in sorted(numbers)
    ]
    journeys = [legs or (LATER,)]
    (found,) = retailing_exchange.quotes(
        agency.retailing, agency.retailer, standing, exchange, journeys, tuple(people or own)
    )
    return found


def begun(agency: Agency, booking: Booking, quote: Quoted | SaleError, *seats: Seat) -> tuple[Standing, str]:
    assert isinstance(quote, Quoted), quote
    chosen = Chosen(token=quote.token, passengers=tuple(one.ref for one in quote.quote.passengers), seats=seats)
    standing, operation = agency.do(retailing_exchange.begin(agency.retailing, agency.retailer, booking.code, chosen))
    return standing, operation.id


def let_go(agency: Agency, booking: Booking, operation: str) -> None:
    agency.do(retailing_exchange.let_go(agency.retailer, booking.code, operation))


def owed(agency: Agency) -> int:
    """What stands on the tour operator's invoice."""
    with agency.shop.store.read() as connection:
        return balance(connection, "invoice:example-tours").get("RUB", 0)


def claimed(agency: Agency, booking: Booking) -> set[str]:
    with agency.shop.store.read() as connection:
        return {str(one.departure) for one in claims_of(connection, booking.code)}


def test_the_difference_is_paid_and_the_old_ticket_is_good_no_more(agency: Agency) -> None:
    booking = agency.bought()
    before = owed(agency)
    quote = quoted(agency, booking)
    assert isinstance(quote, Quoted)
    exchange = quote.quote.exchange
    assert exchange is not None
    # Nothing but what a refund would keep: the new ticket costs what the old one did.
    assert quote.quote.due == exchange.back.parts[0].kept
    held, _ = begun(agency, booking, quote)
    assert [part.state for part in held.booking.parts] == ["confirmed", "held"]
    assert (held.booking.total, owed(agency), set(held.barcodes)) == (booking.total, before, {1})
    agency.shop.clock.forward(minutes=19)
    after = agency.confirmed(booking.code)
    assert [part.state for part in after.booking.parts] == ["refunded", "confirmed"]
    assert (after.booking.parts[0].refund_reason, after.booking.parts[0].refunded) == ("exchanged", exchange.back.total)
    assert owed(agency) == before + quote.quote.due.amount
    assert not after.booking.balance
    assert claimed(agency, booking) == {str(LATER.departure)}
    assert decoded(after.barcodes[2]).issued == agency.shop.clock.now()
    with agency.shop.store.read() as connection:
        assert given_back(connection, f"{booking.code}-1")
        assert not given_back(connection, f"{booking.code}-2")
    with pytest.raises(AlreadyConfirmed):
        agency.confirmed(booking.code)
    assert agency.shop.faults() == ()


def test_what_is_over_comes_back_off_the_account(agency: Agency) -> None:
    """A whole way for half of it, the rules set aside: the half not travelled comes back."""
    whole = replace(TO_KHASAN, alight="rajin")
    booking = agency.bought(whole)
    before = owed(agency)
    quote = quoted(agency, booking, LATER, overrule="STRIKE")
    assert isinstance(quote, Quoted)
    assert quote.quote.due.amount < 0
    begun(agency, booking, quote)
    after = agency.confirmed(booking.code).booking
    assert owed(agency) == before + quote.quote.due.amount == after.paid.amount
    assert after.parts[0].refunded == booking.parts[0].price.total
    assert agency.shop.faults() == ()


def test_whoever_does_not_confirm_in_time_keeps_the_old_ticket(agency: Agency) -> None:
    booking = agency.bought()
    held, operation = begun(agency, booking, quoted(agency, booking))
    assert held.after_sales[-1].until == agency.shop.clock.now() + timedelta(minutes=20)
    agency.shop.clock.forward(minutes=20)
    with pytest.raises(HoldExpired, match="the old tickets are good still"):
        agency.confirmed(booking.code)
    assert set(agency.standing(booking.code).barcodes) == {1}
    # The place is anybody's, and another exchange may be begun.
    spot = held.booking.parts[1].spots[0]
    agency.booked(agency.quote(replace(LATER, wanted=((spot.coach, spot.place),))))
    begun(agency, booking, quoted(agency, booking))
    with pytest.raises(SaleError, match="There is no offer"):
        let_go(agency, booking, operation)
    after = agency.confirmed(booking.code).booking
    assert [part.state for part in after.parts] == ["refunded", "cancelled", "confirmed"]
    assert agency.shop.faults() == ()


def test_an_exchange_that_is_let_go_leaves_everything_as_it_was(agency: Agency) -> None:
    booking = agency.bought()
    before = owed(agency)
    _, operation = begun(agency, booking, quoted(agency, booking))
    with pytest.raises(NotPossible, match=r"An exchange in booking .* waits"):
        begun(agency, booking, quoted(agency, booking))
    let_go(agency, booking, operation)
    after = agency.standing(booking.code)
    assert ([part.state for part in after.booking.parts], owed(agency)) == (["confirmed", "cancelled"], before)
    assert (claimed(agency, booking), after.after_sales) == ({str(TO_KHASAN.departure)}, ())
    assert after.retail.offers == agency.standing(booking.code).retail.offers
    begun(agency, booking, quoted(agency, booking))
    agency.confirmed(booking.code)


def test_one_of_two_passengers_exchanges_one_of_two_ways(agency: Agency) -> None:
    back = replace(
        TO_KHASAN,
        journey=1,
        service_date=date(2026, 12, 13),
        train="rason-vladivostok",
        board="khasan",
        alight="vladivostok",
    )
    booking = agency.bought(TO_KHASAN, back, count=2)
    quote = quoted(agency, booking, replace(back, journey=0, service_date=date(2027, 1, 17)), parts=(4,))
    held, _ = begun(agency, booking, quote)
    assert [(part.number, part.leg, part.passenger, part.state) for part in held.booking.parts][-1] == (6, 3, 2, "held")
    after = agency.confirmed(booking.code)
    assert {part.number: part.state for part in after.booking.parts} == {
        1: "confirmed",
        2: "confirmed",
        3: "confirmed",
        4: "refunded",
        6: "confirmed",
    }
    assert set(after.barcodes) == {1, 2, 3, 6}
    assert decoded(after.barcodes[6]).family_name == "Kim"
    # What was exchanged can be exchanged again, and given back.
    again = quoted(agency, after.booking, replace(back, journey=0), parts=(6,))
    begun(agency, booking, again)
    last = agency.confirmed(booking.code).booking
    propose = retailing_refunds.propose(
        agency.retailing, agency.retailer, booking.code, lambda *_: [1, 2, 3, last.parts[-1].number], None
    )
    refund = agency.do(propose)[1]
    done, _ = agency.do(retailing_refunds.take(agency.retailing, agency.retailer, booking.code, refund.id))
    assert {part.state for part in done.booking.parts} == {"refunded"}
    kept = done.booking.paid.amount
    assert (owed(agency), done.booking.balance) == (kept, Money(0, "RUB"))
    assert agency.shop.faults() == ()


def test_nobody_gets_a_place_that_is_not_free(agency: Agency) -> None:
    booking = agency.bought()
    quote = quoted(agency, booking)
    while True:  # others take everything that is left
        try:
            agency.booked(agency.quote(LATER, count=4))
        except (AssertionError, NoPlaceLeft):
            break
    for count in (3, 2, 1):
        try:
            agency.booked(agency.quote(LATER, count=count))
        except (AssertionError, NoPlaceLeft):
            continue
    with pytest.raises(NoPlaceLeft):
        begun(agency, booking, quote)
    assert [part.state for part in agency.standing(booking.code).booking.parts] == ["confirmed"]


def test_a_place_is_chosen_as_when_buying(agency: Agency) -> None:
    booking = agency.bought()
    quote = quoted(agency, booking)
    assert isinstance(quote, Quoted)
    seat = Seat(reservation=f"{quote.quote.root}-R1", coach="1", place="7", passenger=quote.quote.passengers[0].ref)
    held, _ = begun(agency, booking, quote, seat)
    (spot,) = held.booking.parts[1].spots
    assert (spot.coach, spot.place) == ("1", "7")


def test_an_exchange_is_not_confirmed_when_the_old_ticket_is_gone_or_a_train_stopped(agency: Agency) -> None:
    # Given back while the new place was held.
    booking = agency.bought()
    begun(agency, booking, quoted(agency, booking))
    agency.shop.give_back(agency.standing(booking.code).booking, 1)
    with pytest.raises(NotPossible, match="good no more; nothing was exchanged"):
        agency.confirmed(booking.code)
    # The old train left.
    booking = agency.bought()
    agency.shop.clock.turn(booking.legs[0].leaves - timedelta(minutes=10))
    begun(agency, booking, quoted(agency, booking))
    agency.shop.clock.forward(minutes=10)
    with pytest.raises(NotPossible, match="has left"):
        agency.confirmed(booking.code)


def test_a_train_that_is_stopped_ends_an_exchange_and_nobody_loses_by_it(agency: Agency) -> None:
    new, old = agency.bought(), agency.bought()
    for booking in (new, old):
        begun(agency, booking, quoted(agency, booking))
    agency.shop.decide("cancel", start=LATER.service_date, railway=None)
    with pytest.raises(NotOnSale):
        agency.confirmed(new.code)
    agency.shop.selling.give_back_owed()
    standing = agency.standing(new.code)
    assert [part.state for part in standing.booking.parts] == ["confirmed", "cancelled"]
    assert standing.booking.paid == new.paid
    # Now the old train, too: all of it comes back, once.
    agency.shop.decide("cancel", start=TO_KHASAN.service_date, railway=None)
    agency.shop.selling.give_back_owed()
    for booking in (new, old):
        after = agency.standing(booking.code).booking
        assert (after.parts[0].refunded, after.paid) == (booking.parts[0].price.total, Money(0, "RUB"))
    assert agency.shop.faults() == ()


def test_what_is_not_exchanged(agency: Agency) -> None:
    booking = agency.bought(count=2)
    stranger = [QuotedPassenger(ref="somebody", kind="ADULT", category="adult")]
    with pytest.raises(Incompatible, match="the passengers they are made out to: p1"):
        quoted(agency, booking, people=stranger)
    with pytest.raises(Incompatible, match="another category"):
        quoted(
            agency,
            booking,
            people=[QuotedPassenger(ref="p1", kind="CHILD", category="child", birth_date=date(2018, 5, 1))],
        )
    # An offer to exchange is none to buy, and the other way round.
    exchange, plain = quoted(agency, booking), agency.quote(LATER, refs=["p1"])
    assert isinstance(exchange, Quoted)
    with pytest.raises(Incompatible, match="an exchange operation"):
        agency.booked(exchange)
    with pytest.raises(OfferForged, match="for no exchange in booking"):
        begun(agency, booking, plain)
    other = agency.bought()
    with pytest.raises(OfferForged):
        begun(agency, other, exchange)
    # Nobody is on two trains at once: the way that stays overlaps.
    shuttle = agency.bought(TO_KHASAN, replace(FROM_KHASAN, journey=1))
    found = quoted(agency, shuttle, TO_KHASAN, parts=(2,))
    with pytest.raises(WrongAsk, match="on two trains at once"):
        begun(agency, shuttle, found)
    held = agency.booked(agency.quote()).booking
    with pytest.raises(NotPossible, match="Only valid tickets are exchanged"):
        quoted(agency, held)
    group = agency.bought(LATER, count=12)
    with pytest.raises(NotPossible, match="A group's tickets are not exchanged"):
        quoted(agency, group)


def test_a_family_is_not_parted(agency: Agency) -> None:
    family = agency.bought(children=[date(2018, 5, 1)])
    quote = quoted(agency, family, parts=(1,))
    with pytest.raises(NotPossible, match="travels only with an adult"):
        begun(agency, family, quote)


def test_a_ticket_recalled_and_one_exchanged_are_issued_together(agency: Agency) -> None:
    booking = agency.bought(count=2)
    propose = retailing_recall.propose(agency.retailing, agency.retailer, booking.code, lambda *_: [2])
    offer = agency.do(propose)[1]
    agency.do(retailing_recall.take(agency.retailing, agency.retailer, booking.code, offer.id))
    begun(agency, booking, quoted(agency, booking))
    after = agency.confirmed(booking.code)
    assert {after.booking.reference(part) for part in after.booking.parts if part.number in after.barcodes} == {
        f"{booking.code}-2-2",
        f"{booking.code}-3",
    }
