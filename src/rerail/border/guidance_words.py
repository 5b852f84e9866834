"""What a passenger is told of the borders on the way, in the languages of the shipped line; English for any other.

The same sentences stand on the booking's page, on the departure's, in the letter, on the ticket and in the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from rerail.border.guidance import ClockStep, CoachStep, ControlStep, DocumentsStep, Step
from rerail.border.guidance_texts import WORDS
from rerail.line.model import Line, StationId
from rerail.line.timing import StationTime, station_time
from rerail.typeset.language import day, duration, said, utc_offset

_OF_THE_DOCUMENT: Final = frozenset(
    {"document_kind", "document_number", "issuing_state", "expires", "nationality", "birth_date", "sex"}
)
MARK: Final = "*"
"""The one mark of what is illustrative, as everywhere."""


class Sentence(Struct, frozen=True):
    """One thing said."""

    text: str
    illustrative: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """One step in words."""

    kind: Literal["control", "clock", "coaches", "documents"]
    title: str
    title_illustrative: bool = False
    arrives: StationTime | None = None
    leaves: StationTime | None = None
    hours: str = ""
    """ "06:30 – 08:30" while the train stands there, "until 08:30", "from 14:48"."""
    times_illustrative: bool = False
    sentences: tuple[Sentence, ...]

    @property
    def time(self) -> StationTime | None:
        """The moment that says the date and the clock; None where none is told."""
        return self.arrives or self.leaves

    @property
    def illustrative(self) -> bool:
        """Whether anything in it is."""
        return self.title_illustrative or self.times_illustrative or any(one.illustrative for one in self.sentences)


def told(line: Line, steps: Sequence[Step], language: str) -> tuple[Told, ...]:
    """The steps in words, in the same order."""
    return tuple(_step(line, step, language) for step in steps)


def in_a_line(one: Told, language: str) -> str:
    """A step as one line of plain text: where, when and by which clock, and what to do; illustrations marked."""
    time = one.time
    when = ""
    if time is not None:
        clock = ", ".join(filter(None, (utc_offset(time.local), time.working_label)))
        when = f", {day(time.local.date(), language)}, {one.hours}{_mark(one.times_illustrative)} ({clock})"
    does = " ".join(f"{sentence.text}{_mark(sentence.illustrative)}" for sentence in one.sentences)
    return f"{one.title}{_mark(one.title_illustrative)}{when}. {does}"


def short(line: Line, steps: Sequence[Step], language: str) -> str:
    """Where one stays in the coach or gets off, and when, in one line to be at hand without a network.

    "At the border: Khasan 06:30 – 08:30*, stay in your coach." Empty if nobody controls on the way.
    """
    found = []
    for step in steps:
        if isinstance(step, ControlStep):
            hours = f"{_hours(step.arrives, step.leaves, language)}{_mark('times' in step.illustrative)}"
            does = [f"{say(f'short {_way(step)}', language)}{_mark('mode' in step.illustrative)}"]
            if step.luggage is not None and step.mode != "on-board":
                does.append(f"{say(f'short {step.luggage}', language)}{_mark('luggage' in step.illustrative)}")
            found.append(", ".join([f"{_name(line, step.station, language)} {hours}", *does]))
    # Both sides in one hall are one way to go, marked if either is.
    once: dict[str, str] = {}
    for said_once in sorted(found, key=len):
        once[said_once.replace(MARK, "")] = said_once
    listed = "; ".join(dict.fromkeys(once[one.replace(MARK, "")] for one in found))
    return f"{say('at the border', language)}: {listed}." if found else ""


def say(word: str, language: str, **values: object) -> str:
    """One sentence or label in a language, with its values filled in."""
    return said(WORDS, word, language, **values)


def _step(line: Line, step: Step, language: str) -> Told:
    if isinstance(step, ControlStep):
        return _control(line, step, language)
    if isinstance(step, ClockStep):
        return _clock(line, step, language)
    if isinstance(step, CoachStep):
        return _coaches(line, step, language)
    return _documents(line, step, language)


def _control(line: Line, step: ControlStep, language: str) -> Told:
    marks = step.illustrative
    return Told(
        kind="control",
        title=say(
            step.direction,
            language,
            station=_name(line, step.station, language),
            side=line.text(line.railways[step.railway].side, language),
        ),
        arrives=_at(line, step.station, step.arrives, language),
        leaves=_at(line, step.station, step.leaves, language),
        hours=_hours(step.arrives, step.leaves, language),
        times_illustrative="times" in marks,
        sentences=(
            Sentence(say(_way(step), language), "mode" in marks),
            *_there_by(step, language),
            *_luggage(step, language),
            *_papers(step, language),
            *((Sentence(line.text(step.text, language)),) if step.text else ()),
        ),
    )


def _way(step: ControlStep) -> str:
    if step.mode == "on-foot" and step.arrives is None:
        return "on-foot boards"
    if step.mode == "on-foot" and step.leaves is None:
        return "on-foot alights"
    return step.mode


def _there_by(step: ControlStep, language: str) -> Iterator[Sentence]:
    if step.mode != "before-boarding":
        return
    if step.there_by is None:
        yield Sentence(say("there by unknown", language))
    else:
        marked = "there_by" in step.illustrative or "times" in step.illustrative
        yield Sentence(say("there by", language, time=f"{step.there_by:%H:%M}"), marked)


def _luggage(step: ControlStep, language: str) -> Iterator[Sentence]:
    if step.luggage is not None:
        yield Sentence(say(step.luggage, language), "luggage" in step.illustrative)
    elif step.mode != "on-board":
        yield Sentence(say("luggage unknown", language))


def _papers(step: ControlStep, language: str) -> Iterator[Sentence]:
    if step.asks is None:
        yield Sentence(say("papers unknown", language))
        return
    papers = [
        *(["document"] if _OF_THE_DOCUMENT & set(step.asks) else []),
        *(["visa"] if "visa_number" in step.asks else []),
        *(["voucher"] if "voucher_number" in step.asks else []),
    ]
    if papers:
        listed = ", ".join(say(one, language) for one in papers)
        yield Sentence(say("papers", language, papers=listed), "asks" in step.illustrative)
    if step.named_list:
        yield Sentence(say("named list", language))


def _clock(line: Line, step: ClockStep, language: str) -> Told:
    near, far = _name(line, step.near, language), _name(line, step.far, language)
    there = step.leaves + step.shift
    values = {
        "amount": duration(abs(step.shift), language),
        "near": near,
        "far": far,
        "here": f"{step.leaves:%H:%M}",
        "there": f"{there:%H:%M}",
    }
    word = "back" if step.shift < timedelta() else "forward"
    return Told(
        kind="clock",
        title=say("clock", language, near=near, far=far),
        sentences=(Sentence(say(word, language, **values), step.illustrative),),
    )


def _coaches(line: Line, step: CoachStep, language: str) -> Told:
    return Told(
        kind="coaches",
        title=say("coaches", language, station=_name(line, step.station, language)),
        arrives=_at(line, step.station, step.arrives, language),
        leaves=_at(line, step.station, step.leaves, language),
        hours=_hours(step.arrives, step.leaves, language),
        times_illustrative="times" in step.illustrative,
        sentences=(Sentence(say("change", language), "change" in step.illustrative),),
    )


def _documents(line: Line, step: DocumentsStep, language: str) -> Told:
    sentences = [Sentence(say(step.holder or "holder unknown", language), "holder" in step.illustrative)]
    if step.returned is not None and step.before is not None:
        values = {
            "before": duration(step.before, language),
            "station": _name(line, step.alight, language),
            "time": f"{step.returned:%H:%M}",
        }
        sentences.append(Sentence(say("returned", language, **values), "returned" in step.illustrative))
    elif step.holder == "conductor":
        sentences.append(Sentence(say("returned unknown", language)))
    return Told(kind="documents", title=say("documents", language), sentences=tuple(sentences))


def _hours(arrives: datetime | None, leaves: datetime | None, language: str) -> str:
    if arrives is not None and leaves is not None:
        return f"{arrives:%H:%M} – {leaves:%H:%M}"
    if arrives is not None:
        return say("from", language, time=f"{arrives:%H:%M}")
    return say("until", language, time=f"{leaves:%H:%M}") if leaves is not None else ""


def _name(line: Line, station: StationId, language: str) -> str:
    return line.text(line.stations[station].names, language)


def _at(line: Line, station: StationId, local: datetime | None, language: str) -> StationTime | None:
    return station_time(line, line.stations[station], local, language) if local is not None else None


def _mark(illustrative: bool) -> str:
    return MARK if illustrative else ""
