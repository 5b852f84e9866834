"""`rerail border list|receipt|erase|record|keys`: crossing lists, their receipts, erasure, the keys that seal."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rerail.clock import Clock, clock_from


def add_commands(
    commands: Any, database: Callable[[argparse.ArgumentParser], None], day: Callable[[str], date]
) -> None:
    """The border's commands. `database` adds --db, `day` reads a date."""
    border = commands.add_parser("border", help="crossing lists, their receipts, erasure, the keys that seal documents")
    acts = border.add_subparsers(metavar="ACT", required=True)

    shown = acts.add_parser("list", help="a crossing list in one of its forms; a look that the audit trail notes")
    shown.add_argument("--train", required=True, metavar="T")
    shown.add_argument("--date", required=True, type=day, metavar="D", help="service date")
    shown.add_argument("--authority", required=True, metavar="A", help="as border.toml names it")
    shown.add_argument("--operator", metavar="O", help="whose named list, where several tour operators have one")
    shown.add_argument("--version", type=int, metavar="N", help="default: the latest")
    shown.add_argument("--format", required=True, choices=("paxlst", "csv", "pdf"))
    shown.add_argument(
        "--out", type=Path, metavar="FILE", help="a new file that only you can read (default: standard output)"
    )
    database(shown)
    shown.set_defaults(command=_list)

    receipt = acts.add_parser("receipt", help="take an authority's answer (UN/EDIFACT CUSRES)")
    receipt.add_argument("file", type=Path, metavar="FILE")
    database(receipt)
    receipt.set_defaults(command=_receipt)

    erase = acts.add_parser("erase", help="erase what the folder's rules say, with a signed record")
    erase.add_argument("--dry-run", action="store_true", help="say what would be erased, and erase nothing")
    database(erase)
    erase.set_defaults(command=_erase)

    record = acts.add_parser("record", help="what was erased when; checks that the record is whole")
    record.add_argument("--json", action="store_true", help="[{number, at, erased, public_key, ours, intact}]")
    database(record)
    record.set_defaults(command=_record)

    keys = acts.add_parser("keys", help="the keys that seal documents")
    keys_acts = keys.add_subparsers(metavar="ACT", required=True)
    rotate = keys_acts.add_parser(
        "rotate", help="make a new key, seal everything with it, let go of keys that seal nothing"
    )
    database(rotate)
    rotate.set_defaults(command=_rotate)

    replace = keys_acts.add_parser("replace", help="begin a new file of keys for one that is lost for good")
    replace.add_argument(
        "--yes", action="store_true", required=True, help="erase every document and list that only lost keys open"
    )
    database(replace)
    replace.set_defaults(command=_replace)


@contextmanager
def _border(database: str | None, clock: Clock) -> Iterator[Any]:
    """The border's desk over a database that holds a line. Raises `StoreError`."""
    from rerail.border.keyring import Keys
    from rerail.desk.border import Border
    from rerail.desk.current import Current
    from rerail.desk.selling import Selling
    from rerail.publish.address import public_address
    from rerail.store.engine import Store
    from rerail.store.location import keys_file, lists_folder, url_without_line

    store = Store(url_without_line(database, os.environ))
    try:
        store.migrate()
        current = Current(store, clock)
        line = current.snapshot().line.id
        selling = Selling(current, site=public_address(os.environ))
        try:
            yield Border(selling, Keys(keys_file(line, os.environ)), lists_folder(line, os.environ))
        finally:
            selling.close()
    finally:
        store.close()


