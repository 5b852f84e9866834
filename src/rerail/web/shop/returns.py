"""Ways back: trains that run the other way after the arrival and are on sale, and journeys with changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from rerail.journey.search import search
from rerail.life.consent import Life
from rerail.line.model import StationId, TrainId
from rerail.line.timing import station_time
from rerail.sale.errors import SaleError
from rerail.sale.model import LegAsk
from rerail.sale.rules import Travel, on_sale, travel
from rerail.web.context import View
from rerail.web.i18n import date_words
from rerail.web.shop.links import leg_asked
from rerail.web.shop.wanted import legs_text

MOST_RETURNS: Final = 12
_DATES_TRIED: Final = 40
"""Dates of one train that are looked at: trains that run daily fill the list long before."""


class Return(Struct, frozen=True):
    """A way back, as one chooses it."""

    value: str
    """What the form sends (`legs_text`)."""
    label: str


def returns(view: View, out: Sequence[Travel], back_on: date | None, chosen: Sequence[LegAsk]) -> list[Return]:
    """The ways back that can be bought now, by the time they leave; the one chosen is always among them."""
    origin, destination, after = out[0].ask.board, out[-1].ask.alight, out[-1]
    found = _direct(view, destination, origin, after)
    if back_on is not None:
        found += _journeys(view, destination, origin, after, back_on)
    unlike = {legs_text(leg.ask for leg in legs): legs for legs in found}
    own = legs_text(chosen)
    if chosen and own not in unlike:
        unlike[own] = _travels(view.life, chosen)
    ordered = sorted(unlike.items(), key=lambda one: one[1][0].leaves)
    return [Return(value, _label(view, legs)) for value, legs in ordered]


def _direct(view: View, board: StationId, alight: StationId, after: Travel) -> list[tuple[Travel, ...]]:
    """One train all the way: the next few dates of each that calls at both stations in this order."""
    found: list[Travel] = []
    for train in _trains_between(view.life, board, alight):
        kept = 0
        for day in _dates(view.life, train, after.arrives.date() - timedelta(days=2)):
            leg = _for_sale(view, LegAsk(journey=1, train=train, service_date=day, board=board, alight=alight))
            if leg is not None and leg.leaves > after.arrives:
                found.append(leg)
                kept += 1
            if kept == MOST_RETURNS:
                break
    found.sort(key=lambda leg: leg.leaves)
    return [(leg,) for leg in found[:MOST_RETURNS]]


def _journeys(view: View, board: StationId, alight: StationId, after: Travel, day: date) -> list[tuple[Travel, ...]]:
    """The journeys of one day, with changes, all of whose trains are on sale."""
    if not view.life.window[0] <= day < view.life.window[1]:
        return []
    answer = search(view.life, board, alight, day, not_before=after.arrives, language=view.language)
    found = []
    for journey in answer.journeys:
        legs = [_for_sale(view, leg_asked(leg, 1)) for leg in journey.legs]
        whole = tuple(leg for leg in legs if leg is not None)
        if len(whole) == len(legs):
            found.append(whole)
    return found


def _trains_between(life: Life, board: StationId, alight: StationId) -> Iterator[TrainId]:
    for train in life.line.trains.values():
        at = {call.station: index for index, call in enumerate(train.calls)}
        if at.get(board, len(at)) < at.get(alight, -1):
            yield train.id


def _dates(life: Life, train: TrainId, first: date) -> Iterator[date]:
    runs = life.runs(train)
    day = runs.on_or_after(first)
    for _ in range(_DATES_TRIED):
        if day is None:
            return
        yield day
        day = runs.on_or_after(day + timedelta(days=1))


def _for_sale(view: View, ask: LegAsk) -> Travel | None:
    try:
        leg = travel(view.life, ask)
        on_sale(leg, view.now)
    except SaleError:
        return None
    return leg


def _travels(life: Life, legs: Sequence[LegAsk]) -> tuple[Travel, ...]:
    return tuple(travel(life, leg) for leg in legs)


def _label(view: View, legs: Sequence[Travel]) -> str:
    _, ngettext = view.words.gettext, view.words.ngettext
    first, last = legs[0], legs[-1]
    leaves = station_time(first.line, first.line.stations[first.ask.board], first.leaves, view.language)
    arrives = station_time(last.line, last.line.stations[last.ask.alight], last.arrives, view.language)
    changes, days = len(legs) - 1, (arrives.local.date() - leaves.local.date()).days
    return _(
        "%(day)s, %(leaves)s to %(arrives)s, train %(number)s, %(changes)s",
        day=date_words(leaves.local.date(), view.language, "weekday"),
        leaves=leaves.clock,
        arrives=arrives.clock + (f" (+{days})" if days else ""),
        number=" + ".join(next(iter(leg.train.numbers.values()), leg.train.id) for leg in legs),
        changes=ngettext("%(num)d change", "%(num)d changes", changes) if changes else _("direct"),
    )
