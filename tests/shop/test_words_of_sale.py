"""Whatever the sale, the fares, the places and the till say when something cannot be done is said in each language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rerail
from rerail.line.sentence import SentenceError
from rerail.money.shifts import ShiftError
from rerail.places.refusal import PlacesError
from rerail.sale.errors import SaleError
from rerail.web.i18n import Words

SOURCE = Path(rerail.__file__).parent
ROOMS = ("sale", "fares", "places", "money", "desk")
VALUE = re.compile(r"%\((\w+)\)[sd]")


def kinds(of: type[Exception]) -> Iterator[str]:
    """The names of a kind of error and of all kinds of it."""
    yield of.__name__
    narrower: list[type[Exception]] = of.__subclasses__()
    for one in narrower:
        yield from kinds(one)


def sentences() -> dict[str, str]:
    """Every sentence that an error of these rooms is made with, and the file that says it."""
    known = {name for base in (SentenceError, SaleError, ShiftError, PlacesError) for name in kinds(base)}
    found: dict[str, str] = {}
    for path in sorted(path for room in ROOMS for path in (SOURCE / room).rglob("*.py")):
        tree = ast.parse(path.read_text())
        constants = {
            target.id: value
            for node in tree.body
            for target, value in _assigned(node)
            if isinstance(value, ast.Constant)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            own = _says_itself(call)
            if not own and _name(call.func) not in known:
                continue
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Name):
                first = constants.get(first.id)
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and " " in first.value:
                found[first.value] = path.name
    return found


def _assigned(node: ast.stmt) -> Iterator[tuple[ast.Name, ast.expr]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.target, node.value


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _says_itself(call: ast.Call) -> bool:
    """Whether it is `super().__init__("a sentence", …)`, as an error with a sentence of its own has it."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"


SENTENCES = sentences()


def test_the_sentences_are_found() -> None:
    for sentence in (
        "Nobody travels. Choose at least one passenger.",
        "This line sells no tickets: its folder has no fares.toml.",
        "This shift is closed already.",
        "Rows of the list that cannot be taken: %(count)d; no name was changed.",
        "The train has no place %(coach)s-%(place)s for this journey; choose one from the plan.",
    ):
        assert sentence in SENTENCES
    assert len(SENTENCES) > 80


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_sentence_of_the_sale_is_translated(language: str) -> None:
    catalogue = Words(language).catalogue
    missing = [f"{file}: {said!r}" for said, file in SENTENCES.items() if catalogue.gettext(said) == said]
    assert missing == []


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_a_translated_sentence_keeps_its_values(language: str) -> None:
    catalogue = Words(language).catalogue
    wrong = [
        said for said in SENTENCES if sorted(VALUE.findall(said)) != sorted(VALUE.findall(catalogue.gettext(said)))
    ]
    assert wrong == []
