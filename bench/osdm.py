"""The whole sale over HTTP, as retailers buy: offer, booking, tickets with a signed barcode; against a validated POST.

The server has one core; the load, and PostgreSQL where it is measured, the other. A ticket counts when the answer
brought its signed barcode; of each round a sample is verified, and in the end the whole database is looked at: as
many confirmed places as tickets, none sold twice, every posting in balance. What a second of the server's processor
does is the figure that travels; what a wall clock saw stands beside it.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import uvloop
from sqlalchemy import text

from bench import busy_line
from bench.engine import postgres
from bench.load import peak, post, processor_seconds
from bench.osdm_load import CALLS, Retailers, Sold, percentile
from bench.scratch import scratch
from rerail.money.ledger import integrity
from rerail.store.engine import Store
from rerail.ticket.keys import Keys, by_number
from rerail.ticket.tables import published
from rerail.ticket.verify import verify

ROUNDS: Final = 5
SECONDS: Final = 5.0
BASELINE_SECONDS: Final = 1.5
WARM_SECONDS: Final = 2.0
CALLERS: Final = 32
PARTIES: Final = (1, 4)
"""Passengers per booking."""
SAMPLE: Final = 200

CHINA: Final = 1032
"""Tickets per second that all of China's railways sold at their peak of 2015."""


class Figures(msgspec.Struct, frozen=True):
    """One round."""

    per_second: float
    per_cpu_second: float
    baseline: float
    """Validated POSTs per second of the server's processor, in the same round."""
    sold: Sold


def run(url: str | None = None) -> None:
    """Print the figures of the disk or server of the URL given, else of SQLite and a PostgreSQL started for it."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        line = Path(folder) / "line"
        busy_line.write(line)
        if url is not None:
            _measure(url, line)
            return
        _measure(f"sqlite:///{folder}/bench.db", line)
        with postgres() as server:
            _measure(server, line)


def _measure(url: str, line: Path) -> None:
    database = url.partition(":")[0]
    print(f"OSDM: offer, booking, tickets on {database}; {CALLERS} connections, every commit durable", flush=True)
    with scratch(url) as database:
        rounds: dict[int, list[Figures]] = {party: [] for party in PARTIES}
        with _server(line, database) as (port, pid, client, secret):
            retailers = Retailers(port, _token(port, client, secret), CALLERS)
            warm = [uvloop.run(retailers.sell(party, WARM_SECONDS)) for party in PARTIES]
            tickets = sum(len(one.barcodes) for one in warm)
            for _ in range(ROUNDS):
                for party in PARTIES:
                    rounds[party].append(_round(retailers, pid, party))
            memory = peak(pid)
        for party in PARTIES:
            _print(party, rounds[party])
        tickets += sum(len(one.sold.barcodes) for its in rounds.values() for one in its)
        print(f"  server's peak memory {memory}; {_looked_at(database, tickets, rounds)}")


def _round(retailers: Retailers, pid: int, party: int) -> Figures:
    before = processor_seconds(pid)
    answers, _ = uvloop.run(retailers.ask(post("/bench/validated", _BODY), BASELINE_SECONDS))
    between = processor_seconds(pid)
    sold = uvloop.run(retailers.sell(party, SECONDS))
    after = processor_seconds(pid)
    return Figures(
        per_second=len(sold.barcodes) / sold.seconds,
        per_cpu_second=len(sold.barcodes) / (after - between),
        baseline=answers / (between - before),
        sold=sold,
    )


def _body() -> bytes:
    """Two kilobytes that are worth validating."""
    items = [{"name": f"passenger {number}", "count": number, "tags": ["window", "lower"]} for number in range(34)]
    return msgspec.json.encode({"number": 1, "items": items})


_BODY: Final = _body()


def _print(party: int, rounds: list[Figures]) -> None:
    spent = [one.per_cpu_second for one in rounds]
    seen = [one.per_second for one in rounds]
    plain = [one.baseline for one in rounds]
    ratios = [one.baseline * party / one.per_cpu_second for one in rounds]
    print(
        f"  {party} per booking: {_spread(spent)} tickets per server CPU-second "
        f"({statistics.median(spent) / CHINA:.2f} of China's peak), {_spread(seen)}/s by the clock; "
        f"a sale costs {_spread(ratios, 1)} validated POSTs of {len(_BODY)} bytes ({_spread(plain)} per CPU-second)"
    )
    for name in CALLS:
        took = [seconds for one in rounds for seconds in one.sold.took[name]]
        print(f"    {name:<11} p50 {percentile(took, 50):6.1f} ms, p99 {percentile(took, 99):6.1f} ms")


def _spread(figures: list[float], digits: int = 0) -> str:
    return f"{statistics.median(figures):,.{digits}f} ({min(figures):,.{digits}f} – {max(figures):,.{digits}f})"


def _looked_at(database: str, tickets: int, rounds: dict[int, list[Figures]]) -> str:
    """What a look at everything that was sold found. Raises `AssertionError` if a figure was flattering."""
    store = Store(database)
    with store.read() as connection:
        keys = by_number(published(connection))
        confirmed = int(connection.scalar(text("SELECT count(*) FROM booking_part WHERE state = 'confirmed'")) or 0)
        claimed = int(connection.scalar(text("SELECT count(*) FROM place_claim WHERE until IS NULL")) or 0)
        twice = int(connection.scalar(_TWICE) or 0)
        faults = integrity(connection).faults
    store.close()
    checked = sum(_verified(one.sold, keys) for its in rounds.values() for one in its)
    assert confirmed == claimed == tickets, f"{tickets} tickets, {confirmed} parts, {claimed} claims"
    assert not twice, f"{twice} places were sold twice"
    assert not faults, faults[0]
    return f"{tickets:,} tickets, each with its place, none twice, money in balance; {checked:,} barcodes verified"


_TWICE: Final = text(
    "SELECT count(*) FROM place_claim AS one JOIN place_claim AS other USING (departure, coach, place) "
    "WHERE one.board < other.board AND other.board < one.alight"
)


def _verified(sold: Sold, keys: Keys) -> int:
    sample = random.Random(1).sample(sold.barcodes, min(SAMPLE, len(sold.barcodes)))
    for raw in sample:
        verdict = verify(raw, keys)
        assert verdict.word == "valid", verdict.why
    return len(sample)


class _Token(msgspec.Struct):
    access_token: str


def _token(port: int, client: str, secret: str) -> str:
    form = f"grant_type=client_credentials&client_id={client}&client_secret={secret}".encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/osdm/oauth/token", form) as answer:
        return msgspec.json.decode(answer.read(), type=_Token).access_token


@contextmanager
def _server(line: Path, database: str) -> Iterator[tuple[int, int, str, str]]:
    """The server in a process of its own: its port and process number, a client of it and its secret."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.osdm_server", str(line), database],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port, client, secret = process.stdout.readline().split()
        yield int(port), process.pid, client, secret
    finally:
        process.terminate()
        process.wait()
