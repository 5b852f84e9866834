"""A later edition of the folder: the train moves, an authority goes, more is asked, the border lies far away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sale.shop import OUT, adult

from lists.border_shop import CLERK, CLOSED, KOREAN, NAMED, OUT_KEY, RUSSIAN, BorderShop, passport
from lists.test_life_of_a_list import names, said, shown
from rerail.border.errors import NotThere
from rerail.border.forms import render
from rerail.border.model import ListKey
from rerail.people.audit import COMMAND_LINE
from rerail.sale import reading
from rerail.sale.model import Booking

TRAINS, BORDER = "trains.toml", "border.toml"
AT_KHASAN = 'arrival = "06:30+1"\ndeparture = "08:30+1"'
AT_TUMANGANG = 'arrival = "07:50+1"\ndeparture = "09:50+1"'
NAMED_ASKS = 'asks = ["document_number", "nationality", "birth_date", "sex"]'


def closed(shop: BorderShop) -> None:
    shop.papers(shop.buy(OUT, passengers=[adult("Ким", "Ольга")]), passport())
    shop.clock.turn(CLOSED)
    shop.round()


def only_booking(shop: BorderShop) -> Booking:
    with shop.store.read() as connection:
        (booking,) = reading.on_departures(connection, (OUT_KEY,))
    return booking


def without_the_direct_train(shop: BorderShop) -> list[tuple[str, str, str]]:
    """The changes by which no file but trains.toml speaks of the outbound direct train at the border."""
    both, one = 'trains = ["vladivostok-rason", "rason-vladivostok"]', 'trains = ["rason-vladivostok"]'
    changes = [("fares.toml", both, one), (BORDER, both, one)]
    for file in (BORDER, "line.toml"):
        tables = (shop.folder / file).read_text().split("\n[")
        changes += [(file, f"\n[{table}", "") for table in tables if 'trains = ["vladivostok-rason"]' in table]
    return changes


def test_a_train_that_leaves_twenty_minutes_later_is_told_to_each_authority(shop: BorderShop) -> None:
    closed(shop)
    before = shown(shop, RUSSIAN).passing.leaves
    shop.edition(
        (TRAINS, AT_KHASAN, 'arrival = "06:30+1"\ndeparture = "08:50+1"'),
        (TRAINS, AT_TUMANGANG, 'arrival = "08:10+1"\ndeparture = "10:00+1"'),
    )
    assert shown(shop, RUSSIAN).passing.leaves == before + timedelta(minutes=20)
    assert shown(shop, RUSSIAN).differs
    shop.round()
    for key in (RUSSIAN, KOREAN, NAMED):
        amended = said(shop, key)
        assert (amended.version, amended.heading_changed) == (2, True)
        assert (amended.added, amended.changed, amended.removed) == ((), (), ())
        assert amended.near.local == before + timedelta(minutes=20)
        assert len(amended.persons) == 1
    shop.round()
    assert said(shop, RUSSIAN).version == 2, "told once"


def test_a_list_that_a_moved_deadline_would_open_again_stays_closed(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    closed(shop)
    shop.edition((BORDER, 'railway = "ksr"\nlanguage = "ko"\n', 'railway = "ksr"\nlanguage = "ko"\nminutes = 60\n'))
    assert shop.clock.now() < shown(shop, KOREAN).closes
    assert (shown(shop, KOREAN).state, said(shop, KOREAN).version) == ("sent", 1)


def test_what_is_asked_from_now_on_is_on_the_next_version(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    closed(shop)
    shop.edition((BORDER, NAMED_ASKS, 'asks = ["document_number", "nationality", "expires"]'))
    shop.round()
    amended = said(shop, NAMED)
    assert amended.asks == ("document_number", "nationality", "expires")
    (person,) = amended.persons
    assert (person.expires is not None, person.birth_date, person.sex) == (True, None, "")
    assert b"2031-05-01" in render(amended, "csv").content


def test_an_authority_that_is_no_more_is_told_nothing_and_what_it_got_stays_to_be_seen(
    sqlite_shop: BorderShop,
) -> None:
    shop = sqlite_shop
    closed(shop)
    text = (shop.folder / BORDER).read_text()
    table = text[text.index("[[authority]]                 # that") : text.index("[[collection]]")]
    shop.edition((BORDER, table, ""))
    shop.papers(only_booking(shop), passport("715999999"))
    shop.round()
    assert [said(shop, key).version for key in (RUSSIAN, NAMED)] == [2, 1]
    kept = shown(shop, NAMED)
    assert (kept.state, kept.differs, kept.persons) == ("sent", False, 1)
    _, rendered = shop.border.rendered(NAMED, "csv", CLERK)
    assert passport().number.encode() in rendered.content
    shop.border.enter_receipt(CLERK, NAMED, 1, accepted=True, words="")
    assert shown(shop, NAMED).state == "received"


def test_a_list_on_its_way_to_an_authority_that_is_no_more_stays_here(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.border.close_due()
    text = (shop.folder / BORDER).read_text()
    table = text[text.index("[[authority]]                 # that") : text.index("[[collection]]")]
    shop.edition((BORDER, table, ""))
    shop.round()
    assert shop.files("rason-named-list") == []
    (waiting,) = shown(shop, NAMED).deliveries
    assert waiting.error == 'The folder has no authority "rason-named-list" any more.'


def test_where_the_train_passes_no_more_nobody_is_expected(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    booking = shop.buy(OUT)
    shop.clock.turn(CLOSED)
    shop.round()
    shop.give_back(booking)
    trains = (shop.folder / TRAINS).read_text()
    start = trains.index("[[train.call]]                             # 20 minutes later")
    shop.edition(
        (TRAINS, 'arrival = "06:30+1"\ndeparture = "08:30+1"\n', 'arrival = "06:30+1"\n'),
        (TRAINS, trains[start : trains.index("[[train.coach]]")], ""),
        *without_the_direct_train(shop),
    )
    shop.round()
    assert names(said(shop, KOREAN)) == []
    assert [one.booking for one in said(shop, KOREAN).removed] == [booking.code]
    shop.round()
    assert len(shop.files("korean-border-control")) == 4, "and it is told so"
    assert shown(shop, KOREAN).kept.latest.number == 2  # type: ignore[union-attr]


def test_a_border_at_the_end_of_a_week_has_its_list_closed_in_time(sqlite_shop: BorderShop) -> None:
    """Through coaches from Moscow reach Khasan on the seventh day of their journey."""
    shop = sqlite_shop
    later = [(TRAINS, f'"{clock}+1"', f'"{clock}+7"') for clock in ("06:30", "08:30", "07:50", "09:50", "11:20")]
    shop.edition(*later)
    shop.buy(OUT)
    closes = shown(shop, RUSSIAN).closes
    assert (closes.date() - OUT.service_date).days == 5
    shop.clock.turn(closes)
    shop.round()
    assert shown(shop, RUSSIAN).state == "sent"
    booking = only_booking(shop)
    shop.papers(booking, passport())
    shop.round()
    assert said(shop, RUSSIAN).changed == ((booking.code, 1),)


def test_of_a_list_that_never_was_nothing_is_known(sqlite_shop: BorderShop) -> None:
    with pytest.raises(NotThere):
        sqlite_shop.border.receipts(ListKey(OUT_KEY, "nobody"), CLERK)


def test_no_list_is_erased_while_its_train_is_still_on_its_way(sqlite_shop: BorderShop) -> None:
    shop = sqlite_shop
    later = [(TRAINS, f'"{clock}+1"', f'"{clock}+7"') for clock in ("06:30", "08:30", "07:50", "09:50", "11:20")]
    shop.edition(*later, (BORDER, "lists_days = ", "lists_days = 1 # "))
    shop.papers(shop.buy(OUT), passport())
    passing = shown(shop, RUSSIAN).passing
    shop.clock.turn(passing.leaves - timedelta(minutes=1))
    shop.round()
    shop.border.erase(COMMAND_LINE)
    assert said(shop, RUSSIAN).persons[0].document_number == passport().number
    shop.clock.forward(days=3)
    shop.border.erase(COMMAND_LINE)
    assert shown(shop, RUSSIAN).kept.latest.erased  # type: ignore[union-attr]
