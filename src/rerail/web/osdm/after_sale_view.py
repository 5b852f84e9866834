"""Offers after a sale, beside refunds, in OSDM's words."""

from __future__ import annotations

from typing import Any, Final

from rerail.desk.retailing import Standing
from rerail.desk.retailing_after_sale import is_of
from rerail.line.amount import Money
from rerail.sale.after_sale import AfterSale, Content, OnHold, Recalling, Releasing
from rerail.web.osdm.conditions import said
from rerail.web.osdm.ticket_view import fulfillment, sold_parts, tickets
from rerail.web.osdm.types_after_sale import CancelFulfillmentsOffer, OfferStatus, OnHoldOffer, ReleaseOffer
from rerail.web.osdm.types_offers import Fee

_STATUS: Final[dict[str, OfferStatus]] = {"proposed": "PROPOSED", "confirmed": "CONFIRMED"}


def said_recalls(standing: Standing) -> tuple[CancelFulfillmentsOffer, ...]:
    """The offers to cancel tickets that were taken or may be; those that lapsed are gone."""
    return tuple(said_recall(standing, one) for one in _live(standing) if is_of(one, Recalling))


def said_recall(standing: Standing, offer: AfterSale[Recalling]) -> CancelFulfillmentsOffer:
    """An offer to cancel tickets."""
    wanted = offer.content.tickets
    return CancelFulfillmentsOffer(
        **_common(offer, "Cancelled to be issued anew"),
        status=_STATUS[offer.state],
        fulfillments=tuple(one for part in sold_parts(standing) for one in tickets(standing, part) if one.id in wanted),
    )


def said_releases(standing: Standing) -> tuple[ReleaseOffer, ...]:
    """The offers to release tickets that were taken or may be."""
    return tuple(said_release(standing, one) for one in _live(standing) if is_of(one, Releasing))


def said_release(standing: Standing, offer: AfterSale[Releasing]) -> ReleaseOffer:
    """An offer to release tickets. What comes back is said by a refund offer."""
    given = [part for part in sold_parts(standing) if part.number in offer.content.parts]
    return ReleaseOffer(
        **_common(offer, "Released: the places are free, the money is asked for later"),
        status=_STATUS[offer.state],
        fulfillments=tuple(fulfillment(standing, part) for part in given),
        applied_overrule_code=offer.content.overrule,
    )


def said_hold(standing: Standing) -> OnHoldOffer | None:
    """The offer of a longer deadline that was taken, or may be; None: there is none."""
    found = [said_on_hold(standing, one) for one in _live(standing) if is_of(one, OnHold)]
    return found[-1] if found else None


def said_on_hold(standing: Standing, offer: AfterSale[OnHold]) -> OnHoldOffer:
    """An offer of a longer deadline. It costs nothing but the deposit, which counts towards the price."""
    nothing = Money(0, standing.booking.currency)
    return OnHoldOffer(
        **_common(offer, "Held until the balance is due, for a deposit that counts towards the price"),
        on_hold_fee=Fee(id=f"{offer.id}-fee", summary="No fee", price=said(nothing), refundable="NO"),
        deposit=said(offer.content.deposit),
        increased_ttl=offer.content.until,
    )


def _live(standing: Standing) -> tuple[AfterSale[Content], ...]:
    now = standing.market.now
    return tuple(one for one in standing.after_sales if one.state == "confirmed" or one.pending(now))


def _common(offer: AfterSale[Content], summary: str) -> dict[str, Any]:
    return {
        "id": offer.id,
        "summary": summary,
        "created_on": offer.created,
        "valid_from": offer.created,
        "valid_until": offer.until,
        "confirmed_on": offer.confirmed,
    }
