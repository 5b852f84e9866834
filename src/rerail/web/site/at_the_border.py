"""What a traveller meets at the borders on the way, as pages show it: the booking's page and the departure's."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from rerail.border.guidance import guidance
from rerail.border.guidance_words import Sentence, Told, told
from rerail.line.model import Line, Train
from rerail.web.i18n import Words
from rerail.web.site.clock_words import clock_line


class StepShown(Struct, frozen=True, kw_only=True):
    """One step, with the words of the clock that its times are on."""

    kind: str
    """ "control", "clock", "coaches" or "documents"."""
    title: str
    day: date | None
    """On that clock; None: no time is told."""
    hours: str
    hours_illustrative: bool
    clock: str
    """ "Vladivostok time, UTC+10, МСК+7"."""
    sentences: tuple[Sentence, ...]
    illustrative: bool
    """Whether anything in it is, so that the legend is needed."""


def at_the_border(
    line: Line, train: Train, service_date: date, words: Words, part: tuple[int, int] | None = None
) -> tuple[StepShown, ...]:
    """A departure's steps in the order of travel; `part` is the first and the last call that one travels between."""
    board, alight = part or (0, len(train.calls) - 1)
    steps = guidance(line, train, service_date, board, alight)
    return tuple(_shown(one, words) for one in told(line, steps, words.language))


def _shown(one: Told, words: Words) -> StepShown:
    time = one.time
    return StepShown(
        kind=one.kind,
        title=one.title,
        day=time.local.date() if time is not None else None,
        hours=one.hours,
        hours_illustrative=one.times_illustrative,
        clock=clock_line(words, time) if time is not None else "",
        sentences=one.sentences,
        illustrative=one.illustrative,
    )
