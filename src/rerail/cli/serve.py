"""`rerail serve FOLDER`: from a folder and a database to the site, the feeds and the office."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import urlsplit

import uvicorn

from rerail.border.errors import KeyringError
from rerail.border.keyring import Keys
from rerail.clock import Clock
from rerail.desk.border import Border
from rerail.desk.housekeeping import Housekeeper
from rerail.desk.letters import Letters
from rerail.desk.list_mail import Post
from rerail.desk.opening import Opened, open_folder, read_folder
from rerail.desk.people import demo_sign_in
from rerail.desk.retail_events import event_of
from rerail.desk.selling import Selling
from rerail.desk.subscribing import to_this_machine
from rerail.desk.tickets import ensure_key
from rerail.line.folder import check
from rerail.publish.address import public_address
from rerail.sale.payment import DemoCheckout
from rerail.store.engine import Store, StoreError
from rerail.store.location import keys_file, lists_folder, url_for_line
from rerail.tell.postman import Carrier, Postman
from rerail.tell.smtp import Smtp, smtp_from
from rerail.tell.webhook import Webhook
from rerail.typeset import fonts
from rerail.web.app import create_app
from rerail.web.osdm.events import said

_LITTER: Final = 50_000
"""So many new objects between two looks for garbage. Python's 700 are a few requests; a sale leaves no cycles."""


def run(folder: Path, database: str | None, host: str, port: int, *, demo: bool, clock: Clock, out: TextIO) -> int:
    """Serve until interrupted. Returns the exit status; raises `LineFolderError` or `StoreError`."""
    read = read_folder(folder)
    line = read.line
    _, problems = check(folder)
    listening = _listen(host, port)
    store = Store(url_for_line(line.id, database, os.environ))
    try:
        site = public_address(os.environ, _address(host, listening))
        opened = open_folder(folder, store, clock, read=read, demo=demo)
        _say_what_was_opened(opened, store, len(problems), out)
        post = smtp_from(os.environ)
        if post is None:
            print("RERAIL_SMTP is not set: letters to passengers wait in the outbox.", file=out)
        if (advice := fonts.advice()) is not None:
            print(advice, file=out)
        if demo:
            for one in demo_sign_in(store, clock):
                who = f"{one.user.name} / {one.password} ({one.user.role})"
                print(f"Demo sign-in at {_address(host, listening)}/office/: {who}", file=out)
        keys = Keys(keys_file(line.id, os.environ))
        with _selling(opened, keys, site, post, out, demo=demo) as selling:
            print(
                f"Serving {line.text(line.names, 'en')} at {_address(host, listening)} (Ctrl+C stops)",
                file=out,
                flush=True,
            )
            server(create_app(opened.current, selling=selling, keys=keys, site=site)).run(sockets=[listening])
    finally:
        store.close()
        listening.close()
    return 0


def server(app: Callable[..., Any]) -> uvicorn.Server:
    """What serves an app (ASGI). What this process holds by now stays: it is never looked through for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_LITTER, 20, 100)
    return uvicorn.Server(
        uvicorn.Config(app, access_log=False, log_level="warning", server_header=False, lifespan="on")
    )


@contextmanager
def _selling(opened: Opened, keys: Keys, site: str, post: Smtp | None, out: TextIO, *, demo: bool) -> Iterator[Selling]:
    """The counter, with the threads that send letters and do what is left to do."""
    postmen: list[Carrier] = []
    selling = Selling(
        opened.current,
        providers=[DemoCheckout()] if demo else [],
        site=site,
        wake=lambda: _wake(postmen),
    )
    selling.call(lambda connection: ensure_key(connection, opened.line, opened.current.now()))
    border = Border(selling, keys, lists_folder(opened.line.id, os.environ))
    _say_of_the_keys(border, keys, out)
    if post is not None:
        letters = Letters(selling, specimen=lambda: opened.current.snapshot().demo)
        compose = Post(letters, border).compose
        host = urlsplit(site).hostname or "localhost"
        postmen.append(Postman(selling.store, selling.clock, compose, post, host=host))
    webhook = Webhook(
        selling.store, selling.clock, lambda message: said(event_of(message), site), loopback=to_this_machine()
    )
    postmen.append(Carrier(selling.store, selling.clock, webhook))
    housekeeper = Housekeeper(selling, border)
    housekeeper.start()
    for postman in postmen:
        postman.start()
    try:
        yield selling
    finally:
        housekeeper.stop()
        for postman in postmen:
            postman.stop()
        selling.close()


def _say_of_the_keys(border: Border, keys: Keys, out: TextIO) -> None:
    """Whatever is wrong with the file of keys, loudly: trains are sold all the same, and no document is touched."""
    try:
        border.check_keys()
    except KeyringError as error:
        print(f"DOCUMENTS AND CROSSING LISTS STAY SEALED. {error}", file=out, flush=True)
        return
    if keys.readable_by_others():
        print(f"The file of keys {keys.file} can be read by others than its owner: chmod 600 it.", file=out, flush=True)


def _wake(postmen: list[Carrier]) -> None:
    for postman in postmen:
        postman.wake()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, opened before anything is written: a taken port should not cost a new edition."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
    except OSError as error:
        raise StoreError(
            f"Cannot listen on {host} port {port} ({error.strerror}); choose another with --port or --host."
        ) from None
    return listening


def _address(host: str, listening: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}"


def _say_what_was_opened(opened: Opened, store: Store, warnings: int, out: TextIO) -> None:
    print(f"Database: {store.name}", file=out)
    if opened.new_database:
        print(f"New database: edition 1, {opened.entered} entries begin the journal.", file=out)
    elif opened.changes is not None:
        print(f"The folder has changed: this is edition {opened.edition}.", file=out)
        for change in opened.changes or ("Only the wording of the files changed.",):
            print(f"  {change}", file=out)
    else:
        print(f"Edition {opened.edition}, as before.", file=out)
    if warnings:
        plural = "s" if warnings > 1 else ""
        print(f"The folder has {warnings} warning{plural}: rerail check shows them.", file=out)
