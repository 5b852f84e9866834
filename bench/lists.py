"""How fast crossing lists are made, against writing the same bytes: 1,000 departures of 600 passengers.

PDFs take a second or two each and are measured on a few.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bench.figures import against, peak_memory, printed
from rerail.border.forms import render
from rerail.border.model import Form, ListKey, Manifest, Person, Place
from rerail.line.border import Asked
from rerail.places.model import DepartureKey

DEPARTURES: Final = 1000
PASSENGERS: Final = 600
PDFS: Final = 5
TRAINFULS: Final = 10
"""Different trainfuls; departures take them in turn."""

ASKED: Final[tuple[Asked, ...]] = (
    *("document_kind", "document_number", "issuing_state", "expires", "nationality", "birth_date", "sex"),
    *("visa_number", "voucher_number"),
)
STATIONS: Final = {
    "vladivostok": {"en": "Vladivostok", "ru": "Владивосток", "ko": "블라디보스토크"},
    "rajin": {"en": "Rajin (Rason)", "ru": "Раджин (Расон)", "ko": "라진(라선)"},
}
NAMES: Final = (
    ("Ковалёва", "Анна Сергеевна", "KOVALEVA", "ANNA"),
    ("김", "민지", "KIM", "MINJI"),
    ("O'Neill", "Mary-Jane", "O'NEILL", "MARY-JANE"),
    ("Ковалевский-Задунайский", "Константин", "KOVALEVSKII-ZADUNAISKII", "KONSTANTIN"),
)


def passenger(number: int) -> Person:
    """One of them, with every field that an authority can ask for."""
    family, given, latin_family, latin_given = NAMES[number % len(NAMES)]
    booking = f"B{number // 4:07d}"
    return Person(
        booking=booking,
        number=number % 4 + 1,
        ticket=f"{booking}-{number % 4 + 1}",
        family_name=family,
        given_names=given,
        latin_family_name=latin_family,
        latin_given_names=latin_given,
        from_document=True,
        coach=str(number % PASSENGERS // 40 + 1),
        place=str(number % 40 + 1),
        board="vladivostok",
        alight="rajin",
        document_kind="passport",
        document_number=f"{750_000_000 + number}",
        issuing_state="RUS",
        expires=date(2030, 1, 1) + timedelta(days=number % 1000),
        nationality="RUS",
        birth_date=date(1950, 1, 1) + timedelta(days=number * 7 % 20_000),
        sex="f" if number % 2 else "m",
        visa_number=f"K{number:07d}",
        voucher_number=f"V-{number}",
    )


def manifests(departures: int) -> Iterator[Manifest]:
    """A control's list of each departure, day after day."""
    trainfuls = [
        tuple(passenger(which * PASSENGERS + number) for number in range(PASSENGERS)) for which in range(TRAINFULS)
    ]
    first = date(2026, 1, 1)
    for number in range(departures):
        day = first + timedelta(days=number)
        border = datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZoneInfo("Asia/Vladivostok"))
        yield Manifest(
            key=ListKey(DepartureKey("vladivostok-rason", day), "control"),
            version=1,
            made=datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC),
            authority_names={"en": "Border control"},
            recipient="CONTROL",
            sender="RERAIL",
            language="ru",
            kind="control",
            direction="entry",
            train_names={"en": "Vladivostok - Rason", "ru": "Владивосток – Расон"},
            numbers=("951",),
            crossing_names={"en": "Friendship Bridge", "ru": "Мост Дружбы"},
            near=Place(names={"en": "Khasan", "ru": "Хасан"}, codes={"esr": "987002"}, country="RU", local=border),
            far=Place(names={"en": "Tumangang", "ru": "Туманган"}, codes={}, country="KP", local=border),
            stations=STATIONS,
            asks=ASKED,
            persons=trainfuls[number % TRAINFULS],
        )


def _made_and_written(folder: Path, form: Form, departures: int) -> None:
    for manifest in manifests(departures):
        one = render(manifest, form)
        (folder / one.name).write_bytes(one.content)


def _written(folder: Path, contents: list[bytes], departures: int) -> None:
    for number in range(departures):
        (folder / f"{number}").write_bytes(contents[number % len(contents)])


def run() -> None:
    """Print the figures of the three forms."""
    print(f"Lists: {PASSENGERS} passengers each, every field asked, made and written to files")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        forms: tuple[tuple[Form, int], ...] = (("paxlst", DEPARTURES), ("csv", DEPARTURES), ("pdf", PDFS))
        for form, departures in forms:
            contents = [render(one, form).content for one in manifests(min(departures, TRAINFULS))]
            made: Callable[[], None] = partial(_made_and_written, folder, form, departures)
            figure = against(
                f"{form}, {departures} departures", made, partial(_written, folder, contents, departures), 3
            )
            size = sum(map(len, contents)) / len(contents) / 1000
            print(printed(figure, "writing the same bytes"))
            print(
                f"    {departures / figure.seconds:.1f} lists/s, {departures * PASSENGERS / figure.seconds:,.0f} "
                f"passengers/s, {size:.0f} kB each; peak memory {peak_memory()}"
            )
