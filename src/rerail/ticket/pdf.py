"""Tickets as PDF: A4 to fold, one ticket a page, or a narrow page for a phone.

The passenger's language stands first, those of the railways beside it. Everything a person typed goes to the
typesetter as data, never as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final, Literal

from rerail.ticket import aztec
from rerail.ticket.model import Ticket, TicketCall, TicketSpot
from rerail.ticket.wording import in_each, money, say
from rerail.typeset import fonts
from rerail.typeset.language import day, duration, named, named_in_each, utc_offset
from rerail.typeset.pdf import broken, typeset

Size = Literal["a4", "phone"]

LAYOUT: Final = Path(__file__).parent / "layout"


def pdf(tickets: Sequence[tuple[Ticket, bytes]], size: Size, language: str) -> bytes:
    """One PDF of tickets with their barcodes' bytes, a page each, for a passenger who reads `language`.

    The same tickets give the same bytes. Without a font for Korean on this machine English stands in for Korean and
    Korean names are in Latin letters (`fonts.advice` tells what to install). Raises `ValueError` for no tickets.
    """
    if not tickets:
        raise ValueError("a PDF of no tickets")
    korean = fonts.hangul()
    data = {
        "size": size,
        "title": " · ".join(dict.fromkeys(ticket.reference for ticket, _ in tickets)),
        "tickets": [_ticket(ticket, raw, language, korean) for ticket, raw in tickets],
    }
    return typeset(LAYOUT / "ticket.typ", data, language, max(ticket.issued for ticket, _ in tickets))


def _ticket(ticket: Ticket, raw: bytes, language: str, korean: str | None) -> dict[str, Any]:
    spoken = fonts.printable([language, *ticket.languages], korean)
    first = spoken[0]
    mark = "*" if ticket.illustrative else ""
    return {
        "code": aztec.svg(raw),
        "alt": say("the code", first),
        "labels": {
            word: in_each(word, spoken)
            for word in (
                *("ticket", "reference", "passenger", "train", "departs", "arrives"),
                *("coach", "place", "price", "issued", "class"),
            )
        },
        "issuer": named_in_each(ticket.issuer_names, spoken),
        "reference": ticket.reference,
        "passenger": broken(f"{ticket.family_name} {ticket.given_names}".strip()),
        "category": named_in_each(ticket.category_names, spoken),
        "train": named_in_each(ticket.train_names, spoken),
        "numbers": [f"{named(railway, first)} {number}{mark}" for railway, number in ticket.numbers],
        "board": _call(ticket.board, spoken),
        "alight": _call(ticket.alight, spoken),
        "class": in_each(ticket.travel_class, spoken),
        "places": [_place(ticket, spot, spoken) for spot in ticket.spots],
        "without": [] if ticket.spots else in_each("no place", spoken),
        "price": money(ticket.price, first) + mark,
        "issued": f"{ticket.issued.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "notes": _notes(ticket, spoken),
        "specimen": in_each("specimen", spoken) if ticket.specimen else [],
        "watermark": " ".join(in_each("SPECIMEN", spoken)) if ticket.specimen else "",
    }


def _call(call: TicketCall, spoken: Sequence[str]) -> dict[str, Any]:
    zone = ", ".join(filter(None, (utc_offset(call.at), call.working_label)))
    return {
        "names": named_in_each(call.names, spoken),
        "time": f"{call.at:%H:%M}",
        "day": day(call.at.date(), spoken[0]),
        "iso": f"{call.at:%Y-%m-%d}",
        "zone": f"{named(call.names, spoken[0])} ({zone})",
    }


def _place(ticket: Ticket, spot: TicketSpot, spoken: Sequence[str]) -> dict[str, Any]:
    whole = (spot.board, spot.alight) == (ticket.board, ticket.alight)
    return {
        "coach": spot.coach,
        "place": spot.place,
        "kind": in_each(spot.kind, spoken),
        "coach_kind": named_in_each(spot.coach_names, spoken),
        "stretch": [] if whole else [_from_to(spot, language) for language in spoken],
    }


def _from_to(spot: TicketSpot, language: str) -> str:
    return f"{named(spot.board.names, language)} → {named(spot.alight.names, language)}"


def _notes(ticket: Ticket, spoken: Sequence[str]) -> list[list[str]]:
    """What else must be known, each in every language."""
    notes = []
    if len(ticket.spots) > 1:
        notes.append(in_each("changes place", spoken))
    notes.append([_about_clocks(ticket, language) for language in spoken])
    if ticket.passport_check:
        notes.append(in_each("papers", spoken))
    if ticket.at_border:
        notes.append(named_in_each(ticket.at_border, spoken))
    if ticket.named_list is not None:
        notes.append([say("named list", one, operator=named(ticket.named_list, one)) for one in spoken])
    if ticket.marked:
        notes.append(in_each("illustrative", spoken))
    return notes


def _about_clocks(ticket: Ticket, language: str) -> str:
    """How long it takes, and what the two clocks have to do with it."""
    board, alight = ticket.board.at, ticket.alight.at
    lasts = duration(alight - board, language)
    here, there = board.utcoffset(), alight.utcoffset()
    assert here is not None  # calls' times are aware
    assert there is not None
    if here == there:
        return f"{say('clocks', language)} {say('lasts', language, lasts=lasts)}"
    difference = say(
        "behind" if there < here else "ahead",
        language,
        here=named(ticket.board.names, language),
        there=named(ticket.alight.names, language),
        difference=duration(abs(there - here), language),
        lasts=lasts,
    )
    told = [say("clocks", language), difference]
    if alight.replace(tzinfo=None) < board.replace(tzinfo=None):
        told.append(say("earlier", language))
    return " ".join(told)
