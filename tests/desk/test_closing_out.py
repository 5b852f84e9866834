"""The board of a border, marks on it, and the close-out that tells each side who really crossed."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
from lists.border_shop import KOREAN, OUT_KEY, RUSSIAN, passport
from msgspec.structs import replace
from officer.border_day import (
    AT_KHASAN,
    AT_TUMANGANG,
    CROSSING,
    IVAN,
    LEAVES,
    MARINA,
    OLEG,
    PAK,
    VERA,
    BorderDay,
    open_border_day,
)
from sale.shop import BACK, FROM_KHASAN, OUT, TO_KHASAN, Turned, adult, child
from sqlalchemy import Connection

from rerail.border import closings, lists, marks
from rerail.border.closings import Closing
from rerail.border.errors import NotNow, NotThere
from rerail.border.marks import KINDS, Kind, on_departure
from rerail.border.model import ListKey, Manifest
from rerail.desk.figures import figures
from rerail.desk.marking import NotTaken, Sent
from rerail.people import tables as people_tables
from rerail.people.users import NotPermitted, User
from rerail.places.model import DepartureKey
from rerail.sale import recalling, releasing
from rerail.store.engine import Store


@pytest.fixture
def day(store: Store, tmp_path: Path) -> Iterator[BorderDay]:
    """The test runs once on SQLite and once on PostgreSQL."""
    with open_border_day(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def quick(sqlite_store: Store, tmp_path: Path) -> Iterator[BorderDay]:
    """On SQLite, for rules that no database has a part in."""
    with open_border_day(sqlite_store, tmp_path) as opened:
        yield opened


# ── the board ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_everybody_over_the_border_is_on_it_by_coach_and_place_and_nobody_else(quick: BorderDay) -> None:
    quick.passenger(place="12", family="Третий")
    quick.passenger(place="9", family="Первый")
    quick.passenger(FROM_KHASAN, place="10", family="Второй")
    quick.passenger(TO_KHASAN, place="11", family="Досюда")
    quick.hold(passengers=(adult("Неплатил", "Н."),))
    quick.give_back(quick.passenger(place="3", family="Вернул"))
    quick.buy(
        replace(OUT, wanted=(("3", "1"),)),
        passengers=(adult("Мать", "М."), child(date(2025, 1, 1), "Мать", "Д.", "infant")),
    )
    riders = quick.board().riders
    assert [(one.coach, one.place, one.family_name) for one in riders] == [
        ("1", "9", "Первый"),
        ("1", "10", "Второй"),
        ("1", "12", "Третий"),
        ("3", "1", "Мать"),
        ("", "", "Мать"),
    ]
    assert riders[0].category["en"] == "Adult"
    assert riders[0].tour_operator == "example-tours"


def test_given_back_tickets_of_the_departure_are_listed_for_whoever_reads_barcodes(quick: BorderDay) -> None:
    back = quick.give_back(quick.passenger(TO_KHASAN))
    quick.passenger()
    assert quick.board().given_back == (f"{back.code}-1",)


def acted(day: BorderDay, act: Callable[..., object], *about: object, **options: object) -> None:
    """Something is done with a booking."""
    day.selling.call(lambda connection: act(connection, day.selling.market_in(connection), *about, **options))


def test_a_ticket_made_out_anew_is_known_by_its_own_number_and_the_one_before_is_good_no_more(quick: BorderDay) -> None:
    code = quick.passenger().code
    acted(quick, recalling.recall, code, [1])
    assert quick.board().given_back == (f"{code}-1",), "cancelled, and none is made out yet"
    acted(quick, recalling.make_anew, code)
    board = quick.board()
    assert [one.ticket for one in board.riders] == [f"{code}-1-2"], "what the inspector reads in its code"
    assert board.given_back == (f"{code}-1",)
    listed = next(one for one in quick.border.lists(OUT_KEY) if one.key == RUSSIAN)
    with quick.store.read() as connection:
        people = quick.border.persons_of(connection, board.departure, board.passing, listed.authority, RUSSIAN)
    assert [one.ticket for one in people] == [f"{code}-1-2"]
    acted(quick, releasing.release, code, [1], overruled=False)
    assert quick.board().riders == ()
    assert quick.board().given_back == (f"{code}-1", f"{code}-1-2"), "its money is yet to be asked for"


def test_a_refusal_ends_the_ticket_made_out_last(quick: BorderDay) -> None:
    booking = quick.passenger()
    acted(quick, recalling.recall, booking.code, [1])
    acted(quick, recalling.make_anew, booking.code)
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    assert [one.ticket for one in quick.border.refusals()] == [f"{booking.code}-1-2"]
    assert [one["ticket"] for one in quick.audit("refused-at-border")] == [f"{booking.code}-1-2"]


MAY: dict[str, tuple[User, set[Kind], tuple[str, ...], bool]] = {
    "operator": (MARINA, {*KINDS}, ("rzd", "ksr"), True),
    "the side left": (IVAN, {*KINDS} - {"documents-taken", "documents-returned"}, ("rzd",), False),
    "the side entered": (PAK, {*KINDS} - {"documents-taken", "documents-returned"}, ("ksr",), False),
    "conductor": (OLEG, {*KINDS} - {"cleared", "refused", "uncleared"}, (), True),
}


@pytest.mark.parametrize("role", MAY)
def test_what_a_role_may_mark_is_what_the_board_offers_and_nothing_else_is_taken(quick: BorderDay, role: str) -> None:
    user, kinds, sides, closes = MAY[role]
    board = quick.board(user)
    assert (set(board.may), board.clears_for, board.may_close) == (kinds, sides, closes)
    booking = quick.passenger()
    for kind in KINDS:
        for side in ("rzd", "ksr") if "clear" in kind or kind == "refused" else ("",):
            if kind == "refused" and side in sides:
                continue
            answer = quick.marked(user, booking, kind, side)
            expected = kind in kinds and (not side or side in sides)
            assert (answer.why is None) == expected, (kind, side)
            if not expected:
                assert isinstance(answer.why, NotPermitted)


def test_a_clerk_sees_no_board_and_marks_nobody(quick: BorderDay) -> None:
    booking = quick.passenger()
    with pytest.raises(NotPermitted):
        quick.board(VERA)
    with pytest.raises(NotPermitted):
        quick.marked(VERA, booking, "aboard")


def test_who_was_disabled_since_the_page_was_made_marks_nobody(day: BorderDay) -> None:
    booking = day.passenger()
    with day.store.write() as connection:
        people_tables.set_disabled(connection, OLEG.id, day.clock.now())
    with pytest.raises(NotPermitted):
        day.marked(OLEG, booking, "aboard")
    assert isinstance(day.marked(IVAN, booking, "cleared").why, type(None))


def test_an_officer_of_a_side_that_is_not_there_sees_nothing_of_this_border(quick: BorderDay) -> None:
    stranger = replace(IVAN, railway="db")
    with pytest.raises(NotPermitted):
        quick.board(stranger)
    assert quick.border.coming(stranger) == ()


@pytest.mark.parametrize(
    ("key", "crossing"),
    [
        (DepartureKey("nosuch", OUT_KEY.service_date), CROSSING),
        (DepartureKey(OUT_KEY.train, date(3026, 1, 1)), CROSSING),
        (OUT_KEY, "elsewhere"),
        (DepartureKey("vladivostok-ussuriysk-morning", OUT_KEY.service_date), CROSSING),
    ],
)
def test_where_there_is_no_border_there_is_no_board(quick: BorderDay, key: DepartureKey, crossing: str) -> None:
    with pytest.raises(NotThere):
        quick.border.board(MARINA, key, crossing)
    with pytest.raises(NotThere):
        quick.border.mark(MARINA, key, crossing, [])


# ── marks ──────────────────────────────────────────────────────────────────────────────────────────────────────


def sent(booking: str, kind: Kind, day: BorderDay, passenger: int = 1, railway: str = "", number: str = "") -> Sent:
    return Sent(
        id=number or str(uuid.uuid4()),
        booking=booking,
        passenger=passenger,
        kind=kind,
        railway=railway,
        made_at=day.clock.now(),
    )


def test_a_mark_that_is_not_taken_stops_no_other(day: BorderDay) -> None:
    booking = day.passenger()
    marks = [
        sent(booking.code, "aboard", day),
        sent("NOBODY", "aboard", day),
        sent(booking.code, "cleared", day, railway="db"),
        sent(booking.code, "cleared", day),
        sent(booking.code, "missing", day, railway="rzd"),
        sent(booking.code, "refused", day, 7, "ksr"),
        sent(booking.code, "documents-taken", day),
    ]
    answers = day.border.mark(MARINA, OUT_KEY, CROSSING, marks)
    assert [answer.id for answer in answers] == [one.id for one in marks]
    assert [type(answer.why) for answer in answers] == [
        type(None),
        NotThere,
        NotTaken,
        NotTaken,
        NotTaken,
        NotThere,
        type(None),
    ]
    (rider,) = day.board().riders
    assert rider.stand.aboard
    assert rider.stand.documents_held
    assert day.audit("border-marked") == [{"border": f"{OUT_KEY}/{CROSSING}", "marks": "2"}]


def test_an_answer_tells_which_mark_holds_now(quick: BorderDay) -> None:
    booking = quick.passenger()
    quick.marked(OLEG, booking, "aboard")
    late = quick.marked(PAK, booking, "missing", ago=timedelta(minutes=5))
    assert late.why is None
    assert late.holds is not None
    assert (late.holds.kind, late.holds.who) == ("aboard", "Oleg")


def test_a_number_used_for_another_mark_is_refused(quick: BorderDay) -> None:
    one, other = quick.passenger(), quick.passenger()
    quick.marked(OLEG, one, "aboard", id="0" * 32)
    assert quick.marked(OLEG, one, "aboard", id="0" * 32).already
    assert isinstance(quick.marked(OLEG, other, "aboard", id="0" * 32).why, NotTaken)
    assert isinstance(quick.marked(MARINA, one, "refused", "rzd", id="0" * 32).why, NotTaken)
    assert quick.selling.booking(one.code).parts[0].state == "confirmed"


def test_after_marks_were_erased_by_rule_a_late_device_brings_none_back(quick: BorderDay) -> None:
    booking = quick.passenger()
    quick.clock.turn(LEAVES + timedelta(days=30))
    assert quick.marked(OLEG, booking, "aboard", ago=timedelta(days=29)).why is None
    quick.clock.forward(days=1)
    assert isinstance(quick.marked(OLEG, booking, "unseen").why, NotTaken)


def test_many_devices_that_send_the_same_marks_at_once_leave_each_once(
    day: BorderDay, database_url: str, tmp_path: Path
) -> None:
    bookings = [day.passenger() for _ in range(4)]
    marks = [sent(one.code, kind, day) for one in bookings for kind in ("aboard", "documents-taken")]
    meeting = threading.Barrier(4)
    with ExitStack() as stack:
        desks = []
        for _ in range(4):
            own = Store(database_url)
            stack.callback(own.close)
            desks.append(BorderDay(own, Turned(day.clock.now()), tmp_path, ()))
            stack.callback(desks[-1].close)

        def send(number: int) -> int:
            meeting.wait(60)
            order = marks[number:] + marks[:number]
            taken = 0
            for start in range(0, len(order), 3):
                answers = desks[number].border.mark(OLEG, OUT_KEY, CROSSING, order[start : start + 3])
                assert all(one.why is None for one in answers)
                taken += sum(not one.already for one in answers)
            return taken

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(send, range(4))) == len(marks)
    with day.store.read() as connection:
        noted = on_departure(connection, OUT_KEY)
    assert [one.seq for one in noted] == list(range(1, len(marks) + 1))
    assert {one.id for one in noted} == {one.id for one in marks}


# ── documents ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_officer_sees_what_the_own_sides_list_says_and_it_is_in_the_audit_trail(quick: BorderDay) -> None:
    booking = quick.passenger()
    quick.papers(booking, passport("715000123"))
    seen = quick.border.documents_on_board(IVAN, OUT_KEY, CROSSING)[booking.code, 1]
    assert (seen["document_number"], seen["nationality"], seen["latin_family_name"]) == ("715000123", "RUS", "KIM")
    assert "visa_number" not in seen, "nobody asks for it"
    assert seen["missing"] == []
    other = quick.passenger()
    (unknown,) = [
        said
        for whose, said in quick.border.documents_on_board(IVAN, OUT_KEY, CROSSING).items()
        if whose[0] == other.code
    ]
    assert "document_number" in unknown["missing"]
    assert [one["persons"] for one in quick.audit("document-seen")] == ["2", "1"]


@pytest.mark.parametrize("user", [OLEG, MARINA, VERA])
def test_nobody_else_takes_documents_along(quick: BorderDay, user: User) -> None:
    quick.passenger()
    with pytest.raises(NotPermitted):
        quick.border.documents_on_board(user, OUT_KEY, CROSSING)
    assert quick.audit("document-seen") == []


# ── which departures ───────────────────────────────────────────────────────────────────────────────────────────


def test_coming_departures_are_those_over_a_border_of_these_days(quick: BorderDay) -> None:
    quick.clock.turn(LEAVES)
    found = {(one.departure.train.id, one.departure.service_date) for one in quick.border.coming(OLEG)}
    assert (OUT_KEY.train, OUT_KEY.service_date) in found
    assert ("rason-vladivostok", BACK.service_date) in found
    assert {train for train, _ in found} == {
        "vladivostok-rason",
        "rason-vladivostok",
        "khasan-tumangang",
        "tumangang-khasan",
    }
    quick.clock.turn(AT_TUMANGANG + timedelta(days=1))
    assert OUT_KEY.service_date not in {one.departure.service_date for one in quick.border.coming(OLEG)}


# ── closing out ────────────────────────────────────────────────────────────────────────────────────────────────


def closed_list(day: BorderDay, key: ListKey) -> Manifest:
    with day.store.read() as connection:
        kept = lists.read(connection, key)
        assert kept is not None
        return lists.content(connection, day.border.keys, key, kept.latest.number)


def names(persons: object) -> set[str]:
    return {one.family_name for one in persons}  # type: ignore[attr-defined]


def test_each_side_is_told_who_really_crossed(day: BorderDay) -> None:
    """Of five: two cross, one misses the train, one the side left refuses, one the side entered does."""
    five = {name: day.passenger(family=name) for name in ("Один", "Два", "Нет", "Назад", "Обратно")}
    day.clock.turn(LEAVES)
    day.border.close_due()
    day.clock.turn(AT_KHASAN)
    day.marked(OLEG, five["Нет"], "missing")
    for name in ("Один", "Два", "Обратно"):
        day.marked(IVAN, five[name], "cleared")
    day.marked(IVAN, five["Назад"], "refused")
    day.clock.turn(AT_TUMANGANG)
    for name in ("Один", "Два"):
        day.marked(PAK, five[name], "cleared")
    day.marked(PAK, five["Обратно"], "refused")
    closing = day.border.close_out(OLEG, OUT_KEY, CROSSING)
    assert (closing.number, closing.crossed, closing.refused, closing.missing, closing.who) == (1, 2, 2, 1, "Oleg")
    left, entered = closed_list(day, RUSSIAN), closed_list(day, KOREAN)
    assert left.close_out
    assert entered.close_out
    assert names(left.persons) == {"Один", "Два", "Обратно"}, "whom the other side refused had left this one"
    assert names(entered.persons) == {"Один", "Два"}
    assert names(entered.removed) == {"Нет", "Назад", "Обратно"}
    assert day.audit("border-closed") == [{"border": f"{OUT_KEY}/{CROSSING}", "crossed": "2"}]


def test_whoever_was_refused_and_let_through_after_all_is_told_to_have_crossed(quick: BorderDay) -> None:
    """The amendment took the passenger off the lists; the officer's word is what happened."""
    booking = quick.passenger()
    quick.clock.turn(LEAVES)
    quick.border.close_due()
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    quick.border.amend_due()
    assert closed_list(quick, KOREAN).persons == ()
    quick.clock.forward(minutes=5)
    quick.marked(IVAN, booking, "cleared")
    quick.clock.turn(AT_TUMANGANG)
    quick.marked(PAK, booking, "cleared")
    closing = quick.border.close_out(MARINA, OUT_KEY, CROSSING)
    assert (closing.crossed, closing.refused) == (1, 0)
    for key in (RUSSIAN, KOREAN):
        assert names(closed_list(quick, key).persons) == {"Ким"}


