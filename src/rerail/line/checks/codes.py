"""Codes of stations and railways, with their check digits; coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rerail.line.draft import DraftFolder
from rerail.line.problem import At, Finding, error


def esr_check_digit(five: str) -> int:
    """The sixth digit of a station's code in the ESR list of the 1520 mm railways.

    The first five digits, each times its place (1 to 5), added, modulo 11. If that leaves 10, once more with 3
    to 7; if that leaves 10 as well, 0.
    """
    for weights in (range(1, 6), range(3, 8)):
        rest = sum(int(digit) * weight for digit, weight in zip(five, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return 0


def uic_check_digit(five: str) -> int:
    """The eighth digit of a UIC station code: Luhn's over the five digits of the station, without the country.

    So do the French railways, who print it: Paris Gare du Nord, 87 27100, has 7.
    """
    total = 0
    for index, digit in enumerate(reversed(five)):
        value = int(digit) * (2 - index % 2)
        total += value // 10 + value % 10
    return -total % 10


def esr_code(draft: DraftFolder) -> Iterator[Finding]:
    """An ESR code has six digits, the last a check digit (Khasan 987002, Baranovsky 988402)."""
    for at, code in _codes(draft, "esr"):
        if not re.fullmatch(r"[0-9]{6}", code):
            yield error(at, f'"{code}" is no ESR code.', "It has six digits.")
        elif int(code[5]) != esr_check_digit(code[:5]):
            digit = esr_check_digit(code[:5])
            message = f'the check digit of "{code}" is wrong: after {code[:5]} comes {digit}.'
            yield error(at, message, "Look it up again: one of its digits is mistaken.")


def express3_code(draft: DraftFolder) -> Iterator[Finding]:
    """An Express-3 code has seven digits: two for the railway's country, five for the station.

    It is the UIC code without a check digit: codes of neighbouring stations differ in the last digit alone.
    """
    for at, code in _codes(draft, "express3"):
        if not re.fullmatch(r"[1-9][0-9]{6}", code):
            yield error(at, f'"{code}" is no Express-3 code.', "It has seven digits, the first not 0.")


def uic_code(draft: DraftFolder) -> Iterator[Finding]:
    """A UIC station code has seven digits, or eight with its check digit."""
    for at, code in _codes(draft, "uic"):
        if not re.fullmatch(r"[1-9][0-9]{6,7}", code):
            fix = "It has two digits for the country, five for the station, and perhaps a check digit."
            yield error(at, f'"{code}" is no UIC station code.', fix)
        elif len(code) == 8 and int(code[7]) != uic_check_digit(code[2:7]):
            digit = uic_check_digit(code[2:7])
            message = f'the check digit of "{code}" is wrong: after {code[:7]} comes {digit}.'
            yield error(at, message, "Look it up again, or leave the check digit out.")


def railway_code(draft: DraftFolder) -> Iterator[Finding]:
    """A railway's UIC code has four digits or capitals (RICS)."""
    for placed in draft.railways.values():
        code = placed.value.codes.get("uic")
        if code is not None and not re.fullmatch(r"[0-9A-Z]{4}", code):
            yield error(
                placed.at.key("codes").key("uic"), f'"{code}" is no UIC company code.', "It has four characters."
            )


def shared_code(draft: DraftFolder) -> Iterator[Finding]:
    """No two stations have the same code in the same list."""
    first: dict[tuple[str, str], str] = {}
    for placed in draft.stations.values():
        for system, code in placed.value.codes.items():
            owner = first.setdefault((system, code), placed.value.id)
            if owner != placed.value.id:
                at = placed.at.key("codes").key(system)
                yield error(at, f'"{code}" is already the code of "{owner}".', "One of the two is mistaken.")


def coordinates(draft: DraftFolder) -> Iterator[Finding]:
    """A position is a latitude, a longitude, and what they point at: without that nobody knows how far to trust it."""
    for placed in draft.stations.values():
        station = placed.value
        given = {
            "latitude": station.latitude is not None,
            "longitude": station.longitude is not None,
            "precision": station.precision is not None,
        }
        missing = [name for name, there in given.items() if not there]
        if missing and len(missing) < 3 and not placed.broken & given.keys():
            present = [name for name, there in given.items() if there]
            fix = f"Add {' and '.join(missing)}, or take {' and '.join(present)} out."
            yield error(placed.at, f"there is {' and '.join(present)} without {' and '.join(missing)}.", fix)


def _codes(draft: DraftFolder, system: str) -> Iterator[tuple[At, str]]:
    for placed in draft.stations.values():
        code = placed.value.codes.get(system)
        if code is not None:
            yield placed.at.key("codes").key(system), code


RULES: Final = (esr_code, express3_code, uic_code, railway_code, shared_code, coordinates)
