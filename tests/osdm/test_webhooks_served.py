"""The whole of it as it runs: `rerail serve`, a client made and subscribed by commands, a sale, and the event."""

from __future__ import annotations

import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook as StandardWebhook
from subscriber import subscriber

from osdm.client.machine import Machine, anonymous, search
from osdm.client.provider import RERAIL, started
from osdm.webhook_judge import check_event
from rerail.desk.subscribing import LOOPBACK


def test_a_ticket_that_is_issued_is_told_while_the_service_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOOPBACK, "1")
    with subscriber() as machine, started(tmp_path) as provider:
        client = provider.client("Shop")
        command = [*RERAIL, "client", "webhook", "Shop", machine.url, "--db", provider.database]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        secret = printed.partition("secret: ")[2].partition("\n")[0]
        seller = Machine(provider.address, *client)
        booking = bought(seller)
        deadline = time.monotonic() + 10
        while not machine.received:
            assert time.monotonic() < deadline, "nothing was told"
            time.sleep(0.02)
        (came,) = machine.received
    event = check_event(came.body)
    assert (event["type"], event["bookingId"]) == ("FULFILLMENT_AVAILABLE", booking)
    assert event["resources"][0]["href"] == f"{provider.address}/osdm/bookings/{booking}"
    assert StandardWebhook(secret).verify(came.body, came.headers) == event


def bought(seller: Machine) -> str:
    """The id of a confirmed booking of the next train from Vladivostok to Ussuriysk."""
    day = datetime.now(ZoneInfo("Asia/Vladivostok")).date() + timedelta(days=5)
    wanted = search(seller.station("Vladivostok"), seller.station("Ussuriysk"), f"{day}T04:00:00")
    booking = seller.book(seller.offers([anonymous("a")], tripSearchCriteria=wanted)["offers"][0])
    seller.confirm(booking)
    code: str = booking["id"]
    return code
