"""A value as the key of a cache, by what it *is*: what is frozen is never another, and may be too large to compare."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """The very same value, kept alive for as long as it is a key."""

    __slots__ = ("it",)

    def __init__(self, it: T) -> None:
        self.it: Final = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.it is self.it
