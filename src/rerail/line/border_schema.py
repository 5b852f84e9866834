"""The tables of border.toml, key by key, as docs/line-folder.md explains them."""

from __future__ import annotations

from typing import Final, get_args

from rerail.line import kinds
from rerail.line.border import Asked, Channel, DocumentKind, ListForm, RuleKind
from rerail.line.kinds import choice, distinct, integer, number, pattern
from rerail.line.schema import figure, many, one, own_id, public_text
from rerail.line.table import Field, Spec
from rerail.line.tariff_schema import EMAIL, MINUTES

LANGUAGE: Final = pattern(r"[a-z]{2,3}", "a language code like en (ISO 639)")
RECIPIENT: Final = pattern(r"[A-Z0-9][A-Z0-9 .,()/=-]{0,34}", "an identification of at most 35 capitals and digits")
DAYS: Final = integer(0, 36_500)

AUTHORITY: Final = Spec(
    "authority",
    own_id(),
    public_text("names", required=True),
    Field("kind", choice("control", "named-list")),
    one("crossing", "crossing"),
    one("railway", "railway"),
    many("trains", "train"),
    many("towards", "railway"),
    Field("language", LANGUAGE, required=True),
    figure("asks", distinct(choice(*get_args(Asked)))),
    figure("minutes", MINUTES),
    figure("formats", distinct(choice(*get_args(ListForm)), at_least=1)),
    Field("channels", distinct(choice(*get_args(Channel)))),
    Field("email", EMAIL),
    Field("certificate", kinds.text),
    Field("plain_mail", kinds.boolean),
    figure("recipient", RECIPIENT),
)

COLLECTION: Final = Spec(
    "collection",
    one("crossing", "crossing"),
    many("trains", "train"),
    figure("minutes", MINUTES, required=True),
)

RULE: Final = Spec(
    "rule of entry",
    own_id(),
    one("crossing", "crossing"),
    one("towards", "railway"),
    many("trains", "train"),
    figure("nationalities", distinct(kinds.text, at_least=1)),
    figure("issuers", distinct(kinds.text, at_least=1)),
    Field("kind", choice(*get_args(RuleKind)), required=True),
    figure("documents", distinct(choice(*get_args(DocumentKind)), at_least=1)),
    figure("days", integer(0, 3660)),
    Field("from", kinds.day, figure=True, name="start"),
    figure("until", kinds.day),
    figure("dated", kinds.day, required=True),
    public_text("text", required=True),
    Field("condition", kinds.boolean),
)

CLEARING: Final = Spec(
    "clearing",
    one("crossing", "crossing"),
    one("railway", "railway"),
    one("towards", "railway"),
    many("trains", "train"),
    figure("booths", integer(1, 500), required=True),
    figure("minutes", number(0.05, 600), required=True),
    figure("spread", number(0, 600), required=True),
    figure("luggage_percent", integer(0, 100)),
    figure("luggage_minutes", number(0, 600)),
    figure("walk_minutes", number(0, 600)),
)

GUIDANCE: Final = Spec(
    "guidance",
    one("crossing", "crossing"),
    one("railway", "railway"),
    one("towards", "railway"),
    many("trains", "train"),
    figure("luggage", choice("with", "without")),
    figure("documents", choice("keep", "conductor")),
    figure("returned_minutes", MINUTES),
    public_text("text"),
)

REFUSAL: Final = Spec(
    "refusal table",
    figure("percent", integer(0, 100)),
    figure("later_percent", integer(0, 100)),
)

KEEPING: Final = Spec(
    "keeping table",
    figure("documents_days", DAYS, required=True),
    figure("lists_days", DAYS, required=True),
    figure("names_days", DAYS, required=True),
)

BORDER_FILE: Final = Spec(
    "border.toml",
    tables={"refusal": REFUSAL, "keeping": KEEPING},
    lists={
        "authority": AUTHORITY,
        "collection": COLLECTION,
        "rule": RULE,
        "clearing": CLEARING,
        "guidance": GUIDANCE,
    },
)
