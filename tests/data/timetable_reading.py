"""Reading the shipped folders for tests: a train's call on a date, its running times and distances."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from rerail.line.model import Call, Line, Train
from rerail.line.timing import CallTimes, call_times

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "lines" / "vladivostok-rason"
BANGKOK = ROOT / "tests" / "lines" / "bangkok-padang-besar"
LONDON = ROOT / "tests" / "lines" / "london-paris"

DIRECT = ("vladivostok-rason", "rason-vladivostok")
SHUTTLE = ("khasan-tumangang", "tumangang-khasan")


def at(line: Line, train: str, day: date, station: str) -> CallTimes:
    return next(call for call in call_times(line, line.trains[train], day) if call.station.id == station)


def call_of(train: Train, station: str) -> Call:
    return next(call for call in train.calls if call.station == station)


def run(train: Train, start: str, end: str) -> timedelta:
    left, arrived = call_of(train, start).departure, call_of(train, end).arrival
    assert left is not None
    assert arrived is not None
    return timedelta(seconds=arrived - left)


def km_between(train: Train, start: str, end: str) -> float:
    stations = [call.station for call in train.calls]
    return sum(train.segment_km[stations.index(start) : stations.index(end)])
