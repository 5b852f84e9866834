"""Is this ticket good, for this train, on this date, here? Needs the published keys and no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from rerail.line.model import Station
from rerail.ticket.barcode import Decoded, DecodedCall, decoded
from rerail.ticket.keys import SIGNING_ALGORITHM, Keys
from rerail.ticket.problem import Unreadable

Word = Literal["valid", "wrong-train", "wrong-date", "wrong-stretch", "refunded", "forged", "unreadable"]

Route = Callable[[Decoded], Sequence[Station] | None]
"""Where the train of a ticket calls, in order, on its service date; None if that is not known."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What a controller is told of one ticket."""

    word: Word
    why: str
    """One English sentence; empty if it is valid."""
    ticket: Decoded | None
    """What it says; None if it cannot be read. Of a forged one, what it pretends."""
    refund_looked_up: bool
    """Whether anybody was asked if it has been refunded: the barcode itself cannot know."""


def verify(
    raw: bytes,
    keys: Keys,
    *,
    train: str | None = None,
    on: date | None = None,
    at: str | None = None,
    refunded: Callable[[str], bool] | None = None,
    route: Route | None = None,
) -> Verdict:
    """The verdict on the bytes of a barcode.

    `train` is the train's id or its number on any of its railways. `on` is its service date: the date at the
    train's first call, so that a ticket for yesterday's night train is not taken for today's. `at` is a station
    (id, UIC code or name) at which the train stands or which it has just left: the ticket is good there from where
    it boards, and no more where it alights. Without `route` only stations that the ticket itself names are known.
    `refunded` is asked with the ticket's reference.
    """
    try:
        ticket = decoded(raw)
    except Unreadable as problem:
        return Verdict(word="unreadable", why=str(problem), ticket=None, refund_looked_up=False)

    def verdict(word: Word, why: str = "") -> Verdict:
        return Verdict(word=word, why=why, ticket=ticket, refund_looked_up=refunded is not None and word != "forged")

    forged = _why_forged(ticket, keys)
    if forged is not None:
        return verdict("forged", forged)
    if refunded is not None and refunded(ticket.reference):
        return verdict("refunded", f"{ticket.reference} was refunded or cancelled; it is good for no train.")
    if train is not None and not _is_for(ticket, train):
        known = ticket.train or "/".join(ticket.numbers) or "a train it does not name"
        return verdict("wrong-train", f"It is for {known}, not for {train}.")
    if on is not None and _date(ticket) != on:
        return verdict("wrong-date", f"It is for {_date(ticket)}, not for {on}.")
    if at is not None:
        stations = route(ticket) if route is not None else None
        elsewhere = _why_not_here(ticket, at, stations)
        if elsewhere is not None:
            return verdict("wrong-stretch", elsewhere)
    return verdict("valid")


def _why_forged(ticket: Decoded, keys: Keys) -> str | None:
    key = keys.get((ticket.provider, ticket.key_id))
    if key is None:
        return f"No key {ticket.key_id} of {ticket.provider or 'anybody'} is published."
    if ticket.algorithm not in (None, SIGNING_ALGORITHM) or not key.verifies(ticket.signature, ticket.signed):
        return f"The signature is not that of key {ticket.key_id} of {ticket.provider}."
    if not key.since <= ticket.issued < key.until:
        return f"It says it was issued at {ticket.issued:%Y-%m-%d %H:%M} UTC, when key {ticket.key_id} did not sign."
    return None


def _is_for(ticket: Decoded, train: str) -> bool:
    wanted = train.casefold()
    return any(wanted == known.casefold() for known in (ticket.train, *ticket.numbers) if known is not None)


def _date(ticket: Decoded) -> date | None:
    """The service date; of another issuer's ticket, which tells none, the date at the station where one boards."""
    boards = ticket.stretches[0].board.at
    return ticket.service_date or (boards.date() if boards is not None else None)


def _why_not_here(ticket: Decoded, at: str, stations: Sequence[Station] | None) -> str | None:
    board, alight = ticket.stretches[0].board, ticket.stretches[-1].alight
    stretch = f"from {board.name or board.station} to {alight.name or alight.station}"
    if stations is None:
        if any(_called(one.board, at) for one in ticket.stretches) or at.casefold() in ticket.between:
            return None
        if _called(alight, at):
            return f"It is good {stretch}, and ends here."
        return f"It is good {stretch}; whether {at} lies between cannot be told without the line."
    starts = [number for number, station in enumerate(stations) if _same(board, station)]
    ends = [number for number, station in enumerate(stations) if _same(alight, station)]
    here = [number for number, station in enumerate(stations) if _named(station, at)]
    if not here:
        return f"The train does not call at {at}."
    if any(start <= number < end for number in here for start in starts for end in ends):
        return None
    return f"It is good {stretch}, not from {at} on."


def _called(call: DecodedCall, at: str) -> bool:
    return at.casefold() in (call.station.casefold(), call.name.casefold())


def _same(call: DecodedCall, station: Station) -> bool:
    return station.codes.get("uic") == call.station if call.uic else station.id == call.station


def _named(station: Station, at: str) -> bool:
    names = {station.id, *station.names.values(), *station.codes.values()}
    return at.casefold() in {name.casefold() for name in names}
