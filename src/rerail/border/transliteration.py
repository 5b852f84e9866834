"""Names in the letters of a machine-readable zone, A to Z, by ICAO Doc 9303-3, sections 4.6 (punctuation) and 6.

The standard has tables for Latin, Cyrillic and Arabic letters. It has none for Hangul, and what Korean passports
print follows each side's own usage and the holder's wish (김 is KIM on most, GIM by the Revised Romanization), so
that any rule of ours would mostly be wrong: such a name is typed as the document prints it. The same holds for every
other script, and for letters that the tables leave out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from rerail.border.check_digits import LETTERS
from rerail.border.errors import BorderError
from rerail.border.transliteration_tables import (
    ARABIC,
    ARABIC_DOUBLING,
    ARABIC_LAST,
    CYRILLIC,
    CYRILLIC_EXCEPTIONS,
    CYRILLIC_FIRST,
    LATIN,
    OF_STATES,
    Cyrillic,
)

Spelling = tuple[tuple[str, ...], ...]
"""A name component letter by letter: what each may be written as, the recommended way first."""


class NotTransliterable(BorderError):
    """The standard has no rule for a letter of the name."""


def transliterated(name: str, cyrillic: Cyrillic = "ru") -> str:
    """A name in the letters A to Z as the standard recommends first, its components separated by single spaces.

    Any script the standard has a table for; `cyrillic` says in which language Cyrillic letters are written.
    Raises `NotTransliterable`.
    """
    return " ".join(recommended(one) for one in spellings(name, cyrillic))


def cyrillic_of(state: str) -> Cyrillic:
    """In which language a state (ICAO code) writes Cyrillic in its documents; "ru" where the table has no exception."""
    return OF_STATES.get(state, "ru")


def spellings(name: str, cyrillic: Cyrillic = "ru") -> tuple[Spelling, ...]:
    """Every spelling that the standard allows for each component of a name that leaves any letter.

    Raises `NotTransliterable`.
    """
    spelled = (_spelling(component, cyrillic) for component in components(name))
    return tuple(one for one in spelled if recommended(one))


def recommended(spelling: Spelling) -> str:
    """A component as the standard recommends first."""
    return "".join(ways[0] for ways in spelling)


def components(name: str) -> tuple[str, ...]:
    """The components of a name in capitals, in its own script: hyphens and commas separate, other punctuation goes."""
    return tuple("".join(_kept(name)).split())


def letters_of(name: str) -> Iterator[str]:
    """The letters of a name, punctuation left out."""
    return (letter for component in components(name) for letter in component)


def is_arabic(name: str) -> bool:
    """Whether a name has Arabic letters, whose vowels are not written."""
    return any(letter in ARABIC for letter in letters_of(name))


_COMMAS: Final = frozenset(",،，、﹐")
# Modifier letters that are typed for apostrophes, and the Arabic tatweel, which only stretches a word.
_NO_LETTERS: Final = frozenset("ʹʺʻʼʽʾʿˈ´`ـ")


def _kept(name: str) -> Iterator[str]:
    # Some capitals come apart in capitalising (ŉ); composed anew, each letter is one character as in the tables.
    for character in unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper()):
        kind = unicodedata.category(character)
        if character in _COMMAS or kind in ("Pd", "Zs", "Zl", "Zp", "Cc") or character == "−":
            yield " "
        elif character not in _NO_LETTERS and kind[0] in "LMN":
            yield character


def _spelling(component: str, cyrillic: Cyrillic) -> Spelling:
    ways: list[tuple[str, ...]] = []
    last = len(component) - 1
    for place, letter in enumerate(component):
        if letter == ARABIC_DOUBLING:
            ways.extend(ways[-1:])
        elif unicodedata.category(letter)[0] != "M":
            ways.append(_letter(letter, cyrillic, first=place == 0, last=place == last))
    return tuple(ways)


def _letter(letter: str, cyrillic: Cyrillic, *, first: bool, last: bool) -> tuple[str, ...]:
    if letter in LETTERS:
        return (letter,)
    if letter in LATIN:
        return LATIN[letter]
    if letter in CYRILLIC:
        own = CYRILLIC_FIRST.get(cyrillic, {}) if first else {}
        return (own.get(letter) or CYRILLIC_EXCEPTIONS[cyrillic].get(letter, CYRILLIC[letter]),)
    if letter in ARABIC:
        return (ARABIC_LAST.get(letter, ARABIC[letter]) if last else ARABIC[letter],)
    return (_without_marks(letter, cyrillic),)


def _without_marks(letter: str, cyrillic: Cyrillic) -> str:
    """What a letter outside the tables becomes by their own way with marks: its base letter (ễ is E, Ș is S)."""
    bases = [one for one in unicodedata.normalize("NFKD", letter) if unicodedata.category(one)[0] != "M"]
    if not bases or any(one not in _IN_TABLES for one in bases):
        raise NotTransliterable(
            'The letter "%(letter)s" has no rule in ICAO Doc 9303; type the name in Latin letters, as the document '
            "prints it.",
            letter=letter,
        )
    return "".join(_letter(one, cyrillic, first=False, last=False)[0] for one in bases)


_IN_TABLES: Final = LETTERS | LATIN.keys() | CYRILLIC.keys() | ARABIC.keys()
