"""Names of stations and companies as OSDM writes them: UIC's where one is known, else our own namespace's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rerail.line.course import LINES_KEPT
from rerail.line.model import Line, Railway, Station
from rerail.line.same import Same

_UIC_STATION: Final = "urn:uic:stn:"
_OWN_STATION: Final = "urn:x_rerail:stn:"
_UIC_COMPANY: Final = "urn:uic:rics:"
_OWN_COMPANY: Final = "urn:x_rerail:company:"
"""A placeholder: RICS codes are given out by UIC, and a line without one says so here."""


def station_urn(station: Station) -> str:
    """What a station is called."""
    code = station.codes.get("uic")
    return f"{_UIC_STATION}{code}" if code is not None else f"{_OWN_STATION}{station.id}"


def company_urn(railway: Railway) -> str:
    """What a railway is called: by its RICS code if the folder states one."""
    code = railway.codes.get("uic")
    return f"{_UIC_COMPANY}{code}" if code is not None else f"{_OWN_COMPANY}{railway.id}"


def stations_by_urn(line: Line) -> Mapping[str, Station]:
    """Every station of a line at which trains may call, by each of its names."""
    return _stations_by_urn(Same(line))


@lru_cache(maxsize=LINES_KEPT)
def _stations_by_urn(same: Same[Line]) -> Mapping[str, Station]:
    found: dict[str, Station] = {}
    for station in same.it.stations.values():
        found[f"{_OWN_STATION}{station.id}"] = station
        found[station_urn(station)] = station
    return found
