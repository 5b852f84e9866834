"""Fares: who pays what, in which currency, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rerail.line.checks.trains import train_at
from rerail.line.course import course
from rerail.line.draft import DraftFolder, DraftTariff, Placed
from rerail.line.fare_tiles import Coverage, fares_for, usable
from rerail.line.kinds import listed
from rerail.line.model import Line, Train
from rerail.line.problem import At, Finding, error, warning
from rerail.line.tariff import Category, TravelClass

FILE: Final = At("fares.toml")


def empty_tariff(draft: DraftFolder) -> Iterator[Finding]:
    """A fares.toml has at least one category of passengers and one fare."""
    if draft.tariff is None:
        return
    for kind, several in (("category", "categories of passengers"), ("fare", "fares")):
        if not draft.tables[kind]:
            fix = f"Add [[{kind}]] tables, or take the file out: without it the line sells nothing."
            yield error(FILE, f"there are no {several}.", fix)


def sale_currency(draft: DraftFolder) -> Iterator[Finding]:
    """No currency of sale is listed twice."""
    currencies = draft.tariff.currencies if draft.tariff else ()
    for index, currency in enumerate(currencies):
        if currency in currencies[:index]:
            yield error(FILE.key("currencies").item(index), f'"{currency}" is listed twice.', "Take one out.")


def category_adult(draft: DraftFolder) -> Iterator[Finding]:
    """The first category is the adult: any age, a place of its own, 100 percent of the fare."""
    if draft.tariff is None or not draft.tariff.categories:
        return
    placed = draft.tariff.categories[0]
    first = placed.value
    wrong = {
        "percent": first.percent != 100,
        "from_age": first.from_age is not None,
        "until_age": first.until_age is not None,
        "place": not first.place,
        "with_adult": first.with_adult,
    }
    for key in (key for key, is_wrong in wrong.items() if is_wrong):
        message = f'the first category, "{first.id}", must be the adult: any age, a place, 100 percent.'
        yield error(placed.at.key(key), message, f"Take {key} out, or list the adult first.")


def category_ages(draft: DraftFolder) -> Iterator[Finding]:
    """Ages go upwards, and of no two categories with a place, or without one, do they overlap."""
    bounded: list[Placed[Category]] = []
    for placed in draft.tariff.categories if draft.tariff else ():
        category = placed.value
        if not category.asks_birth_date or placed.broken & {"from_age", "until_age"}:
            continue
        first, until = _ages(category)
        if first >= until:
            message = f"nobody is at least {first} and under {until} years old."
            yield error(placed.at.key("until_age"), message, "until_age is the first age that is too old.")
            continue
        for other in bounded:
            start, end = _ages(other.value)
            if other.value.place == category.place and first < end and start < until:
                message = f'ages {max(first, start)} to {min(until, end) - 1} are also those of "{other.value.id}".'
                yield error(placed.at, message, "Let one end where the other begins: until_age does not belong to it.")
        bounded.append(placed)


def _ages(category: Category) -> tuple[int, int]:
    return category.from_age or 0, 121 if category.until_age is None else category.until_age


def fare_adult(draft: DraftFolder) -> Iterator[Finding]:
    """Every fare has an amount for the adult: other categories without one pay a percentage of it."""
    if draft.tariff is None or not draft.tariff.categories:
        return
    adult = draft.tariff.categories[0].value.id
    for placed in draft.tariff.fares:
        if adult not in placed.value.amounts and "amounts" not in placed.broken:
            fix = f'Add {adult} = "…" to its amounts.'
            yield error(placed.at.key("amounts"), f'the fare has no amount for "{adult}", the first category.', fix)


def fare_stretch(draft: DraftFolder) -> Iterator[Finding]:
    """A relation and a stretch go from one station to another; a side is all of a railway and names none."""
    for placed in draft.tariff.fares if draft.tariff else ():
        fare = placed.value
        for key, station in (("from", fare.start), ("to", fare.end)):
            broken = {"from": "start", "to": "end"}[key] in placed.broken
            if fare.basis == "side" and station is not None:
                fix = f'Take {key} out, or write basis = "stretch".'
                yield error(placed.at.key(key), "a side fare holds for all of a railway.", fix)
            elif fare.basis != "side" and station is None and not broken:
                yield error(placed.at, f'this {fare.basis} has no "{key}".', f'Add {key} = "…".')
        if fare.basis != "side" and fare.start is not None and fare.start == fare.end:
            yield error(placed.at.key("to"), f'the {fare.basis} ends where it begins, at "{fare.end}".', "Correct one.")


def fare_shares(draft: DraftFolder) -> Iterator[Finding]:
    """Only a relation fare is divided by shares, and somebody's share is above zero."""
    for placed in draft.tariff.fares if draft.tariff else ():
        shares = placed.value.shares
        if not shares or "shares" in placed.broken:
            continue
        at = placed.at.key("shares")
        if placed.value.basis != "relation":
            fix = "Take the shares out: on its own track a railway earns all of it."
            yield error(at, f"a {placed.value.basis} is on one railway and is not divided.", fix)
        elif not any(shares.values()):
            yield error(at, "nobody's share is above zero.", "Correct them, or leave them out to divide by kilometre.")


