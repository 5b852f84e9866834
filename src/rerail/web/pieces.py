"""Pieces of pages that change far more seldom than pages do, kept as markup.

A page is made anew each minute and after each entry. The map of the line in it changes with the edition, a
departure's row with its edition, and drawing them again each time would take most of the time a page takes.
A piece is kept under everything that it depends on, so it is never stale; only room bounds how long it lives.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from markupsafe import Markup

Key = tuple[Hashable, ...]


class Pieces:
    """The pieces of one app: those asked for last, at most `most` of them."""

    def __init__(self, most: int = 2048) -> None:
        self._most: Final = most
        self._kept: Final[OrderedDict[Key, Markup]] = OrderedDict()
        self._lock: Final = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, key: Key, make: Callable[[], str]) -> Markup:
        """The piece that depends on exactly `key`: kept, or made and kept. What `make` returns is markup."""
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        made = Markup(make())  # noqa: S704  (a rendered template, which escaped what it was given)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
