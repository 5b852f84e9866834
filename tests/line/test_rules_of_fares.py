"""fares.toml: amounts, categories, fares, rates, refunds, deadlines, allotments, groups."""

# ruff: noqa: E501 - the rows of a table of cases stay rows

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from small_line import FOLDER, SELLING, SmallLine

from rerail.line.amount import Money
from rerail.line.checks import fares as fare_checks
from rerail.line.checks import selling
from rerail.line.folder import check, load_files, read_files
from rerail.line.model import Provenance


@pytest.fixture
def sold(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path, SELLING)


FARES = "fares.toml"


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_without_fares_sells_nothing(tmp_path: Path) -> None:
    assert SmallLine(tmp_path, FOLDER).load().tariff is None


def test_amounts_in_major_units_become_whole_minor_units(sold: SmallLine) -> None:
    tariff = sold.load().tariff
    assert tariff is not None
    through, korean = tariff.fares[0], next(fare for fare in tariff.fares if fare.id == "korean-part")
    assert through.amounts == {"adult": Money(620000, "RUB"), "child": Money(330000, "RUB")}
    assert through.group_amounts == {"adult": Money(560001, "RUB")}
    assert korean.amounts == {"adult": Money(6407, "KPW")}, "the currency is the railway's where the fare names none"
    assert tariff.rates[0].value == Decimal("80.00")
    assert [category.id for category in tariff.categories.values()] == ["adult", "child", "infant"]
    assert tariff.sale.closes_minutes == 30
    assert tariff.sale.hold_minutes == 20, "what the folder does not say keeps its default"
    assert (tariff.allotments[0].holder_kind, tariff.allotments[0].holder) == ("operator", "example-tours")


@pytest.mark.parametrize("currency", ["JPY", "KRW"])
def test_a_currency_without_decimals_counts_whole_units(sold: SmallLine, currency: str) -> None:
    sold.replace(FARES, 'amount = "150.00"\ncurrency = "RUB"', f'amount = 150\ncurrency = "{currency}"')
    for sale in ("RUB", "KPW", "USD"):
        sold.add(FARES, f'[[rate]]\nfrom = "{currency}"\nto = "{sale}"\nvalue = 1\ndated = 2026-01-01\n')
    tariff = sold.load().tariff
    assert tariff is not None
    assert tariff.fees[0].amount == Money(150, currency)


def test_every_figure_carries_where_it_comes_from(sold: SmallLine) -> None:
    sold.replace(
        FARES,
        'amounts = { adult = "6200.00", child = "3300.00" }',
        'amounts = { adult = { value = "6200.00", source = "S7" }, child = "3300.00" }',
    )
    tariff = sold.load().tariff
    assert tariff is not None
    assert tariff.fares[0].provenance_of("amounts.adult") == Provenance(("S7",))
    assert tariff.fares[0].provenance_of("amounts.child") == Provenance(illustrative=True)
    assert tariff.sale.illustrative("closes_minutes")


def test_fares_that_nobody_answers_for(sold: SmallLine) -> None:
    sold.replace(FARES, "illustrative = true\ncurrencies", "currencies")
    assert {problem.rule for problem in sold.problems()} == {"provenance"}
    assert ("error", "provenance", "fare[0]") in sold.rules()


