"""Availability, offers and sales over HTTP, against a constant and a trivial validated POST of the same server.

The server has one core and the load the other. What is measured is the desk behind one strict JSON body each:
what any face (a page, a retailer's interface) has to do at least.
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

from bench.engine import postgres
from bench.load import CONNECTIONS, get, peak, post, rate
from bench.scratch import scratch

SECONDS = 1.5
ROUNDS = 3
LINE = Path(__file__).parent.parent / "lines" / "vladivostok-rason"
CALLERS = 32


def run(url: str | None = None) -> None:
    """Print the figures of the disk or server of the URL given, else of SQLite and a PostgreSQL started for it."""
    if url is not None:
        _measure(url)
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure(f"sqlite:///{folder}/bench.db")
    with postgres() as server:
        _measure(server)


def _measure(url: str) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(f"Selling over HTTP, on {url.partition(':')[0]}, {CONNECTIONS} connections")
    with scratch(url) as database, _server(database) as (port, pid):
        constant, validated = get("/bench/constant"), post("/bench/validated", b'{"name": "passenger", "count": 2}')
        for name, question in (
            ("availability of a stretch", post("/bench/availability", b"{}")),
            ("offer of out and back, two passengers", post("/bench/offer", b"{}")),
        ):
            _print(name, question, constant, port, pid, "the constant")
            _print(name, question, validated, port, pid, "the validated POST")
        _print(
            "hold and let go (two durable writes)",
            post("/bench/hold", b"{}"),
            validated,
            port,
            pid,
            "the validated POST",
        )
        _print(
            f"the same, {CALLERS} callers at once",
            post("/bench/hold", b"{}"),
            validated,
            port,
            pid,
            "the validated POST",
            connections=CALLERS,
        )
        print(f"  server's peak memory {peak(pid)}")


def _print(
    name: str, question: bytes, baseline: bytes, port: int, pid: int, of: str, connections: int = CONNECTIONS
) -> None:
    rate(port, pid, question, 0.3, connections)
    rate(port, pid, baseline, 0.3, connections)
    pairs = [
        (rate(port, pid, question, SECONDS, connections), rate(port, pid, baseline, SECONDS, connections))
        for _ in range(ROUNDS)
    ]
    seen = [one.per_second / other.per_second for one, other in pairs]
    spent = [one.per_cpu_second / other.per_cpu_second for one, other in pairs]
    one, other = pairs[-1]
    print(
        f"  {name:<40} {statistics.median(seen):5.3f} of {of:<19} (min {min(seen):.3f}, max {max(seen):.3f}); "
        f"by server processor time {statistics.median(spent):.3f}; "
        f"{one.per_second:,.0f}/s against {other.per_second:,.0f}/s"
    )


@contextmanager
def _server(url: str) -> Iterator[tuple[int, int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.counter_server", str(LINE), url], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process.pid
    finally:
        process.terminate()
        process.wait()
