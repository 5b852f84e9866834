"""What a reader sees when something cannot be shown: what it is, and what to do. Never a traceback."""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from rerail.store.engine import StoreError
from rerail.web.cache import Answer
from rerail.web.context import HTML, Frame, View
from rerail.web.i18n import SPOKEN, preferred
from rerail.web.log import web_log, where
from rerail.web.security import Header

_NOT_KEPT: tuple[Header, ...] = ((b"cache-control", b"no-store"),)


class NotFound(HTTPException):
    """There is no such page, for a reason the reader should hear: a sentence in the reader's language."""

    status_code = 404


class ErrorPages:
    """The exception handlers of one app."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._log = web_log()

    def http(self, request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
        """404, 405, 400 and their like. An error that only we can cause is logged."""
        status = error.status_code
        if status >= 500:
            return self.unexpected(request, error)
        headers = tuple((name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items())
        sentence = error.detail if isinstance(error, NotFound) else None
        return self._page(request, status, sentence=sentence, headers=headers)

    def store(self, request: Request[Any, Any, Any], error: StoreError) -> Response[bytes]:
        """The database is out of reach: 503, try again."""
        self._log.error("database out of reach", route=_route(request), error=str(error))
        return self._page(request, 503, headers=((b"retry-after", b"10"),), database=False)

    def unexpected(self, request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        """A mistake of ours: 500. The page shows a reference that the log has too.

        The log gets the route's template, not the address, and no header: neither names a person.
        """
        reference = secrets.token_hex(4)
        self._log.error(
            "unexpected error",
            reference=reference,
            method=request.scope["method"],
            route=_route(request),
            type=type(error).__qualname__,
            frames=where(error),
        )
        return self._page(request, 500, reference=reference)

    def _page(
        self,
        request: Request[Any, Any, Any],
        status: int,
        *,
        sentence: str | None = None,
        reference: str | None = None,
        headers: tuple[Header, ...] = (),
        database: bool = True,
    ) -> Response[bytes]:
        view = self._view(request) if database else None
        language = view.language if view is not None else spoken_in(request, SPOKEN)
        values = {"view": view, "status": status, "sentence": sentence, "reference": reference}
        html = self._frame.render("error.html", language, values)
        answer = Answer(html.encode(), HTML, headers=(*_NOT_KEPT, *headers), status=status, etag=False)
        return answer.response(request)

    def _view(self, request: Request[Any, Any, Any]) -> View | None:
        try:
            snapshot = self._frame.current.snapshot()
            language = spoken_in(request, self._frame.languages(snapshot.line))
            return self._frame.view("/", language)
        except StoreError:
            return None


def spoken_in(request: Request[Any, Any, Any], offered: tuple[str, ...]) -> str:
    """The language of an address (/ru/…), else the one the reader's browser asks for."""
    first = str(request.scope["path"]).lstrip("/").partition("/")[0]
    return first if first in offered else preferred(request.headers.get("accept-language", ""), offered)


def _route(request: Request[Any, Any, Any]) -> str:
    return str(request.scope.get("path_template") or "unmatched")
