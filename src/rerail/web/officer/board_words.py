"""What a border's board says: sides and clocks, how each passenger stands, and the words its script needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from rerail.border.marks import Mark, Stand
from rerail.desk.border_roll import Rider
from rerail.desk.closing_out import Board
from rerail.line.model import RailwayId
from rerail.line.timing import zone
from rerail.web.i18n import Words
from rerail.web.office.visit import Visit

STATES: Final = ("unseen", "aboard", "missing", "to-clear", "cleared", "refused", "documents")
"""By which the board is sifted; a passenger can be in several."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Side(Struct, frozen=True, kw_only=True):
    """A side that controls."""

    railway: RailwayId
    name: str
    station: str
    zone: str
    """Whose clock its marks are shown on."""
    mine: bool
    """Whether whoever looks clears and refuses for it."""


def sides(visit: Visit, board: Board) -> tuple[Side, ...]:
    """The sides that control, in the order of travel."""
    line, view = board.departure.line, visit.view
    return tuple(
        Side(
            railway=one.railway,
            name=view.text(line.railways[one.railway].short_names),
            station=view.text(line.stations[one.station].names),
            zone=line.stations[one.station].clock,
            mine=one.railway in board.clears_for,
        )
        for one in board.controls
    )


def near_zone(board: Board) -> str:
    """The clock of the last call before the border: presence and documents are shown on it."""
    call = board.departure.train.calls[board.passing.near_call]
    return board.departure.line.stations[call.station].clock


def states_of(rider: Rider, controls: Sequence[RailwayId]) -> frozenset[str]:
    """Those of `STATES` that a passenger is in, for whoever works for these sides."""
    stand = rider.stand
    refused = any(mark.kind == "refused" for mark in stand.clearance.values())
    found = {"aboard": stand.aboard, "missing": stand.missing, "refused": refused, "documents": stand.documents_held}
    found["unseen"] = not (stand.aboard or stand.missing or refused)
    cleared = bool(controls) and all(map(stand.cleared, controls))
    found["cleared"] = cleared
    found["to-clear"] = bool(controls) and not (cleared or stand.missing or refused)
    return frozenset(name for name, there in found.items() if there)


def said(words: Words, board: Board, every: Sequence[Side], stand: Stand) -> Iterator[str]:
    """How a passenger stands, a phrase for each thing: "on board 07:12 Oleg". The board's script says the same."""
    says = mark_words(words)
    near = near_zone(board)
    if stand.presence is not None and stand.presence.kind != "unseen":
        yield _phrase(says[stand.presence.kind], stand.presence, near)
    for side in every:
        mark = stand.clearance.get(side.railway)
        if mark is not None and mark.kind != "uncleared":
            yield _phrase(f"{side.name}: {says[mark.kind]}", mark, side.zone)
    if stand.documents_held and stand.custody is not None:
        yield _phrase(says["documents-taken"], stand.custody, near)


def mark_words(words: Words) -> Mapping[str, str]:
    """What each mark that holds is called."""
    _ = words.gettext
    return {
        "aboard": _("aboard"),
        "missing": _("not found"),
        "cleared": _("cleared"),
        "refused": _("refused"),
        "documents-taken": _("documents with the conductor"),
    }


def state_words(words: Words) -> Mapping[str, str]:
    """What each of `STATES` is called, as a choice."""
    _ = words.gettext
    return {
        "unseen": _("Not seen yet"),
        "aboard": _("On board"),
        "missing": _("Not found"),
        "to-clear": _("To be cleared"),
        "cleared": _("Cleared"),
        "refused": _("Refused"),
        "documents": _("Documents with the conductor"),
    }


def script_words(words: Words) -> Mapping[str, str]:
    """What only the script says. Numbers stand after a colon, so that no language has to decline anything."""
    _ = words.catalogue.gettext
    return {
        "sent": _("Everything is sent."),
        "as-of": _("As of %(time)s."),
        "unsent": _("Waiting on this device, not sent yet: %(count)s. Nothing is lost."),
        "unsent-short": _("not sent yet"),
        "no-network": _("No network."),
        "failing": _("The service answers with an error (%(status)s); it is tried again."),
        "signed-out": _("Your session has ended; nothing is lost. Sign in again, and the marks are sent."),
        "others": _("Marks of %(name)s wait here until %(name)s signs in on this device: %(count)s."),
        "ready": _("This page works without a network now."),
        "ended": _("The journey is over: the page is kept on this device no more."),
        "not-ready": _("This browser cannot keep the page: open it only where there is a network."),
        "not-taken": _("Not taken: %(who)s, %(mark)s. %(why)s"),
        "overtaken": _("A later mark holds: %(who)s, %(mark)s."),
        "withdrawn": _("withdrawn"),
        "leave": _("Marks that are not sent stay on this device without names until you sign in again: %(count)s."),
        "leave-offline": _("Signing out needs a network. Without one, lock the device."),
        "given-back": _("Tickets given back as of %(time)s: %(count)s."),
    }


def of_mark(mark: Mark | None) -> dict[str, Any] | None:
    """A mark as the script has it; instants in milliseconds since 1970."""
    if mark is None:
        return None
    return {
        "kind": mark.kind,
        "at": milliseconds(mark.at),
        "made": milliseconds(mark.made_at),
        "id": mark.id,
        "by": mark.who,
    }


def milliseconds(moment: datetime) -> float:
    """Since 1970, as JavaScript counts."""
    return (moment - _EPOCH).total_seconds() * 1000


def _phrase(word: str, mark: Mark, clock: str) -> str:
    return f"{word} {mark.at.astimezone(zone(clock)):%H:%M} {mark.who}"
