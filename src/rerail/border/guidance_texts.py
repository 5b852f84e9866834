"""What passengers are told of borders, sentence by sentence, in the languages of the shipped line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rerail.line.model import Text

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
