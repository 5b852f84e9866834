"""Sales done at once leave what each of them leaves alone: the same rows, the same postings, the same refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rerail.line.amount import Money
from rerail.money.accounts import provider
from rerail.places.claims import PlaceTaken, claims_of
from rerail.places.model import Wishes
from rerail.places.occupancy import Occupancy
from rerail.sale import at_once, confirming, holding
from rerail.sale.confirming import Payment
from rerail.sale.errors import HoldExpired, NotOnSale, SaleError, WrongPassenger
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, LegAsk, Offer, PassengerGiven
from rerail.sale.reading import read
from rerail.store.acts import ALONE, Alone
from sale.shop import BACK, FROM_KHASAN, OUT, TO_KHASAN, Shop, adult, child, wishing

KIND = child(date(2020, 5, 1))
INFANT = child(date(2024, 5, 1), category="infant", given="Юна")

ROWS = (
    "SELECT * FROM booking WHERE code = :code",
    "SELECT * FROM booking_passenger WHERE booking = :code ORDER BY number",
    "SELECT * FROM booking_part WHERE booking = :code ORDER BY number",
    "SELECT departure, board, alight, until, booking, part, compartment FROM place_claim WHERE booking = :code "
    "ORDER BY departure, part, board",
    "SELECT key, kind, booking, part, at, transfers, memo FROM money_transaction WHERE booking = :code ORDER BY key",
    "SELECT money_transfer.* FROM money_transfer JOIN money_transaction USING (key) WHERE booking = :code "
    "ORDER BY key, number",
)


def order(shop: Shop, *legs: LegAsk, people: Sequence[PassengerGiven] = ()) -> tuple[Offer, Buyer]:
    passengers = tuple(people) or (adult(),)
    counts: dict[str, int] = {}
    for one in passengers:
        counts[one.category] = counts.get(one.category, 0) + 1
    ask = shop.ask(*legs, counts=counts)
    offer = shop.selling.offer(ask).offer
    return offer, Buyer(passengers=passengers, email="olga@example.org", language="ru")


def everybody(shop: Shop) -> list[tuple[Offer, Buyer]]:
    """One alone, a family there and back, one who boards on the way."""
    return [
        order(shop, TO_KHASAN),
        order(shop, OUT, BACK, people=[adult(), adult("Ли", "Мин"), KIND, INFANT]),
        order(shop, FROM_KHASAN, people=[adult("Пак", "Иван", "m")]),
    ]


def held_at_once(shop: Shop, orders: Sequence[tuple[Offer, Buyer]]) -> list[Booking | SaleError | Alone]:
    return shop.selling.call(lambda connection: at_once.hold(connection, shop.selling.market_in(connection), orders))


def held_alone(shop: Shop, orders: Sequence[tuple[Offer, Buyer]]) -> list[Booking]:
    return [
        shop.selling.call(lambda c, o=offer, b=buyer: holding.hold(c, shop.selling.market_in(c), o, b))  # type: ignore[misc]
        for offer, buyer in orders
    ]


def payment(booking: Booking) -> Payment:
    return Payment(key=f"pay:{booking.code}", account=provider("demo"), money=confirming.due(booking))


def confirmed_at_once(shop: Shop, bookings: Sequence[Booking]) -> list[Booking | SaleError]:
    paid = [(one, payment(one)) for one in bookings]
    return shop.selling.call(lambda connection: at_once.confirm(connection, shop.selling.market_in(connection), paid))


def written(shop: Shop, code: str) -> list[list[tuple[Any, ...]]]:
    """Everything there is of a booking but its code and the places drawn for it."""
    found = []
    with shop.store.read() as connection:
        places = {(one.spot.coach, one.spot.place) for one in claims_of(connection, code)}
        for query in ROWS:
            rows = []
            for row in connection.execute(text(query), {"code": code}):
                rows.append(tuple(_masked(value, code, places) for value in row))
            found.append(rows)
    return found


def _masked(value: Any, code: str, places: set[tuple[str, str]]) -> Any:
    if not isinstance(value, str):
        return value
    for coach, place in sorted(places, key=lambda one: -len(one[1])):
        value = value.replace(f'"coach":"{coach}","place":"{place}"', '"coach":"-","place":"-"')
    return value.replace(code, "CODE")


def only_bookings(outcomes: Sequence[Booking | SaleError | Alone]) -> list[Booking]:
    assert all(isinstance(one, Booking) for one in outcomes), outcomes
    return [one for one in outcomes if isinstance(one, Booking)]


def hear_nothing(shop: Shop) -> None:
    """This process takes the whole train for free, as if all that was sold was sold elsewhere."""
    kept = shop.selling.kept.occupancies._kept
    was = kept[OUT.departure]
    kept[OUT.departure] = type(was)(Occupancy(OUT.departure), was.read, was.good_until)


def test_what_is_held_at_once_is_written_as_alone(shop: Shop) -> None:
    alone, together = held_alone(shop, everybody(shop)), only_bookings(held_at_once(shop, everybody(shop)))
    for one, other in zip(alone, together, strict=True):
        assert written(shop, one.code) == written(shop, other.code)
        with shop.store.read() as connection:
            assert read(connection, other.code) == other


def test_what_is_confirmed_at_once_is_written_and_posted_as_alone(shop: Shop) -> None:
    alone = held_alone(shop, everybody(shop))
    together = only_bookings(held_at_once(shop, everybody(shop)))
    for one in alone:
        paid = payment(one)
        shop.selling.call(lambda c, b=one, p=paid: confirming.confirm(c, shop.selling.market_in(c), b.code, p))  # type: ignore[misc]
    done = only_bookings(confirmed_at_once(shop, together))
    for one, other in zip(alone, done, strict=True):
        assert written(shop, one.code) == written(shop, other.code)
        with shop.store.read() as connection:
            assert read(connection, other.code) == other
        assert other.balance == Money(0, "RUB")
    assert shop.faults() == ()


def test_those_of_one_batch_take_places_of_their_own(shop: Shop) -> None:
    held = only_bookings(held_at_once(shop, [order(shop, OUT) for _ in range(40)]))
    places = [(spot.coach, spot.place) for one in held for part in one.parts for spot in part.spots]
    assert len(set(places)) == 40


def test_each_is_refused_for_itself(shop: Shop) -> None:
    unnamed = order(shop, OUT, people=[adult("", "Ольга")])
    offer, buyer = order(shop, TO_KHASAN)
    two = (offer, replace(buyer, passengers=(adult(), adult())))
    outcomes = held_at_once(shop, [unnamed, order(shop, OUT), two])
    assert [type(one) for one in outcomes] == [WrongPassenger, Booking, WrongPassenger]


def test_who_needs_a_closer_look_is_left_alone(shop: Shop) -> None:
    wishes = order(shop, wishing(OUT, Wishes(compartment="whole")))
    crowd = [order(shop, TO_KHASAN, people=[adult() for _ in range(8)]) for _ in range(11)]
    late = order(shop, TO_KHASAN, people=[adult() for _ in range(8)])
    outcomes = held_at_once(shop, [wishes, *crowd, late])
    assert outcomes[0] is ALONE
    assert outcomes[-1] is ALONE, "100 places, 88 of them sold"
    only_bookings(outcomes[1:-1])


def test_a_place_that_somebody_else_has_taken_undoes_the_whole(shop: Shop) -> None:
    first = order(shop, replace(OUT, wanted=(("1", "1"),)))
    orders = [order(shop, TO_KHASAN), order(shop, replace(OUT, wanted=(("1", "1"),)))]
    only_bookings(held_at_once(shop, [first]))
    hear_nothing(shop)
    with pytest.raises(PlaceTaken):
        held_at_once(shop, orders)
    with shop.store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM booking")) == 1
    assert [type(one) for one in held_at_once(shop, orders)] == [Booking, type(ALONE)]


def test_nobody_is_put_into_a_compartment_kept_for_women(shop: Shop) -> None:
    """As far as this process knows it is empty."""
    women = replace(wishing(OUT, Wishes(compartment="women")), wanted=(("1", "1"),))
    orders = [order(shop, replace(OUT, wanted=(("1", "3"),)))]
    shop.hold(women, passengers=[adult(sex="f")])
    hear_nothing(shop)
    with pytest.raises(PlaceTaken):
        held_at_once(shop, orders)


def test_a_hold_that_lapsed_in_the_way_is_no_hindrance(shop: Shop) -> None:
    (gone,) = only_bookings(held_at_once(shop, [order(shop, replace(OUT, wanted=(("1", "1"),)))]))
    shop.clock.forward(minutes=21)
    (mine,) = only_bookings(held_at_once(shop, [order(shop, replace(OUT, wanted=(("1", "1"),)))]))
    with shop.store.read() as connection:
        assert claims_of(connection, gone.code) == ()
        assert len(claims_of(connection, mine.code)) == 1


def test_a_booking_that_changed_since_is_not_believed(shop: Shop) -> None:
    (held,) = only_bookings(held_at_once(shop, [order(shop, OUT)]))
    shop.selling.call(shop.selling.cancel_hold(shop.request(), held.code, None))
    with pytest.raises(at_once.Unsure):
        confirmed_at_once(shop, [held])
    with shop.store.read() as connection:
        assert read(connection, held.code).state(shop.clock.now()) == "cancelled"
    assert shop.postings(held.code) == ()


def test_a_claim_that_is_gone_undoes_the_whole(shop: Shop) -> None:
    bookings = only_bookings(held_at_once(shop, [order(shop, OUT), order(shop, TO_KHASAN)]))
    with shop.store.write() as connection:
        connection.execute(text("DELETE FROM place_claim WHERE booking = :code"), {"code": bookings[1].code})
    with pytest.raises(at_once.Unsure):
        confirmed_at_once(shop, bookings)
    assert shop.postings(bookings[0].code) == ()


def test_what_lapsed_and_what_does_not_run_is_refused_for_itself(shop: Shop) -> None:
    (lapsed,) = only_bookings(held_at_once(shop, [order(shop, OUT)]))
    shop.clock.forward(minutes=21)
    (stopped,) = only_bookings(held_at_once(shop, [order(shop, OUT)]))
    shop.decide("withdraw", start=date(2026, 12, 1), until=date(2026, 12, 31))
    outcomes = confirmed_at_once(shop, [lapsed, stopped])
    assert [type(one) for one in outcomes] == [HoldExpired, NotOnSale]


def test_the_same_payment_twice_undoes_the_whole(shop: Shop) -> None:
    bookings = only_bookings(held_at_once(shop, [order(shop, OUT), order(shop, TO_KHASAN)]))
    paid = [(one, replace(payment(one), key="pay:same")) for one in bookings]
    with pytest.raises(IntegrityError):
        shop.selling.call(lambda c: at_once.confirm(c, shop.selling.market_in(c), paid))
    assert all(shop.postings(one.code) == () for one in bookings)
    assert len(confirmed_at_once(shop, bookings)) == 2
