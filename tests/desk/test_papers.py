"""Documents at the desk: what is asked of whom, what is taken and kept, who may look, what goes out again."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sale.shop
from argon2 import PasswordHasher
from lists.border_shop import CLOSED, KOREAN, BorderShop, open_border_shop
from msgspec.structs import replace
from sale.shop import BACK, JANUARY, OPERATOR, OUT, TO_KHASAN, adult, child

from rerail.border import documents
from rerail.border.errors import KeyringError, NotNow, NotThere, TooLate, WrongDocument
from rerail.border.keyring import Keys
from rerail.border.model import Document
from rerail.border.mrz import write_mrz
from rerail.border.mrz_model import Mrz, PartialDate
from rerail.border.typed import DocumentRefused, Typed
from rerail.desk import people
from rerail.desk.border import Border
from rerail.desk.documents_asked import asked_of
from rerail.desk.documents_list import DocumentsRefused, columns_of, empty_list
from rerail.desk.housekeeping import Housekeeper
from rerail.desk.letters import Letters
from rerail.desk.tickets import ensure_key
from rerail.people import passwords
from rerail.people import tables as people_tables
from rerail.people.users import NotPermitted, User
from rerail.sale.errors import NoBooking, WrongPassenger
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, LegAsk, PassengerGiven
from rerail.store.engine import Store

SHUTTLE = LegAsk(train="khasan-tumangang", service_date=date(2026, 12, 2), board="khasan", alight="tumangang")
TO_USSURIYSK = LegAsk(
    train="vladivostok-rason", service_date=date(2026, 12, 10), board="vladivostok", alight="ussuriysk"
)
DUE = datetime(2026, 12, 8, 22, 30, tzinfo=UTC)
"""Of the train out: two days before it leaves Khasan on Friday 11 December at 08:30, by its clock."""
LEAVES = DUE + timedelta(days=2)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work: what it protects is tested where passwords are."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Iterator[BorderShop]:
    with open_border_shop(store, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the line and its season, made once and copied for each test."""
    home = tmp_path_factory.mktemp("begun")
    with closing(Store(f"sqlite:///{home / 'begun.db'}")) as store:
        store.migrate()
        with open_border_shop(store, home):
            pass
    return home / "begun.db"


