"""What a clerk seeks to sell: from the fields of the form to an ask, or to what is wrong with them.

All of it stands in the page's address, so going back and choosing again loses nothing; it names no passenger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, get_args

import msgspec
from msgspec import Struct

from rerail.journey.model import Journey
from rerail.line.model import Station
from rerail.line.tariff import CategoryId, Tariff, TravelClass
from rerail.people.users import User
from rerail.places.model import Wishes
from rerail.sale.model import Ask, LegAsk
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.visit import OfficeView
from rerail.web.site.ask import asked_date, asked_station, search_fields

CLASSES: Final[tuple[TravelClass, ...]] = get_args(TravelClass)
NAMES: Final = ("from", "to", "date", "back", "class", "currency", "group", "operator", "berth", "split")
_MOST_COUNT: Final = re.compile(r"[0-9]{1,4}")


class Sought(Struct, frozen=True, kw_only=True):
    """The form as it was filled in, or as it first stands."""

    fields: Fields
    """What goes on from page to page: the fields of the form, and what was chosen after it."""
    origin: Station | None
    destination: Station | None
    day: date | None
    back: date | None
    """The date of the journey back; None: out only."""
    counts: Mapping[CategoryId, int]
    travel_class: TravelClass | None
    currency: str
    group: bool
    tour_operator: str | None
    wishes: Wishes
    split: bool
    errors: Faults

    def ask(self, legs: Sequence[LegAsk]) -> Ask:
        """What is asked for these legs."""
        return Ask(
            legs=tuple(legs),
            counts={category: count for category, count in self.counts.items() if count},
            currency=self.currency,
            group=self.group,
            tour_operator=self.tour_operator,
        )

    def leg(self, journey: int, train: str, day: date, board: str, alight: str) -> LegAsk:
        """A leg with the class and wishes of the form."""
        return LegAsk(
            journey=journey,
            train=train,
            service_date=day,
            board=board,
            alight=alight,
            travel_class=self.travel_class,
            wishes=self.wishes,
            split=self.split,
        )


def sought(view: OfficeView, fields: Fields, user: User, tariff: Tariff) -> Sought:
    """The form, read. Every field that is wrong is named at once, in the user's language."""
    return _Reading(view, fields, user, tariff).result()


def chosen_legs(form: Sought) -> tuple[LegAsk, ...] | None:
    """The legs that `out` and `back` name, with the places picked for each; None if they make no sense."""
    legs: list[LegAsk] = []
    for journey, name in enumerate(("out", "back_by")):
        for text in filter(None, form.fields.text(name).split(";")):
            parts = text.split(":")
            if len(parts) != 4:
                return None
            train, day, board, alight = parts
            try:
                legs.append(form.leg(journey, train, date.fromisoformat(day), board, alight))
            except ValueError:
                return None
    return tuple(_with_places(form, number, leg) for number, leg in enumerate(legs))


def written(journey: Journey) -> str:
    """A journey as an address names it."""
    return ";".join(
        f"{leg.departure.train.id}:{leg.departure.service_date}:{leg.origin.id}:{leg.destination.id}"
        for leg in journey.legs
    )


def place_field(number: int) -> str:
    """The field that holds the places picked for a leg, which is counted from 0."""
    return f"place{number}"


def _with_places(form: Sought, number: int, leg: LegAsk) -> LegAsk:
    picked = []
    for text in form.fields.texts(place_field(number)):
        coach, slash, place = text.partition("/")
        if slash:
            picked.append((coach, place))
    return msgspec.structs.replace(leg, wanted=tuple(picked))


class _Reading:
    def __init__(self, view: OfficeView, fields: Fields, user: User, tariff: Tariff) -> None:
        self._view, self._fields, self._user, self._tariff = view, fields, user, tariff
        self._errors = Faults()

    def result(self) -> Sought:
        day = self._date("date") or (None if self._fields.text("date") else self._view.today)
        group = self._fields.has("group")
        return Sought(
            fields=self._fields,
            origin=self._station("from"),
            destination=self._station("to"),
            day=day,
            back=self._date("back"),
            counts=self._counts(),
            travel_class=next((one for one in CLASSES if one == self._fields.text("class")), None),
            currency=self._currency(),
            group=group,
            tour_operator=self._operator(),
            wishes=self._wishes(),
            split=self._fields.has("split"),
            errors=self._errors,
        )

    def _station(self, name: str) -> Station | None:
        text = self._fields.text(name)
        if not text:
            proposed = search_fields(self._view)
            text = (proposed.origin if name == "from" else proposed.destination).value
        found = asked_station(text, self._view.line, self._view.words)
        if isinstance(found, str):
            self._errors[name] = found
            return None
        return found

    def _date(self, name: str) -> date | None:
        text = self._fields.text(name)
        if not text:
            return None
        found = asked_date(text, self._view)
        if isinstance(found, str):
            self._errors[name] = found
            return None
        return found

    def _counts(self) -> dict[CategoryId, int]:
        _ = self._view.words.gettext
        counts: dict[CategoryId, int] = {}
        for number, category in enumerate(self._tariff.categories):
            text = self._fields.text(f"n-{category}")
            if text and not _MOST_COUNT.fullmatch(text):
                self._errors[f"n-{category}"] = _("Write how many travel as a whole number.")
            known = text if _MOST_COUNT.fullmatch(text) else ""
            counts[category] = int(known) if known else int(number == 0 and not self._asked_any())
        return counts

    def _asked_any(self) -> bool:
        return any(self._fields.text(f"n-{category}") for category in self._tariff.categories)

    def _currency(self) -> str:
        given = self._fields.text("currency")
        return given if given in self._tariff.currencies else self._tariff.currencies[0]

    def _operator(self) -> str | None:
        if self._user.tour_operator is not None:
            return self._user.tour_operator
        given = self._fields.text("operator")
        return given if given in self._tariff.operators else None

    def _wishes(self) -> Wishes:
        berth = self._fields.text("berth")
        return Wishes(berth="lower" if berth == "lower" else "upper" if berth == "upper" else None)
