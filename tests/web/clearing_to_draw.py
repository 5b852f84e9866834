"""Controls of departures to draw: one that holds, one that does not, and some that cannot be judged."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from lines_to_draw import shipped
from msgspec.structs import replace

from rerail.border.clearing import Judged, judge
from rerail.border.passing import passings
from rerail.line.border import BorderRules, Clearing
from rerail.line.model import Line, Provenance


def figures(railway: str, **changed: Any) -> Clearing:
    """Three officers, two minutes for each passenger."""
    return Clearing(
        provenance=Provenance(illustrative=True),
        crossing="khasan-tumangang",
        railway=railway,
        towards="ksr",
        **{"booths": 3, "minutes": 2.0, "spread": 1.0, **changed},
    )


@lru_cache
def controlled() -> Line:
    """The shipped line; the Korean side of it looks at much luggage."""
    clearings = (figures("rzd"), figures("ksr", luggage_percent=60, luggage_minutes=3.0))
    return replace(shipped(), border=BorderRules(clearings=clearings))


def judged(
    train: str = "vladivostok-rason", day: date = date(2026, 12, 10), passengers: int = 100
) -> tuple[Judged, ...]:
    """What is said of a departure's controls: of the direct train both halts are 120 minutes."""
    (passing,) = passings(controlled(), controlled().trains[train], day)
    return judge(controlled(), passing, passengers)
