"""Which forms this browser has bought with, so that going back shows the booking and not a second form.

A cookie with the form's key and the booking's code. It opens nothing: the booking's page asks for its own proof.
"""

from __future__ import annotations

import re
from typing import Final

from litestar.datastructures import Cookie

from rerail.web.booking.access import SECONDS
from rerail.web.shop.desk import AnyRequest

BOUGHT_COOKIE: Final = "rerail_bought"
MOST: Final = 8

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_PAIR: Final = re.compile(r"([0-9a-f]{32})-([0-9A-Z]{4,16})")


def is_key(text: str) -> bool:
    """Whether it can be the key of a form of ours."""
    return _KEY.fullmatch(text) is not None


def bought_with(request: AnyRequest, key: str) -> str | None:
    """The booking that this browser made with a form."""
    return next((code for one, code in _pairs(request) if one == key), None)


def note(request: AnyRequest, key: str, code: str, *, secure: bool) -> Cookie:
    """Remember that the form with this key became a booking."""
    kept = [pair for pair in _pairs(request) if pair[0] != key][-(MOST - 1) :]
    value = ".".join(f"{one}-{other}" for one, other in [*kept, (key, code)])
    return Cookie(
        key=BOUGHT_COOKIE,
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
        max_age=SECONDS,
    )


def _pairs(request: AnyRequest) -> list[tuple[str, str]]:
    parts = request.cookies.get(BOUGHT_COOKIE, "").split(".")[:MOST]
    return [(match[1], match[2]) for match in map(_PAIR.fullmatch, parts) if match is not None]
