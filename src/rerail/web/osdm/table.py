"""The manual's table: of each operation whether it is done, and if not, why. A test holds the two together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rerail.web.osdm.calls import Done
from rerail.web.osdm.operations import OPERATIONS


def rows(done: Mapping[str, Done]) -> Iterator[str]:
    """A line of Markdown per operation, in the specification's order."""
    for one in OPERATIONS:
        state = "done" if one.id in done else f"501: {one.absent}"
        yield f"| {one.method} `{one.path}` | {state} |"
