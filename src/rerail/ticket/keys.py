"""Keys that sign tickets (ECDSA on P-256 with SHA-256), and what is published of them so that anybody can check."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NoReturn

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from rerail.ticket.problem import TicketError

KEY_ALGORITHM: Final = "1.2.840.10045.3.1.7"
"""P-256 (ANSI X9.62 prime256v1)."""

SIGNING_ALGORITHM: Final = "1.2.840.10045.4.3.2"
"""ECDSA with SHA-256."""

SIGNS_FOR: Final = timedelta(days=366)
"""How long a new key signs unless it is retired before."""

MOST_KEYS: Final = 100_000
"""Key numbers go from 0 to 99,999 (the barcode's `keyId`)."""


class SigningKey:
    """A railway's key to sign with. It shows nothing of its private half, and cannot be copied out by pickling."""

    __slots__ = ("__private", "issuer", "key_id", "since", "until")

    def __init__(self, issuer: str, key_id: int, since: datetime, until: datetime, pkcs8: bytes) -> None:
        private = serialization.load_der_private_key(pkcs8, password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise TicketError("Key %(key)d of %(issuer)s is not on a curve.", key=key_id, issuer=issuer)
        self.issuer: Final = issuer
        """The railway as barcodes name it: its RICS number in digits, or its id."""
        self.key_id: Final = key_id
        self.since: Final = since
        """UTC; tickets issued in [since, until) are good."""
        self.until: Final = until
        self.__private: Final = private

    def sign(self, content: bytes) -> bytes:
        """An ECDSA signature (DER) over the SHA-256 of `content`."""
        return self.__private.sign(content, ec.ECDSA(hashes.SHA256()))

    def __repr__(self) -> str:
        return f"SigningKey({self.issuer!r}, {self.key_id})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A signing key stays in its process.")


class PublishedKey(Struct, frozen=True, kw_only=True, rename={"since": "from"}):
    """What a controller's app needs to check a railway's tickets: the public half and when it signed."""

    issuer: str
    key_id: int
    algorithm_oid: str
    spki_der_base64: str
    """SubjectPublicKeyInfo (RFC 5280), DER in Base64."""
    since: datetime
    """UTC; a ticket issued before is none of this key's."""
    until: datetime
    """Until when it signs, or when it was retired. Half-open."""

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """Whether the signature (DER) over `content` is this key's."""
        public = _public(self)
        if public is None:
            return False
        try:
            public.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


class KnownKey(Struct, frozen=True, kw_only=True):
    """A key as the office lists it."""

    published: PublishedKey
    made_at: datetime
    retired_at: datetime | None


def generated() -> tuple[bytes, bytes]:
    """A new key pair: the private half (PKCS #8, DER) and the public one (SubjectPublicKeyInfo, DER)."""
    private = ec.generate_private_key(ec.SECP256R1())
    pkcs8 = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pkcs8, spki


def keys_from_json(text: bytes) -> dict[tuple[str, int], PublishedKey]:
    """The keys of a file as a site serves it at /keys, by issuer and number. Raises `TicketError`."""
    try:
        found = msgspec.json.decode(text, type=list[PublishedKey])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TicketError("The file of keys is not what a site serves at /keys: %(why)s.", why=str(error)) from None
    for key in found:
        if _public(key) is None:
            raise TicketError(
                "The file of keys is damaged: key %(key)d of %(issuer)s is no P-256 key in Base64.",
                key=key.key_id,
                issuer=key.issuer,
            )
    return by_number(found)


def by_number(keys: Sequence[PublishedKey]) -> dict[tuple[str, int], PublishedKey]:
    """Keys by issuer and number: how a barcode names them."""
    return {(key.issuer, key.key_id): key for key in keys}


Keys = Mapping[tuple[str, int], PublishedKey]


def _public(key: PublishedKey) -> ec.EllipticCurvePublicKey | None:
    try:
        public = serialization.load_der_public_key(base64.b64decode(key.spki_der_base64, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return public if key.algorithm_oid == SIGNING_ALGORITHM else None
    return None
