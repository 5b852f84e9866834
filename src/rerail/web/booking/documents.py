"""The passenger's documents: what is asked and why, what was last known to hold, the form, and what was found.

Numbers go one way. They are in no address and on no page: of what is kept a passenger sees the last two characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from anyio import to_thread
from litestar import Response
from msgspec import Struct

from rerail.border.advice import NOTHING_KNOWN
from rerail.border.errors import BorderError, KeyringError
from rerail.border.mrz_model import MrzProblem
from rerail.border.typed import DocumentRefused
from rerail.desk.documents_asked import erased_by
from rerail.desk.giving_documents import PassengerPapers
from rerail.sale.model import Booking
from rerail.web.advice_shown import AdviceShown, advice_shown
from rerail.web.booking.visit import HEADERS, BrokenForm, Visit
from rerail.web.document_form import DocumentForm, document_form, state_choices, typed_document
from rerail.web.document_words import (
    RemarkShown,
    borders_shown,
    named,
    papers_status,
    problem_said,
    remark_shown,
    said,
    unreadable,
    until_words,
)
from rerail.web.office.fields import Fields

MOST_FORMS: Final = 30
"""Passengers whose forms a page has; a larger group sends its list through a counter or its tour operator."""


class Sent(Struct, frozen=True, kw_only=True):
    """A form that was sent, with what is to be said of it."""

    passenger: int
    fields: Fields = Fields()
    faults: Sequence[BorderError] = ()
    warnings: Sequence[MrzProblem] = ()


class PassengerShown(Struct, frozen=True, kw_only=True):
    """One passenger of the page."""

    number: int
    name: str
    """Empty: not named yet."""
    given: bool
    ending: str
    missing: str
    """Empty: nothing."""
    until: str
    """Empty: every border lies behind."""
    returnable: bool
    """Whether the passenger can take the document back: no list has it yet."""
    remarks: tuple[RemarkShown, ...]
    warnings: tuple[str, ...]
    form: DocumentForm | None
    """None: it is too late, or the page has too many."""
    open: bool


def page(visit: Visit, booking: Booking) -> Response[Any]:
    """The page at `/{lang}/booking/{code}/documents`; `?saved=2` after a form."""
    return _show(visit, booking)


async def give(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    """Take a passenger's document. What is wrong is said beside its field, what is only doubtful stays on the page."""
    return await to_thread.run_sync(_give, visit, booking, fields)


async def take_back(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    """Let go of a document that no list has yet."""
    return await to_thread.run_sync(_take_back, visit, booking, fields)


async def own_data(visit: Visit, booking: Booking, _fields: Fields) -> Response[Any]:
    """Everything that is kept about the passengers of the booking, as a file. Asked by a form: it leaves a trace."""
    return await to_thread.run_sync(_own_data, visit, booking)


def _give(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    number = _passenger(fields)
    try:
        given = visit.frame.border.give(booking.code, number, typed_document(fields), None)
    except DocumentRefused as error:
        return _show(visit, booking, Sent(passenger=number, fields=fields, faults=error.faults), 422)
    except BorderError as error:
        return _refused(visit, error)
    if given.warnings:
        # They are about the zone as it was typed, which nobody sees again.
        return _show(visit, booking, Sent(passenger=number, warnings=given.warnings))
    return visit.go(f"{visit.home}/documents?saved={number}")


def _take_back(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    try:
        visit.frame.border.erase_own(booking.code, _passenger(fields))
    except BorderError as error:
        return _refused(visit, error)
    return visit.go(f"{visit.home}/documents")


def _own_data(visit: Visit, booking: Booking) -> Response[Any]:
    try:
        content = visit.frame.border.own_data(booking.code)
    except BorderError as error:
        return _refused(visit, error)
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{booking.code}.json"'}
    return Response(content, media_type="application/json", headers=headers)


def _refused(visit: Visit, error: BorderError) -> Response[Any]:
    if isinstance(error, KeyringError):
        return visit.refuse(unreadable(visit.view, error), 503)
    return visit.refuse(said(visit.view, error), 409)


def _passenger(fields: Fields) -> int:
    text = fields.text("passenger")
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise BrokenForm
    return int(text)


def _show(visit: Visit, booking: Booking, sent: Sent | None = None, status: int = 200) -> Response[Any]:
    view = visit.view
    try:
        papers = visit.frame.border.wanted(booking)
    except KeyringError as error:
        return _refused(visit, error)
    crossed = [one for who in papers for one in who.asked.crossed]
    erased = erased_by(visit.market, booking)
    rules = view.line.border
    return visit.page(
        "documents.html",
        status=status,
        booking=booking,
        progress=papers_status(view, booking),
        borders=borders_shown(view, crossed),
        advice=_advice(visit, papers),
        erased=erased,
        erased_illustrative=rules is not None
        and rules.keeping is not None
        and rules.keeping.illustrative("documents_days"),
        passengers=[_passenger_shown(visit, one, place, sent) for place, one in enumerate(papers)],
        more=max(0, len(papers) - MOST_FORMS),
        saved=visit.fields.text("saved"),
        refused=bool(sent and sent.faults),
        states=state_choices(view),
        form_token=visit.form_token,
        home=visit.home,
    )


def _advice(visit: Visit, papers: Sequence[PassengerPapers]) -> tuple[AdviceShown, ...]:
    """What was last known to hold for these passengers: for those of whom nothing is known yet, for anybody."""
    passed = [(one.line, one.wanted.passing) for who in papers for one in who.asked.crossed]
    return advice_shown(visit.view, passed, dict.fromkeys(one.known for one in papers) or (NOTHING_KNOWN,))


def _passenger_shown(visit: Visit, papers: PassengerPapers, place: int, sent: Sent | None) -> PassengerShown:
    view, asked = visit.view, papers.asked
    now, number = view.now, asked.passenger.number
    mine = sent if sent is not None and sent.passenger == number else None
    until, listed = asked.until(now), asked.listed(now)
    is_open = asked.open(now)
    return PassengerShown(
        number=number,
        name=asked.passenger.name,
        given=bool(papers.given),
        ending=papers.ending,
        missing=named(view.words, papers.missing),
        until=until_words(view, until) if until is not None else "",
        returnable=bool(papers.given) and (listed is None or now < listed),
        remarks=tuple(remark_shown(view, one) for one in papers.remarks),
        warnings=tuple(problem_said(view, one) for one in (mine.warnings if mine is not None else ())),
        form=document_form(view, asked, mine.fields, mine.faults)
        if mine is not None and is_open
        else document_form(view, asked)
        if is_open and place < MOST_FORMS
        else None,
        open=is_open,
    )
