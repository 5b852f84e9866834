"""Keys by which a client proves who it is without a secret of ours: an assertion that it signs (RFC 7523).

The client keeps the private half; only the public one is ever here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key
from msgspec import Struct

from rerail.people.clients import ClientError

Algorithm = Literal["ES256", "RS256"]

LONGEST_LIFE: Final = timedelta(hours=1)
"""How far ahead an assertion may expire: for so long its name is kept, lest it be used twice."""
SKEW: Final = timedelta(seconds=30)
"""By how much a client's clock may differ from ours."""

_LONGEST: Final = 8192
_LONGEST_ID: Final = 255
_LEAST_RSA_BITS: Final = 2048


class ClientKey(Struct, frozen=True, kw_only=True):
    """A public key of a client."""

    id: str
    """The `kid` of its JWK, else its thumbprint (RFC 7638)."""
    algorithm: Algorithm
    """What is signed with it, and never another."""
    jwk: Mapping[str, Any]
    """The public half alone."""
    created: datetime
    """UTC."""


class Assertion(Struct, frozen=True, kw_only=True):
    """A proof that held."""

    client: str
    id: str
    """Its `jti`: good once."""
    until: datetime
    """UTC."""


class AssertionRefused(ClientError):
    """An assertion that proves nothing; the sentence says which claim is at fault, once the signature is right."""


def read_key(text: str, now: datetime) -> ClientKey:
    """A public key from a JWK or PEM. Raises `ClientError`."""
    try:
        key = import_key(json.loads(text) if text.lstrip().startswith("{") else text, _kind(text))
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise ClientError("This is no public key; give the file of a JWK, or of a key in PEM.") from None
    if not isinstance(key, ECKey | RSAKey):
        raise ClientError("Use an elliptic key on P-256 (ES256) or an RSA key (RS256).")
    if key.is_private:
        raise ClientError("This is a private key. Keep it where the client is, and give its public half here.")
    public = {name: value for name, value in key.as_dict(private=False).items() if name in _MEMBERS}
    return ClientKey(id=_checked_id(key), algorithm=_algorithm(key), jwk=public, created=now)


_MEMBERS: Final = frozenset({"kty", "crv", "x", "y", "n", "e"})


def _kind(text: str) -> Literal["RSA", "EC"] | None:
    """A PEM does not say of what kind its key is until it is read; a JWK does."""
    if text.lstrip().startswith("{"):
        return None
    try:
        RSAKey.import_key(text)
    except (JoseError, ValueError, TypeError):
        return "EC"
    return "RSA"


def _algorithm(key: ECKey | RSAKey) -> Algorithm:
    if isinstance(key, ECKey):
        if key.curve_name != "P-256":
            raise ClientError(f"The key is on the curve {key.curve_name}; use one on P-256 (ES256).")
        return "ES256"
    bits = key.public_key.key_size
    if bits < _LEAST_RSA_BITS:
        raise ClientError(f"The key has {bits} bits; use one of at least {_LEAST_RSA_BITS}.")
    return "RS256"


def _checked_id(key: ECKey | RSAKey) -> str:
    named = key.as_dict(private=False).get("kid")
    found = named if isinstance(named, str) else key.thumbprint()
    if not found or len(found) > _LONGEST_ID or not found.isprintable():
        raise ClientError(f"A key's name (kid) has 1 to {_LONGEST_ID} letters.")
    return found


def claimed_by(assertion: str) -> str | None:
    """Whose an assertion says it is, before anything of it is believed; None if it cannot be read."""
    if len(assertion) > _LONGEST:
        return None
    try:
        claims = json.loads(jws.extract_compact(assertion.encode("ascii")).payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        return None
    subject = claims.get("sub") if isinstance(claims, dict) else None
    return subject if isinstance(subject, str) else None


def checked(assertion: str, keys: Sequence[ClientKey], client: str, audience: str, now: datetime) -> Assertion:
    """What an assertion proves: that whoever has one of the keys is this client. Raises `AssertionRefused`.

    As RFC 7523, section 3, has it: `iss` and `sub` are the client, `aud` is the token endpoint and nobody else,
    `exp` is to come and within an hour, `iat` and `nbf` are past. `jti` is asked for, and the caller sees to it that
    none is used twice.
    """
    claims = _signed(assertion, keys)
    for name in ("iss", "sub"):
        if claims.get(name) != client:
            raise AssertionRefused(f"The assertion's {name} is not the client_id.")
    if claims.get("aud") not in (audience, [audience]):
        raise AssertionRefused(f"The assertion's aud is not {audience} alone.")
    until = _instant(claims, "exp")
    if until is None or until <= now - SKEW:
        raise AssertionRefused("The assertion has expired, or has no exp.")
    if until > now + LONGEST_LIFE + SKEW:
        raise AssertionRefused("The assertion's exp is more than an hour ahead.")
    for name in ("iat", "nbf"):
        since = _instant(claims, name)
        if since is not None and since > now + SKEW:
            raise AssertionRefused(f"The assertion's {name} is in the future.")
    identifier = claims.get("jti")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= _LONGEST_ID or not identifier.isprintable():
        raise AssertionRefused("The assertion has no jti, by which it would be good only once.")
    return Assertion(client=client, id=identifier, until=until)


def _signed(assertion: str, keys: Sequence[ClientKey]) -> Mapping[str, Any]:
    """The claims, if one of the keys signed them: the one that the assertion names (`kid`), else any."""
    try:
        named = jws.extract_compact(assertion.encode("ascii")).headers().get("kid")
    except (JoseError, ValueError, TypeError, RecursionError):
        named = None
    for one in [key for key in keys if key.id == named] or keys:
        try:
            return jwt.decode(assertion, import_key(dict(one.jwk)), algorithms=[one.algorithm]).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            continue
    raise AssertionRefused("The assertion is not signed with a key of this client.")


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    """A NumericDate; None if there is none. Raises `AssertionRefused` if it is no time."""
    value = claims.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise AssertionRefused(f"The assertion's {name} is no time.") from None
