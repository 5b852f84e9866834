"""A hosted checkout that outlives the processes that ask it: it writes each order to give back into a file.

Run as a script it gives back everything owed, as the service does after a withdrawal, until it is killed.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from rerail.clock import FixedClock
from rerail.desk.current import Current
from rerail.desk.selling import Selling
from rerail.line.amount import Money
from rerail.sale.payment import Order, Outcome
from rerail.store.engine import Store


class FileCheckout:
    """Whoever asks for an order's outcome is told that it was paid."""

    name = "file"

    def __init__(self, file: Path) -> None:
        self._file = file

    def begin(self, order: Order) -> str:
        return f"https://pay.example/{order.reference}"

    def outcome(self, reference: str) -> Outcome:
        return "paid"

    def give_back(self, reference: str, amount: Money, key: str) -> None:
        with self._file.open("a") as written:
            written.write(f"{key} {amount.amount} {amount.currency}\n")
            written.flush()
            os.fsync(written.fileno())

    def given_back(self) -> dict[str, str]:
        """What each order (by its key) gave back, however often it was asked."""
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        found: dict[str, set[str]] = {}
        for line in lines:
            if line.count(" ") == 2:  # a line may have been cut off by a kill
                key, _, amount = line.partition(" ")
                found.setdefault(key, set()).add(amount)
        assert all(len(amounts) == 1 for amounts in found.values()), "one key, two amounts"
        return {key: next(iter(amounts)) for key, amounts in found.items()}


def main(database: str, file: str, now: str) -> None:
    store = Store(database)
    selling = Selling(
        Current(store, FixedClock(datetime.fromisoformat(now))),
        providers=[FileCheckout(Path(file))],
        site="https://trains.example",
    )
    print("ready", flush=True)
    selling.give_back_owed(lambda done: print(done, flush=True))
    selling.close()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
