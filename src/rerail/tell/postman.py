"""The threads that empty the outbox while the service runs, one for each channel."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import Any, Final

import structlog

from rerail.clock import Clock
from rerail.store.engine import Store
from rerail.tell.carrying import Channel, carry
from rerail.tell.delivery import Compose, Mail, Transport

POLL_SECONDS: Final = 15.0
"""How often to look without being woken: for what other processes queued, and for tries that have come due."""

_BATCH: Final = 20


class Carrier:
    """Delivers in the background: at once when woken, else every few seconds. One per process is enough.

    Any number of processes may have one; a message is with one of them at a time.
    """

    def __init__(self, store: Store, clock: Clock, channel: Channel, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._store: Final = store
        self._clock: Final = clock
        self._channel: Final = channel
        self._poll_seconds: Final = poll_seconds
        self._called: Final = threading.Event()
        self._stopping: Final = threading.Event()
        self._log: Final = _log()
        # A daemon: a process that is told to go does not wait for a server. What was leased is sent later.
        self._thread: Final = threading.Thread(target=self._run, name=f"carrier of {channel.name}", daemon=True)

    def start(self) -> None:
        """Begin; whatever waits is sent now."""
        self._thread.start()

    def wake(self) -> None:
        """There is something new in the outbox (call it after the commit). Returns at once."""
        self._called.set()

    def stop(self, timeout_seconds: float = 10.0) -> bool:
        """End after the message in hand. Whether that came about within the timeout."""
        self._stopping.set()
        self._called.set()
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._called.clear()
            if not self._round():
                self._called.wait(self._poll_seconds)

    def _round(self) -> bool:
        """Deliver a batch; whether there may be more at once."""
        try:
            done = carry(self._store, self._clock, self._channel, limit=_BATCH, stopping=self._stopping.is_set)
        except Exception as error:
            # The thread outlives a database that is away for a minute: nobody would notice that it has stopped.
            self._log.error(
                f"{self._channel.name} could not be delivered", error=type(error).__name__, where=_where(error)
            )
            return False
        if done.given_up:
            self._log.warning(f"{self._channel.name} was given up", messages=done.given_up)
        return done.taken == _BATCH


class Postman(Carrier):
    """The carrier of letters."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        compose: Compose,
        transport: Transport,
        *,
        host: str,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        super().__init__(store, clock, Mail(compose, transport, host=host), poll_seconds=poll_seconds)


def _log() -> Any:
    """A logger of its own, as the web's: one JSON object per line on standard error, naming no person."""
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        room="tell",
    )


def _where(error: BaseException) -> list[str]:
    """The frames of an error; neither its message nor its locals, which can hold an address."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
