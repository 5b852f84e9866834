"""A small line to break in tests: two railways, a border, a turn at a hub, and nothing wrong with it.

    Vladivostok ── Baranovsky ── Khasan ══ bridge ══ Tumangang ── Rajin
                        └── Ussuriysk              border   gauges 1520 and 1435 from Tumangang

Its figures are for tests and say so.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from rerail.line.folder import check, load
from rerail.line.model import Line
from rerail.line.problem import Problem

FOLDER = Path(__file__).parent / "small-line"
SELLING = Path(__file__).parents[1] / "lines" / "both-traffics"
"""A line with a fares.toml, whose direct train has domestic and border coaches."""

LINE, SOURCES, COACHES, TRAINS, NOTICES, HISTORY, SEASON = (
    (FOLDER / name).read_text(encoding="utf-8")
    for name in (
        "line.toml",
        "sources.toml",
        "coaches.toml",
        "trains.toml",
        "notices.toml",
        "history.toml",
        "demo-season.toml",
    )
)


class SmallLine:
    """A copy of the small line's folder, or of another, to be changed and checked."""

    def __init__(self, parent: Path, source: Path = FOLDER) -> None:
        self.folder = parent / "small"
        shutil.copytree(source, self.folder)

    def replace(self, file: str, old: str, new: str) -> SmallLine:
        """Change the one place where `old` stands."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def add(self, file: str, text: str) -> SmallLine:
        """Write more at the end of a file."""
        path = self.folder / file
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")
        return self

    def write(self, file: str, content: str | bytes) -> SmallLine:
        """Replace a whole file."""
        data = content.encode() if isinstance(content, str) else content
        (self.folder / file).write_bytes(data)
        return self

    def without(self, file: str) -> SmallLine:
        """Take a file away."""
        (self.folder / file).unlink()
        return self

    def problems(self) -> tuple[Problem, ...]:
        """Everything that checking finds."""
        return check(self.folder)[1]

    def rules(self) -> list[tuple[str, str, str]]:
        """What checking finds, as level, rule and path."""
        return [(problem.level, problem.rule, problem.path) for problem in self.problems()]

    def only(self) -> Problem:
        """The one thing that checking finds."""
        problems = self.problems()
        assert len(problems) == 1, "\n".join(map(str, problems)) or "nothing found"
        return problems[0]

    def error(self) -> Problem:
        """The one error that checking finds, and nothing else."""
        problem = self.only()
        assert problem.level == "error"
        assert problem.message.endswith(".")
        assert problem.message[0] != " "
        return problem

    def error_of(self, rule: str) -> Problem:
        """The one error of a rule, among others that may follow from it."""
        (problem,) = [problem for problem in self.problems() if problem.rule == rule]
        assert problem.level == "error"
        return problem

    def warning(self) -> Problem:
        """The one warning that checking finds; the line can still be loaded."""
        problem = self.only()
        assert problem.level == "warning"
        assert load(self.folder).trains
        return problem

    def load(self) -> Line:
        """The line as every other room gets it."""
        return load(self.folder)


def timetable(parent: Path, text: str, printed_for: date, timed_by: str = "") -> Line:
    """A line with one train, "t", from a timetable as a railway prints it: station, arr, dep, the station's clock.

        Khasan      dep 15:30   Asia/Vladivostok
        Tumangang   arr 14:48   Asia/Pyongyang

    The stations stand so close that no run is too fast; `timed_by` is a station whose clock times the train.
    """
    rows = [row.split() for row in text.strip().splitlines()]
    railways, stations, sections, calls = [], [], [], []
    for index, row in enumerate(rows):
        name, clock = row[0].lower(), row[-1]
        times = dict(zip(row[1:-1:2], row[2:-1:2], strict=True))
        railways.append(
            f'[[railway]]\nid = "{name}"\nnames = {{ en = "{name}" }}\nshort_names = {{ en = "{name}" }}\n'
            f'side = {{ en = "{name}" }}\ncountry = "XX"\ncurrency = "XXX"\nlanguages = ["en"]\nclock = "{clock}"\n'
        )
        stations.append(f'[[station]]\nid = "{name}"\nnames = {{ en = "{row[0]}" }}\nrailway = "{name}"\n')
        if index:
            before = rows[index - 1][0].lower()
            sections.append(
                f'[[section]]\nstart = "{before}"\nend = "{name}"\nrailway = "{rows[0][0].lower()}"\n'
                "km = 0.1\ngauges = [1435]\n"
            )
        arrival = f'arrival = "{times["arr"]}"\n' if "arr" in times else ""
        departure = f'departure = "{times["dep"]}"\n' if "dep" in times else ""
        calls.append(f'[[train.call]]\nstation = "{name}"\n{arrival}{departure}')
    folder = parent / "printed"
    folder.mkdir()
    head = '[line]\nid = "printed"\nnames = { en = "Printed" }\nlanguages = ["en"]\n'
    route = '[[route]]\nid = "r"\nnames = { en = "R" }\nprincipal = true\n'
    (folder / "line.toml").write_text(
        f'illustrative = true\n{head}agency = "{rows[0][0].lower()}"\n'
        + "".join([*railways, *stations, *sections, route]),
        encoding="utf-8",
    )
    (folder / "sources.toml").write_text("", encoding="utf-8")
    timed = f'timed_by = "{timed_by.lower()}"\n' if timed_by else ""
    (folder / "trains.toml").write_text(
        f'illustrative = true\n[[train]]\nid = "t"\nnames = {{ en = "T" }}\nroute = "r"\ndirection = "outbound"\n'
        f'numbers = {{ {rows[0][0].lower()} = "1" }}\nprinted_for = {printed_for}\n{timed}'
        f'[train.running_days]\n[[train.running_days.rule]]\nrrule = "FREQ=DAILY"\nstart = 1970-01-01\n'
        + "".join(calls),
        encoding="utf-8",
    )
    return load(folder)
