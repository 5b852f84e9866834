"""A month's accounts: trial balance, what each railway earned, who collected, and who owes whom.

Revenue was divided between railways (by kilometre or by stretch) when each ticket was priced and posted so, in
the currency of each fare; settlement therefore only reads postings. The operator of the service stands between
the railways: it owes each what the railway earned and did not collect itself, and is owed the reverse. Months
are calendar months in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from rerail.line.model import RailwayId
from rerail.money import tables
from rerail.money.accounts import EXCHANGE, named
from rerail.money.ledger import PAYING
from rerail.money.tables import Moved

OPERATOR: Final = "operator"
"""The party that runs the service: sells on the site, holds fees, bears the exchange."""


class NoMonth(ValueError):
    """What was given is no calendar month."""


class TrialLine(Struct, frozen=True):
    """An account in one currency over the month. Minor units, debit positive."""

    account: str
    currency: str
    before: int
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """At the end of the month."""
        return self.before + self.debit - self.credit


class RailwayLine(Struct, frozen=True):
    """What a railway earned by travel in one currency. Minor units."""

    railway: RailwayId
    currency: str
    earned: int
    gave_back: int

    @property
    def kept(self) -> int:
        """Earned less given back."""
        return self.earned - self.gave_back


class CollectedLine(Struct, frozen=True):
    """What a party took from buyers and gave back to them by one means in one currency. Minor units."""

    party: str
    """A railway, or `OPERATOR`."""
    means: str
    """cash, or the account of a provider, of a tour operator's invoices, or of a retailer."""
    currency: str
    taken: int
    paid_out: int


class OwedLine(Struct, frozen=True):
    """What one party owes another for the month. Minor units, positive."""

    debtor: str
    creditor: str
    currency: str
    amount: int


class MonthAccounts(Struct, frozen=True, kw_only=True):
    """One month's accounts."""

    month: str
    """2026-11."""
    trial_balance: tuple[TrialLine, ...]
    railways: tuple[RailwayLine, ...]
    collected: tuple[CollectedLine, ...]
    owed: tuple[OwedLine, ...]
    exchange: Mapping[str, int]
    """Per currency, what the month's sales left to be exchanged by the operator: positive must be bought (it is
    owed to railways), negative was taken for it."""


def month_of(text: str) -> tuple[datetime, datetime]:
    """The month "2026-11" as instants [since, until) in UTC. Raises `NoMonth`."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (1970 <= year < 9999 and 1 <= month <= 12):
        raise NoMonth(f'"{text}" is no month; write it as 2026-11.')
    since = datetime(year, month, 1, tzinfo=UTC)
    return since, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def accounts_of(connection: Connection, month: str) -> MonthAccounts:
    """The accounts of a month such as "2026-11" (UTC). Raises `NoMonth`."""
    since, until = month_of(month)
    before = tables.moved_between(connection, None, since)
    within = tables.moved_between(connection, since, until)
    tills = {till for moved in within for side in (moved.debit, moved.credit) if (till := named(side, "cash"))}
    collectors = {shift: railway or OPERATOR for shift, railway in tables.collectors(connection, tills).items()}
    railways, collected = earned_by(within), collected_by(within, collectors)
    return MonthAccounts(
        month=month,
        trial_balance=trial_balance(before, within),
        railways=railways,
        collected=collected,
        owed=owed_between(railways, collected),
        exchange={
            line.currency: line.debit - line.credit
            for line in trial_balance((), within)
            if line.account == EXCHANGE and line.debit != line.credit
        },
    )


def trial_balance(before: Iterable[Moved], within: Iterable[Moved]) -> tuple[TrialLine, ...]:
    """Every account that is not at rest at zero, by name and currency; each currency's balances sum to zero."""
    sums: dict[tuple[str, str], list[int]] = {}
    for moved in before:
        sums.setdefault((moved.debit, moved.currency), [0, 0, 0])[0] += moved.amount
        sums.setdefault((moved.credit, moved.currency), [0, 0, 0])[0] -= moved.amount
    for moved in within:
        sums.setdefault((moved.debit, moved.currency), [0, 0, 0])[1] += moved.amount
        sums.setdefault((moved.credit, moved.currency), [0, 0, 0])[2] += moved.amount
    return tuple(TrialLine(*key, *found) for key, found in sorted(sums.items()) if any(found))


def earned_by(within: Iterable[Moved]) -> tuple[RailwayLine, ...]:
    """What each railway earned (credits of its revenue) and gave back (debits), per currency."""
    sums: dict[tuple[str, str], list[int]] = {}
    for moved in within:
        for side, column in ((moved.credit, 0), (moved.debit, 1)):
            if railway := named(side, "revenue"):
                sums.setdefault((railway, moved.currency), [0, 0])[column] += moved.amount
    return tuple(RailwayLine(*key, *found) for key, found in sorted(sums.items()))


def collected_by(within: Iterable[Moved], collectors: Mapping[str, str]) -> tuple[CollectedLine, ...]:
    """What passed between buyers and each party. `collectors` says for whom each shift takes money."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for moved in within:
        if moved.kind not in PAYING:
            continue
        for side, column in ((moved.debit, 0), (moved.credit, 1)):
            till = named(side, "cash")
            if till is not None:
                key = (collectors.get(till, OPERATOR), "cash", moved.currency)
            elif named(side, "provider") or named(side, "invoice") or named(side, "retailer"):
                key = (OPERATOR, side, moved.currency)
            else:
                continue
            sums.setdefault(key, [0, 0])[column] += moved.amount
    return tuple(CollectedLine(*key, *found) for key, found in sorted(sums.items()))


def owed_between(railways: Iterable[RailwayLine], collected: Iterable[CollectedLine]) -> tuple[OwedLine, ...]:
    """What the operator owes each railway in each currency, or is owed by it: kept revenue less collected money."""
    positions: dict[tuple[str, str], int] = {}
    for line in railways:
        positions[line.railway, line.currency] = line.kept
    for taken in collected:
        if taken.party != OPERATOR:
            key = (taken.party, taken.currency)
            positions[key] = positions.get(key, 0) - taken.taken + taken.paid_out
    owed = []
    for (railway, currency), amount in sorted(positions.items()):
        if amount > 0:
            owed.append(OwedLine(OPERATOR, railway, currency, amount))
        elif amount < 0:
            owed.append(OwedLine(railway, OPERATOR, currency, -amount))
    return tuple(owed)
