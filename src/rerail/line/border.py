"""What a folder says about the border: what is asked of whom and why, who gets which list, how long it is kept.

Values only; `rerail.border` works with them. A folder without `border.toml` asks nobody for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from rerail.line.model import RailwayId, Sourced, Text, TrainId

AuthorityId = str

DocumentKind = Literal[
    "passport", "service-passport", "diplomatic-passport", "seafarer-id", "id-card", "travel-document"
]

Asked = Literal[
    "document_kind",
    "document_number",
    "issuing_state",
    "expires",
    "nationality",
    "birth_date",
    "sex",
    "visa_number",
    "voucher_number",
]
"""What a list can ask for beyond the name, the booking, the place and the stretch, which every list has."""


class Authority(Sourced, frozen=True, kw_only=True):
    """A body that gets a passenger list for each departure over a crossing.

    kind "control" is a side's border control: it gets one list per departure, for leaving its country or for
    entering it. kind "named-list" is what a tour operator agrees with the other side before departure: one list
    per tour operator who has passengers, and nobody else's passengers are on it.
    """

    id: AuthorityId
    names: Text
    kind: Literal["control", "named-list"] = "control"
    crossing: str
    railway: RailwayId
    """On whose side it stands."""
    trains: tuple[TrainId, ...] | None = None
    """None: all trains over the crossing."""
    towards: tuple[RailwayId, ...] | None = None
    """In which directions it gets a list (the railways travelled to); None: both."""
    language: str
    """In which its printed list is."""
    asks: tuple[Asked, ...] = ()
    minutes: int | None = None
    """When its list closes, before the train leaves the last call on the near side; None: as `fares.toml` says
    of the crossing (`CrossingDeadline`)."""
    formats: tuple[Literal["paxlst", "csv", "pdf"], ...] = ("pdf",)
    """In which forms a list is delivered."""
    channels: tuple[Literal["folder", "mail"], ...] = ()
    """How; none: somebody prints or downloads it."""
    email: str | None = None
    certificate: str | None = None
    """PEM of the authority's X.509 certificate; a mail is encrypted for it (S/MIME). None: a mail is refused
    unless `plain_mail`."""
    plain_mail: bool = False
    """Whether passport numbers may go to it in an unencrypted mail."""
    recipient: str = ""
    """Its identification in UN/EDIFACT (UNB 0010); empty: its id in capitals."""


class Collection(Sourced, frozen=True, kw_only=True):
    """Until when passengers give their documents for a crossing. Without one, until the first list closes."""

    crossing: str
    trains: tuple[TrainId, ...] | None = None
    minutes: int
    """Before the train leaves the last call on the near side."""


class EntryRule(Sourced, frozen=True, kw_only=True):
    """One thing that a crossing in one direction asks, or that somebody is not allowed; as last known.

    Advice with its source, never our verdict; `condition` is the operator's own decision to sell on that condition.
    """

    id: str
    crossing: str
    towards: RailwayId
    """The railway travelled to."""
    trains: tuple[TrainId, ...] | None = None
    nationalities: tuple[str, ...] | None = None
    """ICAO 9303 codes ("RUS", "USA", "D"); None: everybody's."""
    issuers: tuple[str, ...] | None = None
    """States whose documents it is about, where that is not the nationality; None: any."""
    kind: Literal[
        "not-valid",
        "document",
        "valid-beyond",
        "visa",
        "visa-free",
        "voucher",
        "named-list",
        "groups-only",
        "special-validation",
        "note",
    ]
    """not-valid: such a document is not valid for this journey; document: one of `documents` is needed;
    valid-beyond: it must be valid `days` beyond the day of crossing (0: on that day); special-validation: the
    document must have been validated for the journey by its issuer."""
    documents: tuple[DocumentKind, ...] = ()
    days: int = 0
    start: date | None = None
    """The first date it is known to hold for; None: unknown since when."""
    until: date | None = None
    """"As last known until": the first date no longer covered; None: no end is known."""
    dated: date
    """Of when this knowledge is: the date of the source, or of the last look at it."""
    text: Text
    """What a passenger should know, in plain words."""
    condition: bool = False
    """Whether the operator sells only to those who meet it: a document that does not is refused, not warned of."""


class Clearing(Sourced, frozen=True, kw_only=True):
    """How one side's control works through a train: for the expected time at the border."""

    crossing: str
    railway: RailwayId
    """Whose control."""
    towards: RailwayId
    trains: tuple[TrainId, ...] | None = None
    booths: int
    """Officers who clear at the same time."""
    minutes: float
    """Per passenger at a booth or berth: the mean."""
    spread: float
    """Standard deviation of the same, in minutes."""
    luggage_percent: int = 0
    """Of the passengers whose luggage is looked at."""
    luggage_minutes: float = 0.0
    """More, for each of them."""
    walk_minutes: float = 0.0
    """On foot: from the train to the hall and back, for all together."""


class Guidance(Sourced, frozen=True, kw_only=True):
    """What a passenger is told about one side's control, beyond what the control itself says."""

    crossing: str
    railway: RailwayId
    towards: RailwayId
    trains: tuple[TrainId, ...] | None = None
    luggage: Literal["with", "without"] | None = None
    """Whether one goes to the control with one's luggage; None: not known."""
    documents: Literal["keep", "conductor"] | None = None
    """Who has the travel documents on the way there; None: not known."""
    returned_minutes: int | None = None
    """How long before the end of the journey the conductor gives them back."""
    text: Text = {}


class Keeping(Sourced, frozen=True, kw_only=True):
    """How long personal data is kept after the last train of a booking has arrived, in whole days."""

    documents_days: int
    lists_days: int
    """Lists as sent, their receipts, and who was marked aboard, cleared, refused or missing."""
    names_days: int
    """Names, birth dates and e-mail addresses of bookings."""


class BorderRules(Struct, frozen=True, kw_only=True):
    """Everything `border.toml` says."""

    authorities: Mapping[AuthorityId, Authority] = {}
    collections: tuple[Collection, ...] = ()
    rules: tuple[EntryRule, ...] = ()
    clearings: tuple[Clearing, ...] = ()
    guidances: tuple[Guidance, ...] = ()
    keeping: Keeping | None = None
    """None: whoever asks for documents must say how long they are kept; a folder with an authority has one."""