def test_a_refusal_that_is_taken_back_leaves_it_open_what_became_of_the_passenger(quick: BorderDay) -> None:
    booking = quick.passenger(place="5")
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    quick.clock.forward(minutes=1)
    quick.marked(IVAN, booking, "uncleared")
    quick.clock.turn(AT_TUMANGANG)
    with pytest.raises(NotNow, match="1-5"):
        quick.border.close_out(MARINA, OUT_KEY, CROSSING)
    quick.marked(IVAN, booking, "refused")
    closing = quick.border.close_out(MARINA, OUT_KEY, CROSSING)
    assert (closing.crossed, closing.refused) == (0, 1)
    assert len(quick.audit("refused-at-border")) == 1, "a ticket ends once"


def test_who_is_left_is_said_by_place(quick: BorderDay) -> None:
    booking = quick.passenger(place="5")
    quick.passenger(place="7")
    quick.clock.turn(AT_TUMANGANG)
    quick.marked(IVAN, booking, "cleared")
    with pytest.raises(NotNow, match=r"^2 passengers are neither .*: 1-5, 1-7\.$"):
        quick.border.close_out(MARINA, OUT_KEY, CROSSING)
    assert [one.place for one in quick.board().left] == ["5", "7"]
    assert quick.board().closing is None


def test_before_the_train_has_left_for_the_border_nothing_is_closed_out(quick: BorderDay) -> None:
    quick.clock.turn(AT_KHASAN)
    with pytest.raises(NotNow, match="has not left"):
        quick.border.close_out(MARINA, OUT_KEY, CROSSING)


