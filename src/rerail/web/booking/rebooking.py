"""Another departure at the paid price, after a suspension: choose it, see it, hold it; the passengers are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from litestar import Response
from msgspec import Struct

from rerail.desk.letters import money_words
from rerail.desk.selling import PriceShown
from rerail.line.timing import StationTime, call_times
from rerail.sale.errors import NotPossible, SaleError
from rerail.sale.holding import Buyer
from rerail.sale.model import Ask, Booking, Leg, LegAsk, Passenger, PassengerGiven
from rerail.sale.rules import Travel, on_sale, travel
from rerail.web.booking.standing import successor
from rerail.web.booking.visit import BrokenForm, Visit, new_key
from rerail.web.office.fields import Fields
from rerail.web.site.clock_words import clock_line
from rerail.web.site.strip import Strip, strip_of

MOST_LISTED: Final = 20
_MOST_TRIED: Final = 200
_AHEAD: Final = timedelta(days=100)
_LONGEST_TOKEN: Final = 20_000


class Departing(Struct, frozen=True, kw_only=True):
    """A departure that can be taken instead."""

    value: str
    """"train~date": what the form sends."""
    train: str
    day: date
    """On the clock of the station where one boards."""
    leaves: StationTime
    leaves_clock: str
    arrives: StationTime
    arrives_clock: str
    arrives_days: int
    """Midnights of that station's clock after `day`."""
    illustrative: bool
    chosen: bool


class Choice(Struct, frozen=True, kw_only=True):
    """A suspended train of the booking, and what can be taken instead."""

    leg: Leg
    board: str
    alight: str
    departures: tuple[Departing, ...]


class Taken(Struct, frozen=True, kw_only=True):
    """A departure as it would be booked."""

    train: str
    day: date
    strip: Strip


def page(visit: Visit, booking: Booking) -> Response[Any]:
    """The page at `/{lang}/booking/{code}/rebook`: what can be taken, and with `?legN=train~date` at which price."""
    _open(visit, booking)
    chosen = _chosen(visit.fields, booking)
    if not chosen:
        return _choices(visit, booking, {}, "", 200)
    try:
        passengers = _travelling(booking, chosen)
        shown = visit.selling.offer(_ask(booking, chosen, passengers), rebooks=booking.code)
    except SaleError as error:
        return _choices(visit, booking, chosen, visit.says(error), error.status)
    return _offered(visit, booking, shown, passengers)


