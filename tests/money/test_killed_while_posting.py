"""Real processes, killed while they post: what was acknowledged is there, whole, and everything sums to zero."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from rerail.money.accounts import CUSTOMER, provider
from rerail.money.ledger import balance, booking_account, integrity
from rerail.store.engine import Store

KILLS = 4


def test_killed_at_any_moment_the_postings_sum_to_zero(store: Store, database_url: str) -> None:
    chance = random.Random(20261123)
    script = str(Path(__file__).with_name("posting.py"))
    acknowledged: list[str] = []
    for kill in range(KILLS):
        processes = [
            subprocess.Popen([sys.executable, script, database_url, f"{kill}{side}"], stdout=subprocess.PIPE, text=True)
            for side in "ab"
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.02, 0.12))
        for side, process in zip("ab", processes, strict=True):
            process.kill()
            assert process.stdout is not None
            said = process.stdout.read()
            process.wait(timeout=10)
            acknowledged += [f"{kill}{side}-{line}" for line in said.splitlines() if line.isdecimal()]
        with store.read() as connection:
            assert integrity(connection).faults == ()
            assert balance(connection, CUSTOMER) == {}
    with store.read() as connection:
        found = integrity(connection)
        accounts = booking_account(connection, acknowledged)
        taken = balance(connection, provider("demo"))
    assert acknowledged, "no process came to post anything before it was killed"
    assert all(account.paid_in("RUB").amount == 105000 for account in accounts.values())
    # One more per process may be committed and not yet acknowledged.
    assert len(acknowledged) <= found.transactions // 2 <= len(acknowledged) + 2 * KILLS
    assert taken == {"RUB": 105000 * (found.transactions // 2)}
