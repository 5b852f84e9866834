"""Coaches are added, taken away and exchanged while tickets are sold: who keeps a place, who gets another, who none."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sale.shop import FROM_KHASAN, NOON, OUT, SHIPPED, TO_KHASAN, Shop, adult, child, open_shop, wishing

from rerail.desk.departures import sheet
from rerail.desk.opening import EditionRefused, Opened, open_folder
from rerail.desk.tickets import ensure_key, signed_tickets
from rerail.life import tables as life_tables
from rerail.places.claims import claims_of, claims_on
from rerail.places.model import DepartureKey, Spot, Wishes
from rerail.sale.model import Booking, LegAsk
from rerail.store.engine import Store

KEY = DepartureKey(OUT.train, OUT.service_date)
COACH = '[[train.coach]]\nnumber = "{}"\ntype = "{}"\nrailway = "rzd"\n'
ONE, TWO, THREE = COACH.format("1", "compartment"), COACH.format("2", "staff"), COACH.format("3", "compartment")


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED, tmp_path / "line")


def consist(folder: Path, *coaches: str) -> None:
    """Give the direct train out other coaches; the allotment in coach 2 goes with the coach."""
    trains = (folder / "trains.toml").read_text()
    assert trains.count(ONE + TWO + THREE) == 2, "both direct trains"
    (folder / "trains.toml").write_text(trains.replace(ONE + TWO + THREE, "".join(coaches), 1))
    if not any('number = "2"' in coach for coach in coaches):
        fares = (folder / "fares.toml").read_text()
        (folder / "fares.toml").write_text(
            fares.replace(
                'trains = ["vladivostok-rason", "rason-vladivostok"]\noperator',
                'trains = ["rason-vladivostok"]\noperator',
            )
        )


def adopted(shop: Shop, folder: Path) -> Opened:
    opened = open_folder(folder, shop.store, shop.clock)
    shop.current.forget()
    return opened


def seat_of(shop: Shop, booking: Booking, part: int = 1) -> tuple[str, str]:
    (spot,) = shop.selling.booking(booking.code).parts[part - 1].spots
    return spot.coach, spot.place


def bought(shop: Shop, coach: str, *places: str, leg: LegAsk = OUT) -> Booking:
    from msgspec.structs import replace

    wanted = replace(leg, wanted=tuple((coach, place) for place in places))
    return shop.buy(wanted, passengers=tuple(adult("Ким", f"Ольга {place}") for place in places))


def letters(shop: Shop, booking: Booking) -> Counter[str]:
    return Counter(told.message.id.partition("-")[0] for told in shop.letters(booking.code))


def consistent(shop: Shop) -> None:
    """What the tickets say is what is claimed, and no more is."""
    with shop.store.read() as connection:
        claimed = Counter((one.booking, one.part, one.spot) for one in claims_on(connection, [KEY], NOON))
        codes = {code for code, _, _ in claimed}
    named: Counter[tuple[str, int, Spot]] = Counter()
    for code in codes:
        for part in shop.selling.booking(code).parts:
            named.update((code, part.number, spot) for spot in part.spots)
    assert all(named[one] == 1 for one in named)
    assert not named - claimed


def test_a_coach_taken_away_moves_its_party_together_to_berths_of_the_same_kinds(shop: Shop, folder: Path) -> None:
    stays = bought(shop, "1", "5")
    family = bought(shop, "3", "1", "2", "3", "4")
    consist(folder, ONE, TWO)
    opened = adopted(shop, folder)
    assert seat_of(shop, stays) == ("1", "5")
    places = [seat_of(shop, family, part) for part in (1, 2, 3, 4)]
    assert {coach for coach, _ in places} <= {"1", "2"}
    assert [int(place) % 2 for _, place in places] == [1, 0, 1, 0], "odd numbers are lower berths, even ones upper"
    assert len({(int(place) - 1) // 4 for _, place in places}) == 1, "one compartment"
    assert (letters(shop, family)["reseated"], letters(shop, stays)["reseated"]) == (1, 0)
    assert opened.changes is not None
    assert "Train vladivostok-rason on 2026-12-10: 4 passengers are given other places." in opened.changes[-1]
    consistent(shop)


def test_the_new_ticket_names_the_new_place(shop: Shop, folder: Path) -> None:
    booked = bought(shop, "3", "7")
    consist(folder, ONE, TWO)
    adopted(shop, folder)
    shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, NOON))
    with shop.store.read() as connection:
        ((ticket, _),) = signed_tickets(
            connection, shop.selling.market(), shop.selling.booking(booked.code), "en", specimen=True
        )
    assert (ticket.spots[0].coach, ticket.spots[0].place) == seat_of(shop, booked)
    assert ticket.spots[0].kind == "lower"


def test_a_coach_exchanged_for_one_of_another_kind_keeps_the_numbers_it_has(shop: Shop, folder: Path) -> None:
    stays, moves = bought(shop, "1", "6"), bought(shop, "1", "36")
    consist(folder, COACH.format("1", "staff"), TWO, THREE)
    adopted(shop, folder)
    assert seat_of(shop, stays) == ("1", "6")
    assert seat_of(shop, moves) != ("1", "36")
    assert int(seat_of(shop, moves)[1]) % 2 == 0, "an upper berth for an upper berth"
    assert (letters(shop, stays)["reseated"], letters(shop, moves)["reseated"]) == (0, 1)
    consistent(shop)


def test_whoever_cannot_be_seated_is_listed_told_and_seated_when_a_coach_comes_back(shop: Shop, folder: Path) -> None:
    """Coach 2 alone has 28 places, and 12 of them are kept for a tour operator: 16 of 20 find one."""
    booked = [bought(shop, "3", *(str(number) for number in range(first, first + 4))) for first in range(1, 21, 4)]
    consist(folder, TWO)
    opened = adopted(shop, folder)
    lost = [
        (one.code, part.number)
        for code in booked
        for one in [shop.selling.booking(code.code)]
        for part in one.parts
        if not part.spots
    ]
    assert len(lost) == 4
    assert opened.changes is not None
    assert all(f"{code}-{part}" in opened.changes[-1] for code, part in lost)
    assert "no place is left for" in opened.changes[-1]
    unlucky = next(one for one in booked if one.code == lost[0][0])
    told = [one.message for one in shop.letters(unlucky.code) if one.message.id.startswith("unseated-")]
    assert [(one.kind, one.facts) for one in told] == [("reseated", {"unseated": True})]
    without = shop.selling.booking(unlucky.code)
    assert without.state(NOON) == "confirmed", "the ticket can be given back or exchanged"
    offered = {one.part: one for one in shop.selling.refund_offer(without).parts}
    for part in without.parts:
        assert (offered[part.number].rule == "no-place") is not bool(part.spots)
        assert bool(offered[part.number].kept) is bool(part.spots), "everything comes back, the fee too"
    seen = sheet(shop.selling, KEY)
    assert seen is not None
    assert sum(one.owed for one in seen.unplaced) == 4
    consistent(shop)

    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    adopted(shop, folder)
    assert all(part.spots for one in booked for part in shop.selling.booking(one.code).parts)
    consistent(shop)


def test_a_call_put_in_renumbers_the_claims_and_moves_nobody(shop: Shop, folder: Path) -> None:
    whole, first, second = (
        bought(shop, "1", "1"),
        bought(shop, "1", "2", leg=TO_KHASAN),
        bought(shop, "1", "2", leg=FROM_KHASAN),
    )
    trains = (folder / "trains.toml").read_text()
    call = '[[train.call]]                             # the train turns round at the hub\nstation = "ussuriysk"'
    put_in = '[[train.call]]\nstation = "ugolnaya"\narrival = "22:40"\ndeparture = "22:45"\n' + call
    assert trains.count(call) == 1
    (folder / "trains.toml").write_text(trains.replace(call, put_in))
    opened = adopted(shop, folder)
    stretches = {
        one.code: [(spot.place, spot.board, spot.alight) for spot in shop.selling.booking(one.code).parts[0].spots]
        for one in (whole, first, second)
    }
    assert stretches == {whole.code: [("1", 0, 5)], first.code: [("2", 0, 3)], second.code: [("2", 3, 5)]}
    assert not any(letters(shop, one)["reseated"] for one in (whole, first, second))
    assert opened.changes is not None
    assert not any("other places" in change for change in opened.changes)
    consistent(shop)


def test_a_call_taken_out_where_nobody_boards_renumbers_too(shop: Shop, folder: Path) -> None:
    booked = bought(shop, "1", "1", leg=FROM_KHASAN)
    _without_ussuriysk(folder)
    adopted(shop, folder)
    (spot,) = shop.selling.booking(booked.code).parts[0].spots
    assert (spot.place, spot.board, spot.alight) == ("1", 1, 3)


def test_a_call_taken_out_where_somebody_boards_is_refused_whole(shop: Shop, folder: Path) -> None:
    booked = bought(
        shop, "1", "1", leg=LegAsk(train=OUT.train, service_date=OUT.service_date, board="ussuriysk", alight="rajin")
    )
    _without_ussuriysk(folder)
    with pytest.raises(EditionRefused, match=rf"(?s){booked.code}-1.*no longer calls at ussuriysk"):
        adopted(shop, folder)
    with shop.store.read() as connection:
        assert life_tables.versions(connection)[1] == 1
        assert [one.spot.board for one in claims_of(connection, booked.code)] == [1], "nothing was renumbered"


def test_a_hold_moves_too_and_can_be_paid(shop: Shop, folder: Path) -> None:
    from msgspec.structs import replace

    held = shop.hold(replace(OUT, wanted=(("3", "9"),)))
    consist(folder, ONE, TWO)
    adopted(shop, folder)
    assert seat_of(shop, held)[0] in ("1", "2")
    paid = shop.pay(held)
    assert (paid.state(NOON), paid.balance.amount) == ("confirmed", 0)
    consistent(shop)


def test_a_hold_that_lapsed_gives_its_place_up(shop: Shop, folder: Path) -> None:
    held = shop.hold()
    shop.clock.forward(hours=3)
    consist(folder, TWO)
    adopted(shop, folder)
    with shop.store.read() as connection:
        assert claims_of(connection, held.code) == ()


def test_who_bought_a_whole_compartment_gets_a_whole_one_again(shop: Shop, folder: Path) -> None:
    blocker = bought(shop, "1", "1")
    booked = shop.buy(wishing(OUT, Wishes(compartment="whole")), passengers=(adult(),))
    (spot,) = booked.parts[0].spots
    consist(folder, *(TWO, THREE) if spot.coach == "1" else (ONE, TWO))
    adopted(shop, folder)
    with shop.store.read() as connection:
        mine = {(one.spot.coach, (int(one.spot.place) - 1) // 4) for one in claims_of(connection, booked.code)}
        assert len(claims_of(connection, booked.code)) == 4
    assert len(mine) == 1, "four berths of one compartment"
    coach, place = seat_of(shop, blocker)
    assert (coach, (int(place) - 1) // 4) not in mine
    consistent(shop)


def test_a_child_without_a_place_needs_none(shop: Shop, folder: Path) -> None:
    booked = shop.buy(OUT, passengers=(adult(), child(datetime(2025, 1, 1, tzinfo=UTC).date(), category="infant")))
    consist(folder, TWO)
    adopted(shop, folder)
    assert [len(part.spots) for part in shop.selling.booking(booked.code).parts] == [1, 0]
    assert letters(shop, booked)["unseated"] == 0


def test_a_change_of_wording_moves_nobody_and_writes_no_letter(shop: Shop, folder: Path) -> None:
    booked = bought(shop, "1", "1")
    version = shop.selling.booking(booked.code).version
    coaches = (folder / "coaches.toml").read_text()
    (folder / "coaches.toml").write_text(coaches.replace('Compartment sleeping coach"', 'Four-berth sleeping coach"'))
    adopted(shop, folder)
    assert shop.selling.booking(booked.code).version == version
    assert letters(shop, booked)["reseated"] == 0


def _without_ussuriysk(folder: Path) -> None:
    trains = (folder / "trains.toml").read_text()
    call = (
        '[[train.call]]                             # the train turns round at the hub\nstation = "ussuriysk"\n'
        'arrival = "00:05+1"\ndeparture = "00:35+1"\n'
    )
    assert trains.count(call) == 1
    (folder / "trains.toml").write_text(trains.replace(call, ""))
