"""A ticket's code read by the standard's own description, and checked with the keys that the provider publishes."""

from __future__ import annotations

import base64
import os
from functools import cache
from pathlib import Path
from typing import Any

import asn1tools
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@cache
def _standard() -> Any:
    folder = os.environ.get("RERAIL_STANDARDS")
    files = sorted(str(file) for file in (Path(folder) / "uic").glob("*.asn")) if folder else []
    if not files:
        pytest.skip("RERAIL_STANDARDS names no folder with uic/*.asn")
    return asn1tools.compile_files(files, "uper")


def read(raw: bytes, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """The UicRailTicketData of a code. Raises if no published key signed it."""
    signed = _standard().decode("UicBarcodeHeader", raw)["level2SignedData"]
    level1 = signed["level1Data"]
    named = (level1.get("securityProviderIA5") or f"{level1['securityProviderNum']:04}", level1["keyId"])
    (key,) = [one for one in keys if (one["issuer"], one["key_id"]) == named]
    public = serialization.load_der_public_key(base64.b64decode(key["spki_der_base64"]))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signed["level1Signature"], _standard().encode("Level1DataType", level1), ec.ECDSA(hashes.SHA256()))
    (content,) = level1["dataSequence"]
    ticket: dict[str, Any] = _standard().decode("UicRailTicketData", content["data"])
    return ticket
