"""The conductor's list of a departure: who boards where, on which place, and gets off where."""

from __future__ import annotations

from typing import Final

from rerail.desk.selling import Selling
from rerail.desk.tickets import stretch_of
from rerail.line.model import Text
from rerail.line.timing import call_times
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.errors import NotPossible
from rerail.sale.model import Part
from rerail.sale.rules import railways_between
from rerail.ticket.conductor import ConductorList, Passenger, Stop

_NO_NAMES: Final[Text] = {"en": "not named yet", "ru": "имя ещё не указано", "ko": "이름 미등록"}


def conductor_list(selling: Selling, key: DepartureKey, *, specimen: bool, language: str) -> ConductorList | None:
    """Everybody with a valid ticket on a departure, as of now; None if no edition has the train then.

    Who has not paid is not on it: a hold gives no right to travel.
    """
    market = selling.market()
    departure = market.life.departure(key.train, key.service_date)
    if departure is None or not market.life.window[0] <= key.service_date < market.life.window[1]:
        return None
    line, train = departure.line, departure.train
    with selling.store.read() as connection:
        bookings = reading.on_departures(connection, (key,))
    passengers: list[Passenger] = []
    for booking in bookings:
        categories = market.tariff_of(booking).categories
        for part in booking.parts:
            leg = booking.leg(part.leg)
            if part.state != "confirmed" or leg.departure != key:
                continue
            try:
                board, alight = stretch_of(train, leg)
            except NotPossible:
                continue  # the train has another route now, and the ticket is to be given back
            crosses = len(railways_between(train, board, alight)) > 1
            passenger = booking.passenger(part.passenger)
            category = categories.get(passenger.category)
            for coach, place, first, last in _rides(part, board, alight):
                passengers.append(
                    Passenger(
                        reference=booking.reference(part),
                        name=passenger.name or _NO_NAMES.get(language, _NO_NAMES["en"]),
                        category_names=category.names if category is not None else {"en": passenger.category},
                        coach=coach,
                        place=place,
                        board=first,
                        alight=last,
                        passport_check=crosses,
                        named_list=crosses and booking.tour_operator is not None,
                    )
                )
    railways = [line.railways[one] for one in train.railways]
    return ConductorList(
        train_names=train.names,
        numbers=tuple(train.numbers[one.id] for one in railways if one.id in train.numbers),
        service_date=key.service_date,
        coaches=tuple(coach.number for coach in train.consist),
        stops=tuple(
            Stop(
                names=times.station.names,
                arrival=times.arrival.local if times.arrival is not None else None,
                departure=times.departure.local if times.departure is not None else None,
            )
            for times in call_times(line, train, key.service_date)
        ),
        passengers=tuple(passengers),
        languages=tuple(dict.fromkeys(one for railway in railways for one in railway.languages)),
        as_of=market.now,
        specimen=specimen,
    )


def _rides(part: Part, board: int, alight: int) -> list[tuple[str, str, int, int]]:
    if not part.spots:
        return [("", "", board, alight)]
    return [(spot.coach, spot.place, spot.board, spot.alight) for spot in part.spots]
