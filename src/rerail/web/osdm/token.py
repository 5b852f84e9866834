"""`POST /osdm/oauth/token`: an access token for a client's secret (RFC 6749, section 4.4) or assertion (RFC 7523)."""

from __future__ import annotations

import base64
import binascii
import time
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from anyio import to_thread
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from rerail.desk.clients import ClientRefused, Granted, ScopeRefused
from rerail.people.client_keys import AssertionRefused, claimed_by
from rerail.web.osdm.calls import Provider
from rerail.web.osdm.question import JSON, PREFIX

PATH: Final = f"{PREFIX}/oauth/token"
FORM: Final = "application/x-www-form-urlencoded"
JWT_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_PER_ADDRESS: Final = 600
"""Requests for tokens in a minute from one address."""


class Token(Struct, frozen=True, kw_only=True):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  (the scheme's name)
    expires_in: int
    """Seconds."""
    scope: str


class TokenError(Struct, frozen=True, kw_only=True):
    """Why there is none (section 5.2)."""

    error: str
    error_description: str


def token_route(provider: Provider) -> HTTPRouteHandler:
    """The token endpoint."""

    async def token(request: Request[Any, Any, Any]) -> Response[bytes]:
        address = request.client.host if request.client is not None else ""
        seconds = provider.limits.wait(f"address {address}", _PER_ADDRESS, time.monotonic())
        if seconds:
            return _refused(429, "slow_down", "Too many requests for tokens.", {"retry-after": str(seconds)})
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            return _refused(400, "invalid_request", f"Send a form ({FORM}).")
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        return await to_thread.run_sync(_granted, request, form, provider)

    return HTTPRouteHandler(PATH, http_method="POST", status_code=200, name="osdm token")(token)


def _granted(request: Request[Any, Any, Any], form: dict[str, str], provider: Provider) -> Response[bytes]:
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", "The only grant is client_credentials.")
    scopes = form["scope"].split() if form.get("scope", "").strip() else None
    ways = [request.headers.get("authorization"), form.get("client_secret"), form.get("client_assertion")]
    if sum(one is not None for one in ways) > 1:
        return _refused(400, "invalid_request", "Prove who you are in one way: Basic, client_secret or an assertion.")
    try:
        if "client_assertion" in form:
            granted = _by_assertion(form, provider, scopes)
        else:
            granted = provider.gate.granted(*_credentials(request, form), scopes)
    except (ClientRefused, AssertionRefused) as error:
        return _refused(401, "invalid_client", str(error), {"www-authenticate": 'Basic realm="osdm"'})
    except ScopeRefused as error:
        return _refused(400, "invalid_scope", str(error))
    said = Token(
        access_token=granted.token, expires_in=int(granted.lives.total_seconds()), scope=" ".join(granted.scopes)
    )
    return _said(200, said, {})


def _by_assertion(form: dict[str, str], provider: Provider, scopes: list[str] | None) -> Granted:
    """Raises `AssertionRefused`, `ClientRefused`, `ScopeRefused`."""
    if form.get("client_assertion_type") != JWT_BEARER:
        raise AssertionRefused(f"The client_assertion_type is to be {JWT_BEARER}.")
    assertion = form["client_assertion"]
    if form.get("client_id") not in (None, claimed_by(assertion)):
        raise AssertionRefused("The client_id is not the assertion's sub; it may be left out.")
    return provider.gate.granted_by(assertion, f"{provider.site}{PATH}", scopes)


def _credentials(request: Request[Any, Any, Any], form: dict[str, str]) -> tuple[str, str]:
    """In the form, or as HTTP Basic (section 2.3.1)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _refused(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    return _said(status, TokenError(error=error, error_description=description), headers or {})


def _said(status: int, body: Struct, headers: dict[str, str]) -> Response[bytes]:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type=JSON,
        headers={"cache-control": "no-store", "pragma": "no-cache", **headers},
    )
