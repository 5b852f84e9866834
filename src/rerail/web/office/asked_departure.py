"""The departure that an address of the office names."""

from __future__ import annotations

from rerail.places.model import DepartureKey
from rerail.web.errors import NotFound
from rerail.web.office.visit import Visit
from rerail.web.site.ask import asked_date


def asked_departure(visit: Visit, train: str, day: str) -> DepartureKey:
    """The train and its service date. Raises `NotFound` if it can be none of this line's."""
    asked = asked_date(day, visit.view)
    if isinstance(asked, str) or train not in visit.view.life.timetable.train_ids:
        raise NotFound
    return DepartureKey(train, asked)
