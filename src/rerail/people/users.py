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


class PeopleError(ValueError):
    """Something about users that cannot be done; the sentence says why and what to do."""


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
        raise PeopleError("Give the user a name.")
    if len(kept) > LONGEST_NAME:
        raise PeopleError(f"The name has {len(kept)} characters; {LONGEST_NAME} are the most.")
    if not kept.isprintable() or "  " in kept:
        raise PeopleError("The name holds a character that cannot be seen; use letters, digits and single spaces.")
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
    for known in ROLES:
        if role == known:
            break
    else:
        raise PeopleError(f'There is no role "{role}"; it is one of {", ".join(ROLES)}.')
    if known == "official" and railway is None:
        raise PeopleError(f"An official records for one railway: name it, one of {', '.join(railways)}.")
    if known != "official" and railway is not None:
        raise PeopleError(f"Only an official has a railway; leave it out for the role {known}.")
    if railway is not None and railway not in railways:
        raise PeopleError(f'No railway "{railway}" on this line; it has {", ".join(railways)}.')
    return known, railway
