"""Values into unaligned PER (ITU-T X.691, canonical), by functions made once from an ASN.1 description.

A value becomes a text of "0" and "1": pieces of any length are then simply written one after the other. For each
type of the description `packers` makes the function that writes it; what a type does not allow is refused (`Unfit`).
Made for speed: it is what the selling of a ticket spends most on after its signature. It writes the constructs that
`asn1/*.asn` use, and is held against a whole ASN.1 library in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

Pack = Callable[[Any], str]
Described = Mapping[str, Any]
"""A type as the parser of descriptions gives it."""

_SEVEN: Final = {chr(code): f"{code:07b}" for code in range(128)}
_SHORT: Final = [f"{length:08b}" for length in range(128)]
_MOST: Final = 16_384
"""From this length on a value would be cut into fragments: no barcode is that long."""


_FEW: Final = 2048
"""Of so many values of a range each is written once."""
_KEPT: Final = 4096
"""Texts kept as they are written: stations, classes and currencies are the same on ticket after ticket."""


class Packed(str):
    """A value that is packed already: taken as it is where its type is due; where octets are, filled up to octets."""

    __slots__ = ()

    def octets(self) -> bytes:
        """Filled up with zeros to whole octets, at least one."""
        size = max(1, -(-len(self) // 8))
        return int(self.ljust(size * 8, "0"), 2).to_bytes(size, "big")


class Unfit(ValueError):
    """A value that its type does not allow; says where it is and why."""


def packers(types: Mapping[str, Described]) -> Mapping[str, Pack]:
    """For each type of a description the function that packs its values."""
    made: dict[str, Pack] = {}

    def of(described: Described) -> Pack:
        kind = described["type"]
        if kind not in types:
            return _MAKERS[kind](described, of)

        def named(value: Any) -> str:
            # Found when it is needed: types may name each other in any order.
            return made[kind](value)

        return named

    made.update((name, of(described)) for name, described in types.items())
    return made


def _sequence(described: Described, of: Callable[[Described], Pack]) -> Pack:
    members = [one for one in described["members"] if one is not None]
    extensible = "0" if None in described["members"] else ""
    writers = {one["name"]: of(one) for one in members}
    defaults = {one["name"]: one["default"] for one in members if "default" in one}
    needed = {one["name"] for one in members if "default" not in one and not one.get("optional")}

    @cache
    def plan(given: tuple[str, ...]) -> tuple[str, list[tuple[str, Pack]]]:
        """The bits that tell which members there are, and how these are packed, in the order of the description."""
        if unknown := set(given) - set(writers):
            raise Unfit(f"there is no {min(unknown)}")
        if missing := needed - set(given):
            raise Unfit(f"{min(missing)}: is missing")
        bits = "".join("1" if one["name"] in given else "0" for one in members if one["name"] not in needed)
        return extensible + bits, [(one["name"], writers[one["name"]]) for one in members if one["name"] in given]

    def pack(value: Any) -> str:
        if isinstance(value, Packed):
            return value
        # Canonical: what is as the description has it anyway is left out.
        given = tuple([name for name, one in value.items() if name not in defaults or one != defaults[name]])
        bits, content = plan(given)
        packed = [bits]
        name = ""
        try:
            for name, write in content:
                packed.append(write(value[name]))
        except Unfit as error:
            raise Unfit(f"{name}: {error}") from None
        return "".join(packed)

    return pack


def _sequence_of(described: Described, of: Callable[[Described], Pack]) -> Pack:
    element = of(described["element"])
    return lambda value: _length(len(value)) + "".join([element(one) for one in value])


def _choice(described: Described, of: Callable[[Described], Pack]) -> Pack:
    members = [one for one in described["members"] if one is not None]
    extensible = "0" if None in described["members"] else ""
    width = (len(members) - 1).bit_length()
    plan = {one["name"]: (f"{extensible}{number:0{width}b}", of(one)) for number, one in enumerate(members)}

    def pack(value: Any) -> str:
        name, content = value
        which, member = plan[name]
        return which + member(content)

    return pack


def _integer(described: Described, _of: object) -> Pack:
    if "restricted-to" not in described:
        return _any_integer
    ((low, high),) = described["restricted-to"]
    width = (high - low).bit_length()
    # The minutes of a day, the days of a year: looking them up is much quicker than writing them.
    few = {value: f"{value - low:0{width}b}" for value in range(low, high + 1)} if high - low < _FEW else {}

    def pack(value: int) -> str:
        found = few.get(value)
        if found is not None:
            return found
        if not low <= value <= high:
            raise Unfit(f"{value} is not in {low} to {high}")
        return f"{value - low:0{width}b}"

    return pack


def _any_integer(value: int) -> str:
    size = (value.bit_length() if value >= 0 else (~value).bit_length()) // 8 + 1
    return _octets(value.to_bytes(size, "big", signed=True))


def _boolean(_described: Described, _of: object) -> Pack:
    return lambda value: "1" if value else "0"


def _enumerated(described: Described, _of: object) -> Pack:
    names = [one[0] for one in described["values"] if one is not None]
    extensible = "0" if None in described["values"] else ""
    width = (len(names) - 1).bit_length()
    packed = {name: f"{extensible}{number:0{width}b}" for number, name in enumerate(names)}

    def pack(value: str) -> str:
        if value not in packed:
            raise Unfit(f"{value!r} is none of {', '.join(names)}")
        return packed[value]

    return pack


def _ia5(described: Described, _of: object) -> Pack:
    least, most = _sizes(described.get("size"))
    width = (most - least).bit_length() if most else 0

    @lru_cache(_KEPT)
    def pack(value: str) -> str:
        size = len(value)
        if not value.isascii():
            raise Unfit("is not in plain letters")
        letters = "".join([_SEVEN[letter] for letter in value])
        if not most:
            return _length(size) + letters
        if not least <= size <= most:
            raise Unfit(f"{size} letters are not {least} to {most}")
        return f"{size - least:0{width}b}{letters}" if width else letters

    return pack


def _sizes(size: Sequence[Any] | None) -> tuple[int, int]:
    """The least and the most letters; 0 and 0 for any number."""
    if size is None:
        return 0, 0
    (one,) = size
    return (one[0], one[1]) if isinstance(one, tuple) else (one, one)


def _utf8(_described: Described, _of: object) -> Pack:
    return _text


@lru_cache(_KEPT)
def _text(value: str) -> str:
    try:
        return _octets(value.encode())
    except UnicodeEncodeError:
        raise Unfit("is no text") from None


def _octet_string(_described: Described, _of: object) -> Pack:
    def pack(value: bytes | Packed) -> str:
        if not isinstance(value, Packed):
            return _octets(value)
        size = max(1, -(-len(value) // 8))
        return _length(size) + value.ljust(size * 8, "0")

    return pack


def _octets(value: bytes) -> str:
    return _length(len(value)) + (bin(int.from_bytes(b"\1" + value, "big"))[3:])


def _length(length: int) -> str:
    if length < 128:
        return _SHORT[length]
    if length >= _MOST:
        raise Unfit(f"is too long: {length}")
    return f"10{length:014b}"


def _object_identifier(_described: Described, _of: object) -> Pack:
    return _identifier


@cache
def _identifier(dotted: str) -> str:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = b"".join(_arc(arc) for arc in (first * 40 + second, *rest))
    return _octets(content)


def _arc(arc: int) -> bytes:
    """Seven bits in an octet, the first bit of all but the last set."""
    septets = [arc & 127]
    while arc := arc >> 7:
        septets.append(arc & 127 | 128)
    return bytes(reversed(septets))


def _null(_described: Described, _of: object) -> Pack:
    def pack(_value: object) -> str:
        raise Unfit("is a part that is not written")

    return pack


_MAKERS: Final[Mapping[str, Callable[[Described, Callable[[Described], Pack]], Pack]]] = {
    "SEQUENCE": _sequence,
    "SEQUENCE OF": _sequence_of,
    "CHOICE": _choice,
    "INTEGER": _integer,
    "BOOLEAN": _boolean,
    "ENUMERATED": _enumerated,
    "IA5String": _ia5,
    "UTF8String": _utf8,
    "OCTET STRING": _octet_string,
    "OBJECT IDENTIFIER": _object_identifier,
    "NULL": _null,
}
