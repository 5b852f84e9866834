"""A process that tells subscribers what is in the outbox, to be killed by a test.

`python telling.py DATABASE INSTANT`: as if the time were INSTANT.
"""

from __future__ import annotations

import sys
from datetime import datetime

from event_day import body

from rerail.clock import FixedClock
from rerail.store.engine import Store
from rerail.tell.carrying import carry
from rerail.tell.webhook import Webhook

if __name__ == "__main__":
    database, instant = sys.argv[1:]
    store, clock = Store(database), FixedClock(datetime.fromisoformat(instant))
    channel = Webhook(store, clock, body, loopback=True)
    print("ready", flush=True)
    while carry(store, clock, channel, limit=5).taken:
        pass
