"""Data flows one way: each room imports only what stands before it (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "rerail"

# Room → the rooms it may import. A room's own modules are always allowed.
MAY_IMPORT: dict[str, set[str]] = {
    "line": set(),
    "life": {"line", "store.columns", "store.literal"},
    "journey": {"line", "life"},
    "publish": {"line", "life"},
    "places": {"line", "store.columns", "store.literal"},
    "fares": {"line"},
    "money": {"line", "store.columns", "store.literal"},
    "sale": {"line", "life", "places", "fares", "money", "people", "store.acts", "store.columns", "store.literal"},
    "typeset": {"line"},
    "ticket": {"line", "typeset", "store.columns", "store.literal"},
    "border": {"line", "typeset", "places.model", "store.columns"},
    "tell": {"line", "store.columns", "store.engine", "store.literal", "clock"},
    "people": {"line.model", "store.columns"},
    "store": set(),
    "store.migrations": {
        *(f"{room}.tables" for room in ("life", "people", "places", "money", "tell", "ticket", "sale", "border")),
        *("people.client_key_tables", "people.client_tables", "sale.retail_history", "sale.retail_tables"),
        *("tell.subscriptions", "ticket.issued"),
        "store",
    },
    "desk": {
        *("line", "life", "places", "fares", "money", "sale", "ticket", "border", "tell", "people"),
        *("publish.address", "publish.wording", "store", "clock"),
    },
    "web": {
        *("line", "life", "journey", "publish", "places", "fares", "money", "sale", "ticket", "border", "people"),
        *("desk", "store.engine", "clock"),
    },
    "cli": {
        *("line", "life", "publish", "places", "fares", "money", "sale", "ticket", "border", "tell", "people"),
        *("desk", "web", "store", "clock", "typeset.fonts"),
    },
}

# Libraries that only some rooms know.
KNOWN_BY = {
    "sqlalchemy": {
        *("life", "places", "money", "sale", "ticket", "border", "tell", "people"),
        *("store", "store.migrations", "desk"),
    },
    "alembic": {"store", "store.migrations"},
    "litestar": {"web"},
    "jinja2": {"web"},
    "uvicorn": {"cli"},
    "typst": {"typeset"},
    "asn1tools": {"ticket"},
    "zxingcpp": {"ticket"},
    "cryptography": {"ticket", "border"},
    "joserfc": {"people"},
    "httpcore": {"tell"},
}


def _modules() -> Iterator[tuple[str, str, str]]:
    """Room, module and each module it imports."""
    for file in SOURCE.rglob("*.py"):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        if len(parts) == 1:
            continue
        room = "store.migrations" if parts[:2] == ("store", "migrations") else parts[0]
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                # `from rerail.life import tables` imports a module of the package, not the package.
                package = (SOURCE.parent / node.module.replace(".", "/")).is_dir()
                names = [f"{node.module}.{alias.name}" for alias in node.names] if package else [node.module]
                yield from ((room, ".".join(parts), name) for name in names)
            elif isinstance(node, ast.Import):
                yield from ((room, ".".join(parts), alias.name) for alias in node.names)


def _within(name: str, allowed: str) -> bool:
    return name == allowed or name.startswith(allowed + ".")


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    allowed = {room.partition(".")[0], "__version__", *MAY_IMPORT[room]}
    imports = [(module, imported) for of, module, imported in _modules() if of == room]
    assert imports, f"no module of the room {room} imports anything"
    wrong = [f"{module} imports {imported}" for module, imported in imports if not _is_allowed(room, imported, allowed)]
    assert wrong == []


def _is_allowed(room: str, imported: str, allowed: set[str]) -> bool:
    library, _, name = imported.partition(".")
    if library == "rerail":
        return any(_within(name, one) for one in allowed)
    return room in KNOWN_BY.get(library, {room})


def test_every_room_is_named_in_the_picture() -> None:
    picture = (SOURCE.parent.parent / "docs" / "architecture.md").read_text()
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms == {name for name in MAY_IMPORT if "." not in name}
    for room in rooms:
        assert f"`{room}`" in picture
