"""What a browser needs to read a ticket: the descriptions in `asn1/` in a form that a small script can walk along.

The script is `web/static/office/inspect/uper.js`. It goes by the same descriptions as `coding`, so the two cannot
drift apart.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Final

import asn1tools

from rerail.ticket.coding import description

Shape = str | list[Any]
"""The name of another shape, or a kind and what belongs to it.

`["sequence", grows, members]`, `["choice", grows, members]`, `["enumerated", grows, names]`, where `grows` says
whether a later version may add to it; `["list", shape]`; `["integer", least, most]` and `["ia5", least, most]`
(letters) or without bounds; `["boolean"]`, `["octets"]`, `["oid"]`, `["utf8"]`; `["null"]`, which is not read.
A member is `[name, shape]`, with `"optional"` or `"default", value` behind it.
"""

_PLAIN: Final = {
    "BOOLEAN": "boolean",
    "IA5String": "ia5",
    "INTEGER": "integer",
    "NULL": "null",
    "OBJECT IDENTIFIER": "oid",
    "OCTET STRING": "octets",
    "UTF8String": "utf8",
}
_OF_A_MEMBER: Final = frozenset({"name", "optional", "default"})


def schema() -> dict[str, Shape]:
    """The shapes of frame and ticket by name: the whole code is a "Frame", what FCB3 holds is "TicketData"."""
    return shapes(description())


def shapes(text: str) -> dict[str, Shape]:
    """The shapes of ASN.1 modules with automatic tags, by name.

    Raises `ValueError` for what no ticket needs: better no script than one that guesses.
    """
    described: dict[str, dict[str, Any]] = {}
    for module in asn1tools.parse_string(text).values():
        for name, one in module["types"].items():
            if name in described:
                raise ValueError(f"{name} is described twice")
            described[name] = one
    return {name: _shape(one, described.keys()) for name, one in described.items()}


def _shape(described: dict[str, Any], names: Set[str]) -> Shape:
    match {part: value for part, value in described.items() if part not in _OF_A_MEMBER}:
        case {"type": "SEQUENCE" | "CHOICE" as kind, "members": members, **rest} if not rest:
            root, grows = _root(members)
            return [kind.lower(), grows, [_member(one, names) for one in root]]
        case {"type": "ENUMERATED", "values": values, **rest} if not rest:
            root, grows = _root(values)
            return ["enumerated", grows, [name for name, _ in sorted(root, key=lambda value: int(value[1]))]]
        case {"type": "SEQUENCE OF", "element": element, **rest} if not rest:
            return ["list", _shape(element, names)]
        case {"type": "INTEGER", "restricted-to": bounds, **rest} if not rest:
            return ["integer", *_bounds(bounds)]
        case {"type": "IA5String", "size": bounds, **rest} if not rest:
            return ["ia5", *_bounds(bounds)]
        case {"type": kind, **rest} if not rest and kind in _PLAIN:
            return [_PLAIN[kind]]
        case {"type": kind, **rest} if not rest and kind in names:
            return str(kind)
    raise ValueError(f"{described['type']} is not read in browsers as it is described here")


def _member(described: dict[str, Any], names: Set[str]) -> list[Any]:
    member = [described["name"], _shape(described, names)]
    if "default" in described:
        return [*member, "default", described["default"]]
    return [*member, "optional"] if described.get("optional") else member


def _root(parts: list[Any]) -> tuple[list[Any], bool]:
    """What stands before "...", and whether it stands there; what was added behind it is not in our descriptions."""
    grows = None in parts
    if grows and parts[-1] is not None:
        raise ValueError("additions are not read in browsers")
    return (parts[:-1] if grows else parts), grows


def _bounds(ranges: list[Any]) -> tuple[int, int]:
    (one,) = ranges
    least, most = one if isinstance(one, tuple | list) else (one, one)
    if not isinstance(least, int) or not isinstance(most, int):
        raise ValueError(f"from {least} to {most} is no range that is read in browsers")
    return least, most
