"""The border: documents, crossing lists, close-out, erasure. One act of a person, one transaction, over all rooms."""

from __future__ import annotations

from rerail.desk.closing_out import ClosingOut
from rerail.desk.crossing_lists import CrossingLists
from rerail.desk.erasing import Erasing
from rerail.desk.papers import Papers


class Border(Papers, CrossingLists, ClosingOut, Erasing):
    """The border's side of one process: everything about documents and lists goes through here."""
