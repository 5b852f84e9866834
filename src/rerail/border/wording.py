"""What a printed crossing list says, in the languages of the shipped line; English for any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rerail.line.model import Text
from rerail.typeset.language import said

WORDS: Final[Mapping[str, Text]] = {
    # ── the heading ──────────────────────────────────────────────────────────────────────────────────────────
    "control": {"en": "Passenger list", "ru": "Список пассажиров", "ko": "승객 명단"},
    "named-list": {"en": "Named list of a group", "ru": "Именной список группы", "ko": "단체 명단"},
    "for": {"en": "For", "ru": "Кому", "ko": "수신"},
    "exit": {"en": "leaving the country", "ru": "выезд из страны", "ko": "출국"},
    "entry": {"en": "entering the country", "ru": "въезд в страну", "ko": "입국"},
    "train": {"en": "Train", "ru": "Поезд", "ko": "열차"},
    "service date": {"en": "Service date", "ru": "Дата отправления поезда", "ko": "운행일"},
    "crossing": {"en": "Border crossing", "ru": "Пункт пропуска", "ko": "국경 통과 지점"},
    "leaves": {"en": "Last station before the border", "ru": "Последняя станция до границы", "ko": "국경 전 마지막 역"},
    "arrives": {"en": "First station after the border", "ru": "Первая станция за границей", "ko": "국경 후 첫 역"},
    "departure": {"en": "dep. %(at)s", "ru": "отпр. %(at)s", "ko": "%(at)s 출발"},
    "arrival": {"en": "arr. %(at)s", "ru": "приб. %(at)s", "ko": "%(at)s 도착"},
    "tour operator": {"en": "Tour operator", "ru": "Туроператор", "ko": "여행사"},
    "list number": {"en": "List", "ru": "Номер списка", "ko": "명단 번호"},
    "passengers": {"en": "Passengers", "ru": "Пассажиров", "ko": "승객 수"},
    "made": {"en": "As of %(at)s UTC", "ru": "По состоянию на %(at)s UTC", "ko": "%(at)s UTC 현재"},
    # ── which version ────────────────────────────────────────────────────────────────────────────────────────
    "closed": {"en": "Closed list", "ru": "Закрытый список", "ko": "확정 명단"},
    "amendment": {
        "en": "Amendment: version %(number)d replaces version %(before)d",
        "ru": "Изменение: версия %(number)d вместо версии %(before)d",
        "ko": "변경 명단: %(number)d판 (%(before)d판 대체)",
    },
    "draft": {
        "en": "Draft: the list is open until %(until)s UTC",
        "ru": "Проект: список открыт до %(until)s UTC",
        "ko": "초안: %(until)s UTC까지 변경될 수 있음",
    },
    "close-out": {
        "en": "Who crossed the border, version %(number)d",
        "ru": "Кто пересёк границу, версия %(number)d",
        "ko": "실제 국경 통과자, %(number)d판",
    },
    "changes": {
        "en": "Added: %(added)d · changed: %(changed)d · removed: %(removed)d",
        "ru": "Добавлено: %(added)d · изменено: %(changed)d · исключено: %(removed)d",
        "ko": "추가 %(added)d · 변경 %(changed)d · 삭제 %(removed)d",
    },
    "heading changed": {
        "en": "The train, its times or what is asked has changed: see above.",
        "ru": "Изменился поезд, время его следования или состав запрашиваемых данных: см. выше.",
        "ko": "열차, 운행 시각 또는 요구 항목이 바뀌었습니다. 위를 보십시오.",
    },
    "crossings": {
        "en": "Crossed: %(crossed)d · did not cross: %(removed)d",
        "ru": "Пересекли: %(crossed)d · не пересекли: %(removed)d",
        "ko": "통과 %(crossed)d · 미통과 %(removed)d",
    },
    # ── the columns ──────────────────────────────────────────────────────────────────────────────────────────
    "number": {"en": "No.", "ru": "№", "ko": "번호"},
    "coach": {"en": "Coach", "ru": "Вагон", "ko": "객차"},
    "place": {"en": "Place", "ru": "Место", "ko": "자리"},
    "name": {
        "en": "Name: on the ticket, in Latin letters",
        "ru": "Фамилия, имя: в билете, латиницей",
        "ko": "성명: 승차권, 로마자",
    },
    "born": {"en": "Born", "ru": "Дата рождения", "ko": "생년월일"},
    "sex": {"en": "Sex", "ru": "Пол", "ko": "성별"},
    "nationality": {"en": "Nationality", "ru": "Гражданство", "ko": "국적"},
    "document": {"en": "Document", "ru": "Документ", "ko": "여행증명서"},
    "issuing state": {"en": "Issued by", "ru": "Кем выдан", "ko": "발급국"},
    "expires": {"en": "Expires", "ru": "Срок действия", "ko": "만료일"},
    "visa": {"en": "Visa", "ru": "Виза", "ko": "사증"},
    "voucher": {"en": "Voucher", "ru": "Ваучер", "ko": "바우처"},
    "stretch": {"en": "From – to", "ru": "Откуда – куда", "ko": "구간"},
    "ticket": {"en": "Ticket", "ru": "Билет", "ko": "승차권"},
    # ── what stands in them ──────────────────────────────────────────────────────────────────────────────────
    "added": {"en": "added", "ru": "добавл.", "ko": "추가"},
    "changed": {"en": "changed", "ru": "измен.", "ko": "변경"},
    "removed": {"en": "removed", "ru": "исключ.", "ko": "삭제"},
    "missing": {"en": "missing", "ru": "нет данных", "ko": "미기재"},
    "no name": {"en": "no name given yet", "ru": "имя ещё не указано", "ko": "성명 미제출"},
    "transliterated": {
        "en": "≈ Latin letters by ICAO 9303, not read from a document.",
        "ru": "≈ латиница по ИКАО 9303, не из документа.",
        "ko": "≈ ICAO 9303에 따라 옮긴 로마자로, 증명서의 표기가 아님.",
    },
    "without a place": {"en": "no place", "ru": "без места", "ko": "자리 없음"},
    "f": {"en": "F", "ru": "Ж", "ko": "여"},
    "m": {"en": "M", "ru": "М", "ko": "남"},
    "x": {"en": "X", "ru": "X", "ko": "X"},
    "passport": {"en": "passport", "ru": "паспорт", "ko": "여권"},
    "service-passport": {"en": "service passport", "ru": "служебный паспорт", "ko": "공무여권"},
    "diplomatic-passport": {"en": "diplomatic passport", "ru": "дипломатический паспорт", "ko": "외교여권"},
    "seafarer-id": {
        "en": "seafarer's identity document",
        "ru": "удостоверение личности моряка",
        "ko": "선원 신분증명서",
    },
    "id-card": {"en": "identity card", "ru": "удостоверение личности", "ko": "신분증"},
    "travel-document": {"en": "travel document", "ru": "проездной документ", "ko": "여행증명서"},
    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────
    "removed persons": {
        "en": "Removed since the version before",
        "ru": "Исключены после предыдущей версии",
        "ko": "이전 판에서 삭제된 승객",
    },
    "not crossed persons": {"en": "Did not cross", "ru": "Границу не пересекли", "ko": "통과하지 않은 승객"},
    "nobody": {"en": "Nobody is on this list.", "ru": "В списке никого нет.", "ko": "명단에 승객이 없습니다."},
    "handed over": {"en": "Handed over for the operator", "ru": "Передал от перевозчика", "ko": "운송인 측 인계자"},
    "received": {"en": "Received for the authority", "ru": "Принял от органа контроля", "ko": "관계 기관 인수자"},
    "signed": {
        "en": "Name, signature, date and time",
        "ru": "Фамилия, подпись, дата и время",
        "ko": "성명, 서명, 일시",
    },
    "private": {
        "en": "Personal data: for the border control alone.",
        "ru": "Персональные данные: только для органов пограничного контроля.",
        "ko": "개인정보: 국경 검사 목적으로만 사용하십시오.",
    },
    "SPECIMEN": {"en": "SPECIMEN", "ru": "ОБРАЗЕЦ", "ko": "견본"},
    "specimen": {
        "en": "Specimen of a demonstration: these passengers do not travel",
        "ru": "Образец из демонстрации: эти пассажиры никуда не едут",
        "ko": "시연용 견본: 실제 승객이 아님",
    },
}


def say(word: str, language: str, **values: object) -> str:
    """One sentence or label in a language, with its values filled in."""
    return said(WORDS, word, language, **values)
