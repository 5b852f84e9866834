"""The line that fares are tested on, and tariffs for it written in a few words.

Vladivostok ── Baranovsky ── Khasan ══ bridge ══ Tumangang ── Rajin
     89 km        └ 22 km Ussuriysk   2 km    3 km        49 km
             238 km ┘                  rzd ▏ksr
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from rerail.fares.model import PricedTravel
from rerail.fares.pricing import price
from rerail.line.amount import Money
from rerail.line.folder import load
from rerail.line.model import Line, Provenance
from rerail.line.tariff import Category, Fare, Rate, SaleRules, Tariff, TravelClass

LINES = Path(__file__).parents[1] / "lines"
SHIPPED = Path(__file__).parents[2] / "lines" / "vladivostok-rason"

STATED = Provenance(("S7",))
ILLUSTRATIVE = Provenance(illustrative=True)

Basis = Literal["relation", "stretch", "side"]

ADULT = Category(provenance=STATED, id="adult", names={"en": "Adult"})
CHILD = Category(provenance=STATED, id="child", names={"en": "Child"}, from_age=5, until_age=10, percent=50)


@cache
def selling() -> Line:
    """The line with domestic and border coaches, and its fares."""
    return load(LINES / "both-traffics")


@cache
def london() -> Line:
    """London – Paris, whose clocks are put forward and back on the same nights."""
    return load(LINES / "london-paris")


def rubles(amount: str) -> Money:
    return Money(int(Decimal(amount) * 100), "RUB")


def fare(id_: str, basis: Basis, ends: str = "", adult: Money | None = None, railway: str = "rzd", **more: Any) -> Fare:
    """A fare: ends as "khasan–rajin"."""
    start, _, end = ends.partition("–")
    amounts = {"adult": rubles("1.00") if adult is None else adult, **more.pop("amounts", {})}
    return Fare(
        provenance=more.pop("provenance", STATED),
        id=id_,
        railway=railway,
        basis=basis,
        start=start or None,
        end=end or None,
        amounts=amounts,
        **more,
    )


def rate(source: str, target: str, value: str) -> Rate:
    return Rate(provenance=STATED, source=source, target=target, value=Decimal(value), dated=date(2026, 1, 1))


def with_fares(*fares: Fare, rates: tuple[Rate, ...] = (), **more: Any) -> Line:
    """The line with these fares and no others."""
    tariff = Tariff(
        currencies=more.pop("currencies", ("RUB",)),
        categories={"adult": ADULT, "child": CHILD},
        fares=fares,
        rates=rates,
        sale=SaleRules(provenance=STATED),
        **more,
    )
    return msgspec.structs.replace(selling(), tariff=tariff)


def priced(
    line: Line,
    stretch: str,
    category: str = "adult",
    *,
    train: str = "direct",
    travel_class: TravelClass = "second",
    currency: str = "RUB",
    group: bool = False,
) -> PricedTravel:
    """The price of a stretch as "khasan–rajin"."""
    board, alight = calls(line, train, stretch)
    return price(line, line.trains[train], board, alight, category, travel_class, currency, group=group)


def calls(line: Line, train: str, stretch: str) -> tuple[int, int]:
    stations = [call.station for call in line.trains[train].calls]
    start, _, end = stretch.partition("–")
    return stations.index(start), stations.index(end)


def by_railway(travel: PricedTravel) -> Mapping[str, int]:
    """What each railway earns, in minor units of the sale."""
    found: dict[str, int] = {}
    for one in travel.components:
        found[one.railway] = found.get(one.railway, 0) + one.charged.amount
    return found
