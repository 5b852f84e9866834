"""The form that names who travels: its fields, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, Literal, TypeVar

from msgspec import Struct

from rerail.line.tariff import Category, Tariff
from rerail.sale.errors import SaleError, WrongPassenger
from rerail.sale.holding import Buyer
from rerail.sale.model import Ask, PassengerGiven
from rerail.sale.passengers import checked_birth, checked_email, checked_name, read_date
from rerail.web.office.fields import Faults, Fields

COUNTER: Final = "counter"
"""The way to pay that is no provider's."""

T = TypeVar("T")


class Traveller(Struct, frozen=True, kw_only=True):
    """One passenger's fields, and what stands in them."""

    number: int
    category: Category
    asks_birth: bool
    asks_sex: bool
    family_name: str = ""
    given_names: str = ""
    birth_date: str = ""
    sex: Literal["", "f", "m"] = ""

    @property
    def about(self) -> str:
        """How the sale names this passenger in its errors."""
        return f"passengers.{self.number}"


class Typed(Struct, frozen=True, kw_only=True):
    """The whole form as it was typed."""

    travellers: tuple[Traveller, ...]
    email: str = ""
    pay: str = ""


def typed(fields: Fields, tariff: Tariff, ask: Ask) -> Typed:
    """The form for these passengers, in the order of the categories, with what was typed."""
    room = {leg.wishes.compartment for leg in ask.legs}
    travellers: list[Traveller] = []
    for category in tariff.categories.values():
        for _ in range(ask.counts.get(category.id, 0)):
            number = len(travellers) + 1
            sex = fields.text(f"sex{number}")
            travellers.append(
                Traveller(
                    number=number,
                    category=category,
                    asks_birth=category.asks_birth_date,
                    asks_sex=bool(room & {"women", "men"}),
                    family_name=fields.raw(f"family{number}"),
                    given_names=fields.raw(f"given{number}"),
                    birth_date=fields.text(f"birth{number}"),
                    sex="f" if sex == "f" else "m" if sex == "m" else "",
                )
            )
    return Typed(travellers=tuple(travellers), email=fields.text("email"), pay=fields.text("pay"))


def checked(
    said: Typed,
    tariff: Tariff,
    ask: Ask,
    *,
    day: date,
    today: date,
    language: str,
    ways: Sequence[str],
    say: Callable[[SaleError], str],
) -> tuple[Buyer | None, Faults]:
    """The buyer, or None and every fault, under the names the sale gives the fields ("passengers.2.birth_date").

    `day` is the first day of travel and `today` the date, on the boarding station's clock; `ways` are the ways to
    pay; `say` puts an error into words.
    """
    faults = Faults()

    def tried(about: str, check: Callable[[], T]) -> T | None:
        try:
            return check()
        except SaleError as error:
            faults.setdefault(error.about or about, say(error))
            return None

    given = tuple(_passenger(one, tariff, ask, day, today, tried) for one in said.travellers)
    email = tried("email", lambda: checked_email(said.email, needed=True)) or ""
    if said.pay not in ways:
        faults["pay"] = say(WrongPassenger("Choose how to pay.", "pay"))
    if faults:
        return None, faults
    buyer = Buyer(passengers=given, email=email, language=language, pays_at_counter=said.pay == COUNTER)
    return buyer, faults


def _passenger(
    one: Traveller,
    tariff: Tariff,
    ask: Ask,
    day: date,
    today: date,
    tried: Callable[[str, Callable[[], object]], object],
) -> PassengerGiven:
    family = tried("", lambda: checked_name(one.family_name, f"{one.about}.family_name"))
    given = tried("", lambda: checked_name(one.given_names, f"{one.about}.given_names"))
    if family == "":
        tried("", lambda: _refuse(
            "Give the family name of passenger %(number)d as in the passport; if there is one name only, write it here.",
            f"{one.about}.family_name",
            number=one.number,
        ))  # fmt: skip
    birth = None
    if one.asks_birth:
        found = tried("", lambda: read_date(one.birth_date, f"{one.about}.birth_date"))
        birth = found if isinstance(found, date) else None
        tried("", lambda: checked_birth(tariff, one.category.id, birth, day, today, one.about))
    if one.asks_sex:
        tried("", lambda: _fits_room(one, ask))
    return PassengerGiven(
        category=one.category.id,
        family_name=family if isinstance(family, str) else "",
        given_names=given if isinstance(given, str) else "",
        birth_date=birth,
        sex=one.sex if one.asks_sex else "",
    )


def _fits_room(one: Traveller, ask: Ask) -> None:
    rooms = {leg.wishes.compartment for leg in ask.legs}
    if not one.sex:
        _refuse("Say whether the passenger is a woman or a man: the compartment asks for it.", f"{one.about}.sex")
    # Children go with whoever brings them; the rule is about those who travel by themselves.
    wrong = (one.sex == "m" and "women" in rooms) or (one.sex == "f" and "men" in rooms)
    if wrong and not one.category.with_adult:
        _refuse(
            "This passenger cannot travel in the compartment asked for; choose another kind of compartment.",
            f"{one.about}.sex",
        )


def _refuse(message: str, about: str, **values: object) -> None:
    raise WrongPassenger(message, about, **values)
