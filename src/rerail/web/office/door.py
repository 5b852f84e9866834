"""The door of the office: who may ask for which page, and which forms are believed.

Answers are made in a thread, because they read the database. Litestar's own `sync_to_thread` is not used: it
wraps a handler twice where another one has the same path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from anyio import to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from rerail.people.sessions import form_token_matches
from rerail.people.users import NotPermitted, User
from rerail.sale.errors import NoBooking
from rerail.web.errors import NotFound
from rerail.web.office.fields import Fields
from rerail.web.office.upload import is_upload, uploaded
from rerail.web.office.visit import HOME, SESSION_COOKIE, SIGN_IN, AnyRequest, Office, Visit

PROOF_FIELD: Final = "form_token"
_FORM: Final = "application/x-www-form-urlencoded"

Permitted = Callable[[User], bool]
PageMaker = Callable[..., Response[Any]]
"""A visit, and the parts of its path by name, to an answer."""
Deed = Callable[..., Response[Any]]
"""A visit, the fields of its form, and the parts of its path by name, to an answer."""
WayBack = Callable[[AnyRequest, Fields], str]
"""Where to go on from after signing in anew: the page that shows what was typed."""


def anybody(_user: User) -> bool:
    """Whoever is signed in."""
    return True


def recorders(user: User) -> bool:
    """Operators and officials."""
    return user.records


def operators(user: User) -> bool:
    """Operators."""
    return user.looks_after_users


def readers(user: User) -> bool:
    """Everybody but agents, officers and conductors."""
    return user.reads_office


def at_border(user: User) -> bool:
    """Operators, officers and conductors."""
    return user.at_border


def sellers(user: User) -> bool:
    """Operators, clerks, and agents, who see their tour operator's bookings alone."""
    return user.sells


def clerks(user: User) -> bool:
    """Operators and clerks: they keep a till and see every booking."""
    return user.takes_money


def page(office: Office, path: str, make: PageMaker, permitted: Permitted = anybody) -> HTTPRouteHandler:
    """The handler of a page that only somebody signed in sees."""

    def answer(request: AnyRequest) -> Response[Any]:
        visit = office.visit(request)
        if visit.who is None:
            return _to_sign_in(visit, visit.here)
        if not permitted(visit.user):
            return _not_permitted(visit)
        return _answered(visit, lambda: make(visit, **request.path_params))

    @get(path)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(answer, request)

    return show


def deed(
    office: Office,
    path: str,
    do: Deed,
    permitted: Permitted = anybody,
    way_back: WayBack = lambda _request, _fields: HOME,
) -> HTTPRouteHandler:
    """The handler of a form that only somebody signed in sends, from a page of this session."""

    def answer(request: AnyRequest, fields: Fields) -> Response[Any]:
        visit = office.visit(request)
        back = way_back(request, fields)
        if not from_our_pages(request):
            return _foreign(visit, back)
        if visit.who is None:
            return _to_sign_in(visit, back)
        if not form_token_matches(visit.token, fields.text(PROOF_FIELD)):
            return _foreign(visit, back)
        if not permitted(visit.user):
            return _not_permitted(visit)
        return _answered(visit, lambda: do(visit, fields, **request.path_params))

    @post(path, status_code=200)
    async def act(request: AnyRequest, body: RawBody) -> Response[Any]:
        fields = await uploaded(request) if is_upload(request) else form_fields(request, body)
        return await to_thread.run_sync(answer, request, fields)

    return act


def _answered(visit: Visit, make: Callable[[], Response[Any]]) -> Response[Any]:
    """The answer, or the page for what the desk does not let this user see or do."""
    try:
        return make()
    except NoBooking as error:
        raise NotFound(visit.says(error)) from None
    except NotPermitted:
        return _not_permitted(visit)


def form_fields(request: AnyRequest, body: bytes) -> Fields:
    """The fields of a form; none if the body is something else."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Fields.parsed(body) if sent == _FORM else Fields()


def from_our_pages(request: AnyRequest) -> bool:
    """Whether the browser says that the form came from a page of this host.

    Browsers send Origin with every POST (Fetch standard, "append a request Origin header"); a client that
    sends neither is no browser that a foreign page could use, and still needs the form's token.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host", "") != ""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _to_sign_in(visit: Visit, back: str) -> Response[Any]:
    query: dict[str, str] = {} if back.rstrip("/") == HOME.rstrip("/") else {"next": back}
    if visit.request.cookies.get(SESSION_COOKIE):
        query["ended"] = "1"
    if visit.fields.text("lang"):
        query["lang"] = visit.fields.text("lang")
    return visit.go(f"{SIGN_IN}?{urlencode(query)}" if query else SIGN_IN)


def _foreign(visit: Visit, back: str) -> Response[Any]:
    _ = visit.view.words.gettext
    return visit.refuse(
        _("This form was not sent from a page of your present session, so nothing was done. Open it again and repeat."),
        back=back,
    )


def _not_permitted(visit: Visit) -> Response[Any]:
    _ = visit.view.words.gettext
    return visit.refuse(_("Your role does not allow this. An operator can do it, or give you another role."))
