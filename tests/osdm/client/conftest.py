"""A provider that is really running, with two retailers before it; and one whose clock a test may turn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sale.shop import Shop
from serving import serving

from osdm.client.machine import Machine
from osdm.client.provider import Provider, started
from rerail.desk.clients import add_client
from rerail.web.app import create_app


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with started(tmp_path_factory.mktemp("provider")) as one:
        yield one


@pytest.fixture(scope="session")
def machine(provider: Provider) -> Machine:
    """A retailer that sells within one country."""
    return provider.machine("Outside")


@pytest.fixture(scope="session")
def tours(provider: Provider) -> Machine:
    """A retailer bound to a tour operator: it sells across the border too."""
    return provider.machine("Outside Tours", "--operator", "example-tours")


_days = itertools.count(5)


@pytest.fixture(scope="module")
def soon() -> str:
    """A moment in some days, on the clock of Vladivostok, as a search says it: without an offset.

    Each module has its own, so that the trains of none are filled by another.
    """
    day = datetime.now(ZoneInfo("Asia/Vladivostok")).date() + timedelta(days=next(_days))
    return f"{day}T04:00:00"


@pytest.fixture
def turned(shop: Shop) -> Iterator[Machine]:
    """A retailer before that shop, over HTTP."""
    added = add_client(shop.store, shop.clock, "Outside")
    with serving(create_app(shop.current, selling=shop.selling, site="https://trains.example")) as address:
        yield Machine(address, added.client.id, added.secret)
