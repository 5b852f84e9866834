"""The commands about selling: keys that sign tickets, the check of a ticket, the month's accounts."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

from rerail.clock import clock_from

SIGNS_DAYS: Final = 366


def add_commands(commands: Any, database: Any, day: Any) -> None:
    """Add the commands to the parser; `database` adds --db to one, `day` reads a date."""
    _keys(commands, database)
    _ticket(commands, database, day)
    accounts = commands.add_parser("accounts", help="a month's trial balance, and what the railways owe each other")
    accounts.add_argument("--month", required=True, metavar="YYYY-MM", help="calendar month in UTC")
    accounts.add_argument("--json", action="store_true", help="amounts in minor units, debit positive")
    database(accounts)
    accounts.set_defaults(command=_run_accounts)
    bench = commands.add_parser("bench", help="measure selling on this machine (needs the source checkout)")
    bench.add_argument("part", choices=("engine", "http"), help="the engine alone, or over HTTP")
    database(bench)
    bench.set_defaults(command=_run_bench)


def _keys(commands: Any, database: Any) -> None:
    keys = commands.add_parser("keys", help="the keys that sign tickets")
    acts = keys.add_subparsers(metavar="ACT", required=True)
    new = acts.add_parser("new", help="make a key that signs from now on")
    new.add_argument(
        "issuer", metavar="RAILWAY", nargs="?", help="the railway that issues (default: the line's agency)"
    )
    new.add_argument(
        "--days", type=int, default=SIGNS_DAYS, metavar="N", help="how long it signs (default %(default)s)"
    )
    database(new)
    new.set_defaults(command=_run_new)
    listed = acts.add_parser("list", help="every key there ever was")
    listed.add_argument("--json", action="store_true", help="what the site serves at /keys")
    database(listed)
    listed.set_defaults(command=_run_list)
    retire = acts.add_parser("retire", help="let a key sign no more; tickets it signed stay good")
    retire.add_argument("issuer", metavar="RAILWAY")
    retire.add_argument("key_id", metavar="KEY", type=int)
    database(retire)
    retire.set_defaults(command=_run_retire)


def _ticket(commands: Any, database: Any, day: Any) -> None:
    ticket = commands.add_parser("ticket", help="check a ticket")
    acts = ticket.add_subparsers(metavar="ACT", required=True)
    verify = acts.add_parser(
        "verify",
        help="is it good? valid, wrong-train, wrong-date, wrong-stretch, refunded, forged, unreadable",
        description="Checks every ticket in a PDF, a picture, or a file with the barcode's bytes. "
        "Exit status 0 only if all are valid.",
    )
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--train", metavar="T", help="the train's id or number")
    verify.add_argument("--date", type=day, metavar="D", help="the service date")
    verify.add_argument("--at", metavar="STATION", help="where it is checked: id, name or code")
    verify.add_argument("--keys", type=Path, metavar="FILE", help="keys as a site serves them at /keys; no database")
    verify.add_argument("--json", action="store_true")
    database(verify)
    verify.set_defaults(command=_run_verify)


def _run_new(arguments: argparse.Namespace) -> int:
    from rerail.cli.keys import run_new
    from rerail.desk.current import Current
    from rerail.desk.tickets import issuer_of

    clock = clock_from(os.environ)
    with closing(_store(arguments.db)) as store:
        issuer = arguments.issuer or issuer_of(Current(store, clock).snapshot().line)
        return run_new(store, clock, issuer, arguments.days, sys.stdout)


def _run_list(arguments: argparse.Namespace) -> int:
    from rerail.cli.keys import run_list

    with closing(_store(arguments.db)) as store:
        return run_list(store, clock_from(os.environ), arguments.json, sys.stdout)


def _run_retire(arguments: argparse.Namespace) -> int:
    from rerail.cli.keys import run_retire

    with closing(_store(arguments.db)) as store:
        return run_retire(store, clock_from(os.environ), arguments.issuer, arguments.key_id, sys.stdout)


def _run_verify(arguments: argparse.Namespace) -> int:
    from rerail.cli.ticket import run
    from rerail.sale.reading import given_back

    on: date | None = arguments.date
    offline = arguments.keys is not None and arguments.db is None
    if offline:
        return run(arguments.file, arguments.keys, None, arguments.train, on, arguments.at, arguments.json, sys.stdout)
    with closing(_store(arguments.db)) as store:

        def refunded(reference: str) -> bool:
            with store.read() as connection:
                return given_back(connection, reference)

        return run(
            arguments.file,
            arguments.keys,
            store,
            arguments.train,
            on,
            arguments.at,
            arguments.json,
            sys.stdout,
            refunded,
        )


def _run_bench(arguments: argparse.Namespace) -> int:
    from rerail.cli.bench import run_engine, run_http

    return run_engine(arguments.db) if arguments.part == "engine" else run_http(arguments.db)


def _run_accounts(arguments: argparse.Namespace) -> int:
    from rerail.cli.accounts import run

    with closing(_store(arguments.db)) as store:
        return run(store, arguments.month, sys.stdout, arguments.json)


def _store(database: str | None) -> Any:
    from rerail.store.engine import Store
    from rerail.store.location import url_without_line

    store = Store(url_without_line(database, os.environ))
    store.migrate()
    return store
