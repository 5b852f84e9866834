"""A process that puts crossing lists into their folders, and stops for good before it can note the first.

`python deliver_process.py DATABASE HOME INSTANT STOP`: as if the time were INSTANT; with STOP "stop" it says when it
has put a version there, and then waits to be killed.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

from lists.border_shop import BorderShop
from sale.shop import Turned

from rerail.border import filings
from rerail.store.engine import Store


def main(database: str, home: str, instant: str, stop: str) -> None:
    store = Store(database)
    shop = BorderShop(store, Turned(datetime.fromisoformat(instant)), Path(home))
    if stop == "stop":

        def put_there_and_dead(*_: object) -> None:
            print("put", flush=True)
            time.sleep(60)

        filings.note_filed = put_there_and_dead
    shop.border.deliver_due()
    shop.close()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
