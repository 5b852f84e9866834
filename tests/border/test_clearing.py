"""How long clearing a train takes: against formulas, against another simulator, and as a railway would ask it."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path
from random import Random
from statistics import fmean, pvariance
from typing import Any

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rerail.border.clearing import RUNS, Judged, Stage, capacity, clearing_time, judge
from rerail.border.passing import passings
from rerail.line.border import BorderRules, Clearing
from rerail.line.folder import load
from rerail.line.model import Line, Provenance

ROOT = Path(__file__).parents[2]
THURSDAY, FRIDAY = date(2026, 12, 10), date(2026, 12, 11)
KNOWN = Provenance(sources=("S7",))
MADE_UP = Provenance(illustrative=True)


def stage(mode: str = "on-foot", **figures: Any) -> Stage:
    return Stage(**{"mode": mode, "booths": 1, "minutes": 2.0, "spread": 1.0, **figures})


def time(*stages: Stage, passengers: int) -> Any:
    return clearing_time(stages, passengers)


def apart(sample: tuple[float, ...], other: list[float]) -> float:
    """The greatest distance between two empirical distributions (Kolmogorov and Smirnov)."""
    points = sorted({*sample, *other})
    return max(
        abs(sum(x <= at for x in sample) / len(sample) - sum(x <= at for x in other) / len(other)) for at in points
    )


CHANCE = 1.95
"""Times sqrt(1/n + 1/m): two samples of one distribution are further apart once in a thousand times."""


# ── formulas ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_booth_is_a_sum_of_gammas_whose_mean_and_variance_are_known() -> None:
    found = time(stage(minutes=3, spread=2), passengers=50)
    error = sqrt(50) * 2 / sqrt(RUNS)
    assert found.minutes == pytest.approx(150, abs=3 * error)
    assert pvariance(found.sample) == pytest.approx(50 * 4, rel=3 * sqrt(2 / RUNS))


def test_one_booth_of_four_stages_each_has_erlangs_distribution() -> None:
    """Mean 2 and spread 1 are four exponential stages; ten passengers are forty: a Poisson sum gives the tail."""
    found = time(stage(), passengers=10)

    def erlang(at: float) -> float:
        term = total = exp(-2 * at)
        for k in range(1, 40):
            term *= 2 * at / k
            total += term
        return 1 - total

    furthest = max(
        max(abs(index / RUNS - erlang(at)), abs((index + 1) / RUNS - erlang(at)))
        for index, at in enumerate(found.sample)
    )
    assert furthest < CHANCE / sqrt(RUNS)


def test_exponential_times_at_three_booths_have_a_known_mean() -> None:
    """While all three work one is done each 2/3 minutes; the last three end as the greatest of three does."""
    found = time(stage(booths=3, minutes=2, spread=2), passengers=40)
    expected = 2 * (37 / 3 + 1 + 1 / 2 + 1 / 3)
    assert found.minutes == pytest.approx(expected, abs=3 * sqrt(pvariance(found.sample) / RUNS))


@settings(deadline=None, max_examples=40)
@given(
    passengers=st.integers(0, 120),
    booths=st.integers(1, 12),
    minutes=st.integers(1, 9),
    mode=st.sampled_from(["on-board", "on-foot", "before-boarding"]),
)
def test_without_spread_it_is_the_rounds_of_booths(passengers: int, booths: int, minutes: int, mode: str) -> None:
    found = time(stage(mode, booths=booths, minutes=minutes, spread=0), passengers=passengers)
    assert found.sample == (-(-passengers // booths) * minutes,) * RUNS
    assert (found.p10, found.p95, found.passengers) == (found.minutes, found.minutes, passengers)


def test_luggage_adds_its_minutes_to_the_share_that_is_looked_at() -> None:
    found = time(stage(minutes=1, spread=0, luggage_percent=30, luggage_minutes=5), passengers=100)
    assert found.minutes == pytest.approx(100 + 30 * 5, abs=3 * 5 * sqrt(21 / RUNS))
    assert pvariance(found.sample) == pytest.approx(25 * 21, rel=3 * sqrt(2 / RUNS))
    everybody = time(stage(minutes=1, spread=0, luggage_percent=100, luggage_minutes=5), passengers=100)
    assert set(everybody.sample) == {600.0}


def test_walking_to_the_hall_and_back_is_added_once_and_only_if_somebody_walks() -> None:
    there = stage(minutes=1, spread=0, walk_minutes=12)
    assert time(there, passengers=10).p50 == 22
    assert time(there, passengers=0).p95 == 0
    assert capacity((there,), 11.9) == 0, "the halt is over before anybody is back"
    assert capacity((there,), 13) == 1


def test_times_are_never_negative_however_wide_the_spread() -> None:
    found = time(stage(minutes=1, spread=5), passengers=1)
    assert found.sample[0] >= 0
    assert found.p10 < 0.01 < found.p95


# ── another simulator ─────────────────────────────────────────────────────────────────────────────────────────────


def simulated(stages: tuple[Stage, ...], passengers: int, runs: int = 400) -> list[float]:
    """The same controls in SimPy: a passenger is a process, booths are a resource, each part of a train has its own."""
    found = []
    for seed in range(runs):
        random = Random(f"SimPy {seed}")
        hall = simpy.Environment()
        booths = [
            [simpy.Resource(hall) for _ in range(one.booths)]
            if one.mode == "on-board"
            else [simpy.Resource(hall, one.booths)]
            for one in stages
        ]

        def passes(
            number: int, hall: Any = hall, booths: Any = booths, random: Random = random
        ) -> Generator[Any, Any, None]:
            for one, desks in zip(stages, booths, strict=True):
                with desks[number * len(desks) // passengers].request() as turn:
                    yield turn
                    takes = random.gammavariate((one.minutes / one.spread) ** 2, one.spread**2 / one.minutes)
                    luggage = one.luggage_minutes if random.random() < one.luggage_percent / 100 else 0.0
                    yield hall.timeout(takes + luggage)

        for number in range(passengers):
            hall.process(passes(number))
        hall.run()
        found.append(hall.now + max(one.walk_minutes for one in stages))
    return found


@pytest.mark.parametrize(
    "stages",
    [
        (stage("on-foot", booths=3, luggage_percent=40, luggage_minutes=3, walk_minutes=15),),
        (stage("on-board", booths=4, minutes=1.5, spread=1.2),),
        (stage("on-foot", booths=2), stage("on-foot", booths=2, minutes=1.8, spread=0.9)),
    ],
    ids=["on foot", "on board", "both sides in one hall"],
)
def test_simpy_finds_the_same_distribution(stages: tuple[Stage, ...]) -> None:
    theirs = simulated(stages, 60)
    ours = clearing_time(stages, 60)
    assert apart(ours.sample, theirs) < CHANCE * sqrt(1 / RUNS + 1 / len(theirs))
    assert ours.minutes == pytest.approx(fmean(theirs), rel=0.02)


def test_simpy_would_notice_one_booth_more() -> None:
    theirs = simulated((stage("on-foot", booths=4),), 60)
    assert apart(time(stage("on-foot", booths=3), passengers=60).sample, theirs) > 0.5


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────────────────────

STAGES = st.builds(
    stage,
    st.sampled_from(["on-board", "on-foot"]),
    booths=st.integers(1, 4),
    minutes=st.floats(1, 5),
    spread=st.floats(0, 5),
    luggage_percent=st.integers(0, 100),
    luggage_minutes=st.floats(0, 5),
    walk_minutes=st.floats(0, 20),
)


@settings(deadline=None, max_examples=40)
@given(stages=st.lists(STAGES, min_size=1, max_size=2), passengers=st.integers(0, 12), more=st.integers(1, 8))
def test_more_passengers_are_never_cleared_sooner(stages: list[Stage], passengers: int, more: int) -> None:
    fewer, many = time(*stages, passengers=passengers), time(*stages, passengers=passengers + more)
    assert all(one <= other for one, other in zip(fewer.sample, many.sample, strict=True))
    assert fewer.p10 <= fewer.p50 <= fewer.p90 <= fewer.p95


@settings(deadline=None, max_examples=40)
@given(stages=st.lists(STAGES, min_size=1, max_size=2), halt=st.floats(0, 30), sure=st.floats(0.05, 1))
def test_the_capacity_is_the_last_number_that_the_halt_holds(stages: list[Stage], halt: float, sure: float) -> None:
    most = capacity(tuple(stages), halt, sure)
    assert time(*stages, passengers=most).holds(halt) >= sure
    assert time(*stages, passengers=most + 1).holds(halt) < sure


@settings(deadline=None, max_examples=40)
@given(one=STAGES, halts=st.lists(st.floats(0, 40), min_size=2, max_size=2).map(sorted))
def test_a_longer_halt_and_less_certainty_hold_more(one: Stage, halts: list[float]) -> None:
    short, long = halts
    assert capacity((one,), short) <= capacity((one,), long)
    assert capacity((one,), short, 0.95) <= capacity((one,), short, 0.5)


def test_officers_in_parts_of_a_train_are_slower_than_one_queue_but_not_without_spread() -> None:
    """An officer who is done does not help: the time is the slowest part's."""
    apart_, queue = (time(stage(mode, booths=4, spread=2), passengers=40) for mode in ("on-board", "on-foot"))
    assert apart_.minutes > queue.minutes + 1


