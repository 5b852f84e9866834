"""The conductor's list as a file to print."""

from __future__ import annotations

from typing import Any

from litestar import Response

from rerail.desk.conductor import conductor_list
from rerail.ticket.conductor import conductor_pdf
from rerail.web.errors import NotFound
from rerail.web.office.asked_departure import asked_departure
from rerail.web.office.visit import Visit


def conductor(visit: Visit, train: str, day: str) -> Response[Any]:
    """The list at `/office/departures/{train}/{date}/conductor.pdf`, in the language of whoever prints it."""
    view = visit.view
    found = conductor_list(
        visit.office.frame.selling,
        asked_departure(visit, train, day),
        specimen=view.snapshot.demo,
        language=view.language,
    )
    if found is None:
        raise NotFound
    return Response(
        conductor_pdf(found, view.language),
        media_type="application/pdf",
        headers={
            "cache-control": "no-store",
            "content-disposition": f'inline; filename="conductor-{train}-{found.service_date}.pdf"',
        },
    )
