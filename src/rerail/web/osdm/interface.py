"""The operations as one ASGI application, which finds by method and path what is asked.

They stand in front of the router: it costs as much as a whole sale, and of what it brings (conversion, injection,
content negotiation) an operation uses nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final

from rerail.web.osdm.failures import failure
from rerail.web.osdm.operations import Operation
from rerail.web.osdm.problems import Refused
from rerail.web.osdm.question import PREFIX, Packed, Question, send

if TYPE_CHECKING:
    from litestar.types import Receive, Send

Endpoint = Callable[[Question], Awaitable[Packed]]


class _Place:
    """A path up to some segment: what leads on from it, and what is done there."""

    __slots__ = ("any", "endpoints", "known", "template")

    def __init__(self) -> None:
        self.known: Final[dict[str, _Place]] = {}
        self.any: _Place | None = None
        """Behind a segment of any words."""
        self.endpoints: Final[dict[str, tuple[Endpoint, tuple[str, ...]]]] = {}
        """By method what is done, and the names of the path's parameters."""
        self.template = ""

    def step(self, segment: str) -> _Place:
        if not segment.startswith("{"):
            return self.known.setdefault(segment, _Place())
        self.any = self.any or _Place()
        return self.any


class Interface:
    """Every operation, done or not."""

    def __init__(self, endpoints: Iterable[tuple[Operation, Endpoint]]) -> None:
        self._root: Final = _Place()
        for operation, endpoint in endpoints:
            place = self._root
            segments = operation.path.strip("/").split("/")
            for segment in segments:
                place = place.step(segment)
            names = tuple(one.strip("{}") for one in segments if one.startswith("{"))
            place.endpoints[operation.method] = (endpoint, names)
            place.template = PREFIX + operation.path

    async def answered(self, scope: MutableMapping[str, Any], receive: Receive, to: Send) -> bool:
        """Answer a request; False if its address is none of the operations'."""
        path: str = scope["path"]
        if not path.startswith(f"{PREFIX}/"):
            return False
        place, values = self._root, []
        for segment in path[len(PREFIX) :].strip("/").split("/"):
            following = place.known.get(segment)
            if following is None:
                following = place.any if segment else None
                values.append(segment)
            if following is None:
                return False
            place = following
        if not place.endpoints:
            return False
        scope["path_template"] = place.template  # what metrics and log call it
        found = place.endpoints.get(scope["method"])
        if found is None:
            allowed = ", ".join(sorted({*place.endpoints, "OPTIONS"}))
            asked = scope["method"] == "OPTIONS"
            await send(Packed(204, b"", (("allow", allowed),)) if asked else _not_allowed(scope, allowed), to)
            return True
        endpoint, names = found
        await send(await endpoint(Question(scope, receive, dict(zip(names, values, strict=True)))), to)
        return True


def _not_allowed(scope: Mapping[str, Any], allowed: str) -> Packed:
    detail = f"This address takes {allowed}."
    return failure(
        scope,
        Refused(405, "METHOD_NOT_ALLOWED", "Method not allowed", detail, headers=[("allow", allowed)], own=True),
    )
