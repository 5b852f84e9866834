"""`rerail accounts --month YYYY-MM [--json]`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

import msgspec

from rerail.line.amount import Money
from rerail.money.ledger import Integrity, integrity
from rerail.money.settlement import MonthAccounts, accounts_of
from rerail.store.engine import Store


def run(store: Store, month: str, out: TextIO, as_json: bool) -> int:
    """Print a month's accounts (calendar month in UTC). Returns the exit status: 1 if the ledger has a fault.

    Raises `NoMonth` for what is no month such as 2026-11.
    """
    with store.read() as connection:
        accounts = accounts_of(connection, month)
        found = integrity(connection)
    if as_json:
        out.write(msgspec.json.format(msgspec.json.encode(_as_json(accounts, found)), indent=2).decode() + "\n")
    else:
        _print(accounts, found, out)
    return 1 if found.faults else 0


def _as_json(accounts: MonthAccounts, found: Integrity) -> dict[str, object]:
    """Amounts in minor units, debit positive."""
    return {
        "month": accounts.month,
        "zone": "UTC",
        "trial_balance": [{**msgspec.structs.asdict(line), "balance": line.balance} for line in accounts.trial_balance],
        "railways": [{**msgspec.structs.asdict(line), "kept": line.kept} for line in accounts.railways],
        "collected": accounts.collected,
        "owed": accounts.owed,
        "exchange": accounts.exchange,
        "ledger": found,
    }


def _print(accounts: MonthAccounts, found: Integrity, out: TextIO) -> None:
    print(f"Accounts of {accounts.month} (the month in UTC)", file=out)
    if not accounts.trial_balance:
        print("\nNothing was posted until the end of the month.", file=out)
    _print_table(
        "Trial balance (debit is positive)",
        ("account",),
        ("before", "debit", "credit", "balance"),
        (
            (line.account, *(_amount(n, line.currency) for n in (line.before, line.debit, line.credit, line.balance)))
            for line in accounts.trial_balance
        ),
        out,
    )
    _print_table(
        "Earned by travel",
        ("railway",),
        ("earned", "gave back", "kept"),
        (
            (line.railway, *(_amount(n, line.currency) for n in (line.earned, line.gave_back, line.kept)))
            for line in accounts.railways
        ),
        out,
    )
    _print_table(
        "Collected from buyers",
        ("by", "into"),
        ("taken", "paid out"),
        (
            (line.party, line.means, *(_amount(n, line.currency) for n in (line.taken, line.paid_out)))
            for line in accounts.collected
        ),
        out,
    )
    _print_table(
        "Owed for the month",
        ("who owes", "whom"),
        ("amount",),
        ((line.debtor, line.creditor, _amount(line.amount, line.currency)) for line in accounts.owed),
        out,
    )
    _print_table(
        "Left to exchange by the operator",
        ("what",),
        ("amount",),
        (
            ("to buy for railways" if amount > 0 else "taken for it", _amount(abs(amount), currency))
            for currency, amount in accounts.exchange.items()
        ),
        out,
    )
    print(file=out)
    for fault in found.faults:
        print(f"FAULT: {fault}", file=out)
    verdict = "every one sums to zero in every currency" if not found.faults else f"{len(found.faults)} faults"
    print(f"Ledger: {found.transactions} transactions, {found.transfers} transfers; {verdict}.", file=out)


def _print_table(
    title: str, words: Sequence[str], amounts: Sequence[str], rows: Iterable[Sequence[str]], out: TextIO
) -> None:
    """Words to the left, amounts to the right."""
    lines = [(*words, *amounts), *rows]
    if len(lines) == 1:
        return
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    print(f"\n{title}", file=out)
    for line in lines:
        cells = (
            cell.ljust(width) if column < len(words) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print(("  " + "  ".join(cells)).rstrip(), file=out)


def _amount(amount: int, currency: str) -> str:
    return str(Money(amount, currency))
