"""The rounds that close and amend: nothing opened while nothing changes, nothing missed, nobody held up by another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sale.shop import OUT, adult
from sqlalchemy import text

from lists.border_shop import CLOSED, KOREAN, NAMED, OUT_KEY, RUSSIAN, BorderShop, passport
from lists.test_life_of_a_list import names, said, shown
from rerail.border import lists
from rerail.border.errors import KeyringError
from rerail.desk.selling import Request
from rerail.sale import reading
from rerail.sale.model import PassengerGiven


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[object]:
    """What a function of a module was called with, from now on."""
    calls: list[object] = []
    real: Callable[..., object] = getattr(module, name)

    def noted(*given: object, **named: object) -> object:
        calls.append(given)
        return real(*given, **named)

    monkeypatch.setattr(module, name, noted)
    return calls


def test_a_round_in_which_nothing_has_changed_opens_nothing_and_reads_no_name(
    shop: BorderShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.papers(shop.buy(OUT), passport())
    shop.clock.turn(CLOSED)
    shop.round()
    shop.round()
    opened, read = counted(monkeypatch, lists, "content"), counted(monkeypatch, reading, "read_many")
    for _ in range(3):
        shop.clock.forward(minutes=1)
        shop.border.close_due()
        shop.border.amend_due()
    assert (opened, read) == ([], [])


def changes(shop: BorderShop) -> dict[str, Callable[[], object]]:
    first, second = shop.buy(OUT), shop.buy(OUT)
    shop.papers(first, passport("715000001"))

    def rename() -> None:
        given = {1: PassengerGiven(category="adult", family_name="Кан", given_names="Ольга")}
        act = shop.selling.name(Request("u1", "renamed"), first.code, given, first.version, staff=True)
        shop.selling.call(act)

    return {
        "a ticket given back": lambda: shop.give_back(second),
        "another document at the same instant": lambda: shop.papers(first, passport("715000002")),
        "a name": rename,
        "a withdrawal": lambda: shop.decide("withdraw", start=OUT.service_date, trains=(OUT.train,)),
    }


@pytest.mark.parametrize(
    "what", ["a ticket given back", "another document at the same instant", "a name", "a withdrawal"]
)
def test_whatever_changes_is_noticed_in_the_next_round(sqlite_shop: BorderShop, what: str) -> None:
    shop = sqlite_shop
    early = 'railway = "rzd"\nlanguage = "ru"\n'  # a list that closes a day before names are fixed
    shop.edition(("border.toml", early, f"{early}minutes = 2880\n"))
    change = changes(shop)[what]
    shop.clock.turn(shown(shop, RUSSIAN).closes)
    shop.round()
    shop.round()
    assert said(shop, RUSSIAN).version == 1
    change()
    shop.round()
    assert said(shop, RUSSIAN).version == 2


def test_a_second_authority_with_a_later_deadline_is_closed_when_its_own_comes(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    late = 'crossing = "khasan-tumangang"\nrailway = "ksr"\ntowards = ["ksr"]\nlanguage = "ko"\n'
    shop.edition(("border.toml", late, f"{late}minutes = 60\n"))
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    for _ in range(3):
        shop.round()
    assert (shown(shop, RUSSIAN).state, shown(shop, NAMED).state) == ("sent", "open")
    shop.clock.turn(shown(shop, NAMED).closes)
    shop.round()
    assert shown(shop, NAMED).state == "sent"


def test_the_first_passenger_of_a_tour_operator_makes_a_named_list_after_the_deadline_too(
    sqlite_shop: BorderShop,
) -> None:
    shop = sqlite_shop
    early = 'kind = "named-list"\ncrossing = "khasan-tumangang"\n'
    shop.edition(("border.toml", early, f"{early}minutes = 2880\n"))
    shop.clock.turn(CLOSED - timedelta(hours=8))  # its deadline has passed, and nobody of theirs is on board
    for _ in range(2):
        shop.round()
    shop.buy(OUT)
    shop.round()
    assert names(said(shop, NAMED)) == ["Ким Ольга"]


# ── one thing that is broken ──────────────────────────────────────────────────────────────────────────────────


def bend(shop: BorderShop, table: str, which: str, **values: object) -> None:
    """Somebody with the database changes one byte of what is sealed."""
    with shop.store.write() as connection:
        row = connection.execute(text(f"SELECT sealed FROM {table} WHERE {which} LIMIT 1"), values).scalar_one()
        bent = bytearray(row)
        bent[20] ^= 1
        connection.execute(text(f"UPDATE {table} SET sealed = :bent WHERE {which}"), {**values, "bent": bytes(bent)})


def test_a_document_that_was_tampered_with_is_missing_on_the_list_and_keeps_nobody_from_it(
    shop: BorderShop, capsys: pytest.CaptureFixture[str]
) -> None:
    bent, whole = shop.buy(OUT), shop.buy(OUT)
    shop.papers(bent, passport("715000001"))
    shop.papers(whole, passport("715000002"))
    bend(shop, "travel_document", "booking = :code AND field = 'number'", code=bent.code)
    shop.clock.turn(CLOSED)
    shop.round()
    persons = {one.booking: one for one in said(shop, RUSSIAN).persons}
    assert (persons[bent.code].document_number, persons[bent.code].missing) == ("", ("document_number",))
    assert persons[bent.code].nationality == "RUS"
    assert persons[whole.code].document_number == "715000002"
    log = capsys.readouterr().err
    assert f"document {bent.code}/1/number" in log
    assert "715000001" not in log


def test_a_list_that_was_tampered_with_is_made_again_and_holds_up_no_other(
    shop: BorderShop, capsys: pytest.CaptureFixture[str]
) -> None:
    booking = shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    bend(shop, "crossing_list_version", "list_id = :id", id=str(RUSSIAN))
    with pytest.raises(KeyringError):
        said(shop, RUSSIAN)
    shop.papers(booking, passport())
    shop.round()
    assert said(shop, KOREAN).changed == ((booking.code, 1),)
    whole = said(shop, RUSSIAN)
    assert (whole.version, len(whole.persons), whole.changed) == (2, 1, ())
    assert f"list {RUSSIAN}/1" in capsys.readouterr().err


# ── two processes, and bookings that change meanwhile ─────────────────────────────────────────────────────────


def test_given_back_while_two_processes_close_and_amend_a_list_is_right_a_minute_later(shop: BorderShop) -> None:
    bought = [shop.buy(OUT, passengers=[adult("Ким", name)]) for name in "АБВГДЕЖЗ"]
    other = BorderShop(shop.store, shop.clock, shop.home)
    shop.clock.turn(CLOSED)
    together = threading.Barrier(3)

    def give_back() -> None:
        together.wait()
        for booking in bought[::2]:
            shop.give_back(booking)

    def round_after_round(one: BorderShop) -> None:
        together.wait()
        for _ in range(4):
            one.border.close_due()
            one.border.amend_due()

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(give_back), *(threads.submit(round_after_round, one) for one in (shop, other))]:
            done.result()
    shop.round()
    other.round()
    left = {one.code for one in bought[1::2]}
    for key in (RUSSIAN, KOREAN, NAMED):
        with shop.store.read() as connection:
            kept = lists.read(connection, key)
        assert kept is not None
        versions = [said(shop, key, one.number) for one in kept.versions]
        assert {one.booking for one in versions[-1].persons} == left
        assert [one.version for one in versions] == list(range(1, len(versions) + 1))
        for version in versions:
            listed = [one.key for one in version.persons]
            assert len(listed) == len(set(listed))
            assert left <= {booking for booking, _ in listed}
    assert RUSSIAN.departure == OUT_KEY
    other.close()
