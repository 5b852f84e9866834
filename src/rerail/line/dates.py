"""Sets of service dates: what running days, consents and cancellations are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import compress
from typing import Final

EPOCH: Final = date(1970, 1, 1)
"""The first date a set can hold. The loader refuses earlier dates by name."""

_EPOCH_ORDINAL: Final = EPOCH.toordinal()
_BYTES: Final = bytes.maketrans(b"01", b"\x00\x01")


class Dates:
    """A set of service dates, possibly without end.

    One integer holds the set: bit *n* stands for the date *n* days after `EPOCH`. Python's integers are
    two's complement without end, so a negative one is a set that goes on for ever ("from 16 December 2024
    until further notice"), and `&`, `|`, `-` are exact on both kinds and cost well under a microsecond.
    """

    __slots__ = ("bits",)

    def __init__(self, bits: int = 0) -> None:
        self.bits: Final = bits

    @classmethod
    def between(cls, start: date, until: date | None) -> Dates:
        """The half-open interval [start, until); no end if `until` is None. Empty if `until <= start`."""
        first = _index(start)
        if until is None:
            return cls(-1 << first)
        length = _index(until) - first
        return cls(((1 << length) - 1) << first) if length > 0 else cls(0)

    @classmethod
    def of(cls, days: Iterable[date]) -> Dates:
        """The set of exactly these dates."""
        bits = 0
        for day in days:
            bits |= 1 << _index(day)
        return cls(bits)

    @classmethod
    def always(cls) -> Dates:
        """Every date from `EPOCH` on."""
        return cls(-1)

    def __and__(self, other: Dates) -> Dates:
        return Dates(self.bits & other.bits)

    def __or__(self, other: Dates) -> Dates:
        return Dates(self.bits | other.bits)

    def __sub__(self, other: Dates) -> Dates:
        return Dates(self.bits & ~other.bits)

    def __xor__(self, other: Dates) -> Dates:
        return Dates(self.bits ^ other.bits)

    def __contains__(self, day: date) -> bool:
        index = day.toordinal() - _EPOCH_ORDINAL
        return index >= 0 and bool(self.bits >> index & 1)

    def __bool__(self) -> bool:
        return self.bits != 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dates) and self.bits == other.bits

    def __hash__(self) -> int:
        return hash(self.bits)

    def __repr__(self) -> str:
        parts = [f"[{start}, {until or 'open'})" for start, until in self.intervals()]
        return f"Dates({' '.join(parts)})"

    @property
    def endless(self) -> bool:
        """Whether the set goes on for ever."""
        return self.bits < 0

    @property
    def first(self) -> date | None:
        """The earliest date, or None if the set is empty."""
        return _date((self.bits & -self.bits).bit_length() - 1) if self.bits else None

    @property
    def last(self) -> date | None:
        """The latest date, or None if the set is empty.

        Raises `ValueError` if the set has no end.
        """
        if self.endless:
            raise ValueError("a set of dates without end has no last date")
        return _date(self.bits.bit_length() - 1) if self.bits else None

    def within(self, start: date, until: date | None) -> Dates:
        """The part that falls in [start, until)."""
        return self & Dates.between(start, until)

    def on_or_after(self, day: date) -> date | None:
        """The first date of the set that is not before `day`, or None."""
        rest = self.bits >> max(0, _offset(day))
        if not rest:
            return None
        return _date(max(0, _offset(day)) + (rest & -rest).bit_length() - 1)

    def before(self, day: date) -> date | None:
        """The last date of the set that is before `day`, or None."""
        earlier = self.bits & ((1 << max(0, _offset(day))) - 1)
        return _date(earlier.bit_length() - 1) if earlier else None

    def since(self, day: date) -> date | None:
        """The first date of the unbroken stretch that holds `day`, or None if the set does not have it."""
        if day not in self:
            return None
        missing = ~self.bits & ((1 << _offset(day)) - 1)
        return _date(missing.bit_length())

    def intervals(self) -> Iterator[tuple[date, date | None]]:
        """The set as sorted, disjoint, maximal half-open intervals; the last may end in None (no end)."""
        bits, base = self.bits, 0
        while bits:
            skip = (bits & -bits).bit_length() - 1
            bits, base = bits >> skip, base + skip
            if bits == -1:
                yield _date(base), None
                return
            run = (~bits & -~bits).bit_length() - 1
            yield _date(base), _date(base + run)
            bits, base = bits >> run, base + run

    def __iter__(self) -> Iterator[date]:
        """The dates, earliest first.

        Raises `ValueError` if the set has no end: cut it with `within` first.
        """
        if self.endless:
            raise ValueError("a set of dates without end cannot be listed; cut it with within() first")
        bits = self.bits
        if not bits:
            return iter(())
        base = (bits & -bits).bit_length() - 1
        # All of it at C speed, which matters for 2,000 trains x 365 days: the bits as a string of zero and one
        # bytes, lowest first, choose from the day numbers.
        marks = bin(bits >> base)[:1:-1].encode().translate(_BYTES)
        start = _EPOCH_ORDINAL + base
        return map(date.fromordinal, compress(range(start, start + len(marks)), marks))

    def __len__(self) -> int:
        """How many dates.

        Raises `ValueError` if the set has no end.
        """
        if self.endless:
            raise ValueError("a set of dates without end cannot be counted; cut it with within() first")
        return self.bits.bit_count()


NO_DATES: Final = Dates(0)


def _offset(day: date) -> int:
    return day.toordinal() - _EPOCH_ORDINAL


def _index(day: date) -> int:
    index = day.toordinal() - _EPOCH_ORDINAL
    if index < 0:
        raise ValueError(f"{day} is before {EPOCH}, the first date Rerail can hold")
    return index


def _date(index: int) -> date:
    return EPOCH + timedelta(days=index)
