"""The commands about retailers: `rerail client add | list | disable | key | webhook`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from rerail.clock import Clock, clock_from

if TYPE_CHECKING:
    from rerail.store.engine import Store


def add_commands(commands: Any, database: Any) -> None:
    """Add the commands to the parser; `database` adds --db to one."""
    client = commands.add_parser("client", help="retailers' machines that sell over OSDM")
    acts = client.add_subparsers(metavar="ACT", required=True)
    add = acts.add_parser("add", help="make a client, and print its id and secret this once")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--operator", metavar="ID", help="the tour operator it sells for, as fares.toml names it")
    add.add_argument(
        "--scope", action="append", metavar="S", help="timetable, sale, after-sale; repeat for several (default: all)"
    )
    add.add_argument("--rate", type=int, metavar="N", help="requests it may make in a minute (default 300000)")
    add.add_argument("--json", action="store_true", help="{client_id, client_secret}")
    database(add)
    add.set_defaults(command=_run_add)
    listed = acts.add_parser("list", help="every client")
    database(listed)
    listed.set_defaults(command=_run_list)
    disable = acts.add_parser("disable", help="give a client no more tokens; those it has last an hour at most")
    disable.add_argument("name", metavar="NAME")
    database(disable)
    disable.set_defaults(command=_run_disable)
    _add_key(acts, database)
    _add_webhook(acts, database)


def _add_key(acts: Any, database: Any) -> None:
    key = acts.add_parser("key", help="a client's public key, by which it needs no secret (private_key_jwt)")
    key.add_argument("name", metavar="NAME")
    what = key.add_mutually_exclusive_group(required=True)
    what.add_argument("--jwk", metavar="FILE", dest="file", help="add the public key of a JWK")
    what.add_argument("--pem", metavar="FILE", dest="file", help="add the public key of a PEM file")
    what.add_argument("--remove", metavar="KID", help="forget the key of this name")
    key.add_argument("--only", action="store_true", help="the client's secret is good no more")
    database(key)
    key.set_defaults(command=_run_key)


def _add_webhook(acts: Any, database: Any) -> None:
    webhook = acts.add_parser("webhook", help="where a client is told what happens to its bookings")
    webhook.add_argument("name", metavar="NAME")
    what = webhook.add_mutually_exclusive_group(required=True)
    what.add_argument("url", metavar="URL", nargs="?", help="tell it here; prints the secret that signs, this once")
    what.add_argument("--off", action="store_true", help="tell it nothing more")
    what.add_argument("--again", action="store_true", help="send again what was given up")
    database(webhook)
    webhook.set_defaults(command=_run_webhook)


def run_add(
    store: Store,
    clock: Clock,
    name: str,
    out: TextIO,
    *,
    tour_operator: str | None = None,
    scopes: list[str] | None = None,
    per_minute: int | None = None,
    as_json: bool = False,
) -> int:
    """Make a client and print its id and secret. Returns the exit status. Raises `ClientError`, `StoreError`."""
    from rerail.desk.clients import add_client

    added = add_client(store, clock, name, tour_operator=tour_operator, scopes=scopes, per_minute=per_minute)
    printed = {"client_id": added.client.id, "client_secret": added.secret}
    if as_json:
        print(msgspec.json.encode(printed).decode(), file=out)
        return 0
    for key, value in printed.items():
        print(f"{key}: {value}", file=out)
    print("The secret is shown this once. Tokens: POST /osdm/oauth/token (docs/osdm.md).", file=out)
    return 0


def run_list(store: Store, out: TextIO) -> int:
    """Print every client. Returns the exit status."""
    from rerail.desk.client_keys import keys
    from rerail.desk.clients import clients
    from rerail.desk.subscribing import standing

    for one in clients(store):
        whose = f", for {one.tour_operator}" if one.tour_operator is not None else ""
        since = f", disabled {one.disabled:%Y-%m-%d %H:%M} UTC" if one.disabled is not None else ""
        print(f"{one.id}  {one.name}: {' '.join(one.scopes)}, {one.per_minute} a minute{whose}{since}", file=out)
        for key in keys(store, one):
            print(f"    key {key.id} ({key.algorithm})", file=out)
        told = standing(store, one)
        if told.url is not None or told.waiting or told.given_up:
            where = told.url if told.url is not None else "nowhere any more"
            print(f"    told at {where}: {told.waiting} events wait, {told.given_up} given up", file=out)
    return 0


def run_key(
    store: Store,
    clock: Clock,
    name: str,
    out: TextIO,
    *,
    text: str | None,
    remove: str | None = None,
    only: bool = False,
) -> int:
    """Add the public key that `text` is, or remove one. Returns the exit status. Raises `ClientError`."""
    from rerail.desk.client_keys import add_key, remove_key

    if text is None:
        client = remove_key(store, clock, name, remove or "")
        print(f"{client.name}: what the key {remove} signs is believed no more.", file=out)
        return 0
    added = add_key(store, clock, name, text, only=only)
    print(f"{added.client.name} ({added.client.id}): key {added.key.id}, for {added.key.algorithm}.", file=out)
    if only:
        print("Its secret is good no more.", file=out)
    return 0


def run_webhook(store: Store, clock: Clock, name: str, url: str, out: TextIO, *, loopback: bool = False) -> int:
    """Tell a client at an address. Returns the exit status. Raises `ClientError`."""
    from rerail.desk.subscribing import subscribe

    subscribed = subscribe(store, clock, name, url, loopback=loopback)
    print(f"{subscribed.client.name} is told at {subscribed.url}", file=out)
    print(f"secret: {subscribed.secret}", file=out)
    print("The secret is shown this once. How to check a signature: docs/osdm-webhooks.md.", file=out)
    return 0


def run_webhook_off(store: Store, clock: Clock, name: str, out: TextIO) -> int:
    """Tell a client nothing more. Returns the exit status. Raises `ClientError`."""
    from rerail.desk.subscribing import unsubscribe

    print(f"{unsubscribe(store, clock, name).name} is told nothing more.", file=out)
    return 0


def run_webhook_again(store: Store, clock: Clock, name: str, out: TextIO) -> int:
    """Send again what was given up. Returns the exit status. Raises `ClientError`."""
    from rerail.desk.subscribing import tell_again

    again = tell_again(store, clock, name)
    print(f"{again} event{'s' if again != 1 else ''} will be sent again while rerail serve runs.", file=out)
    return 0


def run_disable(store: Store, clock: Clock, name: str, out: TextIO) -> int:
    """Disable a client. Returns the exit status. Raises `ClientError`."""
    from rerail.desk.clients import disable_client

    client = disable_client(store, clock, name)
    print(f"{client.name} gets no more tokens; those it has last an hour at most.", file=out)
    return 0


@contextmanager
def _store(arguments: argparse.Namespace) -> Iterator[Store]:
    from rerail.store.engine import Store
    from rerail.store.location import url_without_line

    with closing(Store(url_without_line(arguments.db, os.environ))) as store:
        store.migrate()
        yield store


def _run_add(arguments: argparse.Namespace) -> int:
    with _store(arguments) as store:
        return run_add(
            store,
            clock_from(os.environ),
            arguments.name,
            sys.stdout,
            tour_operator=arguments.operator,
            scopes=arguments.scope,
            per_minute=arguments.rate,
            as_json=arguments.json,
        )


def _run_list(arguments: argparse.Namespace) -> int:
    with _store(arguments) as store:
        return run_list(store, sys.stdout)


def _run_disable(arguments: argparse.Namespace) -> int:
    with _store(arguments) as store:
        return run_disable(store, clock_from(os.environ), arguments.name, sys.stdout)


def _run_key(arguments: argparse.Namespace) -> int:
    from rerail.people.clients import ClientError

    if arguments.only and arguments.file is None:
        raise ClientError("--only goes with a key to be added: --jwk FILE or --pem FILE.")
    text = _read(arguments.file) if arguments.file is not None else None
    with _store(arguments) as store:
        return run_key(
            store,
            clock_from(os.environ),
            arguments.name,
            sys.stdout,
            text=text,
            remove=arguments.remove,
            only=arguments.only,
        )


def _read(file: str) -> str:
    from rerail.people.clients import ClientError

    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ClientError(f"{file} cannot be read: {reason}.") from None


def _run_webhook(arguments: argparse.Namespace) -> int:
    from rerail.desk.subscribing import to_this_machine

    clock = clock_from(os.environ)
    with _store(arguments) as store:
        if arguments.off:
            return run_webhook_off(store, clock, arguments.name, sys.stdout)
        if arguments.again:
            return run_webhook_again(store, clock, arguments.name, sys.stdout)
        return run_webhook(store, clock, arguments.name, arguments.url, sys.stdout, loopback=to_this_machine())
