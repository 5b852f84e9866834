"""The counter: what a clerk and a tour operator's agent may do, written down once, under the right name."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from argon2 import PasswordHasher
from sale.shop import JANUARY, OPERATOR, OUT, Shop, adult, open_shop
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from rerail.desk import people
from rerail.desk.counter import Counter
from rerail.desk.groups import groups
from rerail.desk.till import Till
from rerail.line.amount import Money
from rerail.money.shifts import ShiftError
from rerail.people import passwords
from rerail.people import tables as people_tables
from rerail.people.audit import Event
from rerail.people.users import NotPermitted, PeopleError, User
from rerail.sale.errors import BookingMoved, NoBooking, NotPossible, WrongAsk
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, LegAsk, PassengerGiven
from rerail.store.engine import Store
from rerail.tell import outbox
from rerail.tell import tables as tell_tables

PASSWORD = "four words and a train"
KEYS = (f"key-{number}" for number in itertools.count(1))
SHUTTLE = LegAsk(train="khasan-tumangang", service_date=date(2026, 12, 2), board="khasan", alight="tumangang")


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work: what it protects is tested where passwords are."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def sqlite_shop(sqlite_store: Store) -> Iterator[Shop]:
    with open_shop(sqlite_store) as opened:
        yield opened


def user(shop: Shop, name: str, role: str, tour_operator: str | None = None) -> User:
    return people.add_user(
        shop.store,
        shop.clock,
        name=name,
        role=role,
        railway=None,
        tour_operator=tour_operator,
        password=PASSWORD,
        by=None,
    )


def clerk(shop: Shop, name: str = "Nina") -> Counter:
    """A clerk with an open till."""
    who = user(shop, name, "clerk")
    Till(shop.selling, who).open(next(KEYS), [Money(100_000, "RUB")])
    return Counter(shop.selling, who)


def agent(shop: Shop, name: str = "Yuri") -> Counter:
    return Counter(shop.selling, user(shop, name, "agent", OPERATOR))


def held(counter: Counter, shop: Shop, leg: LegAsk = SHUTTLE, *, group: int = 0) -> Booking:
    """Places held at this counter: for one adult, or for a group without names."""
    passengers = tuple(PassengerGiven(category="adult") for _ in range(group)) or (adult(),)
    ask = shop.ask(leg, counts={"adult": len(passengers)}, group=group > 0, operator=OPERATOR if group else None)
    token = counter.offer(ask).token
    return counter.hold(next(KEYS), token, Buyer(passengers=passengers, email="", language="ru"))


def paid(counter: Counter, booking: Booking) -> Booking:
    return counter.take_cash(next(KEYS), booking.code, booking.total)


def trail(shop: Shop, act: str) -> list[Event]:
    return [event for event in reversed(people.trail(shop.store)) if event.act == act]


# Roles


@pytest.mark.parametrize("role", ["reader", "official"])
def test_who_sells_nothing_has_no_counter(sqlite_shop: Shop, role: str) -> None:
    nobody = people.add_user(
        sqlite_shop.store,
        sqlite_shop.clock,
        name="Rita",
        role=role,
        railway="ksr" if role == "official" else None,
        password=PASSWORD,
        by=None,
    )
    with pytest.raises(NotPermitted):
        Counter(sqlite_shop.selling, nobody)
    with pytest.raises(NotPermitted):
        Till(sqlite_shop.selling, nobody)


def test_an_operator_may_do_everything_a_clerk_may(sqlite_shop: Shop) -> None:
    marina = user(sqlite_shop, "Marina", "operator")
    Till(sqlite_shop.selling, marina).open(next(KEYS), [])
    counter = Counter(sqlite_shop.selling, marina)
    assert paid(counter, held(counter, sqlite_shop)).state(sqlite_shop.clock.now()) == "confirmed"


def test_an_agent_of_no_known_tour_operator_is_not_added(sqlite_shop: Shop) -> None:
    with pytest.raises(PeopleError, match="name it, one of example-tours"):
        user(sqlite_shop, "Yuri", "agent")
    with pytest.raises(PeopleError, match='No tour operator "nobody-tours"'):
        user(sqlite_shop, "Yuri", "agent", "nobody-tours")
    with pytest.raises(PeopleError, match="Only an agent has a tour operator"):
        user(sqlite_shop, "Nina", "clerk", OPERATOR)


def test_the_database_itself_refuses_an_agent_without_a_tour_operator_and_an_unknown_role(shop: Shop) -> None:
    now = shop.clock.now()
    row = {"user_id": "a", "name": "a", "name_key": "a", "password_hash": "x", "created_at": now}
    for role, tour_operator in (("agent", None), ("clerk", OPERATOR), ("king", None)):
        values = {**row, "role": role, "tour_operator": tour_operator}
        with pytest.raises(IntegrityError), shop.store.write() as connection:
            connection.execute(insert(people_tables.user_table), [values])


def test_an_agent_sees_the_own_tour_operators_bookings_and_no_other_exists(shop: Shop) -> None:
    nina, yuri = clerk(shop), agent(shop)
    theirs, own = held(nina, shop), held(yuri, shop, JANUARY, group=10)
    assert [one.code for one in yuri.find("")] == [own.code]
    assert yuri.find(theirs.code) == ()
    assert yuri.find("Ким") == (), "not by a passenger's name either"
    assert [one.code for one in nina.find("ким")] == [theirs.code]
    assert yuri.booking(own.code).code == own.code
    acts: list[Callable[[], object]] = [
        lambda: yuri.booking(theirs.code),
        lambda: yuri.dossier(theirs),
        lambda: yuri.put_on_invoice(next(KEYS), theirs.code),
        lambda: yuri.cancel(next(KEYS), theirs.code, theirs.version),
        lambda: yuri.refund(next(KEYS), theirs.code, [1], theirs.version),
        lambda: yuri.name(next(KEYS), theirs.code, {1: adult("Пак")}, theirs.version),
        lambda: yuri.fill(next(KEYS), theirs.code, (), theirs.version),
        lambda: yuri.tickets(theirs.code, "a4"),
    ]
    for act in acts:
        with pytest.raises(NoBooking, match=f"There is no booking {theirs.code}"):
            act()
    assert nina.booking(theirs.code) == theirs, "nothing of it changed"


def test_an_agent_takes_no_cash_and_sells_for_nobody_else(sqlite_shop: Shop) -> None:
    yuri = agent(sqlite_shop)
    booking = held(yuri, sqlite_shop, JANUARY, group=10)
    acts: list[Callable[[], object]] = [
        lambda: yuri.take_cash(next(KEYS), booking.code, booking.total),
        lambda: yuri.take_deposit(next(KEYS), booking.code, in_cash=True),
        lambda: yuri.pay_out(next(KEYS), booking.code),
    ]
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(WrongAsk, match="You sell for example-tours alone"):
        yuri.offer(sqlite_shop.ask(SHUTTLE, operator="other-tours"))


def test_an_offer_of_somebody_elses_sale_is_not_held_at_this_counter(sqlite_shop: Shop) -> None:
    nina, yuri = clerk(sqlite_shop), agent(sqlite_shop)
    token = nina.offer(sqlite_shop.ask(SHUTTLE, operator=None)).token
    with pytest.raises(NoBooking):
        yuri.hold(next(KEYS), token, Buyer(passengers=(adult(),), email="", language="ru"))
    assert nina.find("") == (), "and nothing was written"


def test_who_was_disabled_since_the_page_was_made_does_nothing_more(sqlite_shop: Shop) -> None:
    nina = clerk(sqlite_shop)
    booking = held(nina, sqlite_shop)
    people.disable(sqlite_shop.store, sqlite_shop.clock, nina.user.id, by=None)
    with pytest.raises(NotPermitted):
        paid(nina, booking)
    assert nina.booking(booking.code).state(sqlite_shop.clock.now()) == "prebooked"


# Selling


def test_a_tour_operator_fills_its_allotment_which_nobody_else_can_buy(sqlite_shop: Shop) -> None:
    nina, yuri = clerk(sqlite_shop), agent(sqlite_shop)
    wanted = {("2", str(number)) for number in range(1, 13)}
    ours = nina.offer(sqlite_shop.ask(JANUARY)).offer
    theirs = yuri.offer(sqlite_shop.ask(JANUARY)).offer
    assert theirs.legs[0].free == ours.legs[0].free + len(wanted)
    taken = set()
    for number in range(12):
        token = yuri.offer(sqlite_shop.ask(JANUARY)).token
        buyer = Buyer(passengers=(adult(f"Ким{number + 1}"),), email="", language="ru")
        booking = yuri.put_on_invoice(next(KEYS), yuri.hold(next(KEYS), token, buyer).code)
        spot = booking.parts[0].spots[0]
        taken.add((spot.coach, spot.place))
    assert taken == wanted
    assert booking.tour_operator == OPERATOR
    assert sqlite_shop.faults() == ()


def test_a_booking_paid_at_the_counter_is_in_the_trail_once_and_names_nobody(shop: Shop) -> None:
    nina = clerk(shop)
    booking = held(nina, shop)
    key = next(KEYS)
    for _ in range(3):
        done = nina.take_cash(key, booking.code, booking.total)
        assert done.paid == booking.total
    events = trail(shop, "booking-confirmed")
    assert [(event.who, event.details) for event in events] == [("Nina", {"booking": booking.code})]
    assert "Ким" not in str(people.trail(shop.store))
    report = Till(shop.selling, nina.user).current()
    assert report is not None
    assert report.lines[0].taken == booking.total.amount


def test_what_is_refused_leaves_no_line_in_the_trail(sqlite_shop: Shop) -> None:
    nina = clerk(sqlite_shop)
    booking = held(nina, sqlite_shop)
    with pytest.raises(NotPossible, match="are to be paid"):
        nina.take_cash(next(KEYS), booking.code, Money(1, "RUB"))
    assert trail(sqlite_shop, "booking-confirmed") == []


def test_two_clerks_give_back_the_same_ticket_at_the_same_moment_once(shop: Shop) -> None:
    first, second = clerk(shop, "Nina"), clerk(shop, "Vera")
    booking = paid(first, held(first, shop))
    together = threading.Barrier(2)
    refused: list[Exception] = []

    def give_back(counter: Counter) -> None:
        together.wait()
        try:
            counter.refund(next(KEYS), booking.code, [1], booking.version)
        except (BookingMoved, NotPossible) as error:
            refused.append(error)

    threads = [threading.Thread(target=give_back, args=(counter,)) for counter in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(trail(shop, "refund-made")) == 1
    now = first.booking(booking.code)
    assert now.parts[0].refunded is not None
    assert -now.balance == now.parts[0].refunded
    assert sum(posted.kind == "refund" for posted in shop.postings(booking.code)) == 1


def test_two_clerks_pay_out_what_is_owed_once(shop: Shop) -> None:
    first, second = clerk(shop, "Nina"), clerk(shop, "Vera")
    booking = paid(first, held(first, shop))
    first.refund(next(KEYS), booking.code, [1], booking.version)
    assert second.pay_out(next(KEYS), booking.code).balance == Money(0, "RUB")
    with pytest.raises(NotPossible, match="Nothing is owed"):
        first.pay_out(next(KEYS), booking.code)
    assert [event.who for event in trail(shop, "payout-made")] == ["Vera"]
    assert shop.faults() == ()


def test_a_clerk_corrects_a_name_and_an_agent_only_gives_those_that_are_missing(sqlite_shop: Shop) -> None:
    nina, yuri = clerk(sqlite_shop), agent(sqlite_shop)
    booking = held(yuri, sqlite_shop, JANUARY, group=10)
    named = yuri.name(next(KEYS), booking.code, {1: adult("Пак", "Ён")}, booking.version)
    assert named.passenger(1).name == "Пак Ён"
    with pytest.raises(NotPossible, match="only a counter can correct"):
        yuri.name(next(KEYS), booking.code, {1: adult("Пак", "Ина")}, named.version)
    corrected = nina.name(next(KEYS), booking.code, {1: adult("Пак", "Ина")}, named.version)
    assert corrected.passenger(1).name == "Пак Ина"


def test_letting_go_after_a_deposit_by_invoice_takes_it_off_the_invoice(sqlite_shop: Shop) -> None:
    yuri = agent(sqlite_shop)
    booking = held(yuri, sqlite_shop, JANUARY, group=10)
    with_deposit = yuri.take_deposit(next(KEYS), booking.code, in_cash=False)
    let_go = yuri.cancel(next(KEYS), booking.code, with_deposit.version)
    assert (let_go.balance, let_go.paid) == (Money(0, "RUB"), Money(0, "RUB"))
    assert sqlite_shop.faults() == ()


# Groups by date


def test_what_is_overdue_follows_from_the_clock(sqlite_shop: Shop) -> None:
    yuri = agent(sqlite_shop)
    waiting, with_deposit = held(yuri, sqlite_shop, JANUARY, group=10), held(yuri, sqlite_shop, JANUARY, group=12)
    yuri.take_deposit(next(KEYS), with_deposit.code, in_cash=False)

    def overdue() -> dict[str, tuple[str, ...]]:
        return {one.booking.code: one.overdue for one in groups(yuri)}

    assert overdue() == {waiting.code: (), with_deposit.code: ()}
    sqlite_shop.clock.forward(days=8)
    assert overdue() == {waiting.code: ("option",), with_deposit.code: ()}
    yuri.put_on_invoice(next(KEYS), with_deposit.code)
    sqlite_shop.clock.forward(days=38)  # 8 January, less than a week before
    assert overdue()[with_deposit.code] == ("names",)
    state = next(one for one in groups(yuri) if one.booking.code == with_deposit.code)
    assert (state.missing, state.due) == (12, Money(0, "RUB"))


def test_a_deposit_without_its_balance_is_overdue_when_the_places_are_gone(sqlite_shop: Shop) -> None:
    yuri = agent(sqlite_shop)
    booking = held(yuri, sqlite_shop, JANUARY, group=10)
    yuri.take_deposit(next(KEYS), booking.code, in_cash=False)
    sqlite_shop.clock.forward(days=31)
    (state,) = groups(yuri)
    assert (state.state, state.overdue) == ("expired", ("balance",))


def test_groups_are_listed_by_date_each_agent_its_own(sqlite_shop: Shop) -> None:
    nina, yuri = clerk(sqlite_shop), agent(sqlite_shop)
    late = held(yuri, sqlite_shop, JANUARY, group=10)
    early = held(yuri, sqlite_shop, OUT, group=9)
    passengers = tuple(PassengerGiven(category="adult") for _ in range(9))
    token = nina.offer(sqlite_shop.ask(SHUTTLE, counts={"adult": 9}, group=True, operator=None)).token
    others = nina.hold(next(KEYS), token, Buyer(passengers=passengers, email="", language="en"))
    assert [one.booking.code for one in groups(yuri)] == [early.code, late.code]
    assert [one.booking.code for one in groups(nina)] == [others.code, early.code, late.code]


# Tills


def test_a_till_opened_twice_by_one_form_is_one_till(shop: Shop) -> None:
    till = Till(shop.selling, user(shop, "Nina", "clerk"))
    key = next(KEYS)
    for _ in range(2):
        till.open(key, [Money(5_000, "RUB")])
    assert len(till.shifts()) == 1
    assert len(trail(shop, "shift-opened")) == 1
    with pytest.raises(ShiftError, match="You have an open shift"):
        till.open(next(KEYS), [])


def test_a_clerk_sees_the_own_tills_and_an_operator_closes_one_left_open(sqlite_shop: Shop) -> None:
    nina, vera = (user(sqlite_shop, name, "clerk") for name in ("Nina", "Vera"))
    marina = user(sqlite_shop, "Marina", "operator")
    Till(sqlite_shop.selling, nina).open(next(KEYS), [Money(5_000, "RUB")])
    report = Till(sqlite_shop.selling, nina).current()
    assert report is not None
    left_open = report.shift.id
    assert Till(sqlite_shop.selling, vera).shifts() == ()
    with pytest.raises(ShiftError, match="There is no shift"):
        Till(sqlite_shop.selling, vera).close(next(KEYS), left_open, [Money(5_000, "RUB")])
    operator = Till(sqlite_shop.selling, marina)
    key = next(KEYS)
    for _ in range(2):
        operator.close(key, left_open, [Money(4_900, "RUB")])
    closed, name = operator.report(left_open)
    assert (name, closed.lines[0].difference) == ("Nina", -100)
    assert [(event.who, event.details) for event in trail(sqlite_shop, "shift-closed")] == [
        ("Marina", {"shift": left_open})
    ]


# Letters


def test_a_letter_that_could_not_be_sent_goes_again_to_a_corrected_address(shop: Shop) -> None:
    nina, yuri = clerk(shop), agent(shop)
    token = nina.offer(shop.ask(SHUTTLE, operator=None)).token
    buyer = Buyer(passengers=(adult(),), email="olga@exmaple.org", language="ru")
    booking = paid(nina, nina.hold(next(KEYS), token, buyer))
    (letter,) = nina.dossier(booking).letters
    with shop.store.write() as connection:
        for _ in range(outbox.MOST_TRIES + 1):
            now = shop.clock.now()
            tell_tables.lease(connection, now, now, most=1, most_tries=outbox.MOST_TRIES)
    assert [one.message.id for one in nina.unsent()] == [letter.message.id]
    assert yuri.unsent() == ()
    assert not yuri.try_again(letter.message.id, None), "it is no letter of the agent's"
    assert nina.try_again(letter.message.id, "olga@example.org")
    assert not nina.try_again(letter.message.id, None), "it waits already"
    (again,) = nina.dossier(booking).letters
    assert (again.state, again.message.to, again.tries) == ("waiting", "olga@example.org", 0)
    assert [event.details for event in trail(shop, "letter-tried-again")] == [{"booking": booking.code}]
