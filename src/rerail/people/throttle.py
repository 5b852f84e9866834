"""How often one may try to sign in: a few times at once, then ever more slowly.

Failures are counted per name and per address. A try counts as a failure from its start until it proves
right, so that a hundred tries at the same moment get no more guesses than a hundred one after the other.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from rerail.people.users import PeopleError, name_key

Kind = Literal["address", "name"]

NO_WAIT: Final = timedelta(0)
FORGOTTEN_AFTER: Final = timedelta(days=1)
"""Failures this long ago do not count, and are not kept."""


class Limit(Struct, frozen=True, kw_only=True):
    """`free` failures cost nothing; each further one doubles the wait, from `first` up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta


LIMITS: Final[dict[Kind, Limit]] = {
    # A person mistypes; whoever guesses at one name gets about a hundred tries a day.
    "name": Limit(free=5, first=timedelta(seconds=2), longest=timedelta(minutes=15)),
    # An office may share one address; a machine that tries many names does too.
    "address": Limit(free=20, first=timedelta(seconds=2), longest=timedelta(minutes=15)),
}


class Failures(Struct, frozen=True):
    """How many tries failed, and when the last one was (UTC)."""

    count: int
    last: datetime


class Throttled(PeopleError):
    """Too many failed tries; the password was not looked at. `wait` is how long until the next try is."""

    def __init__(self, wait: timedelta) -> None:
        self.wait: Final = wait
        super().__init__("Too many failed sign-ins; try again in %(seconds)d seconds.", seconds=seconds_up(wait))


def delay(count: int, limit: Limit) -> timedelta:
    """How long after its `count`-th failure the next try may be."""
    if count < limit.free:
        return NO_WAIT
    doublings = min(count - limit.free, 32)
    return min(limit.first * (1 << doublings), limit.longest)


def wait(failures: Failures | None, limit: Limit, now: datetime) -> timedelta:
    """How long until the next try may be; zero: now."""
    if failures is None or now - failures.last >= FORGOTTEN_AFTER:
        return NO_WAIT
    return max(failures.last + delay(failures.count, limit) - now, NO_WAIT)


def one_more(failures: Failures | None, now: datetime) -> Failures:
    """The failures with a try at this moment among them."""
    if failures is None or now - failures.last >= FORGOTTEN_AFTER:
        return Failures(1, now)
    return Failures(failures.count + 1, max(failures.last, now))


def one_less(failures: Failures) -> Failures | None:
    """The failures without a try that proved right; None: none are left."""
    return Failures(failures.count - 1, failures.last) if failures.count > 1 else None


def seconds_up(span: timedelta) -> int:
    """Whole seconds, rounded up: what Retry-After says (RFC 9110, section 10.2.3)."""
    return -(-span // timedelta(seconds=1))


def subject(kind: Kind, text: str, secret: bytes) -> str:
    """What is kept of a name or address: a keyed hash, of no use in another database.

    Some people type their password where the name belongs, so not even the name is kept as it was typed.
    An IPv6 address counts as its /64, which is what one subscriber has.
    """
    plain = name_key(text) if kind == "name" else _network(text)
    return hmac.new(secret, f"{kind}:{plain}".encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
