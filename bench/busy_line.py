"""Writes the shipped line with long trains several times a day: places enough to sell tens of thousands of tickets."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).parent.parent / "lines" / "vladivostok-rason"
COACHES: Final = 16
A_DAY: Final = 4
"""Trains of each kind in a day."""

_HUB: Final = "# ── connections at the hub"

# Minutes after the first departure, on the station's own clock: arrival, departure.
_DOMESTIC: Final = (
    ("vladivostok", None, 0),
    ("ugolnaya", 40, 42),
    ("ussuriysk", 135, 165),
    ("khasan", 520, None),
)
_ACROSS: Final = (
    ("vladivostok", None, 0),
    ("ussuriysk", 125, 155),
    ("khasan", 510, 630),
    ("tumangang", 590, 710),  # an hour is gained at the border
    ("rajin", 800, None),
)


def write(folder: Path) -> None:
    """The shipped folder; for its short domestic trains `A_DAY` long ones daily, and as many across the border."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    trains = [_train(f"domestic-{number}", _DOMESTIC, 60 * (6 + 3 * number), "seats") for number in range(A_DAY)]
    trains += [_train(f"across-{number}", _ACROSS, 60 * (18 + number), "compartment") for number in range(A_DAY)]
    kept, cut, _ = (SHIPPED / "trains.toml").read_text().partition(_HUB)
    if not cut:
        raise SystemExit(f'{SHIPPED}/trains.toml has no "{_HUB}" any more: say where the short domestic trains begin')
    (folder / "trains.toml").write_text(kept + "\n".join(trains))
    with (folder / "line.toml").open("a") as file:
        file.write(_controls())


def _controls() -> str:
    trains = ", ".join(f'"across-{number}"' for number in range(A_DAY))
    return "".join(
        f'\n[[crossing.control]]\nrailway = "{railway}"\nstation = "{station}"\ntowards = "ksr"\n'
        f'mode = "on-board"\ntrains = [{trains}]\n'
        for railway, station in (("rzd", "khasan"), ("ksr", "tumangang"))
    )


def _train(name: str, calls: tuple[tuple[str, int | None, int | None], ...], first: int, coach_type: str) -> str:
    across = calls is _ACROSS
    number = ', ksr = "7001"' if across else ""
    lines = [
        f'[[train]]\nid = "{name}"\nnames = {{ en = "{name}", ru = "{name}", ko = "{name}" }}\nroute = "hub"',
        f'direction = "outbound"\nnumbers = {{ rzd = "7001"{number} }}\nprinted_for = 2026-01-10\nthrough = true',
        f"illustrative = true\ngroups_only = {str(across).lower()}",
        '[train.running_days]\n[[train.running_days.rule]]\nrrule = "FREQ=DAILY"\nstart = 2025-05-01',
    ]
    for station, arrival, departure in calls:
        lines.append(f'[[train.call]]\nstation = "{station}"')
        lines += [f'arrival = "{_clock(first + arrival)}"'] if arrival is not None else []
        lines += [f'departure = "{_clock(first + departure)}"'] if departure is not None else []
    lines += [
        f'[[train.coach]]\nnumber = "{coach}"\ntype = "{coach_type}"\nrailway = "rzd"'
        for coach in range(1, COACHES + 1)
    ]
    return "\n".join(lines) + "\n"


def _clock(minutes: int) -> str:
    days, rest = divmod(minutes, 1440)
    return f"{rest // 60:02d}:{rest % 60:02d}" + (f"+{days}" if days else "")
