"""Answers that change only with the line's edition: kept by the caller, and asked after by their ETag (RFC 9110)."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from rerail.web.osdm.calls import Call, Reply
from rerail.web.osdm.types_common import Answer

_KEPT: Final = ("cache-control", "private, max-age=3600")


def kept(call: Call[Any], body: Answer | tuple[Any, ...]) -> Reply:
    """The answer with its ETag; 304 and no body if the caller says that it has it."""
    etag = f'"{hashlib.sha256(msgspec.json.encode(body)).hexdigest()[:24]}"'
    headers = (("etag", etag), ("vary", "accept-language"), ("content-language", call.language), _KEPT)
    asked = call.headers.get("if-none-match", "")
    if asked.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in asked.split(",")):
        return Reply(status=304, headers=headers)
    return Reply(body=body, headers=headers)
