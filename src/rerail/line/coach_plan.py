"""A coach from above: from the rows of text in coaches.toml to places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from rerail.line.model import Place

PlaceKind = Literal["seat", "lower", "middle", "upper", "wheelchair"]

KINDS: Final[dict[str, PlaceKind]] = {
    "s": "seat",
    "l": "lower",
    "m": "middle",
    "u": "upper",
    "w": "wheelchair",
}

_PLACE: Final = re.compile(r"([0-9A-Z]{1,6})([slmuw])(!?)")

AISLE: Final = "="
WALL: Final = "|"
EMPTY: Final = "."


class PlanFault(Struct, frozen=True):
    """What is wrong in one row of a plan."""

    row: int
    message: str
    fix: str


def places_of(plan: Sequence[str]) -> tuple[tuple[Place, ...], tuple[PlanFault, ...]]:
    """The places that a plan draws, row by row from the left, and what is wrong with it.

    Rows run across the coach, columns along it; walls take no column. A place is at a window in the first and
    in the last row that is not aisle, and where it is drawn with "!". Compartments are counted from the left
    by the walls of the place's row; a row without walls is open.
    """
    rows = [row.split() for row in plan]
    furnished = [index for index, tokens in enumerate(rows) if any(token != AISLE for token in tokens)]
    outer = {furnished[0], furnished[-1]} if furnished else set()
    places: list[Place] = []
    faults: list[PlanFault] = []
    seen: dict[str, int] = {}
    for index in furnished:
        column, compartment = 0, 1
        walled = WALL in rows[index]
        for token in rows[index]:
            if token == WALL:
                # A wall drawn before the first place closes the coach, not a compartment.
                compartment += column > 0
                continue
            if token != EMPTY:
                match = _PLACE.fullmatch(token)
                if match is None:
                    faults.append(PlanFault(index, f'"{token[:20]}" in the plan is no place.', _HOW))
                    column += 1
                    continue
                number, letter, window = match.groups()
                if number in seen:
                    where = "in this row" if seen[number] == index else f"in row {seen[number]}"
                    faults.append(
                        PlanFault(index, f"place {number} is drawn twice, here and {where}.", "Number it anew.")
                    )
                seen.setdefault(number, index)
                places.append(
                    Place(
                        number=number,
                        kind=KINDS[letter],
                        compartment=str(compartment) if walled else None,
                        row=index,
                        column=column,
                        window=bool(window) or index in outer,
                    )
                )
            column += 1
    return tuple(places), (*faults, *_uneven(rows, furnished))


def extent(plan: Sequence[str]) -> tuple[int, int]:
    """The rows of a plan, aisles included, and its columns, empty spots included."""
    columns = (sum(token not in (WALL, AISLE) for token in row.split()) for row in plan)
    return len(plan), max(columns, default=0)


_HOW: Final = (
    'Write its number and kind, "12s": s seat, l lower, m middle, u upper berth, w wheelchair; '
    '"." is an empty spot, "|" a wall, and "=" alone a row of aisle.'
)


def _uneven(rows: Sequence[Sequence[str]], furnished: Sequence[int]) -> list[PlanFault]:
    """Rows with walls must have them at the same columns: a compartment reaches across its rows."""
    walls: dict[tuple[int, ...], int] = {}
    for index in furnished:
        if WALL in rows[index]:
            walls.setdefault(_walls(rows[index]), index)
    first, *others = walls.values() or [0]
    return [
        PlanFault(other, f"the walls of this row do not stand where those of row {first} stand.", "Draw them in line.")
        for other in others
    ]


def _walls(tokens: Sequence[str]) -> tuple[int, ...]:
    """The columns before which a row has its walls, the ends of the coach left out."""
    found, column = [], 0
    for token in tokens:
        if token == WALL:
            found.append(column)
        else:
            column += 1
    return tuple(wall for wall in found if 0 < wall < column)
