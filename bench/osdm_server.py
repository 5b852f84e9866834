"""The whole server over a busy line, with one retailer and one more address to hold it against; run by `bench.osdm`."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import msgspec
from litestar import Response, post
from litestar.params import RawBody
from msgspec import Struct

from rerail.cli.serve import server
from rerail.clock import SystemClock
from rerail.desk.clients import add_client
from rerail.desk.housekeeping import Housekeeper
from rerail.desk.opening import open_folder
from rerail.desk.selling import Selling
from rerail.desk.tickets import ensure_key
from rerail.store.engine import Store
from rerail.web.app import create_app

OPERATOR = "example-tours"
ANY_NUMBER = 100_000_000


class Item(Struct, forbid_unknown_fields=True):
    """A piece of a body that is worth validating."""

    name: str
    count: int
    tags: list[str]


class Order(Struct, forbid_unknown_fields=True):
    """Such a body."""

    number: int
    items: list[Item]


class Counted(Struct):
    """How many items came."""

    items: int


@post("/bench/validated", status_code=200)
async def validated(body: RawBody) -> Response[bytes]:
    """The least that a validated POST can do."""
    order = msgspec.json.decode(body, type=Order, strict=True)
    return Response(msgspec.json.encode(Counted(len(order.items))), media_type="application/json")


def main(folder: str, database: str) -> None:
    """Serve on a free port of the loopback, say which and to which client, and go on until killed."""
    os.sched_setaffinity(0, {0})
    clock = SystemClock()
    opened = open_folder(Path(folder), Store(database), clock, demo=True)
    selling = Selling(opened.current, site="http://127.0.0.1")
    selling.call(lambda connection: ensure_key(connection, opened.line, clock.now()))
    retailer = add_client(selling.store, clock, "Bench", tour_operator=OPERATOR, per_minute=ANY_NUMBER)
    Housekeeper(selling).start()
    app = create_app(opened.current, selling=selling, site="http://127.0.0.1", handlers=[validated])
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listening.getsockname()[1], retailer.client.id, retailer.secret, flush=True)
    server(app).run(sockets=[listening])


main(*sys.argv[1:])
