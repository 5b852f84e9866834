"""A process that sends what is in the outbox, to be killed by a test.

`python sending.py DATABASE PORT INSTANT`: as if the time were INSTANT.
"""

from __future__ import annotations

import sys
from datetime import datetime

from outbox_day import HOST, composed

from rerail.clock import FixedClock
from rerail.store.engine import Store
from rerail.tell.delivery import deliver
from rerail.tell.smtp import smtp_from

if __name__ == "__main__":
    database, port, instant = sys.argv[1:]
    smtp = smtp_from({"RERAIL_SMTP": f"smtp://127.0.0.1:{port}", "RERAIL_MAIL_FROM": "tickets@trains.example"})
    assert smtp is not None
    store, clock = Store(database), FixedClock(datetime.fromisoformat(instant))
    print("ready", flush=True)
    while deliver(store, clock, composed, smtp, host=HOST, limit=5).taken:
        pass
