"""A year of selling in figures: tickets and income by month and train, refunds, who did not come, full weekdays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from rerail.border import closings
from rerail.border.closings import Closing
from rerail.desk.selling import Selling
from rerail.life.consent import Life
from rerail.line.amount import Money
from rerail.line.model import TrainId
from rerail.places.model import DepartureKey
from rerail.sale.figures import PartFigure, parts_between, summed


class MonthFigures(Struct, frozen=True, kw_only=True):
    """One train in one month of service dates."""

    first: date
    train: TrainId
    tickets: int
    """Valid ones."""
    given_back: int
    """By passengers."""
    suspended: int
    """Given back because the train did not run."""
    income: tuple[Money, ...]
    """Fares and fees per ticket, less what came back; per currency."""
    refunds: tuple[Money, ...]


class WeekdayFigures(Struct, frozen=True, kw_only=True):
    """All departures on one day of the week."""

    weekday: int
    """0 is Monday."""
    departures: int
    """Those that run."""
    tickets: int
    places: int
    """Offered by these departures together."""

    @property
    def percent(self) -> int:
        """Tickets per hundred places; above a hundred where places are sold twice on different stretches."""
        return round(100 * self.tickets / self.places) if self.places else 0


class BorderFigures(Struct, frozen=True, kw_only=True):
    """One train in one month of service dates, as far as its borders were closed out."""

    first: date
    train: TrainId
    departures: int
    """Those closed out."""
    missing: int
    """Passengers who did not come; at several borders of one departure the same ones."""
    refused: int


class Figures(Struct, frozen=True, kw_only=True):
    """What was sold for the service dates of a year."""

    year: int
    months: tuple[MonthFigures, ...]
    """By month and train; only those with a ticket, valid or given back."""
    weekdays: tuple[WeekdayFigures, ...]
    borders: tuple[BorderFigures, ...]
    """By month and train; only those with a departure closed out."""

    @property
    def tickets(self) -> int:
        """Valid tickets of the year."""
        return sum(month.tickets for month in self.months)

    @property
    def income(self) -> tuple[Money, ...]:
        """The year's income, per currency."""
        return summed(money for month in self.months for money in month.income)


def figures(selling: Selling, year: int, train: TrainId | None = None) -> Figures:
    """The figures of a year of service dates, of one train or all, as of now."""
    market = selling.market()
    start, until = date(year, 1, 1), date(year + 1, 1, 1)
    with selling.store.read() as connection:
        parts = parts_between(connection, start, until, None if train is None else [train])
        closed = closings.between(connection, start, until, None if train is None else [train])
    by_month: defaultdict[tuple[date, TrainId], list[PartFigure]] = defaultdict(list)
    on_weekday: Counter[int] = Counter()
    for part in parts:
        if part.state not in ("confirmed", "released", "refunded"):
            continue
        key = part.departure
        by_month[key.service_date.replace(day=1), key.train].append(part)
        on_weekday[key.service_date.weekday()] += part.state == "confirmed"
    trains = market.life.timetable.train_ids if train is None else (train,)
    return Figures(
        year=year,
        months=tuple(_month(first, name, its) for (first, name), its in sorted(by_month.items())),
        weekdays=_weekdays(market.life, trains, (start, until), on_weekday),
        borders=tuple(_borders(closed)),
    )


def _borders(closed: Sequence[Closing]) -> Iterator[BorderFigures]:
    by_month: defaultdict[tuple[date, TrainId], defaultdict[DepartureKey, list[Closing]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in closed:
        by_month[one.departure.service_date.replace(day=1), one.departure.train][one.departure].append(one)
    for (first, train), departures in sorted(by_month.items()):
        yield BorderFigures(
            first=first,
            train=train,
            departures=len(departures),
            missing=sum(max(one.missing for one in its) for its in departures.values()),
            refused=sum(one.refused for its in departures.values() for one in its),
        )


def _month(first: date, train: TrainId, parts: Sequence[PartFigure]) -> MonthFigures:
    return MonthFigures(
        first=first,
        train=train,
        tickets=sum(part.state == "confirmed" for part in parts),
        given_back=sum(part.reason == "passenger" for part in parts),
        suspended=sum(part.reason == "suspended" for part in parts),
        income=summed(part.income for part in parts),
        refunds=summed(part.refunded for part in parts if part.refunded is not None),
    )


def _weekdays(
    life: Life, trains: Sequence[TrainId], span: tuple[date, date], tickets: Counter[int]
) -> tuple[WeekdayFigures, ...]:
    departures: Counter[int] = Counter()
    places: Counter[int] = Counter()
    for train in trains:
        for edition, dates in life.timetable.reigns(train):
            version = edition.line.trains[train]
            offered = sum(len(edition.line.coach_types[coach.type].places) for coach in version.consist)
            if not offered:
                continue
            for day in (life.runs(train) & dates).within(*span):
                departures[day.weekday()] += 1
                places[day.weekday()] += offered
    return tuple(
        WeekdayFigures(weekday=day, departures=departures[day], tickets=tickets[day], places=places[day])
        for day in range(7)
    )
