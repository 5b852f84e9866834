"""What the feeds say in words of their own, in the languages Rerail speaks; and dates as each writes them.

A line in another language reads these in one of its languages that is ours, else in English; the folder's own
texts are in all its languages anyway.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from babel.dates import format_date

from rerail.line.model import Line, Text

DEMONSTRATION_NAME: Final[Text] = {"en": "{name} (demonstration)", "ru": "{name} (демонстрация)", "ko": "{name} (시연)"}
DEMONSTRATION: Final[Text] = {
    "en": "Demonstration: an illustrative season. Do not travel by it.",
    "ru": "Демонстрация: условный сезон. Не пользуйтесь этими данными для поездок.",
    "ko": "시연용 예시 자료입니다. 실제 여행에 이용하지 마십시오.",
}

# GTFS
ILLUSTRATIVE_TIMES: Final[Text] = {
    "en": "Times shown as approximate are illustrative, not the railway's.",
    "ru": "Время, показанное как приблизительное, условное: это не данные железной дороги.",
    "ko": "대략으로 표시된 시각은 철도에서 발표한 것이 아닌 예시입니다.",
}
ILLUSTRATIVE_DAYS: Final[Text] = {
    "en": "Running days are in part illustrative.",
    "ru": "Дни курсирования частично условные.",
    "ko": "운행일의 일부는 예시입니다.",
}
GROUPS_ONLY: Final[Text] = {
    "en": "Only for organised groups on a list agreed beforehand.",
    "ru": "Только для организованных групп по заранее согласованному списку.",
    "ko": "사전에 합의된 명단에 오른 단체만 이용할 수 있습니다.",
}
CHANGE_AT: Final[Text] = {
    "en": "Change of coaches at {station}.",
    "ru": "Пересадка в другой вагон на станции {station}.",
    "ko": "{station}역에서 다른 객차로 갈아탑니다.",
}
CITY_POSITION: Final[Text] = {
    "en": "Position approximate: the town's, not the station's.",
    "ru": "Положение приблизительное: указан город, а не станция.",
    "ko": "위치는 대략입니다. 역이 아니라 도시의 위치입니다.",
}
ILLUSTRATIVE_POSITION: Final[Text] = {
    "en": "Position illustrative.",
    "ru": "Положение условное.",
    "ko": "위치는 예시입니다.",
}
RECKONED_POSITION: Final[Text] = {
    "en": "Position approximate: reckoned along the line between known stations.",
    "ru": "Положение приблизительное: рассчитано вдоль линии между известными станциями.",
    "ko": "위치는 대략입니다. 위치가 알려진 역 사이의 거리로 계산했습니다.",
}

# Atom
NOTICES_OF: Final[Text] = {"en": "{line}: notices", "ru": "{line}: объявления", "ko": "{line}: 공지"}
NOTICES_ABOUT: Final[Text] = {
    "en": "What was said about the line, and what its railways decided",
    "ru": "Что сказано о линии и что решили её железные дороги",
    "ko": "이 노선에 관한 발표와 철도의 결정",
}
GRANTED: Final[Text] = {
    "en": "Consent of {side}, {dates}",
    "ru": "Согласие: {side}, {dates}",
    "ko": "{side} 운행 동의, {dates}",
}
WITHDRAWN: Final[Text] = {
    "en": "Suspended by {side}, {dates}",
    "ru": "Движение приостановлено: {side}, {dates}",
    "ko": "{side} 운행 중단, {dates}",
}
SPECIAL: Final[Text] = {"en": "Extra train, {dates}", "ru": "Дополнительный поезд, {dates}", "ko": "임시열차, {dates}"}
CANCELLED: Final[Text] = {"en": "Cancelled, {dates}", "ru": "Отменено, {dates}", "ko": "운휴, {dates}"}
ANNOUNCED: Final[Text] = {"en": "Announced: {dates}", "ru": "Объявлено: {dates}", "ko": "발표: {dates}"}
SAID_BY: Final[Text] = {"en": "Said by: {who}", "ru": "Кто сообщил: {who}", "ko": "발언: {who}"}
DECIDED_BY: Final[Text] = {"en": "Decided by: {who}", "ru": "Чьё решение: {who}", "ko": "결정: {who}"}
REPORTED_BY: Final[Text] = {"en": "Reported by: {who}", "ru": "Источник сообщения: {who}", "ko": "보도: {who}"}
CONSENTS: Final[Text] = {
    "en": "Consents on record: {sides}",
    "ru": "Записаны согласия: {sides}",
    "ko": "기록된 동의: {sides}",
}
TRAINS: Final[Text] = {"en": "Trains: {trains}", "ru": "Поезда: {trains}", "ko": "열차: {trains}"}
ALL_TRAINS: Final[Text] = {"en": "all", "ru": "все", "ko": "전체"}
DOCUMENT: Final[Text] = {"en": "Document: {document}", "ru": "Документ: {document}", "ko": "문서: {document}"}
ILLUSTRATIVE: Final[Text] = {"en": "Illustrative.", "ru": "Условно.", "ko": "예시입니다."}
ILLUSTRATIVE_DATE: Final[Text] = {
    "en": "The date of this notice is illustrative.",
    "ru": "Дата объявления условная.",
    "ko": "공지 날짜는 예시입니다.",
}
ILLUSTRATIVE_START: Final[Text] = {
    "en": "The beginning of these dates is illustrative.",
    "ru": "Начало срока условное.",
    "ko": "시작일은 예시입니다.",
}
ILLUSTRATIVE_END: Final[Text] = {
    "en": "The end of these dates is illustrative.",
    "ru": "Конец срока условный.",
    "ko": "종료일은 예시입니다.",
}
ILLUSTRATIVE_KNOWN: Final[Text] = {
    "en": "The day on which this became known is illustrative.",
    "ru": "День, когда это стало известно, условный.",
    "ko": "알려진 날짜는 예시입니다.",
}

# iCalendar
DEPARTURES_OF: Final[Text] = {"en": "{line}: departures", "ru": "{line}: отправления", "ko": "{line}: 열차 출발"}
DOES_NOT_RUN: Final[Text] = {"en": "Does not run: {train}", "ru": "Не ходит: {train}", "ko": "운행 안 함: {train}"}
DEMO_TRAIN: Final[Text] = {
    "en": "Demonstration: {train}",
    "ru": "Демонстрация: {train}",
    "ko": "시연: {train}",
}
NUMBER: Final[Text] = {"en": "Train {number}", "ru": "Поезд № {number}", "ko": "{number} 열차"}
CLOCKS: Final[Text] = {
    "en": "Every time is the clock of its own station.",
    "ru": "Время везде местное, по часам своей станции.",
    "ko": "모든 시각은 해당 역의 현지 시각입니다.",
}
MARKED: Final[Text] = {
    "en": "* illustrative, not the railway's",
    "ru": "* условно, не данные железной дороги",
    "ko": "* 철도에서 발표한 것이 아닌 예시",
}
NO_CONSENT: Final[Text] = {
    "en": "No consent on record: {side}.",
    "ru": "Согласие не записано: {side}.",
    "ko": "동의 기록 없음: {side}.",
}
ONLY_UNTIL: Final[Text] = {
    "en": "Departures up to {date}. For later ones ask for one train.",
    "ru": "Отправления по {date}. Более поздние — отдельно по каждому поезду.",
    "ko": "{date}까지의 출발입니다. 그 뒤는 열차별로 확인하십시오.",
}

_FROM: Final[Text] = {"en": "from {start}", "ru": "с {start}", "ko": "{start}부터"}
_FROM_TO: Final[Text] = {"en": "{start} to {last}", "ru": "с {start} по {last}", "ko": "{start}부터 {last}까지"}

Precision = Literal["day", "month", "year"]

# CLDR patterns (Unicode TR 35), after a word like "from" and standing alone: Russian has the genitive after "с",
# which CLDR writes MMMM, and the nominative alone, which is LLLL.
_PATTERNS: Final = {
    "en": {"day": "d MMMM y", "month": "MMMM y", "year": "y"},
    "ru": {"day": "d MMMM y 'года'", "month": "MMMM y 'года'", "year": "y 'года'"},
    "ko": {"day": "y'년' M'월' d'일'", "month": "y'년' M'월'", "year": "y'년'"},
}
_ALONE: Final = {**_PATTERNS, "ru": {"day": "d MMMM y 'года'", "month": "LLLL y 'года'", "year": "y 'год'"}}


def phrase(line: Line, text: Text, language: str, /, **values: str) -> str:
    """One of the texts above with its values filled in, in this language or the next best the line has."""
    return text[spoken(line, language)].format_map(values)


@lru_cache(maxsize=4096)
def _written(when: date, pattern: str, language: str) -> str:
    return format_date(when, format=pattern, locale=language)


def day(line: Line, when: date, language: str) -> str:
    """One day, in words: "6 June 2024", "6 июня 2024 года", "2024년 6월 6일"."""
    ours = spoken(line, language)
    return _written(when, _ALONE[ours]["day"], ours)


def stretch(line: Line, start: date, until: date | None, precision: Precision, language: str) -> str:
    """Service dates [start, until) in words: one day (or month, or year), from a day on, or from first to last.

    `precision` is how exactly the start is known.
    """
    ours = spoken(line, language)
    first = _written(start, _PATTERNS[ours][precision], ours)
    if until is None:
        return phrase(line, _FROM, ours, start=first)
    last = until - timedelta(days=1)
    if _written(last, _PATTERNS[ours][precision], ours) == first and (precision == "day" or until.day == 1):
        return _written(start, _ALONE[ours][precision], ours)
    return phrase(line, _FROM_TO, ours, start=first, last=day(line, last, ours))


def spoken(line: Line, language: str) -> str:
    """The language itself if it is one of ours and the line's, else the first that is, else English."""
    return next((one for one in (language, *line.languages) if one in _PATTERNS and one in line.languages), "en")
