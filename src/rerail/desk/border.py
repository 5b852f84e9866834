"""The border: documents, crossing lists, close-out, erasure. One act of a person, one transaction, over all rooms."""

from __future__ import annotations

from rerail.desk.closing_out import ClosingOut
from rerail.desk.erasing import Erasing
from rerail.desk.handing_over import HandingOver
from rerail.desk.papers import Papers


class Border(Papers, HandingOver, ClosingOut, Erasing):
    """The border's side of one process: everything about documents and lists goes through here."""
