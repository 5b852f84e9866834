"""The security headers of every answer, and why each is as strict as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SOURCES: Final = {
    "default-src": "'none'",  # no scripts, frames, fetches, workers, fonts: the pages need none
    "style-src": "'self'",  # our own style sheets; no inline styles
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

_NO_CAMERA: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


def _policy(sources: Mapping[str, str]) -> str:
    return "; ".join(f"{directive} {allowed}" for directive, allowed in sources.items())


CONTENT_SECURITY_POLICY: Final = _policy(_SOURCES)

SCRIPTED: Final[Mapping[str, str]] = {
    "content-security-policy": _policy(
        {
            **_SOURCES,
            "script-src": "'self'",  # our own files; no eval, nothing inline
            "connect-src": "'self'",  # marks that are sent, and how everybody stands
            "worker-src": "'self'",
        }
    ),
}
"""For the pages of the border that work without a network, their service worker, and whatever erases them."""

INSPECTOR: Final[Mapping[str, str]] = {
    "content-security-policy": _policy(
        {
            **_SOURCES,
            "script-src": "'self' 'wasm-unsafe-eval'",  # our own files, and WebAssembly; still no eval, nothing inline
            "connect-src": "'self'",  # the reader, the keys, the lists
            "worker-src": "'self'",
        }
    ),
    "permissions-policy": _NO_CAMERA.replace("camera=()", "camera=(self)"),
}
"""For the page that reads tickets: the same, WebAssembly, and the camera, which no other page has."""

HEADERS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", _NO_CAMERA.encode()),
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
