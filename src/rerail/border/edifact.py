"""UN/EDIFACT syntax, ISO 9735 version 4: values made safe for a message, an interchange written and read.

Characters: level UNOA (capitals) where the content allows it, else UNOB, UNOC (Latin-1) or UNOY (UTF-8), whichever is
the first that has every letter. The separators are the standard's own, and are announced by a UNA all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from rerail.border.errors import BorderError

_UNA: Final = "UNA:+.? '"
_TO_RELEASE: Final = re.compile(r"[+:'?]")
_LEVEL_A: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>"
_LEVEL_B: Final = _LEVEL_A + b"abcdefghijklmnopqrstuvwxyz"

_ENCODINGS: Final = {
    **dict.fromkeys(("UNOA", "UNOB"), "ascii"),
    **{f"UNO{level}": f"iso8859-{part}" for level, part in zip("CDEFGHIJK", (1, 2, 5, 7, 3, 4, 6, 8, 9), strict=True)},
    **dict.fromkeys(("UNOW", "UNOY"), "utf-8"),
}
"""By UNB 0001; another, as IATA's own, is read as ASCII."""

_HEADER: Final = re.compile(rb"(?:UNA.{6}\s*)?UNB", re.DOTALL)
_LARGEST: Final = 2 * 1024 * 1024


class Unreadable(BorderError):
    """This is no whole interchange."""


