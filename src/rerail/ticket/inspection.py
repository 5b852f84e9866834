"""What a browser needs to read a ticket: the descriptions in `asn1/` in a form that a small script can walk along.

The script is `web/static/office/inspect/uper.js`. It goes by the same descriptions as `coding`, so the two cannot
drift apart.
"""

from __future__ import annotations

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
    "NULL": "null",
    "OBJECT IDENTIFIER": "oid",
    "OCTET STRING": "octets",
    "UTF8String": "utf8",
}
_BOUNDED: Final = {"INTEGER": ("integer", "restricted-to"), "IA5String": ("ia5", "size")}
_OF_A_MEMBER: Final = frozenset({"name", "optional", "default"})


def schema() -> dict[str, Shape]:
    """The shapes of frame and ticket by name: the whole code is a "Frame", what FCB3 holds is "TicketData"."""
    return shapes(description())


def shapes(text: str) -> dict[str, Shape]:
    """The shapes of ASN.1 modules with automatic tags, by name.

    Raises `ValueError` for what no ticket needs: better no script than one that guesses.
    """
    found: dict[str, Shape] = {}
    for module in asn1tools.parse_string(text).values():
        for name, described in module["types"].items():
            if name in found:
                raise ValueError(f"{name} is described twice")
            found[name] = _shape(described)
    return found


def _shape(described: dict[str, Any]) -> Shape:
    match {name: value for name, value in described.items() if name not in _OF_A_MEMBER}:
        case {"type": "SEQUENCE" | "CHOICE" as kind, "members": members, **rest} if not rest:
            root, grows = _root(members)
            return [kind.lower(), grows, [_member(one) for one in root]]
        case {"type": "ENUMERATED", "values": values, **rest} if not rest:
            root, grows = _root(values)
            return ["enumerated", grows, [name for name, _ in sorted(root, key=lambda value: int(value[1]))]]
        case {"type": "SEQUENCE OF", "element": element, **rest} if not rest:
            return ["list", _shape(element)]
        case {"type": "INTEGER" | "IA5String" as kind, **rest}:
            name, where = _BOUNDED[kind]
            return [name, *_bounds(rest.pop(where))] if rest.keys() == {where} else _without(rest, [name])
        case {"type": kind, **rest}:
            return _without(rest, [_PLAIN[kind]] if kind in _PLAIN else str(kind))
    raise ValueError(f"a {described['type']} like this is not read in browsers")


def _member(described: dict[str, Any]) -> list[Any]:
    member = [described["name"], _shape(described)]
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


def _without(rest: dict[str, Any], shape: Shape) -> Shape:
    if rest:
        raise ValueError(f"{shape} with {', '.join(rest)} is not read in browsers")
    return shape
