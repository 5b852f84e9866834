"""The seal of an offer: it is carried by the buyer, and believed only if it is ours and unchanged."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import zlib
from datetime import datetime
from typing import TypeVar

import msgspec

from rerail.sale.errors import OfferExpired, OfferForged
from rerail.sale.model import Offer
from rerail.sale.retail import Quote

T = TypeVar("T")

_LONGEST: int = 40_000
_MOST_OPENED: int = 400_000
_offer = msgspec.msgpack.Decoder(Offer)
_quote = msgspec.msgpack.Decoder(Quote)


def sealed(offer: Offer, secret: bytes) -> str:
    """The offer as text for a form or a URL: what it says, and the HMAC-SHA-256 of that."""
    return _sealed(offer, secret, b"offer")


def opened(token: str, secret: bytes, now: datetime) -> Offer:
    """The offer, if it is ours and still good. Raises `OfferForged`, `OfferExpired`."""
    return _good(_opened(token, secret, b"offer", _offer), now)


def sealed_quote(quote: Quote, secret: bytes) -> str:
    """A retailer's offer in the same way; neither is taken for the other."""
    return _sealed(quote, secret, b"quote")


def opened_quote(token: str, secret: bytes, now: datetime) -> Quote:
    """A retailer's offer, if it is ours and still good. Raises `OfferForged`, `OfferExpired`."""
    quote = _opened(token, secret, b"quote", _quote)
    _good(quote.offer, now)
    return quote


def _sealed(what: Offer | Quote, secret: bytes, kind: bytes) -> str:
    packed = zlib.compress(msgspec.msgpack.encode(what), 1)
    return f"{_text(packed)}.{_text(_mac(packed, secret, kind))}"


def _opened(token: str, secret: bytes, kind: bytes, decoder: msgspec.msgpack.Decoder[T]) -> T:
    said, _, mac = token.partition(".")
    try:
        if len(token) > _LONGEST:
            raise ValueError
        packed = _bytes(said)
        if not hmac.compare_digest(_bytes(mac), _mac(packed, secret, kind)):
            raise ValueError
        # Ours, so neither a bomb nor of another shape; the limit is for a mistake of our own.
        return decoder.decode(zlib.decompressobj().decompress(packed, _MOST_OPENED))
    except (ValueError, binascii.Error, zlib.error, msgspec.MsgspecError):
        raise OfferForged("This offer was not made here, or was changed on the way. Ask for a new one.") from None


def _good(offer: Offer, now: datetime) -> Offer:
    if now >= offer.until:
        raise OfferExpired("This offer was good for 30 minutes, which are over. Ask for a new one; prices may differ.")
    return offer


def _mac(packed: bytes, secret: bytes, kind: bytes) -> bytes:
    return hmac.digest(secret, kind + b"\0" + packed, hashlib.sha256)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    raw = text.encode("ascii")
    content = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    # The last letter has bits to spare, and "+" would do for "-": only the text we wrote is ours.
    if _text(content) != text:
        raise ValueError
    return content
