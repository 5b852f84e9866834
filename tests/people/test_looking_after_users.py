"""Adding users, changing passwords, disabling: on both databases, with the trail of each act."""

from __future__ import annotations

import threading

import pytest
from moving_clock import MovingClock
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rerail.desk import people
from rerail.desk.people import add_user
from rerail.desk.signing_in import SignInFailed, change_password, present, sign_in
from rerail.people import tables
from rerail.people.throttle import Throttled
from rerail.people.users import NotPermitted, PeopleError, User
from rerail.store.engine import Store

PASSWORD = "Telegramm № 17 aus Hasan"
OTHER = "Telegramm № 18 aus Hasan"


@pytest.fixture
def now() -> MovingClock:
    return MovingClock()


@pytest.fixture
def anna(store: Store, now: MovingClock) -> User:
    return add_user(store, now, name="Anna", role="operator", railway=None, password=PASSWORD, by=None)


def test_a_name_that_differs_only_in_case_is_taken(store: Store, now: MovingClock, anna: User) -> None:
    with pytest.raises(PeopleError, match='a user "Anna" already'):
        add_user(store, now, name="ANNA", role="reader", railway=None, password=PASSWORD, by=None)


def test_ten_additions_of_one_name_at_the_same_moment_add_one(store: Store, now: MovingClock) -> None:
    together = threading.Barrier(10)
    refused: list[str] = []

    def add() -> None:
        together.wait()
        try:
            add_user(store, now, name="Anna", role="reader", railway=None, password=PASSWORD, by=None)
        except PeopleError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=add) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 9
    with store.read() as connection:
        assert [user.name for user in tables.read_users(connection)] == ["Anna"]


def test_an_official_needs_a_line_whose_railway_it_is(store: Store, now: MovingClock) -> None:
    with pytest.raises(PeopleError, match="holds no line yet"):
        add_user(store, now, name="Kim", role="official", railway="ksr", password=PASSWORD, by=None)


