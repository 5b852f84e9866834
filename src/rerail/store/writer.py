"""The one writer of a process: acts that wait for the disk together.

A commit that is on the disk costs milliseconds, however little it says. So one thread takes the acts that
wait, up to 64, and writes them in one transaction; each act's caller is told after its commit, never before.

One act's failure is its own. On SQLite each act of a batch stands in a savepoint. On PostgreSQL a savepoint
for each would cost more than it saves: after a failure the batch is rolled back and its acts run again, each
in a transaction of its own. An act may therefore run more than once; what it did before is then undone, so
it must do nothing outside its connection but what a `Watcher` can take back.

Acts of one kind that wait together are done together (`rerail.store.acts.Joint`): in the hope that nothing stands
in their way, by a few statements for all of them; else each alone.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Final, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError

from rerail.store.acts import Act, Joint, Waiting, by_themselves, do, tell, units
from rerail.store.contention import LOST, sqlstate
from rerail.store.engine import Store, StoreError

T = TypeVar("T")

MOST: Final = 64
"""Acts in one transaction."""

_TRIES: Final = 8


class WriterClosed(StoreError):
    """The writer was closed; nothing more is written through it."""


class Watcher(Protocol):
    """Told in the writer's thread how its transactions end: a cache that acts have written to ahead of them."""

    def committed(self) -> None:
        """Everything since the last call is in the database."""
        ...

    def undone(self) -> None:
        """Some or all of what was done since the last call is not in the database."""
        ...


class _Undone(Exception):
    """Leaves a transaction so that it is rolled back."""


class Writer:
    """Collects acts into few transactions. One per process; its thread starts with the first act."""

    def __init__(self, store: Store, watchers: Sequence[Watcher] = ()) -> None:
        self._store: Final = store
        self._watchers: Final = tuple(watchers)
        self._savepoints: Final = store.dialect == "sqlite"
        self._waiting: Final[SimpleQueue[Waiting | None]] = SimpleQueue()
        """None is the last there will be."""
        self._handing_in: Final = threading.Lock()
        self._closed = False
        self._thread: threading.Thread | None = None

    def submit(self, act: Act[T]) -> Future[T]:
        """Have an act done in a write transaction; the future is resolved after its commit.

        The future carries the act's own exception, `StoreError` if the database is out of reach.
        Raises `WriterClosed` after `close`.
        """
        future: Future[T] = Future()
        self._queue(Waiting(act, future))
        return future

    async def run(self, act: Act[T]) -> T:
        """The same, awaited. A task that is cancelled while its act waits takes it back."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue(Waiting(act, future, loop))
        return await future

    def _queue(self, waiting: Waiting) -> None:
        with self._handing_in:
            if self._closed:
                raise WriterClosed(f"The database {self._store.name} is being closed; try again after the restart.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="rerail-writer", daemon=True)
                self._thread.start()
            self._waiting.put(waiting)

    def call(self, act: Act[T]) -> T:
        """The same, blocking this thread until the commit."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("an act asked its own writer to write and to wait for it; use the act's connection")
        return self.submit(act).result()

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._handing_in:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        more = True
        while more:
            batch, more = self._next()
            if not batch:
                continue
            try:
                self._write(batch)
            except BaseException as error:  # whatever it is, nobody may wait for ever
                for waiting in batch:
                    waiting.error = waiting.error or error
            tell(batch)

    def _next(self) -> tuple[list[Waiting], bool]:
        """The acts that wait now, and whether there will be more; waits for the first."""
        batch: list[Waiting] = []
        waiting = self._waiting.get()
        while waiting is not None:
            if waiting.begin():
                batch.append(waiting)
            if len(batch) == MOST:
                return batch, True
            try:
                waiting = self._waiting.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _write(self, batch: Sequence[Waiting]) -> None:
        if len(batch) == 1 and not isinstance(batch[0].act, Joint):
            self._alone(batch[0])
            return
        again = self._in_savepoints(batch) if self._savepoints else self._together(batch)
        for waiting in again:
            self._alone(waiting)

    def _in_savepoints(self, batch: Sequence[Waiting]) -> list[Waiting]:
        """All in one transaction, each unit in a savepoint. Returns those to be tried alone."""
        again: list[Waiting] = []
        try:
            with self._store.write() as connection:
                todo = deque(units(batch))
                while todo:
                    unit = todo.popleft()
                    # Said to the driver: `begin_nested` takes longer than an act's own statements.
                    connection.exec_driver_sql("SAVEPOINT act")
                    try:
                        todo.extend(by_themselves(do(connection, unit)))
                    except Exception as error:
                        connection.exec_driver_sql("ROLLBACK TO act")
                        self._tell_undone()
                        if unit.many is not None:
                            todo.extend(by_themselves(unit.waiting))
                        # SQLite's "operational" is anything from a misspelt table to a full disk: alone, `Store` says.
                        elif isinstance(error, OperationalError):
                            again.extend(unit.waiting)
                        else:
                            unit.waiting[0].error = error
                    connection.exec_driver_sql("RELEASE act")
        except (StoreError, DBAPIError) as error:
            self._tell_undone()
            for waiting in batch:
                waiting.error = error
            return []
        self._tell_committed()
        return again

    def _together(self, batch: Sequence[Waiting]) -> Sequence[Waiting]:
        """All in one transaction, or none of them. Returns those to be tried alone: all, or none."""
        committing = False
        try:
            with self._store.write() as connection:
                for unit in units(batch):
                    try:
                        for waiting in do(connection, unit):
                            waiting.result = waiting.act(connection)
                    except Exception as error:
                        raise _Undone from error
                committing = True
        except _Undone as undone:
            self._tell_undone()
            if not _lost_connection(undone.__cause__):
                return batch
            # Each would wait for the same silence: let one find out what is to be said.
            self._alone(batch[0])
            if not isinstance(batch[0].error, StoreError):
                return batch[1:]
            for waiting in batch[1:]:
                waiting.error = batch[0].error
            return []
        except (StoreError, DBAPIError) as error:
            self._tell_undone()
            # A commit that was refused is undone for certain; after one that broke off nobody knows.
            if committing and sqlstate(error) in LOST:
                return batch
            for waiting in batch:
                waiting.error = error
            return []
        self._tell_committed()
        return ()

    def _alone(self, waiting: Waiting) -> None:
        """In a transaction of its own; again if it lost against another."""
        for attempt in range(1, _TRIES + 1):
            try:
                with self._store.write() as connection:
                    waiting.result = waiting.act(connection)
            except Exception as error:
                self._tell_undone()
                waiting.error = error
                if sqlstate(error) not in LOST or attempt == _TRIES:
                    return
                time.sleep(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311  (spreads out rivals; no secret)
            else:
                waiting.error = None
                self._tell_committed()
                return

    def _tell_committed(self) -> None:
        for watcher in self._watchers:
            watcher.committed()

    def _tell_undone(self) -> None:
        for watcher in self._watchers:
            watcher.undone()


def _lost_connection(error: BaseException | None) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
