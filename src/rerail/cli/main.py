"""The command line: parses, calls the desk, prints.

Exit status 0 for done, 1 for an error that a sentence on standard error explains, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from rerail import __version__
from rerail.cli import border, retailers, selling
from rerail.clock import ClockError, clock_from
from rerail.people.users import ROLES

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Every error a person can cause ends in one sentence, never in a traceback."""
    parsed = parser().parse_args(arguments)
    command: Command = parsed.command
    try:
        return command(parsed)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough (`rerail life … show | head`); nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not _is_explained(error):
            raise
        print(f"rerail: {error}", file=sys.stderr)
        return 1


def _is_explained(error: Exception) -> bool:
    # Imported here: `rerail --help` has no need to load a database driver.
    from rerail.cli.bench import BenchError
    from rerail.cli.publish import PublishError
    from rerail.life.draft import LifeError
    from rerail.line.problem import LineFolderError
    from rerail.line.sentence import SentenceError
    from rerail.money.settlement import NoMonth
    from rerail.money.shifts import ShiftError
    from rerail.people.clients import ClientError
    from rerail.people.users import PeopleError
    from rerail.publish.address import AddressError
    from rerail.store.engine import StoreError
    from rerail.tell.smtp import MailSettingsError
    from rerail.ticket.problem import TicketError

    explained = (
        *(LineFolderError, StoreError, LifeError, ClockError, PeopleError, PublishError, AddressError),
        *(BenchError, SentenceError, ShiftError, NoMonth, MailSettingsError, TicketError, ClientError),
    )
    return isinstance(error, explained)


def parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    top = argparse.ArgumentParser(
        prog="rerail",
        description="Start, restart and run a direct cross-border passenger train.",
        epilog="Times are read and written in UTC unless a station's clock is named. "
        "RERAIL_DB names the database when --db does not; RERAIL_URL is the public address of the site; "
        "RERAIL_NOW fixes the clock.",
    )
    top.add_argument("--version", action="version", version=f"rerail {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="find everything wrong in a line folder, in one go")
    _folder(check)
    check.add_argument("--json", action="store_true", help="[{level, rule, file, path, message, fix}]")
    check.set_defaults(command=_check)

    clocks = commands.add_parser("clocks", help="on which dates of a year which side's printed times shift")
    _folder(clocks)
    clocks.add_argument("--year", type=_year, required=True, metavar="Y")
    clocks.add_argument("--json", action="store_true", help="one object per call and date")
    clocks.set_defaults(command=_clocks)

    serve = commands.add_parser("serve", help="serve a line: the site, the feeds, the office")
    _folder(serve)
    _database(serve)
    serve.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=_port, default=8000, metavar="P", help="port to listen on (default %(default)s)")
    serve.add_argument(
        "--demo", action="store_true", help="add the folder's illustrative season and a demo sign-in, and say so"
    )
    serve.set_defaults(command=_serve)

    publish = commands.add_parser("publish", help="write the feeds: gtfs.zip, notices.atom, departures.ics")
    _folder(publish)
    _database(publish)
    publish.add_argument("--out", type=Path, required=True, metavar="DIR")
    publish.set_defaults(command=_publish)

    _life(commands)
    _user(commands)
    selling.add_commands(commands, _database, _date)
    retailers.add_commands(commands, _database)
    border.add_commands(commands, _database, _date)
    _mrz(commands)

    backup = commands.add_parser("backup", help="write the whole database to one file, while the service runs")
    backup.add_argument("file", type=Path, metavar="FILE")
    _database(backup)
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="put a backup into an empty database")
    restore.add_argument("file", type=Path, metavar="FILE")
    _database(restore)
    restore.set_defaults(command=_restore)
    return top


def _life(commands: Any) -> None:
    life = commands.add_parser(
        "life",
        help="the life of the service: show it, or record consent, announcement, special, cancellation",
        usage="rerail life FOLDER {show,grant,withdraw,announce,special,cancel} …",
    )
    _folder(life)
    acts = life.add_subparsers(metavar="ACT", required=True)
    show = acts.add_parser("show", help="which departures run, and each railway's word on them")
    show.add_argument("--train", metavar="T", help="this train only")
    show.add_argument("--on", type=_date, metavar="DATE", help="this service date only")
    show.add_argument("--known", type=_date, metavar="DATE", help="as known by the end of this day (UTC)")
    show.add_argument("--json", action="store_true", help="[{train, service_date, runs, announced, railways}]")
    _database(show)
    show.set_defaults(command=_life_show)
    helps = {
        "grant": "a railway consents to dates",
        "withdraw": "a railway takes back its consent",
        "announce": "somebody says it will run; puts nothing on sale",
        "special": "add a date to a train; still needs every consent",
        "cancel": "take a date from a train",
    }
    for kind, text in helps.items():
        act = acts.add_parser(kind, help=text)
        consent = kind in ("grant", "withdraw")
        act.add_argument(
            "--railway",
            metavar="R",
            action="append",
            required=consent,
            help="whose decision"
            + ("; repeat to record several consents on one document" if kind == "special" else ""),
        )
        act.add_argument("--from", dest="start", type=_date, required=True, metavar="DATE", help="first service date")
        act.add_argument(
            "--until",
            type=_date,
            metavar="DATE",
            help="first service date no longer covered (default: "
            + ("the day after --from)" if kind in ("special", "cancel") else "until further notice)"),
        )
        act.add_argument("--train", metavar="T", action="append", help="repeat for several; default: all trains")
        act.add_argument("--who", required=True, metavar="TEXT", help="who decided")
        act.add_argument("--reason", required=True, metavar="TEXT", help="shown to passengers")
        act.add_argument("--document", metavar="TEXT", help="the letter, telegram or protocol")
        act.add_argument("--source", metavar="URL", help="where it can be read")
        act.add_argument("--yes", action="store_true", help="record without asking")
        _database(act)
        act.set_defaults(command=_life_record, kind=kind)