def test_a_changed_password_ends_every_other_session(store: Store, now: MovingClock, anna: User) -> None:
    here, elsewhere = (sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1").token for _ in range(2))
    me = present(store, now, here)
    assert me is not None
    change_password(store, now, me, PASSWORD, OTHER)
    assert present(store, now, here) is not None
    assert present(store, now, elsewhere) is None
    with pytest.raises(SignInFailed):
        sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    assert sign_in(store, now, name="Anna", password=OTHER, address="192.0.2.1").user.name == "Anna"


def test_a_borrowed_browser_cannot_guess_the_password_for_ever(store: Store, now: MovingClock, anna: User) -> None:
    me = present(store, now, sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1").token)
    assert me is not None
    for _ in range(5):
        with pytest.raises(PeopleError, match="present password"):
            change_password(store, now, me, "a wrong guess at it", OTHER)
    with pytest.raises(Throttled):
        change_password(store, now, me, PASSWORD, OTHER)


def test_a_reset_password_ends_every_session_and_the_throttling(store: Store, now: MovingClock, anna: User) -> None:
    token = sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1").token
    for number in range(5):
        with pytest.raises(SignInFailed):
            sign_in(store, now, name="Anna", password="wrong", address=f"192.0.2.{number}")
    people.reset_password(store, now, anna.id, OTHER, by=None)
    assert present(store, now, token) is None
    assert sign_in(store, now, name="Anna", password=OTHER, address="198.51.100.1").user.name == "Anna"


def test_the_last_operator_cannot_be_disabled(store: Store, now: MovingClock, anna: User) -> None:
    add_user(store, now, name="Rita", role="reader", railway=None, password=PASSWORD, by=anna)
    with pytest.raises(PeopleError, match="last operator"):
        people.disable(store, now, anna.id, by=None)
    boris = add_user(store, now, name="Boris", role="operator", railway=None, password=PASSWORD, by=anna)
    people.disable(store, now, anna.id, by=boris)
    with pytest.raises(PeopleError, match="last operator"):
        people.disable(store, now, boris.id, by=boris)


def test_two_operators_who_disable_each_other_at_the_same_moment_leave_one(store: Store, now: MovingClock) -> None:
    pair = [
        add_user(store, now, name=name, role="operator", railway=None, password=PASSWORD, by=None)
        for name in ("Anna", "Boris")
    ]
    together = threading.Barrier(2)

    def disable(victim: User, by: User) -> None:
        together.wait()
        try:
            people.disable(store, now, victim.id, by=by)
        except PeopleError:
            return

    threads = [threading.Thread(target=disable, args=(pair[turn], pair[1 - turn])) for turn in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert sum(user.disabled is None for user in tables.read_users(connection)) == 1


def test_only_an_operator_looks_after_users(store: Store, now: MovingClock, anna: User) -> None:
    rita = add_user(store, now, name="Rita", role="reader", railway=None, password=PASSWORD, by=anna)
    with pytest.raises(NotPermitted):
        add_user(store, now, name="Olga", role="operator", railway=None, password=PASSWORD, by=rita)
    with pytest.raises(NotPermitted):
        people.reset_password(store, now, anna.id, OTHER, by=rita)
    with pytest.raises(NotPermitted):
        people.disable(store, now, anna.id, by=rita)


def test_an_operator_disabled_a_moment_ago_adds_nobody(store: Store, now: MovingClock, anna: User) -> None:
    boris = add_user(store, now, name="Boris", role="operator", railway=None, password=PASSWORD, by=anna)
    people.disable(store, now, boris.id, by=anna)
    with pytest.raises(NotPermitted):
        add_user(store, now, name="Olga", role="operator", railway=None, password=PASSWORD, by=boris)


def test_disabling_twice_is_disabling_once(store: Store, now: MovingClock, anna: User) -> None:
    rita = add_user(store, now, name="Rita", role="reader", railway=None, password=PASSWORD, by=anna)
    for _ in range(2):
        people.disable(store, now, rita.id, by=anna)
    with store.read() as connection:
        acts = [event.act for event in tables.read_events(connection)]
    assert acts.count("user-disabled") == 1


def test_the_trail_says_who_did_what_to_whom(store: Store, now: MovingClock, anna: User) -> None:
    rita = add_user(store, now, name="Rita", role="reader", railway=None, password=PASSWORD, by=anna)
    people.reset_password(store, now, rita.id, OTHER, by=anna)
    people.disable(store, now, rita.id, by=anna)
    people.enable(store, now, rita.id, by=anna)
    with store.read() as connection:
        events = tables.read_events(connection)
        page = tables.read_events(connection, before=4, most=2)
    assert [(one.seq, one.act, one.who, one.whom) for one in reversed(events)] == [
        (1, "user-added", "command line", "Anna"),
        (2, "user-added", "Anna", "Rita"),
        (3, "password-reset", "Anna", "Rita"),
        (4, "user-disabled", "Anna", "Rita"),
        (5, "user-enabled", "Anna", "Rita"),
    ]
    assert events[-2].details == {"role": "reader"}
    assert events[0].at == now.now()
    assert [one.seq for one in page] == [3, 2]


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET who = 'somebody else'", "DELETE FROM audit_event"])
def test_the_trail_can_only_be_added_to_whoever_asks(
    store: Store, now: MovingClock, anna: User, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"), store.write() as connection:
        connection.execute(text(statement))


def test_the_demonstrations_password_is_made_anew_at_each_start(store: Store, now: MovingClock) -> None:
    before = people.demo_sign_in(store, now)
    after = people.demo_sign_in(store, now)
    assert [one.user.id for one in before] == [one.user.id for one in after]
    assert [one.user.role for one in after] == ["operator", "clerk"], "this line has no tour operator"
    for old, new in zip(before, after, strict=True):
        with pytest.raises(SignInFailed):
            sign_in(store, now, name=old.user.name, password=old.password, address="127.0.0.1")
        signed_in = sign_in(store, now, name=new.user.name, password=new.password, address="127.0.0.1")
        assert signed_in.user.role == new.user.role
