"""Users: what a person at the office is called, and what the role lets them do."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Final, Literal, get_args

from msgspec import Struct

from rerail.line.model import RailwayId

Role = Literal["operator", "official", "clerk", "agent", "reader", "officer", "conductor"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

WITH_RAILWAY: Final[frozenset[Role]] = frozenset({"official", "officer"})
"""The roles that are of one railway's side."""

LONGEST_NAME: Final = 64


Concern = Literal["", "name", "role", "railway", "tour_operator", "password", "present password"]
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

    * `operator`: records everything, sells, and looks after the users.
    * `official`: a railway's; records that railway's decisions and no other's.
    * `clerk`: sells at a counter, finds every booking, gives back, keeps a till.
    * `agent`: a tour operator's; sees and changes that tour operator's bookings and nothing else of the office.
    * `reader`: sees the office and records nothing.
    * `officer`: of the border control on one railway's side; gets that side's crossing lists, and clears or refuses.
    * `conductor`: notes who is on board and whose documents are kept; sees no document.
    """

    id: str
    name: str
    role: Role
    railway: RailwayId | None = None
    """An official's railway, and the side an officer controls on; None for the other roles."""
    tour_operator: str | None = None
    """An agent's tour operator, as the tariff names it; None for the other roles."""
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

    @property
    def sells(self) -> bool:
        """Whether the role sells and sees bookings: every booking, or an agent the tour operator's."""
        return self.role in ("operator", "clerk", "agent")

    @property
    def takes_money(self) -> bool:
        """Whether the role keeps a till, and sees every booking."""
        return self.role in ("operator", "clerk")

    @property
    def reads_office(self) -> bool:
        """Whether the role sees what runs, what is sold and what was decided.

        Not another company's agent, nor a state's officer; nor a conductor, who needs the passengers and no more.
        """
        return self.role not in ("agent", "officer", "conductor")

    @property
    def at_border(self) -> bool:
        """Whether the role works where passengers cross: on the train or at a control."""
        return self.role in ("operator", "officer", "conductor")

    @property
    def sees_documents(self) -> bool:
        """Whether the role may look at travel documents; an officer only on the lists of the side's control."""
        return self.role in ("operator", "officer")


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
    """The role, and the railway of an official or officer. Raises `PeopleError` if they do not go together."""
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
    if known == "officer" and railway is None:
        raise PeopleError(
            "An officer controls on one railway's side: name it, one of %(railways)s.", "railway", railways=listed
        )
    if known not in WITH_RAILWAY and railway is not None:
        raise PeopleError(
            "Only officials and officers have a railway; leave it out for the role %(role)s.", "railway", role=known
        )
    if railway is not None and railway not in railways:
        raise PeopleError(
            'No railway "%(railway)s" on this line; it has %(railways)s.', "railway", railway=railway, railways=listed
        )
    return known, railway


def checked_tour_operator(role: Role, tour_operator: str | None, known: Collection[str]) -> str | None:
    """An agent's tour operator; None for the other roles. Raises `PeopleError` if role and operator do not go together.

    `known` are the tour operators of the tariff in force.
    """
    listed = ", ".join(known)
    if role != "agent":
        if tour_operator is not None:
            raise PeopleError(
                "Only an agent has a tour operator; leave it out for the role %(role)s.", "tour_operator", role=role
            )
        return None
    if tour_operator is None:
        raise PeopleError(
            "An agent sells for one tour operator: name it, one of %(operators)s.", "tour_operator", operators=listed
        )
    if tour_operator not in known:
        raise PeopleError(
            'No tour operator "%(operator)s" in the fares of this line; they have %(operators)s.',
            "tour_operator",
            operator=tour_operator,
            operators=listed,
        )
    return tour_operator
