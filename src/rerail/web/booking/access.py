"""Which bookings a browser has shown it may see: a signed cookie, for some hours."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie

from rerail.desk.selling import Selling

BOOKING_COOKIE: Final = "rerail_booking"
SECONDS: Final = 12 * 3600
MOST: Final = 8
"""Bookings a browser can have open at once; the oldest is forgotten."""


def grant(selling: Selling, request: Request[Any, Any, Any], code: str, *, secure: bool) -> Cookie:
    """Let this browser see a booking, besides those it sees already."""
    until = int(selling.current.now().timestamp()) + SECONDS
    kept = [(one, end) for one, end in _granted(selling, request) if one != code][-(MOST - 1) :]
    value = ".".join(_signed(selling, one, end) for one, end in [*kept, (code, until)])
    return _cookie(value, secure=secure, max_age=SECONDS)


def forget(*, secure: bool) -> Cookie:
    """Take the sight of every booking away from this browser."""
    return _cookie("", secure=secure, max_age=0)


def may_see(selling: Selling, request: Request[Any, Any, Any], code: str) -> bool:
    """Whether the browser has shown that it may see this booking."""
    return any(one == code for one, _ in _granted(selling, request))


def form_token(selling: Selling, request: Request[Any, Any, Any], code: str) -> str:
    """What a form of the booking's page carries, so that no foreign page can send it.

    Made from what the cookie says about this booking: opening another one leaves the forms of this one good.
    """
    granted = next((_signed(selling, one, end) for one, end in _granted(selling, request) if one == code), "")
    return hmac.digest(selling.secret(), f"form\0{code}\0{granted}".encode(), hashlib.sha256)[:18].hex()


def _cookie(value: str, *, secure: bool, max_age: int) -> Cookie:
    # Lax, not strict: the link in a letter is followed from a mail program, and must find the cookie of a moment ago.
    return Cookie(
        key=BOOKING_COOKIE, value=value, path="/", httponly=True, samesite="lax", secure=secure, max_age=max_age
    )


def _granted(selling: Selling, request: Request[Any, Any, Any]) -> list[tuple[str, int]]:
    now: datetime = selling.current.now()
    found = []
    for part in request.cookies.get(BOOKING_COOKIE, "").split(".")[:MOST]:
        code, _, rest = part.partition("-")
        end, _, _mac = rest.partition("-")
        lasts = end.isdecimal() and len(end) < 12 and int(end) > now.timestamp()
        if lasts and hmac.compare_digest(part.encode(), _signed(selling, code, int(end)).encode()):
            found.append((code, int(end)))
    return found


def _signed(selling: Selling, code: str, until: int) -> str:
    mac = hmac.digest(selling.secret(), f"see\0{code}\0{until}".encode(), hashlib.sha256)[:18].hex()
    return f"{code}-{until}-{mac}"
