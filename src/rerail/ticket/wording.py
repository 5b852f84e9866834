"""What tickets and the conductor's list say, in the languages of the shipped line; English for any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from babel.numbers import format_decimal

from rerail.line.amount import Money, exponent
from rerail.line.model import Text
from rerail.typeset.language import locale, said

WORDS: Final[Mapping[str, Text]] = {
    "ticket": {"en": "Ticket", "ru": "Билет", "ko": "승차권"},
    "reference": {"en": "Ticket number", "ru": "Номер билета", "ko": "승차권 번호"},
    "passenger": {"en": "Passenger", "ru": "Пассажир", "ko": "승객"},
    "train": {"en": "Train", "ru": "Поезд", "ko": "열차"},
    "departs": {"en": "Departs", "ru": "Отправление", "ko": "출발"},
    "arrives": {"en": "Arrives", "ru": "Прибытие", "ko": "도착"},
    "coach": {"en": "Coach", "ru": "Вагон", "ko": "객차"},
    "place": {"en": "Place", "ru": "Место", "ko": "자리"},
    "price": {"en": "Price", "ru": "Цена", "ko": "요금"},
    "issued": {"en": "Issued", "ru": "Оформлен", "ko": "발행"},
    "class": {"en": "Class", "ru": "Класс", "ko": "등급"},
    "first": {"en": "1st", "ru": "1-й", "ko": "1등"},
    "second": {"en": "2nd", "ru": "2-й", "ko": "2등"},
    "third": {"en": "3rd", "ru": "3-й", "ko": "3등"},
    "seat": {"en": "seat", "ru": "сидячее", "ko": "좌석"},
    "lower": {"en": "lower berth", "ru": "нижнее", "ko": "아래 침대"},
    "middle": {"en": "middle berth", "ru": "среднее", "ko": "가운데 침대"},
    "upper": {"en": "upper berth", "ru": "верхнее", "ko": "위 침대"},
    "wheelchair": {"en": "wheelchair space", "ru": "для кресла-коляски", "ko": "휠체어 자리"},
    "no place": {"en": "without a place of one's own", "ru": "без места", "ko": "자리 없음"},
    "papers": {
        "en": "This journey crosses a border: carry your passport. It is looked at on the way.",
        "ru": "Поездка через границу: имейте при себе паспорт. Его проверят в пути.",
        "ko": "국경을 넘는 여행입니다. 여권을 지참하십시오. 도중에 확인합니다.",
    },
    "named list": {
        "en": "Crosses the border on the named list of: %(operator)s.",
        "ru": "Пересекает границу по именному списку туроператора: %(operator)s.",
        "ko": "여행사 명단으로 국경을 통과합니다: %(operator)s.",
    },
    "changes place": {
        "en": "You change places on the way.",
        "ru": "В пути вы пересаживаетесь на другое место.",
        "ko": "도중에 자리를 옮깁니다.",
    },
    "clocks": {
        "en": "Each time is on the clock of its own station.",
        "ru": "Каждое время указано по часам своей станции.",
        "ko": "시각은 모두 해당 역의 시계를 따릅니다.",
    },
    "behind": {
        "en": "%(there)s is %(difference)s behind %(here)s: the journey takes %(lasts)s.",
        "ru": "Часы станции «%(there)s» отстают от часов станции «%(here)s» на %(difference)s; в пути %(lasts)s.",
        "ko": "%(there)s 시계는 %(here)s 시계보다 %(difference)s 늦습니다. 소요 시간 %(lasts)s.",
    },
    "ahead": {
        "en": "%(there)s is %(difference)s ahead of %(here)s: the journey takes %(lasts)s.",
        "ru": "Часы станции «%(there)s» опережают часы станции «%(here)s» на %(difference)s; в пути %(lasts)s.",
        "ko": "%(there)s 시계는 %(here)s 시계보다 %(difference)s 빠릅니다. 소요 시간 %(lasts)s.",
    },
    "earlier": {
        "en": "That is why it arrives earlier on the clock than it left.",
        "ru": "Поэтому прибытие по часам раньше отправления.",
        "ko": "그래서 도착 시각이 출발 시각보다 이르게 보입니다.",
    },
    "lasts": {
        "en": "The journey takes %(lasts)s.",
        "ru": "В пути %(lasts)s.",
        "ko": "소요 시간 %(lasts)s.",
    },
    "illustrative": {
        "en": "* Illustrative: the price, the train's number or some times are examples, not facts.",
        "ru": "* Условные данные: цена, номер поезда или часть времени приведены для примера.",
        "ko": "* 예시: 요금, 열차 번호 또는 일부 시각은 사실이 아니라 예시입니다.",
    },
    "specimen": {
        "en": "Specimen: not valid for travel",
        "ru": "Образец: недействителен для проезда",
        "ko": "견본: 승차에 사용할 수 없음",
    },
    "SPECIMEN": {"en": "SPECIMEN", "ru": "ОБРАЗЕЦ", "ko": "견본"},
    "the code": {"en": "the ticket's Aztec code", "ru": "код Aztec этого билета", "ko": "승차권의 아즈텍 코드"},
    # ── the conductor's list ─────────────────────────────────────────────────────────────────────────────────
    "conductor's list": {"en": "Conductor's list", "ru": "Посадочная ведомость", "ko": "차장용 승객 명단"},
    "boards": {"en": "Board", "ru": "Садятся", "ko": "승차"},
    "alights": {"en": "Alight", "ru": "Выходят", "ko": "하차"},
    "changes": {"en": "Change places", "ru": "Меняют место", "ko": "자리 이동"},
    "handed on": {"en": "Places that change hands", "ru": "Места переходят к другим", "ko": "승객이 바뀌는 자리"},
    "nobody": {"en": "nobody", "ru": "никто", "ko": "없음"},
    "to": {"en": "to %(station)s", "ru": "до %(station)s", "ko": "%(station)s까지"},
    "from": {"en": "from %(station)s", "ru": "от %(station)s", "ko": "%(station)s부터"},
    "passport": {"en": "passport", "ru": "паспорт", "ko": "여권"},
    "on list": {"en": "named list", "ru": "список", "ko": "명단"},
    "on board": {"en": "On board after leaving", "ru": "В поезде после отправления", "ko": "출발 후 승차 인원"},
    "total": {"en": "total", "ru": "всего", "ko": "합계"},
    "printed": {"en": "As of %(at)s UTC", "ru": "По состоянию на %(at)s UTC", "ko": "%(at)s UTC 현재"},
    "private": {
        "en": "Personal data: keep it with you, destroy it after the journey.",
        "ru": "Персональные данные: храните при себе, после рейса уничтожьте.",
        "ko": "개인정보: 직접 보관하고 운행이 끝나면 폐기하십시오.",
    },
    "without a place": {"en": "no place", "ru": "без места", "ko": "자리 없음"},
}


def say(word: str, language: str, **values: object) -> str:
    """One sentence or label in a language, with its values filled in."""
    return said(WORDS, word, language, **values)


def in_each(word: str, languages: Sequence[str]) -> list[str]:
    """The label in each language, none twice."""
    return list(dict.fromkeys(say(word, language) for language in languages))


def money(amount: Money, language: str) -> str:
    """ "12 345,00 RUB": the number as the language writes it, the currency by its code."""
    digits = "0" * exponent(amount.currency)
    pattern = f"#,##0.{digits}" if digits else "#,##0"
    number = format_decimal(amount.major, format=pattern, locale=locale(language), decimal_quantization=False)
    return f"{number} {amount.currency}".replace("\u202f", "\u00a0")
