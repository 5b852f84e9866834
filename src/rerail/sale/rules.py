"""What may be sold: legs that exist, run, are open, and follow one another; parties that may travel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from msgspec import Struct

from rerail.fares.categories import PassengerError, checked_party
from rerail.fares.deadlines import sale_closes, sale_opens
from rerail.life.consent import Departure, Life
from rerail.line.model import Line, RailwayId, StationId, Train, TrainId
from rerail.line.same import Same
from rerail.line.stretch import stretch
from rerail.line.tariff import Tariff, TravelClass
from rerail.line.timing import first_call_instant, zone
from rerail.places.model import DepartureKey
from rerail.sale.errors import NotOnSale, NotRunning, NotYetOpen, SaleClosed, WrongAsk
from rerail.sale.model import Ask, Leg, LegAsk

MOST_LEGS: Final = 8


class Travel(Struct, frozen=True, kw_only=True):
    """A leg that exists: the train as it runs on that date, and the stretch as indexes of its calls."""

    ask: LegAsk
    departure: Departure
    board: int
    alight: int
    leaves: datetime
    """UTC, from the boarding station."""
    arrives: datetime
    """UTC."""
    opens: datetime
    """When its sale begins (UTC)."""
    closes: datetime | None
    """When it ends for everybody but a clerk (UTC); None if the line has no fares."""

    @property
    def key(self) -> DepartureKey:
        """The train on its service date."""
        return self.ask.departure

    @property
    def line(self) -> Line:
        """The line as the departure's edition has it."""
        return self.departure.line

    @property
    def train(self) -> Train:
        """The train as the departure's edition has it."""
        return self.departure.train

    @property
    def railways(self) -> tuple[RailwayId, ...]:
        """The railways run over, in order."""
        return railways_between(self.train, self.board, self.alight)

    @property
    def crosses(self) -> bool:
        """Whether a border lies on the stretch."""
        return len(self.railways) > 1


def railways_between(train: Train, board: int, alight: int) -> tuple[RailwayId, ...]:
    """The railways of the segments [board, alight), in order, each once."""
    return tuple(dict.fromkeys(one for segment in train.segment_railways[board:alight] for one in segment))


def tariff_of(life: Life) -> Tariff:
    """The tariff in force. Raises `NotOnSale` if the line has none."""
    tariff = life.line.tariff
    if tariff is None:
        raise NotOnSale("This line has no fares, so nothing is sold here.")
    return tariff


def travel(life: Life, ask: LegAsk) -> Travel:
    """The leg, whether it runs or not. Raises `WrongAsk` if there is no such train, date or stretch."""
    departure = life.departure(ask.train, ask.service_date)
    if departure is None or not life.window[0] <= ask.service_date < life.window[1]:
        raise WrongAsk("There is no train %(train)s on %(day)s.", "train", train=ask.train, day=ask.service_date)
    way = _way(Same(departure.line), ask.train, ask.service_date, ask.board, ask.alight)
    if way is None:
        raise _no_way(departure, ask)
    return Travel(
        ask=ask,
        departure=departure,
        board=way.board,
        alight=way.alight,
        leaves=way.leaves,
        arrives=way.arrives,
        opens=way.opens,
        closes=way.closes,
    )


class _Way(NamedTuple):
    """A stretch of a departure that one can travel."""

    board: int
    alight: int
    leaves: datetime
    arrives: datetime
    opens: datetime
    closes: datetime | None


@lru_cache(maxsize=16_384)
def _way(same: Same[Line], train: TrainId, service_date: date, board: StationId, alight: StationId) -> _Way | None:
    """The stretch between two stations, None if one cannot travel it. What a folder says of it never changes."""
    line = same.it
    found = stretch(line.trains[train], board, alight)
    if found is None:
        return None
    first, last = line.trains[train].calls[found[0]], line.trains[train].calls[found[1]]
    if found[0] >= found[1] or not first.boarding or not last.alighting:
        return None
    assert first.departure is not None
    assert last.arrival is not None  # only the first call has no arrival, only the last no departure
    start = first_call_instant(line.trains[train], service_date)
    return _Way(
        *found,
        leaves=start + timedelta(seconds=first.departure),
        arrives=start + timedelta(seconds=last.arrival),
        opens=sale_opens(line, line.trains[train], service_date),
        closes=sale_closes(line, line.trains[train], service_date, *found) if line.tariff is not None else None,
    )


def _no_way(departure: Departure, ask: LegAsk) -> WrongAsk:
    """Why one cannot travel so."""
    called = {call.station for call in departure.train.calls}
    for station in (ask.board, ask.alight):
        if station not in called:
            return WrongAsk("The train does not call at %(station)s.", "board", station=station)
    return WrongAsk(
        "One cannot travel from %(board)s to %(alight)s on this train.",
        "alight",
        board=departure.line.stations[ask.board].names,
        alight=departure.line.stations[ask.alight].names,
    )


