"""One request to one operation: who asks, what exactly, once; and the answer, or the problem.

The body is decoded strictly here (a framework would make 5 of "5"), unknown members are let pass, and an answer is
encoded from types that cannot say null.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from anyio import to_thread
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from rerail.desk.retailing import Asked
from rerail.people.clients import Pass, PassRefused
from rerail.places.refusal import PlacesError
from rerail.sale.errors import SaleError
from rerail.store.engine import StoreError
from rerail.web.i18n import preferred
from rerail.web.log import web_log, where
from rerail.web.osdm.calls import Call, Done, Provider, Read, Reply, Write
from rerail.web.osdm.operations import Operation
from rerail.web.osdm.problems import MEDIA_TYPE, Problem, Refused, of_sale, unreadable

AnyRequest = Request[Any, Any, Any]

PREFIX: Final = "/osdm"
JSON: Final = "application/json"
_GREATEST_BODY: Final = 4 * 2**20
"""A group of 300, and 20 offers with their ids."""
_log: Final = web_log()


class Packed(Struct, frozen=True, array_like=True):
    """An answer as it is sent, and kept under a key."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


_unpack: Final = msgspec.msgpack.Decoder(Packed)


def endpoint(operation: Operation, done: Done | None, provider: Provider) -> HTTPRouteHandler:
    """The route of an operation; without a module that does it, its 501."""
    decoder = msgspec.json.Decoder(done.takes, strict=True) if done is not None and done.takes is not None else None

    async def answer(request: AnyRequest) -> Response[bytes]:
        try:
            retailer = _let_in(request, operation, provider)
            if done is None:
                raise _absent(operation)
            call, content = await _understood(request, done, decoder, provider, retailer)
            key = request.headers.get("idempotency-key") if operation.method in ("POST", "PATCH") else None
            secret = isinstance(done, Write) and done.secret(call.body)
            asked = Asked(client=retailer.client, key=key, content=_named(request, content), secret=secret)
            if isinstance(done, Write):
                deed = done.deed(call)
                packed = await provider.retailing.run(provider.retailing.once(asked, deed, _packed))
                return _sent(_unpack.decode(packed))
            return _sent(await _read(done, call, asked, provider))
        except SaleError as error:
            return failed(request, of_sale(error, done.codes if isinstance(done, Write) else {}))
        except Exception as error:
            return failed(request, error)

    return HTTPRouteHandler(
        PREFIX + operation.path.replace("}", ":str}"),
        http_method=operation.method,
        status_code=200,
        name=f"osdm {operation.id}",
        request_max_body_size=_GREATEST_BODY,
    )(answer)


def allowed(path: str, methods: Iterable[str]) -> HTTPRouteHandler:
    """`OPTIONS` of a path: the methods that it takes."""
    headers = {"allow": ", ".join(sorted({*methods, "OPTIONS"}))}

    async def answer() -> Response[None]:
        return Response(None, status_code=204, headers=headers)

    return HTTPRouteHandler(PREFIX + path.replace("}", ":str}"), http_method="OPTIONS", status_code=204)(answer)


async def _read(done: Read, call: Call[Any], asked: Asked, provider: Provider) -> Packed:
    kept = await to_thread.run_sync(provider.retailing.kept, asked) if asked.key is not None else None
    if kept is not None:
        return _unpack.decode(kept)
    said = await to_thread.run_sync(done.answer, call) if done.threaded else done.answer(call)
    packed = _packed(said)
    if asked.key is not None:
        packed = await provider.retailing.run(provider.retailing.keep(asked, packed))
    return _unpack.decode(packed)


def _let_in(request: AnyRequest, operation: Operation, provider: Provider) -> Pass:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorized("Send an access token: Authorization: Bearer …; POST /osdm/oauth/token gives one.")
    try:
        retailer = provider.gate.shown(token.strip())
    except PassRefused as error:
        raise _unauthorized(str(error)) from None
    seconds = provider.limits.wait(retailer.client, retailer.per_minute, time.monotonic())
    if seconds:
        raise Refused(
            429,
            "RATE_LIMIT",
            "Too many requests",
            f"This client makes at most {retailer.per_minute} requests in a minute; try again in {seconds} s.",
            headers=[("retry-after", str(seconds))],
            own=True,
        )
    if operation.scope not in retailer.scopes:
        raise Refused(
            403,
            "OPERATION_NOT_PERMITTED",
            "The token is not good for this",
            f'This operation needs the scope "{operation.scope}"; the token has {" ".join(retailer.scopes)}.',
        )
    return retailer


def _unauthorized(detail: str) -> Refused:
    headers = [("www-authenticate", 'Bearer realm="osdm"')]
    return Refused(401, "UNAUTHORIZED", "No valid access token", detail, headers=headers)


