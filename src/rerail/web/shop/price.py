"""An offer in words: what each passenger pays on each train, the fees and rates in it, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from babel.numbers import format_decimal
from msgspec import Struct

from rerail.desk.letters import money_words
from rerail.line.amount import Money
from rerail.line.tariff import Tariff
from rerail.sale.model import FeeCharged, Offer
from rerail.web.context import View
from rerail.web.i18n import date_words

_DAY: Final = 1440
"""Minutes."""


class PriceLine(Struct, frozen=True, kw_only=True):
    """A category's price on one leg."""

    leg: int
    """Index of the leg."""
    category: str
    """What the category is called, or what else is charged."""
    count: int
    each: str
    all: str


class PriceWords(Struct, frozen=True, kw_only=True):
    """An offer as a page says it."""

    lines: tuple[PriceLine, ...]
    fees: tuple[tuple[str, str], ...]
    """Those per booking: name and amount. They are part of the total."""
    included: tuple[str, ...]
    """Those in each ticket's price, as sentences."""
    rates: tuple[str, ...]
    total: str
    refunds: tuple[str, ...]
    illustrative: bool
    free: tuple[int, ...]
    """Free places per leg."""


def price_words(view: View, tariff: Tariff, offer: Offer) -> PriceWords:
    """The offer in the reader's language."""
    language = view.language

    def amount(money: Money) -> str:
        return money_words(money, language)

    lines: list[PriceLine] = []
    for index, leg in enumerate(offer.legs):
        for category, price in leg.prices.items():
            who, count = view.text(tariff.categories[category].names), offer.ask.counts[category]
            lines.append(_line(view, index, who, count, price.total))
        if leg.rest_price is not None and leg.rest:
            empty = view.words.gettext("Places of the compartment that stay empty")
            lines.append(_line(view, index, empty, leg.rest, leg.rest_price.total))
    return PriceWords(
        lines=tuple(lines),
        fees=tuple((_fee_name(view, tariff, fee), amount(fee.charged)) for fee in offer.fees),
        included=_included(view, tariff, offer),
        rates=tuple(_rate_words(view, offer)),
        total=amount(offer.total),
        refunds=tuple(refund_words(view, tariff, _all_fees(offer))),
        illustrative=offer.illustrative,
        free=tuple(leg.free for leg in offer.legs),
    )


def _line(view: View, leg: int, category: str, count: int, each: Money) -> PriceLine:
    language = view.language
    return PriceLine(
        leg=leg,
        category=category,
        count=count,
        each=money_words(each, language),
        all=money_words(each * count, language),
    )


def from_price(view: View, tariff: Tariff, offer: Offer) -> tuple[str, str]:
    """What one passenger of the first category offered pays for all legs, and what that category is called."""
    category = next(one for one in tariff.categories if offer.ask.counts.get(one))
    each = sum(leg.prices[category].total.amount for leg in offer.legs)
    return money_words(Money(each, offer.ask.currency), view.language), view.text(tariff.categories[category].names)


def refund_words(view: View, tariff: Tariff, fees: Sequence[FeeCharged]) -> list[str]:
    """The rules of giving a ticket back, one sentence each."""
    _ = view.words.gettext
    said = [
        _("Given back at least %(time)s before departure: %(percent)d%% of the fare comes back.",
          time=_before(view, rule.minutes), percent=rule.percent)
        for rule in tariff.refunds
    ]  # fmt: skip
    if tariff.refunds:
        said.append(_("Later than that nothing comes back."))
    else:
        said.append(_("A ticket that is given back is not refunded."))
    if any(not fee.refundable for fee in fees):
        said.append(_("Fees do not come back."))
    said.append(_("If the train does not run, everything comes back, with all fees."))
    return said


def _before(view: View, minutes: int) -> str:
    """ "7 days", "3 hours", "45 minutes": the largest unit that says it exactly."""
    ngettext = view.words.ngettext
    if minutes % _DAY == 0 and minutes > _DAY:
        return ngettext("%(num)d day", "%(num)d days", minutes // _DAY)
    if minutes % 60 == 0:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)


def _included(view: View, tariff: Tariff, offer: Offer) -> tuple[str, ...]:
    _ = view.words.gettext
    fees = {fee.fee: fee for leg in offer.legs for price in leg.prices.values() for fee in price.fees}
    return tuple(
        _(
            "In the price of each ticket: %(fee)s, %(amount)s.",
            fee=_fee_name(view, tariff, fee),
            amount=money_words(fee.charged, view.language),
        )
        for fee in fees.values()
    )


def _rate_words(view: View, offer: Offer) -> list[str]:
    _ = view.words.gettext
    return [
        _(
            "Rate: 1 %(source)s = %(value)s %(target)s, of %(date)s, fixed for this sale.",
            source=rate.source,
            value=format_decimal(rate.value, locale=view.language, decimal_quantization=False),
            target=rate.target,
            date=date_words(rate.dated, view.language),
        )
        for rate in offer.rates
    ]


def _all_fees(offer: Offer) -> list[FeeCharged]:
    return [*offer.fees, *(fee for leg in offer.legs for price in leg.prices.values() for fee in price.fees)]


def _fee_name(view: View, tariff: Tariff, charged: FeeCharged) -> str:
    return next((view.text(fee.names) for fee in tariff.fees if fee.id == charged.fee), charged.fee)
