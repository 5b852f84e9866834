"""A file of a GTFS feed: comma-separated, UTF-8, one header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from msgspec import Struct


class Table(Struct, frozen=True):
    """One file of the feed, its rows perhaps not made yet."""

    name: str
    header: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]

    def encoded(self) -> bytes:
        """The file's bytes (RFC 4180, which GTFS asks for)."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return text.getvalue().encode()
