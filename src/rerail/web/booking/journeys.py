"""What a booking holds, as its page shows it: trains on each station's clock, passengers with their places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from rerail.desk.letters import money_words
from rerail.desk.tickets import as_running, place_of, stretch_of
from rerail.line.model import Line, StationId, Text, Train
from rerail.line.timing import call_times, station_time, zone
from rerail.places.model import Spot
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking, Leg, Part
from rerail.sale.refunding import not_running
from rerail.web.context import View
from rerail.web.i18n import Words, date_words, instant_words
from rerail.web.site.at_the_border import StepShown, at_the_border
from rerail.web.site.clock_words import clock_name
from rerail.web.site.strip import Strip, strip_of
from rerail.web.site.timetable import Number, numbers


class TicketShown(Struct, frozen=True, kw_only=True):
    """One passenger on one train."""

    part: Part
    reference: str
    passenger: str
    """Empty: not named yet."""
    passenger_number: int
    category: str
    places: tuple[str, ...]
    """A sentence for each place, in the order of travel."""
    price: str
    good: bool
    """Whether a ticket can be shown for it."""
    state: str
    """What became of it; empty where there is nothing to say."""


class LegShown(Struct, frozen=True, kw_only=True):
    """One train of the booking."""

    number: int
    heading: str
    train: Text
    """Its names; empty if it is in no timetable any more."""
    numbers: tuple[Number, ...]
    line: Line
    departs_on: date
    """On the clock of the station where one boards."""
    service_date: date
    train_id: str
    board: str
    alight: str
    strip: Strip | None
    """None: the train is in no timetable any more, or has another route now."""
    moved: str
    """What has changed about the times since the booking was made."""
    stopped: bool
    """Whether the train does not run, as known now."""
    border: tuple[StepShown, ...]
    """What the passengers meet at the border; empty: none is passed, or nobody of the booking travels any more."""
    tickets: tuple[TicketShown, ...]


def legs_of(view: View, market: Market, booking: Booking) -> tuple[LegShown, ...]:
    """The trains of a booking, in the order of travel."""
    return tuple(_leg(view, market, booking, leg) for leg in booking.legs)


def on_both_clocks(view: View, moment: datetime, station: StationId) -> str:
    """An instant in UTC and on a station's clock."""
    _ = view.words.gettext
    found = view.line.stations.get(station)
    if found is None:
        return instant_words(moment, view.language)
    local = moment.astimezone(zone(found.clock))
    return _(
        "%(utc)s – %(time)s on %(day)s by the station's clock (%(clock)s)",
        utc=instant_words(moment, view.language),
        time=f"{local:%H:%M}",
        day=date_words(local.date(), view.language),
        clock=clock_name(view.words, found.clock),
    )


def place_words(words: Words, line: Line, train: Train, spots: Sequence[Spot]) -> tuple[str, ...]:
    """Which places, in the order of travel; with more than one, from where to where each."""
    _ = words.gettext
    if not spots:
        return (_("no place of its own"),)
    return tuple(
        _place(words, line, train, spot)
        if len(spots) == 1
        else _(
            "%(board)s – %(alight)s: %(place)s",
            board=line.text(line.stations[train.calls[spot.board].station].names, words.language),
            alight=line.text(line.stations[train.calls[spot.alight].station].names, words.language),
            place=_place(words, line, train, spot),
        )
        for spot in spots
    )


def _leg(view: View, market: Market, booking: Booking, leg: Leg) -> LegShown:
    key = leg.departure
    train: Train | None = None
    stretch: tuple[int, int] | None = None
    line = view.line
    try:
        line, train = as_running(market, leg)
        stretch = stretch_of(train, leg)
    except NotPossible:
        pass  # told below: what is no more in the timetable has no strip
    board, alight = (_station(view, line, one) for one in (leg.board, leg.alight))
    strip = strip_of(line, train, key.service_date, view.words, stretch) if train is not None and stretch else None
    first = line.stations.get(leg.board)
    leaves = leg.leaves.astimezone(zone(first.clock)) if first is not None else leg.leaves
    stopped = not_running(market, leg)
    travels = any(part.state == "confirmed" or part.waits(view.now) for part in booking.parts_of(leg.number))
    border: tuple[StepShown, ...] = ()
    if train is not None and stretch and travels and not stopped:
        border = at_the_border(line, train, key.service_date, view.words, stretch)
    return LegShown(
        number=leg.number,
        heading=_heading(view, booking, leg),
        train=train.names if train is not None else {},
        numbers=numbers(train) if train is not None else (),
        line=line,
        departs_on=leaves.date(),
        service_date=key.service_date,
        train_id=key.train,
        board=board,
        alight=alight,
        strip=strip,
        moved=_moved(view, line, train, leg, stretch) if train is not None and stretch else "",
        stopped=stopped,
        border=border,
        tickets=tuple(
            _ticket(view, booking, part, line, train if stretch else None) for part in booking.parts_of(leg.number)
        ),
    )


