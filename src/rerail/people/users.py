"""Users: what a person at the office is called, and what the role lets them do."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Final, Literal, get_args

from msgspec import Struct

from rerail.line.model import RailwayId

Role = Literal["operator", "official", "reader"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

LONGEST_NAME: Final = 64


Concern = Literal["", "name", "role", "railway", "password", "present password"]
"""What a person gave that an error is about; empty: nothing in particular."""


class PeopleError(ValueError):
    """Something about users that cannot be done; the sentence says why and what to do.

    The sentence is kept apart from its values, so that a face can say it in another language.
    """

    def __init__(self, message: str, about: Concern = "", **values: object) -> None:
        self.message: Final = message
        self.about: Final = about
        self.values: Final = values
        super().__init__(message % values)


class NotPermitted(PeopleError):
    """The user's role does not allow it."""


class User(Struct, frozen=True, kw_only=True):
    """A person who may sign in to the office.

    * `operator`: records everything, and looks after the users.
    * `official`: a railway's; records that railway's decisions and no other's.
    * `reader`: sees the office and records nothing.
    """

    id: str
    name: str
    role: Role
    railway: RailwayId | None = None
    """An official's railway; None for the other roles."""
    language: str | None = None
    """The language the user chose for the office; None: the browser's."""
    disabled: datetime | None = None
    """Since when (UTC) the user may not sign in; None: may."""
    created: datetime
    """UTC."""

    @property
    def records(self) -> bool:
        """Whether the role records decisions at all."""
        return self.role in ("operator", "official")

    @property
    def looks_after_users(self) -> bool:
        """Whether the role sees the audit trail and changes users."""
        return self.role == "operator"


def checked_name(name: str) -> str:
    """The name as it is kept: composed (NFC), trimmed. Raises `PeopleError` if it is no name."""
    kept = unicodedata.normalize("NFC", name).strip()
    if not kept:
        raise PeopleError("Give the user a name.", "name")
    if len(kept) > LONGEST_NAME:
        raise PeopleError(
            "The name has %(length)d characters; %(most)d are the most.", "name", length=len(kept), most=LONGEST_NAME
        )
    if not kept.isprintable() or "  " in kept:
        raise PeopleError(
            "The name holds a character that cannot be seen; use letters, digits and single spaces.", "name"
        )
    return kept


def name_key(name: str) -> str:
    """What two names that differ only in case or form of their letters have in common."""
    key = _folded(name)
    while (again := _folded(key)) != key:  # folding the case can make room for composing, and the other way round
        key = again
    return key


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def checked_role(role: str, railway: str | None, railways: Collection[RailwayId]) -> tuple[Role, RailwayId | None]:
    """The role, and the railway if it is an official's. Raises `PeopleError` if they do not go together."""
    listed = ", ".join(railways)
    for known in ROLES:
        if role == known:
            break
    else:
        raise PeopleError(
            'There is no role "%(role)s"; it is one of %(roles)s.', "role", role=role, roles=", ".join(ROLES)
        )
    if known == "official" and railway is None:
        raise PeopleError(
            "An official records for one railway: name it, one of %(railways)s.", "railway", railways=listed
        )
    if known != "official" and railway is not None:
        raise PeopleError("Only an official has a railway; leave it out for the role %(role)s.", "railway", role=known)
    if railway is not None and railway not in railways:
        raise PeopleError(
            'No railway "%(railway)s" on this line; it has %(railways)s.', "railway", railway=railway, railways=listed
        )
    return known, railway