def test_the_same_figures_give_the_same_answer_afresh() -> None:
    first = time(stage(booths=2), passengers=30)
    clearing_time.cache_clear()
    assert time(stage(booths=2), passengers=30) == first


# ── a departure ───────────────────────────────────────────────────────────────────────────────────────────────────


def figures(railway: str, towards: str = "ksr", provenance: Provenance = KNOWN, **changed: Any) -> Clearing:
    return Clearing(
        provenance=provenance,
        crossing=changed.pop("crossing", "khasan-tumangang"),
        railway=railway,
        towards=towards,
        **{"booths": 3, "minutes": 2.0, "spread": 1.0, **changed},
    )


def with_figures(line: Line, *clearings: Clearing) -> Line:
    return replace(line, border=BorderRules(clearings=clearings))


@pytest.fixture(scope="module")
def shipped() -> Line:
    return load(ROOT / "lines" / "vladivostok-rason")


def judged(line: Line, train: str, day: date, passengers: int) -> tuple[Judged, ...]:
    (passing,) = passings(line, line.trains[train], day)
    return judge(line, passing, passengers)


def test_a_halt_of_two_hours_holds_100_passengers_at_three_officers_on_one_side_only(shipped: Line) -> None:
    """Both sides have 120 minutes; the Korean side looks at the luggage of each in the example."""
    line = with_figures(
        shipped, figures("rzd"), figures("ksr", luggage_percent=100, luggage_minutes=4, provenance=MADE_UP)
    )
    leaving, entering = judged(line, "vladivostok-rason", THURSDAY, 100)
    assert [one.checkpoint.station for one in (leaving, entering)] == ["khasan", "tumangang"]
    assert (leaving.halt_minutes, entering.halt_minutes) == (120, 120)
    assert leaving.holds is not None
    assert leaving.holds > 0.9
    assert not leaving.too_short
    assert (entering.holds, entering.too_short) == (0.0, True)
    assert leaving.capacity is not None
    assert entering.capacity is not None
    assert entering.capacity < 100 < leaving.capacity
    # the halt itself is illustrative in the shipped timetable
    assert (leaving.illustrative, entering.illustrative) == (True, True)


