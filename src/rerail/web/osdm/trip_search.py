"""The search for trips: from and to which station, from when on or until when, how many."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from rerail.journey.model import Answer, Journey
from rerail.journey.search import day_after, from_then, on_day, search
from rerail.life.consent import Life
from rerail.line.model import Line, Station, StationId
from rerail.line.timing import instant, zone
from rerail.sale.rules import not_running
from rerail.web.osdm.problems import Pointer, Problem, Refused, not_found, problem, sentence
from rerail.web.osdm.rides import Ride, Rides, outside
from rerail.web.osdm.types_common import AnyPlaceRef, StopPlaceRef
from rerail.web.osdm.types_trips import TripSearchCriteria
from rerail.web.osdm.urns import stations_by_urn

FEW: Final = 5
MOST: Final = 20
_STEPS: Final = 30
"""Dates looked at for one answer, at most."""
_DAYS_BACK: Final = 4
"""How many dates before an arrival a journey may have started."""
NO_TRIP: Final = problem("TRIP_NO_SEARCH_RESULT", "No trip", "No train goes there then as it is asked.")


class Wanted(Struct, frozen=True, kw_only=True, array_like=True):
    """A search, understood; small enough to be the id of what it finds."""

    origin: StationId
    destination: StationId
    at: datetime
    """UTC: leave then or later; with `arrives`, be there by then."""
    arrives: bool = False
    after: int = FEW
    before: int = 0
    changes: int | None = None
    via: tuple[StationId, ...] = ()
    not_via: tuple[StationId, ...] = ()


class Found(Struct, frozen=True, kw_only=True):
    """What a search found."""

    rides: tuple[Rides, ...]
    leaves: tuple[datetime, ...]
    """UTC, of each."""
    problems: tuple[Problem, ...] = ()
    """Why nothing was."""


def wanted(line: Line, criteria: TripSearchCriteria, now: datetime, *, at: str = "") -> Wanted:
    """The search that is asked for; `at` is where in the request. Raises `Refused`."""
    origin = station_of(line, criteria.origin, f"{at}/origin")
    destination = station_of(line, criteria.destination, f"{at}/destination")
    if (criteria.departure_time is None) is (criteria.arrival_time is None):
        raise Refused(
            400,
            "VALIDATION_ERROR",
            "One time, not two and not none",
            "Give exactly one of departureTime and arrivalTime.",
            pointers=[Pointer(request_pointer=f"{at}/departureTime")],
        )
    if criteria.departure_time is not None:
        time = on_clock(criteria.departure_time, origin)
    else:
        assert criteria.arrival_time is not None
        time = on_clock(criteria.arrival_time, destination)
    if time < now - timedelta(days=1):
        raise outside("The time asked for is past.")
    asked = criteria.parameters
    after = before = None
    if asked is not None:
        after = asked.number_of_results_after if asked.number_of_results_after is not None else asked.number_of_results
        before = asked.number_of_results_before
    return Wanted(
        origin=origin.id,
        destination=destination.id,
        at=time,
        arrives=criteria.arrival_time is not None,
        after=min(max(after if after is not None else FEW, 1), MOST),
        before=min(max(before or 0, 0), MOST),
        changes=asked.transfer_limit if asked is not None else None,
        via=tuple(
            station_of(line, one.via_place, f"{at}/vias/{number}").id for number, one in enumerate(criteria.vias or ())
        ),
        not_via=tuple(
            station_of(line, ref, f"{at}/notVias").id
            for one in criteria.not_vias or ()
            for ref in one.not_via_place or ()
        ),
    )


def on_clock(time: datetime, station: Station) -> datetime:
    """The instant (UTC) of a time as asked: without an offset it is the station's own. Raises `Refused`."""
    if not 1970 <= time.year < 9999:  # beyond, an offset leads out of the calendar
        raise outside("The time asked for is in no timetable.")
    return time.astimezone(UTC) if time.tzinfo is not None else instant(time, station.clock)


def station_of(line: Line, ref: AnyPlaceRef, at: str) -> Station:
    """The station that is asked for; `at` is where in the request. Raises `Refused`."""
    found = stations_by_urn(line).get(ref.stop_place_ref) if isinstance(ref, StopPlaceRef) else None
    if found is None:
        named = ref.stop_place_ref if isinstance(ref, StopPlaceRef) else type(ref).__name__
        raise Refused(
            404,
            "TRIP_PLACE_UNKNOWN",
            "No such station",
            f'"{named[:80]}" is no station of this line; GET /places lists them.',
            pointers=[Pointer(request_pointer=at)],
        )
    return found


