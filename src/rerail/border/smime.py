"""A mail sealed for one authority: S/MIME enveloped data (RFC 8551), AES-256 for the holder of an RSA certificate."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from rerail.border.errors import BorderError

_NO_RSA: Final = "The certificate of %(whom)s is no X.509 certificate with an RSA key; ask the authority for one."


class CertificateError(BorderError):
    """A list cannot be sealed for its authority."""


def enveloped(content: bytes, certificate: str, whom: str) -> bytes:
    """A MIME entity sealed for the holder of a certificate (PEM), as DER. Raises `CertificateError`."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode())
        key = found.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateError(_NO_RSA, whom=whom) from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise CertificateError(_NO_RSA, whom=whom)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(found)
    return builder.set_content_encryption_algorithm(algorithms.AES256).encrypt(
        Encoding.DER, [pkcs7.PKCS7Options.Binary]
    )
