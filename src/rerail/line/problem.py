"""What is wrong with a line folder: where, what, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Literal, NamedTuple

from msgspec import Struct

Level = Literal["error", "warning"]

FILES = (
    "line.toml",
    "sources.toml",
    "coaches.toml",
    "trains.toml",
    "fares.toml",
    "border.toml",
    "notices.toml",
    "history.toml",
    "demo-season.toml",
)
"""The files of a line folder, in the order in which they are read and their problems are listed."""

REQUIRED_FILES = ("line.toml", "sources.toml", "trains.toml")


class Problem(Struct, frozen=True, kw_only=True):
    """One thing wrong with a line folder. An error keeps the folder from being used, a warning does not."""

    level: Level
    rule: str
    """The rule that found it, as docs/line-folder.md lists them: "unknown-reference"."""
    file: str
    """The file, with the folder as the person named it; the folder itself if it is about no single file."""
    path: str
    """TOML keys to the value, indexes from zero: "train[1].call[4].station"; empty: the file as a whole."""
    message: str
    """What is wrong, one sentence."""
    fix: str
    """What to do, one or two sentences."""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.where}:", self.message, self.fix) if part)

    @property
    def where(self) -> str:
        """ "lines/x/trains.toml: train[1].call[4].station"."""
        return f"{self.file}: {self.path}" if self.path else self.file


class LineFolderError(Exception):
    """A line folder that cannot be used. `problems` holds all that is wrong with it, warnings included."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems if problem.level == "error"))


class At(NamedTuple):
    """A place in a folder: a file and the path of TOML keys to a value in it."""

    file: str
    """Name of the file, without the folder; empty: the folder itself."""
    path: str = ""

    def key(self, name: str) -> At:
        """The value under a key of the table here."""
        return At(self.file, f"{self.path}.{name}" if self.path else name)

    def item(self, index: int) -> At:
        """An element, counted from zero, of the list here."""
        return At(self.file, f"{self.path}[{index}]")


class Finding(NamedTuple):
    """What a rule found, before its name and the folder's are put to it."""

    level: Level
    at: At
    message: str
    fix: str = ""


def error(at: At, message: str, fix: str = "") -> Finding:
    """Something that keeps the folder from being used."""
    return Finding("error", at, message, fix)


def warning(at: At, message: str, fix: str = "") -> Finding:
    """Something that a person should look at, and that may be right."""
    return Finding("warning", at, message, fix)


class Report:
    """Collects what is wrong with one folder; nothing stops at the first."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._problems: list[Problem] = []
        self.errors = 0

    def add(self, rule: str, finding: Finding) -> None:
        """Note what a rule found."""
        level, at, message, fix = finding
        file = str(PurePath(self._folder) / at.file) if at.file else self._folder
        self._problems.append(Problem(level=level, rule=rule, file=file, path=at.path, message=message, fix=fix))
        self.errors += level == "error"

    def error(self, rule: str, at: At, message: str, fix: str = "") -> None:
        """Note an error."""
        self.add(rule, Finding("error", at, message, fix))

    def warning(self, rule: str, at: At, message: str, fix: str = "") -> None:
        """Note a warning."""
        self.add(rule, Finding("warning", at, message, fix))

    def problems(self) -> tuple[Problem, ...]:
        """Everything noted, in the order of the files and of the values in them; the same thing only once."""
        return in_order(dict.fromkeys(self._problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems of one folder, in the order of its files and of the values in them."""
    return tuple(sorted(problems, key=_order))


def _order(problem: Problem) -> tuple[int, str, list[tuple[int, int, str]]]:
    name = PurePath(problem.file).name
    file = FILES.index(name) if name in FILES else -1
    steps = re.findall(r"\d+|[^.\[\]\d]+", problem.path)
    return file, problem.file, [(0, int(step), "") if step.isdigit() else (1, 0, step) for step in steps]
