"""Events as OSDM says them to a subscriber (its webhooks, `BookingEvent`)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rerail.desk.retail_events import Event
from rerail.web.osdm.question import PREFIX
from rerail.web.osdm.types_common import Out


class Revision(Out, frozen=True, kw_only=True):
    """Which event it is, and when it happened."""

    name: str
    timestamp: datetime


class Resource(Out, frozen=True, kw_only=True):
    """What to read again."""

    title: str
    href: str


class BookingEvent(Out, frozen=True, kw_only=True, tag_field="objectType", tag="BookingEvent"):
    """Something happened to a booking."""

    summary: str
    type: str
    revision: Revision
    booking_id: str
    affected_booking_part_ids: tuple[str, ...] | None = None
    affected_fulfillment_ids: tuple[str, ...] | None = None
    resources: tuple[Resource, ...]


def said(event: Event, site: str) -> bytes:
    """The body of an event; `site` is the public address, without a slash at the end."""
    at = f"{site}{PREFIX}"
    body = BookingEvent(
        summary=event.summary,
        type=event.kind,
        revision=Revision(name=event.id, timestamp=event.at),
        booking_id=event.booking,
        affected_booking_part_ids=event.parts or None,
        affected_fulfillment_ids=event.tickets or None,
        resources=(
            Resource(title="booking", href=f"{at}/bookings/{event.booking}"),
            *(Resource(title="fulfillment", href=f"{at}/fulfillments/{one}") for one in event.tickets),
        ),
    )
    return msgspec.json.encode(body)
