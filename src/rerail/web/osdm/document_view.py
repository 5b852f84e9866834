"""Travel documents: what of them is still to be told and until when, and what is to be said of one that was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from rerail.border.asked import ordered
from rerail.border.checks import Remark, RemarkKind
from rerail.desk.documents_asked import Until
from rerail.desk.retailing import Standing
from rerail.desk.retailing_border import CARD, Lack, Taken
from rerail.web.osdm.calls import Call
from rerail.web.osdm.card_members import MEMBERS, field_pointer
from rerail.web.osdm.cards import dropped
from rerail.web.osdm.passenger_view import passenger_id
from rerail.web.osdm.problems import Pointer, Problem, problem, sentence
from rerail.web.osdm.types_people import IdentificationCard

_REMARKS: Final[Mapping[RemarkKind, tuple[str, str]]] = {
    "expired": ("DOCUMENT_EXPIRED", "The document expires before the journey"),
    "not-valid": ("DOCUMENT_NOT_VALID", "Not valid for this journey, as last known"),
    "document": ("DOCUMENT_KIND_NOT_ACCEPTED", "Of a kind that is not accepted, as last known"),
    "valid-beyond": ("DOCUMENT_EXPIRES_TOO_SOON", "Valid for too short a time, as last known"),
    "visa": ("VISA_NEEDED", "A visa is needed, as last known"),
    "voucher": ("VOUCHER_NEEDED", "A voucher is needed, as last known"),
    "named-list": ("NAMED_LIST_NEEDED", "Only for those on a tour operator's list, as last known"),
    "groups-only": ("GROUP_NEEDED", "Only for groups, as last known"),
    "special-validation": ("DOCUMENT_VALIDATION_NEEDED", "To be validated by its issuer, as last known"),
    "name": ("DOCUMENT_NAME_DIFFERS", "The name is not the ticket's"),
    "birth-date": ("DOCUMENT_BIRTH_DATE_DIFFERS", "The date of birth is not the booking's"),
    "same-document": ("DOCUMENT_GIVEN_TWICE", "Somebody else has the same document"),
}


def asked_members(standing: Standing) -> Iterator[tuple[int | str, str]]:
    """What can still be told to borders: passenger's index (from 0), or ANY of what everybody lacks, and the member."""
    told = [one for one in standing.border if one.open]
    everybody = len(standing.booking.passengers)
    for field in ordered(field for one in told for field in one.fields if field in MEMBERS):
        lacking = [one.passenger - 1 for one in told if field in one.fields]
        for index in ["ANY"] if len(lacking) == everybody else lacking:
            yield index, MEMBERS[field]


def border_remarks(standing: Standing) -> Iterator[Problem]:
    """Until when borders want what is missing, on the clock of the last station before; and what OSDM cannot carry."""
    for _, group in groupby(sorted(standing.border, key=_deadline), key=_deadline):
        some = list(group)
        if carried := [one for one in some if MEMBERS.keys() & set(one.fields)]:
            yield _due(standing, carried)
        if others := [one for one in some if set(one.fields) - MEMBERS.keys()]:
            yield _beyond(standing, others)


def _deadline(one: Lack) -> tuple[datetime, str, bool]:
    return one.until.at, one.until.station.id, one.open


def _due(standing: Standing, some: Sequence[Lack]) -> Problem:
    when = _when(standing, some[0].until)
    pointers = [
        Pointer(
            title=passenger_id(one.passenger),
            detail=", ".join(MEMBERS[field] for field in one.fields if field in MEMBERS),
            response_pointer=f"/booking/passengers/{one.passenger - 1}",
        )
        for one in some
    ]
    if not some[0].open:
        detail = f"What is missing could be told until {when}; a counter may still take it."
        return problem("DOCUMENTS_TOO_LATE", "Border documents are missing", detail, pointers=pointers, own=True)
    detail = (
        f"The border asks for this until {when}. It is told by PATCH of the passengers, before or after confirming; "
        "no confirmation waits for it."
    )
    return problem("DOCUMENTS_ASKED_FOR", "Border documents are asked for", detail, pointers=pointers, own=True)


def _beyond(standing: Standing, some: Sequence[Lack]) -> Problem:
    detail = (
        f"The border also asks for the number of a visa or voucher, where one is needed, until "
        f"{_when(standing, some[0].until)}. OSDM has no member for it; a counter takes it."
    )
    pointers = [
        Pointer(title=passenger_id(one.passenger), response_pointer=f"/booking/passengers/{one.passenger - 1}")
        for one in some
    ]
    return problem("DOCUMENTS_BEYOND_OSDM", "Asked for, and not to be told here", detail, pointers=pointers, own=True)


def _when(standing: Standing, until: Until) -> str:
    station = standing.market.line.text(until.station.names, "en")
    example = ", an illustrative deadline" if until.illustrative else ""
    return f"{until.local.isoformat(timespec='minutes')} (the clock of {station}{example})"


def card_remarks(
    call: Call[Any], number: int, told: IdentificationCard, taken: Taken, at: str = ""
) -> Iterator[Problem]:
    """What is to be said of a passenger's card that was taken. `at`: where the passenger stands in the request."""
    for remark in taken.remarks:
        code, title = _REMARKS[remark.kind]
        pointer = Pointer(title=passenger_id(number), request_pointer=at + field_pointer(remark.field))
        yield problem(code, title, _said(call, remark), pointers=[pointer], own=True)
    unkept = dropped(told, taken)
    if unkept:
        detail = f"No border of the journey asks for {', '.join(unkept)}; that was not kept."
        pointers = [Pointer(title=passenger_id(number), request_pointer=f"{at}/{CARD}/{member}") for member in unkept]
        yield problem("DOCUMENT_DATA_NOT_KEPT", "Told, and not asked for", detail, pointers=pointers, own=True)


def _said(call: Call[Any], remark: Remark) -> str:
    """The sentence, and the rule by which it is said: advice with how far it is known, and no verdict."""
    said = sentence(remark.sentence)
    if remark.rule is None:
        return said
    rule = remark.rule.rule
    known = f"As of {rule.dated}"
    if rule.until is not None:
        known += f", last known to hold until {rule.until - timedelta(days=1)}"
    if rule.illustrative("text") or rule.illustrative("dated"):
        known += ", illustrative"
    return f"{said} {call.provider.market().line.text(rule.text, call.language)} ({known}.)"
