"""departures.ics (RFC 5545): each departure an event of a calendar, running or called off.

Events are in UTC. A phone shows an instant on whatever clock its owner set, wherever the train is; a local
time with its zone cannot say which of the two 01:30s of an autumn night is meant, and depends on the phone
knowing when Pyongyang moved its clocks. What the station clocks show is in the description.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from rerail import __version__
from rerail.life.consent import Departure
from rerail.life.journal import Entry
from rerail.line.model import Call, TrainId
from rerail.line.timing import CallTimes, StationTime, call_times
from rerail.publish import wording
from rerail.publish.publication import Publication

MOST_EVENTS: Final = 5000
"""More than a calendar can use. What is cut is said in the calendar's description."""

_REFRESH: Final = timedelta(hours=6)
_DECIDING: Final = ("grant", "withdraw", "special", "cancel")


def departures_ics(
    publication: Publication,
    language: str,
    *,
    train: TrainId | None = None,
    since: date | None = None,
    until: date | None = None,
) -> bytes:
    """The departures with service dates in [since, until), by default all that are published, of one train or all.

    Departures that are planned and do not run are there too, as cancelled: whoever subscribed sees them struck out.
    """
    life = publication.life
    start = max(since or publication.since, publication.since)
    end = min(until or publication.until, publication.until)
    trains = life.timetable.train_ids if train is None else (train,)
    days = sorted((day, one) for one in trains for day in life.on_paper(one).within(start, end)) if start < end else []
    cut = None
    if len(days) > MOST_EVENTS:
        cut = days[MOST_EVENTS][0]
        days = [found for found in days if found[0] < cut]
    departures = sorted(_departures(publication, days), key=lambda one: (one.start, one.train.id))
    return _calendar(publication, language, [_event(publication, one, language) for one in departures], cut)


def departure_ics(publication: Publication, language: str, train: TrainId, service_date: date) -> bytes | None:
    """One departure as a calendar of one event; None if nothing speaks of the train on that date."""
    if not publication.life.window[0] <= service_date < publication.life.window[1]:
        return None
    if train not in publication.life.timetable.train_ids or service_date not in publication.life.on_paper(train):
        return None
    events = [_event(publication, one, language) for one in _departures(publication, [(service_date, train)])]
    return _calendar(publication, language, events, None) if events else None


def _departures(publication: Publication, days: Iterable[tuple[date, TrainId]]) -> Iterator[Departure]:
    for day, train in days:
        departure = publication.life.departure(train, day)
        if departure is not None:
            yield departure


def _calendar(publication: Publication, language: str, events: list[Event], cut: date | None) -> bytes:
    line = publication.line
    calendar = Calendar()
    calendar.add("prodid", f"-//Rerail//Rerail {__version__}//EN")
    calendar.add("version", "2.0")
    title = publication.titled(wording.DEPARTURES_OF, language)
    calendar.add("name", title)  # RFC 7986; the X- names are what phones knew before it
    calendar.add("x-wr-calname", title)
    notes = []
    if publication.demo:
        notes.append(wording.phrase(line, wording.DEMONSTRATION, language))
    if cut is not None:
        last = wording.day(line, cut - timedelta(days=1), language)
        notes.append(wording.phrase(line, wording.ONLY_UNTIL, language, date=last))
    if notes:
        calendar.add("description", " ".join(notes))
        calendar.add("x-wr-caldesc", " ".join(notes))
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _event(publication: Publication, departure: Departure, language: str) -> Event:
    line, train = departure.line, departure.train
    times = call_times(line, train, departure.service_date, language)
    changed, revision = _revision(publication, departure)
    event = Event()
    event.add("uid", f"{train.id}.{departure.service_date}@{line.id}.rerail")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", revision)
    event.add("dtstart", departure.start)
    end = times[-1].arrival
    event.add("dtend", end.instant if end is not None else departure.start)
    event.add("summary", _summary(publication, departure, language))
    event.add("location", line.text(times[0].station.names, language))
    event.add("description", "\n".join(_description(publication, departure, times, language)))
    event.add("status", "CONFIRMED" if departure.runs else "CANCELLED")
    event.add("transp", "TRANSPARENT")  # a timetable does not make its reader busy
    event.add("url", publication.page(f"departures/{train.id}/{departure.service_date}", language))
    return event


