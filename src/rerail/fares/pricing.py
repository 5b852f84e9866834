"""What a journey costs: fares laid over the course of a train, in the currency of the sale."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from rerail.fares.model import Earning, NotSold, PricedTravel
from rerail.fares.rounding import divided, half_up, percent_of
from rerail.line.amount import Money, exponent
from rerail.line.course import LINES_KEPT, Course, Part, course
from rerail.line.fare_tiles import Tile, fares_for, relations, tiles_over
from rerail.line.model import Line, Train
from rerail.line.same import Same
from rerail.line.tariff import Category, CategoryId, Fare, Fee, Rate, Tariff, TravelClass

NO_TARIFF: Final = "This line sells no tickets: its folder has no fares.toml."


def price(
    line: Line,
    train: Train,
    board: int,
    alight: int,
    category: CategoryId,
    travel_class: TravelClass,
    currency: str,
    *,
    group: bool,
) -> PricedTravel:
    """The price of one passenger from call `board` to call `alight`, in the currency of the sale.

    A relation fare between exactly the two stations is the price; if several hold, the cheapest. Otherwise each
    railway's part of the way is priced by that railway's fares, in the cheapest way of laying them end to end.
    Of equally cheap ways the one with the fewest fares counts, then the one whose ids come first. Each fare is
    converted on its own, half up to the minor unit. Raises `NotSold`.
    """
    kept = _prices(Same(line))
    key = (train.id, board, alight, category, travel_class, currency, group)
    found = kept.get(key)
    if found is None:
        found = _priced(line, train, board, alight, category, travel_class, currency, group)
        if len(kept) >= _PRICES_KEPT:
            kept.clear()
        kept[key] = found
    return found


_PRICES_KEPT: Final = 65_536


@lru_cache(maxsize=LINES_KEPT)
def _prices(_: Same[Line]) -> dict[tuple[object, ...], PricedTravel]:
    """The prices of one line that were asked for: what a folder says of them never changes."""
    return {}


def _priced(
    line: Line,
    train: Train,
    board: int,
    alight: int,
    category_id: CategoryId,
    travel_class: TravelClass,
    currency: str,
    group: bool,
) -> PricedTravel:
    tariff = line.tariff
    if tariff is None:
        raise NotSold(NO_TARIFF)
    if currency not in tariff.currencies:
        raise NotSold(
            "Tickets are not sold in %(currency)s. Choose one of %(sold)s.",
            currency=currency,
            sold=", ".join(tariff.currencies),
        )
    category = tariff.categories.get(category_id)
    if category is None:
        raise NotSold('There is no category "%(category)s" of passengers on this line.', category=category_id)
    if group and tariff.groups is None:
        raise NotSold("This line has no rules for groups. Book as single passengers.")
    way = course(line, train)
    fares = fares_for(tariff, train, travel_class)
    pricing = _Pricing(tariff, way, category, currency, group)
    found = pricing.through(fares, board, alight) or pricing.laid(fares, board, alight)
    if found is None:
        raise NotSold(
            "There is no fare from %(board)s to %(alight)s in this class. Choose another class or other stations.",
            board=line.stations[train.calls[board].station].names,
            alight=line.stations[train.calls[alight].station].names,
        )
    return found


class _Cost(NamedTuple):
    """Tiles laid so far: what they cost, how many they are, which; compared in this order."""

    amount: int
    number: int
    fares: tuple[str, ...]
    tiles: tuple[_Priced, ...]


class _Priced(NamedTuple):
    tile: Tile
    earned: Money
    charged: Money
    rate: Rate | None


class _Pricing:
    """Prices for one category in one currency over one course."""

    def __init__(self, tariff: Tariff, way: Course, category: Category, currency: str, group: bool) -> None:
        self._tariff: Final = tariff
        self._way: Final = way
        self._category: Final = category
        self._currency: Final = currency
        self._group: Final = group

    def through(self, fares: Sequence[Fare], board: int, alight: int) -> PricedTravel | None:
        """The cheapest relation fare between exactly the two calls, divided among the railways run over."""
        priced = self._all_priced(relations(self._way, fares, board, alight))
        if not priced:
            return None
        best = min(priced, key=lambda one: (one.charged.amount, one.tile.fare.id))
        parts = self._way.parts(board, alight)
        weights = self._weights(best.tile.fare, parts)
        railways = list(weights)
        components = [
            Earning(best.tile.fare.id, railway, earned, charged)
            for railway, earned, charged in zip(
                railways,
                divided(best.earned, list(weights.values())),
                divided(best.charged, list(weights.values())),
                strict=True,
            )
        ]
        illustrative = self._illustrative(best)
        if len(railways) > 1:
            fare = best.tile.fare
            illustrative |= fare.illustrative("shares") if fare.shares else self._length_illustrative(best.tile)
        return self._travel([best], components, illustrative)

    def laid(self, fares: Sequence[Fare], board: int, alight: int) -> PricedTravel | None:
        """Each railway's part by its own fares, laid end to end as cheaply as they can be."""
        found: list[_Priced] = []
        for part in self._way.parts(board, alight):
            cheapest = self._cheapest(self._all_priced(tiles_over(self._way, fares, part)), part)
            if cheapest is None:
                return None
            found += cheapest
        components = [Earning(one.tile.fare.id, one.tile.fare.railway, one.earned, one.charged) for one in found]
        return self._travel(found, components, any(self._illustrative(one) for one in found))

    def _cheapest(self, priced: Sequence[_Priced], part: Part) -> tuple[_Priced, ...] | None:
        best = {part.first: _Cost(0, 0, (), ())}
        for one in sorted(priced, key=lambda one: (one.tile.first, one.tile.fare.id)):
            here = best.get(one.tile.first)
            if here is None:
                continue
            cost = _Cost(
                here.amount + one.charged.amount,
                here.number + 1,
                (*here.fares, one.tile.fare.id),
                (*here.tiles, one),
            )
            there = best.get(one.tile.last)
            if there is None or cost[:3] < there[:3]:
                best[one.tile.last] = cost
        end = best.get(part.last)
        return None if end is None else end.tiles

    def _all_priced(self, tiles: Sequence[Tile]) -> list[_Priced]:
        found = []
        for tile in tiles:
            earned = self._amount(tile)
            charged, rate = convert(self._tariff, earned, self._currency)
            found.append(_Priced(tile, earned, charged, rate))
        return found

    def _amount(self, tile: Tile) -> Money:
        fare, adult = tile.fare, next(iter(self._tariff.categories))
        table, key, percent = _figure(fare, self._category, adult, self._group)
        amount = percent_of(getattr(fare, table)[key], percent)
        if not fare.per_km:
            return amount
        # Rounded once, at the end: so many percent of a price per kilometre is not a whole minor unit.
        exact = Fraction(getattr(fare, table)[key].amount * percent, 100)
        metres = self._way.metres(tile.first, tile.last)
        return Money(half_up(exact * metres / 1000), amount.currency)

    def _weights(self, fare: Fare, parts: Sequence[Part]) -> dict[str, int]:
        """Which railway earns how much of a through fare: by its shares, else by metres of track."""
        metres: dict[str, int] = {}
        for part in parts:
            metres[part.railway] = metres.get(part.railway, 0) + self._way.metres(part.first, part.last)
        if len(metres) == 1:
            return {fare.railway: 1}
        shares = {railway: fare.shares.get(railway, 0) for railway in metres}
        return shares if any(shares.values()) else metres

    def _illustrative(self, one: _Priced) -> bool:
        fare, adult = one.tile.fare, next(iter(self._tariff.categories))
        table, key, percent = _figure(fare, self._category, adult, self._group)
        return (
            fare.provenance_of(f"{table}.{key}").illustrative
            or (percent != 100 and self._category.illustrative("percent"))
            or (one.rate is not None and one.rate.illustrative("value"))
            or (fare.per_km and self._length_illustrative(one.tile))
        )

    def _length_illustrative(self, tile: Tile) -> bool:
        return any(step.illustrative for step in self._way.steps[tile.first : tile.last])

    def _travel(self, priced: Sequence[_Priced], components: list[Earning], illustrative: bool) -> PricedTravel:
        rates = dict.fromkeys((one.rate.source, one.rate.target) for one in priced if one.rate is not None)
        used = [rate for rate in self._tariff.rates if (rate.source, rate.target) in rates]
        total = Money(sum(one.charged.amount for one in components), self._currency)
        return PricedTravel(components=tuple(components), rates=tuple(used), total=total, illustrative=illustrative)


