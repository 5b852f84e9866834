"""Which fonts the PDFs are set in, and what is done where there is none for Korean.

The typesetter brings Libertinus Serif (Latin, Cyrillic, Greek, Hebrew) inside itself. Hangul needs a font of the
machine; every other script a passenger's name may be in is taken from whatever font of the machine has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import typst

LATIN_AND_CYRILLIC: Final = "Libertinus Serif"

_HANGUL_FONTS: Final = (
    *("Noto Serif CJK KR", "Noto Serif KR", "Source Han Serif K", "Noto Sans CJK KR", "Noto Sans KR"),
    *("Nanum Myeongjo", "NanumMyeongjo", "Nanum Gothic", "NanumGothic", "UnBatang", "Baekmuk Batang"),
    *("AppleMyungjo", "Apple SD Gothic Neo", "Batang", "Malgun Gothic"),
)

ADVICE: Final = (
    "No font for Korean is installed: tickets and lists are printed in English instead of Korean, and Korean names "
    "in Latin letters. Install one (Debian: apt-get install fonts-noto-cjk) and start again."
)

# The letters of a syllable block, by the Revised Romanization of Korean, letter by letter.
_INITIALS: Final = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS: Final = (
    *("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae"),
    *("oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"),
)
_FINALS: Final = (
    *("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l"),
    *("p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"),
)
_FIRST_SYLLABLE: Final = 0xAC00
_SYLLABLES: Final = 11_172


@cache
def hangul() -> str | None:
    """The machine's font for Korean; None if there is none. Looked for once in a process."""
    families = set(typst.Fonts().families())
    return next((font for font in _HANGUL_FONTS if font in families), None)


def advice() -> str | None:
    """What to install, in one sentence, if nothing can be printed in Korean here; None if it can."""
    return None if hangul() else ADVICE


def printable(languages: Sequence[str], korean: str | None) -> tuple[str, ...]:
    """The languages to print, each once, in the order given: English stands in for Korean where it has no font."""
    return tuple(dict.fromkeys("en" if language == "ko" and not korean else language for language in languages))


def in_letters_at_hand(value: Any, korean: str | None) -> Any:
    """The value with every Korean text in it romanised, if there is no font for Korean."""
    if korean:
        return value
    if isinstance(value, str):
        return romanised(value)
    if isinstance(value, Mapping):
        return {name: in_letters_at_hand(part, korean) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [in_letters_at_hand(part, korean) for part in value]
    return value


def romanised(text: str) -> str:
    """The text with its Hangul syllables in Latin letters, each written for itself: "김민지" is "Gimminji"."""
    written = []
    inside = False
    for character in text:
        number = ord(character) - _FIRST_SYLLABLE
        if not 0 <= number < _SYLLABLES:
            written.append(character)
            inside = False
            continue
        initial, rest = divmod(number, len(_VOWELS) * len(_FINALS))
        vowel, final = divmod(rest, len(_FINALS))
        letters = _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]
        written.append(letters if inside else letters.capitalize())
        inside = True
    return "".join(written)
