"""Crossing lists to test with: who goes over the bridge at Khasan on 1 December 2026, and any list hypothesis draws.

Vladivostok  dep 22:00          UTC+10
Khasan       dep 08:30 (+1)     UTC+10
────────────────────────────── the border
Tumangang    arr 07:50 (+1)     UTC+9
Rajin        arr 11:20 (+1)     UTC+9
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec.structs import replace

from rerail.border.model import ListKey, Manifest, Person, Place
from rerail.line.border import Asked, DocumentKind
from rerail.places.model import DepartureKey

STATIONS = {
    "vladivostok": {"en": "Vladivostok", "ru": "Владивосток", "ko": "블라디보스토크"},
    "khasan": {"en": "Khasan", "ru": "Хасан", "ko": "하산"},
    "tumangang": {"en": "Tumangang", "ru": "Туманган", "ko": "두만강"},
    "rajin": {"en": "Rajin (Rason)", "ru": "Раджин (Расон)", "ko": "라진(라선)"},
}
KHASAN = Place(
    names=STATIONS["khasan"],
    codes={"esr": "987002", "express3": "2034195"},
    country="RU",
    local=datetime(2026, 12, 2, 8, 30, tzinfo=ZoneInfo("Asia/Vladivostok")),
)
TUMANGANG = Place(
    names=STATIONS["tumangang"],
    codes={"express3": "3000350"},
    country="KP",
    local=datetime(2026, 12, 2, 7, 50, tzinfo=ZoneInfo("Asia/Pyongyang")),
)
EVERYTHING: tuple[Asked, ...] = get_args(Asked)


def person(booking: str = "K7MP4XQ2", number: int = 1, **more: Any) -> Person:
    given: dict[str, Any] = {
        "booking": booking,
        "number": number,
        "ticket": f"{booking}-{number}",
        "family_name": "Ковалёва",
        "given_names": "Анна Сергеевна",
        "latin_family_name": "KOVALEVA",
        "latin_given_names": "ANNA",
        "from_document": True,
        "coach": "3",
        "place": "12",
        "board": "vladivostok",
        "alight": "rajin",
        **more,
    }
    return Person(**given)


ANNA = person(
    document_kind="passport",
    document_number="752345678",
    issuing_state="RUS",
    expires=date(2031, 5, 20),
    nationality="RUS",
    birth_date=date(1988, 3, 9),
    sex="f",
    visa_number="K0012345",
    voucher_number="V-77",
)
MINJI = person(
    "Q2XW9PRT",
    1,
    family_name="김",
    given_names="민지",
    latin_family_name="KIM",
    latin_given_names="MINJI",
    place="14",
    alight="tumangang",
    document_kind="id-card",
    document_number="M1234567",
    issuing_state="PRK",
    nationality="PRK",
    birth_date=date(2001, 12, 31),
    sex="m",
    missing=("expires", "visa_number", "voucher_number"),
)
NOBODY_YET = person(
    "Q2XW9PRT",
    2,
    family_name="",
    given_names="",
    latin_family_name="",
    latin_given_names="",
    from_document=False,
    coach="",
    place="",
    missing=EVERYTHING,
)


def listed(*persons: Person, **more: Any) -> Manifest:
    given: dict[str, Any] = {
        "key": ListKey(DepartureKey("vladivostok-rason", date(2026, 12, 1)), "ksr-control"),
        "version": 1,
        "made": datetime(2026, 11, 30, 12, 0, 30, 123456, tzinfo=UTC),
        "authority_names": {"en": "Tumangang border control", "ru": "Контроль Туманган", "ko": "두만강 통행검사소"},
        "recipient": "KSR-CONTROL",
        "sender": "RERAIL",
        "language": "en",
        "kind": "control",
        "direction": "entry",
        "train_names": {"en": "Vladivostok – Rason", "ru": "Владивосток – Расон", "ko": "블라디보스토크 – 라선"},
        "numbers": ("951", "952"),
        "crossing_names": {"en": "Friendship Bridge", "ru": "Мост Дружбы", "ko": "우정의 다리"},
        "near": KHASAN,
        "far": TUMANGANG,
        "stations": STATIONS,
        "asks": EVERYTHING,
        "persons": persons,
        **more,
    }
    return Manifest(**given)


def asking(asks: tuple[Asked, ...], one: Person) -> Person:
    """The person with only what is asked, as a manifest has it."""
    empty = person()
    return replace(one, **{field: getattr(empty, field) for field in EVERYTHING if field not in asks})


NAMES = st.text(min_size=0, max_size=90).map(lambda name: " ".join(name.split())) | st.sampled_from(
    ["O'NEILL", "A+B:C?D'E", "??", "MÜLLER", "ŁUKASZ", "김", "WOLFESCHLEGELSTEINHAUSENBERGERDORFFWELCHEVORALTERN", "-"]
)
NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -/'+?:", max_size=20).map(str.strip)
STATES = st.sampled_from(["", "RUS", "PRK", "D", "UTO"])
DAYS = st.none() | st.dates(date(1930, 1, 1), date(2060, 12, 31))


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    asks = tuple(draw(st.lists(st.sampled_from(EVERYTHING), unique=True)))
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(["K7MP4XQ2", "Q2XW9PRT", "A'B+C"]), st.integers(1, 99)), unique=True, max_size=5
        )
    )
    people = tuple(asking(asks, draw(persons(*key))) for key in keys)
    gone = draw(st.integers(0, len(people)))
    return listed(
        *people[gone:],
        asks=asks,
        version=draw(st.integers(1, 30)),
        added=tuple(one.key for one in people[gone:][::3]),
        changed=tuple(one.key for one in people[gone:][1::3]),
        removed=people[:gone],
        direction=draw(st.sampled_from(["exit", "entry"])),
        numbers=draw(st.sampled_from([(), ("645",), ("951", "952")])),
        sender=draw(st.sampled_from(["RERAIL", "rerail:test+1"])),
        specimen=draw(st.booleans()),
    )


def persons(booking: str, number: int) -> st.SearchStrategy[Person]:
    return st.builds(
        Person,
        booking=st.just(booking),
        number=st.just(number),
        ticket=st.just(f"{booking}-{number}"),
        family_name=NAMES,
        given_names=NAMES,
        latin_family_name=NAMES,
        latin_given_names=NAMES,
        from_document=st.booleans(),
        coach=st.sampled_from(["", "3", "12А"]),
        place=st.sampled_from(["", "7", "14"]),
        board=st.sampled_from(["vladivostok", "khasan"]),
        alight=st.sampled_from(["tumangang", "rajin"]),
        document_kind=st.none() | st.sampled_from(get_args(DocumentKind)),
        document_number=NUMBERS,
        issuing_state=STATES,
        expires=DAYS,
        nationality=STATES,
        birth_date=DAYS,
        sex=st.sampled_from(["", "f", "m", "x"]),
        visa_number=NUMBERS,
        voucher_number=NUMBERS,
    )