@pytest.mark.parametrize("user", [IVAN, PAK, VERA])
def test_an_officer_of_one_side_does_not_speak_to_both(quick: BorderDay, user: User) -> None:
    quick.clock.turn(AT_TUMANGANG)
    with pytest.raises(NotPermitted):
        quick.border.close_out(user, OUT_KEY, CROSSING)


def test_twice_is_once_and_a_mark_that_came_late_makes_another(day: BorderDay) -> None:
    booking = day.passenger()
    day.clock.turn(LEAVES)
    day.border.close_due()
    day.clock.turn(AT_TUMANGANG)
    day.marked(IVAN, booking, "cleared")
    day.marked(PAK, booking, "cleared")
    first = day.border.close_out(MARINA, OUT_KEY, CROSSING)
    day.clock.forward(minutes=1)
    assert day.border.close_out(OLEG, OUT_KEY, CROSSING) == first
    assert closed_list(day, KOREAN).version == 2
    assert not day.board().late
    # The conductor of the last coach has a network again.
    day.clock.forward(minutes=30)
    day.marked(OLEG, booking, "missing", ago=timedelta(minutes=10))
    assert day.board().late
    second = day.border.close_out(MARINA, OUT_KEY, CROSSING)
    assert (second.number, second.crossed, second.missing) == (2, 0, 1)
    assert closed_list(day, KOREAN).persons == ()


