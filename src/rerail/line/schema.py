"""The tables of a line folder, key by key, as docs/line-folder.md explains them."""

from __future__ import annotations

from typing import Final

from rerail.line import kinds
from rerail.line.kinds import Kind, choice, identifier, integer, list_of, number, pattern, reference, texts
from rerail.line.table import Field, Spec

LANGUAGE: Final = pattern(r"[a-z]{2,3}", "a language code like en (ISO 639)")
COUNTRY: Final = pattern(r"[A-Z]{2}", "a country code of two capitals like RU (ISO 3166-1)", "country")
CURRENCY: Final = pattern(r"[A-Z]{3}", "a currency code of three capitals like RUB (ISO 4217)", "currency")
URL: Final = pattern(r"https?://[^\s/]+\S*", "an address that begins with https://")
DATED: Final = pattern(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", "a year, month or day like 2024-12")
EMAIL: Final = pattern(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", "an e-mail address")
GAUGE: Final = integer(300, 3000)
MINUTES: Final = integer(0, 525_600)
STATION_CODES: Final = ("esr", "express3", "uic")


def _id() -> Field:
    return Field("id", identifier, required=True)


def _text(key: str, required: bool = False, name: str = "") -> Field:
    return Field(key, texts, required=required, neutral={}, public=True, name=name)


def _one(key: str, refers: str, required: bool = True, name: str = "") -> Field:
    return Field(key, reference, required=required, refers=refers, name=name)


def _many(key: str, refers: str, required: bool = False) -> Field:
    return Field(key, list_of(reference), required=required, refers=refers)


def _figure(key: str, kind: Kind, required: bool = False, name: str = "") -> Field:
    return Field(key, kind, required=required, figure=True, name=name)


SOURCE: Final = Spec(
    "source",
    Field("title", kinds.text, required=True, neutral=""),
    Field("url", URL),
    Field("dated", DATED),
    Field("confidence", choice("high", "medium", "low")),
)

LINE: Final = Spec(
    "line",
    _id(),
    _text("names", required=True),
    Field("languages", list_of(LANGUAGE, at_least=1), required=True),
    _one("agency", "railway"),
    _figure("sale_opens_days", integer(0, 1000)),
)

RAILWAY: Final = Spec(
    "railway",
    _id(),
    _text("names", required=True),
    _text("short_names", required=True),
    _text("side", required=True),
    Field("country", COUNTRY, required=True, neutral="XX"),
    Field("currency", CURRENCY, required=True, neutral="XXX"),
    Field("languages", list_of(LANGUAGE, at_least=1), required=True, neutral=()),
    Field("clock", kinds.time_zone, required=True),
    _text("clock_label"),
    Field("codes", kinds.text, figure=True, each=True, keys=("uic",)),
    Field("url", URL),
)

STATION: Final = Spec(
    "station",
    _id(),
    _text("names", required=True),
    _one("railway", "railway"),
    Field("clock", kinds.time_zone),
    Field("kind", choice("station", "junction", "border")),
    _figure("latitude", number(-90, 90)),
    _figure("longitude", number(-180, 180)),
    Field("precision", choice("platform", "station", "city")),
    Field("codes", kinds.text, figure=True, each=True, keys=STATION_CODES),
    _figure("tracks", integer(1, 500)),
    _figure("transfer_minutes", integer(0, 1440)),
)

SECTION: Final = Spec(
    "section",
    _one("start", "station"),
    _one("end", "station"),
    _one("railway", "railway"),
    Field("km", number(0.01, 10_000), required=True, figure=True, neutral=0.01),
    _figure("tracks", integer(1, 50)),
    Field("gauges", list_of(GAUGE, at_least=1), required=True, figure=True, neutral=()),
    _figure("electrification", kinds.text),
    _figure("speed_kmh", integer(1, 600)),
)

GAUGE_BREAK: Final = Spec(
    "gauge break",
    _one("station", "station"),
    Field("gauges", kinds.pair_of(GAUGE), required=True, figure=True),
    Field("method", choice("bogie-change", "adjustable-axles"), required=True, neutral="bogie-change"),
    _figure("minutes", integer(0, 1440)),
)

CONTROL: Final = Spec(
    "control",
    _one("railway", "railway"),
    _one("station", "station"),
    _one("towards", "railway"),
    Field("mode", choice("on-board", "on-foot", "before-boarding"), required=True),
    _many("trains", "train"),
    _figure("minutes", integer(0, 1440)),
    _figure("opens", kinds.time_of_day),
    _figure("closes", kinds.time_of_day),
)

CROSSING: Final = Spec(
    "crossing",
    _id(),
    _text("names", required=True),
    Field("railways", kinds.pair_of(reference), required=True, refers="railway"),
    _one("border", "station"),
    Field("open_border", kinds.boolean),
    lists={"control": CONTROL},
)

ROUTE: Final = Spec(
    "route",
    _id(),
    _text("names", required=True),
    Field("principal", kinds.boolean),
)

LINE_FILE: Final = Spec(
    "line.toml",
    tables={"line": LINE},
    lists={
        "railway": RAILWAY,
        "station": STATION,
        "section": SECTION,
        "gauge_break": GAUGE_BREAK,
        "crossing": CROSSING,
        "route": ROUTE,
    },
)

COACH_TYPE: Final = Spec(
    "coach type",
    _id(),
    _text("names", required=True),
    Field(
        "class", choice("first", "second", "third"), required=True, figure=True, neutral="second", name="travel_class"
    ),
    Field("accommodation", choice("seats", "couchette", "sleeper"), required=True, figure=True, neutral="seats"),
    Field("gauges", list_of(GAUGE, at_least=1), required=True, figure=True, neutral=()),
    Field("plan", list_of(kinds.text), required=True, figure=True, neutral=(), name="places"),
)

COACHES_FILE: Final = Spec("coaches.toml", lists={"coach_type": COACH_TYPE})

RULE: Final = Spec(
    "rule of running days",
    _figure("rrule", kinds.text, required=True),
    _figure("start", kinds.day, required=True),
)

RUNNING_DAYS: Final = Spec(
    "running_days table",
    _figure("dates", list_of(kinds.day)),
    _figure("except_dates", list_of(kinds.day)),
    lists={"rule": RULE},
)

CALL: Final = Spec(
    "call",
    _one("station", "station"),
    _figure("arrival", kinds.printed),
    _figure("departure", kinds.printed),
    Field("boarding", kinds.boolean),
    Field("alighting", kinds.boolean),
    _many("via", "station"),
)

COACH: Final = Spec(
    "coach",
    _figure("number", kinds.text, required=True),
    _one("type", "coach_type"),
    _one("railway", "railway"),
    _one("from", "station", required=False),
    _one("to", "station", required=False),
    Field("traffic", choice("any", "domestic", "international")),
)

TRAIN: Final = Spec(
    "train",
    _id(),
    _text("names", required=True),
    _one("route", "route"),
    Field("direction", choice("outbound", "inbound"), required=True, neutral="outbound"),
    Field("numbers", kinds.text, required=True, figure=True, each=True, keys_refer="railway", neutral={}),
    Field("printed_for", kinds.day, required=True, figure=True),
    _one("timed_by", "railway", required=False),
    Field("through", kinds.boolean, default=True),
    _many("change_at", "station"),
    Field("groups_only", kinds.boolean),
    _text("notes"),
    tables={"running_days": RUNNING_DAYS},
    lists={"call": CALL, "coach": COACH},
)

TRAINS_FILE: Final = Spec("trains.toml", lists={"train": TRAIN})

SALE: Final = Spec(
    "sale table",
    _figure("closes_minutes", MINUTES),
    _figure("hold_minutes", integer(1, 10_080)),
    _figure("counter_hold_minutes", integer(1, 525_600)),
    _figure("rebook_days", integer(0, 1000)),
    _figure("most_passengers", integer(1, 300)),
)

CATEGORY: Final = Spec(
    "category",
    _id(),
    _text("names", required=True),
    Field("place", kinds.boolean),
    _figure("from_age", integer(0, 120)),
    _figure("until_age", integer(1, 120)),
    _figure("percent", integer(0, 100)),
    Field("with_adult", kinds.boolean),
)

FARE: Final = Spec(
    "fare",
    _id(),
    _one("railway", "railway"),
    Field("basis", choice("relation", "stretch", "side"), required=True),
    _one("from", "station", required=False, name="start"),
    _one("to", "station", required=False, name="end"),
    Field("both_ways", kinds.boolean),
    _many("trains", "train"),
    Field("class", choice("first", "second", "third"), name="travel_class"),
    Field("currency", CURRENCY),
    Field("amounts", kinds.amount, required=True, figure=True, each=True, keys_refer="category"),
    Field("per_km", kinds.boolean),
    Field("group_amounts", kinds.amount, figure=True, each=True, keys_refer="category"),
    Field("shares", integer(0, 1_000_000), figure=True, each=True, keys_refer="railway"),
)

FEE: Final = Spec(
    "fee",
    _id(),
    _text("names", required=True),
    Field("per", choice("booking", "ticket"), required=True),
    Field("channels", list_of(choice("site", "counter", "operator"), at_least=1)),
    _figure("amount", kinds.amount, required=True),
    Field("currency", CURRENCY, required=True),
    Field("refundable", kinds.boolean),
)

RATE: Final = Spec(
    "rate",
    Field("from", CURRENCY, required=True),
    Field("to", CURRENCY, required=True),
    _figure("value", kinds.decimal, required=True),
    _figure("dated", kinds.day, required=True),
)

REFUND: Final = Spec(
    "refund rule",
    _figure("minutes", MINUTES, required=True),
    _figure("percent", integer(0, 100), required=True),
)

DEADLINE: Final = Spec(
    "deadline",
    _one("crossing", "crossing"),
    _many("trains", "train"),
    _figure("minutes", MINUTES, required=True),
    Field("amendments", kinds.boolean),
)

OPERATOR: Final = Spec(
    "tour operator",
    _id(),
    _text("names", required=True),
    Field("email", EMAIL),
    _figure("invoice_days", integer(0, 365)),
)

ALLOTMENT: Final = Spec(
    "allotment",
    _id(),
    _many("trains", "train", required=True),
    _one("railway", "railway", required=False),
    _one("operator", "operator", required=False),
    _figure("coach", kinds.text, required=True),
    _figure("places", list_of(kinds.text, at_least=1)),
    _figure("release_days", integer(0, 1000), required=True),
)

GROUP: Final = Spec(
    "group table",
    _figure("from_passengers", integer(2, 300), required=True),
    _figure("option_days", integer(1, 365), required=True),
    _figure("deposit_percent", integer(0, 100), required=True),
    _figure("balance_days", integer(0, 1000), required=True),
    _figure("names_days", integer(0, 1000), required=True),
    _figure("most_passengers", integer(2, 10_000)),
)

FARES_FILE: Final = Spec(
    "fares.toml",
    Field("currencies", list_of(CURRENCY, at_least=1)),
    tables={"sale": SALE, "group": GROUP},
    lists={
        "category": CATEGORY,
        "fare": FARE,
        "fee": FEE,
        "rate": RATE,
        "refund": REFUND,
        "deadline": DEADLINE,
        "operator": OPERATOR,
        "allotment": ALLOTMENT,
    },
)

NOTICE: Final = Spec(
    "notice",
    _id(),
    _text("title", required=True),
    _text("text", required=True),
    Field("published", kinds.day, required=True, figure=True),
    _text("said_by"),
    _text("said_at"),
    _figure("said_on", kinds.day),
    Field("reported_by", kinds.text),
    _figure("reported_on", kinds.day),
    _many("related", "notice"),
    _many("routes", "route"),
)

NOTICES_FILE: Final = Spec("notices.toml", lists={"notice": NOTICE})


def _entry(day: Kind, moment: Kind) -> Spec:
    return Spec(
        "entry",
        _id(),
        Field("kind", choice("grant", "withdraw", "special", "cancel", "announce", "note"), required=True),
        _one("railway", "railway", required=False),
        _many("trains", "train"),
        Field("from", day, required=True, figure=True, name="start"),
        _figure("until", day),
        Field("precision", choice("day", "month", "year")),
        Field("known", moment, required=True, figure=True),
        _text("who", required=True),
        _text("reason", required=True),
        Field("document", kinds.text),
    )


ENTRY: Final = _entry(kinds.day, kinds.moment)
SEASON_ENTRY: Final = _entry(kinds.relative_day, kinds.relative_day)

HISTORY_FILE: Final = Spec("history.toml", lists={"entry": ENTRY})
SEASON_FILE: Final = Spec("demo-season.toml", lists={"entry": SEASON_ENTRY})

DEFINED_IN: Final = {
    "railway": ("railway", "Railways", "line.toml"),
    "station": ("station", "Stations", "line.toml"),
    "route": ("route", "Routes", "line.toml"),
    "coach_type": ("coach type", "Coach types", "coaches.toml"),
    "train": ("train", "Trains", "trains.toml"),
    "crossing": ("crossing", "Crossings", "line.toml"),
    "category": ("category of passengers", "Categories", "fares.toml"),
    "operator": ("tour operator", "Tour operators", "fares.toml"),
    "notice": ("notice", "Notices", "notices.toml"),
}
"""What an id can refer to: the word for one, for several, and the file that lists them."""
