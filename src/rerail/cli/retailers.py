"""The commands about retailers: `rerail client add | list | disable`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
    from rerail.desk.clients import clients

    for one in clients(store):
        whose = f", for {one.tour_operator}" if one.tour_operator is not None else ""
        since = f", disabled {one.disabled:%Y-%m-%d %H:%M} UTC" if one.disabled is not None else ""
        print(f"{one.id}  {one.name}: {' '.join(one.scopes)}, {one.per_minute} a minute{whose}{since}", file=out)
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
