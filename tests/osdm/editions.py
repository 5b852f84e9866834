"""The folder of the shipped line, changed while its tickets are sold."""

from __future__ import annotations

import shutil
from pathlib import Path

from sale.shop import SHIPPED, Shop

from rerail.desk.opening import open_folder

LEAVES = 'departure = { value = "22:00", source = ["S23", "S4", "S49"] }'
"""The direct train's departure from Vladivostok."""


def adopt(shop: Shop, folder: Path, *changes: tuple[str, str]) -> None:
    """Take up the folder as a new edition, with each first text in its trains or fares replaced by the second."""
    if not folder.exists():
        shutil.copytree(SHIPPED, folder)
    for old, new in changes:
        files = [folder / name for name in ("trains.toml", "fares.toml")]
        (file,) = [one for one in files if old in one.read_text()]
        file.write_text(file.read_text().replace(old, new, 1))
    open_folder(folder, shop.store, shop.clock)
    shop.current.forget()


def coach(number: str, kind: str) -> str:
    """A coach of a direct train, as the folder writes it."""
    return f'[[train.coach]]\nnumber = "{number}"\ntype = "{kind}"\nrailway = "rzd"\n'
