"""Finding a booking: by its code and e-mail, or by the link of a letter."""

from __future__ import annotations

from typing import Any, Final

from anyio import to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from litestar.response import Redirect

from rerail.desk.booking_access import by_email
from rerail.people.throttle import Throttled, seconds_up
from rerail.sale.errors import NoBooking
from rerail.web.booking import page
from rerail.web.booking.visit import HEADERS, AnyRequest, Visit
from rerail.web.context import Frame
from rerail.web.office.door import form_fields, from_our_pages
from rerail.web.office.fields import Fields

_LONGEST: Final = 300


def handlers(frame: Frame) -> list[HTTPRouteHandler]:
    """The form, what it does, and the booking's own address."""

    def ask(request: AnyRequest) -> Response[Any]:
        return Visit(frame, request).unseen()

    def open_by_email(request: AnyRequest, fields: Fields) -> Response[Any]:
        visit = Visit(frame, request)
        _ = visit.view.words.gettext
        code, email = fields.text("code")[:_LONGEST], fields.text("email")[:_LONGEST]
        if not from_our_pages(request):
            return _again(visit, code, email, _("This form was sent from another site; send it from this page."), 403)
        try:
            booking = by_email(visit.selling, code, email, visit.address)
        except Throttled as error:
            seconds = seconds_up(error.wait)
            sentence = _("Too many failed tries; try again in %(seconds)d seconds.", seconds=seconds)
            return _again(visit, code, email, sentence, 429, wait_seconds=seconds)
        except NoBooking as error:
            return _again(visit, code, email, visit.says(error), error.status)
        return visit.go(visit.view.href(f"/booking/{booking.code}"), visit.granted(booking.code))

    def show(request: AnyRequest) -> Response[Any]:
        visit = Visit(frame, request)
        code = visit.code
        if code != request.path_params["code"]:
            return Redirect(visit.home, status_code=308, headers=dict(HEADERS))
        if visit.fields.has("key"):
            fits = visit.selling.link_fits(code, visit.fields.text("key").encode("ascii", "replace").decode())
            return visit.go(visit.home, *([visit.granted(code)] if fits else []))
        booking = visit.booking()
        return visit.unseen() if booking is None else page.show(visit, booking)

    @get("/{language:str}/booking")
    async def form(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(ask, request)

    @post("/{language:str}/booking", status_code=200)
    async def find(request: AnyRequest, body: RawBody) -> Response[Any]:
        return await to_thread.run_sync(open_by_email, request, form_fields(request, body))

    @get("/{language:str}/booking/{code:str}")
    async def own(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(show, request)

    return [form, find, own]


def _again(visit: Visit, code: str, email: str, sentence: str, status: int, *, wait_seconds: int = 0) -> Response[str]:
    headers = {"retry-after": str(wait_seconds)} if wait_seconds else {}
    return visit.page("find.html", status=status, headers=headers, code=code, email=email, sentence=sentence)
