"""The seal of an offer: it is carried by the buyer, and believed only if it is ours and unchanged."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import zlib
from datetime import datetime

import msgspec

from rerail.sale.errors import OfferExpired, OfferForged
from rerail.sale.model import Offer

_LONGEST: int = 40_000
_MOST_OPENED: int = 400_000
_offer = msgspec.msgpack.Decoder(Offer)


def sealed(offer: Offer, secret: bytes) -> str:
    """The offer as text for a form or a URL: what it says, and the HMAC-SHA-256 of that."""
    packed = zlib.compress(msgspec.msgpack.encode(offer), 6)
    return f"{_text(packed)}.{_text(_mac(packed, secret))}"


def opened(token: str, secret: bytes, now: datetime) -> Offer:
    """The offer, if it is ours and still good. Raises `OfferForged`, `OfferExpired`."""
    said, _, mac = token.partition(".")
    try:
        if len(token) > _LONGEST:
            raise ValueError
        packed = _bytes(said)
        if not hmac.compare_digest(_bytes(mac), _mac(packed, secret)):
            raise ValueError
        # Ours, so neither a bomb nor of another shape; the limit is for a mistake of our own.
        offer = _offer.decode(zlib.decompressobj().decompress(packed, _MOST_OPENED))
    except (ValueError, binascii.Error, zlib.error, msgspec.MsgspecError):
        raise OfferForged("This offer was not made here, or was changed on the way. Ask for a new one.") from None
    if now >= offer.until:
        raise OfferExpired("This offer was good for 30 minutes, which are over. Ask for a new one; prices may differ.")
    return offer


def _mac(packed: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"offer\0" + packed, hashlib.sha256)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    raw = text.encode("ascii")
    content = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    # The last letter has bits to spare, and "+" would do for "-": only the text we wrote is ours.
    if _text(content) != text:
        raise ValueError
    return content
