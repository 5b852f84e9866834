"""A year of selling, drawn: tickets and income by month, how full each weekday is, what went back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any, Final

from babel.dates import get_day_names, get_month_names
from litestar import Response
from markupsafe import Markup
from msgspec import Struct

from rerail.desk.figures import Figures, MonthFigures, figures
from rerail.line.amount import Money
from rerail.line.model import TrainId
from rerail.web.drawing import svg
from rerail.web.drawing.columns import Column, columns
from rerail.web.errors import NotFound
from rerail.web.office.journal import number
from rerail.web.office.visit import Visit

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200


def year_of_selling(visit: Visit) -> Response[Any]:
    """The page at `/office/figures`, `?year` and `?train`."""
    view = visit.view
    text, train = visit.fields.text("year"), visit.fields.text("train") or None
    year = number(text) if text else view.today.year
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise NotFound
    if train is not None and train not in view.life.timetable.train_ids:
        raise NotFound
    found = figures(visit.office.frame.selling, year, train)
    return visit.page(
        "figures.html",
        figures=found,
        year=year,
        train=train,
        drawings=[*_by_month(visit, found), _by_weekday(visit, found)] if found.months else [],
        rows=[(month, _train(visit, month.train)) for month in found.months],
        borders=[(month, _train(visit, month.train)) for month in found.borders],
        weekday_names=_weekday_names(visit),
    )


class Drawn(Struct, frozen=True, kw_only=True):
    """A drawing with its heading."""

    title: str
    drawing: Markup


def _train(visit: Visit, train: TrainId) -> str:
    for edition in reversed(visit.view.life.timetable.editions):
        if train in edition.line.trains:
            return visit.view.text(edition.line.trains[train].names)
    return train


def _by_month(visit: Visit, found: Figures) -> list[Drawn]:
    _ = visit.view.words.gettext
    names = get_month_names("abbreviated", context="stand-alone", locale=visit.view.language)
    by_month: defaultdict[date, list[MonthFigures]] = defaultdict(list)
    for one in found.months:
        by_month[one.first].append(one)
    months = [date(found.year, month, 1) for month in range(1, 13)]
    tickets = tuple(
        Column(
            label=str(names[month.month]),
            value=sum(one.tickets for one in by_month[month]),
            said=str(sum(one.tickets for one in by_month[month])),
            more=(back := sum(one.given_back + one.suspended for one in by_month[month])),
            more_said=_("%(count)d given back", count=back),
        )
        for month in months
    )
    title = _("Tickets by month")
    drawn = [
        Drawn(
            title=title,
            drawing=svg.both(
                lambda layout: columns(
                    tickets,
                    title,
                    layout,
                    name="tickets",
                    value_said=_("valid tickets"),
                    more_said=_("tickets given back"),
                ),
                title,
            ),
        )
    ]
    for total in found.income:
        sums = [_in(total.currency, by_month[month]) for month in months]
        income = tuple(
            Column(
                label=str(names[month.month]),
                value=float(money.major),
                said=f"{money.major:,.0f}".replace(",", "\u202f"),
            )
            for month, money in zip(months, sums, strict=True)
        )
        heading = _("Income by month, %(currency)s", currency=total.currency)
        draw = partial(columns, income, heading, name=f"income-{total.currency}")
        drawn.append(Drawn(title=heading, drawing=svg.both(draw, heading)))
    return drawn


def _in(currency: str, months: Iterable[MonthFigures]) -> Money:
    return Money(
        sum(money.amount for month in months for money in month.income if money.currency == currency), currency
    )


def _by_weekday(visit: Visit, found: Figures) -> Drawn:
    _ = visit.view.words.gettext
    names = get_day_names("abbreviated", context="stand-alone", locale=visit.view.language)
    days = tuple(
        Column(label=str(names[one.weekday]), value=float(one.percent), said=f"{one.percent}\u00a0%")
        for one in found.weekdays
    )
    title = _("Tickets per hundred places, by weekday")
    return Drawn(title=title, drawing=svg.both(lambda layout: columns(days, title, layout, name="weekdays"), title))


def _weekday_names(visit: Visit) -> list[str]:
    names = get_day_names("wide", context="stand-alone", locale=visit.view.language)
    return [str(names[day]) for day in range(7)]