def rate_missing(draft: DraftFolder) -> Iterator[Finding]:
    """From the currency of every fare and fee a rate leads to every currency of sale, one way or the other."""
    tariff = draft.tariff
    if tariff is None or any(placed.broken for placed in tariff.rates) or len(tariff.rates) < draft.tables["rate"]:
        return
    known = {frozenset((placed.value.source, placed.value.target)) for placed in tariff.rates}
    for currency, at in _first_uses(tariff).items():
        for target in tariff.currencies:
            if target != currency and frozenset((currency, target)) not in known:
                known.add(frozenset((currency, target)))
                message = f"no rate leads from {currency} to {target}, in which tickets are sold."
                yield error(at, message, f'Add a [[rate]] with from = "{currency}" and to = "{target}".')


def _first_uses(tariff: DraftTariff) -> dict[str, At]:
    found: dict[str, At] = {}
    for fare in tariff.fares:
        for key in ("amounts", "group_amounts"):
            for money in getattr(fare.value, key).values():
                found.setdefault(money.currency, fare.at.key(key))
    for fee in tariff.fees:
        found.setdefault(fee.value.amount.currency, fee.at.key("amount"))
    return found


def rate_twice(draft: DraftFolder) -> Iterator[Finding]:
    """A rate is between two currencies, and there is one for each two."""
    known: dict[frozenset[str], At] = {}
    for placed in draft.tariff.rates if draft.tariff else ():
        rate = placed.value
        if rate.source == rate.target:
            yield error(placed.at.key("to"), f"a rate from {rate.source} to itself.", "Name two currencies.")
            continue
        before = known.setdefault(frozenset((rate.source, rate.target)), placed.at)
        if before is not placed.at:
            message = f"there is already a rate between {rate.source} and {rate.target} ({before.path})."
            yield error(placed.at, message, "Keep the newer one: its inverse holds the other way round.")


def refund_order(draft: DraftFolder) -> Iterator[Finding]:
    """Refund rules go by falling minutes, and less time before departure never gives more back."""
    for before, after in pairwise(draft.tariff.refunds if draft.tariff else ()):
        earlier, later = before.value, after.value
        if later.minutes >= earlier.minutes:
            message = f"{later.minutes} minutes before departure stands after {earlier.minutes}."
            yield error(after.at.key("minutes"), message, "List the rules by falling minutes, each once.")
        elif later.percent > earlier.percent:
            message = f"{later.percent} percent back is more than the {earlier.percent} of the rule before."
            yield error(after.at.key("percent"), message, "Who cancels later gets no more: correct one of the two.")


