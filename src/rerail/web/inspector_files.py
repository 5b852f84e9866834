"""The scripts that read a ticket on a phone: `static/office/inspect/`, and the schema made for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from rerail.ticket.inspection import schema
from rerail.web.script_files import ScriptFiles

_FOLDER: Final = Path(__file__).parent / "static" / "office" / "inspect"


class InspectorFiles(ScriptFiles):
    """The scripts and the reader by their addresses: `inspect.js`, `reader.js` and what they import."""

    def __init__(self) -> None:
        super().__init__("inspect", _FOLDER)

    def made(self) -> Mapping[str, bytes]:
        """The schema of the tickets' encoding, which Python's decoder has too."""
        return {"schema.js": b"export default " + msgspec.json.encode(schema()) + b";\n"}
