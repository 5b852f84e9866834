"""The door of a booking: which pages and forms only its passenger reaches.

What reads the database runs in a thread; what writes is awaited from the process's one writer.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Final

from anyio import to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from rerail.sale.errors import SaleError
from rerail.sale.model import Booking
from rerail.web.booking.visit import AnyRequest, BrokenForm, Visit
from rerail.web.context import Frame
from rerail.web.errors import NotFound
from rerail.web.office.door import form_fields, from_our_pages
from rerail.web.office.fields import Fields

PROOF_FIELD: Final = "form_token"

Look = Callable[[Visit, Booking], Response[Any]]
Deed = Callable[[Visit, Booking, Fields], Awaitable[Response[Any]]]


def look(frame: Frame, path: str, make: Look) -> HTTPRouteHandler:
    """The handler of a page or file of a booking: 404 for whoever has not shown that they may see it."""

    def answer(request: AnyRequest) -> Response[Any]:
        visit = Visit(frame, request)
        booking = visit.booking()
        if booking is None:
            return unseen(visit)
        try:
            return make(visit, booking)
        except SaleError as error:
            return visit.refuse_error(error)
        except BrokenForm:
            raise NotFound from None

    @get(f"/{{language:str}}/booking/{{code:str}}{path}")
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(answer, request)

    return show


def deed(frame: Frame, path: str, do: Deed) -> HTTPRouteHandler:
    """The handler of a form that only the booking's passenger sends, from one of its pages."""

    @post(f"/{{language:str}}/booking/{{code:str}}{path}", status_code=200)
    async def act(request: AnyRequest, body: RawBody) -> Response[Any]:
        visit, booking = await to_thread.run_sync(_come, frame, request)
        if booking is None:
            return unseen(visit)
        fields = form_fields(request, body)
        token = fields.text(PROOF_FIELD).encode()
        if not from_our_pages(request) or not hmac.compare_digest(token, visit.form_token.encode()):
            return foreign(visit)
        try:
            return await do(visit, booking, fields)
        except SaleError as error:
            return visit.refuse_error(error)
        except BrokenForm:
            return foreign(visit)

    return act


def unseen(visit: Visit) -> Response[str]:
    """What is not there and what is not theirs to see look the same."""
    _ = visit.view.words.gettext
    return visit.unseen(
        _("Open the booking with its code and e-mail first; for safety it closes after some hours."), 404
    )


def foreign(visit: Visit) -> Response[str]:
    """The form is none of a page that this browser was shown."""
    _ = visit.view.words.gettext
    return visit.refuse(
        _("This form was not sent from the page of your booking as it is now, so nothing was done. Open it again."), 403
    )


def _come(frame: Frame, request: AnyRequest) -> tuple[Visit, Booking | None]:
    visit = Visit(frame, request)
    return visit, visit.booking()
