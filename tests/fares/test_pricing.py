"""Fares laid over a journey: relation, stretch and side, cut at the border, in every currency of sale."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selling_line import (
    ILLUSTRATIVE,
    SHIPPED,
    STATED,
    by_railway,
    fare,
    priced,
    rate,
    rubles,
    selling,
    with_fares,
)

from rerail.fares.model import NotSold
from rerail.fares.pricing import charged_fees, convert, fees
from rerail.fares.rounding import divided, half_up, percent_of
from rerail.line.amount import Money, exponent
from rerail.line.folder import load
from rerail.line.model import TrainId
from rerail.line.tariff import GroupRules

RUSSIAN = fare("russian", "side", adult=rubles("3000.00"))
KOREAN = fare("korean", "side", adult=rubles("500.00"), railway="ksr")


# ── which fare ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_relation_between_exactly_the_two_stations_is_the_price_though_others_are_cheaper() -> None:
    line = with_fares(fare("through", "relation", "vladivostok–rajin", rubles("9000.00")), RUSSIAN, KOREAN)
    assert priced(line, "vladivostok–rajin").total == rubles("9000.00")
    assert priced(line, "ussuriysk–rajin").total == rubles("3500.00")


def test_the_way_is_cut_at_the_border_and_each_railway_prices_its_part() -> None:
    travel = priced(with_fares(RUSSIAN, KOREAN), "khasan–tumangang")
    assert [(one.fare, one.railway, one.charged) for one in travel.components] == [
        ("russian", "rzd", rubles("3000.00")),
        ("korean", "ksr", rubles("500.00")),
    ]


def test_stretches_are_laid_end_to_end_over_stations_where_the_train_does_not_call() -> None:
    line = with_fares(
        fare("a", "stretch", "vladivostok–baranovsky", rubles("100.00")),
        fare("b", "stretch", "baranovsky–ussuriysk", rubles("20.00")),
        fare("c", "stretch", "baranovsky–khasan", rubles("300.00")),
    )
    travel = priced(line, "vladivostok–khasan")
    assert [one.fare for one in travel.components] == ["a", "b", "b", "c"], "the train turns at Ussuriysk"
    assert travel.total == rubles("440.00")


def test_the_cheapest_way_of_laying_stretches_counts_then_the_one_with_the_fewest_then_the_first_id() -> None:
    pieces = (
        fare("a", "stretch", "vladivostok–ussuriysk", rubles("100.00")),
        fare("b", "stretch", "ussuriysk–khasan", rubles("200.00")),
    )
    dearer = fare("whole", "stretch", "vladivostok–khasan", rubles("301.00"))
    same = fare("whole", "stretch", "vladivostok–khasan", rubles("300.00"))
    assert [one.fare for one in priced(with_fares(*pieces, dearer), "vladivostok–khasan").components] == ["a", "b"]
    assert [one.fare for one in priced(with_fares(*pieces, same), "vladivostok–khasan").components] == ["whole"]
    side = fare("side", "side", adult=rubles("300.00"))
    for line in (with_fares(same, side), with_fares(side, same)):
        assert priced(line, "vladivostok–khasan").components[0].fare == "side"


def test_a_stretch_against_the_direction_holds_only_both_ways() -> None:
    there = fare("there", "stretch", "vladivostok–ussuriysk", rubles("100.00"))
    only = fare("only", "stretch", "vladivostok–ussuriysk", rubles("100.00"), both_ways=False)
    assert priced(with_fares(there), "ussuriysk–vladivostok", train="direct-back").total == rubles("100.00")
    with pytest.raises(NotSold):
        priced(with_fares(only), "ussuriysk–vladivostok", train="direct-back")


def test_a_fare_that_names_the_train_counts_though_a_general_one_is_cheaper() -> None:
    general = fare("general", "stretch", "vladivostok–ussuriysk", rubles("100.00"))
    special = fare("special", "stretch", "vladivostok–ussuriysk", rubles("900.00"), trains=("direct",))
    line = with_fares(general, special)
    assert priced(line, "vladivostok–ussuriysk").total == rubles("900.00")
    assert priced(line, "vladivostok–ussuriysk", train="suburban").total == rubles("100.00")


def test_a_fare_that_names_the_train_counts_in_the_direction_in_which_it_holds() -> None:
    general = fare("general", "stretch", "vladivostok–ussuriysk", rubles("100.00"))
    back = fare("b", "stretch", "ussuriysk–vladivostok", rubles("900.00"), both_ways=False, trains=("direct-back",))
    line = with_fares(general, back)
    assert priced(line, "ussuriysk–vladivostok", train="direct-back").total == rubles("900.00")
    assert priced(line, "vladivostok–ussuriysk").total == rubles("100.00")


def test_a_fare_that_names_the_class_counts_in_it_alone() -> None:
    general = fare("general", "side", adult=rubles("100.00"))
    first = fare("first", "side", adult=rubles("50.00"), travel_class="first")
    line = with_fares(general, first)
    assert priced(line, "vladivostok–khasan", travel_class="first").total == rubles("50.00")
    assert priced(line, "vladivostok–khasan", travel_class="second").total == rubles("100.00")


def test_kilometres_are_counted_over_the_track_run_and_rounded_once() -> None:
    """89 + 22 km to Ussuriysk; 3 + 49 km in Korea; half a kopeck up."""
    line = with_fares(fare("km", "side", adult=rubles("1.37"), per_km=True))
    assert priced(line, "vladivostok–ussuriysk").total == rubles("152.07")
    child = priced(line, "vladivostok–ussuriysk", "child")
    assert child.total == rubles("76.04"), "half of 152.07, not 111 times half a kopeck too much"


# ── whom ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_category_without_an_amount_pays_its_percentage_of_the_adults() -> None:
    own = fare("own", "side", adult=rubles("101.00"), amounts={"child": rubles("80.00")})
    assert priced(with_fares(own), "vladivostok–khasan", "child").total == rubles("80.00")
    assert priced(with_fares(RUSSIAN), "vladivostok–khasan", "child").total == rubles("1500.00")


def test_a_group_pays_its_own_amount_and_its_children_the_percentage_of_that() -> None:
    rules = GroupRules(
        provenance=STATED, from_passengers=9, option_days=7, deposit_percent=20, balance_days=21, names_days=7
    )
    grouped = fare("g", "side", adult=rubles("1000.00"), group_amounts={"adult": rubles("800.00")})
    line = with_fares(grouped, groups=rules)
    assert priced(line, "vladivostok–khasan", group=True).total == rubles("800.00")
    assert priced(line, "vladivostok–khasan", "child", group=True).total == rubles("400.00")
    assert priced(line, "vladivostok–khasan", "child").total == rubles("500.00")
    with pytest.raises(NotSold, match="no rules for groups"):
        priced(with_fares(grouped), "vladivostok–khasan", group=True)


# ── dividing a through fare ───────────────────────────────────────────────────────────────────────────────────


def test_a_through_fare_is_divided_by_kilometre() -> None:
    """Vladivostok – Ussuriysk – bridge is 89 + 22 + 22 + 238 + 2 = 373 km, bridge – Rajin 3 + 49 = 52."""
    line = with_fares(fare("through", "relation", "vladivostok–rajin", rubles("4250.00")))
    assert by_railway(priced(line, "vladivostok–rajin")) == {"rzd": 373000, "ksr": 52000}


def test_a_through_fare_is_divided_by_its_shares_to_the_last_kopeck() -> None:
    line = with_fares(fare("s", "relation", "khasan–tumangang", rubles("1500.01"), shares={"rzd": 1, "ksr": 2}))
    travel = priced(line, "khasan–tumangang", train="shuttle")
    assert by_railway(travel) == {"rzd": 50000, "ksr": 100001}
    assert travel.total == rubles("1500.01")


def test_a_relation_on_one_railway_is_all_its_own() -> None:
    line = with_fares(fare("r", "relation", "tumangang–rajin", Money(900, "KPW"), railway="ksr"), currencies=("KPW",))
    travel = priced(line, "tumangang–rajin", currency="KPW")
    assert [(one.railway, one.earned) for one in travel.components] == [("ksr", Money(900, "KPW"))]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any))
def test_shares_add_up_and_none_is_off_by_a_whole_minor_unit(amount: int, weights: list[int]) -> None:
    parts = divided(Money(amount, "RUB"), weights)
    assert sum(part.amount for part in parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - Fraction(amount * weight, sum(weights))) < 1


def test_nothing_is_divided_by_no_weights() -> None:
    with pytest.raises(ValueError, match="above zero"):
        divided(rubles("1.00"), [0, 0])


# ── currencies ────────────────────────────────────────────────────────────────────────────────────────────────

CURRENCIES = ("RUB", "KPW", "JPY", "KWD")
VALUES = st.decimals("0.0001", "100000", places=4)


@given(st.integers(-(10**10), 10**10), st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES), VALUES, st.booleans())
def test_conversion_rounds_within_half_a_minor_unit(
    amount: int, source: str, target: str, value: object, inverse: bool
) -> None:
    given_rate = rate(*((target, source) if inverse else (source, target)), str(value))
    tariff = with_fares(rates=(given_rate,)).tariff
    assert tariff is not None
    found, used = convert(tariff, Money(amount, source), target)
    assert found.currency == target
    if source == target:
        assert (found.amount, used) == (amount, None)
        return
    factor = Fraction(str(value))
    exact = Fraction(amount, 10 ** exponent(source)) * (1 / factor if inverse else factor) * 10 ** exponent(target)
    assert abs(found.amount - exact) <= Fraction(1, 2)
    assert used == given_rate
    assert convert(tariff, Money(-amount, source), target)[0] == -found


@pytest.mark.parametrize(("exact", "rounded"), [("0.5", 1), ("1.5", 2), ("2.49", 2), ("-0.5", -1), ("-2.49", -2)])
def test_a_half_goes_away_from_zero(exact: str, rounded: int) -> None:
    assert half_up(Fraction(exact)) == rounded


def test_each_railway_earns_in_the_currency_of_its_fare_and_the_rate_is_shown() -> None:
    korean = fare("korean", "side", adult=Money(100000, "KPW"), railway="ksr")
    rates = (rate("USD", "RUB", "80"), rate("RUB", "KPW", "11.25"), rate("USD", "KPW", "900"))
    line = with_fares(RUSSIAN, korean, rates=rates, currencies=("RUB", "USD", "KPW"))
    travel = priced(line, "khasan–rajin", currency="USD")
    assert [(one.earned, one.charged) for one in travel.components] == [
        (rubles("3000.00"), Money(3750, "USD")),
        (Money(100000, "KPW"), Money(111, "USD")),
    ]
    assert travel.total == Money(3861, "USD")
    assert travel.rates == (rates[0], rates[2])
    assert priced(line, "vladivostok–khasan").rates == ()


def test_the_direct_rate_is_used_before_the_inverse_of_the_other() -> None:
    tariff = with_fares(rates=(rate("RUB", "USD", "0.02"), rate("USD", "RUB", "80"))).tariff
    assert tariff is not None
    assert convert(tariff, Money(100, "USD"), "RUB") == (rubles("80.00"), tariff.rates[1])


def test_fees_are_those_of_the_channel_in_the_currency_of_the_sale() -> None:
    tariff = selling().tariff
    assert tariff is not None
    assert [(fee.id, money) for fee, money in fees(tariff, "booking", "counter", "USD")] == [
        ("counter-service", Money(188, "USD"))
    ]
    assert fees(tariff, "booking", "site", "RUB") == ()
    assert [(fee.id, money) for fee, money in fees(tariff, "ticket", "site", "RUB")] == [
        ("reservation", rubles("60.00"))
    ]


def test_a_fee_in_another_currency_shows_its_rate_and_is_as_illustrative_as_either() -> None:
    tariff = selling().tariff
    assert tariff is not None
    (usd,) = charged_fees(tariff, "ticket", "site", "USD")
    assert (usd.charged, usd.rate, usd.illustrative) == (Money(75, "USD"), tariff.rates[0], True)
    stated = msgspec.structs.replace(
        tariff, fees=tuple(msgspec.structs.replace(one, provenance=STATED) for one in tariff.fees)
    )
    (rub,) = charged_fees(stated, "ticket", "site", "RUB")
    assert (rub.rate, rub.illustrative) == (None, False)
    assert charged_fees(stated, "ticket", "site", "USD")[0].illustrative, "the rate is"


# ── laws over a whole line ────────────────────────────────────────────────────────────────────────────────────

TRAINS: tuple[TrainId, ...] = ("direct", "direct-back", "suburban", "shuttle")


@given(st.data())
def test_the_parts_of_every_price_add_up_to_the_whole(data: st.DataObject) -> None:
    line = selling()
    train = line.trains[data.draw(st.sampled_from(TRAINS))]
    board = data.draw(st.integers(0, len(train.calls) - 2))
    alight = data.draw(st.integers(board + 1, len(train.calls) - 1))
    stretch = f"{train.calls[board].station}–{train.calls[alight].station}"
    category = data.draw(st.sampled_from(["adult", "child", "infant"]))
    currency = data.draw(st.sampled_from(["RUB", "KPW", "USD"]))
    group = data.draw(st.booleans())
    travel = priced(line, stretch, category, train=train.id, currency=currency, group=group)
    assert sum(one.charged.amount for one in travel.components) == travel.total.amount
    assert {one.charged.currency for one in travel.components} == {travel.total.currency} == {currency}
    assert list(by_railway(travel)) == list(
        dict.fromkeys(railway for run in train.segment_railways[board:alight] for railway in run)
    )
    if currency == "RUB":
        for one in travel.components:
            assert one.earned.currency != "RUB" or one.earned == one.charged
    if category == "infant":
        assert travel.total == Money(0, currency)
    assert travel.illustrative


PIECES = ("vladivostok–baranovsky", "baranovsky–ussuriysk", "baranovsky–khasan", "khasan–bridge")


@given(st.lists(st.integers(0, 10**7), min_size=4, max_size=4), st.integers(0, 10**7), st.data())
def test_the_price_of_a_way_in_pieces_is_the_sum_of_its_pieces_wherever_it_is_cut(
    amounts: list[int], korean: int, data: st.DataObject
) -> None:
    """With one fare for each piece of track, changing at a station on the way costs nothing and saves nothing."""
    line = with_fares(
        *(fare(ends, "stretch", ends, Money(amount, "RUB")) for ends, amount in zip(PIECES, amounts, strict=True)),
        *(
            fare(ends, "stretch", ends, Money(korean, "RUB"), railway="ksr")
            for ends in ("bridge–tumangang", "tumangang–rajin")
        ),
    )
    stations = [call.station for call in line.trains["direct"].calls]
    start, middle, end = sorted(data.draw(st.sets(st.integers(0, 4), min_size=3, max_size=3)))
    whole, first, second = (
        priced(line, f"{stations[one]}–{stations[other]}").total
        for one, other in ((start, end), (start, middle), (middle, end))
    )
    assert whole == first + second


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), st.integers(0, 10**6))
def test_a_price_never_falls_when_a_fare_rises(amounts: list[int], more: int) -> None:
    def line(extra: int) -> int:
        found = with_fares(
            fare("a", "stretch", "vladivostok–ussuriysk", Money(amounts[0] + extra, "RUB")),
            fare("b", "stretch", "ussuriysk–khasan", Money(amounts[1], "RUB")),
            fare("c", "side", adult=Money(amounts[2], "RUB")),
        )
        return priced(found, "vladivostok–khasan").total.amount

    assert line(0) == min(amounts[0] + amounts[1], amounts[2])
    assert line(0) <= line(more)


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_a_percentage_is_within_half_a_minor_unit(amount: int, percent: int) -> None:
    assert abs(percent_of(Money(amount, "RUB"), percent).amount - Fraction(amount * percent, 100)) <= Fraction(1, 2)


# ── what is illustrative ──────────────────────────────────────────────────────────────────────────────────────


def test_a_price_is_illustrative_if_any_figure_of_it_is() -> None:
    stated = with_fares(fare("s", "side", adult=rubles("10.00")))
    assert not priced(stated, "vladivostok–khasan").illustrative
    by_length = with_fares(fare("s", "side", adult=rubles("10.00"), per_km=True))
    assert priced(by_length, "vladivostok–khasan").illustrative, "the lengths of this line's track are"
    one = fare(
        "s", "side", adult=rubles("10.00"), figures={"amounts.child": ILLUSTRATIVE}, amounts={"child": rubles("5")}
    )
    assert not priced(with_fares(one), "vladivostok–khasan").illustrative
    assert priced(with_fares(one), "vladivostok–khasan", "child").illustrative
    loose = msgspec.structs.replace(rate("USD", "RUB", "80"), provenance=ILLUSTRATIVE)
    line = with_fares(RUSSIAN, rates=(loose,), currencies=("RUB", "USD"))
    assert not priced(line, "vladivostok–khasan").illustrative
    assert priced(line, "vladivostok–khasan", currency="USD").illustrative


def test_a_through_fare_divided_by_illustrative_kilometres_is_illustrative() -> None:
    by_km = with_fares(fare("through", "relation", "vladivostok–rajin", rubles("1.00")))
    by_shares = with_fares(
        fare("through", "relation", "vladivostok–rajin", rubles("1.00"), shares={"rzd": 1, "ksr": 1})
    )
    assert priced(by_km, "vladivostok–rajin").illustrative
    assert not priced(by_shares, "vladivostok–rajin").illustrative


# ── what is not sold ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_sold_says_so_and_what_to_do() -> None:
    line = with_fares(RUSSIAN)
    with pytest.raises(NotSold) as nothing:
        priced(line, "vladivostok–rajin")
    assert str(nothing.value) == (
        "There is no fare from Vladivostok to Rajin in this class. Choose another class or other stations."
    )
    assert nothing.value.message % nothing.value.values_in("ru") == (
        "There is no fare from Владивосток to Раджин in this class. Choose another class or other stations."
    )
    with pytest.raises(NotSold, match=r"not sold in EUR\. Choose one of RUB\."):
        priced(line, "vladivostok–khasan", currency="EUR")
    with pytest.raises(NotSold, match='no category "dog"'):
        priced(line, "vladivostok–khasan", "dog")
    with pytest.raises(NotSold, match=r"no fares\.toml"):
        priced(msgspec.structs.replace(line, tariff=None), "vladivostok–khasan")
    with pytest.raises(NotSold, match="No rate leads from RUB to USD"):
        priced(with_fares(RUSSIAN, currencies=("USD",)), "vladivostok–khasan", currency="USD")


# ── the shipped fares ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_line_sells_every_train_both_ways_and_every_figure_says_that_it_is_illustrative() -> None:
    line = load(SHIPPED)
    tariff = line.tariff
    assert tariff is not None
    for train in line.trains.values():
        for board, call in enumerate(train.calls):
            for alight in range(board + 1, len(train.calls)):
                if call.boarding and train.calls[alight].alighting:
                    stretch = f"{call.station}–{train.calls[alight].station}"
                    travel = priced(line, stretch, train=train.id)
                    assert travel.total.amount > 0
                    assert travel.illustrative
    every = (*tariff.categories.values(), *tariff.fares, *tariff.fees, *tariff.rates, *tariff.refunds)
    every += (*tariff.deadlines, *tariff.allotments, *tariff.operators.values(), tariff.sale)
    assert tariff.groups is not None
    assert all(one.provenance == ILLUSTRATIVE and not one.figures for one in (*every, tariff.groups))
    assert all(one.dated <= date(2026, 11, 23) for one in tariff.rates)
