"""Letters by mail: composed when they are sent, addressed here, each under one Message-ID however often it goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Protocol

from rerail.clock import Clock
from rerail.store.engine import Store
from rerail.tell import outbox
from rerail.tell.carrying import (
    LAST_START,
    LEASE,
    Deferred,
    Delivered,
    NotSent,
    Refused,
    Unreachable,
    carry,
)
from rerail.tell.outbox import Message

__all__ = [
    "LAST_START",
    "LEASE",
    "Compose",
    "Deferred",
    "Delivered",
    "Mail",
    "NotSent",
    "Refused",
    "Transport",
    "Unreachable",
    "deliver",
    "message_id",
]

_NOT_ATOM: Final = re.compile(rb"[^A-Za-z0-9!#$%&'*+/?^_`{|}~.-]")
"""What may not stand on the left of a Message-ID (RFC 5322, 3.2.3), and the equals sign that stands in for it."""


class Transport(Protocol):
    """What carries mail."""

    def send(self, mail: EmailMessage, to: str) -> None:
        """Hand one mail over for good. Raises `Deferred`, `Refused` or `Unreachable`."""
        ...

    def close(self) -> None:
        """Let go of any connection; the next `send` makes another."""
        ...


Compose = Callable[[Message], EmailMessage | None]
"""Makes the mail: subject and bodies. None: there is nothing left to say, and the message is dropped.

It may raise `Refused` or `Deferred` with a sentence of its own that names no person.
"""


def message_id(message: Message, host: str) -> str:
    """The Message-ID under which a message is sent, each time: `<{message.id}@{host}>`.

    What may not stand in one (a colon, a space, another script) is written as `=` and two hexadecimal digits.
    """
    left = _NOT_ATOM.sub(lambda found: b"=%02X" % found.group()[0], message.id.encode()).decode()
    return f"<{left}@[{host}]>" if ":" in host else f"<{left}@{host}>"


class Mail:
    """The channel of letters. To, Date and Message-ID are set here, whatever `compose` did."""

    name: outbox.Channel = "mail"

    def __init__(self, compose: Compose, transport: Transport, *, host: str) -> None:
        """`host` is the site's, for the Message-ID."""
        self._compose: Final = compose
        self._transport: Final = transport
        self._host: Final = host

    def carry(self, message: Message) -> bool:
        """Compose and send a letter. One whose composing fails is put off, so that it cannot hold up the others."""
        try:
            mail = self._compose(message)
            if mail is not None:
                _address(mail, message, self._host)
        except NotSent:
            raise
        except Exception as error:
            # Whatever a text trips over must not hold up everybody else's; its words may name a person, its type not.
            raise Deferred(f"The text could not be composed ({type(error).__name__}).") from error
        if mail is None:
            return False
        self._transport.send(mail, message.to)
        return True

    def close(self) -> None:
        """Let go of the connection to the server."""
        self._transport.close()


def deliver(
    store: Store,
    clock: Clock,
    compose: Compose,
    transport: Transport,
    *,
    host: str,
    limit: int = 20,
    stopping: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send up to `limit` letters whose time has come, oldest first: `carry` by mail. Raises `StoreError`."""
    return carry(store, clock, Mail(compose, transport, host=host), limit=limit, stopping=stopping)


def _address(mail: EmailMessage, message: Message, host: str) -> None:
    for name, value in (
        ("To", message.to),
        ("Date", format_datetime(message.created)),
        ("Message-ID", message_id(message, host)),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no out-of-office replies, please
    ):
        del mail[name]
        mail[name] = value
