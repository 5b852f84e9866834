"""Any error as a problem. One that only we can cause is logged, with a reference that the caller gets too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from rerail.places.refusal import PlacesError
from rerail.sale.errors import SaleError
from rerail.store.engine import StoreError
from rerail.ticket.problem import NoKey
from rerail.web.log import web_log, where
from rerail.web.osdm.problems import MEDIA_TYPE, Refused, of_sale
from rerail.web.osdm.question import Packed

AnyRequest = Request[Any, Any, Any]

_log: Final = web_log()


def failure(scope: Mapping[str, Any], error: Exception) -> Packed:
    """The answer to a request that failed."""
    if isinstance(error, SaleError | PlacesError):
        error = of_sale(error)
    elif isinstance(error, HTTPException) and error.status_code < 500:
        error = _of_http(error)
    elif isinstance(error, StoreError):
        _log.error("database out of reach", route=_route(scope), error=str(error))
        error = Refused(
            503,
            "SERVICE_UNAVAILABLE",
            "Temporarily unavailable",
            "The database is out of reach; try again.",
            headers=[("retry-after", "10")],
        )
    elif isinstance(error, NoKey):
        _log.error("no key signs tickets", route=_route(scope), error=str(error))
        error = Refused(503, "SERVICE_UNAVAILABLE", "No ticket can be issued", str(error))
    elif not isinstance(error, Refused):
        error = _unexpected(scope, error)
    return Packed(error.status, msgspec.json.encode(error.problem), (("content-type", MEDIA_TYPE), *error.headers))


def failed(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The same for what the router serves."""
    packed = failure(request.scope, error)
    headers = {"cache-control": "no-store", **dict(packed.headers)}
    return Response(packed.body, status_code=packed.status, media_type=headers.pop("content-type"), headers=headers)


def _unexpected(scope: Mapping[str, Any], error: Exception) -> Refused:
    reference = secrets.token_hex(4)
    _log.error(
        "unexpected error",
        reference=reference,
        method=scope["method"],
        route=_route(scope),
        type=type(error).__qualname__,
        frames=where(error),
    )
    detail = f"A mistake of ours; our log has it under {reference}."
    return Refused(500, "UNKNOWN_ERROR", "Internal error", detail)


_HTTP: Final = {
    404: (
        "RESOURCE_NOT_FOUND",
        "No such resource",
        "There is no such address; GET /osdm/openapi.json lists those there are.",
        False,
    ),
    405: ("METHOD_NOT_ALLOWED", "Method not allowed", "This address does not take the method.", True),
    413: ("TOO_LARGE", "Too large", "The body has more than four mebibytes.", True),
}


def _of_http(error: HTTPException) -> Refused:
    code, title, detail, own = _HTTP.get(
        error.status_code, ("MALFORMED_REQUEST", "Invalid request", error.detail, False)
    )
    headers = [(name.lower(), value) for name, value in (error.headers or {}).items()]
    return Refused(error.status_code, code, title, detail, headers=headers, own=own)


def _route(scope: Mapping[str, Any]) -> str:
    return str(scope.get("path_template") or "unmatched")