def _revision(publication: Publication, departure: Departure) -> tuple[datetime, int]:
    """When what is known of a departure last changed (UTC), and how often it has: both only ever grow."""
    found = [entry for entry in publication.life.entries if _decides(entry, departure)]
    edition = next(
        edition
        for edition, dates in publication.life.timetable.reigns(departure.train.id)
        if departure.service_date in dates
    )
    return max([edition.since, *(entry.recorded for entry in found)]), len(found) + edition.number


def _decides(entry: Entry, departure: Departure) -> bool:
    return (
        entry.start <= departure.service_date
        and (entry.until is None or departure.service_date < entry.until)
        and entry.kind in _DECIDING
        and entry.concerns(departure.train.id)
        and (entry.railway is None or entry.railway in departure.train.railways)
    )


def _summary(publication: Publication, departure: Departure, language: str) -> str:
    line, train = departure.line, departure.train
    summary = line.text(train.names, language)
    if not departure.runs:
        summary = wording.phrase(line, wording.DOES_NOT_RUN, language, train=summary)
    if publication.demo:
        summary = wording.phrase(line, wording.DEMO_TRAIN, language, train=summary)
    return summary


def _description(
    publication: Publication, departure: Departure, times: tuple[CallTimes, ...], language: str
) -> Iterator[str]:
    line, train = departure.line, departure.train
    if publication.demo:
        yield wording.phrase(line, wording.DEMONSTRATION, language)
    if not departure.runs:
        yield from _why_not(departure, language)
    mark = "*" if train.illustrative("numbers") else ""
    numbers = "/".join(dict.fromkeys(train.numbers.values()))
    yield wording.phrase(line, wording.NUMBER, language, number=numbers) + mark
    marked = bool(mark)
    for call, at in zip(train.calls, times, strict=True):
        shown, illustrative = _call(departure, call, at)
        marked |= illustrative
        yield f"{shown} {line.text(at.station.names, language)} ({_clock(at.departure or at.arrival)})"
    yield wording.phrase(line, wording.CLOCKS, language)
    if marked:
        yield wording.phrase(line, wording.MARKED, language)
    if train.groups_only:
        yield wording.phrase(line, wording.GROUPS_ONLY, language)
    for station in train.change_at:
        name = line.text(line.stations[station].names, language)
        yield wording.phrase(line, wording.CHANGE_AT, language, station=name)
    notes = line.text(train.notes, language)
    if notes:
        yield notes


def _why_not(departure: Departure, language: str) -> Iterator[str]:
    line = departure.line
    if departure.cancelled is not None:
        yield line.text(departure.cancelled.reason, language)
        return
    for key in departure.keys:
        if key.consent:
            continue
        if key.entry is not None:
            yield line.text(key.entry.reason, language)
        else:
            side = line.text(line.railways[key.railway].side, language)
            yield wording.phrase(line, wording.NO_CONSENT, language, side=side)


def _call(departure: Departure, call: Call, at: CallTimes) -> tuple[str, bool]:
    """ "23:40 – 00:10 +1*": +1 for a midnight of the station's clock since the service date, * for an illustration.

    And whether there is one.
    """
    shown, marked = [], False
    for name, moment in (("arrival", at.arrival), ("departure", at.departure)):
        if moment is None:
            continue
        after = moment.days_after(departure.service_date)
        illustrative = call.illustrative(name)
        marked |= illustrative
        shown.append(f"{moment.clock}{f' {after:+d}' if after else ''}{'*' if illustrative else ''}")
    return " – ".join(shown), marked


def _clock(moment: StationTime | None) -> str:
    """ "UTC+10, MSK+7": the station's clock against UTC, and the railway's working clock where it prints that."""
    assert moment is not None  # every call has an arrival or a departure
    offset = moment.local.utcoffset()
    assert offset is not None  # a station's clock is an IANA zone
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    utc = f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"
    return f"{utc}, {moment.working_label}" if moment.working_label else utc
