"""`rerail mrz check`: what it prints, its exit status, and that nothing of it stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rerail.cli.main import main

UPPER = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
LOWER = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RERAIL_NOW", "2026-11-23T12:00:00Z")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    status = main(["mrz", "check", *arguments])
    seen = capsys.readouterr()
    return status, seen.out, seen.err


def test_prints_each_field_and_each_check_digit(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, f"{UPPER}\n{LOWER}")
    assert (status, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "TD3, passport"
    for line in (
        "issued by UTO (Utopia (specimen))",
        "document number L898902C3",
        "date of birth 1974-08-12",
        "date of expiry 2012-04-15",
        "family name ERIKSSON",
        "given names ANNA MARIA",
        "document number ok (line 2, position 10)",
        "date of birth ok (line 2, position 20)",
        "date of expiry ok (line 2, position 28)",
        "optional data ok (line 2, position 43)",
        "all together ok (line 2, position 44)",
    ):
        assert line in lines


def test_a_wrong_check_digit_ends_in_1_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, f"{UPPER}\n{LOWER.replace('8122F', '8123F')}")
    assert status == 1
    assert "wrong: 3, for 2 (line 2, position 20)" in out
    assert "error: Line 2, position 20: the check digit of the date of birth is 3" in out


def test_a_warning_alone_ends_in_0(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, f"{UPPER[:30]}\n{LOWER}")
    assert status == 0
    assert "warning: Line 1 has 30 characters instead of 44." in out


def test_what_is_no_zone_ends_in_2_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "hello")
    assert (status, out) == (2, "")
    assert err.startswith("rerail: This is no machine-readable zone: it has 5 characters")


def test_the_json_that_programs_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, f"{UPPER}\n{LOWER.replace('UTO', 'RUZ')}", "--json")
    assert status == 1
    shown = json.loads(out)
    assert (shown["format"], shown["valid"]) == ("TD3", False)
    assert shown["fields"] == {
        "document_code": "P",
        "kind": "passport",
        "issuing_state": "UTO",
        "number": "L898902C3",
        "nationality": "RUZ",
        "birth_date": "1974-08-12",
        "sex": "f",
        "expires": "2012-04-15",
        "family_name": "ERIKSSON",
        "given_names": "ANNA MARIA",
        "names_truncated": False,
        "optional_data": "ZE184226B",
        "optional_data_2": "",
    }
    assert shown["checks"][0] == {
        "field": "number",
        "line": 2,
        "position": 10,
        "found": "6",
        "expected": "6",
        "holds": True,
    }
    assert [check["field"] for check in shown["checks"]] == [
        *("number", "optional_data", "birth_date", "expires", "composite")
    ]
    (problem,) = shown["problems"]
    assert problem["message"] == 'Line 2, position 11: no state or issuer has the code "RUZ".'
    assert {name: problem[name] for name in ("level", "rule", "field", "line", "position", "found")} == {
        "level": "error",
        "rule": "state",
        "field": "nationality",
        "line": 2,
        "position": 11,
        "found": "RUZ",
    }
    assert problem.keys() == {*("level", "rule", "field", "line", "position", "found", "expected", "message", "fix")}


def test_the_json_of_what_is_no_zone(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "hello", "--json")
    shown = json.loads(out)
    assert (status, err) == (2, "")
    assert (shown["format"], shown["valid"], shown["fields"], shown["checks"]) == (None, False, None, [])
    assert [problem["rule"] for problem in shown["problems"]] == ["not-mrz"]


def test_standard_input_keeps_the_number_out_of_the_shells_history_and_nothing_stays(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    environment.pop("RERAIL_DB", None)
    done = subprocess.run(
        [sys.executable, "-m", "rerail.cli.main", "mrz", "check", "-"],
        input=f"{UPPER}\n{LOWER}\n".encode() + b"\xff",
        capture_output=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    # A byte that is no text makes a line of its own, and so no zone; without a traceback.
    assert done.returncode == 2
    assert b"44 + 44 + 1" in done.stderr
    assert b"L898902C3" not in done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "rerail.cli.main", "mrz", "check", "-"],
        input=f"{UPPER}\n{LOWER}\n".encode(),
        capture_output=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"L898902C3" in done.stdout
    assert list(tmp_path.rglob("*")) == [], "no database, no log"


def test_help_says_how_to_keep_the_number_out_of_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["mrz", "check", "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert "a shell keeps what stands on its command line" in out
    assert "2 if it is no machine-readable zone" in out
