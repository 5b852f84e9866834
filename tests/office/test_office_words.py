"""The sentences that the office can say are said in Russian and Korean too."""

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
FILES = (
    *sorted((SOURCE / "people").glob("*.py")),
    *(SOURCE / "desk" / f"{name}.py" for name in ("people", "signing_in", "counter", "till")),
)


def sentences() -> Iterator[str]:
    """What errors about users say: the first argument wherever one is made."""
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            function = node.func
            raised = isinstance(function, ast.Name) and function.id in ("PeopleError", "NotPermitted", "WrongAsk")
            inherited = isinstance(function, ast.Attribute) and function.attr == "__init__"
            if (raised or inherited) and isinstance(node.args[0].value, str):
                yield node.args[0].value


def test_the_sentences_are_found() -> None:
    found = set(sentences())
    assert "Give the user a name." in found
    assert "The name or the password is not right." in found
    assert len(found) > 15


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_sentence_about_users_is_translated_with_the_same_values(language: str) -> None:
    catalogue = translations(language)
    for sentence in sentences():
        said = catalogue.gettext(sentence)
        assert said != sentence, sentence
        assert set(VALUE.findall(said)) == set(VALUE.findall(sentence)), sentence


def test_the_command_lines_sentence_is_the_message_filled_in() -> None:
    from rerail.people.users import PeopleError

    assert str(PeopleError("%(name)s is here", name="Anna")) == "Anna is here"
