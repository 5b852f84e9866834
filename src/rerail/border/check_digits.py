"""The check digits of machine-readable travel documents (ICAO Doc 9303-3, section 4.9).

Weights 7, 3 and 1 all have an inverse modulo 10, so one wrong character goes unnoticed exactly when its value differs
from the right one's by a multiple of ten: 0, <, A, K and U stand for one another, so do 1, B, L and V, and so on
(`same_to_the_check`). O for 0 and I for 1, the usual mistakes, are always noticed.
"""

from __future__ import annotations

from string import ascii_uppercase, digits
from typing import Final

FILLER: Final = "<"
LETTERS: Final = frozenset(ascii_uppercase)
DIGITS: Final = frozenset(digits)

VALUES: Final = {FILLER: 0} | {character: value for value, character in enumerate(digits + ascii_uppercase)}
"""What each character of a zone counts: 0 to 9 themselves, A to Z 10 to 35, the filler nothing."""

_WEIGHTS: Final = (7, 3, 1)


def check_digit(data: str) -> str | None:
    """The digit that belongs to these characters; None if one of them cannot stand in a zone."""
    if any(character not in VALUES for character in data):
        return None
    return str(sum(VALUES[character] * _WEIGHTS[place % 3] for place, character in enumerate(data)) % 10)


def same_to_the_check(character: str) -> frozenset[str]:
    """The other characters that no check digit tells from this one."""
    value = VALUES[character] % 10
    return frozenset(other for other, known in VALUES.items() if known % 10 == value and other != character)
