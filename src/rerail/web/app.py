"""The web as one application: the passenger's site, and the frame that every other part hangs in.

A request first meets the cache, before any routing; then the router; every answer leaves with the security
headers and is counted. HEAD is answered everywhere that GET is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from litestar import Litestar, Request, Response, get
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler, ExceptionHandler

from rerail.border.keyring import Keys
from rerail.desk.border import Border
from rerail.desk.current import Current
from rerail.desk.selling import Selling
from rerail.publish.address import DEFAULT_ADDRESS
from rerail.store.engine import StoreError
from rerail.web.booking.routes import routes as booking_routes
from rerail.web.cache import PageCache
from rerail.web.context import Frame
from rerail.web.errors import ErrorPages
from rerail.web.feeds import routes as feed_routes
from rerail.web.metrics import MEDIA_TYPE, Metrics
from rerail.web.office.routes import routes as office_routes
from rerail.web.osdm.failures import failed
from rerail.web.osdm.interface import Interface
from rerail.web.osdm.question import PREFIX
from rerail.web.osdm.routes import parts as osdm_parts
from rerail.web.pieces import Pieces
from rerail.web.security import with_security
from rerail.web.shop.routes import routes as shop_routes
from rerail.web.site.routes import routes as site_routes

if TYPE_CHECKING:
    from litestar.types import LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send

_GREATEST_BODY: Final = 1024 * 1024


def create_app(
    current: Current,
    *,
    cache: PageCache | None = None,
    pieces: Pieces | None = None,
    selling: Selling | None = None,
    keys: Keys | None = None,
    site: str = DEFAULT_ADDRESS,
    handlers: Sequence[ControllerRouterHandler] = (),
) -> WebApp:
    """The application over one database.

    `site` is the public address, without a slash at the end; `selling` sells (default: at counters only, no
    provider of payments); `keys` seal documents (default: none, so none is taken); `handlers` are further parts; a
    `cache` or `pieces` without room keeps nothing.
    Everything is handed in: two apps in one process share nothing but what their arguments share.
    """
    counter = selling if selling is not None else Selling(current, site=site)
    frame = Frame(
        current,
        cache if cache is not None else PageCache(),
        site,
        pieces if pieces is not None else Pieces(),
        counter,
        Border(counter, keys if keys is not None else Keys(None)),
    )
    metrics = Metrics()
    errors = ErrorPages(frame)
    osdm = osdm_parts(frame)
    return WebApp(
        frame,
        metrics,
        osdm.interface,
        route_handlers=[
            *site_routes(frame),
            *feed_routes(frame),
            *shop_routes(frame),
            *booking_routes(frame),
            *office_routes(frame),
            *osdm.handlers,
            *_for_the_operator(frame, metrics),
            *handlers,
        ],
        exception_handlers={
            HTTPException: _to_people(errors.http),
            StoreError: _to_people(errors.store),
            Exception: _to_people(errors.unexpected),
        },
        openapi_config=None,
        logging_config=None,
        request_max_body_size=_GREATEST_BODY,
    )


def _to_people(page: Callable[[Request[Any, Any, Any], Any], Response[bytes]]) -> ExceptionHandler[Any]:
    """An error as a page for people; under /osdm, where machines ask, as a problem."""

    def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        asked = str(request.scope["path"])
        return failed(request, error) if asked.startswith(f"{PREFIX}/") else page(request, error)

    return handle


def _for_the_operator(frame: Frame, metrics: Metrics) -> list[ControllerRouterHandler]:
    @get("/healthz", sync_to_thread=False, cache=False)
    def health() -> Response[dict[str, object]]:
        """Whether this process can answer: 200, or 503 if its database is out of reach."""
        headers = {"cache-control": "no-store"}
        try:
            snapshot = frame.current.snapshot()
        except StoreError as error:
            body: dict[str, object] = {"status": "unavailable", "database": False, "error": str(error)}
            return Response(body, status_code=503, headers={**headers, "retry-after": "10"})
        journal, edition = snapshot.versions
        return Response(
            {
                "status": "ok",
                "database": True,
                "line": snapshot.line.id,
                "edition": edition,
                "journal": journal,
                "demo": snapshot.demo,
            },
            headers=headers,
        )

    @get("/metrics", sync_to_thread=False, cache=False)
    def exposition() -> Response[bytes]:
        """The metrics in Prometheus's text format."""
        text = metrics.text(frame.current.snapshot().versions, frame.cache)
        return Response(text, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})

    return [health, exposition]


class WebApp(Litestar):
    """Litestar, with the cache and the operations of OSDM in front of it and the security headers behind it."""

    def __init__(self, frame: Frame, metrics: Metrics, osdm: Interface, **options: Any) -> None:
        super().__init__(**options)
        self.frame: Final = frame
        self._osdm: Final = osdm
        self._metrics: Final = metrics

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        """Answer one request: from the cache if it can, else by routing it."""
        if scope["type"] == ScopeType.HTTP:
            await self._answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        started = time.perf_counter()
        method = scope["method"]
        if method in ("GET", "HEAD") and await self._from_cache(scope, send, started):
            return
        if method == "HEAD":
            scope = {**scope, "method": "GET"}  # a copy: the server looks at its own for how much of an answer to await
        scope.setdefault("state", {})["asked_path"] = scope["path"]

        async def leave(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_security(list(message.get("headers", ())))
                route = str(scope.get("path_template") or "unmatched")
                self._metrics.count(route, method, message["status"], time.perf_counter() - started)
            elif method == "HEAD" and message["type"] == "http.response.body":
                if message.get("more_body"):
                    return
                message["body"] = b""
            await send(message)

        if not await self._osdm.answered(scope, receive, leave):
            await super().__call__(scope, receive, leave)

    async def _from_cache(self, scope: Any, send: Any, started: float) -> bool:
        """Send a kept answer, if there is one and it is still true."""
        cache, current = self.frame.cache, self.frame.current
        key = (scope["path"], scope["query_string"])
        if not cache.holds(key):
            return False
        try:
            versions = current.snapshot().versions
        except StoreError:
            return False  # the router will meet the same error, and has a page for it
        found = cache.find(key, versions, current.now().timestamp())
        if found is None:
            return False
        answer, template = found
        start, body = answer.messages(scope["headers"])
        await send(start)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        self._metrics.count(template, scope["method"], start["status"], time.perf_counter() - started)
        return True
