"""How long clearing a train at the border takes, with its spread, and how many passengers the planned halt holds.

Pure and repeatable: a simulation whose random numbers begin at the same place each time, so that the same figures
give the same answer on every machine, and more passengers never take less time (common random numbers).

What is assumed, where the folder says nothing:

* The time a passenger takes at a booth or berth is gamma distributed with the folder's mean and spread. It cannot be
  negative, leans to long times as services by people do, is exact for the two extremes that have a formula (no spread:
  always the mean; spread equal to the mean: exponential), and sums of it are gamma again, so that one officer's work is
  known in closed form. It is Erlang's method of stages (L. Kleinrock, Queueing Systems 1, 1975, chapter 4) with a
  number of stages that need not be whole. Passengers are independent of each other.
* Whether a passenger's luggage is looked at is chance, by the folder's percentage; it takes the same for each.
* On board each officer works through a part of the train in the order of its berths; the parts differ by one passenger
  at most. An officer who is done does not help another.
* On foot all wait in one queue, and the next one goes to the first free booth (the queue G/G/c of J. Kiefer and
  J. Wolfowitz, 1955). No booth opens before all have walked to the hall, nor does the train leave before all are back.
* Before boarding nobody comes earlier than asked: all are there when check-in ends. Whoever comes earlier only helps.
* Where both sides control at one station, passengers go through one control after the other and nobody overtakes;
  at different stations each side is judged alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import heapreplace
from itertools import groupby
from math import ceil, inf
from random import Random
from typing import Final, Literal

from msgspec import Struct

from rerail.border.model import Checkpoint, Passing
from rerail.border.passing import controls, naming
from rerail.line.border import Clearing
from rerail.line.model import Control, Line

CONFIDENCE: Final = 0.9
"""A halt holds if it does on nine departures out of ten."""

RUNS: Final = 500
"""A probability of 0.9 is then within 0.03 of the true one (two standard errors)."""

MOST: Final = 2_000
"""Passengers up to whom a capacity is looked for: more than any train carries."""


class Stage(Struct, frozen=True, kw_only=True):
    """One control as passengers go through it. Times in minutes, as in `Clearing`."""

    mode: Literal["on-board", "on-foot", "before-boarding"]
    booths: int
    minutes: float
    spread: float
    luggage_percent: int = 0
    luggage_minutes: float = 0.0
    walk_minutes: float = 0.0


class ClearingTime(Struct, frozen=True, kw_only=True):
    """Until the last of the passengers is through, in minutes, over many simulated departures."""

    minutes: float
    """The mean."""
    p10: float
    """On one departure out of ten it is done by then."""
    p50: float
    p90: float
    p95: float
    runs: int
    passengers: int
    sample: tuple[float, ...]
    """Each run's time, rising."""

    def holds(self, halt_minutes: float) -> float:
        """How probable it is that a halt of this length is long enough."""
        return bisect_right(self.sample, halt_minutes) / self.runs


class Judged(Struct, frozen=True, kw_only=True):
    """One side's control of one departure: how long it takes, against how long it has."""

    checkpoint: Checkpoint
    clearing: Clearing
    time: ClearingTime
    """Where both sides control at this station, of all controls up to this one."""
    halt_minutes: int | None
    """The planned halt; before boarding, the time from the end of check-in; None: not known, nothing is judged."""
    holds: float | None
    """How probable it is that the time is long enough."""
    capacity: int | None
    """How many passengers it holds."""
    illustrative: bool
    """Whether any figure that it rests on is."""

    @property
    def too_short(self) -> bool:
        """Whether the time there is known and will not do."""
        return self.holds is not None and self.holds < CONFIDENCE


def judge(line: Line, passing: Passing, passengers: int) -> tuple[Judged, ...]:
    """Each side's control of a departure with so many passengers to clear, in the order of travel.

    Sides of which the folder gives no figures are left out. `line` is the one that the departure runs by.
    """
    found: list[Judged] = []
    for _, together in groupby(passing.checkpoints, key=lambda one: (one.station, one.mode == "before-boarding")):
        found.extend(_at_station(line, passing, tuple(together), passengers))
    return tuple(found)


def stage(clearing: Clearing, mode: Literal["on-board", "on-foot", "before-boarding"]) -> Stage:
    """A folder's figures, at a control of this mode."""
    return Stage(
        mode=mode,
        booths=clearing.booths,
        minutes=clearing.minutes,
        spread=clearing.spread,
        luggage_percent=clearing.luggage_percent,
        luggage_minutes=clearing.luggage_minutes,
        walk_minutes=clearing.walk_minutes if mode == "on-foot" else 0.0,
    )


@lru_cache(maxsize=1024)
def clearing_time(stages: tuple[Stage, ...], passengers: int) -> ClearingTime:
    """How long it takes until so many passengers are through all of these controls, one after the other."""
    sample = sorted(_run(stages, seed, passengers)[1] for seed in range(RUNS))

    def quantile(share: float) -> float:
        return sample[ceil(share * RUNS) - 1]

    return ClearingTime(
        minutes=sum(sample) / RUNS,
        p10=quantile(0.1),
        p50=quantile(0.5),
        p90=quantile(0.9),
        p95=quantile(0.95),
        runs=RUNS,
        passengers=passengers,
        sample=tuple(sample),
    )


