"""Pages and feeds over HTTP, against a constant response and a trivial template of the same server.

The server has one core and the load the other. Throughput is what the client saw; beside it stands the
processor time the server spent per answer, which a slow client cannot flatter.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

CONNECTIONS = 4
SECONDS = 2.0
ROUNDS = 5
LINE = Path(__file__).parent.parent / "lines" / "vladivostok-rason"


class Rate(Struct, frozen=True):
    """Answers per second as the client saw them, and per second of the server's processor."""

    per_second: float
    per_cpu_second: float
    size: int


def run() -> None:
    """Print the figures for kept answers, and for the home page made anew."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("HTTP: kept pages and feeds, against a constant 200 bytes of the same server")
    with server("pages") as (port, pid):
        for path in ("/en/", "/ru/timetable", "/ko/history", "/feeds/gtfs.zip", "/feeds/departures.ics"):
            _print_against(port, pid, path, "/bench/constant")
        print(f"  server's peak memory {_peak(pid)}")
    for kept, words in (
        ("pieces", "made anew from pieces that nothing has changed (as after a minute)"),
        ("drawings", "made anew but for its drawings (as at the first request after an entry)"),
        ("nothing", "made anew with its drawings (as at the first request after a start)"),
    ):
        print(f"HTTP: the home page {words}, against a trivial template of the same server: times it takes")
        with server(kept) as (port, pid):
            for path in ("/en/", "/ru/", "/ko/"):
                _print_against(port, pid, path, "/bench/template", slower=True)
            print(f"  server's peak memory {_peak(pid)}")


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
    _rate(port, pid, path, 0.3)
    _rate(port, pid, baseline, 0.3)
    pairs = [(_rate(port, pid, path, SECONDS), _rate(port, pid, baseline, SECONDS)) for _ in range(ROUNDS)]
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


def _rate(port: int, pid: int, path: str, seconds: float) -> Rate:
    spent = _processor_seconds(pid)
    started = time.perf_counter()
    until = started + seconds
    counts: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: counts.append(_ask(port, path, until))) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    answers = sum(count for count, _ in counts)
    return Rate(answers / elapsed, answers / max(0.01, _processor_seconds(pid) - spent), counts[0][1])


def _ask(port: int, path: str, until: float) -> tuple[int, int]:
    """Ask over one kept-alive connection until the time is up: how many answers, and an answer's size."""
    question = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    answered = size = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            connection.sendall(question)
            size = _answer(connection, path)
            answered += 1
    return answered, size


def _answer(connection: socket.socket, path: str) -> int:
    held = connection.recv(65536)
    while (end := held.find(b"\r\n\r\n")) < 0:
        held += connection.recv(65536)
    if not held.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{path} answered {held[:80]!r}")
    head = held[:end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        raise SystemExit(f"{path} has no content-length")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    rest = length - (len(held) - end - 4)
    while rest > 0:
        rest -= len(connection.recv(min(rest, 1 << 18)))
    return length


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> str:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return f"{int(line.split()[1]) / 1024:.0f} MiB"
    return "unknown"