def on_sale(leg: Travel, now: datetime, *, staff: bool = False) -> None:
    """Raise `NotOnSale` unless the leg runs and its sale is open.

    A clerk (`staff`) may sell until the train leaves, but across a border no later than anybody: the list is
    handed over.
    """
    if not leg.departure.runs:
        raise not_running(leg.departure)
    if now < leg.opens:
        raise NotYetOpen("Sale of this departure opens on %(opens)s (UTC).", opens=f"{leg.opens:%Y-%m-%d %H:%M}")
    closes = sells_until(leg, staff=staff)
    if now >= closes:
        raise SaleClosed("Sale of this departure closed on %(closes)s (UTC).", closes=f"{closes:%Y-%m-%d %H:%M}")


def closes_at(leg: Travel) -> datetime:
    """When the sale of a leg closes (UTC) for everybody but a clerk. Raises `NotOnSale`."""
    if leg.closes is None:
        raise NotOnSale("This line has no fares, so nothing is sold here.")
    return leg.closes


def sells_until(leg: Travel, *, staff: bool = False) -> datetime:
    """Until when (UTC) a leg is sold and its places are held: a clerk's leg within a country until it leaves."""
    return leg.leaves if staff and not leg.crosses else closes_at(leg)


def travel_of(life: Life, leg: Leg) -> Travel:
    """A booked leg as its train runs now. Raises `WrongAsk` if the train, date or stretch is no more."""
    return travel(
        life,
        LegAsk(
            journey=leg.journey,
            train=leg.departure.train,
            service_date=leg.departure.service_date,
            board=leg.board,
            alight=leg.alight,
            travel_class=leg.travel_class,
        ),
    )


def classes(line: Line, train: Train, board: int, alight: int) -> tuple[TravelClass, ...]:
    """The classes of the coaches that are in the train over the whole stretch, in the order of the consist."""
    return _classes(Same(line), train.id, board, alight)


@lru_cache(maxsize=4096)
def _classes(same: Same[Line], train: TrainId, board: int, alight: int) -> tuple[TravelClass, ...]:
    line = same.it
    there = (one for one in line.trains[train].consist if one.first_call <= board and alight <= one.last_call)
    return tuple(dict.fromkeys(line.coach_types[one.type].travel_class for one in there))


def follow(legs: Sequence[Travel]) -> None:
    """Raise `WrongAsk` unless each leg leaves after the one before it arrived, with time to change."""
    for before, after in pairwise(legs):
        station = before.line.stations[before.ask.alight]
        same_station = before.ask.alight == after.ask.board and before.ask.journey == after.ask.journey
        change = timedelta(minutes=station.transfer_minutes) if same_station else timedelta(0)
        if after.ask.journey < before.ask.journey or after.leaves < before.arrives + change:
            raise WrongAsk(
                "The train of %(second)s leaves before that of %(first)s has arrived and there is time to change.",
                "legs",
                first=before.ask.service_date,
                second=after.ask.service_date,
            )


def checked(life: Life, ask: Ask, now: datetime, *, staff: bool = False) -> tuple[Travel, ...]:
    """The legs of what is asked, each on sale. Raises `WrongAsk`, `NotOnSale`."""
    tariff = tariff_of(life)
    if not 1 <= len(ask.legs) <= MOST_LEGS:
        raise WrongAsk("A booking has 1 to %(most)d trains.", "legs", most=MOST_LEGS)
    if ask.currency not in tariff.currencies:
        raise WrongAsk("Pay in one of %(currencies)s.", "currency", currencies=", ".join(tariff.currencies))
    _counted(tariff, ask)
    legs = tuple(travel(life, leg) for leg in ask.legs)
    follow(legs)
    for leg in legs:
        on_sale(leg, now, staff=staff)
        if leg.crosses and leg.train.groups_only and ask.tour_operator is None:
            raise NotOnSale(
                "Only passengers on a tour operator's named list may take this train across the border; "
                "name the tour operator.",
                "tour_operator",
            )
    if ask.tour_operator is not None and ask.tour_operator not in tariff.operators:
        raise WrongAsk('There is no tour operator "%(operator)s".', "tour_operator", operator=ask.tour_operator)
    return legs


def _counted(tariff: Tariff, ask: Ask) -> None:
    try:
        checked_party(tariff, ask.counts, group=ask.group)
    except PassengerError as error:
        raise WrongAsk(error.message, "counts", **error.values) from None
    seated = sum(count for category, count in ask.counts.items() if tariff.categories[category].place)
    if any(not 0 <= leg.wishes.wheelchair <= seated for leg in ask.legs):
        raise WrongAsk("More wheelchair places are asked for than there are passengers with a place.", "counts")


def not_running(departure: Departure) -> NotRunning:
    """The error that says why a departure does not run."""
    line, day = departure.line, departure.service_date
    train = departure.train.names
    if departure.cancelled is not None:
        return NotRunning("The train %(train)s of %(day)s is cancelled.", train=train, day=day)
    if departure.missing:
        missing = [line.railways[one].short_names for one in departure.missing]
        names = {one: ", ".join(line.text(name, one) for name in missing) for one in line.languages}
        return NotRunning(
            "The train %(train)s of %(day)s does not run: %(railways)s has not consented.",
            train=train,
            day=day,
            railways=names,
        )
    return NotRunning("The train %(train)s is not planned on %(day)s.", train=train, day=day)


def day_of_travel(leg: Travel) -> date:
    """The date of boarding on the boarding station's clock."""
    return leg.leaves.astimezone(zone(leg.line.stations[leg.ask.board].clock)).date()
