"""How many bookings one address may hold unpaid at once, so that a robot cannot hold a whole train.

Counted in this process alone: with several processes the limit is that many times higher. What is kept is not
the address but a digest under a key made at the start and never stored, and only until the hold ends.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

MOST_HELD: Final = 6
"""Bookings. A family at one connection, or a small office, needs fewer; a train has hundreds of places."""

_TAKEN_FOR: Final = timedelta(minutes=2)
"""How long an attempt counts that has not ended: a process does not take longer over one."""


class OpenHolds:
    """The unpaid holds of each address, in this process."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most: Final = most
        self._key: Final = secrets.token_bytes(32)
        self._lock: Final = threading.Lock()
        self._held: Final[dict[bytes, dict[str, tuple[str, datetime]]]] = {}

    def begin(self, address: str, form: str, now: datetime, still_held: Callable[[str], bool]) -> datetime | None:
        """Count an attempt to hold from an address. None: go ahead; else when (UTC) to try again.

        `form` is the form's key: a second click on it is no second hold. `still_held` says of a booking's code
        whether it is still unpaid; it is asked only when the limit is reached.
        """
        who = self._digest(address)
        with self._lock:
            self._forget(now)
            mine = self._held.setdefault(who, {})
            full = form not in mine and len(mine) >= self._most
            if not full:
                mine.setdefault(form, ("", now + _TAKEN_FOR))
                return None
            waiting = [(form_, code) for form_, (code, _) in mine.items() if code]
        ended = [form_ for form_, code in waiting if not still_held(code)]
        with self._lock:
            mine = self._held.setdefault(who, {})
            for form_ in ended:
                mine.pop(form_, None)
            if len(mine) >= self._most:
                return min(until for _, until in mine.values())
            mine[form] = ("", now + _TAKEN_FOR)
            return None

    def held(self, address: str, form: str, code: str, until: datetime) -> None:
        """The attempt became a booking, held until an instant (UTC)."""
        with self._lock:
            self._held.setdefault(self._digest(address), {})[form] = (code, until)

    def failed(self, address: str, form: str) -> None:
        """The attempt held nothing."""
        with self._lock:
            mine = self._held.get(self._digest(address), {})
            if form in mine and not mine[form][0]:
                del mine[form]

    def __len__(self) -> int:
        """Addresses remembered."""
        return len(self._held)

    def _forget(self, now: datetime) -> None:
        for who in list(self._held):
            left = {form: one for form, one in self._held[who].items() if one[1] > now}
            if left:
                self._held[who] = left
            else:
                del self._held[who]

    def _digest(self, address: str) -> bytes:
        return hashlib.blake2b(_network(address).encode(), key=self._key, digest_size=16).digest()


def _network(address: str) -> str:
    """The address; of an IPv6 address its first 64 bits, which is what one subscriber is given."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(int(known) >> 64) if isinstance(known, IPv6Address) else address
