"""Offers after a sale, beside refunds, in OSDM's words."""

from __future__ import annotations

from typing import Any, Final

from rerail.desk.retailing import Standing
from rerail.sale.after_sale import AfterSale, Recalling
from rerail.web.osdm.ticket_view import sold_parts, tickets
from rerail.web.osdm.types_after_sale import CancelFulfillmentsOffer, OfferStatus

_STATUS: Final[dict[str, OfferStatus]] = {"proposed": "PROPOSED", "confirmed": "CONFIRMED"}


def said_recalls(standing: Standing) -> tuple[CancelFulfillmentsOffer, ...]:
    """The offers to cancel tickets that were taken or may be; those that lapsed are gone."""
    return tuple(said_recall(standing, one) for one in _live(standing) if isinstance(one.content, Recalling))


def said_recall(standing: Standing, offer: AfterSale) -> CancelFulfillmentsOffer:
    """An offer to cancel tickets."""
    wanted = offer.content.tickets
    return CancelFulfillmentsOffer(
        **_common(offer, "Cancelled to be issued anew"),
        status=_STATUS[offer.state],
        fulfillments=tuple(one for part in sold_parts(standing) for one in tickets(standing, part) if one.id in wanted),
    )


def _live(standing: Standing) -> tuple[AfterSale, ...]:
    now = standing.market.now
    return tuple(one for one in standing.after_sales if one.state == "confirmed" or one.pending(now))


def _common(offer: AfterSale, summary: str) -> dict[str, Any]:
    return {
        "id": offer.id,
        "summary": summary,
        "created_on": offer.created,
        "valid_from": offer.created,
        "valid_until": offer.until,
        "confirmed_on": offer.confirmed,
    }