def _user(commands: Any) -> None:
    user = commands.add_parser("user", help="who may sign in to the office")
    acts = user.add_subparsers(metavar="ACT", required=True)
    add = acts.add_parser("add", help="add a person; the password is asked for, or read from standard input")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--railway", metavar="R", help="the railway an official records for")
    add.add_argument("--operator", metavar="ID", help="the tour operator an agent sells for, as fares.toml names it")
    add.add_argument("--generate", action="store_true", help="make a password and print it once")
    _database(add)
    add.set_defaults(command=_user_add)


def _mrz(commands: Any) -> None:
    mrz = commands.add_parser("mrz", help="the machine-readable zone of a passport or card")
    acts = mrz.add_subparsers(metavar="ACT", required=True)
    check = acts.add_parser(
        "check",
        help="what it says, its check digits, and what is wrong with it",
        description="Check a machine-readable zone by ICAO Doc 9303 (TD1, TD2, TD3). Nothing is kept or logged; but a "
        "shell keeps what stands on its command line, so give - and let the zone come on standard input. "
        "Exit status: 0 without an error in it, 1 with errors, 2 if it is no machine-readable zone.",
    )
    check.add_argument("text", metavar="TEXT", help="the lines of the zone, in quotes; - reads standard input")
    check.add_argument("--json", action="store_true", help="{format, valid, fields, checks, problems}")
    check.set_defaults(command=_mrz_check)


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, metavar="FOLDER", help="a line folder")


def _database(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--db",
        metavar="URL",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME (default: RERAIL_DB, else a file per line "
        "in your data folder)",
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no date; write it as 2026-11-23') from None


def _year(text: str) -> int:
    if not text.isdecimal() or not 1970 <= int(text) <= 2200:
        raise argparse.ArgumentTypeError(f'"{text}" is no year between 1970 and 2200')
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f'"{text}" is no port; 0 to 65535')
    return int(text)


# Each command imports what it needs when it runs: `rerail check` starts without a web server or a database.


def _check(arguments: argparse.Namespace) -> int:
    from rerail.cli.check import run

    return run(arguments.folder, arguments.json, clock_from(os.environ).now().date(), sys.stdout)


def _clocks(arguments: argparse.Namespace) -> int:
    from rerail.cli.clocks import run

    return run(arguments.folder, arguments.year, arguments.json, sys.stdout)


def _serve(arguments: argparse.Namespace) -> int:
    from rerail.cli.serve import run

    return run(
        arguments.folder,
        arguments.db,
        arguments.host,
        arguments.port,
        demo=arguments.demo,
        clock=clock_from(os.environ),
        out=sys.stdout,
    )


def _publish(arguments: argparse.Namespace) -> int:
    from rerail.cli.opened import opened
    from rerail.cli.publish import run

    with opened(arguments.folder, arguments.db, clock_from(os.environ), sys.stderr) as line:
        return run(line.current, arguments.out, sys.stdout)


def _life_show(arguments: argparse.Namespace) -> int:
    from rerail.cli.life import show
    from rerail.cli.opened import opened

    with opened(arguments.folder, arguments.db, clock_from(os.environ), sys.stderr) as line:
        return show(line.current, arguments.train, arguments.on, arguments.known, arguments.json, sys.stdout)


def _life_record(arguments: argparse.Namespace) -> int:
    from rerail.cli.life import decide
    from rerail.cli.opened import opened
    from rerail.life.draft import Draft

    draft = Draft(
        kind=arguments.kind,
        railways=tuple(dict.fromkeys(arguments.railway or ())),
        trains=tuple(dict.fromkeys(arguments.train)) if arguments.train else None,
        start=arguments.start,
        until=arguments.until,
        who=arguments.who,
        reason=arguments.reason,
        document=arguments.document,
        source=arguments.source,
    )
    with opened(arguments.folder, arguments.db, clock_from(os.environ), sys.stderr) as line:
        return decide(line.current, draft, yes=arguments.yes, ask=sys.stdin, out=sys.stdout)


def _user_add(arguments: argparse.Namespace) -> int:
    from rerail.cli.user import read_password, run_add
    from rerail.store.engine import Store
    from rerail.store.location import url_without_line

    with closing(Store(url_without_line(arguments.db, os.environ))) as store:
        store.migrate()
        password = None if arguments.generate else read_password()
        clock = clock_from(os.environ)
        return run_add(
            store,
            clock,
            arguments.name,
            arguments.role,
            arguments.railway,
            password,
            sys.stdout,
            tour_operator=arguments.operator,
        )


def _mrz_check(arguments: argparse.Namespace) -> int:
    from rerail.cli.mrz import run

    text = sys.stdin.buffer.read().decode("utf-8", "replace") if arguments.text == "-" else arguments.text
    today = clock_from(os.environ).now().date()
    return run(text, today, arguments.json, sys.stdout, sys.stderr)


def _backup(arguments: argparse.Namespace) -> int:
    from rerail.cli.backup import run_backup
    from rerail.store.engine import Store
    from rerail.store.location import url_without_line

    with closing(Store(url_without_line(arguments.db, os.environ))) as store:
        return run_backup(store, arguments.file, clock_from(os.environ), sys.stdout)


def _restore(arguments: argparse.Namespace) -> int:
    from rerail.cli.backup import run_restore
    from rerail.store.engine import Store
    from rerail.store.location import url_without_line

    with closing(Store(url_without_line(arguments.db, os.environ))) as store:
        return run_restore(store, arguments.file, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
