"""Moments and sale deadlines in words, each on the clock of the station it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from rerail.fares.deadlines import sale_opens
from rerail.line.model import Line, Station
from rerail.line.timing import station_time
from rerail.sale.errors import SaleError
from rerail.sale.rules import Travel, closes_at, not_running
from rerail.web.context import View
from rerail.web.i18n import date_words
from rerail.web.site.clock_words import clock_line

Selling = Literal["open", "not-yet", "closed", "not-running"]


class SaleState(Struct, frozen=True):
    """Whether a leg is on sale, and the sentence that says it."""

    state: Selling
    says: str


def moment_words(view: View, line: Line, station: Station, moment: datetime) -> str:
    """ "24 November 2026, 22:30 (Vladivostok time, UTC+10, МСК+7)"."""
    time = station_time(line, station, moment, view.language)
    return f"{date_words(time.local.date(), view.language)}, {time.clock} ({clock_line(view.words, time)})"


def said(view: View, error: SaleError) -> str:
    """An error's sentence in the reader's language."""
    return view.words.gettext(error.message, **error.values_in(view.language))


def sale_state(view: View, leg: Travel) -> SaleState:
    """Whether a leg is on sale now, on the clock of the station where one boards. Raises `NotOnSale` without fares."""
    _ = view.words.gettext
    station = leg.line.stations[leg.ask.board]
    if not leg.departure.runs:
        return SaleState("not-running", said(view, not_running(leg.departure)))
    opens, closes = sale_opens(leg.line, leg.train, leg.ask.service_date), closes_at(leg)
    if view.now < opens:
        when = moment_words(view, leg.line, station, opens)
        return SaleState("not-yet", _("Not yet on sale: tickets are sold from %(moment)s on.", moment=when))
    when = moment_words(view, leg.line, station, closes)
    if view.now >= closes:
        return SaleState("closed", _("No longer on sale: the sale ended on %(moment)s.", moment=when))
    return SaleState("open", _("On sale until %(moment)s.", moment=when))
