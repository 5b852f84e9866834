"""What a folder says about selling: fares, categories, fees, rates, refunds, deadlines, allotments.

Values only; `rerail.fares` prices with them. A folder without `fares.toml` sells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from rerail.line.amount import Money
from rerail.line.model import RailwayId, Sourced, StationId, Text, TrainId

CategoryId = str
TravelClass = Literal["first", "second", "third"]


class Category(Sourced, frozen=True, kw_only=True):
    """A kind of passenger: adult, child with a place, child without one."""

    id: CategoryId
    names: Text
    place: bool = True
    """Whether the passenger has a place of their own."""
    from_age: int | None = None
    """Completed years on the day of departure, inclusive; None: no lower bound. A bound asks for a birth date."""
    until_age: int | None = None
    """Half-open upper bound in completed years."""
    percent: int = 100
    """Of the adult fare, where a fare has no price of its own for the category."""
    with_adult: bool = False
    """Whether at least one passenger without bounds of age must travel with it."""

    @property
    def asks_birth_date(self) -> bool:
        """Whether the category can only be checked with a birth date."""
        return self.from_age is not None or self.until_age is not None


class Fare(Sourced, frozen=True, kw_only=True):
    """A price of one railway for travel between two stations, over a stretch of its line, or on its side."""

    id: str
    railway: RailwayId
    """Who earns it, in whose currency it is given (`amounts` may be in another only if a rate leads there)."""
    basis: Literal["relation", "stretch", "side"]
    """relation: from `start` to `end` exactly (both ways if `both_ways`); stretch: part of a journey from `start`
    to `end`, to be laid end to end with others; side: any travel on this railway."""
    start: StationId | None = None
    end: StationId | None = None
    both_ways: bool = True
    trains: tuple[TrainId, ...] | None = None
    travel_class: TravelClass | None = None
    """None: any class."""
    amounts: Mapping[CategoryId, Money]
    """Per passenger; must hold the first category of the tariff (the adult). With `per_km`, per kilometre."""
    per_km: bool = False
    group_amounts: Mapping[CategoryId, Money] = {}
    """What a passenger of a group pays instead, where it differs."""
    shares: Mapping[RailwayId, int] = {}
    """For a relation across a border: parts of the price each railway earns (any integers); empty: by kilometre."""


class Fee(Sourced, frozen=True, kw_only=True):
    """An amount on top of fares."""

    id: str
    names: Text
    per: Literal["booking", "ticket"]
    channels: tuple[str, ...] = ("site", "counter", "operator", "retailer")
    amount: Money
    refundable: bool = False
    """Whether a passenger's own cancellation gives it back; a service that does not run always does."""


class Rate(Sourced, frozen=True, kw_only=True):
    """How many units of `target` one unit of `source` is (major units), fixed in the folder."""

    source: str
    target: str
    value: Decimal
    dated: date


class RefundRule(Sourced, frozen=True, kw_only=True):
    """What comes back of a fare when the passenger cancels at least `minutes` before departure."""

    minutes: int
    percent: int


class CrossingDeadline(Sourced, frozen=True, kw_only=True):
    """When the passenger list of a crossing is handed over: the latest moment to sell across it."""

    crossing: str
    trains: tuple[TrainId, ...] | None = None
    minutes: int
    """Before the train is due to leave the last call on the near side of the border."""
    amendments: bool = False
    """Whether names can still be added to the list after it was handed over."""


class TourOperator(Sourced, frozen=True, kw_only=True):
    """Who brings groups, holds allotments and is sent invoices."""

    id: str
    names: Text
    email: str | None = None
    invoice_days: int = 14


class Allotment(Sourced, frozen=True, kw_only=True):
    """Places kept for somebody on every departure of a train, handed back by rule."""

    id: str
    trains: tuple[TrainId, ...]
    holder_kind: Literal["railway", "operator"]
    holder: str
    """A railway's or a tour operator's id."""
    coach: str
    places: tuple[str, ...] | None = None
    """None: the whole coach."""
    release_days: int
    """Days before departure from which they are everybody's."""


class GroupRules(Sourced, frozen=True, kw_only=True):
    """How a group is sold: one booking, option date, deposit, names later."""

    from_passengers: int
    option_days: int
    """Days a group's places are held without a deposit."""
    deposit_percent: int
    balance_days: int
    """Days before departure by which the rest is paid; the places are held until then once the deposit is paid."""
    names_days: int
    """Days before departure by which every name is known."""
    most_passengers: int = 300


class SaleRules(Sourced, frozen=True, kw_only=True):
    """Deadlines of selling."""

    closes_minutes: int = 60
    """Before departure from the station where the passenger boards."""
    hold_minutes: int = 20
    """How long a prebooked place waits for its confirmation."""
    counter_hold_minutes: int = 1440
    """The same when the passenger will pay at a counter; never later than sale closes."""
    rebook_days: int = 30
    """How long a passenger of a suspended departure may take another at the paid price."""
    most_passengers: int = 8
    """Of a booking that is no group's."""


class Tariff(Struct, frozen=True, kw_only=True):
    """Everything `fares.toml` says. Its version is the edition's content hash."""

    currencies: tuple[str, ...]
    """Those a sale can be in; the first is the default."""
    categories: Mapping[CategoryId, Category]
    """The first is the adult."""
    fares: tuple[Fare, ...]
    fees: tuple[Fee, ...] = ()
    rates: tuple[Rate, ...] = ()
    refunds: tuple[RefundRule, ...] = ()
    """By falling minutes; none applies: nothing comes back."""
    deadlines: tuple[CrossingDeadline, ...] = ()
    operators: Mapping[str, TourOperator] = {}
    allotments: tuple[Allotment, ...] = ()
    groups: GroupRules | None = None
    """None: no groups are sold."""
    sale: SaleRules

    def deadline(self, crossing: str, train: TrainId) -> CrossingDeadline | None:
        """The list deadline of a crossing for a train: one that names the train goes before one for all trains."""
        here = [one for one in self.deadlines if one.crossing == crossing]
        naming = [one for one in here if one.trains is not None and train in one.trains]
        return next(iter(naming or [one for one in here if one.trains is None]), None)
