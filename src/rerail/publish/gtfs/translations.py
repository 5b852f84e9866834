"""translations.txt: every text of the feed in the line's other languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from rerail.line.model import Line, RailwayId, StationId
from rerail.publish.gtfs import operators
from rerail.publish.gtfs.operators import PublishedRoute
from rerail.publish.gtfs.stops import Stops
from rerail.publish.gtfs.table import Table
from rerail.publish.gtfs.trips import Trip, headsign
from rerail.publish.publication import Publication

Words = tuple[str, str, str, str]
"""Table, field, key of the record, and the text."""


class Spoken(Struct, frozen=True, kw_only=True):
    """Everything in the feed that has words."""

    publication: Publication
    agencies: Mapping[RailwayId, Line]
    routes: Sequence[PublishedRoute]
    called: Sequence[StationId]
    stops: Stops
    trips: Sequence[Trip]

    def words(self, language: str) -> Iterator[Words]:
        """Every text in one language, in an order that is the same for all languages."""
        publication = self.publication
        for railway, line in self.agencies.items():
            yield "agency", "agency_name", railway, operators.agency_name(publication, line, railway, language)
        for route in self.routes:
            for railway in route.others:
                edition = route.railways[railway]
                name = edition.text(edition.railways[railway].names, language)
                yield "attributions", "organization_name", operators.attribution_id(route, railway), name
        # feed_info.txt is one row without a key: GTFS wants no record_id here.
        yield "feed_info", "feed_publisher_name", "", publication.name(language)
        for route in self.routes:
            yield "routes", "route_long_name", route.route.id, route.line.text(route.route.names, language)
            yield "routes", "route_desc", route.route.id, operators.route_note(publication, route, language)
            yield "routes", "route_url", route.route.id, publication.page("timetable", language)
        for station in self.called:
            yield "stops", "stop_name", station, self.stops.name(station, language)
            yield "stops", "stop_desc", station, self.stops.note(station, language)
        for trip in self.trips:
            yield "trips", "trip_headsign", trip.id, headsign(trip, language)


def translations_table(spoken: Spoken) -> Table:
    """translations.txt. A text that is the same in both languages is not repeated."""
    own, *others = spoken.publication.line.languages
    rows = [
        (table, field, language, theirs, record)
        for language in others
        for (table, field, record, ours), (*_, theirs) in zip(spoken.words(own), spoken.words(language), strict=True)
        if theirs and theirs != ours
    ]
    return Table("translations.txt", ("table_name", "field_name", "language", "translation", "record_id"), rows)