@pytest.mark.parametrize("kind", ["missing", "refused"])
def test_a_mark_that_waited_for_a_close_out_has_come_after_it(
    quick: BorderDay, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    booking = quick.passenger()
    quick.clock.turn(AT_TUMANGANG)
    quick.marked(IVAN, booking, "cleared")
    quick.marked(PAK, booking, "cleared")
    waited: list[Closing] = []

    def wait(connection: Connection) -> None:
        """Another process has the lock, and closes the border out."""
        if not waited:
            quick.clock.forward(seconds=1)
            closing = Closing(
                departure=OUT_KEY,
                crossing=CROSSING,
                number=1,
                at=quick.clock.now(),
                who="Marina",
                crossed=1,
                refused=0,
                missing=0,
            )
            waited.append(closing)
            closings.add(connection, closing)
            quick.clock.forward(seconds=1)

    monkeypatch.setattr(marks, "lock", wait)
    assert quick.marked(PAK if kind == "refused" else OLEG, booking, kind).why is None
    assert waited
    assert quick.board().late


def test_closed_out_by_many_at_once_it_is_closed_out_once(day: BorderDay, database_url: str, tmp_path: Path) -> None:
    booking = day.passenger()
    day.clock.turn(LEAVES)
    day.border.close_due()
    day.clock.turn(AT_TUMANGANG)
    day.marked(IVAN, booking, "cleared")
    day.marked(PAK, booking, "cleared")
    meeting = threading.Barrier(4)
    with ExitStack() as stack:
        desks = []
        for _ in range(4):
            own = Store(database_url)
            stack.callback(own.close)
            desks.append(BorderDay(own, Turned(day.clock.now()), tmp_path, ()))
            stack.callback(desks[-1].close)

        def close(number: int) -> int:
            meeting.wait(60)
            return desks[number].border.close_out(MARINA, OUT_KEY, CROSSING).number

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(close, range(4))) == [1] * 4
    assert closed_list(day, RUSSIAN).version == 2
    assert len(day.audit("border-closed")) == 1


def test_the_years_figures_know_who_did_not_come_where_the_border_was_closed_out(quick: BorderDay) -> None:
    came, stayed = quick.passenger(), quick.passenger()
    quick.clock.turn(AT_TUMANGANG)
    assert figures(quick.selling, 2026).borders == ()
    for user in (IVAN, PAK):
        quick.marked(user, came, "cleared")
    quick.marked(OLEG, stayed, "missing")
    quick.border.close_out(OLEG, OUT_KEY, CROSSING)
    (month,) = figures(quick.selling, 2026).borders
    assert (month.first, month.train, month.departures) == (date(2026, 12, 1), OUT_KEY.train, 1)
    assert (month.missing, month.refused) == (1, 0)
    assert figures(quick.selling, 2026, "khasan-tumangang").borders == ()
