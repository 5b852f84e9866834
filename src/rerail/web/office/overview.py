"""The first page of the office: the state of each route with the keys that are missing, and what is new."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response

from rerail.web.office.visit import Visit
from rerail.web.site.history import told
from rerail.web.site.home import Board, next_departures, tell
from rerail.web.site.strip import strip_of

_MOST_ROUTES: Final = 20
_MOST_DEPARTURES: Final = 8
_MOST_ENTRIES: Final = 6


def overview(visit: Visit) -> Response[Any]:
    """The page at `/office/`."""
    view = visit.view
    routes = sorted(view.line.routes.values(), key=lambda route: not route.principal)
    board = [
        Board(one, strip_of(one.line, one.train, one.service_date, view.words))
        for one in next_departures(view.life, view.now, _MOST_DEPARTURES)
    ]
    return visit.page(
        "overview.html",
        routes=[tell(view, route) for route in routes[:_MOST_ROUTES]],
        board=board,
        entries=[told(view, entry) for entry in reversed(view.snapshot.entries[-_MOST_ENTRIES:])],
        journal_length=len(view.snapshot.entries),
    )
