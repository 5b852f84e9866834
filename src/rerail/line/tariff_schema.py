"""The tables of fares.toml, key by key, as docs/line-folder.md explains them."""

from __future__ import annotations

from typing import Final

from rerail.line import kinds
from rerail.line.kinds import choice, integer, list_of, pattern
from rerail.line.schema import CURRENCY, figure, many, one, own_id, public_text
from rerail.line.table import Field, Spec

EMAIL: Final = pattern(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", "an e-mail address")
MINUTES: Final = integer(0, 525_600)

SALE: Final = Spec(
    "sale table",
    figure("closes_minutes", MINUTES),
    figure("hold_minutes", integer(1, 10_080)),
    figure("counter_hold_minutes", integer(1, 525_600)),
    figure("rebook_days", integer(0, 1000)),
    figure("most_passengers", integer(1, 300)),
)

CATEGORY: Final = Spec(
    "category",
    own_id(),
    public_text("names", required=True),
    Field("place", kinds.boolean),
    figure("from_age", integer(0, 120)),
    figure("until_age", integer(1, 120)),
    figure("percent", integer(0, 100)),
    Field("with_adult", kinds.boolean),
)

FARE: Final = Spec(
    "fare",
    own_id(),
    one("railway", "railway"),
    Field("basis", choice("relation", "stretch", "side"), required=True),
    one("from", "station", required=False, name="start"),
    one("to", "station", required=False, name="end"),
    Field("both_ways", kinds.boolean),
    many("trains", "train"),
    Field("class", choice("first", "second", "third"), name="travel_class"),
    Field("currency", CURRENCY),
    Field("amounts", kinds.amount, required=True, figure=True, each=True, keys_refer="category"),
    Field("per_km", kinds.boolean),
    Field("group_amounts", kinds.amount, figure=True, each=True, keys_refer="category"),
    Field("shares", integer(0, 1_000_000), figure=True, each=True, keys_refer="railway"),
)

FEE: Final = Spec(
    "fee",
    own_id(),
    public_text("names", required=True),
    Field("per", choice("booking", "ticket"), required=True),
    Field("channels", list_of(choice("site", "counter", "operator", "retailer"), at_least=1)),
    figure("amount", kinds.amount, required=True),
    Field("currency", CURRENCY, required=True),
    Field("refundable", kinds.boolean),
)

RATE: Final = Spec(
    "rate",
    Field("from", CURRENCY, required=True),
    Field("to", CURRENCY, required=True),
    figure("value", kinds.decimal, required=True),
    figure("dated", kinds.day, required=True),
)

REFUND: Final = Spec(
    "refund rule",
    figure("minutes", MINUTES, required=True),
    figure("percent", integer(0, 100), required=True),
)

DEADLINE: Final = Spec(
    "deadline",
    one("crossing", "crossing"),
    many("trains", "train"),
    figure("minutes", MINUTES, required=True),
    Field("amendments", kinds.boolean),
)

OPERATOR: Final = Spec(
    "tour operator",
    own_id(),
    public_text("names", required=True),
    Field("email", EMAIL),
    figure("invoice_days", integer(0, 365)),
)

ALLOTMENT: Final = Spec(
    "allotment",
    own_id(),
    many("trains", "train", required=True),
    one("railway", "railway", required=False),
    one("operator", "operator", required=False),
    figure("coach", kinds.text, required=True),
    figure("places", list_of(kinds.text, at_least=1)),
    figure("release_days", integer(0, 1000), required=True),
)

GROUP: Final = Spec(
    "group table",
    figure("from_passengers", integer(2, 300), required=True),
    figure("option_days", integer(1, 365), required=True),
    figure("deposit_percent", integer(0, 100), required=True),
    figure("balance_days", integer(0, 1000), required=True),
    figure("names_days", integer(0, 1000), required=True),
    figure("most_passengers", integer(2, 10_000)),
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
