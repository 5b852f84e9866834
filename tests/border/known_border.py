"""The shipped line with border rules of a test's own: the shuttle, and the direct train, over the one border."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from rerail.border.asked import wanted
from rerail.border.checks import Crossed
from rerail.border.model import Document, Passing
from rerail.border.passing import passings
from rerail.line.border import Authority, BorderRules, EntryRule
from rerail.line.folder import load
from rerail.line.model import Line, Provenance

SHIPPED = load(Path(__file__).parents[2] / "lines" / "vladivostok-rason")
KNOWN = Provenance(sources=("S57", "S58"))
MADE_UP = Provenance(illustrative=True)
FRIDAY = date(2026, 12, 4)
SHUTTLE, BACK = "khasan-tumangang", "tumangang-khasan"
EVERYTHING = ("document_kind", "document_number", "issuing_state", "expires", "nationality", "birth_date", "sex")


def rule(identifier: str, kind: str, **said: Any) -> EntryRule:
    return EntryRule(
        **{
            "provenance": KNOWN,
            "id": identifier,
            "crossing": "khasan-tumangang",
            "towards": "ksr",
            "kind": kind,
            "dated": date(2026, 1, 1),
            "text": {"en": f"Rule {identifier}.", "ru": f"Правило {identifier}."},
            **said,
        }
    )


def authority(identifier: str, railway: str, *asks: str, **said: Any) -> Authority:
    return Authority(
        **{
            "provenance": MADE_UP,
            "id": identifier,
            "names": {"en": identifier},
            "crossing": "khasan-tumangang",
            "railway": railway,
            "language": "en",
            "asks": asks,
            **said,
        }
    )


def line_with(*rules: EntryRule, authorities: tuple[Authority, ...] = ()) -> Line:
    """The line with these rules; by default each side asks for everything but a visa and a voucher."""
    who = authorities or (authority("exit", "rzd", *EVERYTHING), authority("entry", "ksr", *EVERYTHING))
    return replace(SHIPPED, border=BorderRules(authorities={one.id: one for one in who}, rules=rules))


def passed(line: Line, train: str = SHUTTLE, day: date = FRIDAY) -> tuple[Passing, ...]:
    return passings(line, line.trains[train], day)


def crossed(line: Line, train: str = SHUTTLE, day: date = FRIDAY, *, listed: bool = False) -> tuple[Crossed, ...]:
    """All the way on a train."""
    way = line.trains[train]
    return tuple(
        Crossed(line=line, wanted=one) for one in wanted(line, way, day, 0, len(way.calls) - 1, on_named_list=listed)
    )


def passport(**said: Any) -> Document:
    return Document(
        **{
            "kind": "passport",
            "number": "715000123",
            "issuing_state": "RUS",
            "expires": date(2031, 5, 1),
            "nationality": "RUS",
            "birth_date": date(1987, 3, 21),
            "sex": "f",
            "family_name": "KIM",
            "given_names": "OLGA",
            "machine_read": True,
            **said,
        }
    )
