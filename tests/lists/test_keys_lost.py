"""The file of keys is missing, another's, old or lost for good: nothing hides what is sealed, nothing else stops."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sale.shop import OUT, SHIPPED

from lists.border_shop import CLERK, CLOSED, KOREAN, OUT_KEY, RUSSIAN, BorderShop, passport
from lists.test_life_of_a_list import said, shown
from rerail.border import documents
from rerail.border.errors import KeyringError, NotNow, NotThere
from rerail.border.keyring import Keyring, Keys
from rerail.border.model import Document
from rerail.desk.border import Border
from rerail.people.audit import COMMAND_LINE

NUMBER = "715000123"


def another(shop: BorderShop, file: Path) -> Border:
    """Another process of the line, on another machine, with a file of keys of its own."""
    return Border(shop.selling, Keys(file), shop.home / "lists")


def given(shop: BorderShop, border: Border, whose: tuple[str, int]) -> None:
    document = passport(NUMBER)
    shop.selling.call(lambda connection: documents.keep(connection, border.keys, whose, document, shop.clock.now()))


def test_started_without_its_keys_a_process_makes_no_new_ones(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    elsewhere = shop.home / "elsewhere" / "keys.json"
    other = another(shop, elsewhere)
    for act in (other.check_keys, other.close_due, lambda: given(shop, other, (booking.code, 1))):
        shop.clock.turn(CLOSED)
        with pytest.raises(KeyringError, match="is not there"):
            act()
    assert not elsewhere.exists()
    shop.round()
    assert said(shop, RUSSIAN).persons[0].document_number == NUMBER, "and who has them goes on"


def test_a_second_machine_with_a_ring_of_its_own_is_told_which_key_it_lacks(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    booking = shop.buy(OUT)
    mine, other = shop.home / "keys.json", another(shop, shop.home / "other.json")
    other.check_keys()  # nothing is sealed yet: nobody can know
    Keyring.opened(shop.home / "other.json")
    shop.papers(booking, passport(NUMBER))
    with pytest.raises(KeyringError, match=Keyring.read(mine).current):
        given(shop, other, (booking.code, 1))
    (shop.home / "other.json").write_bytes(mine.read_bytes())
    given(shop, other, (booking.code, 1))  # healed without a restart


def test_a_reader_of_the_office_learns_that_it_is_sealed_and_nothing_of_the_machine(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    shop.papers(shop.buy(OUT), passport(NUMBER))
    other = another(shop, shop.home / "elsewhere.json")
    with pytest.raises(KeyringError) as caught:
        other.lists(OUT_KEY, CLERK)
    assert str(shop.home) in str(caught.value)
    assert str(shop.home) not in caught.value.message % caught.value.values_in("en")


def test_a_list_that_cannot_be_delivered_for_want_of_keys_says_no_path_at_the_office(
    sqlite_shop: BorderShop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = sqlite_shop
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.border.close_due()
    kept = (shop.home / "keys.json").rename(shop.home / "away.json")
    shop.border.deliver_due()
    assert str(shop.home) in capsys.readouterr().err, "the log says which file"
    kept.rename(shop.home / "keys.json")
    (waiting,) = shown(shop, KOREAN).deliveries
    assert "the log of the service says why" in waiting.error
    assert str(shop.home) not in waiting.error


def test_two_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    Keyring.opened(file)
    together = threading.Barrier(6)
    made: list[str] = []

    def rotate() -> None:
        keys = Keys(file)
        before = keys.ring().current
        together.wait()
        made.append(keys.rotate(unused_but=before).current)

    threads = [threading.Thread(target=rotate) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) <= Keyring.read(file).key_ids
    assert len(Keyring.read(file).key_ids) == 1 + 6


def test_keys_that_are_lost_for_good_are_replaced_and_what_they_opened_is_gone(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    shop.clock.turn(CLOSED)
    shop.round()
    (shop.home / "keys.json").rename(shop.home / "lost.json")
    border = another(shop, shop.home / "keys.json")
    erased = border.replace_keys(COMMAND_LINE)
    assert {(one.what, one.rule) for one in erased} == {("documents", "keys lost"), ("list", "keys lost")}
    (record,) = border.records()
    assert record.intact
    assert record.public_key == border.record_key()
    with pytest.raises(NotNow):
        border.replace_keys(COMMAND_LINE)
    with pytest.raises(NotThere, match="erased"):
        border.rendered(RUSSIAN, "csv", CLERK)
    given(shop, border, (booking.code, 1))
    border.amend_due()  # the train has not left: each authority gets a whole list again
    assert [border.rendered(key, "csv", CLERK)[0] for key in (RUSSIAN, KOREAN)] == [None, None]
    assert NUMBER.encode() in border.rendered(RUSSIAN, "csv", CLERK, 2)[1].content
    border.amend_due()
    assert [one.kept.latest.number for one in border.lists(OUT_KEY) if one.kept] == [2, 2, 2]


def test_a_damaged_file_is_not_replaced(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    shop.papers(shop.buy(OUT), passport(NUMBER))
    (shop.home / "keys.json").write_text("{}")
    with pytest.raises(KeyringError, match="is damaged"):
        another(shop, shop.home / "keys.json").replace_keys(COMMAND_LINE)
    assert (shop.home / "keys.json").read_text() == "{}"


def test_how_long_a_sealed_field_is_tells_no_kind_of_document(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    first, second = shop.buy(OUT), shop.buy(OUT)
    shop.papers(first, Document(kind="passport", nationality="D", number="C01X00T47"))
    shop.papers(second, Document(kind="diplomatic-passport", nationality="RUS", number="7"))
    with shop.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT field, length(sealed) FROM travel_document").all()
    assert len({length for _, length in rows}) == 1


def test_served_without_its_keys_the_service_says_so_first_and_sells_on(
    sqlite_shop: BorderShop, tmp_path: Path
) -> None:
    shop = sqlite_shop
    shop.papers(shop.buy(OUT), passport(NUMBER))
    environment = {
        **os.environ,
        "RERAIL_KEYS": str(tmp_path / "gone.json"),
        "RERAIL_LISTS": str(tmp_path / "lists"),
        "RERAIL_NOW": shop.clock.now().isoformat(),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "rerail.cli.main", "serve", str(SHIPPED), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--db", str(shop.store.url)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    printed = []
    assert process.stdout is not None
    for line in process.stdout:
        printed.append(line)
        if line.startswith("Serving "):
            break
    assert process.stderr is not None
    log = process.stderr.readline()
    process.terminate()
    process.communicate(timeout=20)
    loud = [line for line in printed if "STAY SEALED" in line]
    assert len(loud) == 1
    assert "gone.json" in loud[0]
    assert "RERAIL_KEYS" in loud[0] or "restore it" in loud[0]
    assert printed[-1].startswith("Serving ")
    assert "gone.json" in log
    assert not (tmp_path / "gone.json").exists()
