"""What is handed to the writer: acts, those of one kind that can be done together, and who waits for them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from enum import Enum
from typing import Any, Final, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Act = Callable[[Connection], T]


class Alone(Enum):
    """What became of an order that was not done together with others: nothing yet."""

    ALONE = "alone"


ALONE: Final = Alone.ALONE

Many = Callable[[Connection, Sequence[Any]], Sequence[Any]]
"""Does many orders by as few statements as it can. Gives for each in turn its result, the exception of one that
wrote nothing, or `ALONE` for one that is to be done by itself. If it raises, none was done, and each is done alone."""


class Joint(Generic[T]):
    """An act that can be done together with others of its kind: several orders cost little more than one."""

    __slots__ = ("_alone", "many", "order")

    def __init__(self, many: Many, order: Any, alone: Act[T]) -> None:
        """`alone` does the order by itself, with the same effect."""
        self.many: Final = many
        self.order: Final = order
        self._alone: Final = alone

    def __call__(self, connection: Connection) -> T:
        """Do it alone."""
        return self._alone(connection)


class Waiting:
    """An act and whom to tell: a thread that waits, or a task of an event loop."""

    __slots__ = ("act", "error", "future", "loop", "result")

    def __init__(
        self, act: Act[Any], future: Future[Any] | asyncio.Future[Any], loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self.act: Final[Any] = act
        self.future: Final = future
        self.loop: Final = loop
        self.result: Any = None
        self.error: BaseException | None = None

    def begin(self) -> bool:
        """Whether it is to be done: nobody has taken it back."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()

    def tell(self) -> None:
        """Say what came of it, in the thread of whoever waits."""
        if self.loop is not None and self.future.done():
            return  # a task that was cancelled meanwhile: the act is done, and nobody listens
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def tell(batch: Iterable[Waiting]) -> None:
    """Say what came of a batch: the tasks of one event loop by a single message, for each costs more than an act."""
    tasks: defaultdict[asyncio.AbstractEventLoop, list[Waiting]] = defaultdict(list)
    for waiting in batch:
        if waiting.loop is None:
            waiting.tell()
        else:
            tasks[waiting.loop].append(waiting)
    for loop, theirs in tasks.items():
        with suppress(RuntimeError):  # the loop was closed: its tasks are gone
            loop.call_soon_threadsafe(_tell, theirs)


def _tell(tasks: list[Waiting]) -> None:
    for waiting in tasks:
        waiting.tell()


class Unit(NamedTuple):
    """What is done at once: acts of one kind by its `many`, or one act by itself."""

    many: Many | None
    waiting: list[Waiting]


def by_themselves(batch: Iterable[Waiting]) -> list[Unit]:
    """Each act a unit of its own."""
    return [Unit(None, [waiting]) for waiting in batch]


def units(batch: Iterable[Waiting]) -> list[Unit]:
    """A batch as what is done at once, in the order of the first of each unit."""
    found: list[Unit] = []
    joined: dict[Many, Unit] = {}
    for waiting in batch:
        many = waiting.act.many if isinstance(waiting.act, Joint) else None
        if many is not None and many in joined:
            joined[many].waiting.append(waiting)
            continue
        found.append(Unit(many, [waiting]))
        if many is not None:
            joined[many] = found[-1]
    return found


def do(connection: Connection, unit: Unit) -> list[Waiting]:
    """Do a unit. Returns those of it that are to be done alone. Raises what an act raised; then none is done."""
    if unit.many is None:
        unit.waiting[0].result = unit.waiting[0].act(connection)
        return []
    outcomes = unit.many(connection, [waiting.act.order for waiting in unit.waiting])
    alone: list[Waiting] = []
    for waiting, outcome in zip(unit.waiting, outcomes, strict=True):
        if outcome is ALONE:
            alone.append(waiting)
        elif isinstance(outcome, Exception):
            waiting.error = outcome
        else:
            waiting.result = outcome
    return alone
