"""Sending what is in the outbox: at least once, under one Message-ID, by any number of processes.

A message is taken (leased) in a short transaction, composed and sent outside of any, and noted as sent in
another. Whoever dies in between leaves a lease that runs out, and the message is sent again by the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from rerail.clock import Clock
from rerail.store.engine import Store
from rerail.tell import tables
from rerail.tell.outbox import MOST_TRIES, Message, message_of, wait_after

LEASE: Final = timedelta(minutes=10)
"""How long a process may take over what it leased before another may send the same."""

LAST_START: Final = timedelta(minutes=7)
"""After this much of the lease no further message is begun: an attempt to send takes less than the rest."""

_NOT_ATOM: Final = re.compile(rb"[^A-Za-z0-9!#$%&'*+/?^_`{|}~.-]")
"""What may not stand on the left of a Message-ID (RFC 5322, 3.2.3), and the equals sign that stands in for it."""


class NotSent(Exception):
    """A message could not be sent now. The sentence names no person: it is kept and shown."""


class Deferred(NotSent):
    """This message was not taken this time; it may be another time."""


class Refused(NotSent):
    """This message will never be taken."""


class Unreachable(NotSent):
    """Nothing can be sent at the moment: the server is away, or does not accept us."""


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


class Delivered(Struct, frozen=True):
    """What became of the messages that were taken."""

    taken: int = 0
    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    given_up: int = 0


def message_id(message: Message, host: str) -> str:
    """The Message-ID under which a message is sent, each time: `<{message.id}@{host}>`.

    What may not stand in one (a colon, a space, another script) is written as `=` and two hexadecimal digits.
    """
    left = _NOT_ATOM.sub(lambda found: b"=%02X" % found.group()[0], message.id.encode()).decode()
    return f"<{left}@[{host}]>" if ":" in host else f"<{left}@{host}>"


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
    """Send up to `limit` messages whose time has come, oldest first.

    `host` is the site's, for the Message-ID; To, Date and Message-ID are set here, whatever `compose` did. Asks
    `stopping` before each message and hands the rest back. A message whose composing fails is put off like one
    that the server defers, so that it cannot hold up the others. Raises `StoreError`; what was leased is then sent
    after the lease, perhaps a second time.
    """
    now = clock.now()
    with store.write() as connection:
        rows = tables.lease(connection, now, now + LEASE, most=limit, most_tries=MOST_TRIES)
    done = Delivered(taken=len(rows))
    hand_back_for: timedelta | None = None
    try:
        for row in rows:
            tries = row.tries + 1
            if hand_back_for is None and (stopping() or clock.now() - now > LAST_START):
                hand_back_for = timedelta()
            if hand_back_for is not None:
                with store.write() as connection:
                    tables.give_back(connection, row.message_id, tries, clock.now() + hand_back_for)
                done = replace(done, put_off=done.put_off + 1)
                continue
            try:
                state = _send(message_of(row), compose, transport, host)
            except NotSent as failure:
                gave_up = _note_failure(store, clock, row.message_id, tries, failure)
                done = replace(done, given_up=done.given_up + gave_up, put_off=done.put_off + (not gave_up))
                if isinstance(failure, Unreachable):
                    hand_back_for = wait_after(1)
                continue
            with store.write() as connection:
                tables.note_done(connection, row.message_id, state, clock.now())
            done = replace(done, sent=done.sent + (state == "sent"), dropped=done.dropped + (state == "dropped"))
    finally:
        transport.close()
    return done


def _send(message: Message, compose: Compose, transport: Transport, host: str) -> str:
    try:
        mail = compose(message)
        if mail is not None:
            _address(mail, message, host)
    except NotSent:
        raise
    except Exception as error:
        # Whatever a text trips over must not hold up everybody else's; its words may name a person, its type not.
        raise Deferred(f"The text could not be composed ({type(error).__name__}).") from error
    if mail is None:
        return "dropped"
    transport.send(mail, message.to)
    return "sent"


def _address(mail: EmailMessage, message: Message, host: str) -> None:
    for name, value in (
        ("To", message.to),
        ("Date", format_datetime(message.created)),
        ("Message-ID", message_id(message, host)),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no out-of-office replies, please
    ):
        del mail[name]
        mail[name] = value


def _note_failure(store: Store, clock: Clock, identifier: str, tries: int, failure: NotSent) -> bool:
    """Keep why it failed; whether that was the last try."""
    last = isinstance(failure, Refused) or tries >= MOST_TRIES
    now = clock.now()
    with store.write() as connection:
        if last:
            tables.note_given_up(connection, identifier, tries, str(failure), now)
        else:
            tables.note_failed(connection, identifier, tries, str(failure), now + wait_after(tries))
    return last
