"""Writes a line folder of any size: two railways, a chain of stations, trains along all of it or parts of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

RULES = (
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;BYDAY=TU,TH,SA,SU",
    "FREQ=WEEKLY;BYDAY=SA,SU",
    "FREQ=MONTHLY;BYDAY=2TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
)
ENTRIES_PER_RAILWAY = 10


def write(folder: Path, *, stations: int, trains: int, season: date) -> None:
    """Write a folder with this many stations and trains, and ten journal entries per railway around `season`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.toml").write_text('[B1]\ntitle = "made for a measurement"\nconfidence = "low"\n')
    (folder / "line.toml").write_text(_line(stations))
    (folder / "trains.toml").write_text(_trains(stations, trains, season))
    (folder / "history.toml").write_text(_history(trains, season))


def _line(stations: int) -> str:
    middle = stations // 2
    out = [
        "illustrative = true\n[line]",
        'id = "big"',
        'names = { en = "Big line" }',
        'languages = ["en"]',
        'agency = "north"',
    ]
    for name, zone in (("north", "Asia/Vladivostok"), ("south", "Asia/Pyongyang")):
        out.append(
            f'[[railway]]\nid = "{name}"\nnames = {{ en = "{name.title()}" }}\n'
            f'short_names = {{ en = "{name[0].upper()}" }}\nside = {{ en = "the {name}ern side" }}\n'
            f'country = "{"RU" if name == "north" else "KP"}"\ncurrency = "{"RUB" if name == "north" else "KPW"}"\n'
            f'languages = ["en"]\nclock = "{zone}"'
        )
    for number in range(stations):
        railway = "north" if number < middle else "south"
        kind = "border" if number == middle else "station"
        out.append(
            f'[[station]]\nid = "s{number}"\nnames = {{ en = "Station {number}" }}\nrailway = "{railway}"\n'
            f'kind = "{kind}"\nlatitude = {40 + number / 1000}\nlongitude = 130.0\nprecision = "city"'
        )
    for number in range(stations - 1):
        railway = "north" if number < middle else "south"
        out.append(
            f'[[section]]\nstart = "s{number}"\nend = "s{number + 1}"\nrailway = "{railway}"\nkm = 10\ngauges = [1520]'
        )
    controls = "".join(
        f'[[crossing.control]]\nrailway = "{side}"\nstation = "s{at}"\ntowards = "{towards}"\nmode = "on-board"\n'
        for towards in ("south", "north")
        for side, at in (("north", middle - 1), ("south", middle + 1))
    )
    out.append(
        f'[[crossing]]\nid = "border"\nnames = {{ en = "Border" }}\nrailways = ["north", "south"]\n'
        f'border = "s{middle}"\n{controls}'
    )
    out.append('[[route]]\nid = "all"\nnames = { en = "All trains" }\nprincipal = true')
    return "\n".join(out) + "\n"


def _trains(stations: int, trains: int, season: date) -> str:
    middle = stations // 2
    out = ["illustrative = true"]
    for number in range(trains):
        # A quarter of the trains cross the border; each calls at some twelve stations around its own centre.
        crosses = number % 4 == 0
        centre = middle if crosses else (number * 37) % max(1, stations - 60) + 30
        low, high = max(0, centre - 30), min(stations - 1, centre + 30)
        controls = {middle - 1, middle + 1} if low < middle < high else set()
        calls = sorted(({*range(low, high, 6), high} | controls) - {middle})
        outbound = number % 2 == 0
        order = calls if outbound else calls[::-1]
        railways = sorted({"north" if station < middle else "south" for station in order})
        numbers = ", ".join(f'{railway} = "{number}"' for railway in railways)
        out.append(
            f'[[train]]\nid = "t{number}"\nnames = {{ en = "Train {number}" }}\nroute = "all"\n'
            f'direction = "{"outbound" if outbound else "inbound"}"\nnumbers = {{ {numbers} }}\n'
            f"printed_for = {season}\nthrough = true\n[train.running_days]\n[[train.running_days.rule]]\n"
            f'rrule = "{RULES[number % len(RULES)]}"\nstart = {season - timedelta(days=400)}'
        )
        out.append(_calls(order, middle, number))
    return "\n".join(out) + "\n"


def _calls(order: list[int], middle: int, number: int) -> str:
    """Calls six minutes per section apart, five minutes' halt, printed on each side's own clock."""
    clock = (number * 7) % 1440
    lines = []
    for index, station in enumerate(order):
        shift = 0 if (station < middle) == (order[0] < middle) else (-60 if order[0] < middle else 60)
        if index:
            clock += 6 * abs(station - order[index - 1])
        arrival = _printed(clock + shift) if index else None
        clock += 5 if index else 0
        departure = _printed(clock + shift) if index < len(order) - 1 else None
        lines.append(
            f'[[train.call]]\nstation = "s{station}"'
            + (f'\narrival = "{arrival}"' if arrival else "")
            + (f'\ndeparture = "{departure}"' if departure else "")
        )
    return "\n".join(lines)


def _printed(minutes: int) -> str:
    days, rest = divmod(minutes, 1440)
    return f"{rest // 60:02d}:{rest % 60:02d}" + (f"+{days}" if days > 0 else "" if days == 0 else f"{days}")


def _history(trains: int, season: date) -> str:
    out = ["illustrative = true"]
    for railway in ("north", "south"):
        for number in range(ENTRIES_PER_RAILWAY):
            kind = "grant" if number % 2 == 0 else "withdraw"
            start = season + timedelta(days=0 if number == 0 else 30 * number)
            until = f"\nuntil = {start + timedelta(days=5)}" if number % 2 else ""
            # Every third entry names trains, so that not all of them share one fold.
            named = ", ".join(f'"t{one}"' for one in range(number, trains, max(7, trains // 40)))
            out.append(
                f'[[entry]]\nid = "{railway}-{number}"\nkind = "{kind}"\nrailway = "{railway}"\n'
                f"from = {start}{until}\nknown = {season - timedelta(days=40 - number)}\n"
                f'who = {{ en = "made" }}\nreason = {{ en = "measurement" }}'
                + (f"\ntrains = [{named}]" if number % 3 == 2 else "")
            )
    return "\n".join(out) + "\n"