def test_the_content_of_an_edition_covers_its_fares(sold: SmallLine) -> None:
    before = sold.load()
    after = sold.replace(FARES, 'adult = "290.00"', 'adult = "291.00"').load()
    assert before.content != after.content
    assert load_files(read_files(sold.folder), "kept").tariff == after.tariff


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ('adult = "290.00"', "adult = 290.5", "fare[1].amounts.adult", "expected an amount as text, found the number 290.5."),
        ('adult = "290.00"', 'adult = "290,00"', "fare[1].amounts.adult", '"290,00" is no amount.'),
        ('adult = "290.00"', 'adult = "-290"', "fare[1].amounts.adult", '"-290" is no amount.'),
        ('adult = "290.00"', 'adult = "290 RUB"', "fare[1].amounts.adult", '"290 RUB" is no amount.'),
        ('adult = "290.00"', "adult = true", "fare[1].amounts.adult", "expected an amount as text, found true."),
        ('adult = "290.00"', "adult = -1", "fare[1].amounts.adult", "the amount -1 is not between 0 and 1000000000000."),
        ('adult = "290.00"', 'adult = "290.005"', "fare[1].amounts.adult", "the amount 290.005 has more decimals than RUB, which has 2."),
        ('value = "80.00"', "value = 80.5", "rate[0].value", "expected a number as text, found the number 80.5."),
        ('value = "80.00"', 'value = "0.00"', "rate[0].value", "the number is zero."),
        ('value = "80.00"', 'value = "eighty"', "rate[0].value", '"eighty" is no number.'),
        ('per = "ticket"', 'per = "tickets"', "fee[1].per", '"tickets" is none of "booking", "ticket".'),
        ('email = "groups@example.org"', 'email = "example.org"', "operator[0].email", '"example.org" is not an e-mail address.'),
        ('percent = 90', "percent = 101", "refund[0].percent", "the number 101 is not between 0 and 100."),
        ('currencies = ["RUB", "KPW", "USD"]', 'currencies = ["RUB", "KPW", "Usd"]', "currencies[2]", '"Usd" is not a currency code of three capitals like RUB (ISO 4217).'),
    ],
)  # fmt: skip
def test_values_that_are_no_amounts(sold: SmallLine, old: str, new: str, path: str, message: str) -> None:
    sold.replace(FARES, old, new)
    assert (path, message) in [(problem.path, problem.message) for problem in sold.problems()]


def test_a_fares_file_without_currencies_of_sale(sold: SmallLine) -> None:
    problem = sold.replace(FARES, 'currencies = ["RUB", "KPW", "USD"]\n', "").error()
    assert (problem.rule, problem.message) == ("missing-key", "there are no currencies.")


@pytest.mark.parametrize(
    ("old", "new", "path", "message", "meant"),
    [
        ('from = "ussuriysk"\nto = "khasan"\namounts', 'from = "usuriysk"\nto = "khasan"\namounts', "fare[2].from", 'no station "usuriysk" on this line.', "ussuriysk"),
        ('trains = ["shuttle"]', 'trains = ["shutle"]', "fare[6].trains[0]", 'no train "shutle" on this line.', "shuttle"),
        ('adult = "290.00"', 'adult = "290.00", chlid = 5', "fare[1].amounts.chlid", 'no category of passengers "chlid" on this line.', "child"),
        ("shares = { rzd = 1, ksr = 2 }", "shares = { rzd = 1, krs = 2 }", "fare[6].shares.krs", 'no railway "krs" on this line.', "ksr"),
        ('operator = "example-tours"', 'operator = "example-tour"', "allotment[0].operator", 'no tour operator "example-tour" on this line.', "example-tours"),
        ('operator = "example-tours"', 'railway = "kst"', "allotment[0].railway", 'no railway "kst" on this line.', "ksr"),
        ('crossing = "khasan-tumangang"\nminutes = 120', 'crossing = "khasan-tumangan"\nminutes = 120', "deadline[1].crossing", 'no crossing "khasan-tumangan" on this line.', "khasan-tumangang"),
    ],
)  # fmt: skip
def test_what_fares_name_is_defined(sold: SmallLine, old: str, new: str, path: str, message: str, meant: str) -> None:
    problem = sold.replace(FARES, old, new).error_of("unknown-reference")
    assert (problem.path, problem.message) == (path, message)
    assert problem.fix.startswith(f'Did you mean "{meant}"?')


def test_two_fares_with_one_id(sold: SmallLine) -> None:
    problem = sold.replace(FARES, 'id = "ussuriysk-khasan"', 'id = "through"').error()
    assert (problem.rule, problem.path) == ("duplicate-id", "fare[2].id")


