"""What a buyer wants, as the address of a page says it, and the address that says it again.

Fields: `leg1`, `leg2` … the trains out, `back` those back (train,date,board,alight; several joined by ";"),
`back_on` a date to look for a way back, `n_CATEGORY` how many, `class`, `currency`, `operator`, the wishes
`berth`, `window`, `room`, `wheelchair`, `change`, and `place1`, `place2` … the places chosen for each leg.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, get_args

import msgspec
from msgspec import Struct

from rerail.line.tariff import Tariff, TravelClass
from rerail.places.model import CompartmentRule, Wishes
from rerail.sale.model import Ask, LegAsk
from rerail.sale.rules import MOST_LEGS
from rerail.web.i18n import Words
from rerail.web.office.fields import Faults, Fields

CLASSES: Final[tuple[TravelClass, ...]] = get_args(TravelClass)
ROOMS: Final[tuple[CompartmentRule, ...]] = get_args(CompartmentRule)
MOST_COUNTED: Final = 999
"""A number past it is a slip of the pen; how many may travel together is the tariff's to say."""

_LEG: Final = re.compile(r"([^,;]{1,80}),([0-9]{4}-[0-9]{2}-[0-9]{2}),([^,;]{1,80}),([^,;]{1,80})")
_PLACE: Final = re.compile(r"(.{1,20})-([0-9A-Z]{1,6})")
_MOST_PLACES: Final = 120


class NoLegs(ValueError):
    """The address names no train, or not in the way an address does."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What a buyer wants, as far as it makes sense; what does not is among the faults."""

    out: tuple[LegAsk, ...]
    back: tuple[LegAsk, ...] = ()
    back_on: date | None = None
    counts: Mapping[str, int]
    travel_class: TravelClass | None = None
    currency: str
    operator: str = ""
    wishes: Wishes = Wishes()
    split: bool = False
    plan: bool = False
    """Whether the places are chosen on the plan, and not for the buyer."""
    places: tuple[tuple[tuple[str, str], ...], ...] = ()
    """For each leg the (coach, place) pairs chosen."""

    @property
    def legs(self) -> tuple[LegAsk, ...]:
        """Out, then back."""
        return self.out + self.back

    @property
    def party(self) -> int:
        """How many travel."""
        return sum(self.counts.values())

    def chosen(self, leg: int) -> tuple[tuple[str, str], ...]:
        """The places chosen for a leg, by its index."""
        return self.places[leg] if self.plan and leg < len(self.places) else ()

    def ask(self, classes: Sequence[Sequence[TravelClass]], operator: str | None) -> Ask:
        """The same as the sale is asked it. `classes` are those that each leg has: a leg without the class wanted
        is taken in the one it has."""
        legs = [
            msgspec.structs.replace(
                leg,
                travel_class=self.travel_class if self.travel_class in classes[index] else None,
                wanted=self.chosen(index),
                wishes=self.wishes,
                split=self.split,
            )
            for index, leg in enumerate(self.legs)
        ]
        counts = {category: count for category, count in self.counts.items() if count}
        return Ask(legs=tuple(legs), counts=counts, currency=self.currency, tour_operator=operator)

    def query(self, **instead: str | None) -> dict[str, str]:
        """The fields of the address that says the same, with some of them `instead`; None leaves one out."""
        fields = {f"leg{number}": leg_text(leg) for number, leg in enumerate(self.out, start=1)}
        fields["back"] = legs_text(self.back)
        fields["back_on"] = self.back_on.isoformat() if self.back_on is not None else ""
        fields |= {f"n_{category}": str(count) for category, count in self.counts.items()}
        fields |= {
            "class": self.travel_class or "",
            "currency": self.currency,
            "operator": self.operator,
            "berth": self.wishes.berth or "",
            "window": "1" if self.wishes.window else "",
            "room": self.wishes.compartment or "",
            "wheelchair": str(self.wishes.wheelchair or ""),
            "change": "1" if self.split else "",
            "plan": "1" if self.plan else "",
        }
        for index in range(len(self.places) if self.plan else 0):
            fields[f"place{index + 1}"] = ",".join(place_text(*pair) for pair in self.places[index])
        said: dict[str, str | None] = {**fields, **instead}
        return {name: value for name, value in said.items() if value}


