"""What each act of a sale posts: pure functions from plain amounts to postings that balance in every currency.

A worked example, all figures illustrative. A ticket costs 1000.00 RUB: the first railway earns 600.00 RUB, the
second 7500.00 KPW, which are 400.00 RUB at the rate of the sale; 50.00 RUB are a fee.

    sale      Dr customer 1050.00 RUB   Cr revenue:rzd 600.00 RUB · exchange 400.00 RUB · fees 50.00 RUB
              Dr exchange 7500.00 KPW   Cr revenue:ksr 7500.00 KPW
    payment   Dr cash:a1  1050.00 RUB   Cr customer 1050.00 RUB
    refund    (75 % of the fares)
              Dr revenue:rzd 450.00 RUB · exchange 300.00 RUB   Cr customer 750.00 RUB
              Dr revenue:ksr 5625.00 KPW                        Cr exchange 5625.00 KPW
    payout    Dr customer  750.00 RUB   Cr cash:a1 750.00 RUB

What a refund keeps stays where it was posted: the railways keep their share of it as revenue, each in its own
currency, and settlement needs no rule of its own for it. A service that does not run gives everything back.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rerail.line.amount import CurrencyMismatch, Money
from rerail.line.model import RailwayId
from rerail.money.accounts import CUSTOMER, EXCHANGE, FEES, FORFEITED, revenue
from rerail.money.ledger import Posting, Unbalanced

Postings = tuple[Posting, ...]


class Earning(Struct, frozen=True):
    """What one railway earns by one fare: in the fare's currency, and what the buyer is charged for it."""

    railway: RailwayId
    earned: Money
    charged: Money
    """The same in the currency of the sale."""


def sale(earnings: Sequence[Earning], fees: Sequence[Money] = ()) -> Postings:
    """The buyer owes fares and fees; the railways have earned the fares.

    Fees are in the currency of the sale. Raises `Unbalanced` if a fare in the currency of the sale is charged at
    another amount than is earned, `CurrencyMismatch` if charges are of several currencies.
    """
    return _charged(earnings, fees, 1)


def refund_in_full(earnings: Sequence[Earning], fees: Sequence[Money] = ()) -> Postings:
    """The reverse of `sale`: what a service that does not run gives back. Raises as `sale`."""
    return _charged(earnings, fees, -1)


def refund(earnings: Sequence[Earning], fares_back: Money, fees_back: Money | None = None) -> Postings:
    """Give back a part of the fares, each railway in proportion, and `fees_back` of the fees.

    `fares_back` is in the currency of the sale and is shared out over the charges exactly (by largest remainder,
    the first of equals first); what a railway earned in another currency is reversed in the proportion of
    `fares_back` to all charges, half a minor unit rounded up. Nothing back posts nothing.

    Raises `ValueError` if more would come back than was charged, `CurrencyMismatch` if in another currency.
    """
    charged = [earning.charged for earning in earnings]
    if any(one.currency != fares_back.currency for one in charged):
        raise CurrencyMismatch(f"The fares were not sold in {fares_back.currency}; give back what was paid.")
    whole = sum(one.amount for one in charged)
    if not 0 <= fares_back.amount <= whole:
        raise ValueError(f"{fares_back} cannot come back of {Money(whole, fares_back.currency)}.")
    fees = () if fees_back is None else (fees_back,)
    if not whole:
        return _charged((), fees, -1)
    backs = shared_out(fares_back.amount, [one.amount for one in charged])
    reversed_earnings = [
        Earning(
            earning.railway,
            Money(
                back
                if earning.earned.currency == fares_back.currency
                else _half_up(earning.earned.amount * fares_back.amount, whole),
                earning.earned.currency,
            ),
            Money(back, fares_back.currency),
        )
        for earning, back in zip(earnings, backs, strict=True)
    ]
    return _charged(reversed_earnings, fees, -1)


def payment(into: str, money: Money) -> Postings:
    """A buyer pays into `cash(shift)` or `provider(name)`, or has it put on `invoice(operator)`, `retailer(client)`."""
    return _moved(into, CUSTOMER, money)


def deposit(into: str, money: Money) -> Postings:
    """A group pays its deposit: a payment before the sale, so the booking is in credit until then."""
    return _moved(into, CUSTOMER, money)


def payout(out_of: str, money: Money) -> Postings:
    """We give money back out of `cash(shift)`, `provider(name)`, or off `invoice(operator)`, `retailer(client)`."""
    return _moved(CUSTOMER, out_of, money)


def forfeited_deposit(money: Money) -> Postings:
    """A group let its places go after its deposit: the credit on its booking becomes ours."""
    return _moved(CUSTOMER, FORFEITED, money)


def shared_out(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of `amount` in proportion to weights that are not negative, summing to it exactly.

    By largest remainder; of equal remainders the first in order. Raises `ValueError` if all weights are zero and
    there is something to share.
    """
    whole = sum(weights)
    if not whole:
        if amount:
            raise ValueError(f"{amount} cannot be shared out over nothing.")
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(amount * weights[n] % whole), n))
    for n in order[: amount - sum(parts)]:
        parts[n] += 1
    return parts


def _charged(earnings: Sequence[Earning], fees: Sequence[Money], sign: int) -> Postings:
    legs = []
    for earning in earnings:
        earned, charged = earning.earned, earning.charged
        legs.append(Posting(CUSTOMER, charged * sign))
        legs.append(Posting(revenue(earning.railway), earned * -sign))
        if earned.currency != charged.currency:
            legs.append(Posting(EXCHANGE, charged * -sign))
            legs.append(Posting(EXCHANGE, earned * sign))
        elif earned != charged:
            raise Unbalanced(f"{earning.railway} earns {earned}, but {charged} is charged for it without a rate.")
    for fee in fees:
        legs.append(Posting(CUSTOMER, fee * sign))
        legs.append(Posting(FEES, fee * -sign))
    currencies = {earning.charged.currency for earning in earnings} | {fee.currency for fee in fees}
    if len(currencies) > 1:
        raise CurrencyMismatch(f"One sale is charged in one currency, not in {' and '.join(sorted(currencies))}.")
    return tuple(leg for leg in legs if leg.money)


def _moved(debit: str, credit: str, money: Money) -> Postings:
    if money.amount < 0:
        raise ValueError(f"{money} is less than nothing; post the opposite act instead.")
    return (Posting(debit, money), Posting(credit, -money)) if money else ()


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
