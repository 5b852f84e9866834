"""Erased by rule after the journey, with a signed record; and keys that are changed under a running service."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sale.shop import BACK, OUT, adult
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lists.border_shop import CLERK, CLOSED, RUSSIAN, BorderShop, passport
from lists.test_life_of_a_list import shown
from rerail.border import documents, erasure, lists
from rerail.border.errors import KeyringError, NotThere
from rerail.border.keyring import Keyring
from rerail.people.audit import COMMAND_LINE
from rerail.sale import reading
from rerail.sale.model import Booking

NUMBER = "715000123"


def keeping(shop: BorderShop) -> tuple[int, int, int]:
    rules = shop.current.snapshot().line.border
    assert rules is not None
    assert rules.keeping is not None
    return rules.keeping.documents_days, rules.keeping.lists_days, rules.keeping.names_days


def travelled(shop: BorderShop) -> Booking:
    """Out and back, with papers and lists; the clock stands where the last train has arrived."""
    booking = shop.buy(OUT, BACK, passengers=[adult("Щербакова", "Юлия")])
    shop.papers(booking, passport(NUMBER))
    shop.clock.turn(CLOSED)
    shop.round()
    shop.border.enter_receipt(CLERK, RUSSIAN, 1, accepted=True, words="by telephone")
    shop.clock.turn(max(leg.arrives for leg in booking.legs))
    shop.round()
    return booking


def given(shop: BorderShop, booking: Booking) -> int:
    with shop.store.read() as connection:
        return sum(len(fields) for fields in documents.given(connection, [booking.code]).values())


def test_documents_go_so_many_days_after_the_last_train_and_not_a_minute_before(shop: BorderShop) -> None:
    booking = travelled(shop)
    days = keeping(shop)[0]
    shop.clock.forward(days=days)
    assert [one for one in shop.border.erasable() if one.what == "documents"] == []
    shop.clock.forward(seconds=1)
    (due,) = [one for one in shop.border.erasable() if one.what == "documents"]
    assert (due.of, due.rule) == (booking.code, f"documents_days = {days}")
    assert given(shop, booking) > 0, "asking erases nothing"
    shop.border.erase(COMMAND_LINE)
    assert given(shop, booking) == 0
    assert shop.border.erase(COMMAND_LINE) == ()


def test_who_has_no_ticket_any_more_has_no_document_here(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    assert shop.border.erasable() == ()
    shop.give_back(booking)
    (erased,) = shop.border.erase(COMMAND_LINE)
    assert (erased.what, erased.of, erased.rule) == ("documents", booking.code, "nothing left")


def test_lists_lose_what_they_said_and_keep_that_they_were(shop: BorderShop) -> None:
    travelled(shop)
    shop.clock.forward(days=keeping(shop)[1] + 3)
    assert shop.files("russian-border-control") != []
    shop.border.erase(COMMAND_LINE)
    assert shop.files("russian-border-control") == [], "what nobody fetched is gone from the folder too"
    with shop.store.read() as connection:
        kept = lists.read(connection, RUSSIAN)
        assert kept is not None
        assert (kept.latest.persons, kept.latest.erased, len(kept.receipts)) == (1, True, 1)
        with pytest.raises(NotThere, match="erased by rule"):
            lists.content(connection, shop.border.keys, RUSSIAN, 1)
    assert shown(shop, RUSSIAN).state == "received"


def test_names_and_addresses_go_last_and_the_money_stays(shop: BorderShop) -> None:
    booking = travelled(shop)
    shop.clock.forward(days=keeping(shop)[2] + 1)
    shop.border.erase(COMMAND_LINE)
    with shop.store.read() as connection:
        left = reading.read(connection, booking.code)
        assert reading.search(connection, "Щербакова") == ()
        recipients = connection.execute(text("SELECT recipient FROM tell_message")).scalars().all()
    assert (left.email, left.passenger(1).name, left.total) == ("", "", booking.total)
    assert not any("olga" in one for one in recipients)
    assert shop.faults() == ()


def test_a_group_out_on_the_line_keeps_everything(shop: BorderShop) -> None:
    shop.papers(shop.buy(OUT, BACK), passport(NUMBER))
    shop.clock.turn(CLOSED + timedelta(days=2))  # between out and back
    shop.round()
    assert [one for one in shop.border.erasable() if one.what in ("documents", "names")] == []


def test_the_record_says_what_was_erased_when_and_by_which_rule_and_names_nobody(shop: BorderShop) -> None:
    booking = travelled(shop)
    shop.clock.forward(days=keeping(shop)[2] + 1)
    erased = shop.border.erase(COMMAND_LINE)
    (record,) = shop.border.records()
    assert record.intact
    assert (record.at, record.erased) == (shop.clock.now(), erased)
    assert {one.what for one in erased} == {"documents", "list", "names"}
    assert booking.code in {one.of for one in erased}
    assert "Щербакова" not in str(record)


def test_a_record_cannot_be_changed_and_one_that_was_all_the_same_is_noticed(shop: BorderShop) -> None:
    for _ in range(3):
        booking = shop.buy(OUT)
        shop.papers(booking, passport(NUMBER))
        shop.give_back(booking)
        shop.border.erase(COMMAND_LINE)
    assert [one.intact for one in shop.border.records()] == [True, True, True]
    with pytest.raises(DBAPIError, match="only ever added to"), shop.store.write() as connection:
        connection.execute(text("DELETE FROM erasure_record WHERE seq = 2"))
    with shop.store.write() as connection:  # by somebody who owns the database
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER erasure_record_no_delete"))
        else:
            connection.execute(text("DROP TRIGGER erasure_record_no_change ON erasure_record"))
        connection.execute(text("DELETE FROM erasure_record WHERE seq = 2"))
    assert [one.intact for one in shop.border.records()] == [True, False]


def test_without_the_key_that_signs_nothing_is_erased(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    shop.give_back(booking)
    shop.border.keys.file.unlink()
    with pytest.raises(KeyringError):
        shop.border.erase(COMMAND_LINE)
    assert given(shop, booking) > 0


def test_after_a_rotation_everything_opens_and_the_oldest_key_is_gone_at_the_next(shop: BorderShop) -> None:
    booking = travelled(shop)
    first = shop.border.keys.ring().current
    assert shop.border.rotate_keys(COMMAND_LINE) > 0
    second = shop.border.keys.ring().current
    with shop.store.read() as connection:
        opened = documents.read(connection, shop.border.keys, [booking.code])[booking.code, 1]
        assert opened.number == NUMBER
        assert lists.content(connection, shop.border.keys, RUSSIAN, 1).persons[0].document_number == NUMBER
        keys = set(connection.execute(text("SELECT key_id FROM travel_document")).scalars())
        keys |= set(connection.execute(text("SELECT key_id FROM crossing_list_version")).scalars())
    assert keys == {second}
    shop.border.rotate_keys(COMMAND_LINE)
    content = shop.border.keys.file.read_text()
    assert second in content
    assert first not in content


def test_a_rotation_that_died_half_way_is_finished_by_the_next(shop: BorderShop) -> None:
    for _ in range(3):
        shop.papers(shop.buy(OUT), passport(NUMBER))
    Keyring.read(shop.border.keys.file).rotated().write(shop.border.keys.file)
    with shop.store.write() as connection:
        documents.seal_anew(connection, shop.border.keys, 5)  # and then somebody pulled the plug
    shop.border.rotate_keys(COMMAND_LINE)
    with shop.store.read() as connection:
        codes = {code for code, _ in documents.passengers_with(connection)}
        opened = documents.read(connection, shop.border.keys, codes)
    assert {one.number for one in opened.values()} == {NUMBER}


def test_the_marks_of_a_departure_go_with_its_lists(shop: BorderShop) -> None:
    with shop.store.read() as connection:
        assert erasure.marks_before(connection, OUT.service_date) == ()


# ── what a hostile reader would try ───────────────────────────────────────────────────────────────────────────


def test_a_passenger_of_a_group_who_stays_at_home_has_no_document_here(shop: BorderShop) -> None:
    booking = shop.buy(OUT, passengers=[adult("Ким", "Ольга"), adult("Пак", "Чольсу")])
    shop.papers(booking, passport(NUMBER), passport("715000456"))
    shop.give_back(booking, 2)
    (erased,) = shop.border.erase(COMMAND_LINE)
    assert (erased.rule, erased.count) == ("nothing left", len(documents.fields(passport())))
    with shop.store.read() as connection:
        assert set(documents.passengers_with(connection)) == {(booking.code, 1)}


def test_a_rule_that_a_later_folder_forgets_goes_on_to_hold(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    booking = travelled(shop)
    days = keeping(shop)[0]
    (shop.folder / "border.toml").unlink()
    shop.edition()
    shop.clock.forward(days=days + 1)
    (erased,) = [one for one in shop.border.erase(COMMAND_LINE) if one.what == "documents"]
    assert (erased.of, erased.rule) == (booking.code, f"documents_days = {days}")


def test_a_list_still_on_its_way_names_who_was_on_it_though_the_document_is_gone(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    shop.clock.turn(CLOSED)
    shop.border.close_due()
    shop.give_back(booking)
    shop.border.erase(COMMAND_LINE)
    assert given(shop, booking) == 0
    shop.border.deliver_due()
    csv = next(file for file in shop.files("russian-border-control") if file.endswith("_v1.csv"))
    assert NUMBER in (shop.home / "lists" / "russian-border-control" / csv).read_text()


def test_an_erased_list_is_delivered_no_more(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    travelled(shop)
    with shop.store.write() as connection:
        connection.execute(text("UPDATE crossing_list_filing SET done_at = NULL, next_at = 0"))
    shop.clock.forward(days=keeping(shop)[1] + 3)
    shop.border.erase(COMMAND_LINE)
    assert shop.border.deliver_due() == 0
    with shop.store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM crossing_list_filing")).scalar_one() == 0


def test_an_answer_that_comes_after_everything_was_erased_is_erased_too(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    travelled(shop)
    shop.clock.forward(days=keeping(shop)[1] + 3)
    shop.border.erase(COMMAND_LINE)
    shop.border.enter_receipt(CLERK, RUSSIAN, 1, accepted=False, words="KIM OLGA was not on the train.")
    (erased,) = shop.border.erase(COMMAND_LINE)
    assert (erased.what, erased.of, erased.count) == ("list", str(RUSSIAN), 1)
    assert [one.text for one in shop.border.receipts(RUSSIAN, CLERK)] == ["", ""]


def test_answers_that_were_read_leave_the_folder_with_the_lists(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    travelled(shop)
    inbox = shop.home / "lists" / "russian-border-control" / "receipts"
    inbox.mkdir()
    (inbox / "a.edi").write_bytes(b"KIM OLGA is no message")
    shop.border.read_receipts()
    shop.border.read_receipts()
    aside = inbox / "unreadable" / "a.edi"
    read = shop.clock.now().timestamp()
    os.utime(aside, (read, read))
    shop.clock.forward(days=keeping(shop)[1] + 1)
    shop.border.erase(COMMAND_LINE)
    assert not aside.exists()
    (record,) = shop.border.records()
    assert ("answers", "russian-border-control", 1) in {(one.what, one.of, one.count) for one in record.erased}


def test_killed_after_the_files_went_the_list_is_erased_the_next_time(
    sqlite_shop: BorderShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sqlite_shop
    travelled(shop)
    shop.clock.forward(days=keeping(shop)[1] + 3)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(erasure, "write_down", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.border.erase(COMMAND_LINE)
    assert shop.files("russian-border-control") == [], "no file outlives the list that would lead to it"
    assert str(RUSSIAN) in {one.of for one in shop.border.erase(COMMAND_LINE)}


def test_a_chain_that_somebody_signed_himself_is_not_ours(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    shop.give_back(booking)
    shop.border.erase(COMMAND_LINE)
    (record,) = shop.border.records()
    assert record.public_key == shop.border.record_key()
    forger = Keyring.generated()
    with shop.store.write() as connection:  # by somebody who owns the database, and writes the record anew
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER erasure_record_no_update"))
        else:
            connection.execute(text("DROP TRIGGER erasure_record_no_change ON erasure_record"))
        content, before = connection.execute(text("SELECT content, before FROM erasure_record")).one()
        connection.execute(
            text("UPDATE erasure_record SET public_key = :key, signature = :signature"),
            {"key": forger.record_key, "signature": forger.sign(bytes(before) + content.encode())},
        )
    (forged,) = shop.border.records()
    assert forged.intact, "the chain alone does not show it"
    assert forged.public_key != shop.border.record_key()


def test_a_reader_in_the_middle_of_a_long_look_holds_no_erasure_up(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    shop.give_back(booking)
    with shop.store.read() as reader:
        reader.execute(text("SELECT count(*) FROM booking")).scalar_one()
        shop.border.erase(COMMAND_LINE)
        assert not shop.store.forget_log(), "what the reader still sees stays in the log"
    assert shop.store.forget_log()
    log = Path(f"{shop.store.url.database}-wal")
    assert log.stat().st_size == 0