def test_an_allotment_for_nobody_and_one_for_two(sold: SmallLine) -> None:
    sold.replace(FARES, 'operator = "example-tours"', "")
    assert sold.error().message == "nothing says whom the places are kept for."
    sold.replace(FARES, 'coach = "1"\nplaces', 'operator = "example-tours"\nrailway = "ksr"\ncoach = "1"\nplaces')
    assert sold.error().message == "the places are kept for a railway and for a tour operator."


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_fares_file_that_sells_nothing(sold: SmallLine) -> None:
    sold.write(FARES, 'illustrative = true\ncurrencies = ["RUB"]\n')
    assert [problem.message for problem in sold.problems() if problem.rule == "empty-tariff"] == [
        "there are no categories of passengers.",
        "there are no fares.",
    ]


def test_a_currency_of_sale_listed_twice(sold: SmallLine) -> None:
    problem = sold.replace(FARES, '"KPW", "USD"]', '"KPW", "RUB"]').error()
    assert (problem.rule, problem.path) == ("sale-currency", "currencies[2]")


@pytest.mark.parametrize(
    ("extra", "key"),
    [("percent = 90", "percent"), ("from_age = 10", "from_age"), ("place = false", "place"), ("with_adult = true", "with_adult")],
)  # fmt: skip
def test_the_first_category_is_the_adult(sold: SmallLine, extra: str, key: str) -> None:
    problem = sold.replace(FARES, 'id = "adult"', f'id = "adult"\n{extra}').error_of("category-adult")
    assert problem.path == f"category[0].{key}"


def test_two_kinds_of_children_of_the_same_age(sold: SmallLine) -> None:
    sold.add(
        FARES, '[[category]]\nid = "youth"\nnames = { en = "Youth", ru = "Подросток" }\nfrom_age = 9\nuntil_age = 14\n'
    )
    problem = sold.error()
    assert (problem.rule, problem.path) == ("category-ages", "category[3]")
    assert problem.message == 'ages 9 to 9 are also those of "child".'


def test_a_child_with_a_place_and_one_without_may_be_of_the_same_age(sold: SmallLine) -> None:
    sold.replace(FARES, "from_age = 5\n", "from_age = 3\n")
    assert sold.problems() == ()


def test_an_age_that_nobody_has(sold: SmallLine) -> None:
    problem = sold.replace(FARES, "from_age = 5\n", "from_age = 10\n").error()
    assert problem.message == "nobody is at least 10 and under 10 years old."


def test_a_fare_without_the_adults_amount(sold: SmallLine) -> None:
    problem = sold.replace(FARES, 'amounts = { adult = "290.00" }', 'amounts = { child = "290.00" }').error()
    assert (problem.rule, problem.path) == ("fare-adult", "fare[1].amounts")


def test_a_stretch_without_its_end_and_a_side_with_one(sold: SmallLine) -> None:
    sold.replace(FARES, 'to = "bridge"\n', "")
    sold.replace(FARES, 'basis = "side"', 'basis = "side"\nfrom = "rajin"')
    assert [(problem.rule, problem.path, problem.message) for problem in sold.problems()] == [
        ("fare-stretch", "fare[4]", 'this stretch has no "to".'),
        ("fare-stretch", "fare[5].from", "a side fare holds for all of a railway."),
    ]


def test_a_stretch_that_leads_nowhere(sold: SmallLine) -> None:
    problem = sold.replace(FARES, 'to = "bridge"', 'to = "khasan"').error()
    assert problem.message == 'the stretch ends where it begins, at "khasan".'


def test_shares_of_what_is_not_divided_and_shares_of_nothing(sold: SmallLine) -> None:
    sold.replace(FARES, 'to = "bridge"', 'to = "bridge"\nshares = { rzd = 1 }')
    sold.replace(FARES, "shares = { rzd = 1, ksr = 2 }", "shares = { rzd = 0, ksr = 0 }")
    assert [(problem.rule, problem.path) for problem in sold.problems()] == [
        ("fare-shares", "fare[4].shares"),
        ("fare-shares", "fare[6].shares"),
    ]


