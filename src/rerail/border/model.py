"""The values of the border: which border a departure passes, whose list that makes, and what is on it.

A *passing* is a departure going over one crossing. Each authority there has its own list, known by its `ListKey`;
what the list said when it was closed, and what each amendment said, is a `Manifest`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from rerail.line.border import Asked, AuthorityId, DocumentKind
from rerail.line.model import RailwayId, StationId, Text
from rerail.places.model import DepartureKey

Form = Literal["paxlst", "csv", "pdf"]
"""In which form a list is handed over."""


class Document(Struct, frozen=True, kw_only=True):
    """A travel document as a passenger gave it. Only what the crossings of the journey ask for is filled."""

    kind: DocumentKind | None = None
    number: str = ""
    issuing_state: str = ""
    """ICAO 9303 code."""
    expires: date | None = None
    nationality: str = ""
    """ICAO 9303 code."""
    birth_date: date | None = None
    sex: Literal["", "f", "m", "x"] = ""
    """x: unspecified, as the document says."""
    family_name: str = ""
    """The primary identifier as the document prints it, in Latin letters."""
    given_names: str = ""
    """The secondary identifier."""
    visas: Mapping[RailwayId, str] = {}
    """Visa number for entering the country of a railway."""
    vouchers: Mapping[RailwayId, str] = {}
    machine_read: bool = False
    """Whether it was read from the machine-readable zone, whose check digits held."""


class Checkpoint(Struct, frozen=True, kw_only=True):
    """Where and when one side controls the passengers of a departure."""

    railway: RailwayId
    station: StationId
    mode: Literal["on-board", "on-foot", "before-boarding"]
    at: datetime
    """UTC: when the train arrives there, or leaves if it begins there."""
    day: date
    """The date of `at` on the station's clock: on it a document must still be valid."""
    halt_minutes: int | None
    """How long the train is planned to stand there; None: it does not call there, or begins or ends there."""


class Passing(Struct, frozen=True, kw_only=True):
    """A departure going over one crossing."""

    departure: DepartureKey
    crossing: str
    leaving: RailwayId
    entering: RailwayId
    near_call: int
    """The last call before the border, as an index of the train's calls."""
    leaves: datetime
    """When the train leaves it (UTC)."""
    checkpoints: tuple[Checkpoint, ...]
    """In the order of travel; empty at an open border."""

    def crossed_by(self, board: int, alight: int) -> bool:
        """Whether a stretch (indexes of calls) goes over the border."""
        return board <= self.near_call < alight

    def checkpoint(self, railway: RailwayId) -> Checkpoint | None:
        """Where a side controls, if it does."""
        return next((one for one in self.checkpoints if one.railway == railway), None)


class ListKey(Struct, frozen=True, order=True):
    """Whose list of which departure: what a crossing list is known by, however often it is amended."""

    departure: DepartureKey
    authority: AuthorityId
    tour_operator: str = ""
    """Whose passengers are on a named list; empty on a control's list, which has everybody's."""

    def __str__(self) -> str:
        whose = f"/{self.tour_operator}" if self.tour_operator else ""
        return f"{self.departure}/{self.authority}{whose}"


class Person(Struct, frozen=True, kw_only=True):
    """One passenger on a list. Of the document only what the authority asks for; the rest is empty."""

    booking: str
    number: int
    """Of the passenger within the booking: with the booking what the passenger is known by."""
    ticket: str
    """The ticket's reference on this train ("K7MP4XQ2-3")."""
    family_name: str
    """As on the ticket, in any script; with the given names empty if nobody is named yet."""
    given_names: str
    latin_family_name: str = ""
    """As the document prints it, else as transliterated by ICAO 9303; empty if neither is known."""
    latin_given_names: str = ""
    from_document: bool = False
    """Whether the Latin name is the document's."""
    coach: str = ""
    """Where the passenger is while the train passes the border; empty: without a place."""
    place: str = ""
    board: StationId
    alight: StationId
    document_kind: DocumentKind | None = None
    document_number: str = ""
    issuing_state: str = ""
    expires: date | None = None
    nationality: str = ""
    birth_date: date | None = None
    sex: Literal["", "f", "m", "x"] = ""
    visa_number: str = ""
    voucher_number: str = ""
    missing: tuple[Asked, ...] = ()
    """What the authority asks for and the passenger has not given."""

    @property
    def key(self) -> tuple[str, int]:
        """What the passenger is known by from one version of a list to the next."""
        return self.booking, self.number


class Place(Struct, frozen=True, kw_only=True):
    """A station as a list names it."""

    names: Text
    codes: Mapping[str, str]
    country: str
    """ISO 3166-1 alpha-2, of its railway."""
    local: datetime | None = None
    """Aware, on the station's clock: when the train leaves or arrives; None where it does not call."""


class Manifest(Struct, frozen=True, kw_only=True):
    """A crossing list as handed over: everything that any of its forms says, so that it can be made again."""

    key: ListKey
    version: int
    """1: the list as it was closed; more: amendments, each complete in itself."""
    made: datetime
    """UTC."""
    authority_names: Text
    recipient: str
    """The authority's identification in UN/EDIFACT."""
    sender: str
    """The operator's."""
    language: str
    """In which the printed list is."""
    kind: Literal["control", "named-list"]
    operator_names: Text = {}
    """The tour operator's, on a named list."""
    direction: Literal["exit", "entry"]
    """Whether passengers leave or enter the authority's country."""
    train_names: Text
    numbers: tuple[str, ...]
    """The train's numbers on the two railways, in the order of travel, each once; may be empty."""
    crossing_names: Text
    near: Place
    """The last call before the border."""
    far: Place
    """The first call after it."""
    stations: Mapping[StationId, Text]
    """Names of the stations where somebody on the list boards or alights."""
    asks: tuple[Asked, ...]
    persons: tuple[Person, ...]
    """By coach, place and name."""
    added: tuple[tuple[str, int], ...] = ()
    """Against the version before: `Person.key`s."""
    changed: tuple[tuple[str, int], ...] = ()
    removed: tuple[Person, ...] = ()
    """As they stood on the version before."""
    heading_changed: bool = False
    """Whether the train, where and when it passes the border, or what is asked is not as on the version before."""
    open_until: datetime | None = None
    """While a list is open, when it closes (UTC): what is handed out before is a draft; None: it is closed."""
    close_out: bool = False
    """Whether it tells who really crossed: `persons` did, `removed` did not."""
    specimen: bool = False
    """Whether it is of a demonstration, and must say so."""
