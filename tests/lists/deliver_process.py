"""A process that puts crossing lists into their folders, and stops for good before it can note the first.

`python deliver_process.py DATABASE HOME INSTANT STOP`: as if the time were INSTANT; with STOP "stop" it says when it
has put a version there, and then waits to be killed.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

from sale.shop import Turned

from lists.border_shop import BorderShop
from rerail.border import filings
from rerail.store.engine import Store


def main(database: str, home: str, instant: str, stop: str) -> None:
    store = Store(database)
    shop = BorderShop(store, Turned(datetime.fromisoformat(instant)), Path(home))
    if stop == "stop":

        def put_there_and_dead(*_: object) -> bool:
            print("put", flush=True)
            time.sleep(60)
            return False

        filings.note_filed = put_there_and_dead  # type: ignore[assignment]
    shop.border.deliver_due()
    shop.close()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