def test_no_rate_between_the_currency_of_a_fare_and_one_of_sale(sold: SmallLine) -> None:
    problem = sold.replace(FARES, 'from = "RUB"\nto = "KPW"', 'from = "RUB"\nto = "CNY"').error()
    assert (problem.rule, problem.path) == ("rate-missing", "fare[0].amounts")
    assert problem.message == "no rate leads from RUB to KPW, in which tickets are sold."


def test_two_rates_between_the_same_currencies(sold: SmallLine) -> None:
    sold.add(FARES, '[[rate]]\nfrom = "RUB"\nto = "USD"\nvalue = "0.0125"\ndated = 2026-02-01\n')
    problem = sold.error()
    assert (problem.rule, problem.path) == ("rate-twice", "rate[3]")
    sold.replace(FARES, 'from = "RUB"\nto = "USD"', 'from = "RUB"\nto = "RUB"')
    assert sold.error().message == "a rate from RUB to itself."


def test_refund_rules_in_the_wrong_order(sold: SmallLine) -> None:
    problem = sold.replace(FARES, "minutes = 10080", "minutes = 1000").error()
    assert (problem.rule, problem.path) == ("refund-order", "refund[1].minutes")


def test_who_cancels_later_gets_no_more(sold: SmallLine) -> None:
    problem = sold.replace(FARES, "percent = 60", "percent = 95").error()
    assert (problem.rule, problem.path) == ("refund-order", "refund[1].percent")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("from_passengers = 9", "from_passengers = 301", "from_passengers"),
        ("from_passengers = 9", "from_passengers = 10", "from_passengers"),
        ("balance_days = 21", "balance_days = 60", "balance_days"),
        ("names_days = 7", "names_days = 90", "names_days"),
    ],
)
def test_numbers_of_groups_that_do_not_fit(sold: SmallLine, old: str, new: str, key: str) -> None:
    sold.replace(FARES, old, new)
    found = [problem for problem in sold.problems() if problem.rule in ("group-numbers", "value")]
    assert found
    assert {problem.path for problem in found} == {f"group.{key}"}


def test_a_party_too_large_for_a_booking_and_too_small_for_a_group(sold: SmallLine) -> None:
    problem = sold.replace(FARES, "from_passengers = 9", "from_passengers = 10").error()
    assert problem.message == (
        "9 passengers are too many for a booking (sale.most_passengers = 8) and too few for a group."
    )


def test_a_group_larger_than_the_largest(sold: SmallLine) -> None:
    problem = sold.replace(FARES, "names_days = 7", "names_days = 7\nmost_passengers = 8").error()
    assert problem.message == "a group has at least 9 and at most 8 passengers."


def test_a_deadline_for_a_train_that_does_not_cross(sold: SmallLine) -> None:
    problem = sold.replace(FARES, '["direct", "direct-back"]\nminutes', '["direct", "suburban"]\nminutes').error()
    assert (problem.rule, problem.path) == ("deadline-crossing", "deadline[0].trains[1]")
    assert problem.message == 'the train "suburban" does not pass the crossing "khasan-tumangang".'


def test_two_deadlines_for_one_train(sold: SmallLine) -> None:
    sold.add(FARES, '[[deadline]]\ncrossing = "khasan-tumangang"\ntrains = ["direct"]\nminutes = 60\n')
    problem = sold.error()
    assert (problem.rule, problem.path) == ("deadline-crossing", "deadline[2]")


def test_places_kept_in_a_coach_that_the_train_has_not(sold: SmallLine) -> None:
    sold.replace(FARES, '["direct", "direct-back"]\noperator', '["suburban"]\noperator')
    problem = sold.replace(FARES, 'coach = "1"', 'coach = "12"').error()
    assert (problem.rule, problem.path) == ("allotment-place", "allotment[0].coach")
    assert problem.message == 'the train "suburban" has no coach "12".'
    assert problem.fix == 'Did you mean "1"?'


