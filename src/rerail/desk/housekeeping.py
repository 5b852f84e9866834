"""The thread that does what is left to do: refunds that a suspension owes, payments and payouts left half-way.

It holds no list of jobs. Each round asks the database what is left, so any number of processes may run one, and
one that is killed leaves nothing behind.
"""

from __future__ import annotations

import sys
import threading
import traceback
from typing import Any, Final

import structlog

from rerail.desk.selling import Selling
from rerail.sale import answers

ROUND_SECONDS: Final = 60.0


class Housekeeper:
    """Runs a round at once, then every minute, or when called."""

    def __init__(self, selling: Selling, *, round_seconds: float = ROUND_SECONDS) -> None:
        self._selling: Final = selling
        self._round_seconds: Final = round_seconds
        self._called: Final = threading.Event()
        self._stopping: Final = threading.Event()
        self._log: Final = _log()
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
        """Everything that is left to do now. Raises `StoreError`."""
        self._selling.give_back_owed()
        self._selling.settle_open()
        self._selling.settle_payouts()
        self._selling.call(lambda connection: answers.forget_old(connection, self._selling.current.now()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._called.clear()
            try:
                self.round()
            except Exception as error:
                # The thread outlives a database that is away for a minute; the next round finds what is left.
                self._log.error(
                    "housekeeping failed",
                    type=type(error).__name__,
                    frames=[f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)],
                )
            self._called.wait(self._round_seconds)


def _log() -> Any:
    """A logger of its own: one JSON object per line on standard error, naming no person."""
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        room="desk",
    )
