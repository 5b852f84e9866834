"""The client is an outsider, and its judge is one to be feared."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from osdm.client.judge import judged
from osdm.client.machine import Machine, anonymous, search

OUTSIDERS = ["barcode.py", "judge.py", "machine.py", "provider.py"]


@pytest.mark.parametrize("name", OUTSIDERS)
def test_it_imports_nothing_of_ours(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / name).read_text())
    imported = [
        one
        for node in ast.walk(tree)
        for one in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    ours = [one for one in imported if one.startswith("rerail") or (one.startswith("osdm") and "client" not in one)]
    assert ours == []


def _part(said: Any) -> Any:
    return said["offers"][0]["admissionOfferParts"][0]


def _null(said: Any) -> None:
    said["offers"][0]["summary"] = None


def _stranger(said: Any) -> None:
    said["offers"][0]["discount"] = 1


def _without(said: Any) -> None:
    del _part(said)["price"]


def _text(said: Any) -> None:
    _part(said)["price"]["amount"] = "35000"


def _local(said: Any) -> None:
    said["trips"][0]["startTime"] = said["trips"][0]["startTime"][:19]


def _word(said: Any) -> None:
    said["offers"][0]["products"][0]["flexibility"] = "RATHER_FLEXIBLE"


def _dangling_trip(said: Any) -> None:
    said["offers"][0]["tripCoverage"]["coveredTripId"] = "another"


def _dangling_place(said: Any) -> None:
    _part(said)["reservations"][0]["reservationGroup"]["reservationRefs"] = [{"id": "another"}]


def _stranger_passenger(said: Any) -> None:
    _part(said)["passengerRefs"] = ["nobody"]


WRONGS = [_null, _stranger, _without, _text, _local, _word, _dangling_trip, _dangling_place, _stranger_passenger]


@pytest.fixture(scope="module")
def said(machine: Machine, soon: str) -> Any:
    ends = machine.station("Vladivostok"), machine.station("Ussuriysk")
    return machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))


@pytest.mark.parametrize("wrong", WRONGS)
def test_whatever_is_wrong_in_an_answer_is_found(said: Any, wrong: Callable[[Any], None]) -> None:
    headers = {"content-type": "application/json"}
    judged("POST", "/offers", 200, headers, json.dumps(said).encode())
    spoilt = copy.deepcopy(said)
    wrong(spoilt)
    with pytest.raises(AssertionError):
        judged("POST", "/offers", 200, headers, json.dumps(spoilt).encode())


def test_an_answer_of_another_kind_is_none(said: Any) -> None:
    content = json.dumps(said).encode()
    with pytest.raises(AssertionError):
        judged("POST", "/offers", 200, {"content-type": "text/html"}, content)
    with pytest.raises(AssertionError):
        judged("POST", "/offers", 201, {"content-type": "application/json"}, content)
    problem = {"code": "urn:uic:problem:VALIDATION_ERROR", "type": "about:blank", "title": "No", "status": 400}
    with pytest.raises(AssertionError, match="detail"):
        judged("POST", "/offers", 400, {"content-type": "application/problem+json"}, json.dumps(problem).encode())
