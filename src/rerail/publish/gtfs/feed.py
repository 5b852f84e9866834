"""The feed as one file: the same publication gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Final

from rerail.publish.gtfs import operators, stops, trips
from rerail.publish.gtfs.service_day import ServiceDays
from rerail.publish.gtfs.table import Table
from rerail.publish.gtfs.translations import Spoken, translations_table
from rerail.publish.publication import Publication

REQUIRED: Final = frozenset(
    {"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar_dates.txt"}
)
"""Files that are there even when nothing is planned; any other is left out when it has no rows."""

_ZIPPED: Final = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the archive carries: the earliest the format can write."""


def gtfs_zip(publication: Publication) -> bytes:
    """The line as a GTFS Schedule feed, zipped."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for table in tables(publication):
            entry = zipfile.ZipInfo(table.name, _ZIPPED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever this machine is
            entry.external_attr = 0o644 << 16
            writer.writestr(entry, table.encoded())
    return archive.getvalue()


def tables(publication: Publication) -> list[Table]:
    """The files of the feed, in the order of their names."""
    line = publication.line
    language = line.languages[0]
    placed = stops.Stops(publication.life.timetable)
    days = ServiceDays(operators.agency_zone(line), publication.since, publication.until)
    published = trips.trips(publication.life, days, publication.since, publication.until, placed)
    routes = operators.published_routes(publication.life.timetable, published)
    agencies = operators.operators(routes, line)
    called = stops.called_at(line, published, placed)
    spoken = Spoken(
        publication=publication, agencies=agencies, routes=routes, called=called, stops=placed, trips=published
    )
    made = [
        operators.agency_table(publication, agencies, language),
        operators.attributions_table(routes, language),
        trips.calendar_dates_table(published),
        _feed_info(publication, published, language),
        operators.routes_table(publication, routes, language),
        trips.stop_times_table(published),
        stops.stops_table(called, placed, language),
        stops.transfers_table(called, published, placed),
        translations_table(spoken),
        trips.trips_table(published, language),
    ]
    return [table for table in made if table.name in REQUIRED or table.rows]


def _feed_info(publication: Publication, published: Sequence[trips.Trip], language: str) -> Table:
    first, last = trips.period(published, publication.since, publication.until)
    header = (
        "feed_publisher_name",
        "feed_publisher_url",
        "feed_lang",
        "default_lang",
        "feed_start_date",
        "feed_end_date",
        "feed_version",
        "feed_contact_url",
    )
    row = (
        publication.name(language),
        f"{publication.site}/",
        language,
        language,
        _date(first),
        _date(last),
        publication.version,
        publication.page("", language),
    )
    return Table("feed_info.txt", header, [row])


def _date(day: date) -> str:
    return f"{day:%Y%m%d}"
