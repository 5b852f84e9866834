"""What the strip of clocks shows: a departure's calls, each on its own clock, and what happens where clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from msgspec import Struct

from rerail.line.model import Line, Train
from rerail.line.timing import StationTime, call_times, offset_at, zone
from rerail.web.drawing.line_facts import marked
from rerail.web.i18n import Words, date_words
from rerail.web.site.clock_words import clock_line, duration

_RAISED = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
"""Minutes between the marks of a ruler."""


class CallShown(Struct, frozen=True):
    """One call of the train."""

    name: str
    times: str
    """ "06:30 – 08:30" on its station's clock, with midnights and the mark of an illustration."""
    arrives: datetime
    """UTC; at the first call its departure."""
    leaves: datetime
    """UTC; at the last call its arrival."""
    row: int
    """Which of the clocks it is on."""


class ClockRow(Struct, frozen=True):
    """One clock: a zone, as it stands when the train first meets it."""

    zone: str
    words: str
    """ "Vladivostok time, UTC+10, МСК+7"."""


class Mark(Struct, frozen=True):
    """A mark of a ruler."""

    at: datetime
    """UTC."""
    words: str
    """ "15:00"; at midnight the date."""
    midnight: bool


class ClockFacts(Struct, frozen=True, kw_only=True):
    """Everything that a strip of clocks shows, in one language."""

    words: Words
    train: str
    calls: tuple[CallShown, ...]
    rows: tuple[ClockRow, ...]
    sentences: tuple[str, ...]
    illustrative: bool

    @property
    def starts(self) -> datetime:
        """When the train leaves its first call (UTC)."""
        return self.calls[0].leaves

    @property
    def ends(self) -> datetime:
        """When it arrives at its last (UTC)."""
        return self.calls[-1].arrives

    def shift(self, row: int) -> str:
        """ "−1 h": how the clock of the next row differs from this one's, as the train goes from one to the other."""
        moment = next((call.arrives for call in self.calls if call.row == row + 1), self.ends)
        difference = offset_at(moment, self.rows[row + 1].zone) - offset_at(moment, self.rows[row].zone)
        if not difference:
            return ""
        return f"{'+' if difference > timedelta() else '−'}{duration(self.words, abs(difference))}"

    def marks(self, row: int, begin: datetime, until: datetime, most: int) -> Iterator[Mark]:
        """The marks of a row's ruler between two instants, at most so many, at round times of its clock."""
        minutes = (until - begin).total_seconds() / 60
        step = next((one for one in _STEPS if minutes / one <= most), _STEPS[-1])
        own = zone(self.rows[row].zone)
        local = begin.astimezone(own).replace(tzinfo=None, minute=0, second=0, microsecond=0)
        local -= timedelta(hours=local.hour % max(1, step // 60))
        while True:
            at = local.replace(tzinfo=own).astimezone(begin.tzinfo)
            if at > until:
                return
            if at >= begin:
                midnight = local.hour == 0 and local.minute == 0
                words = date_words(local.date(), self.words.language, "short") if midnight else f"{local:%H:%M}"
                yield Mark(at, words, midnight)
            local += timedelta(minutes=step)


def clock_facts(
    line: Line, train: Train, service_date: date, words: Words, part: tuple[int, int] | None = None
) -> ClockFacts:
    """A departure's calls on their clocks; `part` is the first and the last call to show (both included)."""
    first, last = part or (0, len(train.calls) - 1)
    rows: list[ClockRow] = []
    calls: list[CallShown] = []
    made_up = False
    times = call_times(line, train, service_date, words.language)[first : last + 1]
    for index, one in enumerate(times):
        call = train.calls[first + index]
        arrival = one.arrival if index else None
        departure = one.departure if first + index < last else None
        known = arrival or departure
        assert known is not None
        if not rows or rows[-1].zone != known.zone:
            rows.append(ClockRow(known.zone, clock_line(words, known)))
        shown = []
        for moment, field in ((arrival, "arrival"), (departure, "departure")):
            if moment is not None:
                made_up = made_up or call.illustrative(field)
                shown.append(marked(_time(moment, service_date), call.illustrative(field)))
        calls.append(
            CallShown(
                line.text(one.station.names, words.language),
                " – ".join(dict.fromkeys(shown)),
                known.instant,
                (departure or known).instant,
                len(rows) - 1,
            )
        )
    sentences = tuple(
        _sentence(words, before, after, times[index].departure, times[index + 1].arrival)
        for index, (before, after) in enumerate(pairwise(calls))
        if before.row != after.row
    )
    return ClockFacts(
        words=words,
        train=line.text(train.names, words.language),
        calls=tuple(calls),
        rows=tuple(rows),
        sentences=sentences,
        illustrative=made_up,
    )


def _time(moment: StationTime, service_date: date) -> str:
    days = moment.days_after(service_date)
    return moment.clock + (f"{days:+d}".translate(_RAISED) if days else "")


def _sentence(
    words: Words, before: CallShown, after: CallShown, leaves: StationTime | None, arrives: StationTime | None
) -> str:
    """What a passenger should know where the clock changes: how long it takes, and what the clocks say."""
    _ = words.gettext
    assert leaves is not None
    assert arrives is not None
    told = {
        "first": before.name,
        "left": leaves.clock,
        "last": after.name,
        "arrived": arrives.clock,
        "duration": duration(words, arrives.instant - leaves.instant),
    }
    shown = arrives.local.replace(tzinfo=None) - leaves.local.replace(tzinfo=None)
    if shown < timedelta():
        return _(
            "Leaves %(first)s at %(left)s, arrives at %(last)s at %(arrived)s: %(duration)s later, "
            "and %(earlier)s earlier on the clock.",
            earlier=duration(words, -shown),
            **told,
        )
    return _(
        "Leaves %(first)s at %(left)s, arrives at %(last)s at %(arrived)s: %(shown)s later on the clock, "
        "while %(duration)s pass.",
        shown=duration(words, shown),
        **told,
    )
