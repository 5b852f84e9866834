"""What is said of a machine-readable zone and of two names is said in each language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import rerail.border
from rerail.web.i18n import Words

ROOM = Path(rerail.border.__file__).parent
FILES = ("mrz", "mrz_checks", "mrz_fields", "mrz_page", "mrz_text", "names", "transliteration")
VALUE = re.compile(r"%\((\w+)\)[sd]")


def sentences() -> dict[str, str]:
    """Every sentence in these files that is no docstring, and the file that says it."""
    found: dict[str, str] = {}
    for file in FILES:
        tree = ast.parse((ROOM / f"{file}.py").read_text())
        docstrings = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            said = node.value if isinstance(node, ast.Constant) and node not in docstrings else None
            if isinstance(said, str) and " " in said and said.endswith((".", "?")):
                found[said] = file
    return found


SENTENCES = sentences()


def test_the_sentences_are_found() -> None:
    for said in (
        "Is it %(expected)s?",
        "Type that of the passport for travel abroad.",
        "The names agree, but are divided otherwise into family and given names.",
        "This is the zone of a visa: it begins with V. Type that of the passport or card itself.",
    ):
        assert said in SENTENCES
    assert len(SENTENCES) > 40


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = Words(language).catalogue
    assert [f"{file}: {said}" for said, file in SENTENCES.items() if catalogue.gettext(said) == said] == []


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_a_translated_sentence_keeps_its_values(language: str) -> None:
    catalogue = Words(language).catalogue
    wrong = [
        said for said in SENTENCES if sorted(VALUE.findall(said)) != sorted(VALUE.findall(catalogue.gettext(said)))
    ]
    assert wrong == []
