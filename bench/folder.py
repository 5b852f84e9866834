"""A large folder read and checked, against parsing its TOML alone."""

from __future__ import annotations

import tempfile
import tomllib
from functools import partial
from pathlib import Path

from bench import big_folder
from bench.figures import against, peak_memory, printed
from bench.life import SEASON
from rerail.line.folder import check


def parse(folder: Path) -> None:
    """The TOML alone."""
    for file in folder.glob("*.toml"):
        tomllib.loads(file.read_text())


def run() -> None:
    """Print the figures for 20, 200 and 2,000 trains on 500 stations, and for 10,000 stations."""
    print("Folder: read, checked and made into values")
    for stations, trains in ((500, 20), (500, 200), (500, 2000), (10_000, 200)):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            big_folder.write(folder, stations=stations, trains=trains, season=SEASON)
            line, problems = check(folder)
            if line is None:
                raise SystemExit(f"the generated folder is not sound: {problems[0]}")
            name = f"{stations} stations, {trains} trains"
            figure = against(name, partial(check, folder), partial(parse, folder), runs=3)
            print(printed(figure, "tomllib alone"))
    print(f"  peak memory {peak_memory()}")
