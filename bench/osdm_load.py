"""Retailers at work: each asks for an offer, books it, and has its tickets issued, over a connection of its own."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Final, cast

import msgspec
from msgspec import Struct

DAYS: Final = 45
"""Over so many days, from three on, the passengers travel."""

_DOMESTIC: Final = (("vladivostok", "ussuriysk"), ("ussuriysk", "khasan"), ("vladivostok", "khasan"))
_ACROSS: Final = (("vladivostok", "rajin"), ("ussuriysk", "rajin"))
_ACROSS_SHARE: Final = 1 / 3
_NAMES: Final = (("Kim", "Olga"), ("Ковалёва", "Анна"), ("Петров", "Иван Сергеевич"), ("김", "영희"), ("Lee", "Min"))


class Answer(Exception):
    """An answer that is no success."""


class Connection(asyncio.Protocol):
    """One kept-alive connection, one question at a time."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._waits: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waits is not None and not self._waits.done():
            self._waits.set_exception(exc or ConnectionError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._held += data
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._held[:end]).lower()
        at = head.find(b"content-length:")
        size = end + 4 + int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self._held) < size:
            return
        body = bytes(self._held[end + 4 : size])
        self._held.clear()
        assert self._waits is not None
        if head.startswith(b"http/1.1 200"):
            self._waits.set_result(body)
        else:
            self._waits.set_exception(Answer(f"{head[:40].decode()}: {body[:600].decode(errors='replace')}"))

    async def ask(self, question: bytes) -> bytes:
        """The body of the answer to a question. Raises `Answer` if it is no success."""
        assert self._transport is not None
        self._waits = asyncio.get_running_loop().create_future()
        self._transport.write(question)
        return await self._waits

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


class _Offered(Struct, rename="camel"):
    offer_id: str
    passenger_refs: list[str]


class _Offers(Struct):
    offers: list[_Offered]


class _Feature(Struct):
    data: str


class _Part(Struct, rename="camel"):
    security_features: list[_Feature]


class _Fulfillment(Struct, rename="camel"):
    fulfillment_parts: list[_Part]


class _Fulfillments(Struct):
    fulfillments: list[_Fulfillment]


class _Booked(Struct):
    id: str


class _Booking(Struct):
    booking: _Booked


_offers: Final = msgspec.json.Decoder(_Offers)
_booking: Final = msgspec.json.Decoder(_Booking)
_fulfillments: Final = msgspec.json.Decoder(_Fulfillments)

CALLS: Final = ("offers", "booking", "fulfilment")


class Sold:
    """What came of a time of selling."""

    def __init__(self) -> None:
        self.barcodes: Final[list[bytes]] = []
        self.sales = 0
        self.took: Final[dict[str, list[float]]] = {name: [] for name in CALLS}
        """Seconds of each call, by its name."""
        self.seconds = 0.0