def group_numbers(draft: DraftFolder) -> Iterator[Finding]:
    """A group's numbers fit each other: no party is too large to be single and too small to be a group."""
    tariff = draft.tariff
    if tariff is None or tariff.groups is None:
        return
    placed, rules, sale = tariff.groups, tariff.groups.value, tariff.sale.value
    if rules.from_passengers > rules.most_passengers:
        message = f"a group has at least {rules.from_passengers} and at most {rules.most_passengers} passengers."
        yield error(placed.at.key("from_passengers"), message, "Correct one of the two.")
    if rules.from_passengers > sale.most_passengers + 1:
        message = (
            f"{sale.most_passengers + 1} passengers are too many for a booking (sale.most_passengers = "
            f"{sale.most_passengers}) and too few for a group."
        )
        fix = f"Write from_passengers = {sale.most_passengers + 1} or fewer."
        yield error(placed.at.key("from_passengers"), message, fix)
    opens = (draft.line.get("sale_opens_days") if draft.line else None) or 60
    for key, days in (("balance_days", rules.balance_days), ("names_days", rules.names_days)):
        if days >= opens:
            message = f"{days} days before departure is before the sale opens, {opens} days before."
            yield error(placed.at.key(key), message, "Write fewer days.")


def price_missing(line: Line) -> Iterator[Finding]:
    """Every train with places has a price between any two calls where one can board and alight."""
    if line.tariff is None:
        return
    for index, train in enumerate(line.trains.values()):
        for travel_class in _classes(line, train):
            missing = list(_without_price(line, train, travel_class))
            if missing:
                board, alight = missing[0]
                more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
                message = f'no fare gives a price from "{board}" to "{alight}"{more} in {travel_class} class.'
                yield warning(train_at(index), message, "Add [[fare]] tables to fares.toml that lead all the way.")


def _classes(line: Line, train: Train) -> list[TravelClass]:
    types = (line.coach_types[coach.type] for coach in train.consist)
    return list(dict.fromkeys(kind.travel_class for kind in types if kind.places))


def _without_price(line: Line, train: Train, travel_class: TravelClass) -> Iterator[tuple[str, str]]:
    assert line.tariff is not None
    way = course(line, train)
    coverage = Coverage(way, fares_for(line.tariff, train, travel_class))
    if coverage.everywhere():
        return
    coaches = [
        coach
        for coach in train.consist
        if line.coach_types[coach.type].travel_class == travel_class and line.coach_types[coach.type].places
    ]
    for board, start in enumerate(train.calls):
        for alight in range(board + 1, len(train.calls)):
            if not start.boarding or not train.calls[alight].alighting:
                continue
            traffic = ("any", "international" if way.crossed(board, alight) else "domestic")
            on_sale = any(
                coach.first_call <= board and alight <= coach.last_call and coach.traffic in traffic
                for coach in coaches
            )
            if on_sale and not coverage.has_price(board, alight):
                yield start.station, train.calls[alight].station


def fare_unused(line: Line) -> Iterator[Finding]:
    """Every fare can be used: a train it is for runs from its one station to its other, on its railway's track."""
    if line.tariff is None:
        return
    left = {fare.id: fare for fare in line.tariff.fares}
    for train in line.trains.values():
        held = [fare for fare in left.values() if fare.trains is None or train.id in fare.trains]
        for fare in usable(course(line, train), held) if held else ():
            left.pop(fare.id, None)
    for index, fare in enumerate(line.tariff.fares):
        if fare.id in left:
            who = f"none of {listed(fare.trains, 3)}" if fare.trains is not None else "no train"
            if fare.basis == "side":
                message = f'{who} runs on "{fare.railway}".'
            elif fare.basis == "relation":
                message = f'{who} calls at "{fare.start}" and "{fare.end}" in this order.'
            else:
                message = f'{who} runs from "{fare.start}" to "{fare.end}" on the track of "{fare.railway}" alone.'
            yield warning(FILE.key("fare").item(index), message, "Correct its stations, its railway or its trains.")


RULES: Final = (
    empty_tariff,
    sale_currency,
    category_adult,
    category_ages,
    fare_adult,
    fare_stretch,
    fare_shares,
    rate_missing,
    rate_twice,
    refund_order,
    group_numbers,
)
LINE_WARNINGS: Final = (price_missing, fare_unused)
