"""Pieces of a strip of facts along a line: bands of rails and wires, and words that keep out of each other's way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from rerail.web.drawing.svg import group, line, path

_WIDEST: Final = 1676
"""The widest gauge in use, in millimetres: it fills the band."""


def levels(wanted: Sequence[tuple[float, float]], left: float, right: float) -> list[tuple[float, int]]:
    """For boxes of a width that want to be centred at x: where each is centred, and on which level down.

    None overlaps another on its level and none leaves [left, right] if it fits at all.
    """
    taken: list[list[tuple[float, float]]] = []
    found: list[tuple[float, int]] = []
    for centre, width in wanted:
        x = max(left + width / 2, min(centre, right - width / 2))
        level = 0
        while level < len(taken) and any(abs(x - other) < (width + room) / 2 for other, room in taken[level]):
            level += 1
        if level == len(taken):
            taken.append([])
        taken[level].append((x, width))
        found.append((x, level))
    return found


def gauge_band(left: float, right: float, y: float, gauges: Sequence[int]) -> Markup:
    """Track seen from above, 32 high: sleepers, and for each gauge its two rails."""
    sleepers = "".join(f"M{x:g} {y + 2:g}V{y + 30:g}" for x in _steps(left + 4, right - 2, 9))
    rails = []
    for rank, gauge in enumerate(sorted(gauges, reverse=True)):
        # To scale, two gauges of the same track would be one line: the narrower is drawn clearly inside.
        half = 11 * min(gauge, _WIDEST) / _WIDEST - (4.5 if rank else 0)
        for side in (-half, half):
            rails.append(line(left, y + 16 + side, right, y + 16 + side, f"rail rail-gauge-{min(rank, 1)}"))
    return group((path(sleepers, "sleepers"), *rails) if sleepers else rails)


def wires(left: float, right: float, y: float, system: str | None) -> Markup:
    """An overhead line seen from the side, 32 high; a dotted one where nobody knows; the ground alone where none is."""
    ground = line(left, y + 28, right, y + 28, "ground")
    if system == "none":
        return group((ground,))
    if system is None:
        return group((ground, line(left, y + 8, right, y + 8, "wire-unknown")))
    span = (right - left) / max(1, round((right - left) / 36))
    masts = [left + span * index for index in range(round((right - left) / span) + 1)]
    shape = "".join(f"M{x:g} {y + 28:g}V{y + 3:g}" for x in masts)
    sag = "".join(f"M{x:g} {y + 4:g}Q{x + span / 2:g} {y + 11:g} {x + span:g} {y + 4:g}" for x in masts[:-1])
    return group((ground, path(shape, "mast"), path(sag, "wire"), line(left, y + 10, right, y + 10, "wire")))


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + step * index for index in range(int((end - start) // step) + 1)] if end > start else []
