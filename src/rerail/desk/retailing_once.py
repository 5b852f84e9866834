"""A retailer's act, once per key it sends: alone, or with others of its kind.

What an act gives is said (as bytes) inside the same transaction, so that the answer kept under the key is the one
that was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection

from rerail.desk.retailing import RetailAct, Retailing
from rerail.desk.sale_desk import Act
from rerail.sale import answers
from rerail.sale.errors import SaleError
from rerail.sale.market import Market
from rerail.store.acts import ALONE, Joint

RetailMany = Callable[[Retailing, Connection, Market, Sequence[Any]], Sequence[Any]]
"""Does the orders of many deeds: for each its result, the `SaleError` of one that wrote nothing, or `ALONE`."""


class Deed(Struct, frozen=True):
    """An act, and how its result is said."""

    act: RetailAct[Any]
    said: Callable[[Any], Any]
    many: RetailMany | None = None
    """How several of its kind are done at once, if they can be."""
    order: Any = None
    """What `many` is told of it."""


class Asked(Struct, frozen=True, kw_only=True):
    """A request as it is recognised when it comes again."""

    client: str
    key: str | None
    """The caller's Idempotency-Key; None: it sent none, and nothing is kept."""
    content: bytes
    """What was asked: with the key, another content is refused."""
    secret: bool = False
    """Whether it tells what is kept sealed: then its answer is too, and nothing that could be guessed at is kept."""


class Once:
    """The acts of one process's retailers, each once per key."""

    def __init__(self, retailing: Retailing) -> None:
        self._retailing: Final = retailing
        self._together: Final[dict[RetailMany, Together]] = {}

    def act(self, asked: Asked, deed: Deed, packed: Callable[[Any], bytes]) -> Act[bytes]:
        """A deed as an act whose answer is kept under the key. Raises `SaleError`, `KeyReused`."""

        def act(connection: Connection) -> bytes:
            if (kept := self._kept(connection, asked)) is not None:
                return kept
            market = self._retailing.selling.market_in(connection)
            answer = packed(deed.said(deed.act(connection, market)))
            self._keep(connection, asked, answer, market)
            return answer

        if deed.many is None:
            return act
        together = self._together.setdefault(deed.many, Together(self._retailing, deed.many))
        return Joint(together.done, Ordered(asked, deed, packed), act)

    def kept(self, asked: Asked) -> bytes | None:
        """The answer given before to a request that writes nothing. Raises `KeyReused`."""
        with self._retailing.selling.store.read() as connection:
            return self._kept(connection, asked)

    def keep(self, asked: Asked, answer: bytes) -> Act[bytes]:
        """Keep the answer to a request that writes nothing; whoever was first is right."""

        def act(connection: Connection) -> bytes:
            kept = self._kept(connection, asked)
            if kept is None:
                self._keep(connection, asked, answer, self._retailing.selling.market())
            return answer if kept is None else kept

        return act

    def _kept(self, connection: Connection, asked: Asked) -> bytes | None:
        if asked.key is None:
            return None
        if not asked.secret:
            return answers.find(connection, _named(asked), asked.key, answers.digest(asked.content))
        sealed = answers.find(connection, _named(asked), asked.key, answers.SEALED)
        if sealed is None or self._retailing.border is None:
            return None
        answer = self._retailing.border.opened(sealed, _about(asked), asked.content)
        if answer is None:
            answers.forget(connection, _named(asked), asked.key)
        return answer

    def _keep(self, connection: Connection, asked: Asked, answer: bytes, market: Market) -> None:
        if asked.key is None:
            return
        body, kept = answers.digest(asked.content), answer
        if asked.secret:
            border = self._retailing.border
            sealed = border.sealed(answer, _about(asked), asked.content) if border is not None else None
            if sealed is None:
                return  # what tells a document can be done twice, and then is as if it was done once
            body, kept = answers.SEALED, sealed
        answers.keep(connection, _named(asked), asked.key, body, kept, market.now)


class Ordered(NamedTuple):
    """A deed that waits to be done with others."""

    asked: Asked
    deed: Deed
    packed: Callable[[Any], bytes]

    @property
    def key(self) -> tuple[str, str] | None:
        """Under what its answer is kept."""
        return (_named(self.asked), self.asked.key) if self.asked.key is not None else None


class Together:
    """Deeds of one kind done at once, each answer kept under its key: what `Once.act` is for one of them."""

    def __init__(self, retailing: Retailing, many: RetailMany) -> None:
        self._retailing: Final = retailing
        self._many: Final = many

    def done(self, connection: Connection, orders: Sequence[Ordered]) -> Sequence[Any]:
        """The answers, in the order of the orders (`rerail.store.acts.Many`)."""
        known = answers.find_all(connection, {one.key for one in orders if one.key is not None})
        outcomes: dict[int, Any] = {}
        taken: set[tuple[str, str]] = set()
        for number, one in enumerate(orders):
            if one.key is None:
                continue
            told = known.get(one.key)
            if told is not None and told.body == answers.digest(one.asked.content):
                outcomes[number] = told.answer
            elif told is not None or one.key in taken or not answers.is_key(*one.key):
                outcomes[number] = ALONE
            taken.add(one.key)
        new = [number for number in range(len(orders)) if number not in outcomes]
        if new:
            market = self._retailing.selling.market_in(connection)
            results = self._many(self._retailing, connection, market, [orders[number].deed.order for number in new])
            kept: dict[tuple[str, str], answers.Told] = {}
            for number, result in zip(new, results, strict=True):
                outcomes[number] = result
                if result is ALONE or isinstance(result, SaleError):
                    continue
                asked, deed, packed = orders[number]
                outcomes[number] = packed(deed.said(result))
                if (key := orders[number].key) is not None:
                    kept[key] = answers.Told(answers.digest(asked.content), outcomes[number])
            answers.keep_all(connection, kept, market.now)
        return [outcomes[number] for number in range(len(orders))]


def _named(asked: Asked) -> str:
    return f"retailer:{asked.client}"


def _about(asked: Asked) -> str:
    return f"answer {asked.client}/{asked.key}"
