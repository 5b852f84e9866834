"""Close-out: who is on board, cleared, refused, missing; who has whose documents; and who really crossed."""

from __future__ import annotations

from rerail.desk.border_desk import BorderDesk


class ClosingOut(BorderDesk):
    """The acts of officers and conductors."""
