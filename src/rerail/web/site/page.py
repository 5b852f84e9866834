"""What a handler of the site hands back."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Page(Struct, frozen=True):
    """A page as a handler made it."""

    html: str
    drawings: tuple[str, ...] = ()
    """Large pieces of the page that seldom change, in order: they are compressed once."""
    keep: bool = True
    """Whether others may ask for this address too; False for what a reader typed wrongly."""
    status: int = 200


Maker = Callable[..., Page]
"""A view, and the parts of its path by name, to a page."""
