"""Lines for tests of the drawings: the shipped one, two of other railways, and made-up ones that are hard to draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

from rerail.life.consent import Life
from rerail.life.journal import Entry, entry_of
from rerail.life.timetable import Edition, Timetable
from rerail.line.folder import load, season
from rerail.line.model import Line, Section, Station

ROOT = Path(__file__).parent.parent.parent
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
BEGINNING = datetime(2019, 1, 1, tzinfo=UTC)


@lru_cache
def shipped() -> Line:
    """Vladivostok – Rajin."""
    return load(ROOT / "lines" / "vladivostok-rason")


@lru_cache
def bangkok() -> Line:
    """Bangkok – Padang Besar: both controls in one station, behind the border."""
    return load(ROOT / "tests" / "lines" / "bangkok-padang-besar")


@lru_cache
def london() -> Line:
    """London – Paris: both controls before boarding, no stop at the border."""
    return load(ROOT / "tests" / "lines" / "london-paris")


def track(*pieces: str, long_names: bool = False) -> Line:
    """A line from pieces of track: "a b c" is three stations in a row; nobody calls anywhere."""
    like, between = shipped().stations["vinevitino"], shipped().sections[4]
    stations: dict[str, Station] = {}
    sections: list[Section] = []
    systems = ("none", "25 kV AC", None, "3 kV DC")
    for piece in pieces:
        names = piece.split()
        for name in names:
            said = f"Station {name} of the Tourists" if long_names else f"Station {name}"
            stations[name] = replace(like, id=name, names={"en": said, "ru": f"Станция {name}", "ko": f"{name}역"})
        for index, (one, other) in enumerate(pairwise(names)):
            section = replace(between, start=one, end=other, km=7.0 + 31.5 * (index % 4), tracks=1 + index // 9 % 2)
            sections.append(replace(section, electrification=systems[index // 12 % 4]))
    return replace(
        shipped(),
        stations=stations,
        sections=tuple(sections),
        trains={},
        routes={},
        crossings={},
        gauge_breaks=(),
        history=(),
        notices=(),
    )


def fifty() -> Line:
    """Fifty stations in a row with long names, five branches, one of them with a branch of its own."""
    row = " ".join(str(number) for number in range(50))
    branches = ("5 b1 b2 b3 b4", "7 c1", "20 d1 d2 d3 d4 d5 d6", "d3 e1 e2", "40 f1 f2 f3", "47 g1")
    return track(row, *branches, long_names=True)


def ring() -> Line:
    """A line that closes on itself, with track elsewhere that is joined to nothing."""
    return track("a b c d e f", "b x y e", "p q r")


def one_station() -> Line:
    """A line at its beginning: a single station and no track."""
    return replace(track("a b"), stations={"a": track("a b").stations["a"]}, sections=())


LINES: dict[str, Callable[[], Line]] = {
    "shipped": shipped,
    "bangkok": bangkok,
    "london": london,
    "fifty": fifty,
    "ring": ring,
    "one-station": one_station,
}


def life_of(line: Line, *more: Entry, known: date | None = None, demo: bool = False, today: date = TODAY) -> Life:
    """The life of a line: its history, and its illustrative season if asked for."""
    decisions = sorted(line.history, key=lambda decision: decision.known)
    entries: list[Entry] = [entry_of(decision, "history", BEGINNING) for decision in decisions]
    if demo:
        folder = ROOT / "lines" / "vladivostok-rason"
        entries += [entry_of(decision, "demo", NOON) for decision in season(folder, today)]
    window = (date(2019, 1, 1), date.fromordinal(today.toordinal() + 400))
    return Life(Timetable([Edition(1, line, BEGINNING)]), _numbered([*entries, *more]), window, known)


def _numbered(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(replace(entry, seq=number) for number, entry in enumerate(entries, start=1))