def _absent(operation: Operation) -> Refused:
    return Refused(501, "OPERATION_NOT_IMPLEMENTED", "Not implemented", operation.absent, own=True)


async def _understood(
    request: AnyRequest, done: Done, decoder: msgspec.json.Decoder[Any] | None, provider: Provider, retailer: Pass
) -> tuple[Call[Any], bytes]:
    content, body = b"", None
    if decoder is not None:
        content = await request.body()
        body = _decoded(request, content, decoder, bodiless=isinstance(done, Write) and done.bodiless)
    line = provider.retailing.selling.current.snapshot().line
    call = Call(
        provider=provider,
        retailer=retailer,
        path={name: str(value) for name, value in request.path_params.items()},
        query=_query(request, done),
        headers=request.headers,
        language=preferred(request.headers.get("accept-language", ""), line.languages),
        body=body,
    )
    return call, content


def _decoded(request: AnyRequest, content: bytes, decoder: msgspec.json.Decoder[Any], *, bodiless: bool) -> Any:
    if not content and bodiless:
        content = b"{}"
    else:
        media_type = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if media_type != JSON and not media_type.endswith("+json"):
            raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Not JSON", f'Send {JSON}, not "{media_type[:60]}".', own=True)
    try:
        try:
            return decoder.decode(content)
        except msgspec.ValidationError as error:
            if "got `float`" not in str(error):
                raise
            return decoder.decode(msgspec.json.encode(_whole(msgspec.json.decode(content))))
    except msgspec.ValidationError as error:
        raise unreadable(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, "MALFORMED_REQUEST", "The body is no JSON", str(error)) from None


def _whole(value: Any) -> Any:
    """The same with every 7.0 as 7: in JSON that is one number."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(member) for name, member in value.items()}
    return [_whole(member) for member in value] if isinstance(value, list) else value


def _query(request: AnyRequest, done: Done) -> dict[str, str]:
    """The query parameters an operation looks at; one that comes several times is joined with commas."""
    found: dict[str, str] = {}
    needs = done.needs if isinstance(done, Read) else {}
    names = (*done.query, *needs)
    if names:
        text = request.scope["query_string"].decode("ascii", "replace")
        for name, value in parse_qsl(text, keep_blank_values=True):
            plain = name.removesuffix("[]")
            if plain in names:
                found[plain] = f"{found[plain]},{value}" if plain in found else value
    for name, words in needs.items():
        if not found.get(name) or (words and found[name] not in words):
            may_be = f"one of {', '.join(words)}" if words else "a text"
            raise Refused(400, "MALFORMED_REQUEST", "A parameter is missing", f"{name} must be {may_be}.")
    return found


def _named(request: AnyRequest, content: bytes) -> bytes:
    return f"{request.scope['method']} {request.scope['path']}\n".encode() + content


def _packed(said: Any) -> bytes:
    reply = said if isinstance(said, Reply) else Reply(body=said)
    body = msgspec.json.encode(reply.body) if reply.body is not None else b""
    status = reply.status if body or reply.status != 200 else 204
    return msgspec.msgpack.encode(Packed(status, body, reply.headers))


def _sent(packed: Packed) -> Response[bytes]:
    headers = dict(packed.headers)
    headers.setdefault("cache-control", "no-store")
    return Response(packed.body, status_code=packed.status, media_type=JSON, headers=headers)


def failed(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Any error as a problem. One that only we can cause is logged, with a reference that the caller gets too."""
    if isinstance(error, SaleError | PlacesError):
        error = of_sale(error)
    elif isinstance(error, HTTPException) and error.status_code < 500:
        error = _of_http(error)
    elif isinstance(error, StoreError):
        _log.error("database out of reach", route=_route(request), error=str(error))
        error = Refused(
            503,
            "SERVICE_UNAVAILABLE",
            "Temporarily unavailable",
            "The database is out of reach; try again.",
            headers=[("retry-after", "10")],
        )
    elif not isinstance(error, Refused):
        error = _unexpected(request, error)
    return _said(error.problem, error.status, error.headers)


def _unexpected(request: AnyRequest, error: Exception) -> Refused:
    reference = secrets.token_hex(4)
    _log.error(
        "unexpected error",
        reference=reference,
        method=request.scope["method"],
        route=_route(request),
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


def _said(problem: Problem, status: int, headers: tuple[tuple[str, str], ...]) -> Response[bytes]:
    content = msgspec.json.encode(problem)
    return Response(
        content, status_code=status, media_type=MEDIA_TYPE, headers={"cache-control": "no-store", **dict(headers)}
    )


def _route(request: AnyRequest) -> str:
    return str(request.scope.get("path_template") or "unmatched")