def test_a_place_kept_that_the_coach_has_not(sold: SmallLine) -> None:
    sold.replace(FARES, 'places = ["1", "2", "3", "4"]', 'places = ["1", "2", "3", "41"]')
    problem = sold.problems()[0]
    assert (problem.rule, problem.path) == ("allotment-place", "allotment[0].places[3]")
    assert problem.message == 'coach 1 of the train "direct" has no place "41".'


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ('places = ["9", "4"]', 'place 4 of the train "direct" is already kept (allotment[0]).'),
        ("", 'place 1 of the train "direct" is already kept (allotment[0]).'),
    ],
)
def test_two_allotments_on_one_place(sold: SmallLine, places: str, message: str) -> None:
    sold.add(
        FARES,
        f'[[allotment]]\nid = "b"\ntrains = ["direct"]\nrailway = "ksr"\ncoach = "1"\n{places}\nrelease_days = 3\n',
    )
    problem = sold.error()
    assert (problem.rule, problem.message) == ("allotment-twice", message)


def test_two_allotments_of_one_coach_that_share_no_place(sold: SmallLine) -> None:
    sold.add(
        FARES,
        '[[allotment]]\nid = "b"\ntrains = ["direct"]\nrailway = "ksr"\ncoach = "1"\nplaces = ["5"]\nrelease_days = 3\n',
    )
    assert sold.problems() == ()


def test_a_domestic_coach_that_crosses(sold: SmallLine) -> None:
    coach = 'number = "3"\ntype = "compartment"\nrailway = "rzd"\nto = "khasan"\n'
    problem = sold.replace("trains.toml", coach, coach.replace("khasan", "tumangang")).error()
    assert (problem.rule, problem.path) == ("coach-traffic", "train[0].coach[2].traffic")
    assert problem.message == 'coach 3 is domestic and crosses the border at "bridge".'


def test_an_international_coach_that_stays(sold: SmallLine) -> None:
    coach = 'number = "3"\ntype = "compartment"\nrailway = "rzd"\nto = "khasan"\ntraffic = "domestic"'
    problem = sold.replace("trains.toml", coach, coach.replace("domestic", "international")).error()
    assert problem.message == "coach 3 is international and crosses no border."


def test_a_coach_that_does_not_say_whom_it_is_for_beside_domestic_ones(sold: SmallLine) -> None:
    coach = 'to = "khasan"\ntraffic = "domestic"\n[[train.coach]]\nnumber = "4"'
    problem = sold.replace("trains.toml", coach, coach.replace('traffic = "domestic"\n', "")).error()
    assert (problem.rule, problem.path) == ("coach-traffic", "train[0].coach[2]")


def test_a_coach_put_on_at_a_border_station_does_not_cross(tmp_path: Path) -> None:
    """The border is Khasan itself, where the train calls: a coach from there on is on the far side alone."""
    sold = SmallLine(tmp_path, SELLING).without("border.toml")  # it names the shuttle, which now crosses nothing
    sold.replace("line.toml", 'border = "bridge"', 'border = "khasan"')
    sold.replace(
        "line.toml",
        'start = "khasan"\nend = "bridge"\nrailway = "rzd"',
        'start = "khasan"\nend = "bridge"\nrailway = "ksr"',
    )
    coach = 'number = "1"\ntype = "compartment"\nrailway = "rzd"\ntraffic = "international"\n[[train.coach]]\nnumber = "2"\ntype = "soft"\nrailway = "rzd"\ntraffic = "international"\n[[train.coach]]                # taken'
    sold.replace("trains.toml", coach, coach.replace('railway = "rzd"', 'railway = "rzd"\nfrom = "khasan"', 1))
    assert [problem.message for problem in sold.problems() if problem.level == "error"] == [
        "coach 1 is international and crosses no border."
    ]


