"""Codes of nationality and of issuing states and bodies, as ICAO Doc 9303-3 section 5 lists them.

They are the alpha-3 codes of ISO 3166-1, taken from the Unicode CLDR that Babel carries, and ICAO's own additions.
Germany prints "D" where ISO has "DEU"; both are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from rerail.line.model import Text
from rerail.line.spelling import closest_several

# CLDR also knows codes that ISO has withdrawn or holds back for others; no travel document of today has them.
_NOT_IN_FORCE: Final = frozenset({"ASC", "BUR", "CPT", "DDR", "DGA", "FXX", "QUU", "TAA", "TMP", "YMD", "ZAR", "ZZZ"})

# Bodies that CLDR has a territory for, without a three-letter code.
_BODIES: Final = {"EUE": "EU", "UNO": "UN", "RKS": "XK"}

_NAMES: Final[Mapping[str, Text]] = {
    "GBD": {
        "en": "British Overseas Territories citizen",
        "ru": "Гражданин британских заморских территорий",
        "ko": "영국 해외 영토 시민",
    },
    "GBN": {"en": "British National (Overseas)", "ru": "Британский подданный (за рубежом)", "ko": "영국 국민(해외)"},
    "GBO": {"en": "British Overseas citizen", "ru": "Британский заморский гражданин", "ko": "영국 해외 시민"},
    "GBP": {"en": "British protected person", "ru": "Лицо под защитой Великобритании", "ko": "영국 보호민"},
    "GBS": {"en": "British subject", "ru": "Британский подданный", "ko": "영국 신민"},
    "UNA": {
        "en": "Specialized agency of the United Nations",
        "ru": "Специализированное учреждение ООН",
        "ko": "유엔 전문 기구",
    },
    "UNK": {
        "en": "United Nations Interim Administration Mission in Kosovo",
        "ru": "Миссия ООН в Косово",
        "ko": "유엔 코소보 임시 행정부",
    },
    "XBA": {"en": "African Development Bank", "ru": "Африканский банк развития", "ko": "아프리카 개발 은행"},
    "XIM": {
        "en": "African Export-Import Bank",
        "ru": "Африканский экспортно-импортный банк",
        "ko": "아프리카 수출입 은행",
    },
    "XCC": {"en": "Caribbean Community", "ru": "Карибское сообщество", "ko": "카리브 공동체"},
    "XCE": {"en": "Council of Europe", "ru": "Совет Европы", "ko": "유럽 평의회"},
    "XCO": {
        "en": "Common Market for Eastern and Southern Africa",
        "ru": "Общий рынок Восточной и Южной Африки",
        "ko": "동남아프리카 공동 시장",
    },
    "XDC": {
        "en": "Southern African Development Community",
        "ru": "Сообщество развития Юга Африки",
        "ko": "남아프리카 개발 공동체",
    },
    "XEC": {
        "en": "Economic Community of West African States",
        "ru": "Экономическое сообщество стран Западной Африки",
        "ko": "서아프리카 경제 공동체",
    },
    "XES": {
        "en": "Organisation of Eastern Caribbean States",
        "ru": "Организация Восточно-Карибских государств",
        "ko": "동카리브 국가 기구",
    },
    "XMP": {
        "en": "Parliamentary Assembly of the Mediterranean",
        "ru": "Парламентская ассамблея Средиземноморья",
        "ko": "지중해 의회 총회",
    },
    "XOM": {"en": "Sovereign Military Order of Malta", "ru": "Мальтийский орден", "ko": "몰타 기사단"},
    "XPO": {"en": "Interpol", "ru": "Интерпол", "ko": "인터폴"},
    "XXA": {"en": "Stateless person", "ru": "Лицо без гражданства", "ko": "무국적자"},
    "XXB": {"en": "Refugee (1951 Convention)", "ru": "Беженец (Конвенция 1951 года)", "ko": "난민(1951년 협약)"},
    "XXC": {"en": "Refugee (other)", "ru": "Беженец (иной)", "ko": "난민(기타)"},
    "XXX": {"en": "Nationality unspecified", "ru": "Гражданство не указано", "ko": "국적 불명"},
    "UTO": {"en": "Utopia (specimen)", "ru": "Утопия (образец)", "ko": "유토피아(견본)"},
    # A list that the Korean side's officers read does not call their country by the South's word for it, CLDR's.
    "PRK": {"ko": "조선민주주의인민공화국"},
}

# What people write who know a state by another list's code (sport, cars, speech).
_OTHERWISE: Final = {
    "GER": "D",
    "DE": "D",
    "UK": "GBR",
    "ENG": "GBR",
    "SCO": "GBR",
    "SUI": "CHE",
    "NED": "NLD",
    "HOL": "NLD",
    "DEN": "DNK",
    "CRO": "HRV",
    "SLO": "SVN",
    "BUL": "BGR",
    "GRE": "GRC",
    "POR": "PRT",
    "LAT": "LVA",
    "MGL": "MNG",
    "MAS": "MYS",
    "INA": "IDN",
    "VIE": "VNM",
    "PHI": "PHL",
    "ROC": "TWN",
    "TPE": "TWN",
    "PRC": "CHN",
    "ROK": "KOR",
    "SKO": "KOR",
    "DPRK": "PRK",
    "NKO": "PRK",
    "ZIM": "ZWE",
    "KOS": "RKS",
    "XKX": "RKS",
    "XKK": "RKS",
}


@cache
def _iso() -> Mapping[str, str]:
    """Alpha-3 → alpha-2 of what ISO 3166-1 assigns today."""
    return {
        code: stands_for[0]
        for code, stands_for in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(stands_for) == 1 and _assigned(code, stands_for[0])
    }


def _assigned(code: str, short: str) -> bool:
    # AA, QM to QZ and XA to XZ are for private use: ISO assigns them to nobody.
    private = short == "AA" or short[0] == "X" or (short[0] == "Q" and short[1] >= "M")
    return code not in _NOT_IN_FORCE and not private


@cache
def codes() -> tuple[str, ...]:
    """Every code that a machine-readable travel document can have, "DEU" beside "D" included, in order."""
    return tuple(sorted({"D", *_iso(), *_BODIES, *_NAMES}))


def known(code: str) -> bool:
    """Whether there is such a code. Capitals, without the fillers of a machine-readable zone."""
    return code in _iso() or code == "D" or code in _BODIES or code in _NAMES


def canonical(code: str) -> str:
    """The code as a travel document prints it: "D" for "DEU", all others as they are."""
    return "D" if code == "DEU" else code


def alpha2(code: str) -> str | None:
    """ISO's two letters of the state; None: not known, or no state (a refugee, a bank)."""
    return "DE" if code == "D" else _iso().get(code) or _BODIES.get(code)


