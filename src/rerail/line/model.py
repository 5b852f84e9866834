"""What exists: the frozen values of a line folder, as every other room sees them.

They are built by `rerail.line.folder` from a folder that passed every check, and by nothing else. They know
no database, no web and no date of today. Names are Transmodel's and GTFS's; see docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from rerail.line.border import BorderRules
    from rerail.line.tariff import Tariff

RailwayId = str
StationId = str
TrainId = str
RouteId = str
Gauge = int
"""Millimetres between the rails: 1520, 1435, 1000."""

Text = Mapping[str, str]
"""One text in several languages: language code → text."""


class Provenance(Struct, frozen=True):
    """Where a figure comes from: keys into the folder's sources, or the word that it is illustrative."""

    sources: tuple[str, ...] = ()
    illustrative: bool = False


class Sourced(Struct, frozen=True, kw_only=True):
    """A table of the folder, with the provenance of its figures.

    `figures` holds the fields that carry a provenance of their own; all others have the table's. Of a field
    that is a mapping, each entry can have one: "codes.esr", "numbers.rzd".
    """

    provenance: Provenance
    figures: Mapping[str, Provenance] = {}

    def provenance_of(self, field: str) -> Provenance:
        """The provenance of one field of this table, or of one entry of it ("codes.esr")."""
        whole = self.figures.get(field.partition(".")[0], self.provenance)
        return self.figures.get(field, whole)

    def illustrative(self, field: str) -> bool:
        """Whether this field, or an entry of it, is an illustration and must be marked wherever it is shown."""
        entries = f"{field}."
        return self.provenance_of(field).illustrative or any(
            own.illustrative for name, own in self.figures.items() if name.startswith(entries)
        )


class Source(Struct, frozen=True, kw_only=True):
    """A document that figures are taken from."""

    id: str
    title: str
    url: str | None = None
    dated: str | None = None
    confidence: Literal["high", "medium", "low"] | None = None


class Railway(Sourced, frozen=True, kw_only=True):
    """An administration with its own stations, clock, currency and consent."""

    id: RailwayId
    names: Text
    short_names: Text
    side: Text
    """The side as a sentence names it: "the Korean side"."""
    country: str
    """ISO 3166-1 alpha-2."""
    currency: str
    """ISO 4217."""
    languages: tuple[str, ...]
    clock: str
    """IANA zone of its working timetable (Russian Railways: Europe/Moscow)."""
    clock_label: Text = {}
    """How it prints the difference to its working clock ("МСК" gives "МСК+7"); empty if it prints none."""
    codes: Mapping[str, str] = {}
    url: str | None = None


class Station(Sourced, frozen=True, kw_only=True):
    """A place on the track: a stop, a junction, or the point where the border crosses the line."""

    id: StationId
    names: Text
    railway: RailwayId
    clock: str
    """IANA zone that its station clock shows."""
    kind: Literal["station", "junction", "border"] = "station"
    latitude: float | None = None
    """Degrees, WGS 84."""
    longitude: float | None = None
    precision: Literal["platform", "station", "city"] | None = None
    """What the coordinates point at."""
    codes: Mapping[str, str] = {}
    """Code list ("esr", "express3", "uic") → code, check digits checked."""
    tracks: int | None = None
    transfer_minutes: int = 10
    """Shortest time in which a passenger changes trains here."""


class Section(Sourced, frozen=True, kw_only=True):
    """Track between two neighbouring stations. Usable in both directions."""

    start: StationId
    end: StationId
    railway: RailwayId
    km: float
    tracks: int | None = None
    gauges: tuple[Gauge, ...]
    electrification: str | None = None
    """"25 kV AC", "3 kV DC", "none"; None where it is not known."""
    speed_kmh: int | None = None


class GaugeBreak(Sourced, frozen=True, kw_only=True):
    """A station where coaches can be moved from one gauge to another."""

    station: StationId
    gauges: tuple[Gauge, Gauge]
    method: Literal["bogie-change", "adjustable-axles"]
    minutes: int | None = None


class Control(Sourced, frozen=True, kw_only=True):
    """One side's passport and customs control, for travel in one direction."""

    railway: RailwayId
    """Whose country controls."""
    station: StationId
    towards: RailwayId
    """The railway that the passenger is travelling to."""
    mode: Literal["on-board", "on-foot", "before-boarding"]
    trains: tuple[TrainId, ...] | None = None
    """The trains this holds for; None: all that no other control of the same side names."""
    minutes: int | None = None
    """Shortest halt in which it can be done; before boarding, how long before departure passengers have to be there."""
    opens: str | None = None
    """"HH:MM" on the station's clock; None: at all hours, or not known."""
    closes: str | None = None


class Crossing(Sourced, frozen=True, kw_only=True):
    """A border between two railways."""

    id: str
    names: Text
    railways: tuple[RailwayId, RailwayId]
    border: StationId
    """The station or border point where one railway's track becomes the other's."""
    controls: tuple[Control, ...]
    """Empty at an open border, where nobody controls."""


class Place(Struct, frozen=True, kw_only=True):
    """A numbered seat or berth in a coach, where the plan draws it."""

    number: str
    kind: Literal["seat", "lower", "middle", "upper", "wheelchair"]
    compartment: str | None
    row: int
    """Across the coach, 0 at the top of the plan."""
    column: int
    """Along the coach, 0 at its left end."""
    window: bool = False


class CoachType(Sourced, frozen=True, kw_only=True):
    """A kind of coach: the gauges it can stand on, its class and its plan."""

    id: str
    names: Text
    travel_class: Literal["first", "second", "third"]
    accommodation: Literal["seats", "couchette", "sleeper"]
    gauges: tuple[Gauge, ...]
    """Every gauge it can run on; more than one only if its bogies or axles can be changed."""
    places: tuple[Place, ...]
    rows: int = 0
    """Rows of the plan across the coach, those that are aisle included."""
    columns: int = 0
    """Columns along it, empty spots included."""


