"""Is the name on the document the ticket's? By ICAO Doc 9303: transliteration, punctuation and truncation.

"same" is what the standard allows to be written for the ticket's name, in one language's way throughout. "alike" is
what a person takes for the same though the standard does not say so: a second given name left out, family and given
names the other way round, an older way of writing Cyrillic, a name cut for want of room. It is shown with its reason,
never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from rerail.border.transliteration import (
    NotTransliterable,
    Spelling,
    components,
    is_arabic,
    recommended,
    spellings,
    transliterated,
)
from rerail.border.transliteration_tables import CYRILLIC_LANGUAGES

Likeness = Literal["same", "alike", "different", "unreadable"]

_MOST_WORDS: Final = 12
"""Of a name that is still looked through for where it divides."""


class FullName(Struct, frozen=True):
    """A name in any script."""

    family_name: str
    """The primary identifier; all there is of somebody with one name."""
    given_names: str = ""
    truncated: bool = False
    """Whether it may be cut short, as in a machine-readable zone that is full."""


class Compared(Struct, frozen=True, kw_only=True):
    """What came of comparing two names. The values hold the names: never log them."""

    likeness: Likeness
    message: str
    """Why: an English sentence with %(name)s values, to be translated as a `SentenceError`'s is."""
    values: Mapping[str, object] = {}

    @property
    def why(self) -> str:
        """The sentence in English."""
        return self.message % self.values


class _Read(NamedTuple):
    """A name by its components, each with everything it may be written as."""

    family: tuple[Spelling, ...]
    given: tuple[Spelling, ...]


def divided(written: str, ticket: FullName) -> FullName:
    """A document's name that was written in one, as family and given names.

    At the filler of a zone or at a comma; else where the ticket's name has it, or at least its family name, family or
    given names first. A name that the ticket's does not explain stays whole, as a family name: whoever compares the
    two sees all of it.
    """
    for mark in ("<<", ","):
        family, parted, given = written.partition(mark)
        if parted:
            return FullName(_plain(family), _plain(given))
    words = _plain(written).split(" ")
    if len(words) > _MOST_WORDS:
        return FullName(_plain(written))
    parts = [(" ".join(words[:number]), " ".join(words[number:])) for number in range(1, len(words) + 1)]
    ways = [FullName(*one) for one in parts] + [FullName(last, first) for first, last in parts if last]
    found = {compare(ticket, one).likeness: one for one in reversed(ways)}
    alone = FullName(ticket.family_name)
    named = (one for one in ways if compare(alone, FullName(one.family_name)).likeness == "same")
    return found.get("same") or found.get("alike") or next(named, FullName(_plain(written)))


def _plain(written: str) -> str:
    return " ".join(written.replace("<", " ").split())


def compare(ticket: FullName, document: FullName) -> Compared:
    """Compare the ticket's name with the document's; each may be in any script."""
    if not _native(ticket) or not _native(document):
        return Compared(likeness="unreadable", message="There is no name to compare.")
    if _native(ticket) == _native(document):
        return _same()
    try:
        tickets = _readings(ticket)
    except NotTransliterable:
        message = (
            "ICAO Doc 9303 has no rule for writing the ticket's name in Latin letters; compare it with the document "
            "by eye."
        )
        return Compared(likeness="unreadable", message=message)
    try:
        documents = _readings(document)
    except NotTransliterable:
        message = "The document's name is not in Latin letters; type it as the machine-readable zone has it."
        return Compared(likeness="unreadable", message=message)
    for one, other in product(tickets, documents):
        if _each(one.family, other.family) and _each(one.given, other.given):
            return _same()
    for one, other in product(tickets, documents):
        why = _why_alike(one, other, truncated=document.truncated)
        if why is not None:
            return Compared(likeness="alike", message=why)
    if is_arabic(ticket.family_name + ticket.given_names):
        message = "Arabic names are written without vowels; compare the ticket's with the document by eye."
        return Compared(likeness="unreadable", message=message)
    values = {"ticket": _shown(ticket), "document": _shown(document)}
    one, other = _by_sound(tickets), _by_sound(documents)
    sounds = _each(one.family, other.family) and _each(one.given, other.given)
    if sounds or _why_alike(one, other, truncated=document.truncated) is not None:
        message = "The name is spelled otherwise: %(ticket)s on the ticket, %(document)s on the document."
        return Compared(likeness="alike", message=message, values=values)
    message = "The ticket is for %(ticket)s, the document is of %(document)s."
    return Compared(likeness="different", message=message, values=values)


def _same() -> Compared:
    return Compared(likeness="same", message="The document has the ticket's name.")


def _native(name: FullName) -> tuple[tuple[str, ...], ...]:
    """The name in its own script; empty if there is none."""
    parts = components(name.family_name), components(name.given_names)
    return parts if any(parts) else ()


def _readings(name: FullName) -> list[_Read]:
    """The name in each language's way of writing Cyrillic, those that differ. Raises `NotTransliterable`."""
    ways = (_Read(spellings(name.family_name, one), spellings(name.given_names, one)) for one in CYRILLIC_LANGUAGES)
    return list(dict.fromkeys(ways))