def test_figures_that_name_the_train_go_before_those_for_all(shipped: Line) -> None:
    line = with_figures(shipped, figures("rzd", booths=1), figures("rzd", booths=9, trains=("vladivostok-rason",)))
    (direct,) = judged(line, "vladivostok-rason", THURSDAY, 100)
    (shuttle,) = judged(line, "khasan-tumangang", FRIDAY, 100)
    assert (direct.clearing.booths, shuttle.clearing.booths) == (9, 1)


def test_the_other_direction_has_its_own_figures(shipped: Line) -> None:
    line = with_figures(shipped, figures("rzd", towards="rzd", booths=7), figures("ksr", crossing="elsewhere"))
    assert judged(line, "vladivostok-rason", THURSDAY, 100) == ()
    (entering,) = judged(line, "rason-vladivostok", date(2026, 12, 13), 100)
    assert (entering.checkpoint.station, entering.clearing.booths) == ("khasan", 7)


def test_where_the_train_begins_no_halt_is_known_and_nothing_is_judged(shipped: Line) -> None:
    """The shuttle begins at Khasan: how long before it leaves the control begins is not in the folder."""
    line = with_figures(shipped, figures("rzd", walk_minutes=10))
    (leaving,) = judged(line, "khasan-tumangang", FRIDAY, 100)
    assert (leaving.halt_minutes, leaving.holds, leaving.capacity, leaving.too_short) == (None, None, None, False)
    assert leaving.time.p50 > 10 + 100 * 2 / 3


