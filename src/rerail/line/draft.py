"""A folder as read, before it is known to be right: what the rules of `rerail.line.checks` look at.

What could not be read is left out or None, and has been reported; a rule looks at what is there and is silent
about the rest. Only a draft without errors becomes a `Line`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from rerail.line.border import Authority, Clearing, Collection, EntryRule, Guidance, Keeping, Refusal
from rerail.line.coach_plan import PlanFault
from rerail.line.model import (
    CoachType,
    Control,
    Crossing,
    Decision,
    GaugeBreak,
    Notice,
    Provenance,
    Railway,
    RailwayId,
    Route,
    RunningDays,
    Section,
    Source,
    Station,
    StationId,
    TrainId,
)
from rerail.line.network import Change, Network, Way
from rerail.line.printed_time import PrintedTime
from rerail.line.problem import At
from rerail.line.table import PublicText, Record, Reference
from rerail.line.tariff import (
    Allotment,
    Category,
    CrossingDeadline,
    Fare,
    Fee,
    GroupRules,
    Rate,
    RefundRule,
    SaleRules,
    TourOperator,
)

T = TypeVar("T")


class Placed(Struct, Generic[T], frozen=True):
    """A value and the place in the folder where it stands."""

    at: At
    value: T
    broken: frozenset[str] = frozenset()
    """Names of optional values that are written there and could not be read."""


class Defined(Struct, frozen=True):
    """An id and the place where it is defined, kept even if the rest of its table is wrong."""

    at: At
    kind: str
    id: str


class DraftCall(Struct, kw_only=True):
    """A call as printed, with its times in seconds after the train leaves its first call."""

    at: At
    station: Station | None
    """None: not known on this line, or its own table is wrong."""
    arrival: PrintedTime | None
    departure: PrintedTime | None
    boarding: bool
    alighting: bool
    via: tuple[StationId, ...]
    broken: frozenset[str]
    """Names of what is written here and could not be read."""
    provenance: Provenance
    figures: Mapping[str, Provenance]
    arrives: int | None = None
    departs: int | None = None


class DraftCoach(Struct, kw_only=True):
    """A coach of a consist, with the calls between which it is in the train."""

    at: At
    number: str | None
    type: CoachType | None
    railway: RailwayId | None
    begins: StationId | None
    ends: StationId | None
    first_call: int | None
    last_call: int | None
    traffic: Literal["any", "domestic", "international"]
    provenance: Provenance
    figures: Mapping[str, Provenance]


class Passage(Struct, frozen=True):
    """Where a train passes from one railway to another."""

    change: Change
    crossing: Placed[Crossing] | None
    """The crossing whose border that is; None: the folder has none there."""
    segment: int
    """The segment on which it happens; at a call, the segment that begins there."""


class DraftTrain(Struct, kw_only=True):
    """A train as printed, with the track that it runs over."""

    at: At
    id: TrainId
    record: Record
    numbers: Mapping[RailwayId, str]
    printed_for: date | None
    timing_clock: str | None
    """IANA zone on which the first call keeps its time; None: not known."""
    calls: list[DraftCall]
    coaches: list[DraftCoach]
    running_days: RunningDays
    rules_at: tuple[At, ...]
    """Where the rules of the running days stand."""
    through: bool
    change_at: tuple[StationId, ...]
    ways: list[Way | None]
    """For each segment the track; None where a station is unknown or nothing joins the two."""
    passages: list[Passage]

    @property
    def railways(self) -> tuple[RailwayId, ...]:
        """Every railway whose track it runs on, in order."""
        return tuple(dict.fromkeys(railway for way in self.ways if way for railway in way.railways))


class DraftTariff(Struct, kw_only=True):
    """What could be read of fares.toml, in the order in which it stands there."""

    provenance: Provenance
    """Of the file."""
    currencies: tuple[str, ...]
    categories: Sequence[Placed[Category]]
    fares: Sequence[Placed[Fare]]
    fees: Sequence[Placed[Fee]]
    rates: Sequence[Placed[Rate]]
    refunds: Sequence[Placed[RefundRule]]
    deadlines: Sequence[Placed[CrossingDeadline]]
    operators: Sequence[Placed[TourOperator]]
    allotments: Sequence[Placed[Allotment]]
    groups: Placed[GroupRules] | None
    sale: Placed[SaleRules]


class DraftBorder(Struct, kw_only=True):
    """What could be read of border.toml, in the order in which it stands there."""

    authorities: Sequence[Placed[Authority]]
    collections: Sequence[Placed[Collection]]
    rules: Sequence[Placed[EntryRule]]
    clearings: Sequence[Placed[Clearing]]
    guidances: Sequence[Placed[Guidance]]
    refusal: Placed[Refusal] | None
    keeping: Placed[Keeping] | None
    keeping_written: bool
    """Whether there is a [keeping], readable or not."""


class DraftFolder(Struct, kw_only=True):
    """Everything that could be read of a folder."""

    line: Record | None
    languages: tuple[str, ...]
    sources: Mapping[str, Source]
    railways: Mapping[RailwayId, Placed[Railway]]
    stations: Mapping[StationId, Placed[Station]]
    section_tables: Sequence[Record]
    """Every section as written."""
    sections: Sequence[Placed[Section]]
    """The sections that join two known stations: the network."""
    gauge_breaks: Sequence[Placed[GaugeBreak]]
    crossings: Mapping[str, Placed[Crossing]]
    controls: Mapping[str, tuple[Placed[Control], ...]]
    """The controls of each crossing, by the crossing's id."""
    open_borders: frozenset[str]
    """Crossings at which nobody controls."""
    routes: Mapping[str, Placed[Route]]
    coach_types: Mapping[str, Placed[CoachType]]
    plan_faults: Sequence[tuple[At, PlanFault]]
    trains: Sequence[DraftTrain]
    tariff: DraftTariff | None
    """None: the folder has no fares.toml, or it could not be read."""
    border: DraftBorder | None
    """None: the folder has no border.toml, or it could not be read."""
    notices: Sequence[Placed[Notice]]
    history: Sequence[Placed[Decision]]
    season: Sequence[Placed[Decision]]
    """The demonstration season, on dates relative to `SEASON_DAY`."""
    network: Network
    sections_missing: bool
    """Whether a section was left out of the network because its ends are not known: ways may be missing."""
    tables: Mapping[str, int]
    """How many tables of each kind there are, whether or not they could be read."""
    defined: Sequence[Defined]
    references: Sequence[Reference]
    public_texts: Sequence[PublicText]
    unread: frozenset[str]
    """Files that exist or must exist and could not be read: what they define is not known."""


SEASON_DAY = date(2001, 1, 1)
"""The "today" on which a demonstration season is checked; its dates keep their distances on every other day."""


def complete(record: Record, *names: str) -> dict[str, Any] | None:
    """The values of a record if all the named ones are there, else None."""
    return record.values if all(name in record.values for name in names) else None
