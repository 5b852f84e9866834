"""`rerail life withdraw` inside dates that are booked: everybody hit is named, and paid back."""

from __future__ import annotations

from datetime import date
from io import StringIO

from sale.shop import BACK, NOON, OUT, TO_KHASAN, Shop, adult, open_shop

from rerail.cli.life import decide
from rerail.life.draft import Draft
from rerail.store.engine import Store

WITHDRAWAL = Draft(
    kind="withdraw",
    railways=("ksr",),
    trains=None,
    start=date(2026, 12, 1),
    until=date(2026, 12, 31),
    who="Ministry of Railways",
    reason="Works at the bridge",
    document="Telegram 12",
    source=None,
)


def decided(shop: Shop, draft: Draft = WITHDRAWAL, *, yes: bool = True) -> tuple[int, str]:
    out = StringIO()
    return decide(shop.current, draft, yes=yes, ask=StringIO(), out=out), out.getvalue()


def test_without_confirmation_everybody_hit_is_named_and_nobody_is_paid_back(sqlite_store: Store) -> None:
    with open_shop(sqlite_store) as shop:
        booked = shop.buy(OUT, BACK, passengers=(adult(), adult("Пак", "Ин")))
        held = shop.hold(TO_KHASAN)
        status, said = decided(shop, yes=False)
        assert status == 1
        assert f"2 bookings hit, to give back in full: {booked.total}" in said
        line = next(one for one in said.splitlines() if booked.code in one)
        assert line.split() == [
            *(booked.code, "2", "passengers"),
            *("rason-vladivostok", "2026-12-13,", "vladivostok-rason", "2026-12-10"),
            *str(booked.total).split(),
        ]
        assert "held, nothing paid" in next(one for one in said.splitlines() if held.code in one)
        assert shop.selling.booking(booked.code).state(NOON) == "confirmed"


def test_confirmed_the_money_is_on_its_way_and_the_counts_are_said(sqlite_store: Store) -> None:
    with open_shop(sqlite_store) as shop:
        booked = shop.buy(OUT, BACK)
        status, said = decided(shop)
        assert status == 0
        assert f"Given back in full: 2 tickets of 1 booking: {booked.total}." in said
        assert "1 booking settled" in said, "the progress is told"
        assert "Left to give back" not in said
        assert shop.selling.booking(booked.code).state(NOON) == "refunded"
        assert shop.checkout.given_back == {}, "the command has no provider"
        assert shop.selling.settle_payouts() == 1, "the service has, and asks it"
        assert shop.faults() == ()


def test_a_cancellation_is_a_suspension_of_its_date_alone(sqlite_store: Store) -> None:
    with open_shop(sqlite_store) as shop:
        booked = shop.buy(OUT, BACK)
        draft = Draft(
            kind="cancel", railways=(), trains=("vladivostok-rason",), start=OUT.service_date, who="x", reason="y"
        )
        status, said = decided(shop, draft)
        assert status == 0
        assert "Given back in full: 1 ticket of 1 booking" in said
        assert [part.state for part in shop.selling.booking(booked.code).parts] == ["refunded", "confirmed"]


def test_where_nothing_is_sold_that_is_said(sqlite_store: Store) -> None:
    with open_shop(sqlite_store) as shop:
        status, said = decided(shop)
        assert status == 0
        assert "Nothing is sold or held on them." in said
        assert "Given back" not in said
