"""The journal as the office reads it: whole, by train, by railway, as known on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from litestar import Response

from rerail.life.journal import Entry, as_known_on
from rerail.web.office.fields import Fields
from rerail.web.office.visit import Visit
from rerail.web.site.ask import Field, asked_date
from rerail.web.site.history import told

_MOST: Final = 50
_FILTERS: Final = ("train", "railway", "known")


def journal(visit: Visit) -> Response[Any]:
    """The page at `/office/journal`, `?train&railway&known&before`."""
    view = visit.view
    train, railway = visit.fields.text("train"), visit.fields.text("railway")
    known_field, known = _known(visit)
    entries = _matching(as_known_on(view.snapshot.entries, known), train, railway)
    before = number(visit.fields.text("before"))
    following = [entry for entry in reversed(entries) if before is None or entry.seq < before]
    shown = following[:_MOST]
    older = None
    if len(following) > len(shown):
        pairs = (*visit.fields.only(_FILTERS).pairs, ("before", str(shown[-1].seq)))
        older = f"/office/journal?{Fields(pairs).query}"
    return visit.page(
        "journal.html",
        status=422 if known_field.error else 200,
        entries=[told(view, entry) for entry in shown],
        count=len(entries),
        older=older,
        train=train,
        railway=railway,
        known=known_field,
        filtered=bool(train or railway or known or before),
    )


def number(text: str) -> int | None:
    """A number in an address; None if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _known(visit: Visit) -> tuple[Field, date | None]:
    text = visit.fields.text("known")
    if not text:
        return Field(), None
    day = asked_date(text, visit.view)
    return (Field(text, day), None) if isinstance(day, str) else (Field(text), day)


def _matching(entries: Sequence[Entry], train: str, railway: str) -> list[Entry]:
    return [
        entry for entry in entries if (not train or entry.concerns(train)) and (not railway or entry.railway == railway)
    ]
