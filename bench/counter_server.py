"""The shipped line's counter behind bare JSON addresses; run by `bench.counter`."""

from __future__ import annotations

import itertools
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvicorn
from litestar import Response, get, post
from litestar.params import RawBody
from msgspec import Struct

from rerail.clock import FixedClock
from rerail.desk.opening import open_folder
from rerail.desk.selling import Request, Selling
from rerail.life.consent import Departure
from rerail.sale.holding import Buyer
from rerail.sale.model import Ask, LegAsk, PassengerGiven
from rerail.sale.offers import free_for
from rerail.sale.rules import travel
from rerail.store.engine import Store
from rerail.web.app import create_app

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONSTANT = b"x" * 200


class Named(Struct, forbid_unknown_fields=True):
    """A body that is worth validating."""

    name: str
    count: int


class Nothing(Struct, forbid_unknown_fields=True):
    """A body that must be empty: what is asked for is fixed here, so that only the asking is measured."""


class Free(Struct):
    """How many places are free."""

    free: int


def main(folder: str, database: str) -> None:
    """Serve on a free port of the loopback, say which, and go on until killed."""
    os.sched_setaffinity(0, {0})
    store = Store(database)
    current = open_folder(Path(folder), store, FixedClock(NOON), demo=True).current
    selling = Selling(current, site="http://127.0.0.1")
    ask = _out_and_back(current.life().departures(NOON.date(), NOON.date().replace(year=2027)))
    people = tuple(PassengerGiven(category="adult", family_name=name) for name in ("One", "Two"))
    buyer = Buyer(passengers=people, email="bench@example.org", language="en")
    numbers = itertools.count()

    @get("/bench/constant", sync_to_thread=False)
    def constant() -> Response[bytes]:
        return Response(CONSTANT, media_type="text/plain")

    @post("/bench/validated", status_code=200)
    async def validated(body: RawBody) -> Response[bytes]:
        named = msgspec.json.decode(body, type=Named, strict=True)
        return Response(msgspec.json.encode(named), media_type="application/json")

    @post("/bench/availability", status_code=200)
    async def availability(body: RawBody) -> Response[bytes]:
        msgspec.json.decode(body, type=Nothing, strict=True)
        market = selling.market()
        with store.reading() as connected:
            found = [free_for(connected, market, ask, travel(market.life, leg))[0] for leg in ask.legs[:1]]
        return Response(msgspec.json.encode(Free(found[0])), media_type="application/json")

    @post("/bench/offer", status_code=200)
    async def offer(body: RawBody) -> Response[bytes]:
        msgspec.json.decode(body, type=Nothing, strict=True)
        return Response(msgspec.json.encode(selling.offer(ask)), media_type="application/json")

    @post("/bench/hold", status_code=200)
    async def hold(body: RawBody) -> Response[bytes]:
        msgspec.json.decode(body, type=Nothing, strict=True)
        number = next(numbers)
        token = selling.offer(ask).token
        booking = await selling.run(selling.hold(Request("bench", f"h{number}"), token, buyer))
        gone = await selling.run(selling.cancel_hold(Request("bench", f"c{number}"), booking.code, None))
        return Response(msgspec.json.encode(gone.code), media_type="application/json")

    app = create_app(current, selling=selling, handlers=[constant, validated, availability, offer, hold])
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="error")).run(sockets=[listening])


def _out_and_back(departures: list[Departure]) -> Ask:
    out = next(one for one in departures if one.train.id == "vladivostok-rason" and one.start > NOON)
    back = next(one for one in departures if one.train.id == "rason-vladivostok" and one.start > out.start)
    legs = tuple(
        LegAsk(
            journey=journey,
            train=one.train.id,
            service_date=one.service_date,
            board=one.train.calls[0].station,
            alight=one.train.calls[-1].station,
        )
        for journey, one in enumerate((out, back))
    )
    tariff = out.line.tariff
    assert tariff is not None
    return Ask(
        legs=legs, counts={"adult": 2}, currency=tariff.currencies[0], tour_operator=next(iter(tariff.operators))
    )


main(*sys.argv[1:])
