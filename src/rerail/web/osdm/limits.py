"""How many requests a client makes: a bucket that refills evenly, for each client and process."""

from __future__ import annotations

import math
from typing import Final

_BURST_SECONDS: Final = 10.0
"""A client that was silent may make this many seconds' worth at once."""
_MOST_KEPT: Final = 10_000


class Limits:
    """The buckets of one process, kept in memory: a restart forgives."""

    def __init__(self) -> None:
        self._buckets: Final[dict[str, tuple[float, float]]] = {}

    def wait(self, client: str, per_minute: int, now: float) -> int:
        """Take a request out of a client's bucket. Seconds to wait until the next is there; 0: go on.

        `now` is in seconds of a clock that only moves forward.
        """
        rate = per_minute / 60
        most = max(1.0, rate * _BURST_SECONDS)
        left, seen = self._buckets.get(client, (most, now))
        left = min(most, left + (now - seen) * rate)
        if left < 1:
            self._buckets[client] = (left, now)
            return math.ceil((1 - left) / rate)
        if len(self._buckets) >= _MOST_KEPT and client not in self._buckets:
            self._buckets.clear()
        self._buckets[client] = (left - 1, now)
        return 0
