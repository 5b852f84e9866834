"""`GET /osdm/openapi.json`: what this provider takes and gives, derived from the types that it decodes and encodes.

What answers 501 is no path of it, and is listed under `x-not-implemented`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.response import Response

from rerail import __version__
from rerail.web.osdm.calls import Done, Read, Write
from rerail.web.osdm.operations import OPERATIONS, Operation
from rerail.web.osdm.problems import MEDIA_TYPE, Problem
from rerail.web.osdm.question import JSON, PREFIX
from rerail.web.osdm.token import PATH as TOKEN_PATH

_REFERENCES: Final = "#/components/schemas/{name}"


def openapi_route(done: Mapping[str, Done], site: str) -> HTTPRouteHandler:
    """The address of the document."""
    content = msgspec.json.encode(document(done, site))

    async def openapi() -> Response[bytes]:
        return Response(content, media_type=JSON, headers={"cache-control": "public, max-age=300"})

    return HTTPRouteHandler(f"{PREFIX}/openapi.json", http_method="GET", name="osdm openapi")(openapi)


def document(done: Mapping[str, Done], site: str) -> dict[str, Any]:
    """The document (OpenAPI 3.1)."""
    types = [Problem, *dict.fromkeys(one for each in done.values() for one in (each.takes, each.gives) if one)]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCES)
    schema_of = {str(one): schema for one, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    absent: list[dict[str, str]] = []
    for operation in OPERATIONS:
        if operation.id in done:
            described = _operation(operation, done[operation.id], schema_of)
            paths.setdefault(operation.path, {})[operation.method.lower()] = described
        else:
            named = {"operationId": operation.id, "method": operation.method, "path": operation.path}
            absent.append({**named, "reason": operation.absent})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rerail: OSDM 3.9 provider",
            "version": __version__,
            "description": "Implements OSDM 3.9 (UIC IRS 90918-10). What is done, and why what is not: docs/osdm.md.",
        },
        "servers": [{"url": f"{site}{PREFIX}"}],
        "security": [{"oauth": []}],
        "paths": paths,
        "x-not-implemented": absent,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "oauth": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": f"{site}{TOKEN_PATH}",
                            "scopes": {
                                "timetable": "stations, trips, products, coaches",
                                "sale": "offers, bookings, tickets",
                                "after-sale": "giving back and exchanging",
                            },
                        }
                    },
                }
            },
        },
    }


def _operation(operation: Operation, done: Done, schema_of: Mapping[str, Any]) -> dict[str, Any]:
    failure = {"description": "A problem", "content": {MEDIA_TYPE: {"schema": schema_of[str(Problem)]}}}
    said: dict[str, Any] = {
        "operationId": operation.id,
        "security": [{"oauth": [operation.scope]}],
        "parameters": _parameters(operation, done),
    }
    if done.takes is not None:
        content = {JSON: {"schema": schema_of[str(done.takes)]}}
        said["requestBody"] = {"required": not (isinstance(done, Write) and done.bodiless), "content": content}
    answers: dict[str, Any] = {}
    if done.gives is None:
        answers["204"] = {"description": "Done"}
    else:
        content = {JSON: {"schema": schema_of[str(done.gives)]}}
        answers[_SUCCESS.get(operation.id, "200")] = {"description": "The answer", "content": content}
    return {**said, "responses": {**answers, **_other(operation, done, schema_of), "default": failure}}


_SUCCESS: Final = {"postBookingCleanup": "202"}
"""The status of a success, where it is not 200."""
_KEPT: Final = frozenset(
    {
        *("getPlaces", "getProducts", "getProductsId", "getPassengerCategories"),
        *("getCoachDeckLayouts", "getCoachDeckLayout", "getPromotionCodes", "getReductionCards", "getZones"),
    }
)
"""What is answered with an ETag, and 304 to who has it (`rerail.web.osdm.master_data`)."""


def _other(operation: Operation, done: Done, schema_of: Mapping[str, Any]) -> dict[str, Any]:
    if operation.id in _KEPT:
        return {"304": {"description": "Not changed since the ETag"}}
    if operation.id == "patchBookingPassengers":
        content = {JSON: {"schema": schema_of[str(done.gives)]}}
        return {"207": {"description": "Some passengers were changed, others not", "content": content}}
    return {}


def _parameters(operation: Operation, done: Done) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    found += [{"name": name, "in": "query", "schema": text} for name in done.query]
    for name, words in (done.needs if isinstance(done, Read) else {}).items():
        schema = {"type": "string", "enum": list(words)} if words else {"type": "string", "minLength": 1}
        found.append({"name": name, "in": "query", "required": True, "schema": schema})
    found.append({"name": "Accept-Language", "in": "header", "schema": text})
    if operation.method in ("POST", "PATCH"):
        key = {"type": "string", "minLength": 1, "maxLength": 200}
        found.append({"name": "Idempotency-Key", "in": "header", "schema": key})
    return found