@pytest.fixture
def quick(begun: Path, tmp_path: Path) -> Iterator[BorderShop]:
    """On SQLite, for rules that no database has a part in."""
    shutil.copy(begun, tmp_path / "rerail.db")
    with closing(Store(f"sqlite:///{tmp_path / 'rerail.db'}")) as store, open_border_shop(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def strict(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BorderShop]:
    """The same line, whose operator sells on the condition that a passport is valid half a year beyond the crossing."""
    folder = tmp_path / "strict"
    shutil.copytree(sale.shop.SHIPPED, folder)
    with (folder / "border.toml").open("a") as file:
        file.write(
            '\n[[rule]]\nid = "half-a-year"\ncrossing = "khasan-tumangang"\ntowards = "ksr"\nkind = "valid-beyond"\n'
            "days = 180\ncondition = true\ndated = 2026-01-01\nillustrative = true\n"
            'text = { en = "Half a year.", ru = "Полгода.", ko = "반년." }\n'
        )
    monkeypatch.setattr(sale.shop, "SHIPPED", folder)
    with open_border_shop(sqlite_store, tmp_path) as opened:
        yield opened


def user(shop: BorderShop, name: str, role: str, railway: str | None = None, operator: str | None = None) -> User:
    return people.add_user(
        shop.store,
        shop.clock,
        name=name,
        role=role,
        railway=railway,
        tour_operator=operator,
        password="four words and a train",
        by=None,
    )


def zone(number: str = "715000123", family: str = "KIM", given: str = "OLGA", **said: object) -> str:
    """The lines of a passport, with the personal number that some of them have."""
    mrz = Mrz(
        format="TD3",
        document_code="P",
        issuing_state="RUS",
        number=number,
        nationality="RUS",
        birth_date=PartialDate(1987, 3, 21),
        sex="f",
        expires=date(2031, 5, 1),
        family_name=family,
        given_names=given,
        optional_data="4506112233",
    )
    return "\n".join(write_mrz(replace(mrz, **said)))


def give(shop: BorderShop, booking: Booking, passenger: int = 1, by: User | None = None, **typed: object) -> list[str]:
    """Give a document; the kinds of the remarks."""
    said = Typed(**(typed or {"mrz": zone()}))  # type: ignore[arg-type]
    return [one.kind for one in shop.border.give(booking.code, passenger, said, by).remarks]


def kept(shop: BorderShop, booking: Booking) -> dict[int, Document]:
    with shop.store.read() as connection:
        found = documents.read(connection, shop.border.keys, [booking.code])
    return {number: document for (_, number), document in found.items()}


def trail(shop: BorderShop) -> list[tuple[str, str, str]]:
    with shop.store.read() as connection:
        events = people_tables.read_events(connection)
    return [
        (one.act, one.who, one.details["booking"])
        for one in reversed(events)
        if one.act.startswith(("document", "data"))
    ]


def faults(caught: pytest.ExceptionInfo[DocumentRefused]) -> dict[str, str]:
    return {one.about: str(one) for one in caught.value.faults if isinstance(one, WrongDocument)}


# ── what is asked of whom ─────────────────────────────────────────────────────────────────────────────────────────


def test_each_passenger_over_the_border_is_asked_and_a_child_as_anybody_else(quick: BorderShop) -> None:
    booking = quick.buy(OUT, passengers=[adult(), child(date(2020, 5, 1))])
    wanted = quick.border.wanted(booking)
    assert [one.asked.passenger.number for one in wanted] == [1, 2]
    assert wanted[0].missing == wanted[0].asked.asked
    assert "birth_date" not in wanted[1].missing, "the booking knows when the child was born"
    papers = quick.border.papers(booking)
    assert papers is not None
    assert (papers.given, papers.of, papers.until and papers.until.at) == (0, 2, DUE)
    assert papers.until is not None
    assert f"{papers.until.local:%d %b %H:%M} {papers.until.station.id}" == "09 Dec 08:30 khasan"


@pytest.mark.parametrize("leg", [TO_USSURIYSK, TO_KHASAN])
def test_a_journey_within_a_country_asks_for_nothing(quick: BorderShop, leg: LegAsk) -> None:
    booking = quick.buy(leg)
    assert quick.border.wanted(booking) == ()
    assert quick.border.papers(booking) is None
    with pytest.raises(NotThere):
        give(quick, booking)
    assert kept(quick, booking) == {}


def test_no_file_of_keys_is_needed_where_nothing_was_given(quick: BorderShop) -> None:
    bare = Border(quick.selling, Keys(None))
    booking = quick.buy(OUT)
    papers = bare.papers(booking)
    assert papers is not None
    assert papers.given == 0
    with pytest.raises(KeyringError):
        bare.give(booking.code, 1, Typed(mrz=zone()), None)


def test_nothing_is_asked_before_it_is_paid_for(quick: BorderShop) -> None:
    held = quick.hold(OUT)
    assert quick.border.wanted(held) == ()
    assert len(quick.border.wanted(quick.pay(held))) == 1


def test_a_group_that_has_paid_its_deposit_is_asked(quick: BorderShop) -> None:
    counts = {"adult": 10}
    token = quick.token(quick.ask(JANUARY, counts=counts, channel="operator", group=True))
    nobody = tuple(PassengerGiven(category="adult") for _ in range(10))
    buyer = Buyer(passengers=nobody, email="groups@example.org", language="ru")
    booking = quick.selling.call(quick.selling.hold(quick.request(), token, buyer))
    assert quick.border.wanted(booking) == ()
    paid = quick.selling.call(quick.selling.pay_deposit(quick.request(), booking.code, clerk=None))
    assert len(quick.border.wanted(paid)) == 10


def test_whoever_gave_the_ticket_back_is_asked_no_more(quick: BorderShop) -> None:
    booking = quick.buy(OUT, passengers=[adult(), adult("Пак", "Иван")])
    back = quick.give_back(booking, 1)
    assert [one.asked.passenger.name for one in quick.border.wanted(back)] == ["Пак Иван"]


def test_out_and_back_ask_once_with_two_deadlines_on_two_clocks(quick: BorderShop) -> None:
    (one,) = quick.border.wanted(quick.buy(OUT, BACK))
    assert [f"{crossed.wanted.until:%d %b %H:%M}" for crossed in one.asked.crossed] == ["08 Dec 22:30", "11 Dec 11:30"]
    asks = [[authority.id for authority in crossed.wanted.authorities] for crossed in one.asked.crossed]
    assert asks[0] == ["russian-border-control", "korean-border-control", "rason-named-list"]
    assert asks[1] == ["russian-border-control", "korean-border-control"], "the named list is for entering alone"


# ── giving ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_what_the_borders_ask_for_is_kept(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    assert give(shop, booking, mrz=zone(), visas={"ksr": "V1"}, vouchers={"rzd": "W1"}) == []
    (document,) = kept(shop, booking).values()
    assert (document.number, document.machine_read, document.visas, document.vouchers) == ("715000123", True, {}, {})
    with shop.store.read() as connection:
        fields = documents.given(connection, [booking.code])[booking.code, 1]
    assert set(fields) == {
        *("kind", "number", "issuing_state", "expires", "nationality", "birth_date", "sex"),
        *("family_name", "given_names", "machine_read"),
    }, "and not the personal number of the zone"
    (papers,) = shop.border.wanted(booking)
    assert (papers.missing, papers.ending) == ((), "23")
    assert trail(shop) == [("document-given", "passenger", booking.code)]


def test_a_wrong_check_digit_keeps_nothing(quick: BorderShop) -> None:
    booking = quick.buy(OUT)
    with pytest.raises(DocumentRefused) as caught:
        give(quick, booking, mrz=zone().replace("715000123", "715000124"))
    assert list(faults(caught)) == ["mrz"]
    assert kept(quick, booking) == {}
    assert trail(quick) == []


def test_a_nationality_that_does_not_exist_is_refused_with_what_was_meant(quick: BorderShop) -> None:
    booking = quick.buy(OUT)
    with pytest.raises(DocumentRefused) as caught:
        give(quick, booking, number="1", nationality="RU")
    assert "did you mean RUS?" in faults(caught)["nationality"]


@pytest.mark.parametrize(("typed", "about"), [({"sex": "f"}, "number"), ({"mrz": "  "}, "mrz")])
def test_a_document_without_a_number_is_none(quick: BorderShop, typed: dict[str, str], about: str) -> None:
    with pytest.raises(DocumentRefused) as caught:
        give(quick, quick.buy(OUT), **typed)  # type: ignore[arg-type]
    assert list(faults(caught)) == [about]


def test_what_is_doubtful_is_kept_and_said_now_and_later(quick: BorderShop) -> None:
    booking = quick.buy(OUT, passengers=[adult("Пак", "Иван")])
    assert give(quick, booking, mrz=zone(expires=date(2026, 12, 1))) == ["expired", "expired", "name"]
    (papers,) = quick.border.wanted(booking)
    assert [one.kind for one in papers.remarks] == ["expired", "expired", "name"]


def test_a_condition_of_sale_refuses_and_the_same_as_advice_only_warns(strict: BorderShop, tmp_path: Path) -> None:
    booking = strict.buy(OUT)
    with pytest.raises(DocumentRefused) as caught:
        give(strict, booking, mrz=zone(expires=date(2027, 3, 1)))
    assert "180 days beyond" in faults(caught)["expires"]
    assert kept(strict, booking) == {}
    assert give(strict, booking) == []


def test_two_passengers_of_a_booking_with_one_passport(quick: BorderShop) -> None:
    booking = quick.buy(OUT, passengers=[adult(), adult("Ким", "Олег")])
    assert give(quick, booking, 1) == []
    assert "same-document" in give(quick, booking, 2)
    first, second = quick.border.wanted(booking)
    assert [one.kind for one in first.remarks] == ["same-document"], "both are told, whoever came first"
    assert "same-document" in [one.kind for one in second.remarks]


def test_two_bookings_on_one_train_with_one_passport_and_nobody_is_told_whose(quick: BorderShop) -> None:
    give(quick, quick.buy(OUT))
    other = quick.buy(OUT)
    assert give(quick, other) == ["same-document"]
    (papers,) = quick.border.wanted(other)
    assert papers.remarks[0].values == {}
    elsewhere = quick.buy(JANUARY)
    assert give(quick, elsewhere) == [], "on another train it is the same passenger travelling again"


def test_the_passenger_gives_until_the_deadline_and_the_office_until_the_train_leaves(quick: BorderShop) -> None:
    booking, clerk = quick.buy(OUT), user(quick, "Nina", "clerk")
    quick.clock.turn(DUE - timedelta(seconds=1))
    give(quick, booking)
    quick.clock.turn(DUE)
    with pytest.raises(TooLate):
        give(quick, booking, number="715000999")
    give(quick, booking, by=clerk, number="715000999")
    quick.clock.turn(LEAVES)
    with pytest.raises(TooLate):
        give(quick, booking, by=clerk, number="715000111")
    assert kept(quick, booking)[1].number == "715000999"
    assert [who for _, who, _ in trail(quick)] == ["passenger", "Nina"]


def test_between_the_two_trains_the_passenger_may_correct_it_for_the_way_back(quick: BorderShop) -> None:
    booking = quick.buy(OUT, BACK)
    give(quick, booking)
    quick.clock.turn(DUE + timedelta(hours=1))
    with pytest.raises(TooLate):
        give(quick, booking, number="715000999")
    quick.clock.turn(datetime(2026, 12, 11, 11, 0, tzinfo=UTC))  # crossed; due for the way back at 11:30
    give(quick, booking, number="715000999", nationality="RUS")
    assert kept(quick, booking)[1].number == "715000999"


def test_a_correction_by_the_office_amends_the_lists(quick: BorderShop) -> None:
    booking, clerk = quick.buy(OUT), user(quick, "Nina", "clerk")
    give(quick, booking)
    quick.clock.turn(CLOSED)
    quick.round()
    give(quick, booking, by=clerk, number="715000999", nationality="RUS")
    quick.round()
    (korean,) = [one for one in quick.border.lists(KOREAN.departure) if one.key == KOREAN]
    assert korean.kept is not None
    assert korean.kept.latest.number == 2


def test_an_agent_gives_for_the_own_tour_operators_bookings_and_no_others(quick: BorderShop) -> None:
    agent = user(quick, "Yuri", "agent", operator=OPERATOR)
    give(quick, quick.buy(OUT), by=agent)
    token = quick.token(quick.ask(SHUTTLE, operator=None))
    buyer = Buyer(passengers=(adult(),), email="olga@example.org", language="ru")
    alone = quick.pay(quick.selling.call(quick.selling.hold(quick.request(), token, buyer)))
    with pytest.raises(NoBooking):
        give(quick, alone, by=agent)


@pytest.mark.parametrize(
    ("role", "railway"), [("reader", None), ("official", "rzd"), ("officer", "rzd"), ("conductor", None)]
)
def test_nobody_else_at_the_office_gives_or_looks(quick: BorderShop, role: str, railway: str | None) -> None:
    booking, who = quick.buy(OUT), user(quick, "Rita", role, railway)
    with pytest.raises(NotPermitted):
        give(quick, booking, by=who)
    with pytest.raises(NotPermitted):
        quick.border.look(booking.code, who)


def test_two_at_once_leave_one_document_whole(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    zones = [zone(f"71500010{number}", f"KIM{'ABCDEF'[number]}") for number in range(6)]
    start = threading.Barrier(len(zones))

    def one(text: str) -> None:
        start.wait()
        give(shop, booking, mrz=text)

    with ThreadPoolExecutor(len(zones)) as pool:
        list(pool.map(one, zones))
    (document,) = kept(shop, booking).values()
    assert document.family_name == f"KIM{'ABCDEF'[int(document.number[-1])]}"
    assert len(trail(shop)) == len(zones)


# ── the group's list ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def three(quick: BorderShop) -> Booking:
    return quick.buy(OUT, passengers=[adult(), adult("Пак", "Иван"), adult("Ли", "Анна")])


def refused(shop: BorderShop, booking: Booking, content: str, by: User) -> dict[int, str]:
    with pytest.raises(DocumentsRefused) as caught:
        shop.border.give_csv(booking.code, content.encode(), by)
    return {line: " ".join(map(str, faults)) for line, faults in caught.value.rows}


def test_a_list_finds_passengers_by_number_or_by_the_tickets_name(quick: BorderShop, three: Booking) -> None:
    clerk = user(quick, "Nina", "clerk")
    pak = zone("715000200", "PAK", "IVAN", sex="m")
    content = (
        "passenger;family_name;given_names;mrz;document_number;nationality\r\n"
        f'1;;;"{zone()}";;\r\n'
        f';ПАК;иван;"{pak}";;\r\n'
        "3;Ли;Анна;;71 5000300;RUS\r\n"
    )
    given = quick.border.give_csv(three.code, content.encode("cp1251"), clerk)
    assert {number: [one.kind for one in said.remarks] for number, said in given.items()} == {1: [], 2: [], 3: []}
    assert [kept(quick, three)[number].number for number in (1, 2, 3)] == ["715000123", "715000200", "715000300"]
    assert trail(quick) == [("document-given", "Nina", three.code)] * 3


def test_every_wrong_row_is_named_and_nothing_is_written(quick: BorderShop, three: Booking) -> None:
    clerk = user(quick, "Nina", "clerk")
    content = (
        "passenger,family_name,given_names,mrz,document_number,nationality\n"
        f'1,,,"{zone()}",,\n'
        "2,,,,71500*,RU\n"
        ",Цой,Виктор,,715000300,RUS\n"
    )
    wrong = refused(quick, three, content, clerk)
    assert list(wrong) == [4], "who is meant is asked first"
    assert "Цой Виктор" in wrong[4]
    wrong = refused(quick, three, content.replace("Цой,Виктор", "Ли,Анна"), clerk)
    assert list(wrong) == [3]
    assert "but not *" in wrong[3]
    assert "did you mean RUS" in wrong[3]
    assert kept(quick, three) == {}
    assert trail(quick) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("9,,,715000300", 'No passenger "9"'),
        ("x,,,715000300", 'No passenger "x"'),
        (",,,715000300", "Whose row is this?"),
        ("1,,,715000300", "Line 2 is of the same passenger"),
    ],
)
def test_a_row_of_nobody_or_of_somebody_twice(quick: BorderShop, three: Booking, row: str, says: str) -> None:
    content = f"passenger,family_name,given_names,document_number\n1,,,715000123\n{row}\n"
    assert says in refused(quick, three, content, user(quick, "Nina", "clerk"))[3]


