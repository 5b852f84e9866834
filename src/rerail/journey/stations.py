"""Which station a person means."""

from __future__ import annotations

from difflib import get_close_matches

from rerail.line.model import Line, Station


class UnknownStation(ValueError):
    """Nobody knows a station of this name; `near` are the stations that may be meant."""

    def __init__(self, asked: str, near: tuple[Station, ...], line: Line, language: str) -> None:
        self.asked = asked
        self.near = near
        hint = " or ".join(f'"{line.text(station.names, language)}"' for station in near)
        way_out = f"Did you mean {hint}?" if near else "Choose one of the stations listed on the line's page."
        super().__init__(f'No station "{_short(asked)}" on this line. {way_out}')


def find_station(line: Line, asked: str, language: str = "en") -> Station:
    """The station with this id, or with this name in any language; case and outer spaces do not matter.

    Raises `UnknownStation`, its sentence in English with the names in `language`.
    """
    if asked in line.stations:
        return line.stations[asked]
    wanted = asked.strip().casefold()
    spellings: dict[str, Station] = {}
    for station in line.stations.values():
        for name in (station.id, *station.names.values()):
            spellings.setdefault(name.casefold(), station)
    if wanted in spellings:
        return spellings[wanted]
    begun = [spelling for spelling in spellings if wanted and spelling.startswith(wanted)]
    close = get_close_matches(wanted[:100], spellings, n=3, cutoff=0.6)
    near = dict.fromkeys(spellings[spelling].id for spelling in [*begun[:3], *close])
    raise UnknownStation(asked, tuple(line.stations[station] for station in list(near)[:3]), line, language)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
