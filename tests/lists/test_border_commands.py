"""`rerail border …` as an operator types it, on the machine itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sale.shop import OUT

from lists.border_shop import CLOSED, NAMED, OUT_KEY, RUSSIAN, BorderShop, passport
from lists.test_handing_over import cusres
from lists.test_life_of_a_list import shown
from rerail.border.paxlst import control_reference
from rerail.cli.main import main

NUMBER = "715000123"
Told = tuple[int, str, str]
Rerail = Callable[..., Told]


@pytest.fixture
def rerail(sqlite_shop: BorderShop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rerail:
    """A command in the border's own words: its status, what it printed, and what it said beside it."""
    shop = sqlite_shop
    monkeypatch.setenv("RERAIL_DB", str(shop.store.url))
    monkeypatch.setenv("RERAIL_KEYS", str(shop.home / "keys.json"))
    monkeypatch.setenv("RERAIL_LISTS", str(shop.home / "lists"))

    def typed(*arguments: str) -> Told:
        monkeypatch.setenv("RERAIL_NOW", shop.clock.now().isoformat())
        capsys.readouterr()
        status = main(["border", *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return typed


def asked(authority: str, form: str = "csv") -> tuple[str, ...]:
    day = str(OUT_KEY.service_date)
    return ("list", "--train", OUT_KEY.train, "--date", day, "--authority", authority, "--format", form)


def test_a_list_is_a_draft_until_it_closes_and_says_so_beside_it(sqlite_shop: BorderShop, rerail: Rerail) -> None:
    sqlite_shop.papers(sqlite_shop.buy(OUT), passport(NUMBER))
    status, printed, beside = rerail(*asked("russian-border-control"))
    assert (status, NUMBER in printed) == (0, True)
    assert "rerail: the list is open until 2026-12-09 22:30 UTC: this is a draft." in beside
    assert "BGM+745++46'" in rerail(*asked("russian-border-control", "paxlst"))[1]
    sqlite_shop.clock.turn(CLOSED)
    sqlite_shop.round()
    _, printed, beside = rerail(*asked("russian-border-control", "paxlst"))
    assert "BGM+745++9'" in printed
    assert beside == ""


def test_a_file_is_new_and_its_owners_alone(sqlite_shop: BorderShop, rerail: Rerail) -> None:
    sqlite_shop.buy(OUT)
    file = sqlite_shop.home / "list.pdf"
    status, printed, _ = rerail(*asked("korean-border-control", "pdf"), "--out", str(file))
    assert status == 0
    assert "erase it when it was handed over" in printed
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_mode & 0o777 == 0o600
    status, _, beside = rerail(*asked("korean-border-control", "pdf"), "--out", str(file))
    assert (status, "exists; name a new file" in beside) == (1, True)


def test_an_authority_that_nobody_knows_is_told_which_there_are(sqlite_shop: BorderShop, rerail: Rerail) -> None:
    sqlite_shop.buy(OUT)
    status, _, beside = rerail(*asked("customs"))
    assert status == 1
    assert "there are: russian-border-control, korean-border-control, rason-named-list." in beside
    assert rerail(*asked("rason-named-list"), "--operator", NAMED.tour_operator)[0] == 0
    status, _, beside = rerail(*asked("rason-named-list"), "--operator", "nobody")
    assert (status, f'is of "nobody"; there are lists of: {NAMED.tour_operator}.' in beside) == (1, True)
    status, _, beside = rerail(*asked("russian-border-control"), "--operator", NAMED.tour_operator)
    assert (status, "leave the tour operator out." in beside) == (1, True)


def test_a_date_on_which_the_train_was_never_to_run_has_no_list_that_looks_like_one_of_nobody(
    sqlite_shop: BorderShop, rerail: Rerail
) -> None:
    day_after = ("--date", str(OUT_KEY.service_date + timedelta(days=1)))
    status, printed, beside = rerail(*asked("russian-border-control"), *day_after)
    assert (status, printed) == (1, "")
    assert beside == "rerail: There is no train vladivostok-rason on 2026-12-11.\n"
    sqlite_shop.decide("cancel", start=OUT_KEY.service_date, railway=None, trains=(OUT_KEY.train,))
    assert rerail(*asked("russian-border-control"))[0] == 0


def test_an_answer_is_taken_and_a_refusal_is_the_status(sqlite_shop: BorderShop, rerail: Rerail) -> None:
    sqlite_shop.buy(OUT)
    sqlite_shop.clock.turn(CLOSED)
    sqlite_shop.round()
    file = sqlite_shop.home / "answer.edi"
    file.write_bytes(cusres(control_reference(RUSSIAN, 1)))
    assert rerail("receipt", str(file)) == (0, f"{RUSSIAN}: taken by the authority.\n", "")
    file.write_bytes(cusres(control_reference(RUSSIAN, 1), accepted=False, text="NO", own="A2"))
    assert rerail("receipt", str(file))[0] == 1
    assert shown(sqlite_shop, RUSSIAN).state == "refused"
    assert rerail("receipt", str(sqlite_shop.home / "nowhere"))[0] == 1


def test_what_would_be_erased_what_was_and_that_the_record_is_ours(sqlite_shop: BorderShop, rerail: Rerail) -> None:
    booking = sqlite_shop.buy(OUT)
    sqlite_shop.papers(booking, passport(NUMBER))
    sqlite_shop.give_back(booking)
    assert "1 to be erased; nothing was erased (--dry-run)." in rerail("erase", "--dry-run")[1]
    assert "1 to be erased" in rerail("erase", "--dry-run")[1]
    assert "1 erased, and written down in the signed record" in rerail("erase")[1]
    assert rerail("erase")[1] == "Nothing is to be erased.\n"
    status, printed, _ = rerail("record")
    assert (status, "1 records; the chain is whole and signed." in printed) == (0, True)
    assert NUMBER not in printed
    status, printed, _ = rerail("record", "--json")
    (record,) = json.loads(printed)
    assert (status, record["ours"], record["intact"]) == (0, True, True)


def test_keys_are_rotated_and_when_lost_replaced_with_a_word_of_consent(
    sqlite_shop: BorderShop, rerail: Rerail
) -> None:
    shop = sqlite_shop
    shop.papers(shop.buy(OUT), passport(NUMBER))
    status, printed, _ = rerail("keys", "rotate")
    assert status == 0
    assert f"in {shop.home / 'keys.json'}. The key before stays there until the next rotation." in printed
    (shop.home / "keys.json").rename(shop.home / "lost.json")
    status, _, beside = rerail("keys", "rotate")
    assert status == 1
    assert "keys replace" in beside or "restore it" in beside
    assert not (shop.home / "keys.json").exists()
    with pytest.raises(SystemExit):
        rerail("keys", "replace")
    status, printed, _ = rerail("keys", "replace", "--yes")
    assert (status, "1 erased, and a new file of keys begun." in printed) == (0, True)
    assert rerail("record")[0] == 0
    assert rerail("keys", "replace", "--yes")[0] == 1


def test_a_record_that_another_file_of_keys_signed_is_not_ours(sqlite_shop: BorderShop, rerail: Rerail) -> None:
    shop = sqlite_shop
    booking = shop.buy(OUT)
    shop.papers(booking, passport(NUMBER))
    shop.give_back(booking)
    rerail("erase")
    (shop.home / "keys.json").rename(shop.home / "lost.json")
    assert rerail("keys", "replace", "--yes")[0] == 0
    status, printed, _ = rerail("record")
    assert status == 1
    assert "Not signed with the key in the present file of keys: 1." in printed
