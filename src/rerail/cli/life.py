"""`rerail life FOLDER …`: which departures run and why, and the decisions that make them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TextIO

import msgspec
from msgspec import Struct

from rerail.desk import stopping
from rerail.desk.current import HORIZON_DAYS, Current
from rerail.desk.decisions import Preview, Recorder, preview, record, stopped
from rerail.desk.selling import Selling
from rerail.life.consent import Departure, Life
from rerail.life.draft import Draft, LifeError
from rerail.life.journal import Entry
from rerail.line.amount import Money
from rerail.publish.address import DEFAULT_ADDRESS
from rerail.sale.suspension import Hit

SHOWN_CHANGES = 12


class KeyShown(Struct, frozen=True):
    """One railway's word on a departure, as `--json` prints it."""

    railway: str
    consent: bool
    entry: str | None


class DepartureShown(Struct, frozen=True):
    """A departure, as `--json` prints it."""

    train: str
    service_date: date
    runs: bool
    announced: bool
    planned: bool
    cancelled: bool
    railways: tuple[KeyShown, ...]


def show(current: Current, train: str | None, on: date | None, known: date | None, as_json: bool, out: TextIO) -> int:
    """Print departures: all trains of one date, or what is on paper from today on. Returns the exit status.

    Raises `LifeError` for an unknown train.
    """
    today = current.now().date()
    snapshot = current.snapshot()
    if train is not None and train not in snapshot.timetable.train_ids:
        raise LifeError(f'No train "{train}" on this line; it has {", ".join(snapshot.timetable.train_ids)}.')
    start = on if on is not None else today
    until = start + timedelta(days=1) if on is not None else today + timedelta(days=HORIZON_DAYS)
    life = snapshot.life(today, known, (start, until))
    found = _on(life, on) if on is not None else life.departures(start, until, running_only=False)
    wanted = [departure for departure in found if train in (None, departure.train.id)]
    if as_json:
        out.write(msgspec.json.format(msgspec.json.encode([_shown(one) for one in wanted]), indent=2).decode() + "\n")
        return 0
    _print_departures(life, wanted, out)
    return 0


def _on(life: Life, day: date) -> list[Departure]:
    """Every train on a date, planned or not, so that the question "what holds on D?" is always answered."""
    asked = (life.departure(train, day) for train in life.timetable.train_ids)
    return sorted((one for one in asked if one is not None), key=lambda one: (one.start, one.train.id))


def _shown(departure: Departure) -> DepartureShown:
    return DepartureShown(
        train=departure.train.id,
        service_date=departure.service_date,
        runs=departure.runs,
        announced=bool(departure.announcements),
        planned=departure.planned,
        cancelled=departure.cancelled is not None,
        railways=tuple(
            KeyShown(key.railway, key.consent, key.entry.id if key.entry is not None else None)
            for key in departure.keys
        ),
    )


def _print_departures(life: Life, departures: list[Departure], out: TextIO) -> None:
    if not departures:
        print("No departures on paper.", file=out)
        return
    width = max(len(one.train.id) for one in departures)
    for one in departures:
        print(f"{one.service_date}  {one.train.id:<{width}}  {_word(one):<14}  {_keys(life, one)}", file=out)


def _word(departure: Departure) -> str:
    if departure.runs:
        return "runs"
    if departure.cancelled is not None:
        return "cancelled"
    if departure.announcements:
        return "announced"
    return "does not run" if departure.planned else "not planned"


def _keys(life: Life, departure: Departure) -> str:
    words = []
    for key in departure.keys:
        name = life.line.text(departure.line.railways[key.railway].short_names, "en")
        decided = f"entry {key.entry.seq}, {key.entry.start}" if key.entry is not None else "no entry"
        words.append(f"{name} {'yes' if key.consent else 'no'} ({decided})")
    return " · ".join(words)


