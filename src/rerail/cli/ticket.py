"""`rerail ticket verify FILE`: is this ticket good? Works without a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final, TextIO

import msgspec
from msgspec import Struct

from rerail.desk.current import Snapshot, read_snapshot
from rerail.line.model import Station
from rerail.store.engine import Store
from rerail.ticket import aztec, tables
from rerail.ticket.barcode import Decoded
from rerail.ticket.keys import Keys, by_number, keys_from_json
from rerail.ticket.problem import TicketError, Unreadable
from rerail.ticket.verify import Route, Verdict, Word, verify

_LARGEST: Final = 50_000_000


class TicketShown(Struct, frozen=True, kw_only=True):
    """One ticket of a file, as `--json` prints it."""

    verdict: Word
    why: str
    specimen: bool | None
    refund_looked_up: bool
    reference: str | None
    train: str | None
    numbers: tuple[str, ...]
    service_date: date | None
    passenger: str | None
    board: str | None
    alight: str | None
    places: tuple[str, ...]
    """"coach/place", in order of travel."""
    passport_check: bool | None


class FileShown(Struct, frozen=True):
    """What `--json` prints: `valid` for the file only if it is for every ticket in it."""

    verdict: Word
    tickets: tuple[TicketShown, ...]


def run(
    file: Path,
    keys_file: Path | None,
    store: Store | None,
    train: str | None,
    on: date | None,
    at: str | None,
    as_json: bool,
    out: TextIO,
    refunded: Callable[[str], bool] | None = None,
) -> int:
    """Check every ticket in a PDF, a picture or a file with the barcode's own bytes. 0 only if all are valid.

    Keys come from `keys_file` (JSON as served at /keys), else from the database. `store` also knows where the train
    calls. `refunded` tells by its reference whether a ticket was refunded; without it the output says that nobody
    was asked. Raises `TicketError` if the file or the keys cannot be read, `StoreError`.
    """
    keys, route = _known(keys_file, store)
    content = _content(file)
    try:
        raws = aztec.read(content) if aztec.is_picture(content) else [content]
    except Unreadable as problem:
        verdicts = [Verdict(word="unreadable", why=str(problem), ticket=None, refund_looked_up=False)]
    else:
        verdicts = [verify(raw, keys, train=train, on=on, at=at, refunded=refunded, route=route) for raw in raws]
    worst: Word = next((one.word for one in verdicts if one.word != "valid"), "valid")
    if as_json:
        print(msgspec.json.encode(FileShown(worst, tuple(_shown(one) for one in verdicts))).decode(), file=out)
    else:
        for one in verdicts:
            _print(one, out)
    return 0 if worst == "valid" else 1


def _known(keys_file: Path | None, store: Store | None) -> tuple[Keys, Route | None]:
    if store is None:
        if keys_file is None:
            raise TicketError("Give the railway's keys (--keys FILE, as its site serves them at /keys) or --db URL.")
        return keys_from_json(_content(keys_file)), None
    with store.read() as connection:
        keys = keys_from_json(_content(keys_file)) if keys_file else by_number(tables.published(connection))
        snapshot = read_snapshot(connection)
    return keys, lambda ticket: _route(snapshot, ticket)


def _route(snapshot: Snapshot, ticket: Decoded) -> Sequence[Station] | None:
    if ticket.train is None or ticket.service_date is None:
        return None
    version = snapshot.timetable.at(ticket.train, ticket.service_date)
    if version is None:
        return None
    line, train = version
    return [line.stations[call.station] for call in train.calls]


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST:
            raise TicketError("%(file)s is larger than %(most)d MB; that is no ticket.", file=file, most=50)
        return file.read_bytes()
    except OSError as error:
        raise TicketError("%(file)s cannot be read: %(why)s.", file=file, why=error.strerror) from None


def _shown(one: Verdict) -> TicketShown:
    ticket = one.ticket
    return TicketShown(
        verdict=one.word,
        why=one.why,
        specimen=ticket.specimen if ticket else None,
        refund_looked_up=one.refund_looked_up,
        reference=ticket.reference if ticket else None,
        train=ticket.train if ticket else None,
        numbers=ticket.numbers if ticket else (),
        service_date=ticket.service_date if ticket else None,
        passenger=_passenger(ticket) if ticket else None,
        board=ticket.stretches[0].board.station if ticket else None,
        alight=ticket.stretches[-1].alight.station if ticket else None,
        places=_places(ticket) if ticket else (),
        passport_check=ticket.passport_check if ticket else None,
    )


def _print(one: Verdict, out: TextIO) -> None:
    print(one.word if not one.why else f"{one.word}: {one.why}", file=out)
    ticket = one.ticket
    if ticket is None:
        return
    if one.word == "forged":
        print("  Nothing of what it says can be relied on.", file=out)
        return
    if ticket.specimen:
        print("  SPECIMEN: made for a demonstration, good for no journey.", file=out)
    first, last = ticket.stretches[0].board, ticket.stretches[-1].alight
    leaves = first.at.strftime(" %H:%M") if first.at else ""
    age = "adult" if ticket.adult else "child: check the age"
    print(f"  {ticket.reference}  {_passenger(ticket)}  {age}", file=out)
    print(f"  train {'/'.join(dict.fromkeys(ticket.numbers))} of {ticket.service_date or 'a date not told'}", file=out)
    print(f"  {first.name or first.station}{leaves} – {last.name or last.station}", file=out)
    for stretch in ticket.stretches:
        if stretch.places:
            what = f"coach {stretch.coach or '?'} place {', '.join(stretch.places)} {stretch.description}".rstrip()
            print(f"  {what}, to {stretch.alight.name or stretch.alight.station}", file=out)
    if ticket.passport_check:
        print("  Crosses a border: look at the passport.", file=out)
    if ticket.info:
        print(f"  {ticket.info}", file=out)
    if not one.refund_looked_up:
        print("  Whether it was refunded was not looked up (that needs the database).", file=out)


def _passenger(ticket: Decoded) -> str:
    return f"{ticket.family_name} {ticket.given_names}".strip()


def _places(ticket: Decoded) -> tuple[str, ...]:
    return tuple(f"{one.coach or ''}/{place}" for one in ticket.stretches for place in one.places)
