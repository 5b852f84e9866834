"""A small line to break in tests: two railways, a border, a turn at a hub, and nothing wrong with it.

    Vladivostok ── Baranovsky ── Khasan ══ bridge ══ Tumangang ── Rajin
                        └── Ussuriysk              border   gauges 1520 and 1435 from Tumangang

Its figures are for tests and say so.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rerail.line.folder import check, load
from rerail.line.model import Line
from rerail.line.problem import Problem

LINE = """
illustrative = true

[line]
id = "small"
names = { en = "Small line", ru = "Малая линия" }
languages = ["en", "ru"]
agency = "rzd"

[[railway]]
id = "rzd"
names = { en = "Russian Railways", ru = "РЖД" }
short_names = { en = "RZD", ru = "РЖД" }
side = { en = "the Russian side", ru = "российская сторона" }
country = "RU"
currency = "RUB"
languages = ["ru"]
clock = "Europe/Moscow"
clock_label = { en = "MSK", ru = "МСК" }

[[railway]]
id = "ksr"
names = { en = "Korean State Railway", ru = "ЖД КНДР" }
short_names = { en = "KSR", ru = "ЖД КНДР" }
side = { en = "the Korean side", ru = "корейская сторона" }
country = "KP"
currency = "KPW"
languages = ["ko"]
clock = "Asia/Pyongyang"

[[station]]
id = "vladivostok"
names = { en = "Vladivostok", ru = "Владивосток" }
railway = "rzd"
clock = "Asia/Vladivostok"
latitude = 43.115
longitude = 131.886
precision = "city"

[[station]]
id = "baranovsky"
names = { en = "Baranovsky", ru = "Барановский" }
railway = "rzd"
clock = "Asia/Vladivostok"
kind = "junction"
latitude = 43.6456
longitude = 131.9272
precision = "station"
codes = { esr = "988402", express3 = "2034701" }

[[station]]
id = "ussuriysk"
names = { en = "Ussuriysk", ru = "Уссурийск" }
railway = "rzd"
clock = "Asia/Vladivostok"

[[station]]
id = "khasan"
names = { en = "Khasan", ru = "Хасан" }
railway = "rzd"
clock = "Asia/Vladivostok"
codes = { esr = "987002", express3 = "2034195" }
tracks = 6

[[station]]
id = "bridge"
names = { en = "Friendship Bridge", ru = "Мост Дружбы" }
railway = "rzd"
clock = "Asia/Vladivostok"
kind = "border"

[[station]]
id = "tumangang"
names = { en = "Tumangang", ru = "Туманган" }
railway = "ksr"

[[station]]
id = "rajin"
names = { en = "Rajin", ru = "Раджин" }
railway = "ksr"

[[section]]
start = "vladivostok"
end = "baranovsky"
railway = "rzd"
km = 89
gauges = [1520]
speed_kmh = 100

[[section]]
start = "baranovsky"
end = "ussuriysk"
railway = "rzd"
km = 22
gauges = [1520]
speed_kmh = 100

[[section]]
start = "baranovsky"
end = "khasan"
railway = "rzd"
km = 238
gauges = [1520]
speed_kmh = 60

[[section]]
start = "khasan"
end = "bridge"
railway = "rzd"
km = 2
gauges = [1520]

[[section]]
start = "bridge"
end = "tumangang"
railway = "ksr"
km = 3
gauges = [1520]

[[section]]
start = "tumangang"
end = "rajin"
railway = "ksr"
km = 49
gauges = [1520, 1435]

[[gauge_break]]
station = "tumangang"
gauges = [1520, 1435]
method = "bogie-change"
minutes = 90

[[crossing]]
id = "khasan-tumangang"
names = { en = "Khasan – Tumangang", ru = "Хасан – Туманган" }
railways = ["rzd", "ksr"]
border = "bridge"

[[crossing.control]]
railway = "rzd"
station = "khasan"
towards = "ksr"
mode = "on-board"
minutes = 60

[[crossing.control]]
railway = "ksr"
station = "tumangang"
towards = "ksr"
mode = "on-board"
minutes = 60

