"""Signing in, and out again."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from rerail.desk.signing_in import SignInFailed, sign_in, sign_out
from rerail.people.sessions import form_token, form_token_matches, new_token
from rerail.people.throttle import Throttled, seconds_up
from rerail.web.office.door import PROOF_FIELD, form_fields, from_our_pages
from rerail.web.office.fields import Fields
from rerail.web.office.visit import (
    DOORSTEP_COOKIE,
    OFFLINE_COOKIE,
    SESSION_COOKIE,
    SIGN_IN,
    AnyRequest,
    Office,
    Visit,
    safe_way_back,
)
from rerail.web.security import SCRIPTED

_AT_ONCE: Final = 8
"""Threads that sign people in; the rest of the office has its own."""
_MOST_WAITING: Final = 64


def handlers(office: Office) -> list[HTTPRouteHandler]:
    """The handlers of the sign-in page."""
    limiter = CapacityLimiter(_AT_ONCE)

    @get(SIGN_IN)
    async def ask(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(partial(_ask, office, request))

    @post(SIGN_IN, status_code=200)
    async def enter(request: AnyRequest, body: RawBody) -> Response[Any]:
        if limiter.statistics().tasks_waiting >= _MOST_WAITING:
            return await to_thread.run_sync(partial(_full, office, request))
        return await to_thread.run_sync(partial(_enter, office, request, body), limiter=limiter)

    return [ask, enter]


def leave(visit: Visit, _fields: Fields) -> Response[Any]:
    """End the session and go back to the sign-in page."""
    assert visit.who is not None
    sign_out(visit.office.store, visit.office.clock, visit.who)
    return visit.go(f"{SIGN_IN}?left=1", cookies=(visit.no_cookie(SESSION_COOKIE),))


def ask_to_leave(visit: Visit) -> Response[Any]:
    """The page that asks whether to sign out, for whoever typed the address."""
    return visit.page("sign_out.html")


def _ask(office: Office, request: AnyRequest) -> Response[Any]:
    visit = office.visit(request)
    if visit.who is not None:
        return visit.go(safe_way_back(visit.fields.text("next")))
    return _form(visit, visit.fields)


def _enter(office: Office, request: AnyRequest, body: bytes) -> Response[Any]:
    visit = office.visit(request)
    _ = visit.view.words.gettext
    fields = form_fields(request, body)
    doorstep = request.cookies.get(DOORSTEP_COOKIE, "")
    if not from_our_pages(request) or not doorstep or not form_token_matches(doorstep, fields.text(PROOF_FIELD)):
        sentence = _("This form was not sent from our sign-in page, or the page is too old. Sign in below.")
        return _form(visit, fields, status=403, error=sentence)
    # Trimming a password would change it: it alone is taken as it was typed.
    try:
        signed = sign_in(
            office.store,
            office.clock,
            name=fields.text("name"),
            password=fields.raw("password"),
            address=visit.address,
        )
    except Throttled as error:
        wait = seconds_up(error.wait)
        return _form(visit, fields, status=429, headers={"retry-after": str(wait)}, error=visit.says(error))
    except SignInFailed as error:
        return _form(visit, fields, status=401, error=visit.says(error))
    session = visit.cookie(SESSION_COOKIE, signed.token)
    return visit.go(safe_way_back(fields.text("next")), cookies=(session, visit.no_cookie(DOORSTEP_COOKIE)))


def _full(office: Office, request: AnyRequest) -> Response[Any]:
    visit = office.visit(request)
    _ = visit.view.words.gettext
    sentence = _("Very many people are signing in at this moment. Try again in a few seconds.")
    return _form(visit, Fields(), status=429, headers={"retry-after": "5"}, error=sentence)


def _form(
    visit: Visit,
    fields: Fields,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    error: str | None = None,
) -> Response[Any]:
    doorstep = visit.request.cookies.get(DOORSTEP_COOKIE) or new_token()
    # Nobody is signed in: what a border's pages left on this device is erased, by the one script this page can have.
    kept = OFFLINE_COOKIE in visit.request.cookies
    way_back = safe_way_back(fields.text("next"))
    return visit.page(
        "sign_in.html",
        status=status,
        headers={**(SCRIPTED if kept else {}), **(headers or {})},
        cookies=(visit.cookie(DOORSTEP_COOKIE, doorstep),),
        doorstep_token=form_token(doorstep),
        name=fields.text("name"),
        error=error,
        next=way_back,
        kept="?" in way_back,
        ended=fields.has("ended"),
        left=fields.has("left"),
        from_elsewhere=visit.request.headers.get("sec-fetch-site") == "cross-site" and error is None,
        forgetting=visit.office.frame.border_files.address("forget.js") if kept else "",
        unsent=visit.view.words.catalogue.gettext(
            "Marks of a border that wait on this device, not sent yet: %(count)s. Sign in and open the border."
        ),
        again=f"{SIGN_IN}?{urlencode({'next': way_back})}",
    )
