"""A withdrawal of the shuttle for the first week of December, as an operator fills it in."""

from __future__ import annotations

from urllib.parse import urlencode

from office.visitor import Page, Visitor
from rerail.desk.current import Current
from rerail.life.journal import Entry

SHUTTLE = ["khasan-tumangang", "tumangang-khasan"]
WITHDRAWAL: dict[str, str | list[str]] = {
    "railway": "ksr",
    "train": SHUTTLE,
    "from": "2026-12-01",
    "until": "2026-12-08",
    "who": "Ministry of Railways",
    "reason": "Works at the bridge",
    "document": "Telegram 12",
}
STOPS_TWO_TRAINS_ON_THREE_DAYS = "6 departures stop running"


def previewed(visitor: Visitor, kind: str = "withdraw", /, **changes: str | list[str]) -> Page:
    """Fill in the form and look at what it changes."""
    return visitor.send(
        visitor.open(f"/office/record/{kind}"), f"/office/record/{kind}/preview", {**WITHDRAWAL, **changes}
    )


def address(kind: str = "withdraw", **changes: str) -> str:
    """The same preview, by its address."""
    return f"/office/record/{kind}/preview?{urlencode({**WITHDRAWAL, **changes}, doseq=True)}"


def live(current: Current) -> list[Entry]:
    """What people recorded."""
    current.forget()
    return [entry for entry in current.snapshot().entries if entry.origin == "live"]
