"""`rerail check FOLDER [--json]`."""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TextIO

from rerail.line.folder import check, lapsing
from rerail.line.model import Line
from rerail.line.problem import Problem, in_order


def run(folder: Path, as_json: bool, today: date, out: TextIO) -> int:
    """Print everything wrong with a folder, and what it knows only until about `today`.

    Returns the exit status: 1 if any of it is an error, else 0.
    """
    line, problems = check(folder)
    if line is not None:
        problems = in_order((*problems, *lapsing(folder, line, today)))
    if as_json:
        print(json.dumps([_as_json(problem) for problem in problems], ensure_ascii=False, indent=2), file=out)
    else:
        for file, group in groupby(problems, key=lambda problem: problem.file):
            print(file, file=out)
            for problem in group:
                _print(problem, out)
            print(file=out)
        print(_summary(folder, line, problems), file=out)
    return 1 if any(problem.level == "error" for problem in problems) else 0


def _as_json(problem: Problem) -> dict[str, str]:
    return {
        "level": problem.level,
        "rule": problem.rule,
        "file": problem.file,
        "path": problem.path,
        "message": problem.message,
        "fix": problem.fix,
    }


def _print(problem: Problem, out: TextIO) -> None:
    where = f"{problem.path}: " if problem.path else ""
    print(f"  {problem.level}: {where}{problem.message}  [{problem.rule}]", file=out)
    if problem.fix:
        print(f"      {problem.fix}", file=out)


def _summary(folder: Path, line: Line | None, problems: tuple[Problem, ...]) -> str:
    errors = sum(problem.level == "error" for problem in problems)
    counted = f"{_number(errors, 'error')}, {_number(len(problems) - errors, 'warning')}"
    if line is None:
        return f"{folder}: {counted}."
    holds = f"{_number(len(line.stations), 'station')}, {_number(len(line.trains), 'train')}"
    return f"{folder}: {counted if problems else 'nothing wrong'}; {holds}."


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
