"""A counter as a clerk would keep it with pencil and paper: lists, looked through from the start each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from rerail.places.model import DepartureKey
from rerail.sale.model import BookingState, LegAsk, PartState

CALLS = {
    "vladivostok-rason": ("vladivostok", "ussuriysk", "khasan", "tumangang", "rajin"),
    "rason-vladivostok": ("rajin", "tumangang", "khasan", "ussuriysk", "vladivostok"),
}
PLACES = frozenset(
    (coach, str(place)) for coach, most in (("1", 36), ("2", 28), ("3", 36)) for place in range(1, most + 1)
)
ALLOTTED = frozenset(("2", str(place)) for place in range(1, 13))
HOURS_AHEAD = {"vladivostok-rason": 10, "rason-vladivostok": 9}
"""Of the clock at the first station."""
FEE = 6000
"""Of each ticket, kept when a passenger gives it back."""


def round_half_up(amount: int, parts: int) -> int:
    return (2 * amount + parts) // (2 * parts)


@dataclass
class Ticket:
    leg: LegAsk
    spot: tuple[str, str]
    price: int
    state: PartState = "held"
    suspended: bool = False
    back: int = 0

    @property
    def stretch(self) -> range:
        calls = CALLS[self.leg.train]
        return range(calls.index(self.leg.board), calls.index(self.leg.alight))


@dataclass(repr=False)
class Paper:
    """A booking."""

    code: str
    tickets: list[Ticket]
    until: datetime
    group: bool = False
    paid: int = 0
    confirmed: bool = False
    deposited: bool = False
    rebooks: str | None = None
    names: dict[int, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{self.code} ({', '.join(f'{one.leg.train} {one.state}' for one in self.tickets)})"

    @property
    def total(self) -> int:
        return sum(one.price for one in self.tickets if one.state != "cancelled")

    def state(self, now: datetime) -> BookingState:
        states = [one.state for one in self.tickets]
        if "confirmed" in states:
            return "confirmed"
        if "held" in states:
            return "prebooked" if now < self.until else "expired"
        return "refunded" if "refunded" in states else "cancelled"


class Counter:
    """All bookings, and which departures run."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.papers: dict[str, Paper] = {}
        self.strangers: dict[DepartureKey, set[tuple[str, str]]] = {}
        """Places somebody else has all the way."""
        self.withdrawn: set[int] = set()
        """Months for which a railway has withdrawn."""
        self.cancelled: set[DepartureKey] = set()

    def runs(self, key: DepartureKey) -> bool:
        return key.service_date.month not in self.withdrawn and key not in self.cancelled

    def live(self, key: DepartureKey) -> list[Ticket]:
        return [
            ticket
            for paper in self.papers.values()
            for ticket in paper.tickets
            if ticket.leg.departure == key
            and (ticket.state == "confirmed" or (ticket.state == "held" and self.now < paper.until))
        ]

    def free(self, leg: LegAsk, *, operator: bool = False) -> set[tuple[str, str]]:
        """The places free all the way for whoever buys on the site, or for the tour operator."""
        calls = CALLS[leg.train]
        wanted = set(range(calls.index(leg.board), calls.index(leg.alight)))
        left = set(PLACES) - self.strangers.get(leg.departure, set())
        handed_back = datetime.combine(leg.service_date, time(), UTC) - timedelta(days=14, hours=HOURS_AHEAD[leg.train])
        if not operator and self.now < handed_back:
            left -= ALLOTTED
        return left - {ticket.spot for ticket in self.live(leg.departure) if wanted & set(ticket.stretch)}

    def all_run(self, paper: Paper) -> bool:
        return all(self.runs(ticket.leg.departure) for ticket in paper.tickets)

    def confirm(self, paper: Paper) -> None:
        for ticket in paper.tickets:
            ticket.state = "confirmed"
        paper.confirmed = True
        paper.paid = paper.total

    def let_go(self, paper: Paper) -> None:
        for ticket in paper.tickets:
            if ticket.state == "held":
                ticket.state = "cancelled"
        paper.paid = 0

    def back_for(self, paper: Paper, ticket: Ticket) -> int:
        """What a passenger gets who gives it back more than a week before."""
        if not self.runs(ticket.leg.departure) or any(one.suspended for one in paper.tickets):
            return ticket.price
        return round_half_up((ticket.price - FEE) * 9, 10)

    def refund(self, paper: Paper, ticket: Ticket, back: int) -> None:
        ticket.state, ticket.back = "refunded", back
        paper.paid -= back

    def is_hit(self, paper: Paper) -> bool:
        """Whether something live of it is on a departure that does not run."""
        return any(
            not self.runs(one.leg.departure)
            and (one.state == "confirmed" or (one.state == "held" and (self.now < paper.until or paper.paid > 0)))
            for one in paper.tickets
        )

    def give_back(self, papers: Iterable[Paper]) -> int:
        """Everything on departures that do not run, in full. How many bookings it was."""
        done = 0
        for paper in papers:
            stopped = [one for one in paper.tickets if not self.runs(one.leg.departure)]
            sold = [one for one in stopped if one.state == "confirmed"]
            # A group's deposit is ours to give back, though the date of the balance has passed.
            state = paper.state(self.now)
            held = bool(stopped) and (state == "prebooked" or (state == "expired" and paper.paid > 0))
            if held:
                self.let_go(paper)
            for ticket in sold:
                self.refund(paper, ticket, ticket.price)
                ticket.suspended = True
            done += bool(sold or held)
        return done
