"""The values of a sale: what is asked, offered, booked, and given back.

A booking has legs (a train, a date, a stretch) and passengers; a *part* is one passenger on one leg, the unit
that is priced, ticketed and refunded. Legs belong to journeys (0 out, 1 back; two legs of one journey change).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from rerail.line.amount import Money
from rerail.line.model import RailwayId, StationId, TrainId
from rerail.line.tariff import CategoryId, Rate, TravelClass
from rerail.places.model import DepartureKey, Spot, Wishes
from rerail.sale.ticket_number import Recall, Release, reference

Channel = Literal["site", "counter", "operator", "retailer"]

OF_OPERATORS: Final = frozenset({"operator", "retailer"})
"""The channels by which a tour operator sells: the places kept for it are its own there."""

PartState = Literal["held", "confirmed", "released", "refunded", "cancelled"]
"""held: waits for its confirmation until `Part.until` (past it, the place is free and nothing is owed); released:
given back, its place free, and the money for it yet to be asked for."""

BookingState = Literal["prebooked", "expired", "confirmed", "cancelled", "refunded"]
"""Derived from the parts: refunded when no part is confirmed and at least one was refunded or released."""


class LegAsk(Struct, frozen=True, kw_only=True):
    """A leg as asked for."""

    journey: int = 0
    train: TrainId
    service_date: date
    board: StationId
    alight: StationId
    travel_class: TravelClass | None = None
    wanted: tuple[tuple[str, str], ...] = ()
    """(coach, place) chosen on the plan, one per passenger with a place; empty: chosen for them."""
    wishes: Wishes = Wishes()
    split: bool = False
    """Whether changing places on the way is accepted where no place is free all the way."""

    @property
    def departure(self) -> DepartureKey:
        """The train on its service date."""
        return DepartureKey(self.train, self.service_date)


class Ask(Struct, frozen=True, kw_only=True):
    """What somebody wants to buy."""

    legs: tuple[LegAsk, ...]
    counts: Mapping[CategoryId, int]
    """How many of each category; who they are is told when the places are held."""
    currency: str
    channel: Channel = "site"
    seller: str = ""
    """Whose sale it is: a clerk's user id, a tour operator's id, a retailer's client id; empty on the site."""
    group: bool = False
    tour_operator: str | None = None
    """Whose group, or on whose named list the passengers are. Needed across a border that only groups cross."""


class Component(Struct, frozen=True, kw_only=True):
    """A piece of a price: what one railway earns by one fare."""

    fare: str
    railway: RailwayId
    earned: Money
    """In the currency of the fare."""
    charged: Money
    """The same in the currency of the sale."""


class FeeCharged(Struct, frozen=True, kw_only=True):
    """A fee, in the currency of the sale."""

    fee: str
    charged: Money
    refundable: bool


class PartPrice(Struct, frozen=True, kw_only=True):
    """The price of one passenger on one leg."""

    components: tuple[Component, ...]
    fees: tuple[FeeCharged, ...] = ()
    """Those per ticket."""
    total: Money
    rest_places: int = 0
    """Places of the compartment that stay empty and are paid for with this ticket."""
    rest_from: int = 0
    """Where in `components` their price begins, if there are any."""


def with_rest(price: PartPrice, rest: PartPrice, count: int) -> PartPrice:
    """The price of a ticket that also pays for `count` places that stay empty, each at `rest`."""
    components = tuple(replace(one, earned=one.earned * count, charged=one.charged * count) for one in rest.components)
    return replace(
        price,
        components=(*price.components, *components),
        total=price.total + rest.total * count,
        rest_places=count,
        rest_from=len(price.components),
    )


def without_rest(price: PartPrice) -> PartPrice:
    """The price of the ticket alone."""
    if not price.rest_places:
        return price
    components = price.components[: price.rest_from]
    rest = sum(one.charged.amount for one in price.components[price.rest_from :])
    total = Money(price.total.amount - rest, price.total.currency)
    return PartPrice(components=components, fees=price.fees, total=total)


