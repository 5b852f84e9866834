"""What can be wrong with a claim on a place; each says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rerail.places.model import DepartureKey, Spot


class PlacesError(Exception):
    """A place that cannot be had. The sentence is kept apart from its values, to be said in any language."""

    def __init__(self, message: str, **values: object) -> None:
        self.message: Final = message
        self.values: Final = values
        super().__init__(message % values)


class PlaceTaken(PlacesError):
    """Somebody has claimed a place over part of the same stretch.

    `spots` are those asked for together; at least one of them is taken. What the transaction did since its
    last savepoint must be rolled back.
    """

    def __init__(self, departure: DepartureKey, spots: Iterable[Spot]) -> None:
        self.departure: Final = departure
        self.spots: Final = tuple(spots)
        super().__init__(
            "On %(departure)s one of the places %(places)s has just been taken; choose again.",
            departure=departure,
            places=", ".join(dict.fromkeys(f"{spot.coach}-{spot.place}" for spot in self.spots)),
        )


class HoldLost(PlacesError):
    """A hold lapsed before it was confirmed, and its place may be somebody else's."""

    def __init__(self, booking: str) -> None:
        self.booking: Final = booking
        super().__init__(
            "The places of booking %(booking)s were not confirmed in time and are no longer held; book again.",
            booking=booking,
        )


class NoPlace(PlacesError):
    """Not as many places are free as are needed. `free` is how many are."""

    def __init__(self, free: int) -> None:
        self.free: Final = free
        super().__init__(
            "Only %(free)d such places are free all the way; take fewer, another class or another departure.",
            free=free,
        )


class NoSuchPlace(PlacesError):
    """A place that is not in the train, or not for this journey."""

    def __init__(self, coach: str, place: str) -> None:
        self.coach: Final = coach
        self.place: Final = place
        super().__init__(
            "The train has no place %(coach)s-%(place)s for this journey; choose one from the plan.",
            coach=coach,
            place=place,
        )
