"""What a journey is asked for: by which border, which authority, until when. Nothing a crossing does not ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, get_args

from msgspec import Struct

from rerail.border.advice import Known, concerns, standings
from rerail.border.model import Document, Passing
from rerail.border.passing import authorities, collected_by, passings
from rerail.line.border import Asked, Authority
from rerail.line.course import course
from rerail.line.model import Line, RailwayId, Train

ALL: Final[tuple[Asked, ...]] = get_args(Asked)
"""In the order in which a form asks them."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What one border asks of one passenger."""

    passing: Passing
    authorities: tuple[Authority, ...]
    """Those who ask for anything, in the order of the folder."""
    asked: tuple[Asked, ...]
    until: datetime
    """Until when it is given (UTC)."""


def wanted(
    line: Line, train: Train, service_date: date, board: int, alight: int, *, on_named_list: bool
) -> tuple[Wanted, ...]:
    """What the borders on a stretch (indexes of calls) ask for, in the order of travel; without those that ask nothing.

    `on_named_list`: whether the passenger travels on a tour operator's list.
    """
    if line.border is None or not any(board <= one.near_call < alight for one in course(line, train).borders):
        return ()  # most journeys stay within a country, and their times need not be reckoned
    found = []
    for passing in passings(line, train, service_date):
        if not passing.crossed_by(board, alight):
            continue
        who = tuple(one for one in authorities(line, passing) if one.asks and (one.kind == "control" or on_named_list))
        if who:
            found.append(
                Wanted(
                    passing=passing,
                    authorities=who,
                    asked=ordered(field for one in who for field in one.asks),
                    until=collected_by(line, passing),
                )
            )
    return tuple(found)


def ordered(fields: Iterable[Asked]) -> tuple[Asked, ...]:
    """Fields, each once, in the order in which a form asks them."""
    asked = set(fields)
    return tuple(field for field in ALL if field in asked)


def missing(line: Line, passing: Passing, asked: Iterable[Asked], document: Document) -> tuple[Asked, ...]:
    """What a border asks and a document does not say.

    Nobody is asked for the number of a visa who was last known to need none.
    """
    left = tuple(field for field in asked if not _said(document, field, passing.entering))
    if "visa_number" in left and _needs_no_visa(line, passing, document):
        return tuple(field for field in left if field != "visa_number")
    return left


def _needs_no_visa(line: Line, passing: Passing, document: Document) -> bool:
    known = Known(nationality=document.nationality, issuing_state=document.issuing_state)
    return any(
        one.rule.kind == "visa-free" and not one.lapsed and concerns(one.rule, known)
        for one in standings(line, passing)
    )


def _said(document: Document, field: Asked, entering: RailwayId) -> bool:
    if field == "visa_number":
        return bool(document.visas.get(entering))
    if field == "voucher_number":
        return bool(document.vouchers.get(entering))
    return bool(
        getattr(document, "kind" if field == "document_kind" else "number" if field == "document_number" else field)
    )
