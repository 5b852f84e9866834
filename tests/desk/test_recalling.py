"""A ticket is cancelled and made out anew: never are two good for one place, and no money moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from agency import Agency
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sale.shop import OUT, TO_KHASAN, Shop, open_shop

from rerail.desk import retailing_after_sale, retailing_recall, retailing_telling
from rerail.desk.conductor import conductor_list
from rerail.desk.retailing_booking import Named
from rerail.places.claims import claims_of
from rerail.sale.after_sale import AfterSale, Recalling
from rerail.sale.errors import AlreadyConfirmed, NoBooking, NotPossible, OfferExpired
from rerail.sale.model import Booking
from rerail.sale.reading import given_back
from rerail.sale.ticket_number import TicketNumber, reference, ticket_number
from rerail.store.engine import Store
from rerail.ticket import tables as ticket_tables
from rerail.ticket.barcode import decoded
from rerail.ticket.verify import verify


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def agency(shop: Shop) -> Agency:
    return Agency(shop)


def proposed(agency: Agency, booking: Booking, *parts: int) -> AfterSale[Recalling]:
    wanted = parts or tuple(part.number for part in booking.parts)
    act = retailing_recall.propose(agency.retailing, agency.retailer, booking.code, lambda *_: wanted)
    return agency.do(act)[1]


def taken(agency: Agency, booking: Booking, offer: AfterSale[Recalling]) -> Booking:
    act = retailing_recall.take(agency.retailing, agency.retailer, booking.code, offer.id)
    return agency.do(act)[0].booking


def recalled(agency: Agency, booking: Booking, *parts: int) -> Booking:
    return taken(agency, booking, proposed(agency, booking, *parts))


def renamed(agency: Agency, booking: Booking, number: int, family: str) -> Booking:
    told = Named(ref=f"other{number}", kind="ADULT", family_name=family, given_names="Min")
    act = retailing_telling.tell(
        agency.retailing, agency.retailer, booking.code, lambda _retail: [(number, told, None)]
    )
    return agency.do(act).standing.booking


def verdict(agency: Agency, barcode: bytes) -> str:
    with agency.shop.store.read() as connection:
        keys = {
            (one.published.issuer, one.published.key_id): one.published for one in ticket_tables.all_keys(connection)
        }
        return verify(barcode, keys, refunded=lambda one: given_back(connection, one)).word


def test_another_travels_on_a_new_ticket_and_the_old_one_is_good_no_more(agency: Agency) -> None:
    booking = agency.bought()
    before = agency.standing(booking.code)
    old = before.barcodes[1]
    assert verdict(agency, old) == "valid"
    postings, paid = agency.shop.postings(booking.code), booking.paid
    booking = recalled(agency, booking)
    assert verdict(agency, old) == "refunded"
    assert agency.standing(booking.code).barcodes == {}
    renamed(agency, booking, 1, "Pak")
    agency.shop.clock.forward(minutes=3)
    after = agency.confirmed(booking.code)
    new = after.barcodes[1]
    assert (verdict(agency, old), verdict(agency, new)) == ("refunded", "valid")
    said = decoded(new)
    assert (said.reference, said.family_name) == (f"{booking.code}-1-2", "Pak")
    assert said.issued == agency.shop.clock.now()
    # The place and the money are what they were.
    assert after.booking.parts[0].spots == booking.parts[0].spots
    with agency.shop.store.read() as connection:
        assert [one.spot for one in claims_of(connection, booking.code)] == list(booking.parts[0].spots)
    assert (agency.shop.postings(booking.code), after.booking.paid) == (postings, paid)


def test_a_ticket_may_be_made_out_anew_as_often_as_paper_is_lost(agency: Agency) -> None:
    booking = agency.bought()
    barcodes = [agency.standing(booking.code).barcodes[1]]
    for _ in range(3):
        recalled(agency, agency.standing(booking.code).booking)
        barcodes.append(agency.confirmed(booking.code).barcodes[1])
    assert [verdict(agency, one) for one in barcodes] == ["refunded", "refunded", "refunded", "valid"]
    assert agency.standing(booking.code).booking.parts[0].ticket == 4


def test_a_name_changes_only_where_no_ticket_is_good(agency: Agency) -> None:
    """Out and back are two tickets: with one of them still good, nobody else is named."""
    again = replace(TO_KHASAN, journey=1, service_date=date(2027, 1, 14))
    booking = agency.bought(TO_KHASAN, again)
    with pytest.raises(NotPossible, match="cancel those fulfillments first"):
        renamed(agency, booking, 1, "Pak")
    booking = recalled(agency, booking, 1)
    with pytest.raises(NotPossible, match="cancel those fulfillments first"):
        renamed(agency, booking, 1, "Pak")
    recalled(agency, booking, 2)
    assert renamed(agency, booking, 1, "Pak").passengers[0].family_name == "Pak"
    assert set(agency.confirmed(booking.code).barcodes) == {1, 2}


def test_across_the_border_no_name_changes_once_the_list_is_handed_over(agency: Agency) -> None:
    booking = recalled(agency, agency.bought(OUT))
    agency.shop.clock.turn(booking.legs[0].leaves.replace(hour=0))
    with pytest.raises(NotPossible, match="Names could be given until"):
        renamed(agency, booking, 1, "Pak")
    # but the passenger has a ticket again
    assert agency.confirmed(booking.code).barcodes.keys() == {1}


def test_what_is_held_given_back_cancelled_or_gone_has_no_ticket_to_cancel(agency: Agency) -> None:
    held = agency.booked(agency.quote()).booking
    with pytest.raises(NotPossible, match="is no valid ticket"):
        proposed(agency, held)
    booking = agency.bought(count=2)
    agency.shop.give_back(booking, 1)
    with pytest.raises(NotPossible, match="is no valid ticket"):
        proposed(agency, booking, 1)
    recalled(agency, booking, 2)
    with pytest.raises(NotPossible, match="waits to be made out anew"):
        proposed(agency, booking, 2)
    agency.confirmed(booking.code)
    agency.shop.clock.turn(booking.legs[0].leaves)
    with pytest.raises(NotPossible, match=f"The train of ticket {booking.code}-2-2 has left"):
        proposed(agency, booking, 2)
    with pytest.raises(AlreadyConfirmed):
        agency.confirmed(booking.code)  # nothing waits


def test_an_offer_is_good_for_a_quarter_of_an_hour_taken_once_and_one_at_a_time(agency: Agency) -> None:
    booking = agency.bought(count=2)
    offer = proposed(agency, booking, 1)
    with pytest.raises(NotPossible, match="has an offer like this"):
        proposed(agency, booking, 2)
    agency.shop.clock.forward(minutes=15)
    with pytest.raises(OfferExpired):
        taken(agency, booking, offer)
    offer = proposed(agency, booking, 1)
    for _ in range(2):
        after = taken(agency, booking, offer)
        assert [part.recalled for part in after.parts] == [True, False]
    with pytest.raises(AlreadyConfirmed):
        agency.do(retailing_after_sale.withdraw(agency.retailer, booking.code, offer.id, Recalling))
    other = proposed(agency, booking, 2)
    agency.do(retailing_after_sale.withdraw(agency.retailer, booking.code, other.id, Recalling))
    with pytest.raises(NoBooking):
        taken(agency, booking, other)
    with pytest.raises(NoBooking):
        taken(Agency(agency.shop, "rr_other"), booking, offer)


def test_a_place_whose_ticket_is_cancelled_is_sold_still(agency: Agency) -> None:
    """The conductor expects its passenger, a refund gives its money back, a suspension all of it."""
    booking = recalled(agency, agency.bought(count=3), 1, 2, 3)
    found = conductor_list(agency.shop.selling, TO_KHASAN.departure, specimen=True, language="en")
    assert found is not None
    assert len(found.passengers) == 3
    back = agency.shop.give_back(booking, 1).parts[0]
    assert back.refunded is not None
    agency.shop.decide("cancel", start=TO_KHASAN.service_date, railway=None)
    after = agency.standing(booking.code).booking
    assert [part.state for part in after.parts] == ["refunded"] * 3
    assert [part.refunded for part in after.parts[1:]] == [part.price.total for part in booking.parts[1:]]
    assert agency.shop.faults() == ()


@given(st.integers(1, 999), st.integers(1, 999))
def test_a_reference_is_read_as_it_was_written(part: int, ticket: int) -> None:
    assert ticket_number(reference("K7MP4XQ2", part, ticket)) == TicketNumber("K7MP4XQ2", part, ticket)


@pytest.mark.parametrize("text", ["", "K7", "K7-", "-1", "K7-1-", "K7-1-1", "K7-01", "K7-1-02", "K7-1-2-3", "K7-²"])
def test_what_no_ticket_is_called_is_no_reference(text: str) -> None:
    assert ticket_number(text) is None
