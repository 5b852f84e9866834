"""Whatever a shape allows, drawn by hypothesis: every field there and not there, every name of every list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from rerail.ticket.inspection import Shape

_LETTERS: Final = st.characters(max_codepoint=127)

_OIDS: Final = st.builds(
    lambda first, second, rest: ".".join(map(str, (first, second, *rest))),
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**70), max_size=5),
)

_UNBOUNDED: Final[dict[str, st.SearchStrategy[Any]]] = {
    "boolean": st.booleans(),
    "ia5": st.text(_LETTERS, max_size=12) | st.text(_LETTERS, min_size=126, max_size=130),
    "integer": st.integers(-(2**80), 2**80) | st.integers(-200, 70_000),
    "octets": st.binary(max_size=12),
    "oid": _OIDS,
    "utf8": st.text(st.characters(codec="utf-8"), max_size=12),
}


def values(shapes: Mapping[str, Shape], name: str, depth: int = 6) -> st.SearchStrategy[Any]:
    """Values of a shape as asn1tools takes them. What is not read is never drawn; lists are short."""
    return _values(shapes, name, depth)


def _values(shapes: Mapping[str, Shape], shape: Shape, depth: int) -> st.SearchStrategy[Any]:
    if isinstance(shape, str):
        return _values(shapes, shapes[shape], depth - 1)
    match shape:
        case ["sequence", _, members]:
            return _sequence(shapes, members, depth)
        case ["choice", _, members]:
            readable = [member for member in members if not _is_null(shapes, member[1])]
            offered = readable if depth > 0 else readable[:1]
            return st.one_of(*(st.tuples(st.just(name), _values(shapes, one, depth)) for name, one, *_ in offered))
        case ["enumerated", _, names]:
            return st.sampled_from(names)
        case ["list", element]:
            return st.lists(_values(shapes, element, depth), max_size=2)
        case ["integer", least, most]:
            return st.integers(least, most)
        case ["ia5", least, most]:
            return st.text(_LETTERS, min_size=least, max_size=most)
        case [kind]:
            return _UNBOUNDED[kind]
    raise ValueError(shape)


def _sequence(shapes: Mapping[str, Shape], members: list[Any], depth: int) -> st.SearchStrategy[dict[str, Any]]:
    needed, optional = {}, {}
    for name, shape, *mode in members:
        if not mode:
            needed[name] = _values(shapes, shape, depth)
        elif depth > 0 and not _is_null(shapes, shape):
            optional[name] = _values(shapes, shape, depth)
    return st.fixed_dictionaries(needed, optional=optional)


def _is_null(shapes: Mapping[str, Shape], shape: Shape) -> bool:
    return (shapes[shape] if isinstance(shape, str) else shape) == ["null"]
