"""A crossing list in each of its forms."""

from __future__ import annotations

from msgspec import Struct

from rerail.border.model import Form, ListKey, Manifest
from rerail.border.paxlst import paxlst


class Rendered(Struct, frozen=True, kw_only=True):
    """A list as a file."""

    name: str
    media_type: str
    content: bytes


def file_name(key: ListKey, version: int, form: Form) -> str:
    """The name of the file."""
    return f"{str(key).replace('/', '_')}_v{version}.{form}"


def render(manifest: Manifest, form: Form) -> Rendered:
    """The list in a form."""
    return Rendered(
        name=file_name(manifest.key, manifest.version, form), media_type="application/edifact", content=paxlst(manifest)
    )
