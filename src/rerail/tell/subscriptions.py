"""Subscribers: machines that are told by webhook. Where each is told, and the secret by which it knows us.

The table's SQL is here and nowhere else.
"""

from __future__ import annotations

import base64
import ipaddress
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Column, Connection, LargeBinary, Row, Table, Text, bindparam, delete, insert, select

from rerail.store.columns import Instant, metadata
from rerail.store.literal import Literal, among

subscription_table: Final = Table(
    "tell_subscription",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("since", Instant, nullable=False),
)

_OF: Final = select(subscription_table).where(subscription_table.c.subscriber == bindparam("of"))
_AMONG: Final = Literal("SELECT subscriber FROM tell_subscription WHERE subscriber AMONG ?")
_LONGEST: Final = 2000
_SECRET_BYTES: Final = 32


class Subscription(Struct, frozen=True, kw_only=True):
    """A subscriber."""

    subscriber: str
    url: str
    secret: bytes
    """Signs what is sent there."""
    since: datetime
    """UTC."""


class AddressRefused(ValueError):
    """Nothing is sent to such an address; the sentence says why and what to do."""


def shown(secret: bytes) -> str:
    """A secret as its subscriber is told it, once: "whsec_" and base64, as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def new_secret() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(_SECRET_BYTES)


def checked_url(text: str, *, loopback: bool) -> str:
    """The address as it is kept: over TLS, of a public host. Raises `AddressRefused`.

    `loopback` lets an address of this machine pass too, over plain HTTP if it likes: for a try-out. A host's name is
    resolved only when something is sent, and what it resolves to is then checked again.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _refused(text) from None
    printable = text.isascii() and text.isprintable() and " " not in text
    if not host or not printable or len(text) > _LONGEST or parts.fragment or parts.username or parts.password:
        raise _refused(text)
    here = is_loopback(host)
    if here and not loopback:
        raise AddressRefused(
            f"{text[:100]} is an address of this machine, and nothing is sent there; name one of the subscriber's."
        )
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise AddressRefused(f"{text[:100]} is not secured; an address for webhooks begins with https://.")
    literal = _literal(host)
    if literal is not None and not here and not is_public(literal):
        raise AddressRefused(f"{text[:100]} is an address of a private network, and nothing is sent there.")
    return text


def is_loopback(host: str) -> bool:
    """Whether a host is named as this machine: "localhost", 127.0.0.1, ::1."""
    literal = _literal(host)
    return host.lower() == "localhost" or (literal is not None and literal.is_loopback)


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the public internet: what it carries inside (6to4, NAT64 …) as well."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            inside.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        return all(is_public(one) for one in inside if one is not None)
    return True


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refused(text: str) -> AddressRefused:
    return AddressRefused(f'"{text[:100]}" is no address for webhooks; write it as https://retailer.example/rerail.')


def subscribe(connection: Connection, subscription: Subscription) -> None:
    """Keep where a subscriber is told, instead of wherever it was before."""
    unsubscribe(connection, subscription.subscriber)
    row = {
        "subscriber": subscription.subscriber,
        "url": subscription.url,
        "secret": subscription.secret,
        "since": subscription.since,
    }
    connection.execute(insert(subscription_table), row)


def unsubscribe(connection: Connection, subscriber: str) -> bool:
    """Tell a subscriber nothing more; whether it was told anything."""
    table = subscription_table
    return connection.execute(delete(table).where(table.c.subscriber == subscriber)).rowcount == 1


def subscription_of(connection: Connection, subscriber: str) -> Subscription | None:
    """Where a subscriber is told; None: nowhere."""
    row = connection.execute(_OF, {"of": subscriber}).one_or_none()
    return None if row is None else _subscription(row)


def subscribers_among(connection: Connection, names: Collection[str]) -> frozenset[str]:
    """Those of these that are told anything."""
    return frozenset(name for (name,) in _AMONG.run(connection, among(names)).fetchall())


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(subscriber=row.subscriber, url=row.url, secret=bytes(row.secret), since=row.since)
