"""Places per stretch: a departure's segments, a spot on it, a claim, what is wished for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from rerail.line.model import TrainId

CompartmentRule = Literal["women", "men", "mixed", "whole"]
Berth = Literal["lower", "middle", "upper"]


class DepartureKey(Struct, frozen=True, order=True):
    """A train on one service date."""

    train: TrainId
    service_date: date

    def __str__(self) -> str:
        return f"{self.train}/{self.service_date}"


class Spot(Struct, frozen=True, order=True):
    """A place over the segments [board, alight): indexes of the train's calls."""

    coach: str
    place: str
    board: int
    alight: int


class Claim(Struct, frozen=True, kw_only=True):
    """A spot that is somebody's: held until an instant (UTC), or for good."""

    departure: DepartureKey
    spot: Spot
    booking: str
    part: int
    """The part of the booking (`rerail.sale.model.Part.number`)."""
    until: datetime | None
    """None: sold."""
    compartment: CompartmentRule | None = None
    """The rule it was made under: who may be in the same compartment over the same stretch."""


class Wishes(Struct, frozen=True, kw_only=True):
    """What a party would like; met where possible, never a reason to refuse, except `compartment` and `wheelchair`."""

    berth: Berth | None = None
    window: bool = False
    near: Spot | None = None
    """Next to this place."""
    compartment: CompartmentRule | None = None
    """women, men, mixed: only a compartment whose other passengers asked for the same, or an empty one;
    whole: a compartment to oneself."""
    wheelchair: int = 0
    """How many of the party need a wheelchair place; refused if there is none."""
