"""The folder of answers is written by others: links, pipes, giants, another authority's answer, half a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sale.shop import OUT

from lists.border_shop import CLERK, CLOSED, KOREAN, KOREAN_OFFICER, RUSSIAN, BorderShop
from lists.test_handing_over import cusres
from lists.test_life_of_a_list import shown
from rerail.border import folder
from rerail.border.errors import KeyringError, NotThere
from rerail.border.forms import Rendered
from rerail.border.paxlst import control_reference
from rerail.people.users import NotPermitted


@pytest.fixture
def inbox(sqlite_shop: BorderShop) -> Path:
    """The Russian control's, after its list was sent."""
    sqlite_shop.buy(OUT)
    sqlite_shop.clock.turn(CLOSED)
    sqlite_shop.round()
    there = sqlite_shop.home / "lists" / "russian-border-control" / "receipts"
    there.mkdir()
    return there


def answers(shop: BorderShop) -> int:
    return len(shown(shop, RUSSIAN).kept.receipts)  # type: ignore[union-attr]


def looked_twice(shop: BorderShop) -> None:
    shop.border.read_receipts()
    shop.border.read_receipts()


def test_a_link_is_not_followed(sqlite_shop: BorderShop, inbox: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.edi"
    elsewhere.write_bytes(cusres(control_reference(RUSSIAN, 1)))
    (inbox / "a.edi").symlink_to(elsewhere)
    looked_twice(sqlite_shop)
    assert answers(sqlite_shop) == 0
    assert elsewhere.exists()
    assert (inbox / "unreadable" / "a.edi").is_symlink()


def test_what_is_no_file_or_a_giant_is_set_aside_and_the_next_is_read(sqlite_shop: BorderShop, inbox: Path) -> None:
    os.mkfifo(inbox / "a.edi")
    (inbox / "b.edi").mkdir()
    with (inbox / "c.edi").open("wb") as giant:
        giant.truncate(folder.LARGEST + 1)
    (inbox / "z.edi").write_bytes(cusres(control_reference(RUSSIAN, 1)))
    looked_twice(sqlite_shop)
    assert answers(sqlite_shop) == 1
    assert sorted(one.name for one in (inbox / "unreadable").iterdir()) == ["a.edi", "b.edi", "c.edi"]


def test_a_file_that_is_still_being_written_is_left_until_it_is_whole(sqlite_shop: BorderShop, inbox: Path) -> None:
    whole = cusres(control_reference(RUSSIAN, 1))
    for length in (20, 60):
        (inbox / "a.edi").write_bytes(whole[:length])
        sqlite_shop.border.read_receipts()
    (inbox / "a.edi").write_bytes(whole)
    sqlite_shop.border.read_receipts()
    assert answers(sqlite_shop) == 1


def test_set_aside_it_lies_over_no_other(sqlite_shop: BorderShop, inbox: Path) -> None:
    for number in range(3):
        (inbox / "answer.edi").write_bytes(b"no message %d" % number)
        looked_twice(sqlite_shop)
    found = {one.name: one.read_bytes() for one in (inbox / "unreadable").iterdir()}
    assert found == {
        "answer.edi": b"no message 0",
        "answer.2.edi": b"no message 1",
        "answer.3.edi": b"no message 2",
    }


def test_a_link_in_the_place_of_the_folder_for_what_was_read_leads_nowhere(
    sqlite_shop: BorderShop, inbox: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (inbox / "unreadable").symlink_to(target)
    (inbox / "a.edi").write_bytes(b"no message")
    looked_twice(sqlite_shop)
    assert list(target.iterdir()) == []
    assert (inbox / "a.edi").exists()


def test_one_authority_does_not_answer_for_another(sqlite_shop: BorderShop, inbox: Path) -> None:
    (inbox / "forged.edi").write_bytes(cusres(control_reference(KOREAN, 1), accepted=False))
    looked_twice(sqlite_shop)
    assert shown(sqlite_shop, KOREAN).state == "sent"
    assert [one.name for one in (inbox / "unreadable").iterdir()] == ["forged.edi"]


def test_an_officer_enters_no_answer_to_another_sides_list(sqlite_shop: BorderShop, inbox: Path) -> None:
    message = cusres(control_reference(RUSSIAN, 1), accepted=False)
    with pytest.raises(NotPermitted):
        sqlite_shop.border.take_cusres(message, KOREAN_OFFICER.name, user=KOREAN_OFFICER)
    with pytest.raises(NotThere):
        sqlite_shop.border.take_cusres(message, CLERK.name, user=CLERK, authority=KOREAN.authority)
    assert answers(sqlite_shop) == 0
    sqlite_shop.border.take_cusres(message, CLERK.name, user=CLERK, authority=RUSSIAN.authority)
    assert answers(sqlite_shop) == 1


def test_without_the_keys_an_answer_stays_where_it_is(sqlite_shop: BorderShop, inbox: Path) -> None:
    (inbox / "a.edi").write_bytes(cusres(control_reference(RUSSIAN, 1)))
    keys = (sqlite_shop.home / "keys.json").rename(sqlite_shop.home / "away.json")
    for _ in range(2):
        with pytest.raises(KeyringError):
            sqlite_shop.border.read_receipts()
    keys.rename(sqlite_shop.home / "keys.json")
    sqlite_shop.border.read_receipts()
    assert answers(sqlite_shop) == 1


def test_a_folder_that_cannot_be_looked_into_keeps_nobody_elses_from_it(sqlite_shop: BorderShop, inbox: Path) -> None:
    (sqlite_shop.home / "lists" / "korean-border-control" / "receipts").write_text("a file in its place")
    (inbox / "a.edi").write_bytes(cusres(control_reference(RUSSIAN, 1)))
    sqlite_shop.border.read_receipts()
    assert answers(sqlite_shop) == 1


def test_erasing_a_file_writes_over_no_other(tmp_path: Path) -> None:
    here, precious = tmp_path / "authority", tmp_path / "rerail.db"
    here.mkdir()
    precious.write_bytes(b"the whole database")
    (here / "link").symlink_to(precious)
    os.link(precious, here / "second-name")
    os.mkfifo(here / "pipe")
    (here / "plain").write_bytes(b"715000123")
    assert folder.erase(here, ["link", "second-name", "pipe", "plain", "not-there"]) == 4
    assert list(here.iterdir()) == []
    assert precious.read_bytes() == b"the whole database"


def test_what_a_killed_process_left_half_written_goes_with_its_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(os, "fsync", die)
        dying.setattr(Path, "unlink", lambda *_, **__: None)  # a process that is killed tidies nothing up
        with pytest.raises(Killed):
            folder.put(tmp_path, [Rendered(name="list_v1.csv", media_type="text/csv", content=b"715000123")])
    (tmp_path / ".list_v1.csv").write_bytes(b"somebody's own")
    (tmp_path / "list_v10.csv").write_bytes(b"another list's")
    assert len(list(tmp_path.iterdir())) == 3
    assert folder.erase(tmp_path, ["list_v1.csv"]) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == [".list_v1.csv", "list_v10.csv"]


def test_an_answer_from_a_clock_that_is_ahead_is_erased_in_time_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.edi").write_bytes(b"715000123")
    ahead = datetime(2099, 1, 1, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "a.edi", (ahead, ahead))
    folder.set_aside(tmp_path, "a.edi", folder.READ)
    moved = datetime.fromtimestamp((tmp_path / "read" / "a.edi").stat().st_ctime, tz=UTC)
    assert folder.aside_before(tmp_path, moved) == 0
    assert folder.erase_aside(tmp_path, moved + timedelta(seconds=1)) == 1


def test_what_is_erased_is_written_over_before_it_is_let_go_of(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"715000123")
    with (tmp_path / "list.csv").open("rb") as still_open:
        folder.erase(tmp_path, ["list.csv"])
        assert still_open.read() == b"\0" * 9
