"""The thread that does what is left to do: refunds that a suspension owes, payments left half-way, crossing lists.

It holds no list of jobs. Each round asks the database what is left, so any number of processes may run one, and
one that is killed leaves nothing behind.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from rerail.desk.border import Border
from rerail.desk.log import log_failed
from rerail.desk.selling import Selling
from rerail.people.audit import NOBODY
from rerail.sale import answers
from rerail.store.engine import StoreError

ROUND_SECONDS: Final = 60.0
ERASES_EVERY_SECONDS: Final = 3600.0


class Housekeeper:
    """Runs a round at once, then every minute, or when called."""

    def __init__(self, selling: Selling, border: Border | None = None, *, round_seconds: float = ROUND_SECONDS) -> None:
        self._selling: Final = selling
        self._border: Final = border
        self._erased_at: float | None = None
        self._round_seconds: Final = round_seconds
        self._called: Final = threading.Event()
        self._stopping: Final = threading.Event()
        self._thread: Final = threading.Thread(target=self._run, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Begin; what a crash left over is done now."""
        self._thread.start()

    def call(self) -> None:
        """There is something to do: a railway has withdrawn."""
        self._called.set()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """End after the round in hand."""
        self._stopping.set()
        self._called.set()
        self._thread.join(timeout_seconds)

    def round(self) -> None:
        """Everything that is left to do now. One kind of work that fails keeps no other from being done.

        Raises `StoreError`.
        """
        works: tuple[Callable[[], object], ...] = (
            self._selling.give_back_owed,
            self._selling.settle_open,
            self._selling.settle_payouts,
            self._forget_answers,
            *(self._at_the_border() if self._border is not None else ()),
        )
        for work in works:
            try:
                work()
            except StoreError:
                raise
            except Exception as error:
                log_failed("housekeeping failed", error)

    def _at_the_border(self) -> tuple[Callable[[], object], ...]:
        border = self._border
        assert border is not None  # asked by the caller
        return (
            border.check_keys,
            border.remind_due,
            border.close_due,
            border.amend_due,
            self._deliver,
            border.read_receipts,
            self._erase,
        )

    def _deliver(self) -> None:
        """Some lists at a time: printing them takes long, and an amendment or a refund waits no longer for it."""
        if self._border is not None and self._border.deliver_due():
            self.call()

    def _erase(self) -> None:
        """Once an hour: what is to be erased counts in days, and finding it reads every booking that names somebody."""
        now = time.monotonic()
        if self._border is not None and (self._erased_at is None or now - self._erased_at >= ERASES_EVERY_SECONDS):
            self._border.erase(NOBODY)
            self._erased_at = now

    def _forget_answers(self) -> None:
        self._selling.call(lambda connection: answers.forget_old(connection, self._selling.current.now()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._called.clear()
            try:
                self.round()
            except Exception as error:
                # The thread outlives a database that is away for a minute; the next round finds what is left.
                log_failed("housekeeping failed", error)
            self._called.wait(self._round_seconds)
