"""The bookings that a decision hits, as the preview and the result list them: no passenger is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from rerail.desk.letters import money_words
from rerail.line.amount import Money
from rerail.line.model import Text
from rerail.sale import suspension
from rerail.web.office.visit import Visit


class HitRow(Struct, frozen=True, kw_only=True):
    """One booking."""

    code: str
    passengers: int
    departures: tuple[tuple[Text, date], ...]
    money: str
    """In words; empty: nothing is paid."""


class Hits(Struct, frozen=True, kw_only=True):
    """All of them."""

    rows: tuple[HitRow, ...]
    passengers: int
    sums: str
    """The money to give back, per currency; empty: none."""
    linked: bool
    """Whether who looks may open a booking."""


def hits(visit: Visit, found: Sequence[suspension.Hit]) -> Hits:
    """The bookings by code, with what each is given back."""
    timetable = visit.view.life.timetable
    language = visit.view.language

    def train(name: str, day: date) -> Text:
        version = timetable.at(name, day)
        return version[1].names if version is not None else {}

    rows = tuple(
        HitRow(
            code=hit.booking.code,
            passengers=len({part.passenger for part in hit.booking.parts if part.number in hit.parts}),
            departures=tuple((train(key.train, key.service_date), key.service_date) for key in hit.departures),
            money=money_words(hit.back, language) if hit.back else "",
        )
        for hit in found
    )
    return Hits(
        rows=rows,
        passengers=sum(row.passengers for row in rows),
        sums=sums(suspension.to_give_back(found), language),
        linked=visit.user.takes_money,
    )


def sums(money: Iterable[Money], language: str) -> str:
    """Amounts of several currencies in a row; empty if there is none."""
    return " + ".join(money_words(one, language) for one in money if one)
