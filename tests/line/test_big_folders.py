"""Folders of any size: time grows with what is in them, and not faster."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

from small_line import COACHES, LINE, SOURCES

from rerail.line.folder import check


def long_line(stations: int, trains: int, calls: int) -> dict[str, bytes]:
    """A single line of stations 5 km apart, and trains that call at some of them in order, as many each way."""
    text = {"en": "x", "ru": "x"}
    names = "{ " + ", ".join(f'{language} = "{name}"' for language, name in text.items()) + " }"
    head = LINE[: LINE.index("[[station]]")]
    route = LINE[LINE.index("[[route]]") :]
    rows = [
        f'[[station]]\nid = "s{index}"\nnames = {names}\nrailway = "rzd"\nclock = "Europe/Berlin"\n'
        for index in range(stations)
    ]
    rows += [
        f'[[section]]\nstart = "s{index}"\nend = "s{index + 1}"\nrailway = "rzd"\n'
        "km = 5\ngauges = [1520]\nspeed_kmh = 100\n"
        for index in range(stations - 1)
    ]
    rng = random.Random(7)
    runs = ["illustrative = true\n"]
    for train in range(trains):
        stops = sorted(rng.sample(range(stations), calls), reverse=bool(train % 2))
        runs.append(
            f'[[train]]\nid = "t{train}"\nnames = {names}\nroute = "direct"\ndirection = "outbound"\n'
            f'numbers = {{ rzd = "{train}" }}\n'
            "printed_for = 2025-05-08\n[train.running_days]\n"
            '[[train.running_days.rule]]\nrrule = "FREQ=DAILY"\nstart = 2025-01-01\n'
        )
        minute = rng.randrange(1440)
        for index, stop in enumerate(stops):
            arrival = minute
            minute += 2
            runs.append(f'[[train.call]]\nstation = "s{stop}"\n')
            if index:
                runs.append(f'arrival = "{clock(arrival)}"\n')
            if index < calls - 1:
                runs.append(f'departure = "{clock(minute)}"\n')
                minute += 4 * abs(stops[index + 1] - stop)
        runs.append('[[train.coach]]\nnumber = "1"\ntype = "compartment"\nrailway = "rzd"\n')
    return {
        "line.toml": (head + "".join(rows) + route).encode(),
        "sources.toml": SOURCES.encode(),
        "coaches.toml": COACHES.encode(),
        "trains.toml": "".join(runs).encode(),
    }


def clock(minute: int) -> str:
    days, rest = divmod(minute, 1440)
    return f"{rest // 60:02d}:{rest % 60:02d}{f'+{days}' if days else ''}"


def seconds_to_check(folder: Path, files: dict[str, bytes]) -> float:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    started = time.perf_counter()
    line, problems = check(folder)
    took = time.perf_counter() - started
    assert line is not None, "\n".join(map(str, problems[:5]))
    return took


def test_ten_thousand_stations_are_read_and_checked(tmp_path: Path) -> None:
    assert seconds_to_check(tmp_path / "long", long_line(10_000, 20, 40)) < 30


def test_time_grows_with_the_trains_and_not_faster(tmp_path: Path) -> None:
    few = seconds_to_check(tmp_path / "few", long_line(500, 40, 15))
    many = seconds_to_check(tmp_path / "many", long_line(500, 400, 15))
    assert many < 15 * max(few, 0.1)


def test_a_thousand_misspelt_stations_are_all_named_without_comparing_every_letter(tmp_path: Path) -> None:
    files = long_line(3000, 80, 15)
    files["trains.toml"] = re.sub(rb'station = "s(\d)', rb'station = "z\1', files["trains.toml"])
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    started = time.perf_counter()
    _, problems = check(tmp_path)
    assert len(problems) == 80 * 15
    assert time.perf_counter() - started < 20


def test_a_price_for_every_pair_of_140_calls_is_looked_for_in_time(tmp_path: Path) -> None:
    """Thirty trains with 9,730 pairs of calls each, and one stretch without a fare in the middle."""
    fares = ['illustrative = true\ncurrencies = ["RUB"]\n[[category]]\nid = "adult"\nnames = { en = "x", ru = "x" }\n']
    fares += [
        f'[[fare]]\nid = "f{index}"\nrailway = "rzd"\nbasis = "stretch"\nfrom = "s{index}"\nto = "s{index + 1}"\n'
        'amounts = { adult = "5.00" }\n'
        for index in range(139)
        if index != 70
    ]
    files = {**long_line(140, 30, 140), "fares.toml": "".join(fares).encode()}
    assert seconds_to_check(tmp_path / "priced", files) < 15
    missing = [problem for problem in check(tmp_path / "priced")[1] if problem.rule == "price-missing"]
    assert len(missing) == 30
    assert "(and 4898 more)" in missing[0].message
