"""One request to one operation: who asks, what exactly, once; and the answer, or the problem.

The body is decoded strictly here (a framework would make 5 of "5"), unknown members are let pass, and an answer is
encoded from types that cannot say null.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from anyio import to_thread

from rerail.desk.retailing_once import Asked
from rerail.people.clients import Pass, PassRefused
from rerail.sale.errors import SaleError
from rerail.web.i18n import preferred
from rerail.web.osdm.calls import Call, Done, Provider, Read, Reply, Write
from rerail.web.osdm.failures import failure
from rerail.web.osdm.interface import Endpoint
from rerail.web.osdm.operations import Operation
from rerail.web.osdm.problems import Refused, of_sale, unreadable
from rerail.web.osdm.question import JSON, Packed, Question, unpack


def endpoint(operation: Operation, done: Done | None, provider: Provider) -> Endpoint:
    """What answers an operation; without a module that does it, its 501."""
    decoder = msgspec.json.Decoder(done.takes, strict=True) if done is not None and done.takes is not None else None

    async def answer(asked: Question) -> Packed:
        try:
            retailer = _let_in(asked, operation, provider)
            if done is None:
                raise _absent(operation)
            call, content = await _understood(asked, done, decoder, provider, retailer)
            key = asked.headers.get("idempotency-key") if operation.method in ("POST", "PATCH") else None
            secret = isinstance(done, Write) and done.secret(call.body)
            known = Asked(client=retailer.client, key=key, content=_named(asked, content), secret=secret)
            if isinstance(done, Write):
                deed = done.deed(call)
                return unpack.decode(await provider.retailing.run(provider.once.act(known, deed, _packed)))
            return await _read(done, call, known, provider)
        except SaleError as error:
            return failure(asked.scope, of_sale(error, done.codes if isinstance(done, Write) else {}))
        except Exception as error:
            return failure(asked.scope, error)

    return answer


async def _read(done: Read, call: Call[Any], asked: Asked, provider: Provider) -> Packed:
    kept = await to_thread.run_sync(provider.once.kept, asked) if asked.key is not None else None
    if kept is not None:
        return unpack.decode(kept)
    said = await to_thread.run_sync(done.answer, call) if done.threaded else done.answer(call)
    if asked.key is None:
        return _answer(said)
    return unpack.decode(await provider.retailing.run(provider.once.keep(asked, _packed(said))))


def _let_in(asked: Question, operation: Operation, provider: Provider) -> Pass:
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
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
    asked: Question, done: Done, decoder: msgspec.json.Decoder[Any] | None, provider: Provider, retailer: Pass
) -> tuple[Call[Any], bytes]:
    content, body = b"", None
    if decoder is not None:
        content = await asked.content()
        body = _decoded(asked, content, decoder, bodiless=isinstance(done, Write) and done.bodiless)
    line = provider.retailing.selling.current.snapshot().line
    call = Call(
        provider=provider,
        retailer=retailer,
        path=asked.values,
        query=_query(asked, done),
        headers=asked.headers,
        language=preferred(asked.headers.get("accept-language", ""), line.languages),
        body=body,
    )
    return call, content


def _decoded(asked: Question, content: bytes, decoder: msgspec.json.Decoder[Any], *, bodiless: bool) -> Any:
    if not content and bodiless:
        content = b"{}"
    else:
        media_type = asked.headers.get("content-type", JSON).partition(";")[0].strip().lower()
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
    except RecursionError:
        detail = "Lists and objects stand in one another more deeply than can be read."
        raise Refused(400, "MALFORMED_REQUEST", "The body is nested too deeply", detail) from None


def _whole(value: Any) -> Any:
    """The same with every 7.0 as 7: in JSON that is one number."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(member) for name, member in value.items()}
    return [_whole(member) for member in value] if isinstance(value, list) else value


def _query(asked: Question, done: Done) -> dict[str, str]:
    """The query parameters an operation looks at; one that comes several times is joined with commas."""
    found: dict[str, str] = {}
    needs = done.needs if isinstance(done, Read) else {}
    names = (*done.query, *needs)
    if names:
        for name, value in parse_qsl(asked.query.decode("ascii", "replace"), keep_blank_values=True):
            plain = name.removesuffix("[]")
            if plain in names:
                found[plain] = f"{found[plain]},{value}" if plain in found else value
    for name, words in needs.items():
        if not found.get(name) or (words and found[name] not in words):
            may_be = f"one of {', '.join(words)}" if words else "a text"
            raise Refused(400, "MALFORMED_REQUEST", "A parameter is missing", f"{name} must be {may_be}.")
    return found


def _named(asked: Question, content: bytes) -> bytes:
    return f"{asked.method} {asked.path}\n".encode() + content


def _packed(said: Any) -> bytes:
    return msgspec.msgpack.encode(_answer(said))


def _answer(said: Any) -> Packed:
    reply = said if isinstance(said, Reply) else Reply(body=said)
    body = msgspec.json.encode(reply.body) if reply.body is not None else b""
    status = reply.status if body or reply.status != 200 else 204
    return Packed(status, body, reply.headers)
