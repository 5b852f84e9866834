"""A decision as a person puts it, before it is an entry: checked here, once, for every face."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from rerail.life.journal import Entry
from rerail.line.dates import EPOCH
from rerail.line.model import DecisionKind, Line, RailwayId, Text, TrainId


class LifeError(ValueError):
    """An entry that cannot be recorded; the sentence says why and what to do."""


class Draft(Struct, frozen=True, kw_only=True):
    """What somebody wants recorded. Service dates are half-open: [start, until)."""

    kind: DecisionKind
    railways: tuple[RailwayId, ...] = ()
    """Whose consent; for a special, every railway whose consent the same document records."""
    trains: tuple[TrainId, ...] | None = None
    """None: all trains."""
    start: date
    until: date | None = None
    who: str
    reason: str
    """Both in the line's first language."""
    who_in: Text = {}
    reason_in: Text = {}
    """The same in other languages of the line."""
    document: str | None = None
    source: str | None = None


def checked(draft: Draft, line: Line) -> Draft:
    """The draft with its defaults filled in. Raises `LifeError` naming the first thing wrong."""
    for railway in draft.railways:
        if railway not in line.railways:
            raise LifeError(f'No railway "{railway}" on this line; it has {_listed(line.railways)}.')
    for train in draft.trains or ():
        if train not in line.trains:
            raise LifeError(f'No train "{train}" on this line; it has {_listed(line.trains)}.')
    if not draft.who.strip():
        raise LifeError("Say who decided this: a journal without names proves nothing.")
    if not draft.reason.strip():
        raise LifeError("Give the reason; it is shown to passengers.")
    if draft.kind in ("grant", "withdraw") and len(draft.railways) != 1:
        raise LifeError(f"A {draft.kind} is one railway's: name it, one of {_listed(line.railways)}.")
    if draft.kind in ("cancel", "announce") and len(draft.railways) > 1:
        raise LifeError(f"Name at most one railway that {draft.kind}s; record the other's as an entry of its own.")
    if draft.kind == "special" and not draft.trains:
        raise LifeError("A special adds a date to a train: name the train.")
    if draft.start < EPOCH:
        raise LifeError(f"{draft.start} is before {EPOCH}, the first service date Rerail can hold.")
    until = draft.until
    if until is None and draft.kind in ("special", "cancel"):
        until = draft.start + timedelta(days=1)  # a special or cancellation without an end is of one day
    if until is not None and until <= draft.start:
        raise LifeError(
            f"The entry ends ({until}) before it begins ({draft.start}); "
            "`until` is the first date that is no longer covered."
        )
    return Draft(
        kind=draft.kind,
        railways=draft.railways,
        trains=draft.trains,
        start=draft.start,
        until=until,
        who=draft.who.strip(),
        reason=draft.reason.strip(),
        who_in=_said(draft.who_in),
        reason_in=_said(draft.reason_in),
        document=(draft.document or "").strip() or None,
        source=(draft.source or "").strip() or None,
    )


def entries_of(draft: Draft, line: Line, form: str, now: datetime, recorded_by: str | None) -> tuple[Entry, ...]:
    """The entries that one form writes: one, or for a special the date and each railway's consent to it.

    `form` names the form: the entries' ids are made from it, so that the same form twice is one.
    """
    language = line.languages[0]
    who: Text = {**draft.who_in, language: draft.who}
    reason: Text = {**draft.reason_in, language: draft.reason}
    parts: list[tuple[DecisionKind, RailwayId | None]]
    if draft.kind == "special":
        parts = [("special", None), *(("grant", railway) for railway in draft.railways)]
    else:
        parts = [(draft.kind, draft.railways[0] if draft.railways else None)]
    return tuple(
        Entry(
            seq=0,
            id=form if index == 0 else f"{form}-{railway}",
            kind=kind,
            railway=railway,
            trains=draft.trains,
            start=draft.start,
            until=draft.until,
            known=now,
            recorded=now,
            who=who,
            reason=reason,
            document=draft.document,
            sources=(draft.source,) if draft.source else (),
            origin="live",
            recorded_by=recorded_by,
        )
        for index, (kind, railway) in enumerate(parts)
    )


def _said(texts: Text) -> Text:
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _listed(names: Iterable[str]) -> str:
    ids = list(names)
    shown = ", ".join(ids[:12])
    return shown if len(ids) <= 12 else f"{shown} and {len(ids) - 12} more"
