"""The security headers of every answer, and why each is as strict as it is."""

from __future__ import annotations

from typing import Final

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",  # no scripts, frames, fetches, workers, fonts: the pages need none
        "style-src 'self'",  # our own style sheets; no inline styles
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

_NAMES: Final = frozenset(name for name, _ in HEADERS)

Header = tuple[bytes, bytes]


def with_security(headers: list[Header]) -> list[Header]:
    """The headers of an answer with ours added; one that the handler set itself stays as it set it.

    A feed says `cross-origin-resource-policy: cross-origin`, because other sites are meant to read it.
    """
    own = _NAMES.intersection([name.lower() for name, _ in headers])
    return [*headers, *HEADERS] if not own else [*headers, *(one for one in HEADERS if one[0] not in own)]
