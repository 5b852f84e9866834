"""Retailers whose requests wait together get the answers that each would get alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from agency import Agency
from sale.shop import OUT, TO_KHASAN, Shop, open_shop
from sqlalchemy import text

from rerail.desk import retailing_booking, retailing_confirming, retailing_telling, retailing_together
from rerail.desk.retailing import Quoted, Standing
from rerail.desk.retailing_booking import Chosen, Named, Order
from rerail.desk.retailing_once import Asked, Deed, Once, Ordered, Together
from rerail.desk.retailing_together import Booked, Confirmed
from rerail.sale.errors import InformationMissing, KeyReused, NoBooking
from rerail.store.acts import ALONE
from rerail.store.engine import Store
from rerail.tell.outbox import told_about
from rerail.tell.subscriptions import Subscription, subscribe
from rerail.ticket import tables as ticket_tables
from rerail.ticket.keys import by_number
from rerail.ticket.verify import verify


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def agency(shop: Shop) -> Agency:
    return Agency(shop)


def order(quoted: Quoted, family: str = "Kim", given: str = "Olga") -> Order:
    people = quoted.quote.passengers
    return Order(
        offers=(Chosen(token=quoted.token, passengers=tuple(one.ref for one in people)),),
        passengers=tuple(
            Named(ref=one.ref, kind=one.kind, family_name=family or None, given_names=given or None) for one in people
        ),
    )


def code_of(standing: Standing) -> str:
    return standing.booking.code


def booking(agency: Agency, key: str | None, wanted: Order, content: bytes = b"book") -> Ordered:
    deed = Deed(
        retailing_booking.book(agency.retailing, agency.retailer, wanted),
        code_of,
        many=retailing_together.book,
        order=Booked(agency.retailer, wanted),
    )
    return Ordered(Asked(client=agency.retailer.client, key=key, content=content), deed, str.encode)


def confirming(agency: Agency, key: str | None, code: str) -> Ordered:
    deed = Deed(
        retailing_confirming.confirm(agency.retailing, agency.retailer, code),
        lambda standing: " ".join(sorted(one.hex() for one in standing.barcodes.values())),
        many=retailing_together.confirm,
        order=Confirmed(agency.retailer, code),
    )
    return Ordered(Asked(client=agency.retailer.client, key=key, content=code.encode()), deed, str.encode)


def together(agency: Agency, orders: Sequence[Ordered]) -> list[Any]:
    many = orders[0].deed.many
    assert many is not None
    done = Together(agency.retailing, many)
    return list(agency.shop.selling.call(lambda connection: done.done(connection, orders)))


def in_the_end(agency: Agency, one: Ordered) -> Any:
    """The answer by the writer, whichever way it takes."""
    return agency.shop.selling.call(Once(agency.retailing).act(*one))


def bookings(shop: Shop) -> int:
    with shop.store.read() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM booking")) or 0)


def held(agency: Agency, *legs: Any, count: int = 1) -> str:
    (code,) = together(agency, [booking(agency, None, order(agency.quote(*legs, count=count)))])
    return str(code.decode())


def test_each_gets_its_booking_and_its_tickets(agency: Agency, shop: Shop) -> None:
    orders = [booking(agency, f"b{number}", order(agency.quote(count=number))) for number in (1, 2, 3)]
    codes = [code.decode() for code in together(agency, orders)]
    assert len(set(codes)) == 3
    answers = together(agency, [confirming(agency, f"c{code}", code) for code in codes])
    with shop.store.read() as connection:
        keys = by_number(ticket_tables.published(connection))
    for number, (code, answer) in enumerate(zip(codes, answers, strict=True), start=1):
        barcodes = [bytes.fromhex(one) for one in answer.decode().split()]
        assert [verify(one, keys).word for one in barcodes] == ["valid"] * number
        standing = agency.standing(code)
        assert sorted(standing.barcodes.values()) == sorted(barcodes), "a ticket is signed once"
        assert standing.booking.state(shop.clock.now()) == "confirmed"
    assert shop.faults() == ()


def test_the_same_request_twice_in_one_batch_is_one_booking(agency: Agency, shop: Shop) -> None:
    wanted = order(agency.quote())
    first, second = booking(agency, "same", wanted), booking(agency, "same", wanted)
    other = booking(agency, "same", wanted, content=b"something else")
    code, again, reused = together(agency, [first, second, other])
    assert (again, reused) == (ALONE, ALONE)
    assert in_the_end(agency, second) == code
    with pytest.raises(KeyReused):
        in_the_end(agency, other)
    assert together(agency, [first]) == [code]
    assert together(agency, [other]) == [ALONE]
    assert bookings(shop) == 1


def test_through_the_writer_every_request_is_answered_once(agency: Agency, shop: Shop) -> None:
    orders = [booking(agency, f"b{number}", order(agency.quote())) for number in range(12)]

    once = Once(agency.retailing)

    async def all_of_them() -> list[bytes]:
        acts = [once.act(*one) for one in (*orders, *orders)]
        return await asyncio.gather(*(shop.selling.run(act) for act in acts))

    answers = asyncio.run(all_of_them())
    assert answers[:12] == answers[12:]
    assert len(set(answers)) == 12
    assert bookings(shop) == 12


def test_an_answer_without_a_key_is_kept_by_nobody(agency: Agency, shop: Shop) -> None:
    wanted = order(agency.quote())
    assert len(set(together(agency, [booking(agency, None, wanted), booking(agency, None, wanted)]))) == 2
    with shop.store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sale_answer")) == 0


def test_a_ticket_bears_the_name_that_was_told_last(agency: Agency, shop: Shop) -> None:
    code = held(agency, TO_KHASAN)
    told = Named(ref="p1", kind="ADULT", family_name="Pak", given_names="Min")
    agency.do(retailing_telling.tell(agency.retailing, agency.retailer, code, lambda _retail: [(1, told, None)]))
    answer = in_the_end(agency, confirming(agency, "c", code)).decode()
    with shop.store.read() as connection:
        keys = by_number(ticket_tables.published(connection))
    ticket = verify(bytes.fromhex(answer), keys).ticket
    assert ticket is not None
    assert (ticket.family_name, ticket.given_names) == ("Pak", "Min")


def test_what_this_process_never_saw_is_read(agency: Agency, shop: Shop) -> None:
    codes = [agency.booked(agency.quote(OUT, count=2)).booking.code for _ in range(3)]
    assert all(shop.selling.kept.booking(code) is None for code in codes)
    answers = together(agency, [confirming(agency, None, code) for code in codes])
    assert [len(answer.split()) for answer in answers] == [2, 2, 2]


def test_another_retailers_booking_and_one_without_names_are_left_alone(agency: Agency, shop: Shop) -> None:
    code = held(agency)
    (unnamed,) = together(agency, [booking(agency, None, order(agency.quote(), "", ""))])
    stranger = Agency(shop, client="rr_stranger")
    orders = [
        confirming(stranger, None, code),
        confirming(agency, None, "NOWHERE2"),
        confirming(agency, None, "NO\0NE"),
        confirming(agency, None, unnamed.decode()),
    ]
    assert together(agency, orders) == [ALONE] * 4
    for one, refusal in zip(orders, [NoBooking, NoBooking, NoBooking, InformationMissing], strict=True):
        with pytest.raises(refusal):
            in_the_end(agency, one)


def test_a_booking_confirmed_twice_in_one_batch_is_confirmed_once(agency: Agency, shop: Shop) -> None:
    code = held(agency)
    first, second = together(agency, [confirming(agency, "c1", code), confirming(agency, "c2", code)])
    assert isinstance(first, bytes)
    assert second is ALONE
    assert [one.kind for one in shop.postings(code)] == ["payment", "sale"]


def test_a_subscriber_is_told_of_its_tickets(agency: Agency, shop: Shop) -> None:
    with shop.store.write() as connection:
        url, now = "https://retailer.example/hook", shop.clock.now()
        subscribe(connection, Subscription(subscriber=agency.retailer.client, url=url, secret=b"s" * 32, since=now))
    code = held(agency)
    together(agency, [confirming(agency, None, code)])
    with shop.store.read() as connection:
        (told,) = told_about(connection, code, "webhook")
    assert told.message.kind == "FULFILLMENT_AVAILABLE"
