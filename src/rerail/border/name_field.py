"""Names as the field of a zone has them, cut short where they do not fit (ICAO Doc 9303-4, -5, -6, section 4.2.3).

The standard leaves the issuer several ways of cutting. This is the first of those it prints: components are cut from
the last one on, each down to its initial at most, and the family name is cut no further than the given names need
for one letter. Whichever way another issuer went, `rerail.border.names` compares what is left.
"""

from __future__ import annotations

from collections.abc import Sequence

from rerail.border.check_digits import FILLER
from rerail.border.transliteration import transliterated
from rerail.border.transliteration_tables import Cyrillic

_BETWEEN = FILLER * 2


def name_field(family_name: str, given_names: str, width: int, cyrillic: Cyrillic = "ru") -> str:
    """The field of a name in any script that the standard has a table for, exactly `width` characters.

    A name that is cut ends in a letter at the last position, as the sign of it; somebody's only name stands first,
    whichever of the two it is given as. Raises `NotTransliterable`.
    """
    family = transliterated(family_name, cyrillic).split()
    given = transliterated(given_names, cyrillic).split()
    if not family:
        family, given = given, []
    whole = _joined(family) + (_BETWEEN + _joined(given) if given else "")
    if len(whole) <= width:
        return whole.ljust(width, FILLER)
    if not given:
        return _filling(family, width)
    kept = _shortened(family, width - len(_BETWEEN) - 1)
    room = width - len(kept) - len(_BETWEEN)
    left = room - len(_joined(_cut(given, room)))
    if left and len(kept) + left <= len(_joined(family)):
        # What so few or so short given names leave over is the family name's.
        kept, room = _filling(family, len(kept) + left), room - left
    return kept + _BETWEEN + _filling(given, room)


def _joined(components: Sequence[str]) -> str:
    return FILLER.join(components)


def _shortened(components: Sequence[str], most: int) -> str:
    """At most so many characters: components become initials from the last one on, at the end the first is cut."""
    kept = list(components)
    for place in range(len(kept) - 1, 0, -1):
        if len(_joined(kept)) <= most:
            break
        kept[place] = kept[place][0]
    return _joined(_cut(kept, most))


def _cut(components: Sequence[str], most: int) -> list[str]:
    """At most so many characters with the separators: the last components are cut, no further than needed."""
    kept = list(components)
    while len(kept) > 1 and 2 * len(kept) - 1 > most:
        kept.pop()
    for place in range(len(kept) - 1, -1, -1):
        over = len(_joined(kept)) - most
        if over > 0:
            kept[place] = kept[place][: max(1, len(kept[place]) - over)]
    return kept


def _filling(components: Sequence[str], width: int) -> str:
    """Exactly so many characters of at least as many, a letter last."""
    kept = _cut(components, width)
    field = _joined(kept)
    if len(field) < width:
        # Single letters fill an odd number of positions; one more stands in the last without its separator.
        field += components[len(kept)][0]
    return field
