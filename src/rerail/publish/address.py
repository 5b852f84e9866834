"""The public address of the site: feeds are read elsewhere, so every link in them is whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

DEFAULT_ADDRESS: Final = "http://127.0.0.1:8000"
"""Where `rerail serve` listens unless told otherwise."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9._~:/\[\]%-]+")


class AddressError(ValueError):
    """`RERAIL_URL` is not the address of a site."""


def public_address(environ: Mapping[str, str], default: str = DEFAULT_ADDRESS) -> str:
    """The site's address as readers of the feeds reach it, without a slash at the end: `RERAIL_URL`, else `default`.

    It is never taken from a request: what one stranger's Host header said would be kept for everyone.
    Raises `AddressError`.
    """
    text = environ.get("RERAIL_URL", "").strip() or default
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = _PLAIN.fullmatch(text) is not None and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not plain:
        raise AddressError(
            f'RERAIL_URL is "{text}", which is no address of a site; write it as https://trains.example.'
        )
    return text.rstrip("/")


def authority(site: str) -> str:
    """The host of an address, without its port: what tag URIs (RFC 4151) are named after."""
    return urlsplit(site).hostname or ""
