"""The tables of what retailers know of their bookings, and their refund offers. Their SQL is here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from rerail.sale.after_sale import AfterSale, Content, Exchanging
from rerail.sale.errors import NoBooking
from rerail.sale.model import RefundOffer
from rerail.sale.retail import Retail, RetailRefund, unnamed, unnamed_quote
from rerail.sale.tables import booking_table
from rerail.store.columns import Instant, metadata
from rerail.store.literal import Literal, Rows, among

retail_table: Final = Table(
    "retail_booking",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("client", Text, nullable=False),
    Column("external_ref", Text),
    Column("said", Text, nullable=False),
    Index("retail_booking_external_ref", "client", "external_ref"),
)

refund_offer_table: Final = Table(
    "retail_refund_offer",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("offer_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("overrule", Text),
    Column("said", Text, nullable=False),
)

after_sale_table: Final = Table(
    "retail_after_sale",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("offer_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("said", Text, nullable=False),
)

C = TypeVar("C", bound=Content)

_retail: Final = msgspec.json.Decoder(Retail)
_refund: Final = msgspec.json.Decoder(RefundOffer)
_content: Final[msgspec.json.Decoder[Content]] = msgspec.json.Decoder(Content)
_ADD: Final = insert(retail_table)
TELLS_OF_SOMEBODY: Final = exists().where(
    retail_table.c.booking == booking_table.c.code, retail_table.c.said.contains('"said":{"', autoescape=True)
)
"""Of a booking: whether its retailer has said anything of passengers or purchaser that is not forgotten."""
_OF: Final = select(retail_table.c.said).where(
    retail_table.c.booking == bindparam("code"), retail_table.c.client == bindparam("of")
)
_ROWS: Final = Rows(retail_table)
_ALL: Final = Literal("SELECT booking, said FROM retail_booking WHERE booking AMONG ?")
_REFUNDS: Final = (
    select(refund_offer_table)
    .where(refund_offer_table.c.booking == bindparam("code"))
    .order_by(refund_offer_table.c.created_at, refund_offer_table.c.offer_id)
)
_AFTER_SALES: Final = (
    select(after_sale_table)
    .where(after_sale_table.c.booking == bindparam("code"))
    .order_by(after_sale_table.c.created_at, after_sale_table.c.offer_id)
)


def add(connection: Connection, code: str, retail: Retail) -> None:
    """Keep what the retailer knows of a new booking."""
    connection.execute(_ADD, {"booking": code, **_row(retail)})


def add_all(connection: Connection, retails: Mapping[str, Retail]) -> None:
    """The same of many bookings, by their codes."""
    _ROWS.add(connection, ({"booking": code, **_row(retail)} for code, retail in retails.items()))


def read_all(connection: Connection, codes: Collection[str]) -> dict[str, Retail]:
    """What the retailers of these bookings know of them, whoever asks; a code that is no retailer's is left out."""
    return {code: _retail.decode(said) for code, said in _ALL.run(connection, among(codes)).fetchall()}


def change(connection: Connection, code: str, retail: Retail) -> None:
    """Keep what the retailer says now."""
    connection.execute(update(retail_table).where(retail_table.c.booking == code).values(_row(retail)))


def forget(connection: Connection, code: str) -> None:
    """Let go of whatever its retailer said of passengers and purchaser; what was sold and offered stays."""
    retail = read_all(connection, [code]).get(code)
    if retail is None:
        return
    change(connection, code, unnamed(retail))
    for offer in after_sales(connection, code):
        if isinstance(offer.content, Exchanging):
            quote = unnamed_quote(offer.content.quote, retail)
            said = msgspec.json.encode(replace(offer.content, quote=quote, token=quote.root)).decode()
            of = after_sale_table.c
            query = update(after_sale_table).where(of.booking == code, of.offer_id == offer.id)
            connection.execute(query.values(said=said))


def read(connection: Connection, code: str, client: str) -> Retail:
    """What a retailer knows of its booking. Raises `NoBooking`: there is none, or it is another's."""
    said = connection.execute(_OF, {"code": code, "of": client}).scalar_one_or_none() if "\0" not in code else None
    if said is None:
        raise NoBooking("There is no booking %(code)s.", "code", code=code)
    return _retail.decode(said)


