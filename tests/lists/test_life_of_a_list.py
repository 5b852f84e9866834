"""A list's life: open → closed at its deadline → sent → received → corrected."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace
from sale.shop import BACK, FROM_KHASAN, OUT, TO_KHASAN, adult
from sqlalchemy import update

from lists.border_shop import CLERK, CLOSED, KOREAN, KOREAN_OFFICER, NAMED, OUT_KEY, RUSSIAN, BorderShop, passport
from rerail.border import lists
from rerail.border.errors import NotThere
from rerail.border.list_seals import about
from rerail.border.model import ListKey, Manifest
from rerail.border.tables import version_table
from rerail.desk.border import Border
from rerail.desk.crossing_lists import ListShown
from rerail.people.users import NotPermitted


def shown(shop: BorderShop, key: ListKey) -> ListShown:
    return next(one for one in shop.border.lists(OUT_KEY) if one.key == key)


def said(shop: BorderShop, key: ListKey, version: int | None = None) -> Manifest:
    with shop.store.read() as connection:
        kept = lists.read(connection, key)
        assert kept is not None
        return lists.content(connection, shop.border.keys, key, version or kept.latest.number)


def names(manifest: Manifest) -> list[str]:
    return [f"{one.family_name} {one.given_names}" for one in manifest.persons]


def test_each_side_and_the_tour_operator_get_a_list_of_their_own(shop: BorderShop) -> None:
    shop.buy(OUT)
    assert [str(one.key) for one in shop.border.lists(OUT_KEY)] == [str(RUSSIAN), str(KOREAN), str(NAMED)]
    assert {one.state for one in shop.border.lists(OUT_KEY)} == {"open"}
    assert shown(shop, RUSSIAN).passing.leaving == "rzd"


def test_nothing_is_closed_a_minute_before_the_deadline_and_everything_a_minute_after(shop: BorderShop) -> None:
    shop.buy(OUT)
    closes = shown(shop, RUSSIAN).closes
    shop.clock.turn(closes - timedelta(minutes=1))
    shop.round()
    assert shown(shop, RUSSIAN).state == "open"
    assert shop.files("russian-border-control") == []
    shop.clock.turn(closes)
    shop.round()
    assert shown(shop, RUSSIAN).state == "sent"
    assert len(shop.files("russian-border-control")) == 3  # PAXLST, CSV and PDF
    assert len(shop.files("korean-border-control")) == 2


def test_a_list_has_who_crosses_and_nobody_else(shop: BorderShop) -> None:
    shop.buy(OUT, passengers=[adult("Ким", "Ольга")])
    shop.buy(TO_KHASAN, passengers=[adult("Иванов", "Пётр")])  # gets off before the border
    shop.buy(FROM_KHASAN, passengers=[adult("Пак", "Чольсу")])
    held = shop.hold(OUT, passengers=[adult("Юн", "Мира")])  # not paid
    shop.clock.turn(CLOSED)
    shop.round()
    assert sorted(names(said(shop, RUSSIAN))) == ["Ким Ольга", "Пак Чольсу"]
    assert held.code not in {one.booking for one in said(shop, RUSSIAN).persons}


def test_what_is_delivered_has_each_stations_own_clock_as_the_draft_had(shop: BorderShop) -> None:
    shop.buy(OUT)
    drafts = [shop.border.rendered(key, "paxlst", None)[1].content.decode() for key in (RUSSIAN, KOREAN)]
    shop.clock.turn(CLOSED)
    shop.round()
    delivered = next((shop.home / "lists" / "russian-border-control").glob(f"{OUT_KEY.train}*.edi")).read_text()
    again = shop.border.rendered(KOREAN, "paxlst", None)[1].content.decode()
    for message in (*drafts, delivered, again):
        assert "LOC+125+987002:ESR:ZZZ:KHASAN+RU:162:5'DTM+189:2612110830:201'" in message
        assert "LOC+87+3000350:EXPRESS3:ZZZ:TUMANGANG+KP:162:5'DTM+232:2612110750:201'" in message
    near = said(shop, RUSSIAN).near.local
    assert near is not None
    assert near.utcoffset() == timedelta(hours=10)


def test_a_list_kept_in_the_earlier_form_is_read_and_gets_its_clocks_back(sqlite_shop: BorderShop) -> None:
    sqlite_shop.buy(OUT)
    sqlite_shop.clock.turn(CLOSED)
    sqlite_shop.round()
    earlier = msgspec.msgpack.encode(said(sqlite_shop, RUSSIAN))
    sealed = sqlite_shop.border.keys.seal(earlier, about(str(RUSSIAN), 1))
    with sqlite_shop.store.write() as connection:
        mine = version_table.c.list_id == str(RUSSIAN)
        connection.execute(update(version_table).where(mine).values(key_id=sealed.key_id, sealed=sealed.content))
    Border(sqlite_shop.selling, sqlite_shop.border.keys, sqlite_shop.home / "lists").amend_due()  # started anew
    first, second = said(sqlite_shop, RUSSIAN, 1), said(sqlite_shop, RUSSIAN, 2)
    assert first.near.local == second.near.local
    assert f"{first.near.local:%d %H:%M}, {second.near.local:%d %H:%M}" == "10 22:30, 11 08:30"
    assert second.heading_changed


def test_only_what_an_authority_asks_for_is_on_its_list(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    shop.papers(booking, passport("715000123"))
    shop.clock.turn(CLOSED)
    shop.round()
    russian, named = said(shop, RUSSIAN).persons[0], said(shop, NAMED).persons[0]
    assert (russian.document_number, russian.expires is not None) == ("715000123", True)
    assert (named.document_number, named.expires, named.issuing_state) == ("715000123", None, "")
    assert (named.latin_family_name, named.from_document) == ("KIM", True)


def test_a_passenger_without_papers_is_on_the_list_and_what_is_missing_is_said(shop: BorderShop) -> None:
    shop.buy(OUT, passengers=[adult("Щербакова", "Юлия")])
    shop.clock.turn(CLOSED)
    shop.round()
    person = said(shop, RUSSIAN).persons[0]
    assert "document_number" in person.missing
    assert (person.latin_family_name, person.latin_given_names) == ("SHCHERBAKOVA", "IULIIA")
    assert shown(shop, RUSSIAN).incomplete == 1


def test_a_list_misses_no_visa_of_whom_none_is_asked_for(shop: BorderShop) -> None:
    asks = 'asks = ["document_kind", "document_number", "issuing_state", "expires", "nationality", "birth_date", "sex"]'
    shop.edition(("border.toml", asks, asks.replace('"sex"]', '"sex", "visa_number"]')))
    group = shop.buy(OUT, passengers=[adult("Ким", "Ольга"), adult("Ли", "Мин"), adult("Пак", "Чольсу")])
    shop.papers(group, passport("715000123"), replace(passport("E12345678"), nationality="CHN"))
    asked = {one.asked.passenger.number: one.missing for one in shop.border.wanted(group)}
    shop.clock.turn(CLOSED)
    shop.round()
    listed = {one.number: one.missing for one in said(shop, KOREAN).persons}
    assert (listed[1], listed[2]) == ((), ("visa_number",)), "citizens of Russia were last known to need none"
    assert {"nationality", "visa_number"} <= set(listed[3]), "of whom nothing is known everything is missing"
    assert listed == asked, "the list misses what the passenger's own page does"
    assert shown(shop, KOREAN).incomplete == 2


def test_a_later_change_is_an_amendment_that_names_what_changed(shop: BorderShop) -> None:
    first = shop.buy(OUT, passengers=[adult("Ким", "Ольга")])
    second = shop.buy(OUT, passengers=[adult("Пак", "Чольсу")])
    shop.clock.turn(CLOSED)
    shop.round()
    shop.round()
    assert len(said(shop, RUSSIAN).persons) == 2
    assert shown(shop, RUSSIAN).kept.latest.number == 1  # type: ignore[union-attr]  # nothing changed: no amendment
    shop.papers(first, passport("715000999"))
    shop.give_back(second)
    assert shown(shop, RUSSIAN).differs
    shop.round()
    amended = said(shop, RUSSIAN)
    assert (amended.version, amended.changed) == (2, ((first.code, 1),))
    assert [one.booking for one in amended.removed] == [second.code]
    assert shown(shop, RUSSIAN).state == "sent"
    assert len(shop.files("russian-border-control")) == 6


def test_a_suspension_after_closing_empties_the_list(shop: BorderShop) -> None:
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    shop.decide("withdraw", start=OUT.service_date, trains=(OUT.train,))
    shop.selling.give_back_owed()
    shop.round()
    assert said(shop, KOREAN).persons == ()
    assert len(said(shop, KOREAN).removed) == 1


def test_a_train_that_does_not_run_gets_no_list(shop: BorderShop) -> None:
    shop.buy(OUT)
    shop.decide("withdraw", start=OUT.service_date)
    shop.selling.give_back_owed()
    shop.clock.turn(CLOSED)
    shop.round()
    assert shop.files("russian-border-control") == []


def test_a_train_with_nobody_on_it_has_an_empty_list_for_each_control_and_no_named_list(shop: BorderShop) -> None:
    shop.clock.turn(CLOSED)
    shop.round()
    assert [str(one.key) for one in shop.border.lists(OUT_KEY)] == [str(RUSSIAN), str(KOREAN)]
    assert said(shop, RUSSIAN).persons == ()


def test_a_clerk_notes_the_receipt_and_a_second_one_corrects_it(shop: BorderShop) -> None:
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    shop.border.enter_receipt(CLERK, RUSSIAN, 1, accepted=False, words="The date of birth of line 1 is missing.")
    assert shown(shop, RUSSIAN).state == "refused"
    shop.border.enter_receipt(CLERK, RUSSIAN, 1, accepted=True, words="by telephone")
    assert shown(shop, RUSSIAN).state == "received"
    assert [one.text for one in shop.border.receipts(RUSSIAN, CLERK)][-1] == "by telephone"


def test_an_amendment_that_is_received_is_a_corrected_list(shop: BorderShop) -> None:
    booking = shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    shop.border.enter_receipt(CLERK, RUSSIAN, 1, accepted=True, words="")
    shop.papers(booking, passport())
    shop.round()
    assert shown(shop, RUSSIAN).state == "sent"
    shop.border.enter_receipt(CLERK, RUSSIAN, 2, accepted=True, words="")
    assert shown(shop, RUSSIAN).state == "corrected"


def test_an_officer_sees_the_lists_of_the_own_side_alone(shop: BorderShop) -> None:
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    assert [one.key for one in shop.border.lists(OUT_KEY, KOREAN_OFFICER)] == [KOREAN, NAMED]
    with pytest.raises(NotPermitted):
        shop.border.rendered(RUSSIAN, "csv", KOREAN_OFFICER)
    with pytest.raises(NotPermitted):
        shop.border.enter_receipt(KOREAN_OFFICER, RUSSIAN, 1, accepted=True, words="")


def test_every_look_into_a_list_is_in_the_audit_trail_and_names_no_passenger(shop: BorderShop) -> None:
    from rerail.people.tables import read_events

    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    shop.border.rendered(KOREAN, "csv", KOREAN_OFFICER)
    with shop.store.read() as connection:
        event = read_events(connection)[0]
    assert (event.act, event.who, event.details["list"]) == ("list-seen", KOREAN_OFFICER.name, str(KOREAN))
    assert "Ким" not in str(event)


def test_who_looks_while_the_list_is_open_gets_a_draft(shop: BorderShop) -> None:
    shop.buy(OUT)
    open_until, rendered = shop.border.rendered(RUSSIAN, "paxlst", CLERK)
    assert open_until == shown(shop, RUSSIAN).closes
    assert rendered.content
    with pytest.raises(NotThere):
        shop.border.rendered(RUSSIAN, "paxlst", CLERK, version=1)


def test_lists_that_nobody_closed_in_time_are_closed_late_and_not_days_later(shop: BorderShop) -> None:
    shop.buy(OUT)
    leaves = shown(shop, RUSSIAN).passing.leaves
    shop.clock.turn(leaves + timedelta(hours=47))
    shop.round()
    assert shop.files("russian-border-control") != []


def test_after_the_train_has_left_nothing_is_amended_but_who_really_crossed(shop: BorderShop) -> None:
    there = shop.buy(OUT, passengers=[adult("Ким", "Ольга")])
    gone = shop.buy(OUT, passengers=[adult("Пак", "Чольсу")])
    shop.clock.turn(CLOSED)
    shop.round()
    shop.clock.turn(shown(shop, RUSSIAN).passing.leaves + timedelta(hours=2))
    shop.papers(there, passport())
    shop.round()
    assert said(shop, RUSSIAN).version == 1
    for _ in range(2):  # told twice is told once
        with shop.store.write() as connection:
            crossed = {side: {(there.code, 1)} for side in ("rzd", "ksr")}
            shop.border.tell_who_crossed(connection, OUT_KEY, "khasan-tumangang", crossed)
    shop.round()
    closed_out = said(shop, KOREAN)
    assert (closed_out.version, closed_out.close_out) == (2, True)
    assert [one.booking for one in closed_out.persons] == [there.code]
    assert [one.booking for one in closed_out.removed] == [gone.code]


def test_the_way_back_has_its_own_lists_and_no_named_list(shop: BorderShop) -> None:
    shop.buy(OUT, BACK)
    back = BACK.departure
    assert [one.authority.id for one in shop.border.lists(back)] == ["russian-border-control", "korean-border-control"]
    assert {one.passing.leaving for one in shop.border.lists(back)} == {"ksr"}