def _station(view: View, line: Line, station: StationId) -> str:
    found = line.stations.get(station)
    return view.text(found.names) if found is not None else station


def _heading(view: View, booking: Booking, leg: Leg) -> str:
    _ = view.words.gettext
    journeys = {one.journey for one in booking.legs}
    if len(journeys) < 2:
        return _("Journey")
    if leg.journey < 2:
        return _("Way back") if leg.journey else _("Way out")
    return _("Journey %(number)d", number=leg.journey + 1)


def _moved(view: View, line: Line, train: Train, leg: Leg, stretch: tuple[int, int]) -> str:
    """What to say if the timetable has other times now than when the booking was made."""
    _ = view.words.gettext
    times = call_times(line, train, leg.departure.service_date, view.language)
    departure, arrival = times[stretch[0]].departure, times[stretch[1]].arrival
    assert departure is not None
    assert arrival is not None  # one boards where the train leaves, and alights where it arrives
    sold_leaves, sold_arrives = leg.sold_leaves or leg.leaves, leg.sold_arrives or leg.arrives
    if (departure.instant, arrival.instant) == (sold_leaves, sold_arrives):
        return ""
    leaves = station_time(line, times[stretch[0]].station, sold_leaves, view.language)
    arrives = station_time(line, times[stretch[1]].station, sold_arrives, view.language)
    return _(
        "The times have changed since you booked: it was to leave at %(leaves)s and to arrive at %(arrives)s.",
        leaves=leaves.clock,
        arrives=arrives.clock,
    )


def _ticket(view: View, booking: Booking, part: Part, line: Line, train: Train | None) -> TicketShown:
    passenger = booking.passenger(part.passenger)
    tariff = view.line.tariff
    category = tariff.categories.get(passenger.category) if tariff is not None else None
    return TicketShown(
        part=part,
        reference=booking.reference(part),
        passenger=passenger.name,
        passenger_number=passenger.number,
        category=view.text(category.names) if category is not None else passenger.category,
        places=place_words(view.words, line, train, part.spots) if train is not None else (),
        price=money_words(part.price.total, view.language),
        good=part.state == "confirmed" and not part.recalled and passenger.named and train is not None,
        state=_became(view, booking, part),
    )


def _became(view: View, booking: Booking, part: Part) -> str:
    _ = view.words.gettext
    if part.state == "refunded" and part.refunded is not None and part.refunded_at is not None:
        values = {
            "amount": money_words(part.refunded, view.language),
            "day": date_words(part.refunded_at.date(), view.language),
        }
        if part.refund_reason == "suspended":
            return _("Not valid: the train was suspended, and %(amount)s were given back in full on %(day)s.", **values)
        if part.refund_reason == "refused":
            return _("Not valid: the journey ended at the border on %(day)s; %(amount)s came back to you.", **values)
        return _("Not valid: given back on %(day)s, of which %(amount)s came back to you.", **values)
    if part.state == "released":
        return _("Not valid: given back; the money comes back by whoever sold it.")
    if part.state == "cancelled":
        return _("Not valid: the place was let go and never paid for.")
    if part.recalled:
        return _("Not valid: the ticket was cancelled, and is to be made out anew.")
    if part.state == "held":
        return _("Held, not paid yet.") if part.waits(view.now) else _("Not valid: the place was not paid for in time.")
    return "" if booking.passenger(part.passenger).named else _("The ticket is made out when the passenger is named.")


def _place(words: Words, line: Line, train: Train, spot: Spot) -> str:
    _ = words.gettext
    kinds = {
        "seat": _("seat"),
        "lower": _("lower berth"),
        "middle": _("middle berth"),
        "upper": _("upper berth"),
        "wheelchair": _("wheelchair place"),
    }
    place = place_of(line, train, spot)
    said = _("coach %(coach)s, place %(place)s", coach=spot.coach, place=spot.place)
    return f"{said}, {kinds[place.kind]}" if place is not None else said
