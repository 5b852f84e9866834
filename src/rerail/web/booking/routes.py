"""Which addresses belong to the passenger's own booking."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from rerail.web.booking import deeds, demo_checkout, documents, find, giving_back, published_keys, rebooking
from rerail.web.booking.door import deed, look
from rerail.web.booking.papers import paper
from rerail.web.context import Frame


def routes(frame: Frame) -> Sequence[HTTPRouteHandler]:
    """Every handler of bookings, the demonstration's payment page, and the published keys."""
    return [
        *find.handlers(frame),
        look(frame, "/tickets/{name:str}", paper),
        deed(frame, "/pay", deeds.pay),
        deed(frame, "/cancel", deeds.cancel),
        deed(frame, "/names", deeds.name),
        look(frame, "/refund", giving_back.page),
        deed(frame, "/refund", giving_back.give_back),
        look(frame, "/rebook", rebooking.page),
        deed(frame, "/rebook", rebooking.hold),
        look(frame, "/documents", documents.page),
        deed(frame, "/documents", documents.give),
        deed(frame, "/documents/take-back", documents.take_back),
        deed(frame, "/my-data", documents.own_data),
        *demo_checkout.handlers(frame),
        published_keys.handler(frame),
    ]
