"""Passengers and places in OSDM's words and in ours."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from rerail.fares.categories import age_on
from rerail.line.model import CoachType, Place
from rerail.line.same import Same
from rerail.line.tariff import Category, Tariff
from rerail.places.model import Berth
from rerail.sale.retail import QuotedPassenger
from rerail.web.osdm.problems import Pointer, Refused
from rerail.web.osdm.types_offers import AnonymousPassenger

_PEOPLE: Final = frozenset(
    {
        *("YOUNG_CHILD", "CHILD", "YOUTH", "ADULT", "SENIOR", "FAMILY_CHILD", "PERSON"),
        *("PRM", "PRM_CHILD", "ACCOMP_PRM", "WHEELCHAIR"),
    }
)
_CHILDREN: Final = frozenset({"CHILD", "FAMILY_CHILD", "PRM_CHILD"})

BERTHS: Final[dict[str, Berth]] = {"LOWER_BED": "lower", "MIDDLE_BED": "middle", "UPPER_BED": "upper"}
"""What each property means."""
_WINDOW: Final = "WINDOW"
_AT_WINDOW: Final = (_WINDOW, "WINDOW_SEAT")
"""The example of the specification, and the word of its list."""
ACCOMMODATION: Final = {"seats": "SEAT", "couchette": "COUCHETTE", "sleeper": "BERTH"}


def accommodation(coach: CoachType, place: Place | None = None) -> tuple[str, str]:
    """Kind and sub-kind of a place, or of most places of a coach."""
    if place is not None and place.kind == "wheelchair":
        return "SEAT", "WHEELCHAIR"
    return _most(Same(coach))


@lru_cache(maxsize=256)
def _most(same: Same[CoachType]) -> tuple[str, str]:
    coach = same.it
    kind = ACCOMMODATION[coach.accommodation]
    if kind == "SEAT":
        return kind, "ANY_SEAT"
    berths = max(len([one for one in coach.places if one.compartment == room]) for room in _rooms(coach))
    if kind == "COUCHETTE":
        return kind, f"COUCHETTE_{min(max(berths, 4), 6)}" if berths != 3 else "COUCHETTE_4"
    return kind, {1: "SINGLE", 2: "DOUBLE", 3: "TOURIST_SLEEPER_3"}.get(berths, "TOURIST_SLEEPER_4")


def properties(place: Place) -> tuple[str, ...]:
    """What is particular about a place, as OSDM's list has it."""
    found = [word for word, berth in BERTHS.items() if berth == place.kind]
    return tuple([*found, _WINDOW] if place.window else found)


def at_window(word: str) -> bool:
    """Whether a property means a place at the window."""
    return word in _AT_WINDOW


def has(place: Place, word: str) -> bool:
    """Whether a place is as a property says."""
    return place.window if at_window(word) else word in properties(place)


def _rooms(coach: CoachType) -> list[str | None]:
    return list(dict.fromkeys(place.compartment for place in coach.places))


def quoted(
    tariff: Tariff, passengers: tuple[AnonymousPassenger, ...], day: date, at: str
) -> tuple[QuotedPassenger, ...]:
    """Each passenger with the tariff's category. `day` is the day of travel, `at` where they stand in the request.

    Raises `Refused`.
    """
    found = tuple(_quoted(tariff, one, f"{at}/{number}", day) for number, one in enumerate(passengers))
    if len({one.ref for one in found}) < len(found):
        raise _invalid(f"{at}/0", "externalRef", "Each passenger has an externalRef of its own.")
    return found


def _quoted(tariff: Tariff, one: AnonymousPassenger, at: str, day: date) -> QuotedPassenger:
    kind = one.type.upper()
    if kind not in _PEOPLE:
        raise _invalid(at, "type", f'"{one.type[:40]}" does not travel here; tickets are sold to people only.')
    if one.date_of_birth is not None and one.date_of_birth > day:
        raise _invalid(at, "dateOfBirth", "The birth date is after the day of travel.")
    age = age_on(one.date_of_birth, day) if one.date_of_birth is not None else one.age
    if age is not None and age > 120:
        raise _invalid(at, "dateOfBirth" if one.date_of_birth else "age", f"Nobody is {age} years old.")
    category = _by_age(tariff, age) if age is not None else _by_kind(tariff, kind)
    return QuotedPassenger(ref=one.external_ref, kind=one.type, category=category.id, birth_date=one.date_of_birth)


def _by_age(tariff: Tariff, age: int) -> Category:
    """The narrowest category whose bounds hold the age."""
    fits = [
        one
        for one in tariff.categories.values()
        if (one.from_age is None or age >= one.from_age) and (one.until_age is None or age < one.until_age)
    ]
    return next((one for one in fits if one.asks_birth_date), next(iter(tariff.categories.values())))


def _by_kind(tariff: Tariff, kind: str) -> Category:
    """The category that a word means: of a child, the oldest that has a place; of a small one, one without."""
    adult, *others = tariff.categories.values()
    if kind == "YOUNG_CHILD":
        return next((one for one in others if not one.place), _child(others) or adult)
    return _child(others) or adult if kind in _CHILDREN else adult


def _child(others: list[Category]) -> Category | None:
    return next((one for one in others if one.place and one.with_adult), None)


def _invalid(at: str, member: str, detail: str) -> Refused:
    return Refused(
        400,
        "OFFER_INVALID_PASSENGER_SPECIFICATION",
        "A passenger cannot be as said",
        detail,
        pointers=[Pointer(request_pointer=f"{at}/{member}")],
    )