class Coach(Sourced, frozen=True, kw_only=True):
    """A coach in a consist, on the calls between which it is in the train."""

    number: str
    type: str
    railway: RailwayId
    first_call: int
    """Index into the train's calls where it is first in the train."""
    last_call: int
    traffic: Literal["any", "domestic", "international"] = "any"
    """For whom its places are sold; of a coach in a train that has domestic coaches too, never "any"."""


class Call(Sourced, frozen=True, kw_only=True):
    """A train at a station. Times are seconds after the train leaves its first call."""

    station: StationId
    arrival: int | None
    """None at the first call."""
    departure: int | None
    """None at the last call."""
    boarding: bool = True
    alighting: bool = True


class Rule(Struct, frozen=True, kw_only=True):
    """Running days that recur: an RFC 5545 RRULE with its DTSTART, both on the first call's clock."""

    rrule: str
    start: date


class RunningDays(Sourced, frozen=True, kw_only=True):
    """The service dates on which a train is planned to run: rules and single dates, less exceptions."""

    rules: tuple[Rule, ...] = ()
    dates: tuple[date, ...] = ()
    except_dates: tuple[date, ...] = ()


class Train(Sourced, frozen=True, kw_only=True):
    """A service journey that recurs, as published."""

    id: TrainId
    names: Text
    route: RouteId
    direction: Literal["outbound", "inbound"]
    numbers: Mapping[RailwayId, str]
    """The number it carries on each railway."""
    calls: tuple[Call, ...]
    path: tuple[tuple[StationId, ...], ...]
    """For each segment (one fewer than the calls) the stations it passes, both ends included."""
    segment_km: tuple[float, ...]
    """Its provenance is that of the sections run over, together."""
    segment_railways: tuple[tuple[RailwayId, ...], ...]
    railways: tuple[RailwayId, ...]
    """Every railway whose track it runs on, in order: each must consent."""
    crossings: tuple[str, ...]
    printed_for: date
    first_time: str
    """"HH:MM" of the first call on the clock of `timing_clock`."""
    first_day: int
    """Days from the service date to the date of `first_time` on `timing_clock`."""
    timing_clock: str
    """IANA zone on which the first call keeps its time all the year."""
    running_days: RunningDays
    through: bool
    """Whether the coaches go all the way; False: passengers change coaches at `change_at`."""
    change_at: tuple[StationId, ...] = ()
    consist: tuple[Coach, ...] = ()
    groups_only: bool = False
    """Whether only organised groups on a named list may take it across the border."""
    notes: Text = {}


class Route(Sourced, frozen=True, kw_only=True):
    """A group of trains that the public knows by one name (a GTFS route)."""

    id: RouteId
    names: Text
    principal: bool = False
    """Whether the line's home page speaks of this one first."""


class Notice(Sourced, frozen=True, kw_only=True):
    """Something said about the line: who said it, where and when, and who reported it."""

    id: str
    title: Text
    text: Text
    published: date
    said_by: Text = {}
    said_at: Text = {}
    """The place or occasion."""
    said_on: date | None = None
    reported_by: str | None = None
    reported_on: date | None = None
    related: tuple[str, ...] = ()
    routes: tuple[RouteId, ...] = ()


DecisionKind = Literal["grant", "withdraw", "special", "cancel", "announce", "note"]


class Decision(Sourced, frozen=True, kw_only=True):
    """An entry of the life of the service as a folder's `history.toml` states it.

    The life room turns it into a journal entry. `note` records something that happened and decides nothing.
    """

    id: str
    kind: DecisionKind
    railway: RailwayId | None
    """Whose consent, for `grant` and `withdraw`; who cancels or announces, if a railway does."""
    trains: tuple[TrainId, ...] | None
    """None: all trains."""
    start: date
    until: date | None
    """Half-open; None: until further notice."""
    precision: Literal["day", "month", "year"] = "day"
    """How exactly `start` is known; the site prints "February 2020", not a day nobody knows."""
    known: datetime
    """When it became known: an instant, UTC."""
    who: Text
    reason: Text
    document: str | None = None


class Line(Sourced, frozen=True, kw_only=True):
    """One folder of facts about one real line, read and checked."""

    id: str
    names: Text
    languages: tuple[str, ...]
    """Every public text has all of these; the first is the default."""
    agency: RailwayId
    """The railway whose stations' clock is the feeds' time zone and whose name they carry first."""
    sources: Mapping[str, Source]
    railways: Mapping[RailwayId, Railway]
    stations: Mapping[StationId, Station]
    sections: tuple[Section, ...]
    gauge_breaks: tuple[GaugeBreak, ...]
    crossings: Mapping[str, Crossing]
    routes: Mapping[RouteId, Route]
    coach_types: Mapping[str, CoachType]
    trains: Mapping[TrainId, Train]
    notices: tuple[Notice, ...]
    history: tuple[Decision, ...]
    sale_opens_days: int | None = None
    """Days before departure that tickets go on sale."""
    tariff: Tariff | None = None
    """What `fares.toml` says; None: nothing is sold."""
    border: BorderRules | None = None
    """What `border.toml` says; None: no crossing asks for anything."""
    content: str
    """SHA-256 (hex) of the folder's content: what an edition is known by."""

    def text(self, texts: Text, language: str) -> str:
        """The text in this language, else in the line's first language, else in any."""
        return texts.get(language) or texts.get(self.languages[0]) or next(iter(texts.values()), "")
