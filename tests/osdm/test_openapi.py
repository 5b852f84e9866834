"""Our own document: true to what is taken and given, whatever a fuzzer sends; and the manual's table of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.testing import TestClient
from openapi_schema_validator import OAS31Validator
from sale.shop import open_shop
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from osdm.conftest import HOST
from osdm.retailer import Retailer
from osdm.selling import bought, search
from osdm.strict import specification
from rerail.desk.clients import add_client
from rerail.desk.tickets import ensure_key
from rerail.store.engine import Store
from rerail.web.app import create_app
from rerail.web.osdm.openapi import document
from rerail.web.osdm.operations import OPERATIONS
from rerail.web.osdm.routes import DONE
from rerail.web.osdm.table import rows

MANUAL = Path(__file__).parent.parent.parent / "docs" / "osdm.md"
METHODS = ("GET", "POST", "PATCH", "DELETE")


def test_the_operations_are_those_of_the_specification() -> None:
    published = {
        (one["operationId"], method.upper(), path)
        for path, methods in specification()["paths"].items()
        for method, one in methods.items()
        if method.upper() in METHODS
    }
    assert {(one.id, one.method, one.path) for one in OPERATIONS} == published
    assert len(OPERATIONS) == 94
    assert set(DONE) <= {one.id for one in OPERATIONS}


def test_the_manual_says_of_each_operation_whether_it_is_done_and_else_why_not() -> None:
    written = [line for line in MANUAL.read_text().splitlines() if re.match(r"\| (GET|POST|PATCH|DELETE) `", line)]
    assert written == list(rows(DONE))


def test_every_schema_of_the_document_is_one(sqlite_store: Store) -> None:
    for schema in document(DONE, HOST)["components"]["schemas"].values():
        OAS31Validator.check_schema(schema)


class Provider:
    """A provider with a booking in it, for a fuzzer."""

    def __init__(self, app: Any, http: Any, retailer: Retailer) -> None:
        self.app = app
        self.retailer = retailer
        booking = bought(retailer)
        self.known = {
            "bookingId": booking["id"],
            "passengerId": booking["passengers"][0]["id"],
            "fulfillmentId": booking["fulfillments"][0]["id"],
            "placeId": "urn:x_rerail:stn:khasan",
            "tripId": booking["trips"][0]["id"],
            "tripsCollectionId": retailer.post("/trips-collection", search())["id"],
        }


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    file = tmp_path_factory.mktemp("fuzzed") / "rerail.db"
    with closing(Store(f"sqlite:///{file}")) as store:
        store.migrate()
        with open_shop(store) as shop:
            shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))
            added = add_client(store, shop.clock, "Fuzzer")
            app = create_app(shop.current, selling=shop.selling, site=HOST)
            with TestClient(app, base_url=HOST) as http:
                yield Provider(app, http, Retailer(http, added.client.id, added.secret))


@pytest.fixture(scope="module")
def api(provider: Provider) -> Any:
    return schemathesis.openapi.from_asgi("/osdm/openapi.json", provider.app)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
SETTINGS = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


FUZZED = [
    *((operation, GenerationMode.POSITIVE) for operation in sorted(DONE)),
    *((operation, GenerationMode.NEGATIVE) for operation in sorted(DONE) if DONE[operation].takes is not None),
]


@pytest.mark.parametrize(("operation", "mode"), FUZZED)
def test_whatever_is_sent_is_answered_as_the_document_says(
    operation: str, mode: GenerationMode, provider: Provider, api: Any
) -> None:
    """To things that exist, as far as there are any: else a fuzzer sees nothing but 404."""
    described = api.find_operation_by_id(operation)
    names = re.findall(r"\{(\w+)\}", described.path)
    known = {name: provider.known[name] for name in names if name in provider.known}

    @given(case=described.as_strategy(mode, path_parameters=known if len(known) == len(names) else None))
    @SETTINGS
    def fuzz(case: schemathesis.Case[Any]) -> None:
        token = {"Authorization": f"Bearer {provider.retailer.token}"}
        answer = case.call(headers=token)
        # That it is too long to be read is as good a refusal.
        checks = [one for one in CHECKS if one is not negative_data_rejection or answer.status_code != 413]
        case.validate_response(answer, checks=checks, headers=token)

    fuzz()
