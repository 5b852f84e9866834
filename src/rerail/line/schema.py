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
GAUGE: Final = integer(300, 3000)
STATION_CODES: Final = ("esr", "express3", "uic")


def own_id() -> Field:
    """The id by which the rest of the folder knows the table."""
    return Field("id", identifier, required=True)


def public_text(key: str, required: bool = False, name: str = "") -> Field:
    """A text that passengers read, in all languages of the line."""
    return Field(key, texts, required=required, neutral={}, public=True, name=name)


def one(key: str, refers: str, required: bool = True, name: str = "") -> Field:
    """The id of something defined elsewhere."""
    return Field(key, reference, required=required, refers=refers, name=name)


def many(key: str, refers: str, required: bool = False) -> Field:
    """Ids of things defined elsewhere."""
    return Field(key, list_of(reference), required=required, refers=refers)


def figure(key: str, kind: Kind, required: bool = False, name: str = "") -> Field:
    """A number, time, date or code, which must say where it comes from."""
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
    own_id(),
    public_text("names", required=True),
    Field("languages", list_of(LANGUAGE, at_least=1), required=True),
    one("agency", "railway"),
    figure("sale_opens_days", integer(0, 1000)),
)

RAILWAY: Final = Spec(
    "railway",
    own_id(),
    public_text("names", required=True),
    public_text("short_names", required=True),
    public_text("side", required=True),
    Field("country", COUNTRY, required=True, neutral="XX"),
    Field("currency", CURRENCY, required=True, neutral="XXX"),
    Field("languages", list_of(LANGUAGE, at_least=1), required=True, neutral=()),
    Field("clock", kinds.time_zone, required=True),
    public_text("clock_label"),
    Field("codes", kinds.text, figure=True, each=True, keys=("uic",)),
    Field("url", URL),
)

STATION: Final = Spec(
    "station",
    own_id(),
    public_text("names", required=True),
    one("railway", "railway"),
    Field("clock", kinds.time_zone),
    Field("kind", choice("station", "junction", "border")),
    figure("latitude", number(-90, 90)),
    figure("longitude", number(-180, 180)),
    Field("precision", choice("platform", "station", "city")),
    Field("codes", kinds.text, figure=True, each=True, keys=STATION_CODES),
    figure("tracks", integer(1, 500)),
    figure("transfer_minutes", integer(0, 1440)),
)

SECTION: Final = Spec(
    "section",
    one("start", "station"),
    one("end", "station"),
    one("railway", "railway"),
    Field("km", number(0.01, 10_000), required=True, figure=True, neutral=0.01),
    figure("tracks", integer(1, 50)),
    Field("gauges", list_of(GAUGE, at_least=1), required=True, figure=True, neutral=()),
    figure("electrification", kinds.text),
    figure("speed_kmh", integer(1, 600)),
)

GAUGE_BREAK: Final = Spec(
    "gauge break",
    one("station", "station"),
    Field("gauges", kinds.pair_of(GAUGE), required=True, figure=True),
    Field("method", choice("bogie-change", "adjustable-axles"), required=True, neutral="bogie-change"),
    figure("minutes", integer(0, 1440)),
)

CONTROL: Final = Spec(
    "control",
    one("railway", "railway"),
    one("station", "station"),
    one("towards", "railway"),
    Field("mode", choice("on-board", "on-foot", "before-boarding"), required=True),
    many("trains", "train"),
    figure("minutes", integer(0, 1440)),
    figure("opens", kinds.time_of_day),
    figure("closes", kinds.time_of_day),
)

CROSSING: Final = Spec(
    "crossing",
    own_id(),
    public_text("names", required=True),
    Field("railways", kinds.pair_of(reference), required=True, refers="railway"),
    one("border", "station"),
    Field("open_border", kinds.boolean),
    lists={"control": CONTROL},
)

ROUTE: Final = Spec(
    "route",
    own_id(),
    public_text("names", required=True),
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
    own_id(),
    public_text("names", required=True),
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
    figure("rrule", kinds.text, required=True),
    figure("start", kinds.day, required=True),
)

RUNNING_DAYS: Final = Spec(
    "running_days table",
    figure("dates", list_of(kinds.day)),
    figure("except_dates", list_of(kinds.day)),
    lists={"rule": RULE},
)

CALL: Final = Spec(
    "call",
    one("station", "station"),
    figure("arrival", kinds.printed),
    figure("departure", kinds.printed),
    Field("boarding", kinds.boolean),
    Field("alighting", kinds.boolean),
    many("via", "station"),
)

COACH: Final = Spec(
    "coach",
    figure("number", kinds.text, required=True),
    one("type", "coach_type"),
    one("railway", "railway"),
    one("from", "station", required=False),
    one("to", "station", required=False),
    Field("traffic", choice("any", "domestic", "international")),
)

TRAIN: Final = Spec(
    "train",
    own_id(),
    public_text("names", required=True),
    one("route", "route"),
    Field("direction", choice("outbound", "inbound"), required=True, neutral="outbound"),
    Field("numbers", kinds.text, required=True, figure=True, each=True, keys_refer="railway", neutral={}),
    Field("printed_for", kinds.day, required=True, figure=True),
    one("timed_by", "railway", required=False),
    Field("through", kinds.boolean, default=True),
    many("change_at", "station"),
    Field("groups_only", kinds.boolean),
    public_text("notes"),
    tables={"running_days": RUNNING_DAYS},
    lists={"call": CALL, "coach": COACH},
)

TRAINS_FILE: Final = Spec("trains.toml", lists={"train": TRAIN})

NOTICE: Final = Spec(
    "notice",
    own_id(),
    public_text("title", required=True),
    public_text("text", required=True),
    Field("published", kinds.day, required=True, figure=True),
    public_text("said_by"),
    public_text("said_at"),
    figure("said_on", kinds.day),
    Field("reported_by", kinds.text),
    figure("reported_on", kinds.day),
    many("related", "notice"),
    many("routes", "route"),
)

NOTICES_FILE: Final = Spec("notices.toml", lists={"notice": NOTICE})


def _entry(day: Kind, moment: Kind) -> Spec:
    return Spec(
        "entry",
        own_id(),
        Field("kind", choice("grant", "withdraw", "special", "cancel", "announce", "note"), required=True),
        one("railway", "railway", required=False),
        many("trains", "train"),
        Field("from", day, required=True, figure=True, name="start"),
        figure("until", day),
        Field("precision", choice("day", "month", "year")),
        Field("known", moment, required=True, figure=True),
        public_text("who", required=True),
        public_text("reason", required=True),
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
