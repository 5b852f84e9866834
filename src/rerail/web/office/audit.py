"""The audit trail, as an operator reads it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response

from rerail.desk.people import trail
from rerail.web.office.journal import number
from rerail.web.office.visit import Visit

_MOST: Final = 100


def audit(visit: Visit) -> Response[Any]:
    """The page at `/office/audit`, newest first; `?before` a number, to read on."""
    before = number(visit.fields.text("before"))
    events = trail(visit.office.store, before=before, most=_MOST + 1)
    more = len(events) > _MOST
    shown = events[:_MOST]
    return visit.page("audit.html", events=shown, older=shown[-1].seq if more else None)
