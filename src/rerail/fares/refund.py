"""What comes back when a passenger gives a ticket back: by how long before departure."""

from __future__ import annotations

from datetime import datetime, timedelta

from rerail.fares.rounding import percent_of
from rerail.line.amount import Money
from rerail.line.tariff import RefundRule, Tariff


def refundable(tariff: Tariff, leaves: datetime, now: datetime) -> RefundRule | None:
    """The rule that holds for a part that `leaves` (UTC) if it is given back now (UTC); None: nothing comes back.

    The first of the rules, by falling minutes, whose minutes are still left. A service that does not run is no
    matter of these rules: it is given back in full.
    """
    left = leaves - now
    for rule in tariff.refunds:
        if left >= timedelta(minutes=rule.minutes):
            return rule
    return None


def amount_back(charged: Money, percent: int) -> Money:
    """So many percent of what was charged, half up to the minor unit; the rest is kept."""
    return percent_of(charged, percent)
