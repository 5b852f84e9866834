"""The shipped line as it is served, with three more addresses to hold it against; run by `bench.http`."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn
from jinja2 import Environment
from litestar import Response, get
from markupsafe import Markup

from rerail.clock import SystemClock
from rerail.desk.opening import open_folder
from rerail.store.engine import Store
from rerail.web.app import create_app
from rerail.web.cache import PageCache
from rerail.web.pieces import Key, Pieces

CONSTANT = b"x" * 200


@get("/bench/constant", sync_to_thread=False)
def constant() -> Response[bytes]:
    """The least this server can do: route, answer."""
    return Response(CONSTANT, media_type="text/plain")


_TRIVIAL = Environment(autoescape=True).from_string(
    "<!doctype html><title>{{ name }}</title><p>Hello, {{ name }}.</p>"
    "{% for n in range(10) %}<p>{{ n }}</p>{% endfor %}"
)


@get("/bench/template", sync_to_thread=False)
def template() -> Response[str]:
    """A template with a name in it and ten short paragraphs."""
    return Response(_TRIVIAL.render(name="passenger"), media_type="text/html")


class OnlyDrawings(Pieces):
    """Keeps the drawings, which an entry of the journal does not change, and no other piece."""

    def of(self, key: Key, make: Callable[[], str]) -> Markup:
        """A drawing as it was kept, anything else made."""
        return super().of(key, make) if "site/pieces/drawing.html" in key else Markup(make())


def main(folder: str, database: str, kept: str) -> None:
    """Serve on a free port of the loopback, say which, and go on until killed.

    `kept` between requests: "pages", "pieces" (pages made anew from kept pieces), "drawings" or "nothing".
    """
    os.sched_setaffinity(0, {0})
    opened = open_folder(Path(folder), Store(database), SystemClock(), demo=True)
    # Room for nothing keeps nothing: every answer is then made anew.
    cache = PageCache() if kept == "pages" else PageCache(pages=0, searches=0, most_bytes=0)
    pieces = {"drawings": OnlyDrawings(), "nothing": Pieces(0)}.get(kept, Pieces())
    app = create_app(opened.current, cache=cache, pieces=pieces, handlers=[constant, template])
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="error")).run(sockets=[listening])


main(*sys.argv[1:])
