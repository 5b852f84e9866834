"""What a passenger is told of the borders on the way, in the languages of the shipped line; English for any other.

The same sentences stand on the booking's page, on the departure's, in the letter, on the ticket and in the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from rerail.border.guidance import ClockStep, CoachStep, ControlStep, DocumentsStep, Step
from rerail.line.model import Line, StationId, Text
from rerail.line.timing import StationTime, station_time
from rerail.typeset.language import day, duration, said, utc_offset

WORDS: Final[Mapping[str, Text]] = {
    "at the border": {"en": "At the border", "ru": "На границе", "ko": "국경에서"},
    "exit": {
        "en": "%(station)s: exit control, %(side)s",
        "ru": "%(station)s: контроль при выезде, %(side)s",
        "ko": "%(station)s: 출국 심사, %(side)s",
    },
    "entry": {
        "en": "%(station)s: entry control, %(side)s",
        "ru": "%(station)s: контроль при въезде, %(side)s",
        "ko": "%(station)s: 입국 심사, %(side)s",
    },
    "until": {"en": "until %(time)s", "ru": "до %(time)s", "ko": "%(time)s까지"},
    "from": {"en": "from %(time)s", "ru": "с %(time)s", "ko": "%(time)s부터"},
    "on-board": {
        "en": "Stay in your coach: the officers come through the train.",
        "ru": "Оставайтесь в вагоне: контроль проходит в поезде.",
        "ko": "객차 안에 계십시오. 심사관이 열차 안을 돕니다.",
    },
    "on-foot": {
        "en": "Get off, go through the checkpoint on foot and come back to the train.",
        "ru": "Выйдите из поезда, пройдите контроль пешком и вернитесь в поезд.",
        "ko": "열차에서 내려 걸어서 심사장을 통과한 뒤 열차로 돌아오십시오.",
    },
    "on-foot boards": {
        "en": "Go through the checkpoint on foot before you board.",
        "ru": "Пройдите контроль пешком до посадки в поезд.",
        "ko": "열차에 타기 전에 걸어서 심사장을 통과하십시오.",
    },
    "on-foot alights": {
        "en": "Get off and go through the checkpoint on foot.",
        "ru": "Выйдите из поезда и пройдите контроль пешком.",
        "ko": "열차에서 내려 걸어서 심사장을 통과하십시오.",
    },
    "before-boarding": {
        "en": "Go through the control in the station before you board.",
        "ru": "Пройдите контроль на вокзале до посадки в поезд.",
        "ko": "승차 전에 역에서 심사를 받으십시오.",
    },
    "there by": {
        "en": "Be there by %(time)s.",
        "ru": "Придите туда не позднее %(time)s.",
        "ko": "늦어도 %(time)s까지 오십시오.",
    },
    "there by unknown": {
        "en": "How long before departure one has to be there is not known.",
        "ru": "За какое время до отправления нужно прийти, неизвестно.",
        "ko": "출발 얼마 전까지 와야 하는지는 알려지지 않았습니다.",
    },
    "with": {
        "en": "Take all your luggage with you.",
        "ru": "Возьмите с собой весь багаж.",
        "ko": "짐을 모두 가지고 가십시오.",
    },
    "without": {
        "en": "Leave your luggage in the coach.",
        "ru": "Багаж оставьте в вагоне.",
        "ko": "짐은 객차에 두십시오.",
    },
    "luggage unknown": {
        "en": "Whether one goes with luggage or without is not known.",
        "ru": "С багажом или без него, неизвестно.",
        "ko": "짐을 가지고 가야 하는지는 알려지지 않았습니다.",
    },
    "papers": {
        "en": "Have ready: %(papers)s.",
        "ru": "Приготовьте: %(papers)s.",
        "ko": "준비할 것: %(papers)s.",
    },
    "papers unknown": {
        "en": "Have your travel document ready. What else this side asks for is not known.",
        "ru": "Приготовьте документ для пересечения границы. Что ещё требует эта сторона, неизвестно.",
        "ko": "여권 등 출입국 서류를 준비하십시오. 이쪽에서 그 밖에 무엇을 요구하는지는 알려지지 않았습니다.",
    },
    "document": {
        "en": "the travel document",
        "ru": "документ для пересечения границы",
        "ko": "여권 등 출입국 서류",
    },
    "visa": {"en": "the visa", "ru": "визу", "ko": "비자"},
    "voucher": {"en": "the voucher", "ru": "ваучер", "ko": "바우처"},
    "named list": {
        "en": "Whoever travels with a tour operator is let through by its list of names.",
        "ru": "Кто едет с туроператором, проходит по его именному списку.",
        "ko": "여행사를 통해 여행하는 승객은 그 여행사의 명단에 따라 통과합니다.",
    },
    "clock": {
        "en": "Between %(near)s and %(far)s: another clock",
        "ru": "%(near)s – %(far)s: перевод часов",
        "ko": "%(near)s – %(far)s: 시계가 바뀝니다",
    },
    "back": {
        "en": "Put your watch back %(amount)s: %(here)s at %(near)s is %(there)s at %(far)s.",
        "ru": "Переведите часы назад на %(amount)s: %(here)s на станции %(near)s – это %(there)s на станции %(far)s.",
        "ko": "시계를 %(amount)s 늦추십시오(%(near)s %(here)s → %(far)s %(there)s).",
    },
    "forward": {
        "en": "Put your watch forward %(amount)s: %(here)s at %(near)s is %(there)s at %(far)s.",
        "ru": "Переведите часы вперёд на %(amount)s: %(here)s на станции %(near)s – это %(there)s на станции %(far)s.",
        "ko": "시계를 %(amount)s 앞당기십시오(%(near)s %(here)s → %(far)s %(there)s).",
    },
    "coaches": {
        "en": "%(station)s: change of coaches",
        "ru": "%(station)s: пересадка в другой вагон",
        "ko": "%(station)s: 객차 갈아타기",
    },
    "change": {
        "en": "Change to other coaches of the same train, with all your luggage.",
        "ru": "Перейдите со всем багажом в другой вагон того же поезда.",
        "ko": "짐을 모두 가지고 같은 열차의 다른 객차로 갈아타십시오.",
    },
    "documents": {"en": "Travel documents", "ru": "Документы", "ko": "여권 등 출입국 서류"},
    "conductor": {
        "en": "The conductor keeps them on the way.",
        "ru": "В пути они находятся у проводника.",
        "ko": "가는 동안 차장이 보관합니다.",
    },
    "keep": {
        "en": "You keep them yourself.",
        "ru": "Они остаются у вас.",
        "ko": "본인이 직접 지닙니다.",
    },
    "holder unknown": {
        "en": "Whether you keep them yourself on the way is not known.",
        "ru": "Остаются ли они в пути у вас, неизвестно.",
        "ko": "가는 동안 본인이 지니는지는 알려지지 않았습니다.",
    },
    "returned": {
        "en": "They come back %(before)s before %(station)s, at %(time)s.",
        "ru": "Их возвращают за %(before)s до станции %(station)s, в %(time)s.",
        "ko": "%(station)s 도착 %(before)s 전인 %(time)s에 돌려받습니다.",
    },
    "returned unknown": {
        "en": "When they come back is not known.",
        "ru": "Когда их возвращают, неизвестно.",
        "ko": "언제 돌려받는지는 알려지지 않았습니다.",
    },
    # ── in a word, where there is room for no more ───────────────────────────────────────────────────────────────
    "short on-board": {"en": "stay in your coach", "ru": "оставайтесь в вагоне", "ko": "객차 안에서 대기"},
    "short on-foot": {"en": "get off for the control", "ru": "выход на контроль", "ko": "내려서 심사"},
    "short on-foot boards": {"en": "control before you board", "ru": "контроль до посадки", "ko": "승차 전 심사"},
    "short on-foot alights": {"en": "control after you get off", "ru": "контроль после выхода", "ko": "하차 후 심사"},
    "short before-boarding": {"en": "control before you board", "ru": "контроль до посадки", "ko": "승차 전 심사"},
    "short with": {"en": "with all your luggage", "ru": "со всем багажом", "ko": "짐을 모두 가지고"},
    "short without": {"en": "without luggage", "ru": "без багажа", "ko": "짐 없이"},
    "illustrative": {
        "en": "* Illustrative: an example, not a published fact.",
        "ru": "* Условные данные: приведены для примера, официально не опубликованы.",
        "ko": "* 예시이며 공표된 사실이 아닙니다.",
    },
}

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
    # Both sides in one hall are one way to go.
    return f"{say('at the border', language)}: {'; '.join(dict.fromkeys(found))}." if found else ""


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
