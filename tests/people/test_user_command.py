"""`rerail user add`: the password asked for, read, or made; and the sentences when it cannot be."""

from __future__ import annotations

import getpass
import io
from pathlib import Path

import pytest

from rerail.cli.main import main
from rerail.cli.user import read_password, run_add
from rerail.clock import FixedClock
from rerail.desk.opening import open_folder
from rerail.desk.signing_in import sign_in
from rerail.people.users import PeopleError
from rerail.store.engine import Store

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
PASSWORD = "four words and a train"


class Terminal(io.StringIO):
    """Standard input with a person at it."""

    def isatty(self) -> bool:
        return True


def test_an_official_is_added_for_a_railway_of_the_line(sqlite_store: Store, clock: FixedClock) -> None:
    open_folder(SHIPPED, sqlite_store, clock)
    out = io.StringIO()
    assert run_add(sqlite_store, clock, "Kim", "official", "ksr", PASSWORD, out) == 0
    assert out.getvalue() == "Kim may sign in at /office/ as official of ksr.\n"
    assert sign_in(sqlite_store, clock, name="kim", password=PASSWORD, address="::1").user.railway == "ksr"
    with pytest.raises(PeopleError, match='No railway "db" on this line; it has rzd, ksr'):
        run_add(sqlite_store, clock, "Pak", "official", "db", PASSWORD, out)


def test_an_agent_is_added_for_a_tour_operator_of_the_fares(sqlite_store: Store, clock: FixedClock) -> None:
    open_folder(SHIPPED, sqlite_store, clock)
    out = io.StringIO()
    assert run_add(sqlite_store, clock, "Yuri", "agent", None, PASSWORD, out, tour_operator="example-tours") == 0
    assert out.getvalue() == "Yuri may sign in at /office/ as agent of example-tours.\n"
    user = sign_in(sqlite_store, clock, name="yuri", password=PASSWORD, address="::1").user
    assert (user.role, user.tour_operator, user.railway) == ("agent", "example-tours", None)
    with pytest.raises(PeopleError, match='No tour operator "tours" in the fares of this line; they have example-'):
        run_add(sqlite_store, clock, "Pak", "agent", None, PASSWORD, out, tour_operator="tours")


def test_an_agent_needs_a_line_whose_fares_name_the_tour_operator(sqlite_store: Store, clock: FixedClock) -> None:
    with pytest.raises(PeopleError, match="The database holds no line yet, so it knows no tour operator"):
        run_add(sqlite_store, clock, "Yuri", "agent", None, PASSWORD, io.StringIO(), tour_operator="example-tours")


def test_a_made_password_is_printed_once_and_works(store: Store, clock: FixedClock) -> None:
    out = io.StringIO()
    run_add(store, clock, "Anna", "operator", None, None, out)
    said, shown = out.getvalue().splitlines()
    assert said == "Anna may sign in at /office/ as operator."
    made = shown.removeprefix("Password (shown this once): ")
    assert sign_in(store, clock, name="Anna", password=made, address="::1").user.role == "operator"


def test_a_password_is_asked_for_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, PASSWORD, PASSWORD, "another one entirely"])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))
    assert read_password(Terminal()) == PASSWORD
    with pytest.raises(PeopleError, match="two passwords differ"):
        read_password(Terminal())


@pytest.mark.parametrize("ending", ["\n", "\r\n", "", "\nsecond line\n"])
def test_a_password_is_the_first_line_of_standard_input(ending: str) -> None:
    assert read_password(io.StringIO(f" {PASSWORD} {ending}")) == f" {PASSWORD} "


def test_no_password_on_standard_input_says_what_to_do() -> None:
    with pytest.raises(PeopleError, match="--generate"):
        read_password(io.StringIO(""))


def test_a_password_that_is_no_utf_8_is_a_sentence() -> None:
    with pytest.raises(PeopleError, match="UTF-8"):
        read_password(io.TextIOWrapper(io.BytesIO(b"\xff\xfe four words\n"), encoding="utf-8"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["Anna", "--role", "operator", "--generate"], None),
        (["Nina", "--role", "clerk", "--generate"], None),
        (["Yuri", "--role", "agent", "--operator", "example-tours", "--generate"], "holds no line yet"),
        (["Anna", "--role", "official", "--generate"], "holds no line yet"),
        (["", "--role", "reader", "--generate"], "Give the user a name."),
    ],
)
def test_the_command_ends_in_a_sentence_and_never_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str | None
) -> None:
    database = f"sqlite:///{tmp_path / 'new.db'}"
    status = main(["user", "add", *arguments, "--db", database])
    printed = capsys.readouterr()
    assert status == (0 if says is None else 1)
    if says is None:
        assert "may sign in" in printed.out
    else:
        assert says in printed.err
        assert "Traceback" not in printed.err