def leg_text(leg: LegAsk) -> str:
    """ "vladivostok-rason,2026-12-10,vladivostok,rajin"."""
    return ",".join((leg.train, leg.service_date.isoformat(), leg.board, leg.alight))


def legs_text(legs: Iterable[LegAsk]) -> str:
    """Several legs as one field."""
    return ";".join(leg_text(leg) for leg in legs)


def place_text(coach: str, place: str) -> str:
    """ "1-7": coach 1, place 7."""
    return f"{coach}-{place}"


def wanted(fields: Fields, tariff: Tariff, words: Words) -> tuple[Wanted, Faults]:
    """What the fields of an address or a form say, and what is wrong with them. Raises `NoLegs`."""
    faults = Faults()
    out = tuple(_leg(fields.text(name), 0) for name in _leg_names(fields))
    if not out:
        raise NoLegs
    try:
        back = tuple(_leg(text, 1) for text in fields.text("back").split(";") if text)
    except NoLegs:
        back = ()
        faults["back"] = words.gettext("Choose a way back from the list.")
    counts = {category: _count(fields, f"n_{category}", words, faults) for category in tariff.categories}
    if not any(fields.has(f"n_{category}") for category in tariff.categories):
        counts[next(iter(tariff.categories))] = 1
    currency = fields.text("currency") or tariff.currencies[0]
    if currency not in tariff.currencies:
        currency = tariff.currencies[0]
        faults["currency"] = words.gettext("Choose a currency from the list.")
    operator = fields.text("operator")
    if operator and operator not in tariff.operators:
        operator = ""
        faults["operator"] = words.gettext("Choose a tour operator from the list.")
    legs = len(out) + len(back)
    said = Wanted(
        out=out,
        back=back,
        back_on=_back_on(fields, words, faults),
        counts=counts,
        travel_class=next((one for one in CLASSES if one == fields.text("class")), None),
        currency=currency,
        operator=operator,
        wishes=_wishes(fields, words, faults),
        split=fields.has("change"),
        plan=fields.has("plan") and fields.text("plan") != "0",
        places=tuple(_places(fields, f"place{number}") for number in range(1, legs + 1)),
    )
    return said, faults


def _leg_names(fields: Fields) -> list[str]:
    return [name for number in range(1, MOST_LEGS + 1) if fields.text(name := f"leg{number}")]


def _leg(text: str, journey: int) -> LegAsk:
    found = _LEG.fullmatch(text)
    if found is None:
        raise NoLegs
    train, day, board, alight = found.groups()
    try:
        service_date = date.fromisoformat(day)
    except ValueError:
        raise NoLegs from None
    return LegAsk(journey=journey, train=train, service_date=service_date, board=board, alight=alight)


def _count(fields: Fields, name: str, words: Words, faults: Faults) -> int:
    text = fields.text(name)
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_COUNTED))):
        faults[name] = words.gettext("Give a number: 0, 1, 2 and so on.")
        return 0
    return int(text)


def _back_on(fields: Fields, words: Words, faults: Faults) -> date | None:
    text = fields.text("back_on")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults["back_on"] = words.gettext("There is no such date; check the day and the month.")
        return None


def _wishes(fields: Fields, words: Words, faults: Faults) -> Wishes:
    berth = fields.text("berth")
    return Wishes(
        berth="lower" if berth == "lower" else "upper" if berth == "upper" else None,
        window=fields.has("window"),
        compartment=next((one for one in ROOMS if one == fields.text("room")), None),
        wheelchair=_count(fields, "wheelchair", words, faults),
    )


def _places(fields: Fields, name: str) -> tuple[tuple[str, str], ...]:
    """The places of a leg: a field for each, as checkboxes send them, or one with all, as an address has them."""
    texts = [one for text in fields.texts(name) for one in text.split(",")][:_MOST_PLACES]
    found = (_PLACE.fullmatch(text) for text in texts)
    return tuple(dict.fromkeys((match[1], match[2]) for match in found if match is not None))
