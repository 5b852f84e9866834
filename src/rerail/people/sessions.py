"""Sessions: what a browser holds after sign-in, and how long it is worth anything.

The browser has a random token; the database has its SHA-256 alone, so whoever reads the database can sign in
as nobody. Forms carry a second token derived from the first, which a foreign page cannot know.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

IDLE: Final = timedelta(hours=1)
"""A session that nobody uses ends after this long."""
ABSOLUTE: Final = timedelta(hours=12)
"""Every session ends after this long: a shift."""
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use is kept: not every page is worth a write."""


class Session(Struct, frozen=True, kw_only=True):
    """A signed-in browser, as the database keeps it. Instants are UTC."""

    digest: str
    user_id: str
    created: datetime
    seen: datetime

    @property
    def ends(self) -> datetime:
        """When it ends if it is not used again."""
        return min(self.seen + IDLE, self.created + ABSOLUTE)

    def live(self, now: datetime) -> bool:
        """Whether it is still worth anything."""
        return now < self.ends

    def worth_noting(self, now: datetime) -> bool:
        """Whether its last use is long enough ago to be written down again."""
        return now - self.seen >= SEEN_EVERY


def new_token() -> str:
    """256 random bits, as text that a cookie can hold."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the database keeps of a token: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str) -> str:
    """What the forms of a session carry: nobody can make it without the token, nor the token from it."""
    return hmac.new(token.encode(), b"rerail form", hashlib.sha256).hexdigest()


def form_token_matches(token: str, given: str) -> bool:
    """Whether a form came from a page of this session."""
    return hmac.compare_digest(form_token(token).encode(), given.encode())
