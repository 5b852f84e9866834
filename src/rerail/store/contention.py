"""Transactions that lose against another: the database undid them, and they are simply done again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError

from rerail.store.engine import StoreError

T = TypeVar("T")

LOST: Final = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATEs of a transaction that lost against another and was undone: serialization, deadlock, lock timeout."""
_TRIES: Final = 5


def sqlstate(error: BaseException | None) -> str | None:
    """The SQLSTATE of a database's error, also where `Store` has put it into a sentence."""
    if isinstance(error, StoreError):
        error = error.__cause__
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def again(work: Callable[[], T]) -> T:
    """Do work that is one transaction of its own, and again if it lost against another: a few times at most."""
    for attempt in range(1, _TRIES):
        try:
            return work()
        except (StoreError, DBAPIError) as error:
            if sqlstate(error) not in LOST:
                raise
        time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  (spreads out rivals; no secret)
    return work()