def test_namesakes_are_told_apart_by_their_numbers(quick: BorderShop) -> None:
    booking = quick.buy(OUT, passengers=[adult(), adult()])
    clerk = user(quick, "Nina", "clerk")
    named = "family_name,given_names,document_number\nКим,Ольга,715000123\n"
    assert "Several passengers" in refused(quick, booking, named, clerk)[2]


def test_one_passport_twice_in_a_list_is_warned_of(quick: BorderShop, three: Booking) -> None:
    content = "passenger,document_number,issuing_state\n1,715000123,RUS\n2,715000123,RUS\n"
    given = quick.border.give_csv(three.code, content.encode(), user(quick, "Nina", "clerk"))
    assert ["same-document" in [one.kind for one in said.remarks] for said in given.values()] == [True, True]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", WrongPassenger),
        (b"name;passport\nKim;1\n", WrongDocument),
        (b"passenger;document_number\n1;\n", WrongDocument),
        (b"passenger;document_number\n" + b"1;2\n" * 60_000, WrongDocument),
        (b"\x89PNG\r\n\x1a\n\x00\x00", WrongDocument),
    ],
)
def test_what_is_no_list_is_refused(quick: BorderShop, three: Booking, content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        quick.border.give_csv(three.code, content, user(quick, "Nina", "clerk"))


def test_an_empty_list_has_the_columns_that_are_asked_for_and_a_row_for_each(quick: BorderShop) -> None:
    booking = quick.buy(OUT, passengers=[adult(), adult("=HYPERLINK(1)", "Иван")])
    asked = asked_of(quick.selling.market(), booking)
    lines = empty_list(asked, ";").decode("utf-8-sig").splitlines()
    assert lines[0].split(";") == [
        *("passenger", "family_name", "given_names", "mrz", "document_kind", "document_number", "issuing_state"),
        *("expires", "nationality", "birth_date", "sex", "document_family_name", "document_given_names"),
    ]
    assert lines[1:] == ["1;Ким;Ольга", "2;'=HYPERLINK(1);Иван"]
    assert columns_of(asked) == tuple(lines[0].split(";"))


def test_a_late_row_is_a_wrong_row(quick: BorderShop, three: Booking) -> None:
    clerk = user(quick, "Nina", "clerk")
    quick.clock.turn(LEAVES)
    wrong = refused(quick, three, "passenger,document_number\n1,715000123\n", clerk)
    assert "left for the border" in wrong[2]


# ── looking, and going out again ──────────────────────────────────────────────────────────────────────────────────


def test_an_operator_looks_and_the_trail_says_so(shop: BorderShop) -> None:
    booking, marina = shop.buy(OUT), user(shop, "Marina", "operator")
    give(shop, booking)
    looked = shop.border.look(booking.code, marina)
    assert looked.documents[1].number == "715000123"
    assert trail(shop)[-1] == ("document-seen", "Marina", booking.code)
    assert "715000123" not in str(trail(shop))


@pytest.mark.parametrize("role", ["clerk", "agent"])
def test_whoever_enters_documents_does_not_see_them(quick: BorderShop, role: str) -> None:
    booking = quick.buy(OUT)
    who = user(quick, "Nina", role, operator=OPERATOR if role == "agent" else None)
    give(quick, booking, by=who)
    with pytest.raises(NotPermitted):
        quick.border.look(booking.code, who)
    assert [act for act, _, _ in trail(quick)] == ["document-given"]
    (papers,) = quick.border.wanted(booking)
    assert "715000123" not in repr(papers.given) + papers.ending


def test_an_operator_who_was_disabled_since_the_page_was_made_sees_nothing(quick: BorderShop) -> None:
    booking, marina = quick.buy(OUT), user(quick, "Marina", "operator")
    give(quick, booking)
    user(quick, "Vera", "operator")
    people.disable(quick.store, quick.clock, marina.id, by=None)
    with pytest.raises(NotPermitted):
        quick.border.look(booking.code, marina)
    assert [act for act, _, _ in trail(quick)] == ["document-given"]


def test_the_passenger_gets_everything_that_is_kept(quick: BorderShop) -> None:
    booking = quick.buy(OUT)
    give(quick, booking)
    quick.clock.turn(CLOSED)
    quick.round()
    data = json.loads(quick.border.own_data(booking.code))
    assert data["booking"]["passengers"][0]["family_name"] == "Ким"
    assert data["documents"]["1"]["number"] == "715000123"
    assert sorted(one["list"].partition("/")[2] for one in data["crossing_lists"]) == sorted(
        one.partition("/")[2] for one in (str(shown.key) for shown in quick.border.lists(KOREAN.departure))
    )
    assert data["crossing_lists"][0]["says"][0]["document_number"] == "715000123"
    assert [one["kind"] for one in data["letters"]] == ["confirmed"]
    assert trail(quick)[-1] == ("data-given-out", "passenger", booking.code)


def test_the_data_of_one_booking_has_nobody_elses(quick: BorderShop) -> None:
    give(quick, quick.buy(OUT, passengers=[adult("Пак", "Иван")]), mrz=zone("999000111", "PAK", "IVAN"))
    booking = quick.buy(OUT)
    quick.clock.turn(CLOSED)
    quick.round()
    data = quick.border.own_data(booking.code).decode()
    assert "999000111" not in data
    assert "Пак" not in data


def test_a_document_is_taken_back_until_a_list_has_it(quick: BorderShop) -> None:
    booking = quick.buy(OUT)
    give(quick, booking)
    quick.clock.turn(CLOSED - timedelta(hours=12))
    quick.border.erase_own(booking.code, 1)
    assert kept(quick, booking) == {}
    assert trail(quick)[-1] == ("document-erased", "passenger", booking.code)
    with pytest.raises(NotNow):
        quick.border.erase_own(booking.code, 1)


def test_what_a_list_has_is_erased_by_rule_and_not_at_once(quick: BorderShop) -> None:
    booking = quick.buy(OUT)
    give(quick, booking)
    quick.clock.turn(CLOSED)
    with pytest.raises(TooLate):
        quick.border.erase_own(booking.code, 1)
    assert 1 in kept(quick, booking)


# ── the reminder ──────────────────────────────────────────────────────────────────────────────────────────────────


def reminders(shop: BorderShop, booking: Booking) -> list[str]:
    return [one.message.id for one in shop.letters(booking.code) if one.message.kind == "documents-wanted"]


def test_who_has_given_nothing_is_reminded_once_three_days_before(shop: BorderShop) -> None:
    booking, given, home = shop.buy(OUT), shop.buy(OUT), shop.buy(TO_KHASAN)
    give(shop, given)
    shop.clock.turn(DUE - timedelta(hours=72, minutes=1))
    assert shop.border.remind_due() == 0
    shop.clock.turn(DUE - timedelta(hours=72))
    assert shop.border.remind_due() == 1
    assert shop.border.remind_due() == 0
    assert reminders(shop, booking) == [f"documents-wanted-{booking.code}"]
    assert reminders(shop, given) == reminders(shop, home) == []


def test_the_housekeeping_reminds(quick: BorderShop) -> None:
    booking = quick.buy(OUT)
    quick.clock.turn(DUE - timedelta(hours=1))
    Housekeeper(quick.selling, quick.border).round()
    assert len(reminders(quick, booking)) == 1


def test_after_the_deadline_nobody_is_reminded(quick: BorderShop) -> None:
    booking = quick.buy(OUT)
    quick.clock.turn(DUE)
    assert quick.border.remind_due() == 0
    assert reminders(quick, booking) == []


def letter(shop: BorderShop, booking: Booking, kind: str) -> str | None:
    message = next(one.message for one in shop.letters(booking.code) if one.message.kind == kind)
    mail = Letters(shop.selling, specimen=lambda: True).compose(message)
    return None if mail is None else str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_letters_say_until_when_on_which_clock_and_nothing_of_any_document(quick: BorderShop) -> None:
    line = quick.current.snapshot().line
    quick.selling.call(lambda connection: ensure_key(connection, line, quick.clock.now()))
    booking = quick.buy(OUT, passengers=[adult(), adult("Пак", "Иван")])
    give(quick, booking)
    confirmed = letter(quick, booking, "confirmed")
    assert confirmed is not None
    assert "9 декабря 2026, 08:30 (по часам станции Хасан)" in confirmed
    quick.clock.turn(DUE - timedelta(hours=2))
    quick.border.remind_due()
    wanted = letter(quick, booking, "documents-wanted")
    assert wanted is not None
    assert "9 декабря 2026, 08:30" in wanted
    assert all("715000123" not in one and "KIM" not in one for one in (confirmed, wanted))
    give(quick, booking, 2, mrz=zone("715000200", "PAK", "IVAN"))
    assert letter(quick, booking, "documents-wanted") is None, "what is no longer so is not told"


def test_a_journey_within_a_country_has_no_word_of_documents_in_its_letter(quick: BorderShop) -> None:
    line = quick.current.snapshot().line
    quick.selling.call(lambda connection: ensure_key(connection, line, quick.clock.now()))
    confirmed = letter(quick, quick.buy(TO_KHASAN), "confirmed")
    assert confirmed is not None
    assert "загранпаспорт" not in confirmed
