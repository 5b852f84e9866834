"""A booking's travel documents at the counter: given one by one or as the group's list, and looked at by operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from litestar import Response
from msgspec import Struct

from rerail.border.errors import BorderError, KeyringError
from rerail.border.typed import DocumentRefused
from rerail.desk.documents_asked import asked_of
from rerail.desk.documents_list import DocumentsRefused, empty_list
from rerail.desk.giving_documents import Given, PassengerPapers
from rerail.desk.papers import Looked, looks_after_documents
from rerail.sale.errors import NoBooking, SaleError
from rerail.sale.model import Booking
from rerail.web.document_form import DocumentForm, document_form, state_choices, typed_document
from rerail.web.document_words import (
    RemarkShown,
    asked_words,
    borders_shown,
    kind_words,
    named,
    papers_status,
    problem_said,
    remark_shown,
    said,
    unreadable,
)
from rerail.web.errors import NotFound
from rerail.web.office.bookings import BOOKINGS
from rerail.web.office.fields import Fields
from rerail.web.office.visit import AnyRequest, Visit

MOST_FORMS: Final = 40
"""Passengers whose forms the page has; a larger group sends its list."""
_NO_STORE: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}


class PassengerRow(Struct, frozen=True, kw_only=True):
    """One passenger of the page."""

    number: int
    name: str
    given: bool
    ending: str
    missing: str
    remarks: tuple[RemarkShown, ...]
    warnings: tuple[str, ...]
    form: DocumentForm | None


class Shown(Struct, frozen=True, kw_only=True):
    """What the page shows beside what is always there."""

    passenger: int = 0
    fields: Fields = Fields()
    faults: Sequence[BorderError] = ()
    given: Mapping[int, Given] = {}
    sentence: str = ""
    rows: tuple[tuple[int, str], ...] = ()
    looked: Looked | None = None


def page(visit: Visit, code: str) -> Response[Any]:
    """The page at `/office/bookings/{code}/documents`."""
    return _page(visit, visit.counter.booking(code), Shown())


def template(visit: Visit, code: str) -> Response[Any]:
    """An empty list of documents for this booking, a row for each passenger, as spreadsheets open it."""
    booking = visit.counter.booking(code)
    asked = asked_of(visit.selling.market(), booking)
    if not asked:
        raise NotFound
    headers = {**_NO_STORE, "content-disposition": f'attachment; filename="documents-{booking.code}.csv"'}
    content = empty_list(asked, ";" if visit.view.language == "ru" else ",")
    return Response(content, media_type="text/csv", headers=headers)


def change(visit: Visit, fields: Fields, code: str) -> Response[Any]:
    """Do one of the acts of the page: its name is in the field `act`. What is refused is said on the page."""
    act = _ACTS.get(fields.text("act"))
    if act is None:
        raise NotFound
    booking = visit.counter.booking(code)
    try:
        return act(visit, fields, booking)
    except NoBooking:
        raise
    except DocumentsRefused as error:
        rows = tuple((line, " ".join(said(visit.view, one) for one in faults)) for line, faults in error.rows)
        return _page(visit, booking, Shown(sentence=said(visit.view, error), rows=rows), 422)
    except KeyringError as error:
        return _page(visit, booking, Shown(sentence=unreadable(visit.view, error)), 503)
    except (BorderError, SaleError) as error:
        return _page(visit, booking, Shown(sentence=said(visit.view, error)), 422)


def to_the_documents(request: AnyRequest, _fields: Fields) -> str:
    """The page that a form was on."""
    return f"{BOOKINGS}/{quote(str(request.path_params.get('code', '')))}/documents"


# The acts


def _give(visit: Visit, fields: Fields, booking: Booking) -> Response[Any]:
    text = fields.text("passenger")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
    try:
        given = visit.office.frame.border.give(booking.code, number, typed_document(fields), visit.user)
    except DocumentRefused as error:
        return _page(visit, booking, Shown(passenger=number, fields=fields, faults=error.faults), 422)
    return _taken(visit, booking, {number: given})


def _list(visit: Visit, fields: Fields, booking: Booking) -> Response[Any]:
    content = fields.files.get("file") or fields.raw("pasted").encode(errors="replace")
    if not content.strip():
        sentence = visit.view.words.gettext("Choose a file, or paste the rows into the field.")
        return _page(visit, booking, Shown(sentence=sentence), 422)
    return _taken(visit, booking, visit.office.frame.border.give_csv(booking.code, content, visit.user))


def _taken(visit: Visit, booking: Booking, given: Mapping[int, Given]) -> Response[Any]:
    if any(one.warnings for one in given.values()):
        # They are about the zones as they were typed, which nobody sees again.
        return _page(visit, booking, Shown(given=given))
    return visit.go(f"{BOOKINGS}/{quote(booking.code)}/documents?saved={len(given)}")


def _look(visit: Visit, _fields: Fields, booking: Booking) -> Response[Any]:
    return _page(visit, booking, Shown(looked=visit.office.frame.border.look(booking.code, visit.user)))


_ACTS: Final[Mapping[str, Callable[[Visit, Fields, Booking], Response[Any]]]] = {
    "give": _give,
    "list": _list,
    "look": _look,
}


def _page(visit: Visit, booking: Booking, shown: Shown, status: int = 200) -> Response[Any]:
    view = visit.view
    try:
        papers = visit.office.frame.border.wanted(booking)
    except KeyringError as error:
        return visit.refuse(unreadable(view, error), back=f"{BOOKINGS}/{quote(booking.code)}", status=503)
    return visit.page(
        "documents.html",
        status=status,
        booking=booking,
        progress=papers_status(view, booking),
        passengers=[_row(visit, one, place, shown) for place, one in enumerate(papers)],
        borders=borders_shown(view, [one for who in papers for one in who.asked.crossed]),
        may_look=looks_after_documents(visit.user) and any(one.given for one in papers),
        looked=shown.looked,
        labels=asked_words(view.words),
        document_kinds=kind_words(view.words),
        sentence=shown.sentence,
        wrong_rows=shown.rows,
        refused=bool(shown.faults),
        saved=visit.fields.text("saved") or (str(len(shown.given)) if shown.given else ""),
        states=state_choices(view),
    )


def _row(visit: Visit, papers: PassengerPapers, place: int, shown: Shown) -> PassengerRow:
    view, asked = visit.view, papers.asked
    number = asked.passenger.number
    mine = shown.passenger == number
    given = shown.given.get(number)
    form = None
    if asked.open_to_office(view.now) and (mine or place < MOST_FORMS):
        form = document_form(view, asked, shown.fields, shown.faults) if mine else document_form(view, asked)
    return PassengerRow(
        number=number,
        name=asked.passenger.name,
        given=bool(papers.given),
        ending=papers.ending,
        missing=named(view.words, papers.missing),
        remarks=tuple(remark_shown(view, one) for one in papers.remarks),
        warnings=tuple(problem_said(view, one) for one in (given.warnings if given is not None else ())),
        form=form,
    )
