"""Counters in processes of their own, as the workers of a server are: own store, own writer, own cache."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from rerail.clock import Clock
from rerail.desk.current import Current
from rerail.desk.selling import Selling
from rerail.line.amount import Money
from rerail.sale.payment import Order, Outcome
from rerail.store.engine import Store
from sale.shop import NOON, Turned

_PATIENCE = 120


class FileProvider:
    """A hosted checkout that outlives whoever asks it: what it gave back is in a file.

    Whoever asks what became of an order is told that it was paid.
    """

    name = "file"

    def __init__(self, file: Path) -> None:
        self._file = file

    def begin(self, order: Order) -> str:
        return f"https://pay.example/{order.reference}"

    def outcome(self, reference: str) -> Outcome:
        return "paid"

    def give_back(self, reference: str, amount: Money, key: str) -> None:
        append(self._file, f"{key} {reference} {amount.amount} {amount.currency}\n")

    def given_back(self) -> dict[str, str]:
        """The amount by key, however often each key was asked for."""
        found: dict[str, str] = {}
        for line in whole_lines(self._file):
            key, _, amount = line.partition(" ")
            assert found.setdefault(key, amount) == amount, "one key, two amounts"
        return found


def append(file: Path, line: str) -> None:
    """Add a line in one call to the system: a kill leaves all of it or nothing, and other processes' lines whole."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def whole_lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    return [line.removesuffix("\n") for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]


@contextmanager
def counter(url: str, file: Path, clock: Clock | None = None) -> Iterator[Selling]:
    """A counter on a database that is open already, in this process."""
    store = Store(url)
    current = Current(store, clock or Turned(NOON))
    selling = Selling(current, providers=[FileProvider(file)], site="https://trains.example")
    try:
        yield selling
    finally:
        selling.close()
        store.close()


def all_at_once(jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Each job, a function and its arguments, in a fresh process; none begins before all are there."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["rerail.desk.selling", "rerail.desk.decisions"])
    meeting = context.Barrier(len(jobs))
    with ProcessPoolExecutor(len(jobs), mp_context=context, initializer=_join, initargs=(meeting,)) as processes:
        futures = [processes.submit(_after_meeting, *job) for job in jobs]
        return [future.result(_PATIENCE) for future in futures]


_meetings: list[Barrier] = []


def _join(meeting: Barrier) -> None:
    _meetings.append(meeting)


def _after_meeting(act: Callable[..., Any], *given: Any) -> Any:
    _meetings[-1].wait(_PATIENCE)
    return act(*given)