def collection_id(one: Wanted) -> str:
    """What the answer to a search is called: the search itself."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(one)).rstrip(b"=").decode()


def collection(id_: str) -> Wanted:
    """The search that an id names. Raises `Refused`."""
    try:
        raw = base64.b64decode(id_.encode("ascii") + b"=" * (-len(id_) % 4), altchars=b"-_", validate=True)
        found = msgspec.msgpack.decode(raw, type=Wanted)
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise not_found("trips collection", id_) from None
    if not (1 <= found.after <= MOST and 0 <= found.before <= MOST) or found.at.tzinfo is None:
        raise not_found("trips collection", id_)
    return found


def find(life: Life, asked: Wanted, now: datetime) -> Found:
    """The trips of a search, by departure; if there are none, why. Raises `Refused`."""
    if not all(one in life.line.stations for one in (asked.origin, asked.destination)):
        raise Refused(404, "TRIP_PLACE_UNKNOWN", "No such station", "The station is not on this line any more.")
    day = asked.at.astimezone(zone(life.line.stations[asked.origin].clock)).date()
    if day >= life.window[1]:
        raise outside(f"The timetable is known until {life.window[1] - timedelta(days=1)}.")
    problems: tuple[Problem, ...] = ()
    if asked.arrives:
        journeys = _until(life, asked, day, now)
    else:
        journeys = _since(life, asked, day, now)
        if not journeys:
            not_before = max(asked.at, now)
            problems = why(search(life, asked.origin, asked.destination, day, not_before=not_before))
        if asked.before:
            journeys = [*_before(life, asked, day, now), *journeys]
    if not journeys and not problems:
        problems = (NO_TRIP,)
    return Found(
        rides=tuple(rides_in(one) for one in journeys),
        leaves=tuple(one.departure for one in journeys),
        problems=problems if not journeys else (),
    )


def _since(life: Life, asked: Wanted, day: date, now: datetime) -> list[Journey]:
    found: list[Journey] = []
    not_before = max(asked.at, now)
    for _ in range(_STEPS):
        journeys = from_then(on_day(life, asked.origin, asked.destination, day), not_before)
        found += [one for one in journeys if _fits(one, asked)]
        if len(found) >= asked.after:
            break
        following = day + timedelta(days=1) if journeys else day_after(life, asked.origin, asked.destination, day)
        if following is None or following >= life.window[1]:
            break
        day = following
    return found[: asked.after]


def _before(life: Life, asked: Wanted, day: date, now: datetime) -> list[Journey]:
    """Those that leave before the time asked for, the last of them."""
    return [one for one in _days_back(life, asked, day, now) if one.departure < asked.at][-asked.before :]


def _until(life: Life, asked: Wanted, day: date, now: datetime) -> list[Journey]:
    """Those that have arrived by the time asked for, the last of them."""
    return [one for one in _days_back(life, asked, day, now) if one.arrival <= asked.at][-asked.after :]


def _days_back(life: Life, asked: Wanted, day: date, now: datetime) -> Iterator[Journey]:
    for back in range(_DAYS_BACK, -1, -1):
        journeys = on_day(life, asked.origin, asked.destination, day - timedelta(days=back))
        yield from (one for one in from_then(journeys, now) if _fits(one, asked))


def _fits(journey: Journey, asked: Wanted) -> bool:
    if asked.changes is not None and len(journey.legs) - 1 > asked.changes:
        return False
    if not asked.via and not asked.not_via:
        return True
    called = {call.station for leg in journey.legs for call in leg.departure.train.calls[leg.board : leg.alight + 1]}
    return called.issuperset(asked.via) and called.isdisjoint(asked.not_via)


def rides_in(journey: Journey) -> Rides:
    """The rides of a journey that was found."""
    return tuple(
        Ride(leg.departure.train.id, leg.departure.service_date, leg.origin.id, leg.destination.id)
        for leg in journey.legs
    )


def why(answer: Answer) -> tuple[Problem, ...]:
    """Why there is no trip on the date, and when there is one."""
    refusal = answer.refusal
    if refusal is None:
        return ()
    kind = refusal.kind
    words = {
        "same-station": "One is there already.",
        "no-train": "No train goes there.",
        "not-known-yet": "The timetable does not reach that date.",
    }.get(kind, "No train goes there on that date.")
    planned = refusal.planned
    stopped = next((leg.departure for leg in planned.legs if not leg.departure.runs), None) if planned else None
    if kind in ("no-consent", "cancelled") and stopped is not None:
        words = sentence(not_running(stopped))
    if answer.next_day is not None:
        words += f" The next is on {answer.next_day}."
    suspended = kind in ("no-consent", "cancelled")
    code = "SERVICE_SUSPENDED" if suspended else "TRIP_NO_SEARCH_RESULT"
    return (problem(code, "No trip", words, own=suspended),)