def test_a_folder_without_figures_judges_nothing(shipped: Line) -> None:
    assert judged(replace(shipped, border=None), "vladivostok-rason", THURSDAY, 100) == ()


def test_both_sides_in_a_joint_station_share_its_halt() -> None:
    """Padang Besar: Thailand's control and then Malaysia's, in one hall."""
    line = load(ROOT / "tests" / "lines" / "bangkok-padang-besar")
    (passing,) = passings(line, line.trains["45"], FRIDAY)
    first, second = passing.checkpoints
    assert (first.station, first.halt_minutes) == (second.station, None)
    passing = replace(passing, checkpoints=(replace(first, halt_minutes=60), replace(second, halt_minutes=60)))
    sides = [
        figures(one.railway, passing.entering, crossing=passing.crossing, booths=2, walk_minutes=5)
        for one in passing.checkpoints
    ]
    alone = judge(with_figures(line, sides[1]), passing, 50)
    one, other = judge(with_figures(line, *sides), passing, 50)
    assert (one.halt_minutes, other.halt_minutes) == (60, 60)
    # Side by side they work at the same time: much less than one after the other, more than either.
    assert one.time.minutes < other.time.minutes < one.time.minutes * 1.5
    # Of the first side nothing is known: how much of the halt the second has is not known either.
    assert (alone[0].time.minutes > 0, alone[0].holds) == (True, None)


def test_before_boarding_the_control_is_judged_by_the_check_in_time_if_the_folder_gives_it() -> None:
    line = load(ROOT / "tests" / "lines" / "london-paris")
    train = line.trains["london-paris-evening"]
    (passing,) = passings(line, train, FRIDAY)
    sides = [figures(one.railway, passing.entering, crossing=passing.crossing) for one in passing.checkpoints]
    assert {one.holds for one in judge(with_figures(line, *sides), passing, 60)} == {None}
    (crossing,) = line.crossings.values()
    asked = replace(
        crossing,
        controls=tuple(replace(one, minutes=60, figures={"minutes": MADE_UP}) for one in crossing.controls),
    )
    checked_in = replace(with_figures(line, *sides), crossings={crossing.id: asked})
    found = judge(checked_in, passing, 60)
    assert [one.halt_minutes for one in found] == [60] * len(found)
    assert found[0].holds is not None
    assert found[0].holds > 0.9
    assert all(one.illustrative for one in found)


def test_a_spread_is_told_by_percentiles_that_grow(shipped: Line) -> None:
    (leaving,) = judged(with_figures(shipped, figures("rzd")), "vladivostok-rason", THURSDAY, 100)
    shares = [leaving.time.p10, leaving.time.p50, leaving.time.p90, leaving.time.p95]
    assert all(one < other for one, other in pairwise(shares))
    assert leaving.time.holds(leaving.time.p90) >= 0.9
    assert log(leaving.time.p95 / leaving.time.p10) < 0.4
