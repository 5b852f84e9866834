"""Long lists in pages: every page begins where the one before ended, so an address has one meaning."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from rerail.web.context import View


class Paging(Struct, frozen=True):
    """Which part of a list a page shows: items [begin, end) of `total`."""

    begin: int
    end: int
    total: int
    before: int | None
    """Where the page before begins; None on the first."""
    after: int | None
    """Where the next page begins; None on the last."""
    canonical: bool
    """Whether the address asked for exactly this page, so that its answer may be kept."""


def page_of(view: View, costs: Iterable[int], room: int) -> Paging:
    """The page that `?from=N` names: as many items as there is room for, at least one.

    `costs` are what the items take, in the order of the list. An N at which no page begins is the first page.
    """
    starts, used, total = [0], 0, 0
    for cost in costs:
        if used and used + cost > room:
            starts.append(total)
            used = 0
        used += cost
        total += 1
    text = view.query.get("from", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    number = starts.index(asked) if asked in starts else 0
    return Paging(
        begin=starts[number],
        end=starts[number + 1] if number + 1 < len(starts) else total,
        total=total,
        before=starts[number - 1] if number else None,
        after=starts[number + 1] if number + 1 < len(starts) else None,
        canonical=str(starts[number]) == (text or "0"),
    )
