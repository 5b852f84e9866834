"""Timing a thing against its baseline, in turn, in one process; and what is printed of it."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable

from msgspec import Struct


class Figure(Struct, frozen=True):
    """One measurement: the medians, and the median of the ratios taken run by run."""

    name: str
    seconds: float
    baseline: float
    ratio: float
    lowest: float
    highest: float


def against(name: str, measured: Callable[[], object], baseline: Callable[[], object], runs: int = 5) -> Figure:
    """Run both in turn `runs` times after one warm-up each; the ratio is measured over baseline."""
    measured()
    baseline()
    pairs = [(_seconds(measured), _seconds(baseline)) for _ in range(runs)]
    ratios = [one / other for one, other in pairs]
    return Figure(
        name,
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
    )


def _seconds(act: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def printed(figure: Figure, of: str) -> str:
    """One line: the ratio first, because only it travels between machines."""
    return (
        f"  {figure.name:<52} {figure.ratio:6.2f} x {of:<34} "
        f"(min {figure.lowest:.2f}, max {figure.highest:.2f}; {_time(figure.seconds)} against {_time(figure.baseline)})"
    )


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def peak_memory() -> str:
    """The most memory this process has held."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
