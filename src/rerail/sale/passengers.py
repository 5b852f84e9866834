"""Who travels: names in any script, ages that fit the category, and a group's named list."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from msgspec import Struct

from rerail.fares import categories
from rerail.line.tariff import CategoryId, Tariff
from rerail.places.model import CompartmentRule
from rerail.sale.errors import ListRefused, SaleError, WrongPassenger
from rerail.sale.model import Passenger, PassengerGiven

LONGEST_NAME: Final = 80
LONGEST_EMAIL: Final = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
MOST_LIST_BYTES: Final = 200_000
LIST_COLUMNS: Final = ("family_name", "given_names", "birth_date", "category")


def checked_name(name: str, about: str) -> str:
    """A name as it is kept: composed (NFC), single spaces. Any script. Raises `WrongPassenger`."""
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    if len(kept) > LONGEST_NAME:
        raise WrongPassenger("A name has at most %(most)d characters.", about, most=LONGEST_NAME)
    if kept and not any(unicodedata.category(letter).startswith("L") for letter in kept):
        raise WrongPassenger('"%(name)s" is no name: it has no letter. Write it as in the passport.', about, name=kept)
    if any(unicodedata.category(one) in _NOT_IN_NAMES or unicodedata.bidirectional(one) in _TURNS for one in kept):
        raise WrongPassenger("The name holds a character that cannot be printed; type it anew.", about)
    return kept


# Control, unassigned, private use. Of format characters only those that turn what follows: joiners belong to some
# scripts' letters.
_NOT_IN_NAMES: Final = frozenset(("Cc", "Cn", "Co", "Cs"))
_TURNS: Final = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))


def name_key(family: str, given: str) -> str:
    """What a clerk finds a passenger by, whatever the case: family name first."""
    return " ".join(unicodedata.normalize("NFKC", f"{family} {given}").casefold().split())


def checked_email(email: str, *, needed: bool) -> str:
    """The address, trimmed. Raises `WrongPassenger` if no mail could reach it."""
    kept = email.strip()
    if not kept and not needed:
        return ""
    local, at, host = kept.rpartition("@")
    plain = at and local and "." in host.strip(".") and not any(char.isspace() or ord(char) < 32 for char in kept)
    if not plain or len(kept) > LONGEST_EMAIL or host.startswith((".", "-")) or host.endswith("."):
        raise WrongPassenger("Give an e-mail address like name@example.org; the ticket is sent there.", "email")
    return kept


def checked(
    tariff: Tariff,
    given: Sequence[PassengerGiven],
    counts: Mapping[CategoryId, int],
    day: date,
    today: date,
    *,
    names_later: bool,
    births_later: bool = False,
) -> tuple[Passenger, ...]:
    """The passengers, numbered. `day` is the first day of travel, on the boarding station's clock.

    `names_later` lets passengers be nobody yet, `births_later` lets somebody have no birth date yet where an age sets
    the price. Raises `WrongPassenger` about the first that is wrong.
    """
    if Counter(one.category for one in given) != Counter({key: count for key, count in counts.items() if count}):
        raise WrongPassenger("The passengers are not those the price was made for; ask for a new offer.", "passengers")
    return tuple(
        _checked_one(tariff, one, number, day, today, names_later=names_later, births_later=births_later)
        for number, one in enumerate(given, start=1)
    )


def _checked_one(
    tariff: Tariff,
    one: PassengerGiven,
    number: int,
    day: date,
    today: date,
    *,
    names_later: bool,
    births_later: bool,
) -> Passenger:
    about = f"passengers.{number}"
    family = checked_name(one.family_name, f"{about}.family_name")
    given = checked_name(one.given_names, f"{about}.given_names")
    nobody = not family and not given
    if not family and not (nobody and names_later):
        raise WrongPassenger(
            "Give the family name of passenger %(number)d as in the passport; a single name is written here.",
            f"{about}.family_name",
            number=number,
        )
    if one.birth_date is not None or not (nobody or births_later):
        checked_birth(tariff, one.category, one.birth_date, day, today, about)
    return Passenger(
        number=number,
        category=one.category,
        family_name=family,
        given_names=given,
        birth_date=one.birth_date,
        sex=one.sex,
    )


def fit_compartments(tariff: Tariff, passengers: Sequence[Passenger], rules: Sequence[CompartmentRule | None]) -> None:
    """Raise `WrongPassenger` unless every grown passenger may be in the kinds of compartment asked for."""
    for rule, fits in (("women", "f"), ("men", "m")):
        if rule not in rules:
            continue
        for one in passengers:
            if one.sex != fits and one.named and not tariff.categories[one.category].with_adult:
                raise WrongPassenger(
                    "A compartment for women or for men was asked for; say of every passenger that she or he fits.",
                    f"passengers.{one.number}.sex",
                )


def checked_birth(
    tariff: Tariff, category: CategoryId, birth_date: date | None, day: date, today: date, about: str
) -> None:
    """Raise `WrongPassenger` unless the birth date is possible and fits the category on the day of travel."""
    try:
        categories.checked(tariff, category, birth_date, day, today=today)
    except categories.PassengerError as error:
        raise WrongPassenger(error.message, f"{about}.birth_date", **error.values) from None


class ListRow(Struct, frozen=True, kw_only=True):
    """A row of a named list. `line` is its line in the file, from 1 with the heading."""

    line: int
    given: PassengerGiven


def read_list(content: bytes, tariff: Tariff) -> tuple[ListRow, ...]:
    """The rows of a CSV file: family_name, given_names, birth_date, category (the last two may be left out).

    Commas, semicolons or tabs; UTF-8, or the Windows-1251 that Russian spreadsheets write. Raises `ListRefused`
    with every wrong row, `WrongPassenger` if it is no such file.
    """
    columns, lines = read_table(content)
    if "family_name" not in columns:
        raise WrongPassenger(
            "The first line must name the columns: %(columns)s.", "list", columns=", ".join(LIST_COLUMNS)
        )
    rows: list[ListRow] = []
    wrong: list[tuple[int, SaleError]] = []
    for number, values in lines:
        try:
            rows.append(ListRow(line=number, given=_given(values, tariff)))
        except SaleError as error:
            wrong.append((number, error))
    if wrong:
        raise ListRefused(tuple(wrong))
    return tuple(rows)


def read_table(content: bytes) -> tuple[tuple[str, ...], tuple[tuple[int, dict[str, str]], ...]]:
    """The columns of a CSV file, and its rows that hold anything: number of the line, column → text, trimmed.

    Commas, semicolons or tabs; UTF-8, or Windows-1251. Raises `WrongPassenger` if it is no such file.
    """
    if len(content) > MOST_LIST_BYTES:
        raise WrongPassenger("The list has more than %(most)d bytes; send names only.", "list", most=MOST_LIST_BYTES)
    text = _text(content)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error:  # a picture, or a spreadsheet's own format
        lines = [[""]]
    if not lines:
        raise WrongPassenger("The list is empty; its first line names the columns.", "list")
    columns = tuple(name.strip().casefold().replace(" ", "_") for name in lines[0])
    rows = (
        (number, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
        for number, cells in enumerate(lines[1:], start=2)
    )
    return columns, tuple((number, values) for number, values in rows if any(values.values()))


def _given(values: Mapping[str, str], tariff: Tariff) -> PassengerGiven:
    adult = next(iter(tariff.categories))
    category = values.get("category") or adult
    if category not in tariff.categories:
        known = ", ".join(tariff.categories)
        raise WrongPassenger(
            '"%(category)s" is no kind of passenger; write one of %(known)s.',
            "category",
            category=category,
            known=known,
        )
    family = checked_name(values.get("family_name", ""), "family_name")
    if not family:
        raise WrongPassenger("The family name is missing.", "family_name")
    return PassengerGiven(
        category=category,
        family_name=family,
        given_names=checked_name(values.get("given_names", ""), "given_names"),
        birth_date=read_date(values.get("birth_date", ""), "birth_date"),
        sex=_sex(values.get("sex", "")),
    )


def read_date(text: str, about: str) -> date | None:
    """A date as people write it: 1987-03-21 or 21.03.1987. Raises `WrongPassenger`."""
    kept = text.strip()
    if not kept:
        return None
    try:
        if "." in kept:
            day, month, year = (int(part) for part in kept.split("."))
            return date(year, month, day)
        return date.fromisoformat(kept)
    except ValueError:
        raise WrongPassenger('"%(text)s" is no date; write it as 1987-03-21.', about, text=kept[:20]) from None


def _sex(text: str) -> Literal["", "f", "m"]:
    first = text[:1].casefold()
    return "f" if first in ("f", "ж") else "m" if first in ("m", "м") else ""


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
