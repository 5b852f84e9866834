"""`rerail clocks FOLDER --year Y [--json]`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TextIO

from rerail.line.folder import load
from rerail.line.model import Line
from rerail.line.shifts import Shift, printed_shifts


def run(folder: Path, year: int, as_json: bool, out: TextIO) -> int:
    """Print on which dates of a year which side's printed times shift, and by how much. Returns the exit status.

    Raises `LineFolderError` if the folder has an error.
    """
    line = load(folder)
    shifts = printed_shifts(line, year)
    if as_json:
        print(json.dumps([_as_json(shift) for shift in shifts], ensure_ascii=False, indent=2), file=out)
        return 0
    if not shifts:
        print(f"{year}: no printed time shifts on any date.", file=out)
    for day, on_day in groupby(shifts, key=lambda shift: shift.date):
        print(f"{day:%Y-%m-%d, %A}", file=out)
        of_day = list(on_day)
        for railway in line.railways:
            _print_side(line, railway, [shift for shift in of_day if shift.railway == railway], out)
    return 0


def _print_side(line: Line, railway: str, shifts: Sequence[Shift], out: TextIO) -> None:
    """One side's shifts on one date, grouped by how much."""
    language = line.languages[0]
    side = line.text(line.railways[railway].side, language)
    for minutes in sorted({shift.minutes for shift in shifts}):
        print(f"  {side}: {_how_much(minutes)}", file=out)
        for shift in shifts:
            if shift.minutes == minutes:
                station = line.text(line.stations[shift.station].names, language)
                print(f"    {shift.train}, {shift.kind} at {station}: {shift.before} becomes {shift.after}", file=out)


def _how_much(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    amount = " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
    return f"printed times are {amount} {'later' if minutes > 0 else 'earlier'}"


def _as_json(shift: Shift) -> dict[str, object]:
    return {
        "date": shift.date.isoformat(),
        "service_date": shift.service_date.isoformat(),
        "train": shift.train,
        "railway": shift.railway,
        "station": shift.station,
        "call": shift.call,
        "kind": shift.kind,
        "before": shift.before,
        "after": shift.after,
        "minutes": shift.minutes,
    }
