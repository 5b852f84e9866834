"""Where a passenger of OSDM has what a border can ask for, and what errors and remarks call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rerail.desk.retailing_border import CARD
from rerail.line.border import Asked

MEMBERS: Final[Mapping[Asked, str]] = {
    "document_kind": f"{CARD}.type",
    "document_number": f"{CARD}.id",
    "issuing_state": f"{CARD}.issuingCountryCode",
    "expires": f"{CARD}.expirationDate",
    "nationality": f"{CARD}.nationality",
    "birth_date": "dateOfBirth",
    "sex": f"{CARD}.gender",
}
"""What is not here, a visa and a voucher, cannot be told."""

_FIELDS: Final[Mapping[str, str]] = {
    "kind": MEMBERS["document_kind"],
    "number": MEMBERS["document_number"],
    "issuing_state": MEMBERS["issuing_state"],
    "expires": MEMBERS["expires"],
    "nationality": MEMBERS["nationality"],
    "birth_date": MEMBERS["birth_date"],
    "sex": MEMBERS["sex"],
    "family_name": f"{CARD}.name",
    "given_names": f"{CARD}.name",
}


def field_pointer(field: str) -> str:
    """Where a field of a document stands in a passenger (JSON Pointer); a visa, or nothing in particular: the card."""
    return "/" + _FIELDS.get(field, CARD).replace(".", "/")
