"""Which address of the border's pages shows or does what."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from rerail.web.office.crossing_lists import PATH
from rerail.web.office.door import at_border, deed, page
from rerail.web.office.fields import Fields
from rerail.web.office.visit import BORDERS, AnyRequest, Office
from rerail.web.officer import marks, scripted
from rerail.web.officer.board import board
from rerail.web.officer.border import border, close_out, crossings
from rerail.web.officer.inspect import inspect


def handlers(office: Office) -> list[HTTPRouteHandler]:
    """The handlers of the officer's and the conductor's pages."""
    return [
        page(office, BORDERS, crossings, at_border),
        page(office, PATH, border, at_border),
        deed(office, f"{PATH}/close", close_out, at_border, _to_the_page),
        page(office, f"{PATH}/board", board, at_border),
        page(office, f"{PATH}/inspect", inspect, at_border),
        *marks.handlers(office),
        *scripted.handlers(office),
    ]


def _to_the_page(request: AnyRequest, _fields: Fields) -> str:
    return str(request.scope["path"]).removesuffix("/close")
