"""The forms in which a crossing list is handed over, and what their files are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from rerail.border.model import Form, ListKey, Manifest
from rerail.border.paxlst import list_reference, paxlst
from rerail.border.printed import printed
from rerail.border.table import table

_FORMS: Final[Mapping[Form, tuple[str, str, Callable[[Manifest], bytes]]]] = {
    "paxlst": ("edi", "application/EDIFACT", paxlst),
    "csv": ("csv", "text/csv; charset=utf-8", table),
    "pdf": ("pdf", "application/pdf", printed),
}
"""Ending and media type (RFC 1767, RFC 4180) of each form, and how it is made."""
_LONGEST: Final = 200
"""Of the 255 bytes that a file's name has on most disks; its writer adds some of its own."""


class Rendered(Struct, frozen=True, kw_only=True):
    """A list as a file."""

    name: str
    media_type: str
    content: bytes


def render(manifest: Manifest, form: Form) -> Rendered:
    """A list in a form. The same manifest gives the same name and the same bytes."""
    _, media_type, made = _FORMS[form]
    version = None if manifest.open_until is not None else manifest.version
    return Rendered(name=file_name(manifest.key, version, form), media_type=media_type, content=made(manifest))


def file_name(key: ListKey, version: int | None, form: Form) -> str:
    """The name of a version's file, of ids alone and of nobody's name; no version: of a list that is still open.

    Ids too long for a file's name are left out, and the list's reference stands for them.
    """
    day = str(key.departure.service_date)
    whose = "_".join(filter(None, (key.departure.train, day, key.authority, key.tour_operator)))
    if len(whose) > _LONGEST:
        whose = f"{day}_{list_reference(key)}"
    ending, _, _ = _FORMS[form]
    return f"{whose}_{'draft' if version is None else f'v{version}'}.{ending}"
