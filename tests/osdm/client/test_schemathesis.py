"""An outside judge over the provider's own document: every check it has, on a provider that is really running.

`RERAIL_FULL=1` lets it try longer.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from osdm.client.machine import Machine, anonymous, parts, search
from osdm.client.provider import Provider

EXAMPLES = "150" if os.environ.get("RERAIL_FULL") else "4"

CHECK_THAT_MAY_FAIL = """
[[operations]]
include-operation-id = ["getCheckFulfillments", "postPrepareRefundOffers"]
[operations.checks.positive_data_acceptance]
enabled = false
"""
"""A check of what could be confirmed says 400 if it could not: the specification wants it so."""


@pytest.fixture
def fuzzer(provider: Provider) -> Machine:
    return provider.machine("Fuzzer", "--operator", "example-tours")


def test_no_answer_is_beside_the_document_whatever_is_sent(fuzzer: Machine, soon: str, tmp_path: Path) -> None:
    """To things that there are: else a fuzzer meets nothing but 404."""
    config = tmp_path / "schemathesis.toml"
    known = "".join(f'"path.{name}" = {json.dumps(value)}\n' for name, value in there_is(fuzzer, soon).items())
    config.write_text(f"[parameters]\n{known}\n{CHECK_THAT_MAY_FAIL}")
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run"]
    options = ["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--continue-on-failure"]
    options += ["--generation-deterministic", "--no-color"]
    address = str(fuzzer.http.base_url.copy_with(path="/osdm/openapi.json"))
    header = f"Authorization: Bearer {fuzzer.token}"
    done = subprocess.run(
        [*command, address, "--header", header, *options], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, (done.stdout.partition("= FAILURES =")[2] or done.stdout)[:8000] + done.stderr[-2000:]
    counted = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert counted, done.stdout[-2000:]
    assert int(counted[1]) == int(counted[2]) > 2000


def there_is(machine: Machine, soon: str) -> dict[str, Any]:
    """What each parameter of a path may be: a confirmed booking of two, one ticket of it about to be given back."""
    origin, destination = machine.station("Vladivostok"), machine.station("Khasan")
    found = machine.post("/trips-collection", search(origin, destination, soon))
    offer = machine.offers([anonymous("a"), anonymous("b")], tripIds=[found["trips"][0]["id"]])["offers"][0]
    booking = machine.book(offer)
    machine.confirm(booking)
    tickets = machine.read(booking)["fulfillments"]
    return {
        "placeId": origin,
        "tripId": found["trips"][0]["id"],
        "tripsCollectionId": found["id"],
        "bookingId": booking["id"],
        "bookedOfferId": offer["offerId"],
        "reservationId": parts(booking, "reservations")[0]["id"],
        "passengerId": booking["passengers"][0]["id"],
        "fulfillmentId": tickets[0]["id"],
        "refundOfferId": machine.refund(booking, tickets[:1])["id"],
        "productId": machine.get("/products")["products"][0]["id"],
        "layoutId": machine.get("/coach-deck-layouts")["coachDeckLayouts"][0]["id"],
    }
