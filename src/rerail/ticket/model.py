"""What a ticket says: everything it needs, and nothing about how it was sold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from rerail.line.amount import Money
from rerail.line.model import RailwayId, Text, TrainId


class TicketCall(Struct, frozen=True, kw_only=True):
    """Where one boards or alights, on the station's own clock."""

    station: str
    """The station's id."""
    names: Text
    code: str | None
    """Its UIC code (seven digits) if it is known."""
    at: datetime
    """Aware, on the station's clock."""
    zone: str
    """IANA zone of that clock."""
    working_label: str = ""
    """"MSK+7" where the railway prints it, in the passenger's language."""


class TicketSpot(Struct, frozen=True, kw_only=True):
    """A place, and from where to where it is the passenger's."""

    coach: str
    coach_names: Text
    place: str
    kind: Literal["seat", "lower", "middle", "upper", "wheelchair"]
    board: TicketCall
    alight: TicketCall


class Ticket(Struct, frozen=True, kw_only=True):
    """One passenger on one train: a fulfillment."""

    reference: str
    """Booking code and part: "K7MP4XQ2-3"."""
    booking: str
    issuer: RailwayId
    issuer_names: Text
    issuer_code: int | None
    """RICS code, if the folder states the railway's."""
    issued: datetime
    """UTC, whole minutes."""
    family_name: str
    given_names: str
    category: str
    category_names: Text
    adult: bool
    train: TrainId
    train_names: Text
    numbers: tuple[tuple[Text, str], ...]
    """(railway's short names, the train's number there), in the order of travel."""
    service_date: date
    travel_class: Literal["first", "second", "third"]
    board: TicketCall
    alight: TicketCall
    spots: tuple[TicketSpot, ...]
    """Empty for a child without a place."""
    price: Money
    passport_check: bool
    """Whether a border is crossed: papers are looked at. Never the papers' numbers."""
    named_list: Text | None
    """The tour operator on whose list the passenger crosses, if the crossing asks for one."""
    languages: tuple[str, ...]
    """Those of the railways run over, to be printed beside the passenger's."""
    illustrative: bool
    """Whether price, times or number are illustrative: printed on the ticket."""
    specimen: bool
    """Whether it is a demonstration's and good for no train."""
    at_border: Text = {}
    """Where one stays in the coach or gets off for the controls, and when, in one line; empty: nobody controls.
    What is illustrative in it is marked."""
    between: tuple[str, ...] = ()
    """Ids of the stations called at between boarding and alighting: a controller there needs no timetable."""

    @property
    def marked(self) -> bool:
        """Whether anything on it is marked as illustrative, so that the mark must be explained."""
        return self.illustrative or any("*" in one for one in self.at_border.values())
