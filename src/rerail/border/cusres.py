"""An authority's answer to a crossing list: UN/EDIFACT CUSRES, read by the API guide of WCO, IATA and ICAO.

What is read and what it is taken to mean: docs/paxlst.md. An answer speaks of the list as a whole (ERP section 1)
and of single passengers (section 2). Reading writes nothing; the caller decides what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from rerail.border.edifact import Interchange, Message, Segment, Unreadable, read_interchange
from rerail.border.errors import BorderError
from rerail.border.paxlst import version_of

Meaning = Literal["ok", "refused", "further", "insufficient", "unknown"]
"""may board; must not board; is to be looked at more closely; data is missing; a code that the guide does not have."""

_MEANINGS: Final[dict[str, Meaning]] = {"0": "ok", "1": "refused", "2": "further", "4": "insufficient"}
_REJECTED: Final = ("RE", "27", "48", "63")
"""Response type (4343) rejected; message function (1225) not accepted, contents rejected, not yet accepted."""
_WHOLE_LIST: Final = "1"


class NotCusres(BorderError):
    """This is no CUSRES that answers a list; the sentence says why."""


class Answer(Struct, frozen=True, kw_only=True):
    """What an authority says of one passenger."""

    booking: str
    """As written in the list (RFF+AVF); empty if it is not told."""
    ticket: str
    """As written in the list (RFF+ABO): which `Person.ticket`; empty if it is not told."""
    code: str
    """As received (ERC)."""
    meaning: Meaning
    text: str


class Receipt(Struct, frozen=True, kw_only=True):
    """An answer to one version of a list."""

    about: str
    """The reference of the list message: `paxlst.control_reference`, as the authority repeats it."""
    version: int | None
    """Of the list; None if the answer does not tell it."""
    accepted: bool
    """Whether the list as a whole was taken. Single passengers can be refused all the same."""
    at: datetime
    """When the authority's system wrote it, on that system's clock, whose zone no message tells: naive."""
    sender: str
    reference: str
    """The answer's own control reference: the same again is the same answer sent again."""
    codes: tuple[str, ...]
    """Error codes about the list as a whole, as received."""
    texts: tuple[str, ...]
    """What it says in clear text about the list as a whole."""
    answers: tuple[Answer, ...]
    """About single passengers, in the order of the message."""

    @property
    def refused(self) -> tuple[Answer, ...]:
        """The passengers who must not board."""
        return tuple(one for one in self.answers if one.meaning == "refused")


def read_cusres(content: bytes) -> Receipt:
    """The receipt in an interchange of one CUSRES. Raises `NotCusres`."""
    try:
        found = read_interchange(content)
    except Unreadable as error:
        raise NotCusres(error.message, "", **error.values) from error
    return _receipt(found, _message(found))


def _message(found: Interchange) -> Message:
    if len(found.messages) != 1:
        raise NotCusres(
            "This interchange has %(count)d messages; enter receipts one at a time.", count=len(found.messages)
        )
    message = found.messages[0]
    if message.type != "CUSRES":
        raise NotCusres("This is a %(type)s message and no receipt (CUSRES).", type=message.type or "–")
    return message


class _Group(Struct):
    """Group 4: ERP and what follows it."""

    section: str
    segments: list[Segment]

    def value(self, tag: str, qualifier: str = "") -> str:
        """The first value of a reference with this qualifier."""
        return next((one.at(0, 1) for one in self.segments if one.tag == tag and one.at(0) == qualifier), "")

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.at(0) for one in self.segments if one.tag == "ERC")

    @property
    def text(self) -> str:
        return " ".join(_texts(self.segments))


def _receipt(found: Interchange, message: Message) -> Receipt:
    head, groups = _parts(message.segments)
    about, told = _about(head, message)
    codes: list[str] = []
    answers: list[Answer] = []
    texts = list(_texts(head))
    for group in groups:
        booking, ticket = group.value("RFF", "AVF"), group.value("RFF", "ABO")
        if group.section != _WHOLE_LIST and (booking or ticket):
            answers += [
                Answer(booking=booking, ticket=ticket, code=code, meaning=_meaning(code), text=group.text)
                for code in group.codes or ("",)
            ]
        else:
            codes += group.codes
            texts += filter(None, [group.text])
    return Receipt(
        about=about,
        version=int(told) if told.isdecimal() else version_of(about),
        # A code that speaks of no passenger we can find is about the list: somebody must look.
        accepted=not _rejected(head) and all(_meaning(code) == "ok" for code in codes),
        at=found.at,
        sender=found.sender,
        reference=found.reference,
        codes=tuple(codes),
        texts=tuple(texts),
        answers=tuple(answers),
    )


def _parts(segments: Sequence[Segment]) -> tuple[list[Segment], list[_Group]]:
    """The head of the message, and a group for each ERP."""
    head: list[Segment] = []
    groups: list[_Group] = []
    for one in segments:
        if one.tag == "ERP":
            groups.append(_Group(one.at(0), []))
        elif groups:
            groups[-1].segments.append(one)
        else:
            head.append(one)
    return head, groups


def _about(head: Sequence[Segment], message: Message) -> tuple[str, str]:
    """Which message is answered, and its revision if told: by RFF+TN, else as BGM or UNH repeat its reference."""
    for one in head:
        if one.tag == "RFF" and one.at(0) == "TN" and one.at(0, 1):
            return one.at(0, 1), one.at(0, 4)
    begin = next((one for one in head if one.tag == "BGM"), None)
    about = begin.at(1) if begin is not None and begin.at(1) else message.access
    if not about:
        raise NotCusres("This receipt does not say which list it is about (no RFF+TN); find out and enter it by hand.")
    return about, ""


def _rejected(head: Sequence[Segment]) -> bool:
    return any(one.tag == "BGM" and (one.at(2) in _REJECTED or one.at(3) in _REJECTED) for one in head)


def _meaning(code: str) -> Meaning:
    """The guide's codes have one figure, and a second character for what a state adds ("0Z", "1Z")."""
    return _MEANINGS.get(code[:1], "unknown") if len(code) <= 2 else "unknown"


def _texts(segments: Sequence[Segment]) -> Iterator[str]:
    """Free text, its lines joined."""
    for one in segments:
        if one.tag == "FTX":
            lines = one.elements[3] if len(one.elements) > 3 else ()
            text = " ".join(line.strip() for line in lines if line.strip())
            if text:
                yield text
