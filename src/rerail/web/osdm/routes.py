"""Every route under /osdm: the operations, done or not, the token, and what describes them."""

from __future__ import annotations

from typing import Final, NamedTuple

from litestar.handlers import HTTPRouteHandler

from rerail.desk.clients import Gate
from rerail.desk.retailing import Retailing
from rerail.desk.retailing_border import RetailersBorder
from rerail.web.context import Frame
from rerail.web.osdm import (
    availabilities,
    booked_offers,
    bookings,
    cancel_fulfillments,
    cleanup,
    coach_layouts,
    empty_master_data,
    exchanges,
    fulfillments,
    history,
    issued,
    offers,
    on_hold,
    overviews,
    passengers,
    place_map,
    places,
    products,
    products_search,
    refunds,
    releases,
    trips,
    versions,
)
from rerail.web.osdm.calls import Done, Provider
from rerail.web.osdm.endpoint import endpoint
from rerail.web.osdm.interface import Interface
from rerail.web.osdm.openapi import openapi_route
from rerail.web.osdm.operations import OPERATIONS
from rerail.web.osdm.token import token_route

_MODULES: Final = (
    versions,
    places,
    products,
    products_search,
    empty_master_data,
    trips,
    offers,
    overviews,
    coach_layouts,
    place_map,
    availabilities,
    bookings,
    booked_offers,
    history,
    passengers,
    fulfillments,
    issued,
    refunds,
    releases,
    exchanges,
    cancel_fulfillments,
    on_hold,
    cleanup,
)
DONE: Final[dict[str, Done]] = {one.id: one for module in _MODULES for one in module.DONE}
"""What is done, by `operationId`: each module of a resource lists its own."""


class Parts(NamedTuple):
    """What the interface adds to an app."""

    interface: Interface
    handlers: list[HTTPRouteHandler]
    """What is no operation: the token, a ticket's file, the description."""


def parts(frame: Frame) -> Parts:
    """The interface of an app."""
    selling = frame.selling
    retailing = Retailing(selling, border=RetailersBorder(frame.border))
    provider = Provider(retailing, Gate(selling.store, selling.clock), frame.site)
    return Parts(
        Interface((operation, endpoint(operation, DONE.get(operation.id), provider)) for operation in OPERATIONS),
        [token_route(provider), fulfillments.ticket_route(provider), openapi_route(DONE, frame.site)],
    )