def codes_of(
    connection: Connection, client: str, *, codes: Collection[str] | None = None, external_ref: str | None = None
) -> tuple[str, ...]:
    """The codes of a retailer's bookings: those among `codes`, those with its own reference; newest last."""
    query = select(retail_table.c.booking).where(retail_table.c.client == client)
    if codes is not None:
        query = query.where(retail_table.c.booking.in_(sorted(codes)))
    if external_ref is not None:
        query = query.where(retail_table.c.external_ref == external_ref)
    return tuple(connection.execute(query.order_by(retail_table.c.booking)).scalars())


def _row(retail: Retail) -> dict[str, Any]:
    said = msgspec.json.encode(retail).decode()
    return {"client": retail.client, "external_ref": retail.external_ref, "said": said}


def refunds(connection: Connection, code: str) -> tuple[RetailRefund, ...]:
    """The refund offers of a booking, oldest first, those that lapsed too."""
    return tuple(_refund_offer(row) for row in connection.execute(_REFUNDS, {"code": code}))


def add_refund(connection: Connection, code: str, refund: RetailRefund) -> None:
    """Keep a new refund offer."""
    row = {
        "booking": code,
        "offer_id": refund.id,
        "state": refund.state,
        "created_at": refund.created,
        "until": refund.until,
        "confirmed_at": refund.confirmed,
        "overrule": refund.overrule,
        "said": msgspec.json.encode(refund.offer).decode(),
    }
    connection.execute(insert(refund_offer_table), row)


def confirm_refund(connection: Connection, code: str, refund_id: str, now: datetime) -> None:
    """Note that a refund offer was taken, and let go of every other that was not."""
    of = refund_offer_table.c
    connection.execute(
        update(refund_offer_table)
        .where(of.booking == code, of.offer_id == refund_id)
        .values(state="confirmed", confirmed_at=now)
    )
    drop_refunds(connection, code)


def drop_refunds(connection: Connection, code: str, refund_id: str | None = None) -> None:
    """Let go of a refund offer, or of all, that nobody took."""
    of = refund_offer_table.c
    query = delete(refund_offer_table).where(of.booking == code, of.state == "proposed")
    connection.execute(query if refund_id is None else query.where(of.offer_id == refund_id))


def _refund_offer(row: Row[Any]) -> RetailRefund:
    return RetailRefund(
        id=row.offer_id,
        state=row.state,
        created=row.created_at,
        until=row.until,
        confirmed=row.confirmed_at,
        offer=_refund.decode(row.said),
        overrule=row.overrule,
    )


def after_sales(connection: Connection, code: str) -> tuple[AfterSale[Content], ...]:
    """What was offered after a sale beside refunds, oldest first, what lapsed too."""
    return tuple(_after_sale(row) for row in connection.execute(_AFTER_SALES, {"code": code}))


def add_after_sale(connection: Connection, code: str, offer: AfterSale[Content]) -> None:
    """Keep a new offer."""
    row = {
        "booking": code,
        "offer_id": offer.id,
        "state": offer.state,
        "created_at": offer.created,
        "until": offer.until,
        "confirmed_at": offer.confirmed,
        "said": msgspec.json.encode(offer.content).decode(),
    }
    connection.execute(insert(after_sale_table), row)


def confirm_after_sale(connection: Connection, code: str, offer: AfterSale[C], now: datetime) -> AfterSale[C]:
    """Note that an offer was taken; the offer as it is then."""
    of = after_sale_table.c
    query = update(after_sale_table).where(of.booking == code, of.offer_id == offer.id)
    connection.execute(query.values(state="confirmed", confirmed_at=now))
    return replace(offer, state="confirmed", confirmed=now)


def drop_after_sale(connection: Connection, code: str, offer_id: str) -> None:
    """Let go of an offer."""
    of = after_sale_table.c
    connection.execute(delete(after_sale_table).where(of.booking == code, of.offer_id == offer_id))


def _after_sale(row: Row[Any]) -> AfterSale[Content]:
    return AfterSale(
        id=row.offer_id,
        state=row.state,
        created=row.created_at,
        until=row.until,
        confirmed=row.confirmed_at,
        content=_content.decode(row.said),
    )
