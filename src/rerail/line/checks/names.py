"""Ids: each is defined once, and everything that is named exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rerail.line.draft import Defined, DraftFolder
from rerail.line.model import Text
from rerail.line.problem import At, Finding, error
from rerail.line.schema import DEFINED_IN
from rerail.line.spelling import closest_of

_SUGGESTIONS: Final = 100
"""After so many misspelt ids no more nearest words are looked for: it costs more than it helps."""


def unknown_reference(draft: DraftFolder) -> Iterator[Finding]:
    """Every station, railway, crossing, route, train, coach type, category, operator and notice named is defined."""
    known: dict[str, dict[str, Defined]] = {kind: {} for kind in DEFINED_IN}
    for one in draft.defined:
        if one.kind in known:
            known[one.kind].setdefault(one.id, one)
    labels: dict[str, Mapping[str, str]] = {}
    suggested: dict[tuple[str, str], str | None] = {}
    for at, kind, named in draft.references:
        what, several, file = DEFINED_IN[kind]
        if named in known[kind] or file in draft.unread:
            continue
        key = (kind, named)
        if key not in suggested:
            if kind not in labels:
                labels[kind] = _labels(draft, kind, known[kind])
            suggested[key] = closest_of(named, labels[kind]) if len(suggested) < _SUGGESTIONS else None
        nearest = suggested[key]
        fix = f"{several} are listed in {file}."
        yield error(at, f'no {what} "{named}" on this line.', f'Did you mean "{nearest}"? {fix}' if nearest else fix)


def _labels(draft: DraftFolder, kind: str, known: Mapping[str, Defined]) -> dict[str, str]:
    """What a person may have meant by what they wrote: an id, or a station's or railway's name."""
    named: list[tuple[str, Text]] = []
    if kind == "station":
        named = [(id_, placed.value.names) for id_, placed in draft.stations.items()]
    elif kind == "railway":
        named = [(id_, placed.value.names) for id_, placed in draft.railways.items()]
    labels = {text.lower(): id_ for id_, names in named for text in names.values()}
    labels.update((id_.lower(), id_) for id_ in known)
    return labels


def duplicate_id(draft: DraftFolder) -> Iterator[Finding]:
    """No two railways share an id, nor two of any other kind.

    The entries of history.toml and demo-season.toml go into one journal, so they share none either.
    """
    first: dict[tuple[str, str], At] = {}
    for one in draft.defined:
        before = first.setdefault((one.kind, one.id), one.at)
        if before is not one.at:
            where = before.path if before.file == one.at.file else f"{before.path} in {before.file}"
            yield error(one.at.key("id"), f'"{one.id}" is already the id of {where}.', "Give one of them another id.")


def empty_line(draft: DraftFolder) -> Iterator[Finding]:
    """A line has at least one railway, one station and one train."""
    for kind, several, file in (
        ("railway", "railways", "line.toml"),
        ("station", "stations", "line.toml"),
        ("train", "trains", "trains.toml"),
    ):
        if file not in draft.unread and not draft.tables[kind]:
            yield error(At(file), f"there are no {several}.", f"Add [[{kind}]] tables; is the file complete?")


def principal_route(draft: DraftFolder) -> Iterator[Finding]:
    """Exactly one route is the principal one: the home page has one sentence to say what runs."""
    if "line.toml" in draft.unread:
        return
    principal = [placed for placed in draft.routes.values() if placed.value.principal]
    if not draft.tables["route"]:
        yield error(At("line.toml"), "there is no route.", "Add a [[route]] with principal = true.")
    elif not principal:
        fix = "Add principal = true to the route that the home page should speak of first."
        yield error(At("line.toml", "route"), "no route is the principal one.", fix)
    for placed in principal[1:]:
        message = f'"{principal[0].value.id}" is already the principal route.'
        yield error(placed.at.key("principal"), message, "Leave principal = true on one of them.")


RULES: Final = (unknown_reference, duplicate_id, empty_line, principal_route)
