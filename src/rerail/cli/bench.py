"""`rerail bench`: the measurements of the source checkout, which are no part of what is installed.

They take the guard off a database of their own to have a baseline; no such code belongs on a server.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


class BenchError(Exception):
    """There is nothing to measure with; the sentence says where it is."""


def part(name: str) -> ModuleType:
    """One part of the measurements ("engine"). Raises `BenchError` if it is not there."""
    checkout = Path(__file__).parents[3]
    if not (checkout / "bench" / f"{name}.py").is_file():
        raise BenchError(
            f"rerail bench needs the source checkout, and there is no bench/{name}.py in {checkout}; "
            "clone the project and run make bench there."
        )
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    return import_module(f"bench.{name}")


def run_engine(url: str | None) -> int:
    """Measure how fast places are sold, on the disk or server of a database, else on both kinds. Returns 0."""
    part("engine").run(url)
    return 0


def run_http(url: str | None) -> int:
    """Measure availability, offers and holds over HTTP, on an empty database or on both kinds. Returns 0."""
    part("counter").run(url)
    return 0