def test_a_train_for_groups_that_no_tour_operator_brings(sold: SmallLine) -> None:
    text = (sold.folder / FARES).read_text(encoding="utf-8")
    start, end = text.index("[[operator]]"), text.index("[group]")
    sold.write(FARES, text[:start] + text[end:])
    assert [(problem.level, problem.rule, problem.path) for problem in sold.problems()] == [
        ("warning", "group-train-without-operator", "train[0].groups_only"),
        ("warning", "group-train-without-operator", "train[1].groups_only"),
        ("warning", "named-list-without-operator", "authority[2].kind"),
    ]


def test_a_pair_of_calls_without_a_price(sold: SmallLine) -> None:
    """Without the fare for Khasan – bridge nobody can be sold Ussuriysk – Rajin; Vladivostok – Rajin has its own."""
    sold.replace(FARES, 'to = "bridge"', 'to = "bridge"\ntrains = ["direct-back", "shuttle"]')
    found = [(problem.rule, problem.path) for problem in sold.problems()]
    assert found == [("price-missing", "train[0]"), ("price-missing", "train[0]")]
    assert [problem.message for problem in sold.problems()] == [
        'no fare gives a price from "vladivostok" to "tumangang" (and 4 more) in second class.',
        'no fare gives a price from "vladivostok" to "tumangang" (and 5 more) in first class.',
    ]


def test_a_class_that_one_may_not_travel_in_over_a_stretch_needs_no_price(sold: SmallLine) -> None:
    """The seats of the direct train are domestic: no third-class fare over the border is missed."""
    border = 'to = "bridge"\namounts'
    sold.replace(FARES, border, 'to = "bridge"\nclass = "second"\namounts')
    assert [problem.message.rpartition(" in ")[2] for problem in sold.problems()] == ["first class.", "first class."]


def test_a_fare_that_no_train_can_use(sold: SmallLine) -> None:
    sold.add(
        FARES,
        '[[fare]]\nid = "x"\nrailway = "rzd"\nbasis = "stretch"\nfrom = "khasan"\nto = "rajin"\namounts = { adult = 5 }\n',
    )
    problem = sold.warning()
    assert (problem.rule, problem.path) == ("fare-unused", "fare[7]")
    assert problem.message == 'no train runs from "khasan" to "rajin" on the track of "rzd" alone.'


def test_a_one_way_relation_against_the_trains(sold: SmallLine) -> None:
    sold.add(
        FARES,
        '[[fare]]\nid = "x"\nrailway = "ksr"\nbasis = "relation"\nfrom = "tumangang"\nto = "khasan"\nboth_ways = false\ntrains = ["shuttle"]\namounts = { adult = 5 }\n',
    )
    assert sold.warning().message == 'none of shuttle calls at "tumangang" and "khasan" in this order.'


def test_a_side_fare_of_a_railway_that_its_trains_do_not_run_on(sold: SmallLine) -> None:
    sold.add(
        FARES, '[[fare]]\nid = "x"\nrailway = "ksr"\nbasis = "side"\ntrains = ["suburban"]\namounts = { adult = 5 }\n'
    )
    assert sold.warning().message == 'none of suburban runs on "ksr".'


def test_every_rule_of_selling_has_a_test_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    for rule in (*fare_checks.RULES, *fare_checks.LINE_WARNINGS, *selling.RULES, *selling.WARNINGS):
        assert f'"{rule.__name__.replace("_", "-")}"' in text, rule


def test_a_fares_file_broken_anywhere_is_reported_and_never_breaks_the_reader(sold: SmallLine) -> None:
    """Each line of fares.toml left out, and each made a list."""
    lines = (SELLING / FARES).read_text(encoding="utf-8").splitlines()
    for index, line in enumerate(lines):
        key = line.partition(" = ")[0] if " = " in line else ""
        for changed in ([], [f"{key} = [[]]"] if key else [], [f"{key} = {{}}"] if key else []):
            sold.write(FARES, "\n".join([*lines[:index], *changed, *lines[index + 1 :]]))
            for problem in check(sold.folder)[1]:
                assert problem.message.endswith("."), problem
