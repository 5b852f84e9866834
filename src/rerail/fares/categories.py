"""Who travels at which price: checks of a party, and of a passenger's age on the day of departure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from rerail.line.sentence import SentenceError
from rerail.line.tariff import Category, CategoryId, Tariff

OLDEST: Final = 120
"""Completed years past which a birth date is taken for a slip of the pen."""


class PassengerError(SentenceError):
    """A party or a passenger who cannot travel like this; the sentence says why and what to do."""


def age_on(birth_date: date, day: date) -> int:
    """Completed years on a day. Who is born on 29 February completes them on 1 March where there is none."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def checked(
    tariff: Tariff, category_id: CategoryId, birth_date: date | None, on: date, *, today: date | None = None
) -> Category:
    """The category of a passenger, whose age fits it on the day of departure.

    `on` is the service date of the first train of the journey; `today`, where given, the date on which it is
    booked: nobody is born after it. Raises `PassengerError`.
    """
    category = tariff.categories.get(category_id)
    if category is None:
        raise PassengerError('There is no category "%(category)s" of passengers on this line.', category=category_id)
    if birth_date is None:
        if category.asks_birth_date:
            raise PassengerError(
                "%(category)s: the price depends on the age. Give the date of birth.", category=category.names
            )
        return category
    if birth_date > (on if today is None else min(on, today)):
        raise PassengerError("The birth date %(birth)s is in the future. Check the year.", birth=birth_date)
    age = age_on(birth_date, on)
    if age > OLDEST:
        raise PassengerError("The birth date %(birth)s is %(age)d years back. Check it.", birth=birth_date, age=age)
    if category.from_age is not None and age < category.from_age:
        raise PassengerError(
            "%(category)s: from %(from_age)d years on; the passenger is %(age)d on %(on)s. Choose another category.",
            category=category.names,
            from_age=category.from_age,
            age=age,
            on=on,
        )
    if category.until_age is not None and age >= category.until_age:
        raise PassengerError(
            "%(category)s: under %(until_age)d years; the passenger is %(age)d on %(on)s. Choose another category.",
            category=category.names,
            until_age=category.until_age,
            age=age,
            on=on,
        )
    return category


def checked_party(tariff: Tariff, counts: Mapping[CategoryId, int], *, group: bool = False) -> int:
    """How many passengers travel together, who may do so as they are.

    There is somebody; a child has an adult with it; there are not too many, and for a group not too few. An
    adult is any category without bounds of age. Raises `PassengerError`.
    """
    for category_id, count in counts.items():
        if category_id not in tariff.categories:
            raise PassengerError(
                'There is no category "%(category)s" of passengers on this line.', category=category_id
            )
        if count < 0:
            raise PassengerError("The number of passengers cannot be %(count)d.", count=count)
    travelling = sum(counts.values())
    if not travelling:
        raise PassengerError("Nobody travels. Choose at least one passenger.")
    _checked_number(tariff, travelling, group)
    if not any(counts.get(one.id, 0) for one in tariff.categories.values() if not one.asks_birth_date):
        for category in tariff.categories.values():
            if category.with_adult and counts.get(category.id, 0):
                raise PassengerError(
                    "%(category)s: travels only with an adult. Add an adult to the booking.", category=category.names
                )
    return travelling


def _checked_number(tariff: Tariff, travelling: int, group: bool) -> None:
    if not group:
        most = tariff.sale.most_passengers
        if travelling <= most:
            return
        if tariff.groups is not None and travelling >= tariff.groups.from_passengers:
            raise PassengerError(
                "%(count)d passengers are a group: a booking has at most %(most)d. Book as a group.",
                count=travelling,
                most=most,
            )
        raise PassengerError(
            "A booking has at most %(most)d passengers, not %(count)d. Make several bookings.",
            most=most,
            count=travelling,
        )
    rules = tariff.groups
    if rules is None:
        raise PassengerError("This line has no rules for groups. Book as single passengers.")
    if travelling < rules.from_passengers:
        raise PassengerError(
            "A group has at least %(least)d passengers, not %(count)d. Book as single passengers.",
            least=rules.from_passengers,
            count=travelling,
        )
    if travelling > rules.most_passengers:
        raise PassengerError(
            "A group has at most %(most)d passengers, not %(count)d. Make several bookings.",
            most=rules.most_passengers,
            count=travelling,
        )