async def hold(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    """Hold the departure that was shown, for the same passengers; then it is paid as any booking is."""
    asking, token = visit.asking(fields), fields.raw("token")
    if not 0 < len(token) <= _LONGEST_TOKEN or not token.isascii():
        raise BrokenForm
    offer = visit.selling.opened(token)
    if offer.rebooks != booking.code:
        raise BrokenForm
    replaced = _replaced(booking, offer.ask.legs)
    buyer = Buyer(
        passengers=tuple(_given(one) for one in _travelling(booking, replaced)),
        email=booking.email,
        language=visit.view.language,
    )
    held = await visit.selling.run(visit.selling.hold(asking, token, buyer))
    return visit.go(visit.view.href(f"/booking/{held.code}"), visit.granted(held.code))


def _open(visit: Visit, booking: Booking) -> None:
    found = successor(visit, booking)
    if found is None:
        raise NotPossible("Nothing of booking %(code)s was suspended.", code=booking.code)
    if found.code:
        raise NotPossible(
            "Booking %(code)s has been exchanged for %(other)s already.", code=booking.code, other=found.code
        )


def _suspended(booking: Booking) -> tuple[Leg, ...]:
    """The trains of the booking that were suspended."""
    hit = {part.leg for part in booking.parts if part.refund_reason == "suspended"}
    return tuple(leg for leg in booking.legs if leg.number in hit)


def _chosen(fields: Fields, booking: Booking) -> dict[int, str]:
    """By the number of the suspended train, the departure chosen instead."""
    given = {leg.number: fields.text(f"leg{leg.number}")[:200] for leg in _suspended(booking)}
    return {number: value for number, value in given.items() if value}


def _travelling(booking: Booking, chosen: Iterable[int]) -> tuple[Passenger, ...]:
    """Those who lost every one of these trains: they travel on."""
    numbers = tuple(chosen)
    found = [
        one
        for one in booking.passengers
        if all(
            any(part.passenger == one.number and part.refund_reason == "suspended" for part in booking.parts_of(number))
            for number in numbers
        )
    ]
    if not found:
        raise NotPossible("Nothing of booking %(code)s was suspended.", code=booking.code)
    return tuple(found)


def _ask(booking: Booking, chosen: dict[int, str], passengers: Sequence[Passenger]) -> Ask:
    return Ask(
        legs=tuple(_leg_ask(booking.leg(number), value) for number, value in sorted(chosen.items())),
        counts=dict(Counter(one.category for one in passengers)),
        currency=booking.currency,
        group=booking.group,
        tour_operator=booking.tour_operator,
    )


def _leg_ask(leg: Leg, value: str) -> LegAsk:
    train, _, day = value.partition("~")
    try:
        service_date = date.fromisoformat(day)
    except ValueError:
        raise BrokenForm from None
    return LegAsk(
        journey=leg.journey,
        train=train,
        service_date=service_date,
        board=leg.board,
        alight=leg.alight,
        travel_class=leg.travel_class,
    )


def _key(train: str, service_date: date) -> str:
    return f"{train}~{service_date}"


def _given(one: Passenger) -> PassengerGiven:
    return PassengerGiven(
        category=one.category,
        family_name=one.family_name,
        given_names=one.given_names,
        birth_date=one.birth_date,
        sex=one.sex,
    )


def _replaced(booking: Booking, asked: Sequence[LegAsk]) -> tuple[int, ...]:
    """The numbers of the suspended trains that an offer replaces: same journey, same stretch."""
    waiting = list(_suspended(booking))
    found = []
    for ask in asked:
        same = [one for one in waiting if (one.journey, one.board, one.alight) == (ask.journey, ask.board, ask.alight)]
        if not same:
            raise BrokenForm
        waiting.remove(same[0])
        found.append(same[0].number)
    return tuple(found)


def _choices(visit: Visit, booking: Booking, chosen: dict[int, str], sentence: str, status: int) -> Response[Any]:
    found = tuple(_choice(visit, booking, leg, chosen.get(leg.number, "")) for leg in _suspended(booking))
    return visit.page(
        "rebook_choice.html", status=status, booking=booking, choices=found, sentence=sentence, home=visit.home
    )


def _choice(visit: Visit, booking: Booking, leg: Leg, chosen: str) -> Choice:
    view = visit.view
    board, alight = (view.line.stations.get(one) for one in (leg.board, leg.alight))
    return Choice(
        leg=leg,
        board=view.text(board.names) if board is not None else leg.board,
        alight=view.text(alight.names) if alight is not None else leg.alight,
        departures=tuple(_departures(visit, booking, leg, chosen)),
    )


def _departures(visit: Visit, booking: Booking, leg: Leg, chosen: str) -> Iterator[Departing]:
    """The next departures over the same stretch that are on sale to this party at the paid price."""
    market = visit.market
    today = market.now.date()
    listed = tried = 0
    for departure in market.life.departures(today - timedelta(days=1), today + _AHEAD):
        value = _key(departure.train.id, departure.service_date)
        ask = _leg_ask(leg, value)
        calls = [call.station for call in departure.train.calls]
        if leg.board not in calls or leg.alight not in calls:
            continue
        try:
            found = travel(market.life, ask)
            on_sale(found, market.now)
            tried += 1
            only = {leg.number: value}
            visit.selling.offer(_ask(booking, only, _travelling(booking, only)), rebooks=booking.code)
        except SaleError:
            if tried >= _MOST_TRIED:
                return
            continue
        yield _departing(visit, found, value, chosen)
        listed += 1
        if listed >= MOST_LISTED:
            return


def _departing(visit: Visit, found: Travel, value: str, chosen: str) -> Departing:
    view = visit.view
    times = call_times(found.line, found.train, found.ask.service_date, view.language)
    leaves, arrives = times[found.board].departure, times[found.alight].arrival
    assert leaves is not None
    assert arrives is not None  # `travel` found a stretch between them
    day = leaves.local.date()
    board, alight = found.train.calls[found.board], found.train.calls[found.alight]
    return Departing(
        value=value,
        train=view.text(found.train.names),
        day=day,
        leaves=leaves,
        leaves_clock=clock_line(view.words, leaves),
        arrives=arrives,
        arrives_clock=clock_line(view.words, arrives),
        arrives_days=arrives.days_after(day),
        illustrative=board.illustrative("departure") or alight.illustrative("arrival"),
        chosen=value == chosen,
    )


def _offered(visit: Visit, booking: Booking, shown: PriceShown, passengers: Sequence[Passenger]) -> Response[Any]:
    view, offer = visit.view, shown.offer
    taken = []
    for leg in offer.legs:
        found = travel(visit.market.life, leg.ask)
        strip = strip_of(found.line, found.train, leg.ask.service_date, view.words, (found.board, found.alight))
        taken.append(Taken(train=view.text(found.train.names), day=leg.ask.service_date, strip=strip))
    return visit.page(
        "rebook.html",
        booking=booking,
        taken=taken,
        passengers=passengers,
        total=money_words(offer.total, view.language),
        illustrative=offer.illustrative,
        token=shown.token,
        form_token=visit.form_token,
        key=new_key(),
        home=visit.home,
    )
