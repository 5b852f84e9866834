"""A booking's journeys as calendar entries (RFC 5545): one for each train, whoever travels on it.

Events are in UTC, as in the published calendars: a phone shows an instant on whatever clock its owner set. What the
station clocks show is in the description.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date

from icalendar import Calendar, Event

from rerail import __version__
from rerail.ticket.model import Ticket, TicketCall
from rerail.ticket.wording import say
from rerail.typeset.language import day, named, utc_offset

Leg = tuple[str, date, str, str]


def ics(tickets: Sequence[Ticket], url: str, language: str) -> bytes:
    """A calendar of the tickets' journeys. `url` is the booking's page.

    The same journey keeps its UID, so that a second import changes the entry and adds none.
    """
    legs: dict[Leg, list[Ticket]] = {}
    for ticket in tickets:
        leg = (ticket.train, ticket.service_date, ticket.board.station, ticket.alight.station)
        legs.setdefault(leg, []).append(ticket)
    calendar = Calendar()
    calendar.add("prodid", f"-//Rerail//Rerail {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for _, fellow in sorted(legs.items(), key=lambda leg: leg[1][0].board.at):
        calendar.add_component(_event(fellow, url, language))
    content: bytes = calendar.to_ical()
    return content


def _event(fellow: Sequence[Ticket], url: str, language: str) -> Event:
    one = fellow[0]
    event = Event()
    event.add("uid", f"{one.booking}.{one.train}.{one.service_date}.{one.board.station}@ticket.rerail")
    event.add("dtstamp", max(ticket.issued for ticket in fellow).astimezone(UTC))
    event.add("dtstart", one.board.at.astimezone(UTC))
    event.add("dtend", one.alight.at.astimezone(UTC))
    summary = f"{named(one.board.names, language)} – {named(one.alight.names, language)}"
    if one.specimen:
        summary = f"{say('SPECIMEN', language)}: {summary}"
    event.add("summary", summary)
    event.add("location", named(one.board.names, language))
    event.add("description", "\n".join(_description(fellow, language)))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("url", url)
    return event


def _description(fellow: Sequence[Ticket], language: str) -> list[str]:
    one = fellow[0]
    numbers = "/".join(dict.fromkeys(number for _, number in one.numbers))
    lines = [say("specimen", language)] if one.specimen else []
    lines.append(f"{say('train', language)} {numbers} {named(one.train_names, language)}")
    lines.extend(f"{say(word, language)}: {_told(call, language)}" for word, call in _calls(one))
    for ticket in fellow:
        lines.append(f"{ticket.reference}: {ticket.family_name} {ticket.given_names}".rstrip())
        for spot in ticket.spots:
            seat = f"{say('coach', language)} {spot.coach}, {say('place', language)} {spot.place}"
            until = say("to", language, station=named(spot.alight.names, language))
            lines.append(f"  {seat} ({say(spot.kind, language)}), {until}")
    lines.append(say("clocks", language))
    if one.passport_check:
        lines.append(say("papers", language))
    if one.at_border:
        lines.append(named(one.at_border, language))
    if one.marked:
        lines.append(say("illustrative", language))
    return lines


def _calls(ticket: Ticket) -> tuple[tuple[str, TicketCall], ...]:
    return ("departs", ticket.board), ("arrives", ticket.alight)


def _told(call: TicketCall, language: str) -> str:
    zone = ", ".join(filter(None, (utc_offset(call.at), call.working_label)))
    return f"{call.at:%H:%M} {named(call.names, language)} ({zone}), {day(call.at.date(), language)}"
