"""The track: sections that join, gauges that meet, borders where the track changes hands."""

from __future__ import annotations

from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt
from typing import Final

from rerail.line.draft import DraftFolder
from rerail.line.model import Station
from rerail.line.problem import Finding, error, warning


def section_ends(draft: DraftFolder) -> Iterator[Finding]:
    """A section joins two different stations."""
    for record in draft.section_tables:
        start = record.get("start")
        if start is not None and start == record.get("end"):
            yield error(record.at, f'the section begins and ends at "{start}".', "Name the neighbouring station.")


def section_twice(draft: DraftFolder) -> Iterator[Finding]:
    """Two neighbours are joined by one section; a second track is `tracks = 2`.

    A way is told by the stations it passes, so it must be clear which track lies between them.
    """
    first: dict[frozenset[str], str] = {}
    for placed in draft.sections:
        ends = frozenset((placed.value.start, placed.value.end))
        before = first.setdefault(ends, placed.at.path)
        if before != placed.at.path:
            message = f'"{placed.value.start}" and "{placed.value.end}" are already joined by {before}.'
            fix = "Keep one (tracks = 2 for a second track), or put a station on the other way."
            yield error(placed.at, message, fix)


def section_joins(draft: DraftFolder) -> Iterator[Finding]:
    """All sections hang together: a piece of track that joins no other is a station misspelt or a section left out."""
    if draft.sections_missing:
        return  # the piece that is missing has been reported, and is what the others hung on
    for part in draft.network.parts()[1:]:
        placed = draft.sections[part[0]]
        ends = {draft.sections[index].value.start for index in part} | {
            draft.sections[index].value.end for index in part
        }
        more = f" (with {len(part) - 1} more)" if len(part) > 1 else ""
        message = f'the section "{placed.value.start}" – "{placed.value.end}"{more} does not join the rest of the line.'
        fix = f"Add the section that leads to one of {', '.join(sorted(ends)[:4])}."
        yield error(placed.at, message, fix)


def crossing_border(draft: DraftFolder) -> Iterator[Finding]:
    """At a crossing's border station the track changes hands: sections of both its railways end there."""
    for placed in draft.crossings.values():
        crossing = placed.value
        if crossing.border not in draft.stations or draft.sections_missing:
            continue
        here = {draft.network.sections[index].railway for _, index in draft.network.neighbours.get(crossing.border, ())}
        missing = [railway for railway in crossing.railways if railway not in here]
        if missing:
            fix = "Name the station or border point at which one railway's section ends and the other's begins."
            message = f'no section of "{missing[0]}" reaches "{crossing.border}".'
            yield error(placed.at.key("border"), message, fix)


def gauge_break_station(draft: DraftFolder) -> Iterator[Finding]:
    """A station where coaches change gauge has track of both gauges, unless the line ends in the folder there."""
    for placed in draft.gauge_breaks:
        if placed.value.station not in draft.stations or draft.sections_missing:
            continue
        here = {gauge for index in _at(draft, placed.value.station) for gauge in draft.network.sections[index].gauges}
        missing = [gauge for gauge in placed.value.gauges if here and gauge not in here]
        if missing:
            message = f'no section of {missing[0]} mm reaches "{placed.value.station}".'
            yield warning(placed.at.key("gauges"), message, "Check the gauges of the sections that meet there.")


def gauge_change(draft: DraftFolder) -> Iterator[Finding]:
    """Where two sections meet and no gauge is common to them, coaches change gauge or nothing runs through."""
    breaks = {placed.value.station for placed in draft.gauge_breaks}
    for station, neighbours in draft.network.neighbours.items():
        if station in breaks:
            continue
        gauges = [draft.network.sections[index].gauges for _, index in neighbours]
        for (_, index), other in zip(neighbours[1:], gauges[1:], strict=True):
            if gauges[0] and other and not set(gauges[0]) & set(other):
                message = f'at "{station}" the gauge changes from {_mm(gauges[0])} to {_mm(other)}.'
                fix = "Add a [[gauge_break]] if coaches can change gauge there, or correct the gauges."
                yield warning(draft.sections[index].at.key("gauges"), message, fix)


def station_without_track(draft: DraftFolder) -> Iterator[Finding]:
    """A station that no section reaches is on no line."""
    if draft.sections_missing:
        return
    for placed in draft.stations.values():
        if placed.value.id not in draft.network.neighbours:
            message = f'no section reaches "{placed.value.id}".'
            yield warning(placed.at, message, "Add the [[section]] that does, or take the station out.")


_SLACK_KM: Final = {"platform": 0.3, "station": 1.0, "city": 10.0}


def straight_line(draft: DraftFolder) -> Iterator[Finding]:
    """No track is shorter than the straight line between its ends, as far as their coordinates can be trusted."""
    for placed in draft.sections:
        if "km" in placed.broken:
            continue
        ends = [draft.stations.get(id_) for id_ in (placed.value.start, placed.value.end)]
        first, second = (end.value if end else None for end in ends)
        if first is None or second is None or first.precision is None or second.precision is None:
            continue
        direct = distance_km(first, second)
        if direct is None:
            continue
        slack = _SLACK_KM[first.precision] + _SLACK_KM[second.precision]
        if direct > placed.value.km + slack:
            message = f"{placed.value.km:g} km of track, but {direct:.0f} km between its ends as the crow flies."
            yield warning(placed.at.key("km"), message, "Check the length and both stations' coordinates.")


def distance_km(first: Station, second: Station) -> float | None:
    """Great-circle distance in kilometres; None where a position is not known."""
    if first.latitude is None or first.longitude is None or second.latitude is None or second.longitude is None:
        return None
    north, south = radians(first.latitude), radians(second.latitude)
    across = radians(second.longitude - first.longitude)
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(across / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def _at(draft: DraftFolder, station: str) -> list[int]:
    return [index for _, index in draft.network.neighbours.get(station, ())]


def _mm(gauges: tuple[int, ...]) -> str:
    return "/".join(str(gauge) for gauge in gauges) + " mm"


RULES: Final = (section_ends, section_twice, section_joins, crossing_border)
WARNINGS: Final = (gauge_break_station, gauge_change, station_without_track, straight_line)
