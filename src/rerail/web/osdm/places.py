"""Stations: the list, a search by name in any language, one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from rerail.line.model import Line, Station
from rerail.line.spelling import closest
from rerail.web.osdm.calls import Call, Done, Read, Reply
from rerail.web.osdm.master_data import kept
from rerail.web.osdm.problems import Refused, not_found
from rerail.web.osdm.types_common import GeoPosition, StopPlaceRef, Translation
from rerail.web.osdm.types_places import Mode, PlaceInput, PlaceRequest, PlaceResponse, StopPlace
from rerail.web.osdm.urns import station_urn, stations_by_urn

_MOST: Final = 20


def called_at(line: Line) -> tuple[Station, ...]:
    """The stations at which some train calls, in the folder's order."""
    called = {call.station for train in line.trains.values() for call in train.calls}
    return tuple(station for station in line.stations.values() if station.id in called)


def places(call: Call[Any]) -> Reply:
    """Every station, kept by the caller until the edition changes."""
    return kept(call, _response(call, called_at(_line(call))))


def place(call: Call[Any]) -> PlaceResponse:
    """One station. Raises `Refused`."""
    station = stations_by_urn(_line(call)).get(call.path["placeId"])
    if station is None:
        raise not_found("place", call.path["placeId"], "TRIP_PLACE_UNKNOWN")
    return _response(call, (station,))


def search(call: Call[PlaceRequest]) -> PlaceResponse:
    """The stations whose name begins with, contains or nearly is what is asked. Raises `Refused`."""
    line, asked = _line(call), call.body
    most, kind = _MOST, None
    if asked.restrictions is not None:
        most, kind = asked.restrictions.number_of_results or _MOST, asked.restrictions.type
    found = _found(line, asked.place_input) if kind in (None, "STOP") else ()
    if not found:
        raise Refused(404, "PLACE_NO_RESULTS", "No such place", "No station of this line is called that or lies there.")
    return _response(call, tuple(found)[:most])


def _found(line: Line, asked: PlaceInput | None) -> tuple[Station, ...]:
    stations = called_at(line)
    if asked is None:
        return stations
    if asked.name is not None and asked.name.strip():
        return _by_name(stations, asked.name)
    if asked.geo_position is not None:
        at = asked.geo_position
        return tuple(sorted((one for one in stations if one.latitude is not None), key=lambda one: _far(one, at)))
    return stations


def _by_name(stations: Collection[Station], name: str) -> tuple[Station, ...]:
    wanted = " ".join(name.casefold().split())
    names = {station.id: {text.casefold() for text in station.names.values()} | {station.id} for station in stations}
    begins = [one for one in stations if any(text.startswith(wanted) for text in names[one.id])]
    holds = [one for one in stations if one not in begins and any(wanted in text for text in names[one.id])]
    if begins or holds:
        return (*begins, *holds)
    near = closest(wanted, {text for texts in names.values() for text in texts})
    return tuple(one for one in stations if near in names[one.id])


def _far(station: Station, at: GeoPosition) -> float:
    """The square of the distance in degrees of latitude, well enough to sort by."""
    assert station.latitude is not None
    assert station.longitude is not None
    return (station.latitude - at.latitude) ** 2 + (0.7 * (station.longitude - at.longitude)) ** 2


def _response(call: Call[Any], stations: Iterable[Station]) -> PlaceResponse:
    line = _line(call)
    return PlaceResponse(places=tuple(_stop_place(line, station, call.language) for station in stations))


def _stop_place(line: Line, station: Station, language: str) -> StopPlace:
    urn = station_urn(station)
    others = tuple(f"urn:x_rerail:{kind}:{code}" for kind, code in station.codes.items() if kind != "uic")
    position = None
    if station.latitude is not None and station.longitude is not None:
        position = GeoPosition(longitude=station.longitude, latitude=station.latitude)
    return StopPlace(
        id=urn,
        alternative_ids=others or None,
        geo_position=position,
        modes=(Mode(pt_mode="TRAIN"),),
        ref=StopPlaceRef(stop_place_ref=urn),
        name=line.text(station.names, language),
        name_translations=tuple(Translation(language=one, text=text) for one, text in station.names.items()),
    )


def _line(call: Call[Any]) -> Line:
    return call.provider.market().line


DONE: Final[tuple[Done, ...]] = (
    Read("getPlaces", places, PlaceResponse),
    Read("postPlaces", search, PlaceResponse, takes=PlaceRequest),
    Read("getPlacesId", place, PlaceResponse),
)
