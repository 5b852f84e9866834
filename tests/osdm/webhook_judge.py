"""The specification of webhooks as a judge of what subscribers are sent."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FILE = "osdm/OSDM-online-webhook-v3.9.0.yml"
_URI = "urn:osdm-webhooks"


@cache
def _validator() -> OAS31Validator:
    folder = os.environ.get("RERAIL_STANDARDS")
    if not folder or not (Path(folder) / FILE).exists():
        pytest.skip("RERAIL_STANDARDS does not name the folder with OSDM's webhooks")
    specification = yaml.safe_load((Path(folder) / FILE).read_text())
    registry: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(specification))
    schema = {"$ref": f"{_URI}#/webhooks/events/post/requestBody/content/application~1json/schema"}
    return OAS31Validator(schema, registry=registry, format_checker=oas31_format_checker)


_MEMBERS = {
    "": {
        *("objectType", "summary", "type", "revision", "bookingId"),
        *("affectedBookingPartIds", "affectedFulfillmentIds", "resources"),
    },
    "revision": {"name", "timestamp"},
}


def check_event(content: bytes) -> Any:
    """A body that a subscriber was sent, which is as the specification has it and says no more."""
    said = json.loads(content)
    wrong = [f"{error.json_path}: {error.message[:300]}" for error in _validator().iter_errors(said)]
    assert wrong == [], f"{wrong[:5]} in {content[:600]!r}"
    assert said.keys() <= _MEMBERS[""]
    assert said["revision"].keys() == _MEMBERS["revision"]
    assert all(one.keys() == {"title", "href"} for one in said["resources"])
    assert b"null" not in content
    return said