@lru_cache(maxsize=1024)
def capacity(stages: tuple[Stage, ...], halt_minutes: float, confidence: float = CONFIDENCE) -> int:
    """How many passengers a halt holds with this confidence; `MOST` stands for "as many as a train carries".

    Exactly as many as `clearing_time(...).holds(...)` finds: in each run a passenger takes the same time however many
    come behind, so that one pass counts how many were through, and no number has to be tried.
    """
    through = sorted(_run(stages, seed, MOST, halt_minutes)[0] for seed in range(RUNS))
    return through[RUNS - ceil(confidence * RUNS)]


def _run(stages: tuple[Stage, ...], seed: int, passengers: int, until: float = inf) -> tuple[int, float]:
    """One departure: how many are through within so many minutes, and when the last of them is."""
    if not passengers:
        return 0, 0.0
    random = Random(seed)  # noqa: S311  (a simulation, not a secret)
    chance, gamma = random.random, random.gammavariate
    walk = max(one.walk_minutes for one in stages)
    work = [
        (
            one.booths if one.mode == "on-board" else 0,
            *_service(one),
            one.luggage_percent / 100,
            [0.0] * one.booths,
            one,
        )
        for one in stages
    ]
    last = 0.0
    for number in range(passengers):
        done = 0.0
        for parts, shape, scale, share, free, one in work:
            # The booth that the passenger comes to is free from then on, or the passenger waits for it.
            booth = number % parts if parts else 0
            done = max(done, free[booth])
            done += gamma(shape, scale) if shape else one.minutes
            if share and chance() < share:
                done += one.luggage_minutes
            if parts:
                free[booth] = done
            else:
                heapreplace(free, done)
        last = max(last, done)
        if last + walk > until:
            return number, last + walk
    return passengers, last + walk


def _service(one: Stage) -> tuple[float, float]:
    """Shape and scale of the gamma distribution with a stage's mean and spread; shape 0: no spread to speak of."""
    if one.spread <= one.minutes / 1000 or not one.minutes:
        return 0.0, 0.0
    return (one.minutes / one.spread) ** 2, one.spread**2 / one.minutes


def _at_station(line: Line, passing: Passing, together: Sequence[Checkpoint], passengers: int) -> Iterator[Judged]:
    """The controls that share a halt. After one of which nothing is known, nothing more can be judged there."""
    here = [
        controls(line, passing.crossing, one.railway, passing.entering, passing.departure.train)[0] for one in together
    ]
    has = _time_there(together[0], here)
    made_up = _time_made_up(line, passing, together[0], here)
    stages: tuple[Stage, ...] = ()
    known = True
    for checkpoint in together:
        clearing = _clearing(line, passing, checkpoint)
        if clearing is None:
            known = False
            continue
        stages = (*stages, stage(clearing, checkpoint.mode))
        made_up = made_up or _made_up(clearing, checkpoint)
        time = clearing_time(stages, passengers)
        halt = has if known else None
        yield Judged(
            checkpoint=checkpoint,
            clearing=clearing,
            time=time,
            halt_minutes=halt,
            holds=time.holds(halt) if halt is not None else None,
            capacity=capacity(stages, halt) if halt is not None else None,
            illustrative=made_up,
        )


def _clearing(line: Line, passing: Passing, checkpoint: Checkpoint) -> Clearing | None:
    if line.border is None:
        return None
    here = [
        one
        for one in line.border.clearings
        if (one.crossing, one.railway, one.towards) == (passing.crossing, checkpoint.railway, passing.entering)
    ]
    return next(iter(naming(here, passing.departure.train)), None)


def _time_there(first: Checkpoint, here: Sequence[Control]) -> int | None:
    """How long passengers have: before boarding, since the earliest minute at which any control there wants them."""
    if first.mode == "before-boarding":
        return max((one.minutes for one in here if one.minutes is not None), default=None)
    return first.halt_minutes


def _time_made_up(line: Line, passing: Passing, first: Checkpoint, here: Sequence[Control]) -> bool:
    if first.mode == "before-boarding":
        return any(one.minutes is not None and one.illustrative("minutes") for one in here)
    calls = [call for call in line.trains[passing.departure.train].calls if call.station == first.station]
    return any(call.illustrative("arrival") or call.illustrative("departure") for call in calls)


def _made_up(clearing: Clearing, checkpoint: Checkpoint) -> bool:
    used = ["booths", "minutes", "spread"]
    if clearing.luggage_percent:
        used += ["luggage_percent", "luggage_minutes"]
    if checkpoint.mode == "on-foot" and clearing.walk_minutes:
        used.append("walk_minutes")
    return any(clearing.illustrative(field) for field in used)
