"""A telephone and a server that come and go: what the offline page is tried with."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import BrowserContext, Error, Page, Playwright
from sale.shop import Turned

from officer.conftest import PASSWORD

CHROMIUM = os.environ.get("RERAIL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
BORDER = "/office/departures/vladivostok-rason/2026-12-10/border"
BOARD = f"{BORDER}/board?crossing=khasan-tumangang"
INSPECT = f"{BORDER}/inspect?crossing=khasan-tumangang"


class Running(Turned):
    """A clock that goes on by itself from where a test sets it."""

    def __init__(self, instant: datetime) -> None:
        super().__init__(instant)
        self._set_at = time.monotonic()

    def now(self) -> datetime:
        return self._instant + timedelta(seconds=time.monotonic() - self._set_at)

    def turn(self, to: datetime) -> None:
        super().turn(to)
        self._set_at = time.monotonic()


class Away:
    """An application whose server can be stopped and started on one port, and that can lose answers.

    The device's clock is put to the railway's day: its service worker asks it whether the train has long arrived.
    """

    def __init__(self, app: Any, clock: Turned) -> None:
        self._app = app
        self._clock = clock
        self.loses_answers = False
        """Whether marks are taken and the answer never arrives."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        listening.close()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def shift(self) -> int:
        """Milliseconds by which the railway's day is ahead of the machine's."""
        return round((self._clock.now().timestamp() - time.time()) * 1000)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if self.loses_answers and path.endswith("/marks"):
            await self._app(scope, receive, _nowhere)
            await _broken_off(send)
        if path.endswith("/worker.js"):
            # Compressed, it could not be changed on the way.
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            await self._app({**scope, "headers": plain}, receive, _shifted(send, self.shift))
            return
        await self._app(scope, receive, send)

    def start(self) -> None:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(128)
        config = uvicorn.Config(self, log_level="critical", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(10)
        self._server = self._thread = None


async def _nowhere(_message: Any) -> None:
    return None


async def _broken_off(send: Any) -> None:
    """The beginning of an answer; then the connection is gone."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b'{"answers"', "more_body": True})
    raise ConnectionError("the train is in a tunnel")


def _shifted(send: Any, shift: int) -> Any:
    """The worker's script, its clock put to another day."""
    line = f"{{ const now = Date.now.bind(Date); Date.now = () => now() + {shift}; }}\n".encode()

    async def changed(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, value) for name, value in message["headers"] if name != b"content-length"]
            message = {**message, "headers": headers}
        elif not message.get("more_body"):
            message = {**message, "body": line + message["body"]}
        await send(message)

    return changed


class Phone:
    """A browser with a folder of its own: what it kept is there when it is opened again."""

    def __init__(self, playwright: Playwright, folder: Path, server: Away, *, width: int = 390) -> None:
        self._playwright = playwright
        self._folder = folder
        self._server = server
        self._width = width
        self.complaints: list[str] = []
        self.context: BrowserContext = self._opened()
        self.page: Page = self.context.pages[0]

    def _opened(self) -> BrowserContext:
        context = self._playwright.chromium.launch_persistent_context(
            self._folder,
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport={"width": self._width, "height": 844},
            locale="en",
        )
        context.set_default_timeout(15_000)
        shift = self._server.shift
        context.add_init_script(f"{{ const now = Date.now.bind(Date); Date.now = () => now() + {shift}; }}")
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def sign_in(self, name: str, to: str = BOARD) -> None:
        self.page.goto(f"{self._server.address}{to}")
        self.enter(name)
        self.page.wait_for_url(f"**{to}")

    def enter(self, name: str) -> None:
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.locator("form[action='/office/sign-in'] button").click()

    def open(self, to: str = BOARD) -> None:
        self.page.goto(f"{self._server.address}{to}")

    def ready(self) -> None:
        """The page says that it works without a network."""
        self.page.get_by_text("This page works without a network now.").wait_for()

    def away(self, *, off: bool = True) -> None:
        self.context.set_offline(off)

    def state(self, state: str, unsent: int) -> None:
        """The line says so."""
        self.page.locator(f"#line[data-state='{state}'][data-unsent='{unsent}']").wait_for()

    def tick(self, rider: str, kind: str) -> None:
        self.page.locator(f"[data-rider='{rider}/1'] [data-kind='{kind}']").click()

    def sent(self, rider: str, kind: str) -> None:
        """A mark is shown as made, and no longer as waiting."""
        row = f"[data-rider='{rider}/1']:not(.rider--unsent)"
        self.page.locator(f"{row} [data-kind='{kind}'][aria-pressed='true']").wait_for()

    def ticked(self, kind: str) -> list[str]:
        """Whose button of a kind is pressed."""
        pressed = self.page.locator(f"[data-rider]:has([data-kind='{kind}'][aria-pressed='true'])")
        return [str(row.get_attribute("data-rider")).partition("/")[0] for row in pressed.all()]

    def kill(self) -> None:
        """The battery is empty: every process of this browser, and no other's, ends at once."""
        mine = [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal() and str(self._folder) in _command(entry)
        ]
        assert mine
        for process in mine:
            os.kill(process, signal.SIGKILL)
        with suppress(Error):  # it is closed: playwright may have noticed by itself
            self.context.close()

    def again(self) -> None:
        """Switched on again, the folder as it was left."""
        for lock in self._folder.glob("Singleton*"):
            lock.unlink()
        self.context = self._opened()
        self.page = self.context.pages[0]

    def kept(self) -> dict[str, Any]:
        """What is in the page's database and caches."""
        found: dict[str, Any] = self.page.evaluate(
            """async () => {
              const all = (store) => new Promise((resolve, reject) => {
                const request = store.getAll();
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
              });
              const database = await new Promise((resolve, reject) => {
                const request = indexedDB.open("rerail-border");
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
              });
              const transaction = database.transaction(["marks", "borders"]);
              const [marks, borders] = await Promise.all(
                ["marks", "borders"].map((name) => all(transaction.objectStore(name))));
              database.close();
              return { marks, borders, caches: await caches.keys() };
            }"""
        )
        return found

    def close(self) -> None:
        self.context.close()


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""  # it has just ended


@contextmanager
def served(app: Any, clock: Turned) -> Iterator[Away]:
    server = Away(app, clock)
    server.start()
    try:
        yield server
    finally:
        server.stop()
