"""Under what conditions a ticket is sold: how it can be had, and what giving it back costs, span by span."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final

from rerail.fares.refund import amount_back
from rerail.line.amount import Money, exponent
from rerail.line.model import Line
from rerail.line.same import Same
from rerail.line.tariff import Tariff, TravelClass
from rerail.sale.model import PartPrice
from rerail.web.osdm.calls import Call
from rerail.web.osdm.products import admission_code, flexibility, of_line, reservation_code
from rerail.web.osdm.types_common import Price, RefundType
from rerail.web.osdm.types_offers import AfterSaleCondition, FulfillmentOption, ReimbursementMethod
from rerail.web.osdm.types_products import Product

FULFILLMENTS: Final = (
    FulfillmentOption(type="ETICKET", media="PDF_A4"),
    FulfillmentOption(type="ETICKET", media="UIC_PDF"),
    FulfillmentOption(type="ETICKET", media="FULFILLMENT_PARTS"),
)
"""A ticket is a PDF to print, or its barcode on a ticket that the retailer makes."""


def said(money: Money) -> Price:
    """An amount in OSDM's words."""
    return Price(currency=money.currency, amount=money.amount, scale=exponent(money.currency))


def refundable(tariff: Tariff) -> RefundType:
    """Whether a ticket can be given back at the passenger's wish."""
    free = flexibility(tariff)
    return "NO" if free == "NON_FLEXIBLE" else "YES" if free == "FULL_FLEXIBLE" else "WITH_CONDITION"


def exchangeable(tariff: Tariff, *, group: bool) -> RefundType:
    """Whether a ticket can be exchanged: as it is given back, for another bought anew. A group's cannot."""
    return "NO" if group else refundable(tariff)


def after_sales(tariff: Tariff, price: PartPrice, leaves: datetime) -> tuple[AfterSaleCondition, ...]:
    """What giving back a ticket costs, span by span; times on the clock of `leaves`."""
    fares = sum(one.charged.amount for one in price.components)
    fees = sum(fee.charged.amount for fee in price.fees if fee.refundable)
    return _after_sales(Same(tariff), price.total, fares, fees, leaves, leaves.tzinfo)


@lru_cache(maxsize=8192)
def _after_sales(
    same: Same[Tariff], total: Money, fares: int, fees: int, leaves: datetime, _: tzinfo | None
) -> tuple[AfterSaleCondition, ...]:
    """Kept: everybody on a train who pays the same is told the same. One instant on two clocks is not the same."""
    tariff, charged, back = same.it, Money(fares, total.currency), Money(fees, total.currency)
    found: list[AfterSaleCondition] = []
    since: datetime | None = None
    for rule in tariff.refunds:
        until = leaves - timedelta(minutes=rule.minutes)
        found.append(
            AfterSaleCondition(
                condition="REFUND",
                valid_from=since,
                valid_until=until,
                after_sale_fee=said(total - amount_back(charged, rule.percent) - back),
                reimbursement_method=ReimbursementMethod(payment_method="ORIGINAL_ACCOUNT"),
            )
        )
        since = until
    return tuple(found)


def products_of(call: Call[Any], line: Line, tariff: Tariff, travel_class: TravelClass) -> tuple[Product, ...]:
    """The ticket of a class and its place: kept, for every offer says them again."""
    book, key = call.provider.products, (line.content, call.language)
    if key not in book:
        if any(content != line.content for content, _language in book):
            book.clear()
        book[key] = {one.id: one for one in of_line(line, tariff, call.language)}
    there = book[key]
    wanted = (admission_code(travel_class), reservation_code(travel_class))
    return tuple(there[one] for one in wanted if one in there)
