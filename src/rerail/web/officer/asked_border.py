"""The border that an address of the office names, and who may ask for it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from rerail.border.errors import NotThere
from rerail.border.model import Passing
from rerail.life.consent import Departure
from rerail.people.users import NotPermitted
from rerail.places.model import DepartureKey
from rerail.web.errors import NotFound
from rerail.web.office.asked_departure import asked_departure
from rerail.web.office.visit import Visit

KEPT_FOR_SECONDS: Final = 30 * 86_400
"""How long a browser is remembered to keep a border's pages (`OFFLINE_COOKIE`)."""


class AskedBorder(Struct, frozen=True, kw_only=True):
    """A departure going over a border, as an address names it."""

    key: DepartureKey
    departure: Departure
    passing: Passing

    @property
    def address(self) -> str:
        """Of the departure's page about its borders."""
        return address_of(self.key)

    @property
    def query(self) -> str:
        """What addresses the border among those of the departure."""
        return f"crossing={self.passing.crossing}"


def address_of(key: DepartureKey) -> str:
    """`/office/departures/{train}/{date}/border`."""
    return f"/office/departures/{key.train}/{key.service_date}/border"


def asked_border(visit: Visit, train: str, day: str, crossing: str) -> AskedBorder:
    """The border that is asked for; of a train over several the first, if the address names none.

    Raises `NotFound`, and `NotPermitted` for another side's officer.
    """
    key = asked_departure(visit, train, day)
    border = visit.office.frame.border
    try:
        if crossing:
            departure, passing = border.passing(visit.selling.market(), key, crossing, visit.user)
            return AskedBorder(key=key, departure=departure, passing=passing)
        departure, passings = border.borders(visit.user, key)
    except NotThere as error:
        raise NotFound(visit.says(error)) from None
    if not passings:
        if visit.user.railway is not None:
            raise NotPermitted("This border is not your side's.")
        raise NotFound
    return AskedBorder(key=key, departure=departure, passing=passings[0])
