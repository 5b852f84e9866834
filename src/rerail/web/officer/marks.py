"""Marks that are sent: by the board's script, many at once and perhaps late; or by a button, one at once.

A refusal by a button is asked about first, on a page of its own.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from anyio import to_thread
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from msgspec import Meta, Struct

from rerail.border.errors import BorderError
from rerail.desk.border_roll import Rider
from rerail.desk.marking import Answer, Sent
from rerail.people.sessions import form_token_matches
from rerail.people.users import NotPermitted
from rerail.web.errors import NotFound
from rerail.web.office.crossing_lists import PATH
from rerail.web.office.door import at_border, deed, from_our_pages, page
from rerail.web.office.fields import Fields
from rerail.web.office.visit import AnyRequest, Office, Visit
from rerail.web.officer.asked_border import AskedBorder, asked_border
from rerail.web.officer.board_words import milliseconds, of_mark, sides
from rerail.web.officer.scripted import answer, refused

TOKEN_HEADER: Final = "x-form-token"  # noqa: S105  (the header's name, not what is in it)
MOST_AT_ONCE: Final = 500

_JSON: Final = "application/json"
_NAMESPACE: Final = uuid.UUID("6f0b5a4e-58a4-4d0c-9e0e-1c2f6a5f3b7d")
"""Of ids made from a page and a button: the button pressed twice is one mark."""


class Parcel(Struct, frozen=True, forbid_unknown_fields=True):
    """What the script sends."""

    marks: Annotated[tuple[Sent, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


def handlers(office: Office) -> list[HTTPRouteHandler]:
    """The handlers of this part of the office."""

    def by_script(request: AnyRequest, body: bytes) -> Response[Any]:
        return _taken(office, request, body)

    pressed = deed(office, f"{PATH}/mark", _press, at_border, _to_the_board)

    @post(f"{PATH}/marks", status_code=200)
    async def marks(request: AnyRequest, body: RawBody) -> Response[Any]:
        return await to_thread.run_sync(by_script, request, body)

    return [
        marks,
        pressed,
        page(office, f"{PATH}/refuse", ask_to_refuse, at_border),
        deed(office, f"{PATH}/refuse", refuse, at_border, _to_the_board),
    ]


def _taken(office: Office, request: AnyRequest, body: bytes) -> Response[Any]:
    """Marks of a script; what became of each, in their order."""
    visit = office.visit(request)
    no = refused(request, visit)
    if no is not None:
        return no
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    token = request.headers.get(TOKEN_HEADER, "")
    if sent_as != _JSON or not from_our_pages(request) or not form_token_matches(visit.token, token):
        return answer(request, {"error": "form"}, 403)
    try:
        parcel = msgspec.json.decode(body, type=Parcel)
    except (msgspec.DecodeError, ValueError):
        return answer(request, {"error": "malformed"}, 400)
    try:
        asked = asked_border(visit, *_named(request), visit.fields.text("crossing"))
        answers = office.frame.border.mark(visit.user, asked.key, asked.passing.crossing, parcel.marks)
    except NotFound:
        return answer(request, {"error": "not-found"}, 404)
    except NotPermitted:
        return answer(request, {"error": "not-permitted"}, 403)
    return answer(request, {"answers": [_told(visit, one) for one in answers], "as_of": milliseconds(visit.now)})


def _told(visit: Visit, one: Answer) -> dict[str, Any]:
    sentence = visit.says(one.why) if one.why is not None else ""
    return {"id": one.id, "taken": one.why is None, "sentence": sentence, "holds": of_mark(one.holds)}


def _press(visit: Visit, fields: Fields, train: str, day: str) -> Response[Any]:
    """One mark by one button: its value is the kind, the booking, the passenger and, of clearance, the side."""
    asked = asked_border(visit, train, day, fields.text("crossing"))
    kind, booking, passenger, *rest = [*fields.text("mark").split(" "), "", "", ""][:4]
    try:
        sent = msgspec.convert(
            {
                "id": str(uuid.uuid5(_NAMESPACE, f"{fields.text('nonce')} {fields.text('mark')}")),
                "booking": booking,
                "passenger": int(passenger) if passenger.isdecimal() else 0,
                "kind": kind,
                "railway": rest[0] if rest else "",
                "made_at": visit.now,
            },
            Sent,
        )
    except msgspec.ValidationError:
        raise NotFound from None
    if sent.kind == "refused":
        raise NotFound  # it is asked about first
    border = visit.office.frame.border
    (done,) = border.mark(visit.user, asked.key, asked.passing.crossing, [sent])
    back = f"{asked.address}/board?{_sifted(asked, fields)}"
    if done.why is not None:
        return visit.refuse(visit.says(done.why), back=back, status=422)
    return visit.go(f"{back}#r-{sent.booking}-{sent.passenger}")


def ask_to_refuse(visit: Visit, train: str, day: str) -> Response[Any]:
    """The page that asks whether to refuse, and says what comes of it; `?booking`, `?passenger`, `?railway`."""
    return _asking(visit, visit.fields, asked_border(visit, train, day, visit.fields.text("crossing")))


def refuse(visit: Visit, fields: Fields, train: str, day: str) -> Response[Any]:
    """Refuse, as the page asked."""
    asked = asked_border(visit, train, day, fields.text("crossing"))
    rider = _rider(visit, asked, fields)
    try:
        visit.office.frame.border.refuse(
            visit.user,
            asked.key,
            asked.passing.crossing,
            fields.text("railway"),
            rider.booking,
            rider.number,
            str(uuid.uuid5(_NAMESPACE, f"{fields.text('nonce')} refused {fields.text('railway')}")),
        )
    except BorderError as error:
        return _asking(visit, fields, asked, visit.says(error), 422)
    return visit.go(f"{asked.address}/board?{asked.query}#r-{rider.booking}-{rider.number}")


def _asking(visit: Visit, fields: Fields, asked: AskedBorder, sentence: str = "", status: int = 200) -> Response[Any]:
    rider = _rider(visit, asked, fields)
    board = visit.office.frame.border.board(visit.user, asked.key, asked.passing.crossing)
    side = next((one for one in sides(visit, board) if one.railway == fields.text("railway") and one.mine), None)
    if side is None:
        raise NotFound
    return visit.page(
        "border/refuse.html",
        status=status,
        asked=asked,
        rider=rider,
        side=side,
        sentence=sentence,
        nonce=fields.text("nonce") or uuid.uuid4().hex,
    )


def _rider(visit: Visit, asked: AskedBorder, fields: Fields) -> Rider:
    board = visit.office.frame.border.board(visit.user, asked.key, asked.passing.crossing)
    whose = fields.text("booking"), fields.text("passenger")
    for rider in board.riders:
        if (rider.booking, str(rider.number)) == whose:
            return rider
    raise NotFound


def _sifted(asked: AskedBorder, fields: Fields) -> str:
    pairs = [("crossing", asked.passing.crossing), ("show", fields.text("show")), ("find", fields.text("find"))]
    return urlencode([pair for pair in pairs if pair[1]])


def _named(request: AnyRequest) -> tuple[str, str]:
    return request.path_params["train"], request.path_params["day"]


def _to_the_board(request: AnyRequest, fields: Fields) -> str:
    path = str(request.scope["path"]).rpartition("/")[0]
    return f"{path}/board?{urlencode({'crossing': fields.text('crossing')})}"
