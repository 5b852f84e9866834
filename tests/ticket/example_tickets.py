"""Tickets to test with: Anna's over the border in two berths, and whatever a test makes of it."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from rerail.line.amount import Money
from rerail.ticket.keys import PublishedKey, SigningKey, generated
from rerail.ticket.model import Ticket, TicketCall, TicketSpot

VLADIVOSTOK_CLOCK, KOREAN_CLOCK = "Asia/Vladivostok", "Asia/Pyongyang"

NAMES = {
    "vladivostok": {"en": "Vladivostok", "ru": "Владивосток", "ko": "블라디보스토크"},
    "khasan": {"en": "Khasan", "ru": "Хасан", "ko": "하산"},
    "tumangang": {"en": "Tumangang", "ru": "Туманган", "ko": "두만강"},
    "rajin": {"en": "Rajin (Rason)", "ru": "Раджин (Расон)", "ko": "라진(라선)"},
}


def call(station: str, at: str, zone: str = VLADIVOSTOK_CLOCK, *, code: str | None = None) -> TicketCall:
    """A call at "2026-12-10 22:00" on the station's clock."""
    label = "MSK+7" if zone == VLADIVOSTOK_CLOCK else ""
    local = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
    names = NAMES.get(station, {"en": station.capitalize()})
    return TicketCall(station=station, names=names, code=code, at=local, zone=zone, working_label=label)


LEAVES = call("vladivostok", "2026-12-10 22:00")
BORDER = call("khasan", "2026-12-11 08:30")
ARRIVES = call("rajin", "2026-12-11 11:20", KOREAN_CLOCK)

Kind = Literal["seat", "lower", "middle", "upper", "wheelchair"]


def spot(
    coach: str, place: str, kind: Kind = "seat", board: TicketCall = LEAVES, alight: TicketCall = ARRIVES
) -> TicketSpot:
    names = {"en": "compartment coach", "ru": "купейный вагон", "ko": "침대차"}
    return TicketSpot(coach=coach, coach_names=names, place=place, kind=kind, board=board, alight=alight)


RZD = {"en": "RZD", "ru": "РЖД", "ko": "RZD"}
KSR = {"en": "KSR", "ru": "ЖД КНДР", "ko": "조선 철도"}

ANNA = Ticket(
    reference="K7MP4XQ2-3",
    booking="K7MP4XQ2",
    issuer="rzd",
    issuer_names={"en": "Russian Railways", "ru": "Российские железные дороги", "ko": "러시아 철도"},
    issuer_code=None,
    issued=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    family_name="Ковалёва",
    given_names="Анна Сергеевна",
    category="adult",
    category_names={"en": "adult", "ru": "взрослый", "ko": "어른"},
    adult=True,
    train="vladivostok-rason",
    train_names={
        "en": "Vladivostok – Rajin (Rason)",
        "ru": "Владивосток – Раджин (Расон)",
        "ko": "블라디보스토크 – 라진(라선)",
    },
    numbers=((RZD, "951"), (KSR, "952")),
    service_date=date(2026, 12, 10),
    travel_class="second",
    board=LEAVES,
    alight=ARRIVES,
    spots=(spot("3", "12", "upper", alight=BORDER), spot("3", "34", "lower", board=BORDER)),
    price=Money(1_234_500, "RUB"),
    passport_check=True,
    named_list={"en": "Rason Tours", "ru": "Расон Турс", "ko": "라선 관광"},
    languages=("ru", "ko"),
    illustrative=True,
    specimen=False,
)
"""Anna, from Vladivostok to Rajin: place 12 to Khasan, 34 after it."""

SHUTTLE = replace(
    ANNA,
    reference="B2SHUTTL-1",
    train="khasan-tumangang",
    train_names={"en": "Khasan – Tumangang", "ru": "Хасан – Туманган", "ko": "하산 – 두만강"},
    numbers=((RZD, "645"),),
    service_date=date(2026, 12, 11),
    board=call("khasan", "2026-12-11 15:30"),
    alight=call("tumangang", "2026-12-11 14:50", KOREAN_CLOCK),
    spots=(
        spot(
            "1",
            "7",
            board=call("khasan", "2026-12-11 15:30"),
            alight=call("tumangang", "2026-12-11 14:50", KOREAN_CLOCK),
        ),
    ),
)
"""Leaves at 15:30 and arrives at 14:50: the clocks are an hour apart."""


def anna(**changes: Any) -> Ticket:
    return replace(ANNA, **changes)


def key_pair(
    issuer: str = "rzd", key_id: int = 1, since: datetime = datetime(2026, 1, 1, tzinfo=UTC)
) -> tuple[SigningKey, PublishedKey]:
    """A key, and what is published of it: good for a year."""
    pkcs8, spki = generated()
    until = since + timedelta(days=365)
    public = PublishedKey(
        issuer=issuer,
        key_id=key_id,
        algorithm_oid="1.2.840.10045.4.3.2",
        spki_der_base64=base64.b64encode(spki).decode(),
        since=since,
        until=until,
    )
    return SigningKey(issuer, key_id, since, until, pkcs8), public
