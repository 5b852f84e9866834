"""Travel documents in OSDM's words and in ours: two letters for a state, one name, and few kinds of documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from rerail.border.errors import WrongDocument
from rerail.desk.retailing_border import CARD, Card, Taken
from rerail.line import states
from rerail.line.border import DocumentKind
from rerail.web.osdm.card_members import MEMBERS
from rerail.web.osdm.types_people import IdentificationCard

KINDS: Final[Mapping[str, DocumentKind]] = {
    "PASSPORT": "passport",
    "DIPLOMATIC_PASSPORT": "diplomatic-passport",
    "ID_CARD": "id-card",
    "REFUGEE_TRAVEL_DOCUMENT": "travel-document",
}
"""Of OSDM's, a driving licence takes nobody over a border; of ours, it has no service passport and no seafarer's."""

_SEXES: Final = {"MALE": "m", "FEMALE": "f", "X": "x"}
_NEVER: Final = ("birthCity", "birthCountryCode", "issuingCity", "issuingDate", "residenceCity", "residenceCountryCode")
"""Members that no border asks for."""


def card_of(told: IdentificationCard) -> Card:
    """A card as the desk takes it. What its words cannot mean is among its faults."""
    kind = KINDS.get(told.type.strip().upper())
    unknown = WrongDocument(
        'No document of type "%(type)s" is taken here, only %(known)s; a counter takes other documents.',
        "kind",
        type=told.type[:40],
        known=", ".join(KINDS),
    )
    return Card(
        number=told.id,
        kind=kind,
        name=told.name or "",
        nationality=_state(told.nationality),
        issuing_state=_state(told.issuing_country_code),
        expires=told.expiration_date,
        sex=_SEXES.get(told.gender or "", ""),
        faults=() if kind is not None else (unknown,),
    )


def _state(code: str | None) -> str:
    """Two letters as documents print the state; anything else as it is told: a refugee has three alone ("XXB")."""
    plain = (code or "").strip()
    return (states.of_alpha2(plain) if len(plain) == 2 else None) or plain


def dropped(told: IdentificationCard, taken: Taken) -> tuple[str, ...]:
    """The members of a card that were told and are not kept, for no border of the journey asks for them."""
    said = msgspec.to_builtins(told)
    unasked = (MEMBERS[field].removeprefix(f"{CARD}.") for field in taken.dropped)
    return (*unasked, *(member for member in _NEVER if member in said))


def echoed(told: IdentificationCard) -> IdentificationCard:
    """A card as it is said back: as it was told, but for a date of issue that is no instant."""
    try:
        instant = told.issuing_date is not None and datetime.fromisoformat(told.issuing_date).tzinfo is not None
    except ValueError:
        instant = False
    return told if instant else replace(told, issuing_date=None)