def _shown(name: FullName) -> str:
    written = f"{name.family_name} {name.given_names}".strip()
    latin = f"{transliterated(name.family_name)} {transliterated(name.given_names)}".strip()
    return written if written.isascii() else f"{written} ({latin})"


def _why_alike(ticket: _Read, document: _Read, *, truncated: bool) -> str | None:
    """In which way the two are the same name without agreeing component by component; None: in none."""
    if truncated and _cut(ticket, document):
        return "The document has no room for the whole name; what it shows of it is the ticket's."
    if _each(ticket.family, document.family) and _some(ticket.given, document.given):
        return "One of the two has given names that the other leaves out; all else agrees."
    if _each(ticket.family, document.given) and _each(ticket.given, document.family):
        return "Family and given names stand the other way round; the names agree."
    if all(_meets(_together(one), _together(other)) for one, other in zip(ticket, document, strict=True)):
        return "The names agree; the one is written together, the other in parts."
    whole = _together(document.family, document.given)
    if _meets(_together(*ticket), whole) or _meets(_together(ticket.given, ticket.family), whole):
        return "The names agree, but are divided otherwise into family and given names."
    both = bool(ticket.family and document.family)
    if both and _some(ticket.family, document.family) and _each(ticket.given, document.given):
        return "One of the two has a part of the family name that the other leaves out; all else agrees."
    return None


def _each(ones: Sequence[Spelling], others: Sequence[Spelling]) -> bool:
    return len(ones) == len(others) and all(map(_meets, ones, others))


def _some(ones: Sequence[Spelling], others: Sequence[Spelling]) -> bool:
    """Whether the fewer of the two are among the other, in order."""
    fewer, more = sorted((ones, others), key=len)
    left = iter(more)
    return all(any(_meets(one, other) for other in left) for one in fewer)


def _cut(whole: _Read, cut: _Read) -> bool:
    """Whether each component left of a name is the beginning of its own (Doc 9303-4, section 4.2.3)."""
    return all(
        bool(left) == bool(full)
        and len(left) <= len(full)
        and all(_meets(one, other, cut=True) for one, other in zip(full, left, strict=False))
        for full, left in zip(whole, cut, strict=True)
    )


def _together(*parts: Sequence[Spelling]) -> Spelling:
    return tuple(ways for part in parts for spelling in part for ways in spelling)


def _meets(one: Spelling, other: Spelling, *, cut: bool = False) -> bool:
    """Whether two components can be written alike; `cut`: whether the other can be the beginning of the one.

    Goes through both side by side: how many letters of each are taken, by what one of them is ahead of the other, and
    whether it is the one. No name has so many spellings that this takes long.
    """
    seen: set[tuple[int, int, str, bool]] = set()
    waiting = [(0, 0, "", True)]
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        at, there, ahead, ours = state
        if there == len(other) and (ours or not ahead) and (cut or (at == len(one) and not ahead)):
            return True
        if there < len(other) and (ours or not ahead):
            waiting += [(at, there + 1, *left) for way in other[there] for left in _ahead(ahead, way, ours=True)]
        if at < len(one) and (not ours or not ahead):
            waiting += [(at + 1, there, *left) for way in one[at] for left in _ahead(ahead, way, ours=False)]
    return False


def _ahead(ahead: str, way: str, *, ours: bool) -> Iterator[tuple[str, bool]]:
    """What is left when whoever is behind writes a letter; nothing if the two do not agree."""
    if ahead.startswith(way):
        yield ahead[len(way) :], ours
    elif way.startswith(ahead):
        yield way[len(ahead) :], not ours


def _by_sound(readings: Sequence[_Read]) -> _Read:
    """Each component as it sounds in any of its readings."""
    return _Read(
        *(
            tuple(
                (tuple(dict.fromkeys(_sound(recommended(one)) for one in ways)),) for ways in zip(*parts, strict=True)
            )
            for parts in zip(*readings, strict=True)
        )
    )


# Older and foreign ways of writing the same sounds; the order matters. YULIYA and IULIIA both become JULJA.
_SOUNDS: Final = tuple(
    (re.compile(written), sound)
    for written, sound in (
        ("NXX", "N"),
        ("UXX", "U"),
        ("X", "KS"),
        ("SHCH|SCH|SH", "S"),
        ("TSCH|TCH|CH", "C"),
        ("TS|TZ|CZ", "C"),
        ("ZH", "Z"),
        ("KH", "H"),
        ("GH", "G"),
        ("PH", "F"),
        ("W", "V"),
        ("OU", "U"),
        ("[IJY]+(?=[AEOU])", "J"),
        ("JE", "E"),
        ("[IJY]+(?![AEOU])", "I"),
        ("(?<=[AOU])E", ""),
        (r"(.)\1+", r"\1"),
    )
)


def _sound(latin: str) -> str:
    for written, sound in _SOUNDS:
        latin = written.sub(sound, latin)
    return latin
