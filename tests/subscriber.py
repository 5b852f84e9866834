"""A subscriber's machine: a real HTTP server that a test lets fail, hang, redirect, or speak slowly."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Received:
    """One request as it came."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.path = path
        self.headers = headers
        self.body = body

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Answer = int | Callable[[BaseHTTPRequestHandler], None]


class Subscriber:
    """What came, and how it is answered: by the `answers` in turn, then always by `status`."""

    def __init__(self, server: ThreadingHTTPServer, scheme: str) -> None:
        self.port: int = server.server_address[1]
        self.url = f"{scheme}://localhost:{self.port}/rerail"
        self.received: list[Received] = []
        self.answers: list[Answer] = []
        self.status: Answer = 204
        self.released = threading.Event()
        """Lets go of a request that hangs."""

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]

    def hang(self, _handler: BaseHTTPRequestHandler) -> None:
        self.released.wait(timeout=30)

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """A byte of the answer's head every so often, for ever."""
        with suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.released.wait(timeout=0.05):
                handler.wfile.write(b"x-")
                handler.wfile.flush()


@contextmanager
def subscriber(context: ssl.SSLContext | None = None) -> Iterator[Subscriber]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            one.received.append(Received(self.path, headers, body))
            answer = one.answers.pop(0) if one.answers else one.status
            if callable(answer):
                answer(self)
                self.close_connection = True
                return
            self.send_response(answer)
            if 300 <= answer < 400:
                self.send_header("location", f"http://localhost:{one.port}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815  (so that a redirect that is followed would be seen)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    one = Subscriber(server, "http" if context is None else "https")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