def one_of_rest(price: PartPrice) -> PartPrice:
    """The price of one of the places that stay empty."""
    count = price.rest_places
    components = tuple(
        replace(
            one,
            earned=Money(one.earned.amount // count, one.earned.currency),
            charged=Money(one.charged.amount // count, one.charged.currency),
        )
        for one in price.components[price.rest_from :]
    )
    total = sum(one.charged.amount for one in components)
    return PartPrice(components=components, total=Money(total, price.total.currency))


class LegOffer(Struct, frozen=True, kw_only=True):
    """A leg with its price per category, and how many places are free for it."""

    ask: LegAsk
    prices: Mapping[CategoryId, PartPrice]
    free: int
    """Places free all the way."""
    rest: int = 0
    """Places that stay empty because a whole compartment was asked for."""
    rest_price: PartPrice | None = None
    """The price of one of them; they are on the ticket of the first passenger with a place."""


class Offer(Struct, frozen=True, kw_only=True):
    """What can be bought, at which price, until when. Nothing is written; the token carries it, signed."""

    ask: Ask
    legs: tuple[LegOffer, ...]
    fees: tuple[FeeCharged, ...]
    """Those per booking."""
    total: Money
    rates: tuple[Rate, ...]
    """The rates used: fixed for this sale, and shown."""
    edition: int
    tariff: str
    """The content hash of the edition whose fares these are."""
    made: datetime
    until: datetime
    """UTC; 30 minutes after `made`."""
    illustrative: bool
    """Whether any figure of the price is illustrative, and must be marked."""
    rebooks: str | None = None
    """The booking whose paid price is taken over after a suspension."""


class PassengerGiven(Struct, frozen=True, kw_only=True):
    """A passenger as told by the buyer."""

    category: CategoryId
    family_name: str = ""
    given_names: str = ""
    birth_date: date | None = None
    sex: Literal["", "f", "m"] = ""
    """Asked for only where a compartment is for women or for men."""


class Passenger(Struct, frozen=True, kw_only=True):
    """A passenger of a booking."""

    number: int
    """From 1, within the booking."""
    category: CategoryId
    family_name: str
    given_names: str
    """Both names empty: not named yet (a group's)."""
    birth_date: date | None = None
    sex: Literal["", "f", "m"] = ""

    @property
    def named(self) -> bool:
        """Whether it is known who travels."""
        return bool(self.family_name or self.given_names)

    @property
    def name(self) -> str:
        """As printed: family name first."""
        return f"{self.family_name} {self.given_names}".strip()


class Leg(Struct, frozen=True, kw_only=True):
    """A leg of a booking."""

    number: int
    """From 1, within the booking."""
    journey: int
    departure: DepartureKey
    board: StationId
    alight: StationId
    leaves: datetime
    """UTC, from `board`, by the edition in force."""
    arrives: datetime
    """UTC, at `alight`."""
    travel_class: TravelClass | None = None
    sold_leaves: datetime | None = None
    """When it was to leave as sold (UTC), if a later edition of the folder moved it; None: it did not."""
    sold_arrives: datetime | None = None
    bought: datetime | None = None
    """When it was confirmed (UTC), if that was after the booking was; None: with it."""

    @property
    def moved(self) -> timedelta:
        """By how much a later edition moved the departure or the arrival, whichever more."""
        return max(
            abs(self.leaves - (self.sold_leaves or self.leaves)),
            abs(self.arrives - (self.sold_arrives or self.arrives)),
        )


class Part(Struct, frozen=True, kw_only=True):
    """One passenger on one leg."""

    number: int
    """From 1, within the booking."""
    leg: int
    passenger: int
    spots: tuple[Spot, ...]
    """In the order of travel; more than one if the passenger changes places; empty for a child without a place."""
    price: PartPrice
    state: PartState
    until: datetime | None
    """When a held part lapses (UTC); None once confirmed."""
    refunded: Money | None = None
    """What came back, in the currency of the sale."""
    refund_reason: Literal["", "passenger", "suspended", "refused", "exchanged"] = ""
    """refused: the journey ended at a border; the spots are as far as it went."""
    refunded_at: datetime | None = None
    """UTC."""
    recalls: tuple[Recall, ...] = ()
    """Its tickets that were cancelled to be made out anew, the oldest first."""
    released: Release | None = None
    """When it was given back while its money was yet to be asked for; None: it was not, or both at once."""

    @property
    def ticket(self) -> int:
        """The number of the ticket that is good, or was the last to be: from 1, one more after each made out anew."""
        return 1 + sum(one.anew is not None for one in self.recalls)

    @property
    def recalled(self) -> bool:
        """Whether its ticket was cancelled and none has been made out since."""
        return bool(self.recalls) and self.recalls[-1].anew is None

    def waits(self, now: datetime) -> bool:
        """Whether it is held and has not lapsed at an instant (UTC)."""
        return self.state == "held" and self.until is not None and self.until > now


class Booking(Struct, frozen=True, kw_only=True):
    """Everything one buyer has with us under one code."""

    code: str
    created: datetime
    email: str
    """Empty only at a counter."""
    language: str
    channel: Channel
    seller: str
    group: bool
    tour_operator: str | None
    currency: str
    passengers: tuple[Passenger, ...]
    legs: tuple[Leg, ...]
    parts: tuple[Part, ...]
    fees: tuple[FeeCharged, ...]
    rates: tuple[Rate, ...]
    edition: int
    illustrative: bool
    deposit: Money | None = None
    """What a group pays to have its places held past the option date."""
    balance: Money
    """What the customer still owes; negative: what we owe the customer. From the postings."""
    paid: Money
    """Payments less payouts. From the postings."""
    confirmed: datetime | None = None
    rebooks: str | None = None
    """The suspended booking that this one replaces at the paid price."""
    version: int
    """Grows with every change: what a form was made from."""

    def state(self, now: datetime) -> BookingState:
        """What the booking is at an instant (UTC). Places that a sold one has held besides are an exchange's."""
        states = {part.state for part in self.parts}
        if "confirmed" in states:
            return "confirmed"
        if "held" in states and self.confirmed is None:
            return "prebooked" if self.held_until is not None and self.held_until > now else "expired"
        return "refunded" if states & {"refunded", "released"} else "cancelled"

    @property
    def held_until(self) -> datetime | None:
        """`confirmationTimeLimit`: when the first held part lapses (UTC); None if none is held."""
        return min((part.until for part in self.parts if part.until is not None and part.state == "held"), default=None)

    @property
    def total(self) -> Money:
        """Parts and fees per booking, as sold: not what was cancelled, nor what a sold booking has held besides."""
        free = ("cancelled",) if self.confirmed is None else ("cancelled", "held")
        amount = sum(part.price.total.amount for part in self.parts if part.state not in free)
        return Money(amount + sum(fee.charged.amount for fee in self.fees), self.currency)

    @property
    def travellers(self) -> tuple[Passenger, ...]:
        """The passengers who have, or had, something here: not those who were taken out of it before it was sold."""
        here = {part.passenger for part in self.parts if part.state != "cancelled"}
        return tuple(one for one in self.passengers if one.number in here) or self.passengers

    @property
    def named(self) -> bool:
        """Whether everybody is named who travels: tickets are made only then."""
        return all(passenger.named for passenger in self.travellers)

    def leg(self, number: int) -> Leg:
        """The leg with this number."""
        return self.legs[number - 1]

    def passenger(self, number: int) -> Passenger:
        """The passenger with this number."""
        return self.passengers[number - 1]

    def reference(self, part: Part) -> str:
        """What the ticket of a part is called."""
        return reference(self.code, part.number, part.ticket)

    @property
    def references(self) -> tuple[str, ...]:
        """What every ticket that there was is called."""
        return tuple(one for part in self.parts for one in self._tickets(part))

    def ended(self, part: Part) -> tuple[str, ...]:
        """What those tickets of a part are called that are good no more: given back, or made out anew since."""
        tickets = self._tickets(part)
        if part.state == "held":
            return ()
        return tickets[:-1] if part.state == "confirmed" and not part.recalled else tickets

    def _tickets(self, part: Part) -> tuple[str, ...]:
        return tuple(reference(self.code, part.number, ticket) for ticket in range(1, part.ticket + 1))

    def ticket_made(self, part: Part, ticket: int) -> datetime | None:
        """When a ticket of a part (by its number, from 1) was made out (UTC); None: it was not."""
        if ticket > 1:
            return part.recalls[ticket - 2].anew
        return self.leg(part.leg).bought or self.confirmed

    def parts_of(self, leg: int) -> tuple[Part, ...]:
        """The parts on a leg, by passenger."""
        return tuple(part for part in self.parts if part.leg == leg)


class PartRefund(Struct, frozen=True, kw_only=True):
    """What would come back for one part, and by which rule."""

    part: int
    back: Money
    kept: Money
    rule: Literal[
        "not-running", "no-place", "retimed", "overruled", "turned-away", "before-departure", "none", "refused"
    ]
    """no-place: the train runs, and another consist has left no place for the passenger; retimed: a new timetable
    moved it by more than an hour since the ticket was sold; overruled: whoever sold it says that no rule is to hold;
    turned-away: an earlier train of the passenger's ended at a border; refused: this one did, and the folder says what
    comes back then."""
    percent: int


class RefundOffer(Struct, frozen=True, kw_only=True):
    """What would come back if these parts were given back now."""

    code: str
    version: int
    parts: tuple[PartRefund, ...]
    total: Money
    fees_back: Money
    """Fees per booking, given back with the last part."""
    made: datetime
