"""What a border asks of passengers, how long its control takes, and what they are told about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rerail.line.border import Asked, EntryRule, RuleKind
from rerail.line.checks.crossing_lists import trains_over
from rerail.line.draft import DraftBorder, DraftFolder, Placed
from rerail.line.kinds import listed
from rerail.line.model import TrainId
from rerail.line.problem import Finding, error
from rerail.line.states import known, near


def state_code(draft: DraftFolder) -> Iterator[Finding]:
    """Nationalities and issuing states are ICAO's codes (Doc 9303-3, section 5), as travel documents print them."""
    for placed in draft.border.rules if draft.border else ():
        for key in ("nationalities", "issuers"):
            for index, code in enumerate(getattr(placed.value, key) or ()):
                if not known(code):
                    meant = " or ".join(f'"{one}"' for one in near(code))
                    fix = f"Did you mean {meant}?" if meant else "Codes are those that travel documents print: RUS."
                    yield error(placed.at.key(key).item(index), f'no state has the code "{code[:40]}".', fix)


def rule_interval(draft: DraftFolder) -> Iterator[Finding]:
    """A rule holds on some date: it ends after it begins."""
    for placed in draft.border.rules if draft.border else ():
        start, until = placed.value.start, placed.value.until
        if start is not None and until is not None and until <= start:
            message = f"the rule ends on {until}, not after its first date, {start}."
            yield error(placed.at.key("until"), message, "until is the first date that is no longer covered.")


def rule_kind(draft: DraftFolder) -> Iterator[Finding]:
    """Documents are named by a rule that asks for one of them, days by a rule on how long one must be valid."""
    for placed in draft.border.rules if draft.border else ():
        rule = placed.value
        if rule.kind == "document" and not rule.documents and "documents" not in placed.broken:
            message = "nothing says which document is needed."
            yield error(placed.at, message, 'Add documents = ["passport", …].')
        if rule.kind != "document" and rule.documents:
            message = f'a rule of the kind "{rule.kind}" names no documents.'
            yield error(placed.at.key("documents"), message, 'Take them out, or write kind = "document".')
        if rule.kind != "valid-beyond" and rule.days:
            message = f'a rule of the kind "{rule.kind}" has no days.'
            yield error(placed.at.key("days"), message, 'Take them out, or write kind = "valid-beyond".')


def rule_condition(draft: DraftFolder) -> Iterator[Finding]:
    """A condition of sale is one that somebody can fail to meet, and that the data asked for can show."""
    if draft.border is None:
        return
    for placed in draft.border.rules:
        rule = placed.value
        if not rule.condition or placed.broken:
            continue
        at = placed.at.key("condition")
        if rule.kind in ("note", "visa-free"):
            message = f'a rule of the kind "{rule.kind}" asks for nothing, and nobody can fail to meet it.'
            yield error(at, message, "Take condition out.")
            continue
        for train in _trains_of(draft, rule):
            unasked = [asked for asked in _needed(rule) if asked not in _asked(draft.border, rule, train)]
            if unasked:
                message = (
                    f'no authority asks for {listed(unasked)} on the train "{train}", and without it nobody sees who '
                    "meets the rule."
                )
                yield error(at, message, "Take condition out, or add it to the asks of an [[authority]].")
                break


_SHOWS: Final[dict[RuleKind, Asked]] = {
    "document": "document_kind",
    "valid-beyond": "expires",
    "visa": "visa_number",
    "voucher": "voucher_number",
}


def _needed(rule: EntryRule) -> Iterator[Asked]:
    if rule.kind in _SHOWS:
        yield _SHOWS[rule.kind]
    if rule.nationalities is not None:
        yield "nationality"
    if rule.issuers is not None:
        yield "issuing_state"


def _trains_of(draft: DraftFolder, rule: EntryRule) -> list[TrainId]:
    return [
        train
        for train, towards in trains_over(draft, rule.crossing).items()
        if rule.towards in towards and (rule.trains is None or train in rule.trains)
    ]


def _asked(border: DraftBorder, rule: EntryRule, train: TrainId) -> set[Asked]:
    """What the lists of a rule's crossing ask for of a train's passengers in the direction of the rule."""
    return {
        asked
        for placed in border.authorities
        if placed.value.crossing == rule.crossing
        and (placed.value.towards is None or rule.towards in placed.value.towards)
        and (placed.value.trains is None or train in placed.value.trains)
        for asked in placed.value.asks
    }


def border_control(draft: DraftFolder) -> Iterator[Finding]:
    """A clearing and a guidance are about a control that the crossing has in that direction."""
    if draft.border is None or "line.toml" in draft.unread:
        return
    tables: list[Placed[Any]] = [*draft.border.clearings, *draft.border.guidances]
    for placed in tables:
        value = placed.value
        crossing = draft.crossings.get(value.crossing)
        sides = set(crossing.value.railways) if crossing else set()
        controls = {(one.value.railway, one.value.towards) for one in draft.controls.get(value.crossing, ())}
        if value.crossing in draft.open_borders or not {value.railway, value.towards} <= sides:
            continue  # which is reported as such
        if (value.railway, value.towards) not in controls:
            message = f'"{value.railway}" has no control for travel towards "{value.towards}" at this crossing.'
            yield error(placed.at, message, "Correct railway or towards, or add the [[crossing.control]] to line.toml.")


def clearing_luggage(draft: DraftFolder) -> Iterator[Finding]:
    """Whose luggage is looked at, and how long that takes, are said together."""
    for placed in draft.border.clearings if draft.border else ():
        given = {
            "luggage_percent": placed.value.luggage_percent > 0,
            "luggage_minutes": placed.value.luggage_minutes > 0,
        }
        if any(given.values()) and not all(given.values()) and not placed.broken & given.keys():
            present, missing = sorted(given, key=lambda key: not given[key])
            fix = f"Add {missing} above 0, or take {present} out."
            yield error(placed.at, f"there is {present} without {missing}.", fix)


def guidance_return(draft: DraftFolder) -> Iterator[Finding]:
    """Documents are given back by a conductor who has them."""
    for placed in draft.border.guidances if draft.border else ():
        guidance = placed.value
        kept = guidance.documents != "conductor" and "documents" not in placed.broken
        if guidance.returned_minutes is not None and kept:
            message = "documents are given back, and nothing says that the conductor has them."
            fix = 'Add documents = "conductor", or take returned_minutes out.'
            yield error(placed.at.key("returned_minutes"), message, fix)


RULES: Final = (
    state_code,
    rule_interval,
    rule_kind,
    rule_condition,
    border_control,
    clearing_luggage,
    guidance_return,
)
