"""The first page of the office: the state of each route with the keys that are missing, and what is new."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response

from rerail.web.office.visit import BORDERS, Visit
from rerail.web.site.history import told
from rerail.web.site.home import next_departures, on_board, tell

_MOST_ROUTES: Final = 20
_MOST_DEPARTURES: Final = 8
_MOST_ENTRIES: Final = 6


def overview(visit: Visit) -> Response[Any]:
    """The page at `/office/`. An agent begins with the groups, an officer and a conductor with the borders."""
    if not visit.user.reads_office:
        return visit.go(BORDERS if visit.user.at_border else "/office/groups")
    view = visit.view
    routes = sorted(view.line.routes.values(), key=lambda route: not route.principal)
    coming = next_departures(view.life, view.now, _MOST_DEPARTURES, view.life.timetable.train_ids)
    return visit.page(
        "overview.html",
        routes=[tell(view, route) for route in routes[:_MOST_ROUTES]],
        board=[on_board(view, one) for one in coming],
        entries=[told(view, entry) for entry in reversed(view.snapshot.entries[-_MOST_ENTRIES:])],
        refusals=visit.office.frame.border.refusals() if visit.user.takes_money else (),
        journal_length=len(view.snapshot.entries),
    )
