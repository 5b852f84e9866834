"""After-sales conditions set aside: on what was sold on a train that does not run, was moved far, or has no place.

Which parts those are is the sale's to say: the same rules by which everything comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rerail.desk.retailing import Standing
from rerail.line.amount import Money
from rerail.sale import refunding, suspension
from rerail.sale.model import Part
from rerail.sale.rules import not_running
from rerail.web.i18n import Words
from rerail.web.osdm.conditions import after_sales, exchangeable, refundable, said
from rerail.web.osdm.types_bookings import AfterSalesOverrideDetails
from rerail.web.osdm.types_common import RefundType
from rerail.web.osdm.types_offers import AfterSaleCondition, ReimbursementMethod


class Overrides:
    """The conditions of a booking's parts as they are now, and what they were."""

    def __init__(self, standing: Standing, language: str) -> None:
        self._standing: Final = standing
        self._language: Final = language
        self._tariff: Final = standing.market.tariff_of(standing.booking)
        self._rules: Final = overridden(standing)
        self._exchangeable: Final = exchangeable(self._tariff, group=standing.booking.group)

    def refundable(self, part: Part) -> RefundType:
        """Whether the part is given back at the passenger's wish."""
        return "YES" if part.number in self._rules else refundable(self._tariff)

    def exchangeable(self, part: Part) -> RefundType:
        """Whether the part is exchanged at the passenger's wish."""
        return "YES" if part.number in self._rules and self._exchangeable != "NO" else self._exchangeable

    def conditions(self, part: Part, leaves: datetime) -> tuple[AfterSaleCondition, ...] | None:
        """What giving it back costs; `leaves` on the station's clock."""
        if part.number not in self._rules:
            return after_sales(self._tariff, part.price, leaves) or None
        nothing = said(Money(0, self._standing.booking.currency))
        method = ReimbursementMethod(payment_method="ORIGINAL_ACCOUNT")
        return (
            AfterSaleCondition(
                condition="REFUND", valid_until=leaves, after_sale_fee=nothing, reimbursement_method=method
            ),
        )

    def details(self, part: Part, leaves: datetime) -> AfterSalesOverrideDetails | None:
        """What the conditions were before, and why they hold no more; None: they hold."""
        rule = self._rules.get(part.number)
        if rule is None:
            return None
        words = Words(self._language)
        back = words.gettext("Everything that was paid for it comes back.")
        return AfterSalesOverrideDetails(
            initial_after_sales_conditions=after_sales(self._tariff, part.price, leaves) or None,
            override_description=f"{self._why(rule, part, words)} {back}",
            valid_from=part.refunded_at,
            valid_until=leaves,
            initial_exchangeable_type=self._exchangeable,
            initial_refund_type=refundable(self._tariff),
        )

    def _why(self, rule: str, part: Part, words: Words) -> str:
        _ = words.gettext
        if rule == "no-place":
            return _("The train has other coaches now, and no place is left in them.")
        if rule == "retimed":
            return _("A new timetable has moved the train by more than an hour.")
        booking, life = self._standing.booking, self._standing.market.life
        own = booking.leg(part.leg)
        for leg in (own, *booking.legs):
            departure = life.departure(leg.departure.train, leg.departure.service_date)
            if departure is not None and not departure.runs:
                error = not_running(departure)
                return words.gettext(error.message, **error.values_in(words.language))
        return _("A train of this booking does not run.")


def overridden(standing: Standing) -> Mapping[int, str]:
    """The parts whose conditions are set aside, each with the rule by which everything comes back."""
    booking, market = standing.booking, standing.market
    gone = {part.number: "not-running" for part in booking.parts if part.refund_reason == "suspended"}
    special = (
        gone
        or suspension.stopped_departures(market.life, booking)
        or any(leg.moved > refunding.FAR for leg in booking.legs)
        or any(part.state == "confirmed" and not part.spots for part in booking.parts)
    )
    if not special:
        return {}
    left = refunding.refund_offer(market, booking).parts
    return gone | {one.part: one.rule for one in left if one.rule in refunding.IN_FULL}
