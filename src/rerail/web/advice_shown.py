"""Advice of a crossing as a page tells it: whom it is about, how far it is known, where that is from. No verdict."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from rerail.border.advice import NOTHING_KNOWN, Advice, Known, Standing, advice, told
from rerail.border.model import Passing
from rerail.border.passing import passings
from rerail.line import states
from rerail.line.border import EntryRule
from rerail.line.model import Line, Source, Train
from rerail.web.context import View
from rerail.web.i18n import date_words


class AdviceShown(Struct, frozen=True, kw_only=True):
    """A rule as a page tells it, or several that have all but their words in common."""

    whom: str
    """Whom it is about; empty: everybody."""
    texts: tuple[str, ...]
    known: str
    """How far it is known, and that one should check."""
    dated: date
    dated_illustrative: bool
    illustrative: bool
    condition: bool
    bars: bool
    """Whether it keeps somebody from travelling at all."""
    sources: tuple[Source, ...]


def advice_shown(
    view: View, passed: Iterable[tuple[Line, Passing]], known: Iterable[Known] = (NOTHING_KNOWN,)
) -> tuple[AdviceShown, ...]:
    """What to tell people of whom this is known about borders, each with its line; each rule once, conditions first."""
    borders: dict[str, tuple[Line, list[Passing]]] = {}
    for line, passing in passed:
        borders.setdefault(line.content, (line, []))[1].append(passing)
    found: dict[str, Advice] = {}
    for who in known:
        for line, passings_ in borders.values():
            for one in advice(line, passings_, who):
                found.setdefault(one.rule.id, one)
    shown = (_shown(view, one) for one in sorted(found.values(), key=lambda one: not one.condition))
    return tuple(
        replace(alike, texts=tuple(one.texts[0] for one in several))
        for alike, several in groupby(shown, key=lambda one: replace(one, texts=()))
    )


def rule_shown(view: View, standing: Standing) -> AdviceShown:
    """One rule, on the day it is about."""
    return _shown(view, told(view.line, standing))


def passed_by(
    line: Line, train: Train, service_date: date, board: int, alight: int
) -> tuple[tuple[Line, Passing], ...]:
    """The borders that lie on a stretch (indexes of calls), each with its line."""
    return tuple((line, one) for one in passings(line, train, service_date) if one.crossed_by(board, alight))


def _shown(view: View, one: Advice) -> AdviceShown:
    return AdviceShown(
        whom=_whom(view, one.rule),
        texts=(view.text(one.rule.text),),
        known=_known(view, one),
        dated=one.rule.dated,
        dated_illustrative=one.rule.illustrative("dated"),
        illustrative=one.illustrative,
        condition=one.condition,
        bars=one.rule.kind in ("not-valid", "special-validation"),
        sources=one.sources,
    )


def _whom(view: View, rule: EntryRule) -> str:
    _ = view.words.gettext
    said = []
    if rule.nationalities is not None:
        said.append(_("Nationality: %(states)s", states=_states(view, rule.nationalities)))
    if rule.issuers is not None:
        said.append(_("Document issued by: %(states)s", states=_states(view, rule.issuers)))
    return "; ".join(said)


def _states(view: View, codes: Iterable[str]) -> str:
    return ", ".join(states.name(code, view.language) for code in codes)


def _known(view: View, one: Advice) -> str:
    _ = view.words.gettext
    until = one.known_until
    if until is None:
        return _("As last known; check before you travel.")
    said = date_words(until, view.language)
    if not one.lapsed_on:
        return _("As last known until %(date)s; check before you travel.", date=said)
    return _(
        "Last known until %(date)s. What holds on %(day)s is not known: check before you travel.",
        date=said,
        day=date_words(one.lapsed_on[0], view.language),
    )
