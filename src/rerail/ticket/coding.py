"""ASN.1 in unaligned PER: the two descriptions in `asn1/`, read once when first needed (about 0.1 s)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import asn1tools

from rerail.ticket.packing import Pack, Packed, Unfit, packers
from rerail.ticket.problem import NotEncodable, Unreadable

_FOLDER: Final = Path(__file__).parent / "asn1"

TypeName = Literal["Frame", "Level1Data", "TicketData", "Control", "Extension"]


def description() -> str:
    """Both descriptions, one after the other."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in ("frame.asn", "ticket.asn"))


@cache
def _described() -> dict[str, Any]:
    found: dict[str, Any] = asn1tools.parse_string(description())
    return found


@cache
def _compiled() -> Any:
    return asn1tools.compile_dict(deepcopy(_described()), "uper")


@cache
def _packers() -> Mapping[str, Pack]:
    return packers({name: one for module in _described().values() for name, one in module["types"].items()})


def packed(type_name: TypeName, value: dict[str, Any]) -> Packed:
    """The value in canonical unaligned PER, not yet filled up to octets. Raises `NotEncodable`, naming the field."""
    try:
        return Packed(_packers()[type_name](value))
    except Unfit as error:
        raise NotEncodable("This ticket does not fit into a barcode: %(why)s.", why=str(error)) from None


def encode(type_name: TypeName, value: dict[str, Any]) -> bytes:
    """The value in canonical unaligned PER. Raises `NotEncodable`, naming the field."""
    return packed(type_name, value).octets()


def decode(type_name: TypeName, encoded: bytes) -> dict[str, Any]:
    """The value of unaligned PER. Raises `Unreadable`, also where it holds what the description calls NotRead."""
    try:
        value: dict[str, Any] = _compiled().decode(type_name, encoded, check_constraints=True)
    except (asn1tools.Error, ValueError, IndexError, OverflowError, NotImplementedError) as error:
        why = str(error).rstrip(".") or "it ends early"
        raise Unreadable("This is no ticket in a dynamic frame U2: %(why)s.", why=why) from None
    unknown = _not_read(value)
    if unknown is not None:
        raise Unreadable("This ticket has a part that Rerail does not read: %(part)s.", part=unknown)
    return value


def _not_read(value: object) -> str | None:
    """The name of the first field whose description is a placeholder: it decodes to None, as nothing else does."""
    if isinstance(value, dict):
        for name, part in value.items():
            if part is None:
                return str(name)
            found = _not_read(part)
            if found is not None:
                return found
    elif isinstance(value, list):
        return next((found for part in value if (found := _not_read(part)) is not None), None)
    elif isinstance(value, tuple):  # a choice: the alternative's name and its value
        return str(value[0]) if value[1] is None else _not_read(value[1])
    return None
