"""A process that sells, is paid and gives back without end, to be killed by a test.

`python posting.py DATABASE NAME`: prints the number of each booking once it is committed.
"""

from __future__ import annotations

import itertools
import sys

from ledger_day import TICKET, posted, rub

from rerail.money import entries
from rerail.money.accounts import provider
from rerail.store.engine import Store

if __name__ == "__main__":
    database, name = sys.argv[1:]
    store = Store(database)
    print("ready", flush=True)
    for number in itertools.count():
        booking = f"{name}-{number}"
        with store.write() as connection:
            posted(connection, f"sale-{booking}", "sale", entries.sale(TICKET, [rub(5000)]), booking=booking)
            payment = entries.payment(provider("demo"), rub(105000))
            posted(connection, f"payment-{booking}", "payment", payment, booking=booking)
        print(number, flush=True)
