"""What the types of a request cannot say of it, said in JSON Schema: which members go together, how a time is written.

Each rule describes a check that is made elsewhere; without it the document would promise to take what is refused.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta

_LONG: Final = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_SHORT: Final = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
_TIME: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?"

When = Annotated[datetime, Meta(extra_json_schema={"pattern": f"^20[0-9]{{2}}-(?:{_LONG}|{_SHORT})T{_TIME}$"})]
"""A time as asked for: with an offset, or without one on the clock of the station it is about."""

Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]

_NOTHING: Final[dict[str, list[Any]]] = {"enum": [None, []]}


def exactly_one(wanted: dict[str, str], refused: tuple[str, ...] = ()) -> Meta:
    """Of the members `wanted` (with their JSON types) one is said and the others are not; `refused` never are."""
    nothing = dict.fromkeys(refused, _NOTHING)
    return Meta(
        extra_json_schema={
            "oneOf": [
                {
                    "required": [name],
                    "properties": {
                        **nothing,
                        **{other: _NOTHING for other in wanted if other != name},
                        name: {"type": kind, "minItems": 1} if kind == "array" else {"type": kind},
                    },
                }
                for name, kind in wanted.items()
            ]
        }
    )


def text(*names: str) -> dict[str, Any]:
    """These members, each a text that is not empty."""
    return {name: {"type": "string", "minLength": 1} for name in names}


def some_of(members: dict[str, Any]) -> dict[str, Any]:
    """At least one of these members is said, and is as described."""
    return {"anyOf": [{"required": [name], "properties": {name: schema}} for name, schema in members.items()]}