class Segment(Struct, frozen=True):
    """A segment: its tag and its data elements, each a tuple of components."""

    tag: str
    elements: tuple[tuple[str, ...], ...]

    def at(self, element: int, component: int = 0) -> str:
        """One component, counted from 0; empty where the segment ends before it."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component]


class Message(Struct, frozen=True, kw_only=True):
    """What stands between UNH and UNT."""

    type: str
    access: str
    """The common access reference (UNH 0068)."""
    segments: tuple[Segment, ...]


class Interchange(Struct, frozen=True, kw_only=True):
    """What one UNB and one UNZ enclose."""

    sender: str
    recipient: str
    reference: str
    at: datetime
    """When its maker wrote it, on a clock that the standard does not name: naive."""
    messages: tuple[Message, ...]


class Cover(Struct, frozen=True, kw_only=True):
    """What is written around one message."""

    type: str
    """PAXLST."""
    release: str
    """Of the directory: 12B."""
    sender: str
    recipient: str
    made: datetime
    """UTC. To the minute; six digits for the date, as the guide to passenger lists has it under UNOA:4."""
    reference: str
    """At most 14 characters. The same again: the same interchange sent again."""
    access: str
    """Common access reference: the same for every message about the same thing."""
    test: bool


def escaped(text: str) -> str:
    """A value with every separator in it released."""
    if text.isalnum() or _TO_RELEASE.search(text) is None:
        return text
    return _TO_RELEASE.sub(r"?\g<0>", text)


def interchange(cover: Cover, segments: Sequence[str]) -> bytes:
    """An interchange of one group of one message, from its segments without UNH, UNT and terminators."""
    sender, recipient = escaped(cover.sender), escaped(cover.recipient)
    made = f"{cover.made.astimezone(UTC):%y%m%d:%H%M}"
    body = "'".join(
        (
            f"UNG+{cover.type}+{sender}+{recipient}+{made}+{cover.reference}+UN+D:{cover.release}",
            f"UNH+1+{cover.type}:D:{cover.release}:UN:IATA+{escaped(cover.access)}+01:F",
            *segments,
            f"UNT+{len(segments) + 2}+1",
            f"UNE+1+{cover.reference}",
            f"UNZ+1+{cover.reference}'",
        )
    )
    test = "++++++1" if cover.test else ""
    header = f"+{sender}+{recipient}+{made}+{cover.reference}{test}'"
    level, content = _encoded(header + body)
    return f"{_UNA}UNB+{level}:4".encode("ascii") + content


def _encoded(text: str) -> tuple[str, bytes]:
    """The lowest level that has every character, and the text in it."""
    if text.isascii():
        content = text.encode("ascii")
        if not content.translate(None, _LEVEL_A):
            return "UNOA", content
        if not content.translate(None, _LEVEL_B):
            return "UNOB", content
    try:
        return "UNOC", text.encode("iso8859-1")
    except UnicodeEncodeError:
        return "UNOY", text.encode()


def read_interchange(content: bytes) -> Interchange:
    """An interchange with its messages; groups are looked through. Line breaks between segments are allowed.

    Raises `Unreadable` for anything else, also for one that was cut off or counts itself wrongly.
    """
    if len(content) > _LARGEST:
        raise Unreadable("This file is too large for a receipt: at most %(most)d megabytes.", most=_LARGEST >> 20)
    stripped = content.removeprefix(b"\xef\xbb\xbf").strip()
    if _HEADER.match(stripped) is None:
        raise Unreadable("This is no EDIFACT interchange: it begins with neither UNA nor UNB.")
    segments = list(_segments(stripped))
    first, last = segments[0], segments[-1]
    if last.tag != "UNZ":
        raise Unreadable("This interchange is cut off: its end (UNZ) is missing. Ask for it again.")
    if last.at(1) != first.at(4):
        raise Unreadable(
            'This interchange begins as "%(first)s" and ends as "%(last)s": parts of two are mixed.',
            first=first.at(4),
            last=last.at(1),
        )
    messages = tuple(_messages(segments[1:-1]))
    counted = sum(1 for one in segments if one.tag == "UNG") or len(messages)
    _same_number("UNZ", last.at(0), counted)
    return Interchange(
        sender=first.at(1), recipient=first.at(2), reference=first.at(4), at=_moment(first), messages=messages
    )


def _segments(content: bytes) -> Iterator[Segment]:
    component, element, release, terminator = ":", "+", "?", "'"
    if content.startswith(b"UNA"):
        una = content[3:9].decode("latin-1")
        component, element, release, terminator = una[0], una[1], una[3], una[5]
        content = content[9:]
    text = _decoded(content, element, component).strip()
    special, escape = re.escape(component + element + release + terminator), re.escape(release)
    separators = re.escape(component + element + terminator)
    step = re.compile(rf"([^{special}]*(?:{escape}.[^{special}]*)*)([{separators}])", re.DOTALL)
    released = re.compile(rf"{escape}(.)", re.DOTALL)
    elements: list[tuple[str, ...]] = []
    components: list[str] = []
    position = 0
    while position < len(text) or elements or components:
        found = step.match(text, position)
        if found is None:
            raise Unreadable("This interchange is cut off: its last segment does not end. Ask for it again.")
        position = found.end()
        value, separator = found.groups()
        if not elements and not components:
            value = value.lstrip()
        components.append(released.sub(r"\1", value))
        if separator != component:
            elements.append(tuple(components))
            components = []
        if separator == terminator:
            yield Segment(elements[0][0], tuple(elements[1:]))
            elements = []


def _decoded(content: bytes, element: str, component: str) -> str:
    after = content.decode("latin-1").strip()[4:12]
    level = re.split(f"[{re.escape(element + component)}]", after)[0]
    try:
        return content.decode(_ENCODINGS.get(level, "ascii"))
    except UnicodeDecodeError:
        raise Unreadable(
            "This interchange says that its letters are %(level)s, and holds others. Ask for it again.", level=level
        ) from None


def _messages(segments: Sequence[Segment]) -> Iterator[Message]:
    begun: int | None = None
    for number, one in enumerate(segments):
        if one.tag == "UNH":
            begun = number
        elif one.tag == "UNT":
            if begun is None:
                raise Unreadable("This interchange has the end of a message (UNT) without its beginning (UNH).")
            header = segments[begun]
            _same_number("UNT", one.at(0), number - begun + 1)
            yield Message(type=header.at(1), access=header.at(2), segments=tuple(segments[begun + 1 : number]))
            begun = None
    if begun is not None:
        raise Unreadable("This interchange is cut off: a message (UNH) in it does not end (UNT). Ask for it again.")


def _same_number(tag: str, told: str, counted: int) -> None:
    if not told.isdecimal() or int(told) != counted:
        raise Unreadable(
            "%(tag)s of this interchange counts %(told)s, and there are %(counted)d: something is missing. "
            "Ask for it again.",
            tag=tag,
            told=told or "–",
            counted=counted,
        )


def _moment(header: Segment) -> datetime:
    day, time = header.at(3, 0), header.at(3, 1)
    try:
        return datetime.strptime(day[-6:] + time, "%y%m%d%H%M")  # noqa: DTZ007  (the standard tells no zone)
    except ValueError:
        raise Unreadable('This interchange has no date and time: "%(written)s".', written=f"{day}:{time}") from None