def of_alpha2(short: str) -> str | None:
    """The code that documents print for ISO's two letters ("RU": "RUS", "DE": "D"); None: they stand for no state."""
    return _by_short().get(short.upper())


def name(code: str, language: str) -> str:
    """The name of the state or body in a language; in English where that has none; the code if it is not known."""
    own = _NAMES.get(code, {})
    if language in own:
        return own[language]
    short = alpha2(code)
    if short is None:
        return own.get("en", code)
    return _territories(language).get(short) or _territories("en").get(short, code)


def near(code: str) -> tuple[str, ...]:
    """What may be meant by a code that does not exist, most likely first, as documents print it; at most three.

    By small letters, two letters ("RU"), another list's code ("GER"), a code no longer in force ("SUN"), a name
    in English, Russian or Korean, and last by spelling.
    """
    word = code.strip().strip("<").upper()
    if known(code):
        return ()
    if known(word):
        return (canonical(word),)
    if word in _OTHERWISE:
        return (_OTHERWISE[word],)
    by_short = _by_short()
    former = get_global("territory_aliases").get(word, ())
    meant = [by_short[short] for short in (word, *former) if short in by_short]
    if not meant:
        named = _by_name().get(word.casefold())
        meant = [named] if named else list(closest_several(word, codes(), most=3))
    return tuple(dict.fromkeys(canonical(one) for one in meant))[:3]


@cache
def _territories(language: str) -> Mapping[str, str]:
    try:
        return Locale(language).territories
    except UnknownLocaleError:
        return {}


@cache
def _by_short() -> Mapping[str, str]:
    return {short: canonical(code) for code, short in {**_iso(), **_BODIES}.items()}


@cache
def _by_name() -> Mapping[str, str]:
    """The name of a state, in small letters → its code."""
    return {name(code, language).casefold(): canonical(code) for language in ("en", "ru", "ko") for code in codes()}
