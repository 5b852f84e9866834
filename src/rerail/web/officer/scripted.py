"""What the border's scripts ask for: how everybody stands, documents, and the worker that keeps the pages.

A script is told by the status what is the matter: 401 sign in again, 403 not yours or not from our page, 404 there
is no such border.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from anyio import to_thread
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from rerail.border.asked import ALL
from rerail.border.errors import KeyringError
from rerail.people.users import NotPermitted
from rerail.web.cache import Answer
from rerail.web.document_words import kind_words, named
from rerail.web.errors import NotFound
from rerail.web.i18n import Words
from rerail.web.office.crossing_lists import PATH
from rerail.web.office.door import at_border
from rerail.web.office.visit import AnyRequest, Office, Visit
from rerail.web.officer.asked_border import asked_border
from rerail.web.officer.board import ends, told
from rerail.web.officer.board_words import milliseconds
from rerail.web.security import SCRIPTED, Header

Maker = Callable[[Visit, str, str], Any]
"""A visit, the train and the day of its path, to a value that JSON can say."""

_JSON: Final = "application/json; charset=utf-8"
_NO_STORE: Final[tuple[Header, ...]] = ((b"cache-control", b"no-store"), (b"x-robots-tag", b"noindex"))
_WORKER: Final = (Path(__file__).parent / "worker.js").read_text(encoding="utf-8")


def handlers(office: Office) -> list[HTTPRouteHandler]:
    """The handlers of what only scripts ask for."""
    return [
        _data(office, f"{PATH}/board.json", _standing),
        _data(office, f"{PATH}/documents.json", _documents),
        _worker(office),
    ]


def answer(request: AnyRequest, value: Any, status: int = 200) -> Response[Any]:
    """A value as JSON that nothing on the way keeps."""
    return Answer(msgspec.json.encode(value), _JSON, headers=_NO_STORE, status=status, etag=False).response(request)


def refused(request: AnyRequest, visit: Visit) -> Response[Any] | None:
    """The answer to somebody who may not ask; None: may."""
    if visit.who is None:
        return answer(request, {"error": "signed-out"}, 401)
    return None if at_border(visit.user) else answer(request, {"error": "not-permitted"}, 403)


def _data(office: Office, path: str, make: Maker) -> HTTPRouteHandler:
    def made(request: AnyRequest) -> Response[Any]:
        visit = office.visit(request)
        no = refused(request, visit)
        if no is not None:
            return no
        try:
            return answer(request, make(visit, request.path_params["train"], request.path_params["day"]))
        except NotFound:
            return answer(request, {"error": "not-found"}, 404)
        except NotPermitted:
            return answer(request, {"error": "not-permitted"}, 403)

    @get(path)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(made, request)

    return show


def _standing(visit: Visit, train: str, day: str) -> Any:
    """`/…/border/board.json`: how everybody stands now."""
    asked = asked_border(visit, train, day, visit.fields.text("crossing"))
    return told(visit, asked, visit.office.frame.border.board(visit.user, asked.key, asked.passing.crossing))


def _documents(visit: Visit, train: str, day: str) -> Any:
    """`/…/border/documents.json`: what the lists of an officer's own side say of each document. For officers alone."""
    asked = asked_border(visit, train, day, visit.fields.text("crossing"))
    try:
        found = visit.office.frame.border.documents_on_board(visit.user, asked.key, asked.passing.crossing)
    except KeyringError as error:
        return {"documents": {}, "sentence": visit.says(error)}
    words = visit.view.words
    return {
        "documents": {f"{booking}/{number}": _said(words, said) for (booking, number), said in found.items()},
        "sentence": "",
    }


def _said(words: Words, said: Mapping[str, Any]) -> str:
    """A document in a line: "KIM OLGA · passport · document number 715000123 · …"."""
    _ = words.gettext
    kind = said.get("document_kind")
    parts = [f"{said.get('latin_family_name', '')} {said.get('latin_given_names', '')}".strip()]
    parts += [kind_words(words)[kind]] if kind is not None else []
    parts += [f"{named(words, [field])} {said[field]}" for field in ALL if field != "document_kind" and field in said]
    if said["missing"]:
        parts.append(_("not given: %(what)s", what=named(words, said["missing"])))
    return " · ".join(part for part in parts if part)


def _worker(office: Office) -> HTTPRouteHandler:
    @get(f"{PATH}/worker.js")
    async def worker(request: AnyRequest) -> Response[Any]:
        """The service worker of one departure's pages; it stands below them, so that its scope is theirs alone."""
        return await to_thread.run_sync(_script, office, request)

    return worker


def _script(office: Office, request: AnyRequest) -> Response[Any]:
    visit = office.visit(request)
    no = refused(request, visit)
    if no is not None:
        return no
    try:
        asked = asked_border(visit, request.path_params["train"], request.path_params["day"], "")
    except NotPermitted:
        return answer(request, {"error": "not-permitted"}, 403)
    frame = office.frame
    files = [
        *(frame.assets.address(name) for name in ("site.css", "office.css", "officer.css", "icon.svg")),
        *frame.border_files.addresses,
        *frame.inspector_files.addresses,
    ]
    version = hashlib.sha256(" ".join([*files, _WORKER]).encode()).hexdigest()[:12]
    given = {"ADDRESS": asked.address, "FILES": files, "VERSION": version, "ENDS": milliseconds(ends(asked))}
    constants = "".join(f"const {name} = {msgspec.json.encode(value).decode()};\n" for name, value in given.items())
    headers = tuple((name.encode(), value.encode()) for name, value in SCRIPTED.items())
    body = (constants + _WORKER).encode()
    return Answer(
        body, "text/javascript; charset=utf-8", headers=((b"cache-control", b"no-cache"), *headers), etag=True
    ).response(request)
