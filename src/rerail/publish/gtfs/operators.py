"""agency.txt, routes.txt and attributions.txt: who runs what under which name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from rerail.life.timetable import Timetable
from rerail.line.model import Line, RailwayId, Route, RouteId, Train, TrainId
from rerail.publish import wording
from rerail.publish.gtfs.table import Table
from rerail.publish.gtfs.trips import Trip
from rerail.publish.publication import Publication

RAIL = "2"
"""GTFS's route type for intercity and long-distance rail."""


def agency_zone(line: Line) -> str:
    """The zone that the feed reckons in: the clock that most stations of the agency railway show.

    A railway's working clock can be far from its passengers': Russian Railways work by Moscow's, seven hours
    behind Vladivostok's, and every train of the morning would belong to GTFS's day before.
    """
    clocks = Counter(station.clock for station in line.stations.values() if station.railway == line.agency)
    return clocks.most_common(1)[0][0] if clocks else line.railways[line.agency].clock


class PublishedRoute(Struct, frozen=True, kw_only=True):
    """A route of the feed with its trains and the railways that run it."""

    route: Route
    line: Line
    """The newest edition that has the route."""
    trains: tuple[tuple[Line, Train], ...]
    """Each with its edition."""
    agency: RailwayId
    railways: Mapping[RailwayId, Line]
    """Every railway it runs on, with the newest edition that knows it."""

    @property
    def others(self) -> tuple[RailwayId, ...]:
        """The railways that run it beside its agency."""
        return tuple(railway for railway in self.railways if railway != self.agency)


def published_routes(timetable: Timetable, trips: Iterable[Trip]) -> tuple[PublishedRoute, ...]:
    """The routes of the newest edition that have trains, and older editions' that still have trips.

    The agency of a route is the line's; a route that never comes on its track belongs to the first railway it is on.
    """
    trains: dict[RouteId, dict[TrainId, tuple[Line, Train]]] = {}
    for train in timetable.line.trains.values():
        trains.setdefault(train.route, {})[train.id] = timetable.line, train
    for trip in trips:
        trains.setdefault(trip.route, {}).setdefault(trip.train.id, (trip.line, trip.train))
    published = []
    for route_id, found in trains.items():
        # The newest edition's trains stand first, so whatever it knows is taken from it.
        line, _ = next(iter(found.values()))
        railways: dict[RailwayId, Line] = {}
        for edition, train in found.values():
            for railway in train.railways:
                railways.setdefault(railway, edition)
        published.append(
            PublishedRoute(
                route=line.routes[route_id],
                line=line,
                trains=tuple(found.values()),
                agency=timetable.line.agency if timetable.line.agency in railways else next(iter(railways)),
                railways=railways,
            )
        )
    return tuple(published)


def operators(routes: Sequence[PublishedRoute], line: Line) -> Mapping[RailwayId, Line]:
    """The agencies of the feed, the line's own first, each with the edition that names it."""
    return {line.agency: line} | {
        route.agency: route.railways[route.agency] for route in routes if route.agency != line.agency
    }


def agency_name(publication: Publication, line: Line, railway: RailwayId, language: str) -> str:
    """A railway's name; in a demonstration it says so."""
    name = line.text(line.railways[railway].names, language)
    return wording.phrase(line, wording.DEMONSTRATION_NAME, language, name=name) if publication.demo else name


def agency_table(publication: Publication, agencies: Mapping[RailwayId, Line], language: str) -> Table:
    """agency.txt. A railway without an address of its own is reached at the site's."""
    zone = agency_zone(publication.line)
    rows = [
        (
            railway,
            agency_name(publication, line, railway, language),
            line.railways[railway].url or f"{publication.site}/",
            zone,
            language,
        )
        for railway, line in agencies.items()
    ]
    return Table("agency.txt", ("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"), rows)


def route_note(publication: Publication, published: PublishedRoute, language: str) -> str:
    """What a passenger must know of a route beside its times: `route_desc`."""
    line, trains = published.line, [train for _, train in published.trains]
    notes = []
    if publication.demo:
        notes.append(wording.phrase(line, wording.DEMONSTRATION, language))
    if any(train.groups_only for train in trains):
        notes.append(wording.phrase(line, wording.GROUPS_ONLY, language))
    changes = {station: edition for edition, train in reversed(published.trains) for station in train.change_at}
    for station, edition in changes.items():
        name = edition.text(edition.stations[station].names, language)
        notes.append(wording.phrase(line, wording.CHANGE_AT, language, station=name))
    if any(_illustrative_times(train) for train in trains):
        notes.append(wording.phrase(line, wording.ILLUSTRATIVE_TIMES, language))
    if any(_illustrative_days(train) for train in trains):
        notes.append(wording.phrase(line, wording.ILLUSTRATIVE_DAYS, language))
    return " ".join(notes)


def _illustrative_times(train: Train) -> bool:
    return any(
        call.illustrative(name)
        for call in train.calls
        for name in ("arrival", "departure")
        if getattr(call, name) is not None
    )


def _illustrative_days(train: Train) -> bool:
    days = train.running_days
    return days.provenance.illustrative or any(own.illustrative for own in days.figures.values())


def routes_table(publication: Publication, routes: Iterable[PublishedRoute], language: str) -> Table:
    """routes.txt."""
    header = ("route_id", "agency_id", "route_long_name", "route_desc", "route_type", "route_url")
    rows = [
        (
            published.route.id,
            published.agency,
            published.line.text(published.route.names, language),
            route_note(publication, published, language),
            RAIL,
            publication.page("timetable", language),
        )
        for published in routes
    ]
    return Table("routes.txt", header, rows)


def attributions_table(routes: Iterable[PublishedRoute], language: str) -> Table:
    """attributions.txt: the railways that run a route beside its agency."""
    header = ("attribution_id", "route_id", "organization_name", "is_operator", "attribution_url")
    rows = []
    for published in routes:
        for other in published.others:
            edition = published.railways[other]
            railway = edition.railways[other]
            rows.append(
                (
                    attribution_id(published, other),
                    published.route.id,
                    edition.text(railway.names, language),
                    "1",
                    railway.url or "",
                )
            )
    return Table("attributions.txt", header, rows)


def attribution_id(published: PublishedRoute, railway: RailwayId) -> str:
    """The key of one attribution: the route and the railway."""
    return f"{published.route.id}.{railway}"