def _list(arguments: argparse.Namespace) -> int:
    from rerail.border.errors import BorderError
    from rerail.places.model import DepartureKey

    if arguments.out is None and arguments.format == "pdf" and sys.stdout.isatty():
        raise BorderError("A PDF is not for the screen; name a file with --out.")
    with _border(arguments.db, clock_from(os.environ)) as border:
        key = border.key_of(DepartureKey(arguments.train, arguments.date), arguments.authority, arguments.operator)
        open_until, rendered = border.rendered(key, arguments.format, None, arguments.version)
    if open_until is not None:
        print(f"rerail: the list is open until {open_until:%Y-%m-%d %H:%M} UTC: this is a draft.", file=sys.stderr)
    if arguments.out is None:
        sys.stdout.buffer.write(rendered.content)
        sys.stdout.buffer.flush()
        return 0
    try:
        with os.fdopen(os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(rendered.content)
    except FileExistsError:
        raise BorderError(
            "%(file)s exists; name a new file, so that no list is written over.", file=arguments.out
        ) from None
    except OSError as error:
        raise BorderError("%(file)s cannot be written: %(why)s.", file=arguments.out, why=error.strerror) from None
    print(
        f"{arguments.out}: {len(rendered.content)} bytes. It holds travel documents: erase it when it was handed over."
    )
    return 0


def _receipt(arguments: argparse.Namespace) -> int:
    from rerail.border.errors import BorderError
    from rerail.people.audit import COMMAND_LINE

    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise BorderError("%(file)s cannot be read: %(why)s.", file=arguments.file, why=error.strerror) from None
    with _border(arguments.db, clock_from(os.environ)) as border:
        key, accepted = border.take_cusres(content, COMMAND_LINE)
    print(f"{key}: {'taken' if accepted else 'refused'} by the authority.")
    return 0 if accepted else 1


def _erase(arguments: argparse.Namespace) -> int:
    from rerail.people.audit import COMMAND_LINE

    with _border(arguments.db, clock_from(os.environ)) as border:
        if arguments.dry_run:
            erased = border.erasable()
        else:
            erased = border.erase(COMMAND_LINE, lambda done: print(f"{done} erased …", file=sys.stderr))
    for one in erased:
        since = f", last train arrived {one.since:%Y-%m-%d %H:%M} UTC" if one.since is not None else ""
        print(f"{one.what:10} {one.of:40} {one.count:5}  {one.rule}{since}")
    if not erased:
        print("Nothing is to be erased.")
    elif arguments.dry_run:
        print(f"{len(erased)} to be erased; nothing was erased (--dry-run).")
    else:
        print(f"{len(erased)} erased, and written down in the signed record: rerail border record.")
    return 0


def _record(arguments: argparse.Namespace) -> int:
    with _border(arguments.db, clock_from(os.environ)) as border:
        records = border.records()
        ours = border.record_key()
    whole = all(one.intact for one in records)
    strange = [one.number for one in records if one.public_key != ours]
    if arguments.json:
        import base64

        import msgspec

        listed = [
            {
                "number": one.number,
                "at": one.at.isoformat(),
                "erased": [msgspec.to_builtins(each) for each in one.erased],
                "public_key": base64.b64encode(one.public_key).decode(),
                "ours": one.public_key == ours,
                "intact": one.intact,
            }
            for one in records
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0 if whole and not strange else 1
    for one in records:
        print(f"{one.number}  {one.at:%Y-%m-%d %H:%M} UTC{'' if one.intact else '  NOT INTACT'}")
        for each in one.erased:
            print(f"    {each.what} of {each.of}: {each.count} ({each.rule})")
    print(f"{len(records)} records; " + ("the chain is whole and signed." if whole else "the chain is broken."))
    if strange:
        print(
            f"Not signed with the key in the present file of keys: {', '.join(map(str, strange))}. That is so after "
            "rerail border keys replace; otherwise somebody has signed a record of his own."
        )
    return 0 if whole and not strange else 1


def _rotate(arguments: argparse.Namespace) -> int:
    from rerail.people.audit import COMMAND_LINE

    with _border(arguments.db, clock_from(os.environ)) as border:
        done = border.rotate_keys(COMMAND_LINE, lambda done: print(f"{done} sealed anew …", file=sys.stderr))
        file = border.keys.file
    print(f"{done} sealed with a new key, in {file}. The key before stays there until the next rotation.")
    return 0


def _replace(arguments: argparse.Namespace) -> int:
    from rerail.people.audit import COMMAND_LINE

    with _border(arguments.db, clock_from(os.environ)) as border:
        erased = border.replace_keys(COMMAND_LINE)
    for one in erased:
        print(f"{one.what:10} {one.of:40} {one.count:5}  {one.rule}")
    print(f"{len(erased)} erased, and a new file of keys begun. Passengers have to give their documents again.")
    return 0
