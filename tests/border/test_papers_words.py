"""What is said of documents is said in each language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import rerail
from rerail.web.i18n import Words

SOURCE = Path(rerail.__file__).parent
FILES = ("border/checks", "border/typed", "border/errors", "desk/giving_documents", "desk/documents_list")
VALUE = re.compile(r"%\((\w+)\)[sd]")


def sentences() -> dict[str, str]:
    """Every sentence in these files that is no docstring, and the file that says it."""
    found: dict[str, str] = {}
    for file in FILES:
        tree = ast.parse((SOURCE / f"{file}.py").read_text())
        docstrings = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in docstrings or not isinstance(node.value, str):
                continue
            if " " in node.value and node.value.endswith((".", "?", ")s")):
                found[node.value] = file
    return found


SENTENCES = sentences()


def test_the_sentences_are_found() -> None:
    for said in (
        'No state has the code "%(code)s"; did you mean %(meant)s?',
        "This document was last known not to be valid for this journey.",
        "Whose row is this? Give the number, or the name as on the ticket.",
        "What is sealed cannot be opened now, and nothing can be sealed; the log of the service says why.",
    ):
        assert said in SENTENCES
    assert len(SENTENCES) > 40


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_sentence_is_translated_with_its_values(language: str) -> None:
    catalogue = Words(language).catalogue
    assert [f"{file}: {said}" for said, file in SENTENCES.items() if catalogue.gettext(said) == said] == []
    wrong = [
        said for said in SENTENCES if sorted(VALUE.findall(said)) != sorted(VALUE.findall(catalogue.gettext(said)))
    ]
    assert wrong == []
