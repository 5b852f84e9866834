"""Crossing lists at the office: how far each is, what it says in each form, and what the authority answers."""

from __future__ import annotations

from typing import Any, Final, get_args

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from rerail.border.errors import BorderError, KeyringError, NotThere
from rerail.border.lists import Receipt, State, Version
from rerail.border.model import Form, ListKey
from rerail.desk.crossing_lists import Delivery, ListShown
from rerail.people.users import User
from rerail.places.model import DepartureKey
from rerail.web.errors import NotFound
from rerail.web.office.asked_departure import asked_departure
from rerail.web.office.door import deed, page
from rerail.web.office.fields import Fields
from rerail.web.office.journal import number
from rerail.web.office.visit import Office, Visit

PATH: Final = "/office/departures/{train:str}/{day:str}/border"
FORMS: Final[tuple[Form, ...]] = get_args(Form)
STEPS: Final[tuple[State, ...]] = ("open", "closed", "sent", "received")
"""What a list goes through, in the order in which the page draws it."""


def handlers(office: Office) -> list[HTTPRouteHandler]:
    """The handlers of this part of the office."""
    return [
        page(office, f"{PATH}/list", download, reads_lists),
        deed(office, f"{PATH}/receipt", receipt, reads_lists, _to_the_page),
    ]


def reads_lists(user: User) -> bool:
    """Operators, and officers, who see the lists of their own side."""
    return user.sees_documents


class VersionRow(Struct, frozen=True, kw_only=True):
    """A version with what became of it."""

    version: Version
    deliveries: tuple[Delivery, ...]
    receipts: tuple[Receipt, ...]


class ListSection(Struct, frozen=True, kw_only=True):
    """What the page says of one list."""

    shown: ListShown
    name: str
    whose: str
    """The tour operator's name, of a named list."""
    step: int
    """How many of `STEPS` are behind it."""
    versions: tuple[VersionRow, ...]
    """The newest first."""
    query: str
    """What addresses the list in a query."""


class Lists(Struct, frozen=True, kw_only=True):
    """What the page says of a departure's lists."""

    sections: tuple[ListSection, ...] = ()
    sentence: str = ""
    """Why they cannot be shown; empty: they are."""


def lists(visit: Visit, key: DepartureKey) -> Lists:
    """The lists of a departure that whoever is signed in may know of. Raises `NotFound`."""
    try:
        found = visit.office.frame.border.lists(key, visit.user)
    except NotThere:
        raise NotFound from None
    except KeyringError as error:
        return Lists(sentence=visit.says(error))  # the rest of the page needs no key
    return Lists(sections=tuple(_section(visit, one) for one in found))


def download(visit: Visit, train: str, day: str) -> Response[Any]:
    """A list as a file, at `…/border/list?authority&operator&version&form`."""
    form = next((one for one in FORMS if one == visit.fields.text("form")), None)
    if form is None:
        raise NotFound
    version = number(visit.fields.text("version"))
    try:
        _, rendered = visit.office.frame.border.rendered(
            _asked(visit, visit.fields, train, day), form, visit.user, version
        )
    except NotThere as error:
        raise NotFound(visit.says(error)) from None
    except KeyringError as error:
        return visit.refuse(visit.says(error), back=f"/office/departures/{train}/{day}/border", status=503)
    return Response(
        rendered.content,
        media_type=rendered.media_type.removesuffix("; charset=utf-8"),  # Litestar adds it itself
        headers={"cache-control": "no-store", "content-disposition": f'attachment; filename="{rendered.name}"'},
    )


def receipt(visit: Visit, fields: Fields, train: str, day: str) -> Response[Any]:
    """An authority's answer: a CUSRES file, or what a clerk was told."""
    border = visit.office.frame.border
    key = _asked(visit, fields, train, day)
    try:
        content = fields.files.get("cusres", b"")
        if content:
            border.take_cusres(content, visit.user.name, user=visit.user, authority=key.authority)
        else:
            accepted = fields.text("answer") == "taken"
            border.enter_receipt(
                visit.user, key, number(fields.text("version")) or 0, accepted=accepted, words=fields.text("words")
            )
    except BorderError as error:
        return visit.refuse(visit.says(error), back=f"/office/departures/{train}/{day}/border", status=422)
    return visit.go(f"/office/departures/{train}/{day}/border#lists")


def _asked(visit: Visit, fields: Fields, train: str, day: str) -> ListKey:
    return ListKey(asked_departure(visit, train, day), fields.text("authority"), fields.text("operator"))


def _to_the_page(request: Any, _fields: Fields) -> str:
    return str(request.scope["path"]).removesuffix("/receipt")


def _section(visit: Visit, shown: ListShown) -> ListSection:
    view = visit.view
    tariff = view.line.tariff
    operator = tariff.operators.get(shown.key.tour_operator) if tariff is not None else None
    kept = shown.kept
    # A refused list is a sent one again: the authority waits for a better one.
    behind: State = {"corrected": "received", "refused": "sent"}.get(shown.state, shown.state)  # type: ignore[assignment]
    versions = (
        ()
        if kept is None
        else tuple(
            VersionRow(
                version=one,
                deliveries=tuple(way for way in shown.deliveries if way.version == one.number),
                receipts=tuple(said for said in kept.receipts if said.version == one.number),
            )
            for one in reversed(kept.versions)
        )
    )
    query = f"authority={shown.key.authority}"
    if shown.key.tour_operator:
        query += f"&operator={shown.key.tour_operator}"
    return ListSection(
        shown=shown,
        name=view.text(shown.authority.names),
        whose=view.text(operator.names) if operator is not None else "",
        step=STEPS.index(behind) + 1,
        versions=versions,
        query=query,
    )
