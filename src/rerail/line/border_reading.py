"""border.toml as written, turned into the values of `rerail.line.border`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rerail.line.border import Authority, Clearing, Collection, EntryRule, Guidance, Keeping, Refusal
from rerail.line.document import Document
from rerail.line.draft import DraftBorder, Placed, complete
from rerail.line.problem import Report
from rerail.line.states import canonical
from rerail.line.table import Record


def read_border(document: Document | None, file: Record, report: Report) -> DraftBorder | None:
    """What border.toml says; None if there is none, or it could not be parsed."""
    if document is None:
        return None
    keeping, refusal = file.tables.get("keeping"), file.tables.get("refusal")
    return DraftBorder(
        authorities=[*_whole(file, "authority", Authority, "id", "names", "crossing", "railway", "language")],
        collections=[*_whole(file, "collection", Collection, "crossing", "minutes")],
        rules=[*_rules(file, report)],
        clearings=[*_whole(file, "clearing", Clearing, *_SIDE, "booths", "minutes", "spread")],
        guidances=[*_whole(file, "guidance", Guidance, *_SIDE)],
        refusal=None if refusal is None else _placed(refusal, Refusal, refusal.values),
        keeping=None if keeping is None else _keeping(keeping),
        keeping_written="keeping" in document,
    )


_SIDE = ("crossing", "railway", "towards")


def _whole(file: Record, key: str, model: Any, *needed: str) -> Iterator[Any]:
    for record in file.lists.get(key, ()):
        values = complete(record, *needed)
        if values is not None:
            yield _placed(record, model, values)


def _placed(record: Record, model: Any, values: Mapping[str, Any]) -> Any:
    built = model(provenance=record.provenance, figures=record.figures, **values)
    return Placed(record.at, built, frozenset(record.broken))


def _rules(file: Record, report: Report) -> Iterator[Placed[EntryRule]]:
    for record in file.lists.get("rule", ()):
        if record.get("kind") == "valid-beyond" and "days" not in {*record.values, *record.broken}:
            message = "nothing says how long beyond the crossing a document must be valid."
            report.error("missing-key", record.at, message, "Add days = …; 0 is on the day of crossing itself.")
        values = complete(record, "id", "crossing", "towards", "kind", "dated", "text")
        if values is None:
            continue
        codes: dict[str, tuple[str, ...]] = {
            key: tuple(canonical(code) for code in values[key]) for key in ("nationalities", "issuers") if key in values
        }
        yield _placed(record, EntryRule, {**values, **codes})


def _keeping(record: Record) -> Placed[Keeping] | None:
    values = complete(record, "documents_days", "lists_days", "names_days")
    return None if values is None else _placed(record, Keeping, values)
