"""Recording a decision: the form, the preview of what it changes, the confirmation, the result.

Form and preview are asked for with GET and hold what was typed in their address, so that going back, signing
in anew and changing the language lose nothing. Only the confirmation is a POST.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from litestar import Response

from rerail.desk import stopping
from rerail.desk.current import Snapshot
from rerail.desk.decisions import JournalMoved, Preview, TooLate
from rerail.desk.people import preview_as, record_as
from rerail.life.draft import LifeError
from rerail.life.journal import Entry
from rerail.places.model import DepartureKey
from rerail.web.errors import NotFound
from rerail.web.i18n import OWN_NAMES, date_words, instant_words
from rerail.web.office.cautions import cautions
from rerail.web.office.draft_form import (
    KINDS,
    MOST_BOXES,
    Asked,
    Kind,
    asked,
    kinds_for,
    needs_railway,
    other_languages,
)
from rerail.web.office.effects import Effect, effect
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.hits import hits, sums
from rerail.web.office.journal import number
from rerail.web.office.visit import HOME, AnyRequest, Visit
from rerail.web.site.history import told

_FORM_ID: Final = re.compile(r"[0-9a-f]{32}")
_OF_ONE_PAGE: Final = ("form_token", "form", "journal", "moved", "lang")


def choose(visit: Visit) -> Response[Any]:
    """The page at `/office/record`: which kind of decision it is."""
    return visit.page("choose.html")


def form(visit: Visit, kind: str) -> Response[Any]:
    """The form of one kind, with what its address holds already filled in."""
    return _form(visit, _kind(visit, kind), visit.fields, Faults())


def preview_page(visit: Visit, kind: str) -> Response[Any]:
    """What the decision would change; or the form again, with what is wrong beside each field."""
    known = _kind(visit, kind)
    typed = _typed(visit, known, visit.fields)
    if typed.draft is None:
        return _form(visit, known, visit.fields, typed.errors)
    try:
        seen = preview_as(visit.office.current, visit.user, typed.draft)
    except LifeError as error:
        return _form(visit, known, visit.fields, _sentences(visit, error))
    return _preview(visit, typed, seen)


def confirm(visit: Visit, fields: Fields, kind: str) -> Response[Any]:
    """Record what was confirmed, once per form; or the preview again, if it no longer tells the truth."""
    known = _kind(visit, kind)
    typed = _typed(visit, known, fields)
    form_id, journal = fields.text("form"), number(fields.text("journal"))
    if typed.draft is None or journal is None or not _FORM_ID.fullmatch(form_id):
        return visit.go(_preview_address(known, fields))
    try:
        entries = record_as(visit.office.current, visit.user, typed.draft, form=form_id, journal=journal)
    except JournalMoved:
        return visit.go(_preview_address(known, fields) + "&moved=1")
    except LifeError:
        return visit.go(_preview_address(known, fields))  # which says what is wrong
    stops = _stopped(_changed(visit.office.current.snapshot(), entries))
    if stops:
        stopping.give_back(visit.office.frame.selling, stops)
    return visit.go(f"/office/recorded/{form_id}")


def result(visit: Visit, form_id: str) -> Response[Any]:
    """The page at `/office/recorded/{form}`: what was written, and what it changed."""
    entries = [one for one in visit.view.snapshot.entries if one.id == form_id or one.id.startswith(f"{form_id}-")]
    if not _FORM_ID.fullmatch(form_id) or not entries:
        raise NotFound
    changed = _changed(visit.view.snapshot, entries)
    stops = _stopped(changed)
    done = stopping.outcome(visit.office.current, entries, stops) if stops else None
    language = visit.view.language
    return visit.page(
        "recorded.html",
        entries=[told(visit.view, one) for one in entries],
        effect=changed,
        refunds=done,
        given_back=sums(done.given_back.money, language) if done is not None else "",
        left=hits(visit, done.left) if done is not None else None,
    )


def _changed(snapshot: Snapshot, entries: Sequence[Entry]) -> Effect:
    """What entries of the journal changed when they were recorded."""
    earlier = [one for one in snapshot.entries if one.seq < entries[0].seq]
    return effect(snapshot, earlier, entries, entries[0].recorded)


def _stopped(changed: Effect) -> tuple[DepartureKey, ...]:
    return tuple(DepartureKey(one.train.id, one.service_date) for one in changed.stops.departures)


def to_the_preview(request: AnyRequest, fields: Fields) -> str:
    """Where to go on after signing in anew: the preview of what was to be confirmed."""
    kind = str(request.path_params.get("kind", ""))
    return _preview_address(kind, fields) if kind in KINDS else HOME


def _preview_address(kind: str, fields: Fields) -> str:
    return f"/office/record/{kind}/preview?{_decision(fields).query}"


def _decision(fields: Fields) -> Fields:
    """The fields that say something of the decision, without those that belong to one showing of a page."""
    return fields.only(name for name, _ in fields.pairs if name not in _OF_ONE_PAGE)


def _kind(visit: Visit, text: str) -> Kind:
    for kind in KINDS:
        if kind == text and (visit.who is None or kind in kinds_for(visit.user)):
            return kind
    raise NotFound


def _typed(visit: Visit, kind: Kind, fields: Fields) -> Asked:
    view = visit.view
    return asked(kind, fields, visit.user, view.line, view.words, view.today)


def _form(visit: Visit, kind: Kind, fields: Fields, errors: Faults) -> Response[Any]:
    line = visit.view.line
    return visit.page(
        "form.html",
        status=422 if errors else 200,
        kind=kind,
        fields=fields,
        errors=errors,
        needs_railway=needs_railway(kind),
        list_trains=len(line.trains) <= MOST_BOXES,
        other_languages=other_languages(line),
        own_names=OWN_NAMES,
        told_elsewhere=any(name.startswith(("who_", "reason_")) and text for name, text in fields.pairs),
    )


def _preview(visit: Visit, typed: Asked, seen: Preview) -> Response[Any]:
    view = visit.view
    # Read anew after the preview: if the journal grew in between, the confirmation is refused, never wrong.
    visit.office.current.forget()
    snapshot = visit.office.current.snapshot()
    changed = effect(snapshot, snapshot.entries, seen.entries, view.now)
    last = seen.draft.until - timedelta(days=1) if seen.draft.until is not None else None
    return visit.page(
        "preview.html",
        kind=typed.kind,
        entries=[told(view, entry) for entry in seen.entries],
        effect=changed,
        hits=hits(visit, seen.hit),
        cautions=cautions(view, seen, changed, snapshot.entries),
        until=seen.draft.until,
        last=last,
        form=secrets.token_hex(16),
        journal=seen.journal,
        typed=_decision(typed.fields).pairs,
        edit=f"/office/record/{typed.kind}?{_decision(typed.fields).query}",
        moved=visit.fields.has("moved"),
    )


def _sentences(visit: Visit, error: LifeError) -> Faults:
    _ = visit.view.words.gettext
    if isinstance(error, TooLate):
        latest = error.gone[-1]
        language = visit.view.language
        return Faults(
            {
                "from": _(
                    "This covers a train that has left: %(train)s of %(date)s left at %(left)s. "
                    "What ran stays as it ran; begin on %(next)s or later.",
                    train=visit.view.text(latest.train.names),
                    date=date_words(latest.service_date, language),
                    left=instant_words(latest.start, language),
                    next=date_words(latest.service_date + timedelta(days=1), language),
                )
            }
        )
    return Faults({"": str(error)})
