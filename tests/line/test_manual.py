"""docs/line-folder.md: its examples are a folder, it shows every key and lists every rule."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from rerail.cli import check as check_command
from rerail.line import border_schema, schema, tariff_schema
from rerail.line.checks import EVERY_RULE, name_of
from rerail.line.folder import check
from rerail.line.table import Spec

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "line-folder.md"


def manual_files() -> dict[str, bytes]:
    """The examples of the manual, put together as the folder that they are."""
    sections = re.findall(
        r"^## `([a-z-]+\.toml)`\n(.*?)(?=^## )", MANUAL.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return {name: "\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)).encode() for name, text in sections}


def test_the_examples_of_the_manual_are_a_folder_with_nothing_wrong(tmp_path: Path) -> None:
    files = manual_files()
    assert len(files) == 9
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    line, problems = check(tmp_path)
    assert problems == ()
    assert line is not None
    assert line.trains["khasan-tumangang"].calls[1].arrival == 18 * 60


def keys_of(spec: Spec) -> set[str]:
    inner = [*spec.tables.values(), *spec.lists.values()]
    return {*spec.fields, *spec.tables, *spec.lists}.union(*(keys_of(one) for one in inner))


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("line.toml", schema.LINE_FILE),
        ("coaches.toml", schema.COACHES_FILE),
        ("trains.toml", schema.TRAINS_FILE),
        ("fares.toml", tariff_schema.FARES_FILE),
        ("border.toml", border_schema.BORDER_FILE),
        ("notices.toml", schema.NOTICES_FILE),
        ("history.toml", schema.HISTORY_FILE),
        ("sources.toml", schema.SOURCE),
    ],
)
def test_the_manual_shows_every_key(name: str, spec: Spec) -> None:
    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*(keys(inner) for inner in value.values()))
        return set().union(*(keys(inner) for inner in value)) if isinstance(value, list) else set()

    assert keys_of(spec) <= keys(tomllib.loads(manual_files()[name].decode()))


def test_the_manual_lists_every_rule_and_no_other() -> None:
    table = MANUAL.read_text(encoding="utf-8").split("## What is checked")[1]
    listed = {
        rule
        for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
        for rule in re.findall(r"`([a-z0-9-]+)`", row)
    }
    source = Path(check_command.__file__).resolve().parents[1] / "line"
    reading = set()
    for file in source.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        reading |= set(re.findall(r'\b(?:error|warning)\(\s*"([a-z-]+)"', text))
        reading |= set(re.findall(r'Wrong\([^\n]*"(value|date|time-zone)"\)', text))
    reading |= {"type", "country", "currency"}
    assert listed == {name_of(rule) for rule in EVERY_RULE} | reading


def test_every_rule_says_what_it_asks() -> None:
    for rule in EVERY_RULE:
        assert rule.__doc__, rule
        assert rule.__doc__.split("\n\n")[0].strip().endswith("."), rule