def _figure(
    fare: Fare, category: Category, adult: CategoryId, group: bool
) -> tuple[Literal["amounts", "group_amounts"], CategoryId, int]:
    """Where a fare says what a category pays: the table, the key in it, and so many percent of that.

    A price of the category's own goes before a percentage of the adult's; for a passenger of a group, the group's.
    """
    if group and category.id in fare.group_amounts:
        return "group_amounts", category.id, 100
    if category.id in fare.amounts:
        return "amounts", category.id, 100
    if group and adult in fare.group_amounts:
        return "group_amounts", adult, category.percent
    return "amounts", adult, category.percent


Channel = Literal["site", "counter", "operator", "retailer"]


class ChargedFee(NamedTuple):
    """A fee of a sale."""

    fee: Fee
    charged: Money
    """In the currency of the sale."""
    rate: Rate | None
    """None: the fee is in that currency."""

    @property
    def illustrative(self) -> bool:
        """Whether the amount or the rate is."""
        return self.fee.illustrative("amount") or (self.rate is not None and self.rate.illustrative("value"))


def fees(
    tariff: Tariff, per: Literal["booking", "ticket"], channel: Channel, currency: str
) -> tuple[tuple[Fee, Money], ...]:
    """The fees of a sale through a channel, each with its amount in the currency of the sale. Raises `NotSold`."""
    return tuple((one.fee, one.charged) for one in charged_fees(tariff, per, channel, currency))


def charged_fees(
    tariff: Tariff, per: Literal["booking", "ticket"], channel: Channel, currency: str
) -> tuple[ChargedFee, ...]:
    """The same with the rate of each, which is shown, and whether it is illustrative. Raises `NotSold`."""
    found = []
    for fee in tariff.fees:
        if fee.per == per and channel in fee.channels:
            charged, rate = convert(tariff, fee.amount, currency)
            found.append(ChargedFee(fee, charged, rate))
    return tuple(found)


def convert(tariff: Tariff, money: Money, currency: str) -> tuple[Money, Rate | None]:
    """An amount in another currency, half up to its minor unit, with the rate used.

    Where the folder gives only the rate the other way round, its inverse is used. The rate is None if the
    currency is the same. Raises `NotSold` if no rate leads there.
    """
    if money.currency == currency:
        return money, None
    for rate in tariff.rates:
        if (rate.source, rate.target) == (money.currency, currency):
            return _at(money, Fraction(rate.value), currency), rate
    for rate in tariff.rates:
        if (rate.source, rate.target) == (currency, money.currency):
            return _at(money, 1 / Fraction(rate.value), currency), rate
    raise NotSold(
        "No rate leads from %(source)s to %(target)s. Choose another currency.",
        source=money.currency,
        target=currency,
    )


def _at(money: Money, rate: Fraction, currency: str) -> Money:
    major = Fraction(money.amount, 10 ** exponent(money.currency))
    return Money(half_up(major * rate * 10 ** exponent(currency)), currency)
