"""The specification as a judge: every answer is held against its own schema, strictly.

The schemas are not part of this project; `RERAIL_STANDARDS` names the folder that has them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

FILE = "osdm/OSDM-online-api-v3.9.0.flat.json"
_URI = "urn:osdm"
_OFFSET = re.compile(r"[+-]\d\d:\d\d$")


@cache
def specification() -> dict[str, Any]:
    """OSDM 3.9 as published, its inheritance flattened. Skips the test if it is not at hand."""
    folder = os.environ.get("RERAIL_STANDARDS")
    if not folder:
        pytest.skip("RERAIL_STANDARDS does not name the folder with OSDM's schemas")
    file = Path(folder) / FILE
    if not file.exists():
        pytest.skip(f"there is no {file}")
    read: dict[str, Any] = json.loads(file.read_text())
    return read


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry().with_resource(_URI, DRAFT4.create_resource(specification()))
    return registry


@cache
def _validator(pointer: str) -> OAS30Validator:
    return OAS30Validator(
        {"$ref": f"{_URI}#{pointer}"},
        registry=_registry(),
        format_checker=oas30_format_checker,
    )


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Paths of the specification, those without parameters first."""
    paths = sorted(specification()["paths"], key=lambda path: (path.count("{"), path))
    return tuple((re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path) for path in paths)


def template(path: str) -> str:
    """The path of the specification that an address is of."""
    found = [of for pattern, of in _templates() if pattern.match(path)]
    assert found, f"the specification has no path {path}"
    return found[0]


def check_answer(method: str, path: str, status: int, content_type: str, content: bytes) -> Any:
    """The body of an answer to an operation, which is as the specification has it to the last member."""
    if status in {204, 304}:
        declared = specification()["paths"][template(path)][method.lower()]["responses"]
        assert str(status) in declared, f"{method} {path}: {status} is not declared"
        assert content == b""
        return None
    body = json.loads(content)
    nulls = list(_nulls(body, "$"))
    assert nulls == [], f"{method} {path} says null: {nulls}"
    media_type = content_type.partition(";")[0]
    validator = _validator(_schema_of(template(path), method.lower(), status, media_type))
    wrong = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(body)]
    assert wrong == [], f"{method} {path} {status}: {wrong[:5]} in {content[:600]!r}"
    if status >= 400:
        assert body["code"]
        assert body["title"]
        assert body["detail"]
    for at, time in _timetabled(body, "$"):
        assert _OFFSET.search(time), f"{method} {path}: {at} is {time}, without the station's offset"
    return body


def _schema_of(path: str, method: str, status: int, media_type: str) -> str:
    """Where the schema of an answer is; of a refusal that is not declared (429), that of every problem."""
    responses = specification()["paths"][path][method]["responses"]
    name = str(status) if str(status) in responses else "default"
    if name not in responses:
        assert (status >= 400, media_type) == (True, "application/problem+json")
        return "/components/schemas/Problem"
    where = f"/paths/{_escaped(path)}/{method}/responses/{name}"
    response = responses[name]
    if "$ref" in response:
        where = response["$ref"].removeprefix("#")
        response = specification()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    assert media_type in response["content"], f"{method} {path} {status}: {media_type}"
    return f"{where}/content/{_escaped(media_type)}/schema"


def _escaped(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _nulls(value: Any, at: str) -> Iterator[str]:
    if value is None:
        yield at
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _nulls(member, f"{at}.{name}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _nulls(member, f"{at}[{number}]")


def _timetabled(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name in ("timetabledTime", "startTime", "endTime") and isinstance(member, str):
                yield f"{at}.{name}", member
            yield from _timetabled(member, f"{at}.{name}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _timetabled(member, f"{at}[{number}]")