[[route]]
id = "direct"
names = { en = "Direct train", ru = "Прямой поезд" }
principal = true

[[route]]
id = "shuttle"
names = { en = "Shuttle", ru = "Челнок" }
"""

SOURCES = """
[S7]
title = "A notice of December 2024"
dated = "2024-12"
confidence = "high"
"""

COACHES = """
illustrative = true

[[coach_type]]
id = "compartment"
names = { en = "Compartment coach", ru = "Купейный вагон" }
class = "second"
accommodation = "sleeper"
gauges = [1520]
plan = [
  "2u 4u | 6u 8u",
  "1l 3l | 5l 7l",
  "=",
]
"""

TRAINS = """
illustrative = true

[[train]]
id = "direct"
names = { en = "Vladivostok – Rajin", ru = "Владивосток – Раджин" }
route = "direct"
direction = "outbound"
numbers = { rzd = "951", ksr = "951" }
printed_for = 2025-05-08
[train.running_days]
dates = [2025-05-08]
[[train.call]]
station = "vladivostok"
departure = "22:00"
[[train.call]]
station = "ussuriysk"
arrival = "00:05+1"
departure = "00:35+1"
[[train.call]]
station = "khasan"
arrival = "06:30+1"
departure = "08:30+1"
[[train.call]]
station = "tumangang"
arrival = "07:50+1"
departure = "09:50+1"
[[train.call]]
station = "rajin"
arrival = "11:20+1"
[[train.coach]]
number = "1"
type = "compartment"
railway = "rzd"
[[train.coach]]
number = "2"
type = "compartment"
railway = "rzd"

[[train]]
id = "shuttle"
names = { en = "Khasan – Tumangang", ru = "Хасан – Туманган" }
route = "shuttle"
direction = "outbound"
numbers = { rzd = "645", ksr = "645" }
printed_for = 2024-12-16
[train.running_days]
[[train.running_days.rule]]
rrule = "FREQ=WEEKLY;BYDAY=MO,WE,FR"
start = 2024-12-16
[[train.call]]
station = "khasan"
departure = "15:30"
[[train.call]]
station = "tumangang"
arrival = "14:48"
"""

NOTICES = """
illustrative = true

[[notice]]
id = "july"
title = { en = "In July", ru = "В июле" }
text = { en = "Direct trains are to resume.", ru = "Прямые поезда возобновят." }
published = 2024-06-26
routes = ["direct"]
"""

HISTORY = """
illustrative = true

[[entry]]
id = "suspension"
kind = "withdraw"
railway = "ksr"
from = 2020-02-01
precision = "month"
known = 2020-02-05
who = { en = "The Korean side", ru = "Корейская сторона" }
reason = { en = "The pandemic.", ru = "Пандемия." }

[[entry]]
id = "shuttle-korean-consent"
kind = "grant"
railway = "ksr"
trains = ["shuttle"]
from = 2024-12-16
until = 2025-12-14
known = 2024-12-05
who = { en = "The Korean side", ru = "Корейская сторона" }
reason = { en = "Regular trains start.", ru = "Начало движения." }
"""

SEASON = """
illustrative = true

[[entry]]
id = "demo-consent"
kind = "grant"
railway = "rzd"
from = "-30d"
until = "+365d"
known = "-30d"
who = { en = "Demonstration", ru = "Демонстрация" }
reason = { en = "Illustrative season.", ru = "Условный сезон." }
"""


class SmallLine:
    """The folder of the small line, to be changed and checked."""

    def __init__(self, parent: Path) -> None:
        self.folder = parent / "small"
        self.folder.mkdir()
        for name, text in (
            ("line.toml", LINE),
            ("sources.toml", SOURCES),
            ("coaches.toml", COACHES),
            ("trains.toml", TRAINS),
            ("notices.toml", NOTICES),
            ("history.toml", HISTORY),
            ("demo-season.toml", SEASON),
        ):
            (self.folder / name).write_text(text, encoding="utf-8")

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
        assert load(self.folder).id == "small"
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