class Retailers:
    """So many callers of one client."""

    def __init__(self, port: int, token: str, callers: int) -> None:
        self._port: Final = port
        self._token: Final = token
        self._callers: Final = callers
        self._keys: Final = itertools.count()
        self._run: Final = f"{os.getpid()}-{time.time_ns()}"

    async def sell(self, passengers: int, seconds: float) -> Sold:
        """Sell to so many passengers per booking for so many seconds."""
        sold = Sold()

        async def sale(line: Connection, rng: random.Random) -> None:
            await self._sale(line, rng, passengers, sold)

        sold.seconds = await self._for(seconds, sale)
        return sold

    async def ask(self, question: bytes, seconds: float) -> tuple[int, float]:
        """Ask the same again and again: how many answers came in how many seconds."""
        answers = 0

        async def one(line: Connection, _rng: random.Random) -> None:
            nonlocal answers
            await line.ask(question)
            answers += 1

        took = await self._for(seconds, one)
        return answers, took

    async def _for(self, seconds: float, act: Callable[[Connection, random.Random], Awaitable[None]]) -> float:
        loop = asyncio.get_running_loop()
        lines = [(await loop.create_connection(Connection, "127.0.0.1", self._port))[1] for _ in range(self._callers)]
        started = time.perf_counter()

        async def caller(line: Connection, seed: int) -> None:
            rng = random.Random(f"{self._run} {seed} {next(self._keys)}")
            while time.perf_counter() < started + seconds:
                await act(line, rng)
            line.close()

        await asyncio.gather(*(caller(line, seed) for seed, line in enumerate(lines)))
        return time.perf_counter() - started

    async def _sale(self, line: Connection, rng: random.Random, passengers: int, sold: Sold) -> None:
        begun = time.perf_counter()
        (offered, *_) = _offers.decode(await line.ask(self._post("/offers", _search(rng, passengers)))).offers
        quoted = time.perf_counter()
        booked = _booking.decode(await line.ask(self._post("/bookings", _order(rng, offered), key=True))).booking
        held = time.perf_counter()
        said = await line.ask(self._post(f"/bookings/{booked.id}/fulfillments", b"{}", key=True))
        done = time.perf_counter()
        for name, took in zip(CALLS, (quoted - begun, held - quoted, done - held), strict=True):
            sold.took[name].append(took)
        issued = _fulfillments.decode(said).fulfillments
        codes = [base64.b64decode(part.security_features[0].data) for one in issued for part in one.fulfillment_parts]
        if len(codes) != passengers:
            raise Answer(f"{passengers} passengers got {len(codes)} tickets with a barcode")
        sold.barcodes.extend(codes)
        sold.sales += 1

    def _post(self, path: str, body: bytes, *, key: bool = False) -> bytes:
        own = f"idempotency-key: {self._run}-{next(self._keys)}\r\n" if key else ""
        return (
            f"POST /osdm{path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {self._token}\r\n"
            f"accept: application/json\r\naccept-language: en\r\ncontent-type: application/json\r\n{own}"
            f"content-length: {len(body)}\r\n\r\n"
        ).encode() + body


def _search(rng: random.Random, passengers: int) -> bytes:
    """The next trip after some time of some day, domestic or across the border."""
    origin, destination = rng.choice(_ACROSS if rng.random() < _ACROSS_SHARE else _DOMESTIC)
    day = date.today() + timedelta(days=3 + rng.randrange(DAYS))  # noqa: DTZ011  (the demonstration's season)
    time_of_day = f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:00"
    return msgspec.json.encode(
        {
            "tripSearchCriteria": {
                "origin": {"objectType": "StopPlaceRef", "stopPlaceRef": f"urn:x_rerail:stn:{origin}"},
                "destination": {"objectType": "StopPlaceRef", "stopPlaceRef": f"urn:x_rerail:stn:{destination}"},
                "departureTime": f"{day}T{time_of_day}",
                "parameters": {"numberOfResultsAfter": 1, "transferLimit": 0},
            },
            "anonymousPassengerSpecifications": [
                {"externalRef": f"passenger-{number}", "type": "ADULT"} for number in range(1, passengers + 1)
            ],
            "offerSearchCriteria": {"currency": "RUB"},
        }
    )


def _order(rng: random.Random, offered: _Offered) -> bytes:
    people: list[dict[str, object]] = []
    for ref in offered.passenger_refs:
        last, first = rng.choice(_NAMES)
        contact = {"email": f"passenger{rng.randrange(10**6)}@example.org"}
        people.append(
            {
                "externalRef": ref,
                "type": "ADULT",
                "detail": {"firstName": first, "lastName": last, "contact": contact},
            }
        )
    return msgspec.json.encode(
        {
            "offers": [{"offerId": offered.offer_id, "passengerRefs": offered.passenger_refs}],
            "passengerSpecifications": people,
            "purchaser": {"detail": {"firstName": "Olga", "lastName": "Kim"}},
            "externalRef": f"order-{rng.randrange(10**9)}",
        }
    )


def percentile(took: Sequence[float], percent: int) -> float:
    """The time within which so many percent of the calls were answered, in milliseconds."""
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000
