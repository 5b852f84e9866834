"""Pages and feeds over HTTP, against a constant response and a trivial template of the same server.

The server has one core and the load the other. Throughput is what the client saw; beside it stands the
processor time the server spent per answer, which a slow client cannot flatter.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import get, peak, rate

SECONDS = 2.0
ROUNDS = 5
LINE = Path(__file__).parent.parent / "lines" / "vladivostok-rason"


def run() -> None:
    """Print the figures for kept answers, and for the home page made anew."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("HTTP: kept pages and feeds, against a constant 200 bytes of the same server")
    with server("pages") as (port, pid):
        for path in ("/en/", "/ru/timetable", "/ko/history", "/feeds/gtfs.zip", "/feeds/departures.ics"):
            _print_against(port, pid, path, "/bench/constant")
        print(f"  server's peak memory {peak(pid)}")
    for kept, words in (
        ("pieces", "made anew from pieces that nothing has changed (as after a minute)"),
        ("drawings", "made anew but for its drawings (as at the first request after an entry)"),
        ("nothing", "made anew with its drawings (as at the first request after a start)"),
    ):
        print(f"HTTP: the home page {words}, against a trivial template of the same server: times it takes")
        with server(kept) as (port, pid):
            for path in ("/en/", "/ru/", "/ko/"):
                _print_against(port, pid, path, "/bench/template", slower=True)
            print(f"  server's peak memory {peak(pid)}")


@contextmanager
def server(kept: str) -> Iterator[tuple[int, int]]:
    """A server of the shipped line in a process of its own; its port and process number."""
    with tempfile.TemporaryDirectory() as scratch:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.server", str(LINE), f"sqlite:///{scratch}/bench.db", kept],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline()), process.pid
        finally:
            process.terminate()
            process.wait()


def _print_against(port: int, pid: int, path: str, baseline: str, *, slower: bool = False) -> None:
    page, least = get(path), get(baseline)
    rate(port, pid, page, 0.3)
    rate(port, pid, least, 0.3)
    pairs = [(rate(port, pid, page, SECONDS), rate(port, pid, least, SECONDS)) for _ in range(ROUNDS)]
    seen = [one.per_second / other.per_second for one, other in pairs]
    spent = [one.per_cpu_second / other.per_cpu_second for one, other in pairs]
    if slower:
        seen, spent = [1 / ratio for ratio in seen], [1 / ratio for ratio in spent]
    one, other = pairs[-1]
    print(
        f"  {path:<24} {statistics.median(seen):5.2f} x  (min {min(seen):.2f}, max {max(seen):.2f}); "
        f"by server processor time {statistics.median(spent):5.2f} x; "
        f"{one.per_second:,.0f}/s of {one.size:,} bytes against {other.per_second:,.0f}/s"
    )
