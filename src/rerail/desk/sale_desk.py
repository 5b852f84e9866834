"""What every act of selling is made of: one writer, one market, one answer per request, the letter it queues.

Each act is handed to the process's one writer. `run` awaits it, `call` waits for it in a thread. Acts that write
take an idempotency key: the same request, however often it comes, is done once.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.desk.current import Current
from rerail.life import tables as life_tables
from rerail.line.amount import Money
from rerail.people import tables as people_tables
from rerail.sale import answers, paying, reading
from rerail.sale.market import Kept, Market
from rerail.sale.model import Booking
from rerail.sale.payment import PaymentProvider
from rerail.store.engine import Store
from rerail.store.writer import Writer
from rerail.tell import outbox

T = TypeVar("T")
Act = Callable[[Connection], T]

_SEAL: Final = "sale"


class Request(Struct, frozen=True):
    """Who asks, and the key that makes a repetition of the request recognisable."""

    client: str
    """"site", a user's id, a retailer's client id."""
    key: str
    also: Callable[[Connection, Booking], None] | None = None
    """What else to do with the booking in the act's transaction, as often as the act itself: once."""


class SaleDesk:
    """A counter of one process, before it has anything to sell."""

    def __init__(
        self,
        current: Current,
        *,
        writer: Writer | None = None,
        kept: Kept | None = None,
        providers: Sequence[PaymentProvider] = (),
        site: str,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`site` is the public address, without a slash at the end.

        `wake` is called after each act: there may be a letter to send.
        """
        self.current: Final = current
        self.kept: Final = kept or Kept()
        self.writer: Final = writer or Writer(current.store, (self.kept.occupancies,))
        self.providers: Final[Mapping[str, PaymentProvider]] = {one.name: one for one in providers}
        self.site: Final = site
        self._wake: Final = wake
        self._secret: bytes | None = None

    @property
    def store(self) -> Store:
        """The database."""
        return self.current.store

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.current.clock

    def close(self) -> None:
        """Write what waits, then stop writing."""
        self.writer.close()

    async def run(self, act: Act[T]) -> T:
        """Do an act in the writer's next transaction; returns after the commit."""
        done = await self.writer.run(act)
        self._wake()
        return done

    def call(self, act: Act[T]) -> T:
        """The same, waiting in this thread."""
        done = self.writer.call(act)
        self._wake()
        return done

    # What an act goes by

    def market(self) -> Market:
        """What a page goes by: at most half a second old."""
        snapshot = self.current.snapshot()
        now = self.current.now()
        return Market(snapshot.life(now.date()), snapshot.versions[1], now, self.kept)

    def market_in(self, connection: Connection) -> Market:
        """What an act goes by: exact, and no railway can withdraw until its transaction ends."""
        life_tables.hold_journal(connection)
        snapshot = self.current.snapshot_in(connection)
        now = self.current.now()
        return Market(snapshot.life(now.date()), snapshot.versions[1], now, self.kept)

    # The parts all acts are made of

    def _once(self, request: Request, said: object, act: Callable[[Connection, Market], Booking]) -> Act[Booking]:
        body = answers.digest(msgspec.json.encode(said))

        def once(connection: Connection) -> Booking:
            kept = answers.find(connection, request.client, request.key, body)
            if kept is not None:
                return reading.read(connection, kept.decode())
            market = self.market_in(connection)
            booking = act(connection, market)
            if request.also is not None:
                request.also(connection, booking)
            answers.keep(connection, request.client, request.key, body, booking.code.encode(), market.now)
            return booking

        return once

    def settled_up(self, connection: Connection, booking: Booking) -> Booking:
        """Have what is owed to the customer go back the way it came; cash waits for the customer at the counter."""
        if booking.balance.amount >= 0:
            return booking
        return paying.pay_back(connection, booking.code, self.current.now())

    def _confirmed(self, connection: Connection, booking: Booking) -> Booking:
        self._tell(connection, booking, "confirmed", f"confirmed-{booking.code}")
        return booking

    def _tell(
        self,
        connection: Connection,
        booking: Booking,
        kind: str,
        identifier: str,
        facts: Mapping[str, Any] | None = None,
        *,
        back: Money | None = None,
    ) -> None:
        """Queue a letter. `back` is what comes back by the act it tells of: later, nobody can tell it from the rest."""
        if booking.email:
            outbox.queue(
                connection,
                outbox.Message(
                    id=identifier,
                    kind=kind,
                    booking=booking.code,
                    to=booking.email,
                    language=booking.language,
                    facts={**(facts or {}), **({} if back is None else {"back": [back.amount, back.currency]})},
                    created=self.current.now(),
                ),
            )

    # Who may see a booking

    def secret(self) -> bytes:
        """The secret that signs offers and links; the same in every process of this database."""
        if self._secret is None:
            self._secret = self.call(lambda connection: people_tables.secret(connection, _SEAL))
        return self._secret

    def secret_in(self, connection: Connection) -> bytes:
        """The same within an act: the writer cannot wait for itself. Not kept, for the act may be undone."""
        return self._secret or people_tables.secret(connection, _SEAL)

    def link_key(self, code: str) -> str:
        """What opens a booking's page without typing the e-mail: part of the link in a letter."""
        return hmac.digest(self.secret(), b"booking\0" + code.encode(), hashlib.sha256)[:18].hex()

    def link_fits(self, code: str, key: str) -> bool:
        """Whether a link's key is the booking's."""
        return hmac.compare_digest(self.link_key(code).encode(), key.encode())
