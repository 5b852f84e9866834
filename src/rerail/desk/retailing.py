"""Selling to retailers: the acts of the counter as a machine asks for them, each once per key it sends.

A retailer's act is a function of a connection and the moment's market, as every act of selling; what it gives is
said (as bytes) inside the same transaction, so that the answer kept under the key is the one that was given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection

from rerail.desk.sale_desk import Act
from rerail.desk.selling import Selling
from rerail.sale import answers
from rerail.sale.market import Market


class Deed(Struct, frozen=True):
    """An act, and how its result is said."""

    act: Callable[[Connection, Market], Any]
    said: Callable[[Any], Any]


class Asked(Struct, frozen=True, kw_only=True):
    """A request as it is recognised when it comes again."""

    client: str
    key: str | None
    """The caller's Idempotency-Key; None: it sent none, and nothing is kept."""
    content: bytes
    """What was asked: with the key, another content is refused."""


class Retailing:
    """The retailers' counter of one process."""

    def __init__(self, selling: Selling) -> None:
        self.selling: Final = selling

    def market(self) -> Market:
        """What an answer goes by that writes nothing."""
        return self.selling.market()

    async def run(self, act: Act[bytes]) -> bytes:
        """Do an act in the writer's next transaction; returns after the commit."""
        return await self.selling.run(act)

    def once(self, asked: Asked, deed: Deed, packed: Callable[[Any], bytes]) -> Act[bytes]:
        """A deed as an act whose answer is kept under the key. Raises `SaleError`, `KeyReused`."""

        def act(connection: Connection) -> bytes:
            if (kept := _kept(connection, asked)) is not None:
                return kept
            market = self.selling.market_in(connection)
            answer = packed(deed.said(deed.act(connection, market)))
            _keep(connection, asked, answer, market)
            return answer

        return act

    def kept(self, asked: Asked) -> bytes | None:
        """The answer given before to a request that writes nothing. Raises `KeyReused`."""
        if asked.key is None:
            return None
        with self.selling.store.read() as connection:
            return _kept(connection, asked)

    def keep(self, asked: Asked, answer: bytes) -> Act[bytes]:
        """Keep the answer to a request that writes nothing; whoever was first is right."""

        def act(connection: Connection) -> bytes:
            kept = _kept(connection, asked)
            if kept is None:
                _keep(connection, asked, answer, self.selling.market())
            return answer if kept is None else kept

        return act


def _kept(connection: Connection, asked: Asked) -> bytes | None:
    if asked.key is None:
        return None
    return answers.find(connection, _named(asked), asked.key, answers.digest(asked.content))


def _keep(connection: Connection, asked: Asked, answer: bytes, market: Market) -> None:
    if asked.key is not None:
        answers.keep(connection, _named(asked), asked.key, answers.digest(asked.content), answer, market.now)


def _named(asked: Asked) -> str:
    return f"retailer:{asked.client}"
