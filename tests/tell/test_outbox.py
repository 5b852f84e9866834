"""The outbox on both databases: in the effect's own transaction, one process at a time, and never silently lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from outbox_day import BOOKING, NOON, OutboxClock, Remembering, composed, delivered, message, queued, told
from sqlalchemy import text

from rerail.store.engine import Store
from rerail.tell.delivery import LAST_START, LEASE, Deferred, Refused, Unreachable, message_id
from rerail.tell.outbox import MOST_TRIES, Message, counts, given_up, queue, try_again, wait_after

MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """As good as a SIGKILL: nothing is noted after it."""


def _dies(_message: Message) -> EmailMessage:
    raise Killed


@pytest.fixture
def day() -> OutboxClock:
    return OutboxClock()


def test_a_message_of_an_undone_transaction_never_existed(store: Store, day: OutboxClock) -> None:
    def refund() -> None:
        with store.write() as connection:
            queue(connection, message("refund-1"))
            raise RuntimeError("the refund did not come about")

    with pytest.raises(RuntimeError):
        refund()
    transport = Remembering()
    assert delivered(store, day, transport).taken == 0
    assert told(store) == {}


def test_telling_twice_is_one_message_also_after_it_was_sent(store: Store, day: OutboxClock) -> None:
    queued(store, message("refund-1"))
    with store.write() as connection:
        assert not queue(connection, message("refund-1"))
    transport = Remembering()
    delivered(store, day, transport)
    with store.write() as connection:
        assert not queue(connection, message("refund-1"))
    assert delivered(store, day, transport).taken == 0
    assert len(transport.sent) == 1


def test_eight_that_tell_the_same_at_once_are_one_and_nobody_is_harmed(store: Store) -> None:
    together, first = threading.Barrier(8), []

    def tell(number: int) -> None:
        together.wait()
        with store.write() as connection:
            if queue(connection, message("suspended-1")):
                first.append(number)
            assert queue(connection, message(f"own-{number}"))

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(first) == 1
    assert len(told(store)) == 9


def test_messages_leave_in_the_order_in_which_they_were_told(store: Store, day: OutboxClock) -> None:
    queued(store, *(message(f"m{number}", at=NOON - number * MINUTE) for number in range(5)))
    transport = Remembering()
    assert delivered(store, day, transport, limit=3).sent == 3
    assert delivered(store, day, transport, limit=3).sent == 2
    assert transport.subjects == [f"Билет m{number}" for number in (4, 3, 2, 1, 0)]


def test_what_was_sent_keeps_no_address_and_no_facts(store: Store, day: OutboxClock) -> None:
    queued(store, message("ticket-1"))
    delivered(store, day, Remembering())
    after = told(store)["ticket-1"]
    assert (after.state, after.done_at, after.message.to, after.message.facts) == ("sent", NOON, "", {})


def test_what_there_is_nothing_left_to_say_about_is_dropped(store: Store, day: OutboxClock) -> None:
    queued(store, message("reminder-1"))
    transport = Remembering()
    assert delivered(store, day, transport, compose=lambda _message: None).dropped == 1
    assert (transport.tried, told(store)["reminder-1"].state) == (0, "dropped")


def test_to_date_and_message_id_are_the_messages_own(store: Store, day: OutboxClock) -> None:
    queued(store, message("ticket:7KQ2FM 1"))
    day.move(timedelta(hours=3))
    transport = Remembering()
    delivered(store, day, transport)
    mail = transport.sent[0]
    assert mail["To"] == "kim@passengers.example"
    assert mail["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert mail["Message-ID"] == "<ticket=3A7KQ2FM=201@trains.example>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_no_two_messages_share_a_message_id() -> None:
    names = ("a:b", "a=3Ab", "a b", "a=20b", "가", "a.b")
    assert len({message_id(message(name), "trains.example") for name in names}) == len(names)
    assert message_id(message("a"), "::1") == "<a@[::1]>"


# Several at once


def test_four_that_deliver_at_once_send_each_message_once(store: Store, day: OutboxClock) -> None:
    queued(store, *(message(f"m{number:02}") for number in range(40)))
    transport, together = Remembering(), threading.Barrier(4)

    def work() -> None:
        together.wait()
        while delivered(store, day, transport, limit=3).taken:
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(transport.subjects) == [f"Билет m{number:02}" for number in range(40)]
    assert {one.state for one in told(store).values()} == {"sent"}


def test_a_lease_that_ran_out_lets_another_send_under_the_same_message_id(store: Store, day: OutboxClock) -> None:
    queued(store, message("ticket-1"))
    second, both = Remembering(), []

    def while_the_first_is_sending(mail: EmailMessage) -> None:
        both.append(mail["Message-ID"])
        day.move(LEASE - MINUTE)
        assert delivered(store, day, second).taken == 0
        day.move(MINUTE)
        assert delivered(store, day, second).sent == 1

    first = Remembering(while_the_first_is_sending)
    assert delivered(store, day, first).sent == 1
    assert [mail["Message-ID"] for mail in second.sent] == both
    assert told(store)["ticket-1"].state == "sent"


def test_whoever_is_late_does_not_undo_what_the_next_has_noted(store: Store, day: OutboxClock) -> None:
    queued(store, message("ticket-1"))

    def late(_mail: EmailMessage) -> Exception:
        day.move(LEASE)
        assert delivered(store, day, Remembering()).sent == 1
        return Refused("too late to matter")

    delivered(store, day, Remembering(late))
    after = told(store)["ticket-1"]
    assert (after.state, after.error) == ("sent", "")


def test_whoever_is_late_does_not_give_up_what_the_next_is_sending(store: Store, day: OutboxClock) -> None:
    queued(store, message("ticket-1"))

    def late(_mail: EmailMessage) -> Exception:
        day.move(LEASE)
        with pytest.raises(Killed):
            delivered(store, day, Remembering(), compose=_dies)
        return Refused("too late to matter")

    delivered(store, day, Remembering(late))
    after = told(store)["ticket-1"]
    assert (after.state, after.tries, after.next_at) == ("waiting", 2, day.now() + LEASE)


def test_a_slow_server_does_not_let_a_message_outlive_its_lease(store: Store, day: OutboxClock) -> None:
    queued(store, message("m0"), message("m1"), message("m2"))

    def slowly(_mail: EmailMessage) -> None:
        day.move(LAST_START + MINUTE)

    slow = Remembering(slowly)
    assert (delivered(store, day, slow).sent, slow.tried) == (1, 1)
    assert [one.tries for one in told(store).values()] == [1, 0, 0]
    assert delivered(store, day, Remembering()).sent == 2


# What goes wrong


def test_a_deferred_message_waits_longer_each_time_and_is_given_up_where_one_sees_it(
    store: Store, day: OutboxClock
) -> None:
    queued(store, message("ticket-1"))
    transport = Remembering(lambda _mail: Deferred("The server does not take this mail (451)."))
    waited = []
    for _ in range(MOST_TRIES):
        assert delivered(store, day, transport).taken == 1
        one = told(store)["ticket-1"]
        if one.state == "waiting":
            waited.append((one.next_at - day.now()) / MINUTE)
            day.instant = one.next_at - timedelta(microseconds=1)
            assert delivered(store, day, transport).taken == 0
            day.instant = one.next_at
    assert waited[:5] == [1, 2, 4, 8, 16]
    assert max(waited) == 360
    assert 24 * 60 < sum(waited) < 72 * 60
    with store.read() as connection:
        assert counts(connection) == {"waiting": 0, "sent": 0, "dropped": 0, "given-up": 1}
        [lost] = given_up(connection)
    assert (lost.tries, lost.error) == (MOST_TRIES, "The server does not take this mail (451).")
    assert lost.message.to == "kim@passengers.example"
    assert delivered(store, day, transport).taken == 0


def test_the_office_corrects_an_address_and_tries_again(store: Store, day: OutboxClock) -> None:
    queued(store, message("ticket-1", to="kim@pasengers.example"))
    delivered(store, day, Remembering(lambda _mail: Refused("No such address (550).")))
    assert told(store)["ticket-1"].state == "given-up"
    with store.write() as connection:
        assert try_again(connection, "ticket-1", day.now(), to="kim@passengers.example")
        assert not try_again(connection, "ticket-1", day.now())
    transport = Remembering()
    assert delivered(store, day, transport).sent == 1
    assert transport.sent[0]["To"] == "kim@passengers.example"


def test_a_message_on_which_processes_die_is_given_up_too(store: Store, day: OutboxClock) -> None:
    queued(store, message("ticket-1"))
    for _ in range(MOST_TRIES):
        with pytest.raises(Killed):
            delivered(store, day, Remembering(), compose=_dies)
        day.move(LEASE)
    assert delivered(store, day, Remembering()).taken == 0
    after = told(store)["ticket-1"]
    assert (after.state, after.error) == ("given-up", "The process that was sending it died.")


def test_a_text_that_cannot_be_composed_does_not_hold_up_the_others(store: Store, day: OutboxClock) -> None:
    queued(store, message("m0"), message("m1"))

    def trips(told: Message) -> EmailMessage:
        if told.id == "m0":
            raise KeyError("Kim Chol-su")
        return composed(told)

    transport = Remembering()
    done = delivered(store, day, transport, compose=trips)
    assert (done.sent, done.put_off, transport.subjects) == (1, 1, ["Билет m1"])
    assert told(store)["m0"].error == "The text could not be composed (KeyError)."


def test_an_address_with_a_line_break_adds_no_header(store: Store, day: OutboxClock) -> None:
    queued(store, message("m0", to="kim@passengers.example\r\nBcc: all@passengers.example"))
    transport = Remembering()
    delivered(store, day, transport)
    assert (transport.tried, told(store)["m0"].state) == (0, "waiting")


def test_a_server_that_is_away_costs_one_try_of_one_message(store: Store, day: OutboxClock) -> None:
    queued(store, message("m0"), message("m1"), message("m2"))
    away = Remembering(lambda _mail: Unreachable("mail.example:587 cannot be reached (Connection refused)."))
    assert (delivered(store, day, away).put_off, away.tried) == (3, 1)
    assert [one.tries for one in told(store).values()] == [1, 0, 0]
    assert delivered(store, day, away).taken == 0
    day.move(MINUTE)
    assert delivered(store, day, Remembering()).sent == 3


def test_the_database_knows_only_four_states(store: Store) -> None:
    from sqlalchemy.exc import IntegrityError

    queued(store, message("m0"))
    for change in ("state = 'lost'", "state = 'sent'", "done_at = 1"):
        with pytest.raises(IntegrityError), store.write() as connection:
            connection.execute(text(f"UPDATE tell_message SET {change}"))


def test_waiting_never_ends_in_an_overflow() -> None:
    assert wait_after(1) == MINUTE
    assert wait_after(10_000) == timedelta(hours=6)


def test_only_this_bookings_messages_are_shown_for_it(store: Store) -> None:
    import msgspec

    queued(store, message("m0"), msgspec.structs.replace(message("m1"), booking="OTHER1"))
    assert list(told(store)) == ["m0"]
    assert told(store)["m0"].message.booking == BOOKING
