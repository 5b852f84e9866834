"""What happened to a booking, event by event."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta

from rerail.desk.retailing_history import history as happenings
from rerail.sale.retail_history import Happening
from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.events import Resource
from rerail.web.osdm.question import PREFIX
from rerail.web.osdm.types_common import Answer, Out
from rerail.web.osdm.urns import company_urn


class EventDetail(Out, frozen=True, kw_only=True):
    """What happened, who did it, and what the booking, or a ticket of it, was from then on."""

    summary: str
    requestor: str
    change: str
    resource: Resource


class Event(Out, frozen=True, kw_only=True):
    """Something that happened."""

    id: str
    timestamp: datetime
    type: str
    details: EventDetail


class BookingHistoryResponse(Answer, frozen=True, kw_only=True):
    """The events of a booking, oldest first."""

    events: Annotated[tuple[Event, ...], Meta(min_length=1)]


def history(call: Call[Any]) -> BookingHistoryResponse:
    """The events of a booking. Raises `NoBooking`."""
    standing, found = happenings(call.retailing, call.retailer, call.path["bookingId"])
    line = standing.market.line
    provider = company_urn(line.railways[line.agency])
    resource = Resource(title="Booking", href=f"{call.provider.site}{PREFIX}/bookings/{standing.booking.code}")
    return BookingHistoryResponse(events=tuple(_event(one, provider, resource) for one in found))


def _event(one: Happening, provider: str, resource: Resource) -> Event:
    return Event(
        id=one.key,
        timestamp=one.at,
        type=one.kind,
        details=EventDetail(summary=one.summary, requestor=one.who or provider, change=one.became, resource=resource),
    )


DONE: Final[tuple[Done, ...]] = (Read("getBookingsIdHistory", history, BookingHistoryResponse),)
