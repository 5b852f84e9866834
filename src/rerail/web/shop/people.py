"""The form that names who travels: its fields, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, Literal, TypeVar

from msgspec import Struct

from rerail.line.tariff import Category, Tariff
from rerail.sale.errors import SaleError
from rerail.sale.holding import Buyer
from rerail.sale.model import Ask, PassengerGiven
from rerail.sale.passengers import checked_birth, checked_email, checked_name, read_date
from rerail.web.context import View
from rerail.web.office.fields import Faults, Fields
from rerail.web.shop.moments import said

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
    view: View, form: Typed, tariff: Tariff, ask: Ask, *, day: date, today: date, ways: Sequence[str]
) -> tuple[Buyer | None, Faults]:
    """The buyer, or None and every fault, under the names the sale gives the fields ("passengers.2.birth_date").

    `day` is the first day of travel and `today` the date, on the boarding station's clock; `ways` are the ways to
    pay.
    """
    check = _Check(view, tariff, ask, day, today)
    given = tuple(check.passenger(one) for one in form.travellers)
    email = check.tried(lambda: checked_email(form.email, needed=True)) or ""
    if form.pay not in ways:
        check.faults["pay"] = view.words.gettext("Choose how to pay.")
    if check.faults:
        return None, check.faults
    pays_at_counter = form.pay == COUNTER
    buyer = Buyer(passengers=given, email=email, language=view.language, pays_at_counter=pays_at_counter)
    return buyer, check.faults


class _Check:
    """One look at what was typed: every fault is found, and not only the first."""

    def __init__(self, view: View, tariff: Tariff, ask: Ask, day: date, today: date) -> None:
        self._view: Final = view
        self._tariff: Final = tariff
        self._rooms: Final = {leg.wishes.compartment for leg in ask.legs}
        self._day: Final = day
        self._today: Final = today
        self.faults: Final = Faults()

    def tried(self, check: Callable[[], T]) -> T | None:
        """What a check gives, or None and its sentence among the faults."""
        try:
            return check()
        except SaleError as error:
            self.faults.setdefault(error.about, said(self._view, error))
            return None

    def passenger(self, one: Traveller) -> PassengerGiven:
        """One passenger as the sale is told it."""
        _ = self._view.words.gettext
        family = self.tried(lambda: checked_name(one.family_name, f"{one.about}.family_name"))
        given = self.tried(lambda: checked_name(one.given_names, f"{one.about}.given_names"))
        if family == "":
            self.faults[f"{one.about}.family_name"] = _(
                "Give the family name of passenger %(number)d as in the passport; a single name is written here.",
                number=one.number,
            )
        birth = self._birth_date(one) if one.asks_birth else None
        if one.asks_sex:
            self._fits_compartment(one)
        return PassengerGiven(
            category=one.category.id,
            family_name=family or "",
            given_names=given or "",
            birth_date=birth,
            sex=one.sex if one.asks_sex else "",
        )

    def _birth_date(self, one: Traveller) -> date | None:
        birth = self.tried(lambda: read_date(one.birth_date, f"{one.about}.birth_date"))
        self.tried(lambda: checked_birth(self._tariff, one.category.id, birth, self._day, self._today, one.about))
        return birth

    def _fits_compartment(self, one: Traveller) -> None:
        _ = self._view.words.gettext
        # Children go with whoever brings them; the rule is about those who travel by themselves.
        wrong = (one.sex == "m" and "women" in self._rooms) or (one.sex == "f" and "men" in self._rooms)
        if not one.sex:
            self.faults[f"{one.about}.sex"] = _("Say whether this passenger is a woman or a man.")
        elif wrong and not one.category.with_adult:
            self.faults[f"{one.about}.sex"] = _(
                "This passenger cannot travel in the kind of compartment you chose; choose another kind."
            )
