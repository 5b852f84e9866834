"""What can go wrong at the border is said in Russian and Korean too, with the same values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rerail
from rerail.web.i18n import translations

SOURCE = Path(rerail.__file__).parent
VALUE = re.compile(r"%\((\w+)\)[sd]")
FILES = [SOURCE / "desk" / f"{name}.py" for name in ("marking", "closing_out", "refusing", "border_roll")]
FILES += sorted((SOURCE / "web" / "officer").glob("*.py"))
RAISED = ("NotPermitted", "NotThere", "NotTaken", "NotNow")


def sentences() -> Iterator[str]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                assert isinstance(node.args[0], ast.Constant)
                yield str(node.args[0].value)


def test_the_sentences_are_found() -> None:
    assert "This border is not your side's." in set(sentences())
    assert len(set(sentences())) > 8


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = translations(language)
    for sentence in sentences():
        said = catalogue.gettext(sentence)
        assert said != sentence, sentence
        assert set(VALUE.findall(said)) == set(VALUE.findall(sentence)), sentence
