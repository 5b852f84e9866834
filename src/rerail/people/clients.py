"""Clients: the retailers' machines that sell over an interface, what each may do, and the token it shows."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct

Scope = Literal["timetable", "sale", "after-sale"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""timetable: stations, trips, products, coaches; sale: offers to tickets; after-sale: giving back, exchanging."""

TOKEN_LIVES: Final = timedelta(hours=1)
MOST_PER_MINUTE: Final = 300_000
"""Requests a client may make in a minute unless it is given another limit: a stop for a loop gone wild."""

LONGEST_NAME: Final = 64
_PREFIX: Final = "rr_"


class Client(Struct, frozen=True, kw_only=True):
    """A retailer's machine."""

    id: str
    """Public: `client_id`."""
    name: str
    scopes: tuple[Scope, ...] = SCOPES
    tour_operator: str | None = None
    """The tour operator it sells for: its passengers stand on that operator's named list. None: for nobody's."""
    per_minute: int = MOST_PER_MINUTE
    disabled: datetime | None = None
    """Since when (UTC) it gets no token; None: it does."""
    created: datetime
    """UTC."""


class Pass(Struct, frozen=True, kw_only=True, array_like=True):
    """What an access token says, signed: whose it is, what for, until when."""

    client: str
    scopes: tuple[Scope, ...]
    tour_operator: str | None
    per_minute: int
    until: datetime
    """UTC."""


class ClientError(ValueError):
    """Something about clients that cannot be done; the sentence says why and what to do."""


class PassRefused(ClientError):
    """The token was not made here, was changed, or is no longer good."""


def new_client(
    name: str,
    *,
    scopes: Iterable[str] | None,
    tour_operator: str | None,
    operators: Collection[str],
    per_minute: int | None,
    now: datetime,
) -> Client:
    """A client as it will be kept. Raises `ClientError` if it cannot be one."""
    if tour_operator is not None and tour_operator not in operators:
        listed = ", ".join(operators)
        raise ClientError(f'No tour operator "{tour_operator}" in the fares of this line; they have {listed}.')
    if per_minute is not None and per_minute < 1:
        raise ClientError(f"A client makes at least one request in a minute, not {per_minute}.")
    return Client(
        id=_PREFIX + secrets.token_hex(8),
        name=_checked_name(name),
        scopes=checked_scopes(scopes) if scopes is not None else SCOPES,
        tour_operator=tour_operator,
        per_minute=per_minute if per_minute is not None else MOST_PER_MINUTE,
        created=now,
    )


def _checked_name(name: str) -> str:
    kept = unicodedata.normalize("NFC", name).strip()
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        raise ClientError(f"A client's name has 1 to {LONGEST_NAME} letters and no line breaks.")
    return kept


def checked_scopes(asked: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes asked for, in their order. Raises `ClientError` if one is none, or none is asked for."""
    wanted = set(asked)
    unknown = sorted(wanted - set(SCOPES))
    if unknown or not wanted:
        named = unknown[0] if unknown else ""
        raise ClientError(f'"{named}" is no scope; a client has one or more of {", ".join(SCOPES)}.')
    return tuple(one for one in SCOPES if one in wanted)


def new_secret() -> str:
    """256 random bits: nobody guesses them, so they need no slow hash."""
    return secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """What the database keeps of a secret: SHA-256, hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_fits(digest: str | None, given: str) -> bool:
    """Whether a secret is the one whose digest is kept. None (no such client) takes as long to deny."""
    return hmac.compare_digest(digest if digest is not None else "-" * 64, secret_digest(given))


_pass_decoder: Final = msgspec.msgpack.Decoder(Pass)


def signed(one: Pass, secret: bytes) -> str:
    """The access token of a pass: what it says, and its HMAC-SHA-256, so that no database is asked about it."""
    said = msgspec.msgpack.encode(one)
    return f"{_text(said)}.{_text(_mac(said, secret))}"


def shown(token: str, secret: bytes, now: datetime) -> Pass:
    """What a token says, if it is ours and still good. Raises `PassRefused`."""
    said, _, mac = token.partition(".")
    try:
        content = _bytes(said)
        if not hmac.compare_digest(_bytes(mac), _mac(content, secret)):
            raise ValueError
        found = _pass_decoder.decode(content)
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise PassRefused("This access token was not made here; ask for one with the client's secret.") from None
    if now >= found.until:
        raise PassRefused("This access token has expired; ask for a new one.")
    return found


def _mac(said: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"pass\0" + said, hashlib.sha256)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    raw = text.encode("ascii")
    return base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
