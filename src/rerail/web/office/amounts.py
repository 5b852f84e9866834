"""Amounts of money as a clerk types them, and the sentence when they are none."""

from __future__ import annotations

import re
from typing import Final

from rerail.line.amount import Money, exponent
from rerail.web.i18n import Words

_AMOUNT: Final = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{0,4}))?")
_SPACES: Final = str.maketrans("", "", " \u00a0\u202f'")


def typed_amount(text: str, currency: str, words: Words) -> Money | str:
    """ "1 234,50" or "1234.5" as money, or a sentence that says what is wrong with it."""
    _ = words.gettext
    digits = exponent(currency)
    found = _AMOUNT.fullmatch(text.translate(_SPACES))
    if found is None or len((found[2] or "").rstrip("0")) > digits:
        return _(
            "Write the amount in %(currency)s as a number, for example %(example)s.",
            currency=currency,
            example=str(Money(125050, currency).major),
        )
    return Money(int(found[1]) * 10**digits + int(((found[2] or "") + "0000")[:digits] or "0"), currency)
