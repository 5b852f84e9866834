"""Which address shows which page of the site."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from rerail.web.cache import Answer, minute_of
from rerail.web.context import HTML, REVALIDATE, Frame, View
from rerail.web.errors import NotFound
from rerail.web.i18n import preferred
from rerail.web.site import history, notices, search, stations
from rerail.web.site.about import about
from rerail.web.site.departure import departure
from rerail.web.site.drawings import line_page
from rerail.web.site.home import home
from rerail.web.site.page import Maker
from rerail.web.site.timetable import timetable

_LONGEST_VALUE: Final = 80


def routes(frame: Frame) -> list[HTTPRouteHandler]:
    """Every handler of the site."""
    return [
        _root(frame),
        _static(frame),
        _script(frame),
        _page(frame, "/", home),
        _page(frame, "/timetable", timetable, fields=("from",)),
        _page(frame, "/departures/{train:str}/{day:str}", departure),
        _page(frame, "/search", search.search, fields=search.FIELDS),
        _page(frame, "/history", history.history, fields=history.FIELDS),
        _page(frame, "/notices", notices.notices, fields=("from",)),
        _page(frame, "/notices/{notice:str}", notices.notice),
        _page(frame, "/stations", stations.stations, fields=("from",)),
        _page(frame, "/stations/{station:str}", stations.station),
        _page(frame, "/map", line_page),
        _page(frame, "/about", about),
    ]


def _root(frame: Frame) -> HTTPRouteHandler:
    @get("/", sync_to_thread=False)
    def choose_language(request: Request[Any, Any, Any]) -> Redirect:
        """To the language that the browser asks for, of those the line's pages are in."""
        offered = frame.languages(frame.current.snapshot().line)
        language = preferred(request.headers.get("accept-language", ""), offered)
        headers = {"vary": "accept-language", "cache-control": "no-cache"}
        return Redirect(f"/{language}/", status_code=302, headers=headers)

    return choose_language


def _static(frame: Frame) -> HTTPRouteHandler:
    @get("/static/{name:str}", sync_to_thread=False)
    def static(request: Request[Any, Any, Any]) -> Response[bytes]:
        """A style sheet or picture; its address names its content, so it is kept for a year."""
        answer = frame.assets.answers.get(request.path_params["name"])
        if answer is None:
            raise NotFound()
        return answer.response(request)

    return static


def _script(frame: Frame) -> HTTPRouteHandler:
    @get("/static/{part:str}/{version:str}/{name:path}", sync_to_thread=False)
    def script(request: Request[Any, Any, Any]) -> Response[bytes]:
        """A script of the border's pages, or what it loads; kept for a year like every other file."""
        for files in (frame.border_files, frame.inspector_files):
            answer = files.answers.get(request.scope["path"])
            if answer is not None:
                return answer.response(request)
        raise NotFound()

    return script


def _page(frame: Frame, path: str, make: Maker, *, fields: Sequence[str] = ()) -> HTTPRouteHandler:
    """The handler of one page in every language.

    `fields` are the query's fields that the page knows; all others are ignored, so that nobody can fill the
    cache with addresses that differ in nothing a page shows.
    """

    @get(f"/{{language:str}}{path}", sync_to_thread=False)
    def show(request: Request[Any, Any, Any]) -> Response[Any]:
        parts = dict(request.path_params)
        language = parts.pop("language")
        view, query = _view(frame, request, language, fields)
        canonical = f"/{language}{view.path}"
        if request.scope["state"]["asked_path"] != canonical:
            return Redirect(quote(canonical) + (f"?{query}" if query else ""), status_code=308)
        key = (canonical, query.encode())
        span = minute_of(view.now)
        found = frame.cache.find(key, view.snapshot.versions, span.start)
        if found is not None:
            return found[0].response(request)
        frame.cache.misses += 1
        page = make(view, **parts)
        pack = partial(frame.packer.gzip, drawings=page.drawings)
        answer = Answer(page.html.encode(), HTML, headers=(REVALIDATE,), status=page.status, pack=pack)
        if page.keep and page.status == 200:
            template = str(request.scope.get("path_template", ""))
            frame.cache.keep(key, answer, view.snapshot.versions, span, template)
        return answer.response(request)

    return show


def _view(frame: Frame, request: Request[Any, Any, Any], language: str, fields: Sequence[str]) -> tuple[View, str]:
    """The view, and the query in its canonical form: known fields, in the page's order, trimmed."""
    snapshot = frame.current.snapshot()
    if language not in frame.languages(snapshot.line):
        raise NotFound()
    raw = request.scope["query_string"][:4096].decode("ascii", "replace")
    try:
        given = dict(parse_qsl(raw, max_num_fields=50))
    except ValueError:
        given = {}
    query = {name: given[name].strip()[:_LONGEST_VALUE] for name in fields if given.get(name, "").strip()}
    path = str(request.scope["path"]).removeprefix(f"/{language}") or "/"
    return frame.view(path, language, query), urlencode(query)
