"""Travel documents: what a journey asks for, given by the passenger, checked, sealed; looked at under audit."""

from __future__ import annotations

from rerail.desk.border_desk import BorderDesk


class Papers(BorderDesk):
    """The acts about documents."""