def decide(current: Current, draft: Draft, *, yes: bool, ask: TextIO, out: TextIO) -> int:
    """Show what a decision would change and whom it hits, ask, record it, and give back what it owes.

    Returns the exit status; raises `LifeError`, `StoreError`.
    """
    recorder = Recorder(name="command line")
    seen = preview(current, draft, recorder)
    _print_preview(seen, out)
    if not yes and not _confirmed(ask, out):
        print("Nothing was recorded.", file=out)
        return 1
    now = current.now()
    form = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    entries = record(current, draft, recorder, form=form, journal=seen.journal)
    for entry in entries:
        print(f"Recorded as entry {entry.seq} ({entry.id}): {_sentence(entry)}", file=out)
    if stopped(seen):
        _give_back(current, seen, entries, out)
    return 0


def _give_back(current: Current, seen: Preview, entries: Sequence[Entry], out: TextIO) -> None:
    """Give back what is owed and say what came of it; payments of a provider go back when the service runs."""
    selling = Selling(current, site=DEFAULT_ADDRESS)
    try:
        selling.give_back_owed(lambda done: print(f"  {_bookings(done)} settled …", file=out, flush=True))
    finally:
        selling.close()
    done = stopping.outcome(current, entries, stopped(seen))
    back = done.given_back
    if back.bookings or seen.hit:
        print(
            f"Given back in full: {_counted(back.tickets, 'ticket')} of {_bookings(back.bookings)}"
            f"{_sums(back.money, ': ')}.",
            file=out,
        )
    if done.left:
        print(f"Left to give back: {_bookings(len(done.left))}{_sums(done.left_money, ', ')}.", file=out)


def _confirmed(ask: TextIO, out: TextIO) -> bool:
    if not ask.isatty():
        print("Standard input is no terminal, so nobody can confirm; add --yes to record.", file=out)
        return False
    print("Record this? [y/N] ", end="", file=out, flush=True)
    return ask.readline().strip().lower() in ("y", "yes")


def _print_preview(seen: Preview, out: TextIO) -> None:
    for entry in seen.entries:
        print(f"To be recorded: {_sentence(entry)}", file=out)
    starts = [change.after for change in seen.changes if change.starts]
    stops = [change.after for change in seen.changes if change.stops]
    if not seen.changes:
        print(f"No departure until {seen.horizon} starts or stops running by it.", file=out)
    for verb, group in (("starts running", starts), ("stops running", stops)):
        if group:
            count = f"{len(group)} departures" if len(group) > 1 else "1 departure"
            print(f"{count} until {seen.horizon} {verb}:", file=out)
            _print_some(group, out)
    if stops:
        _print_hits(seen, out)


def _print_hits(seen: Preview, out: TextIO) -> None:
    """Every booking hit, none left out: whoever confirms answers for each."""
    if not seen.hit:
        print("Nothing is sold or held on them.", file=out)
        return
    print(
        f"{_bookings(len(seen.hit))} hit, to give back in full{_sums(seen.to_give_back, ': ') or ': nothing'}", file=out
    )
    for hit in seen.hit:
        departures = ", ".join(f"{key.train} {key.service_date}" for key in hit.departures)
        money = str(hit.back) if hit.back else "held, nothing paid"
        print(f"  {hit.booking.code}  {_counted(_passengers(hit), 'passenger')}  {departures}  {money}", file=out)


def _passengers(hit: Hit) -> int:
    return len({part.passenger for part in hit.booking.parts if part.number in hit.parts})


def _bookings(count: int) -> str:
    return _counted(count, "booking")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _sums(money: Sequence[Money], before: str) -> str:
    said = ", ".join(str(one) for one in money if one)
    return before + said if said else ""


def _print_some(group: list[Departure], out: TextIO) -> None:
    for departure in group[:SHOWN_CHANGES]:
        print(f"  {departure.service_date}  {departure.train.id}", file=out)
    if len(group) > SHOWN_CHANGES:
        rest = len(group) - SHOWN_CHANGES
        print(f"  … and {rest} more, the last on {group[-1].service_date}", file=out)


def _sentence(entry: Entry) -> str:
    subject = entry.railway or "the operator"
    trains = "all trains" if entry.trains is None else _joined(entry.trains)
    until = f"until {entry.until} (not included)" if entry.until is not None else "until further notice"
    return f"{subject}: {entry.kind} {trains}, from {entry.start} {until}"


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
