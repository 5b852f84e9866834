"""Documents for a border, as retailers tell them: asked for after booking, taken by PATCH, sealed, on the lists."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lists.border_shop import CLOSED, OUT_KEY, BorderShop, open_border_shop
from litestar.testing import TestClient
from sqlalchemy import inspect, text

from osdm.conftest import HOST
from osdm.retailer import Retailer
from osdm.selling import RAJIN, VLADIVOSTOK, adults, booked, codes, offer, order, people, search
from rerail.border import documents
from rerail.border.keyring import Keys
from rerail.border.model import Document
from rerail.desk.clients import add_client
from rerail.desk.tickets import ensure_key
from rerail.people import tables as people_tables
from rerail.store.engine import Store
from rerail.web.app import create_app
from rerail.web.osdm.offer_parts import requested

ACROSS: dict[str, Any] = {"tripSearchCriteria": search(VLADIVOSTOK, RAJIN, "2026-12-10T12:00:00")}
DUE = datetime(2026, 12, 8, 22, 30, tzinfo=UTC)
"""Two days before the train leaves Khasan: 9 December, 08:30 by its clock."""
LEAVES = DUE + timedelta(days=2)
NUMBER = "715000123"
NAMES = [("Olga", "Kim"), ("Min", "Pak"), ("Anna", "Li")]
ASKED = (
    "passengerSpecifications[ANY].identificationCard.type AND passengerSpecifications[ANY].identificationCard.id AND "
    "passengerSpecifications[ANY].identificationCard.issuingCountryCode AND "
    "passengerSpecifications[ANY].identificationCard.expirationDate AND "
    "passengerSpecifications[ANY].identificationCard.nationality AND passengerSpecifications[ANY].dateOfBirth AND "
    "passengerSpecifications[ANY].identificationCard.gender"
)


def card(number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "PASSPORT",
        "name": "KIM OLGA",
        "nationality": "RU",
        "issuingCountryCode": "RU",
        "expirationDate": "2031-05-01",
        "gender": "FEMALE",
        **more,
    }


class Tours:
    """A tour operator's client before a counter with a border behind it."""

    def __init__(self, shop: BorderShop, http: Any) -> None:
        self.shop = shop
        added = add_client(shop.store, shop.clock, "Tours", tour_operator="example-tours")
        self.retailer = Retailer(http, added.client.id, added.secret)

    def booked(self, count: int = 1) -> Any:
        """Held across the border, for Olga Kim, Min Pak and Anna Li."""
        named = [{"firstName": first, "lastName": last} for first, last in NAMES[:count]]
        chosen = offer(self.retailer, adults(count), **ACROSS)
        told = [
            {"externalRef": ref, "type": "ADULT", "detail": one}
            for ref, one in zip(chosen["passengerRefs"], named, strict=True)
        ]
        return self.retailer.post("/bookings", order(chosen, told))["booking"]

    def bought(self, count: int = 1) -> Any:
        booking = self.booked(count)
        self.retailer.post(f"/bookings/{booking['id']}/fulfillments")
        return booking

    def read(self, booking: Any) -> Any:
        return self.retailer.get(f"/bookings/{booking['id']}")

    def asked(self, booking: Any) -> str:
        return str(self.read(booking)["booking"].get("requestedInformation", ""))

    def tell(self, booking: Any, passenger: int = 1, *, status: int = 200, key: str | None = None, **more: Any) -> Any:
        """A passenger told a card, or whatever else."""
        where = f"/bookings/{booking['id']}/passengers/P{passenger}"
        return self.retailer.patch(where, more or {"identificationCard": card()}, status=status, key=key)

    def kept(self, booking: Any) -> dict[int, Document]:
        with self.shop.store.read() as connection:
            found = documents.read(connection, self.shop.border.keys, [booking["id"]])
        return {number: document for (_, number), document in found.items()}

    def trail(self) -> list[tuple[str, str, dict[str, str]]]:
        with self.shop.store.read() as connection:
            events = people_tables.read_events(connection)
        return [(one.act, one.who, dict(one.details)) for one in reversed(events) if one.act.startswith("document")]


@pytest.fixture(scope="session")
def border_begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the line, its season and a signing key, made once and copied for each test."""
    home = tmp_path_factory.mktemp("border")
    with closing(Store(f"sqlite:///{home / 'begun.db'}")) as store:
        store.migrate()
        with open_border_shop(store, home) as shop:
            _with_key(shop)
    return home / "begun.db"


def _with_key(shop: BorderShop) -> None:
    shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))


@pytest.fixture
def shop(border_begun: Path, tmp_path: Path) -> Iterator[BorderShop]:
    """On SQLite, for rules that no database has a part in."""
    shutil.copy(border_begun, tmp_path / "rerail.db")
    with closing(Store(f"sqlite:///{tmp_path / 'rerail.db'}")) as store, open_border_shop(store, tmp_path) as opened:
        yield opened


def _tours(shop: BorderShop) -> Iterator[Tours]:
    app = create_app(shop.current, selling=shop.selling, keys=Keys(shop.home / "keys.json"), site=HOST)
    with TestClient(app, base_url=HOST) as http:
        yield Tours(shop, http)


@pytest.fixture
def tours(shop: BorderShop) -> Iterator[Tours]:
    yield from _tours(shop)


@pytest.fixture
def stored(store: Store, tmp_path: Path) -> Iterator[Tours]:
    """The same once on SQLite and once on PostgreSQL."""
    with open_border_shop(store, tmp_path) as opened:
        _with_key(opened)
        yield from _tours(opened)


# ── asked for ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_document_comes_with_an_offer_or_a_new_booking(tours: Tours) -> None:
    asked = [{**adults()[0], "identificationCard": card()}]
    refused = tours.retailer.post("/offers", {"anonymousPassengerSpecifications": asked, **ACROSS}, status=400)
    assert "told by PATCH of its passengers" in refused["detail"]
    assert refused["pointers"] == [{"requestPointer": "/anonymousPassengerSpecifications/0"}]
    chosen = offer(tours.retailer, **ACROSS)
    assert "identificationCard" not in str(chosen), "it is asked of nobody yet"
    told = people(chosen["passengerRefs"], identificationCard=card())
    refused = tours.retailer.post("/bookings", order(chosen, told), status=400)
    assert refused["pointers"] == [{"requestPointer": "/passengerSpecifications/0"}]
    assert NUMBER not in everything(tours.shop)


def test_a_border_asks_by_its_own_deadline_and_holds_up_no_confirmation(tours: Tours) -> None:
    booking = tours.booked(2)
    said = tours.read(booking)
    assert said["booking"]["requestedInformation"] == ASKED
    (due,) = said["problems"]
    assert due["code"] == "urn:x_rerail:problem:DOCUMENTS_ASKED_FOR"
    assert "until 2026-12-09T08:30+10:00 (the clock of Khasan, an illustrative deadline)" in due["detail"]
    assert [one["responsePointer"] for one in due["pointers"]] == ["/booking/passengers/0", "/booking/passengers/1"]
    assert said["booking"]["confirmationTimeLimit"] == "2026-11-23T12:20:00Z", "another deadline altogether"
    assert tours.retailer.get(f"/bookings/{booking['id']}/fulfillment-check", status=204) is None
    tours.retailer.post(f"/bookings/{booking['id']}/fulfillments")
    assert tours.asked(booking) == ASKED


def test_within_a_country_nothing_is_asked_and_nothing_taken(tours: Tours) -> None:
    booking = booked(tours.retailer)
    assert "problems" not in tours.read(booking)
    assert tours.asked(booking) == ""
    refused = tours.tell(booking, status=409)
    assert refused["detail"] == "No document was asked for, so none is taken."
    assert refused["pointers"] == [{"requestPointer": "/identificationCard"}]
    assert tours.kept(booking) == {}


def test_a_great_group_is_asked_as_much_as_there_is_room_for() -> None:
    said = requested((number, "identificationCard.issuingCountryCode") for number in range(1000))
    assert said is not None
    assert 32_600 < len(said) <= 32_768
    assert said.endswith(".issuingCountryCode"), "whole terms only"


def test_the_only_one_still_missing_is_asked_by_place(tours: Tours) -> None:
    booking = tours.booked(2)
    tours.tell(booking, 2, identificationCard=card(), dateOfBirth="1987-03-21")
    assert tours.asked(booking).count("passengerSpecifications[0].") == 7
    assert "[1]" not in tours.asked(booking)
    assert "[ANY]" not in tours.asked(booking)


# ── taken ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_is_taken_before_confirming_and_after(stored: Tours) -> None:
    booking = stored.booked(2)
    said = stored.tell(booking, 1, identificationCard=card(), dateOfBirth="1987-03-21")
    assert said["passenger"]["identificationCard"] == card(), "it is echoed as it was told"
    stored.retailer.post(f"/bookings/{booking['id']}/fulfillments")
    stored.tell(booking, 2, identificationCard=card("660000001", name="", gender="X"), dateOfBirth="1990-01-02")
    kept = stored.kept(booking)
    assert kept[1] == Document(
        kind="passport",
        number=NUMBER,
        issuing_state="RUS",
        expires=date(2031, 5, 1),
        nationality="RUS",
        sex="f",
        family_name="KIM",
        given_names="OLGA",
    )
    assert (kept[2].number, kept[2].sex, kept[2].family_name) == ("660000001", "x", "")
    after = stored.read(booking)
    assert "requestedInformation" not in after["booking"]
    assert "problems" not in after
    assert [one["dateOfBirth"] for one in after["booking"]["passengers"]] == ["1987-03-21", "1990-01-02"]
    assert stored.trail() == [
        (
            "document-given",
            "retailer",
            {"booking": booking["id"], "passenger": "1", "client": stored.retailer.client_id},
        ),
        (
            "document-given",
            "retailer",
            {"booking": booking["id"], "passenger": "2", "client": stored.retailer.client_id},
        ),
    ]


def test_nobody_reads_it_afterwards(tours: Tours) -> None:
    booking = tours.bought()
    where = f"/bookings/{booking['id']}"
    tours.tell(booking)
    passenger = tours.retailer.get(f"{where}/passengers/P1")["passenger"]
    everywhere = [
        passenger,
        tours.retailer.get(f"{where}/passengers"),
        tours.read(booking),
        tours.retailer.post("/bookings-search", {"bookingId": booking["id"]}),
        tours.retailer.patch(f"{where}/passengers/P1", passenger),
    ]
    assert "identificationCard" not in str(everywhere).replace("identificationCard.", "")
    assert NUMBER not in str(everywhere)
    assert tours.kept(booking)[1].number == NUMBER, "and what was read is sent back without harm"


def test_what_is_left_out_stays_unless_it_is_another_document(tours: Tours) -> None:
    booking = tours.booked()
    tours.tell(booking)
    tours.tell(booking, identificationCard={"id": NUMBER, "type": "PASSPORT", "expirationDate": "2036-05-01"})
    (document,) = tours.kept(booking).values()
    assert (document.expires, document.nationality) == (date(2036, 5, 1), "RUS")
    tours.tell(booking, identificationCard={"id": "660000001", "type": "ID_CARD"})
    (document,) = tours.kept(booking).values()
    assert (document.kind, document.number, document.nationality) == ("id-card", "660000001", "")
    assert "nationality" in tours.asked(booking)


@pytest.mark.parametrize(
    ("kind", "told", "kept"),
    [
        ("PASSPORT", "DE", ("passport", "D")),
        ("DIPLOMATIC_PASSPORT", "kp", ("diplomatic-passport", "PRK")),
        ("ID_CARD", "MNG", ("id-card", "MNG")),
        ("REFUGEE_TRAVEL_DOCUMENT", "XXB", ("travel-document", "XXB")),
    ],
)
def test_kinds_and_states_are_kept_as_documents_print_them(
    tours: Tours, kind: str, told: str, kept: tuple[str, str]
) -> None:
    booking = tours.booked()
    said = tours.tell(booking, identificationCard=card(type=kind, nationality=told))
    (document,) = tours.kept(booking).values()
    assert (document.kind, document.nationality) == kept
    assert said["passenger"]["identificationCard"]["nationality"] == told


def test_what_cannot_be_is_refused_with_a_pointer_to_each_and_nothing_is_kept(tours: Tours) -> None:
    booking = tours.booked()
    wrong = card("71 50#00", nationality="UK", issuingCountryCode="ZQ", expirationDate="1950-01-01", name="Ким Ольга")
    refused = tours.tell(booking, identificationCard=wrong, dateOfBirth="1987-03-21", status=400)
    assert refused["code"] == "urn:x_rerail:problem:DOCUMENT_REFUSED"
    at = {one["requestPointer"].removeprefix("/identificationCard/"): one["detail"] for one in refused["pointers"]}
    assert set(at) == {"id", "nationality", "issuingCountryCode", "expirationDate", "name"}
    assert at["nationality"] == 'No state has the code "UK"; did you mean GBR?'
    licence = tours.tell(booking, identificationCard=card(type="DRIVING_LICENCE"), status=400)
    assert [one["requestPointer"] for one in licence["pointers"]] == ["/identificationCard/type"]
    for unread in ({"id": NUMBER}, card(gender="NONE"), card(expirationDate="01.05.2031")):
        tours.tell(booking, identificationCard=unread, status=400)
    assert tours.kept(booking) == {}
    assert "dateOfBirth" not in tours.read(booking)["booking"]["passengers"][0], "of the passenger nothing was taken"
    assert tours.trail() == []


def test_a_batch_takes_the_cards_it_can_and_points_at_the_others(tours: Tours) -> None:
    booking = tours.booked(3)
    told = [
        {"id": "P2", "identificationCard": card("660000002", nationality="Q9"), "dateOfBirth": "1990-01-02"},
        {"id": "P1", "identificationCard": card(nationality="US", issuingCountryCode="US")},
        {"id": "P3", "dateOfBirth": "1991-01-02"},
    ]
    key = "0a8e2b0e-0000-4000-8000-000000000011"
    where = f"/bookings/{booking['id']}/passengers"
    said = tours.retailer.patch(where, {"passengers": told}, status=207, key=key)
    assert ["identificationCard" in one for one in said["passengers"]] == [False, True, False]
    pointers = {
        one["code"].rpartition(":")[2]: [each["requestPointer"] for each in one["pointers"]] for one in said["problems"]
    }
    assert pointers["DOCUMENT_REFUSED"] == ["/passengers/0/identificationCard/nationality"]
    assert pointers["DOCUMENT_NOT_VALID"] == ["/passengers/1/identificationCard/issuingCountryCode"]
    assert list(tours.kept(booking)) == [1]
    born = [one.get("dateOfBirth") for one in tours.read(booking)["booking"]["passengers"]]
    assert born == [None, None, "1991-01-02"]
    assert tours.retailer.patch(where, {"passengers": told}, status=207, key=key) == said
    assert len(tours.trail()) == 1


def test_a_batch_of_one_points_into_it_and_nobody_comes_twice(tours: Tours) -> None:
    where = f"/bookings/{tours.booked()['id']}/passengers"
    told = {"id": "P1", "identificationCard": card(nationality="Q9")}
    refused = tours.retailer.patch(where, {"passengers": [told]}, status=400)
    assert [one["requestPointer"] for one in refused["pointers"]] == ["/passengers/0/identificationCard/nationality"]
    told = {"id": "P1", "identificationCard": card()}
    twice = tours.retailer.patch(where, {"passengers": [told, {**told, "id": "adult-1"}]}, status=400)
    assert twice["pointers"] == [{"requestPointer": "/passengers/1"}]


def test_what_is_doubtful_is_a_remark_in_the_answer(tours: Tours) -> None:
    booking = tours.booked(2)
    # At Khasan it is 11 December when the train is controlled.
    said = tours.tell(booking, 1, identificationCard=card(expirationDate="2026-12-10", name="PAK MIN"))
    assert codes(said) == ["DOCUMENT_EXPIRED", "DOCUMENT_EXPIRED", "DOCUMENT_NAME_DIFFERS"], "at each side's control"
    expired, _, name = said["problems"]
    assert "controlled at Khasan on 2026-12-11" in expired["detail"]
    assert expired["pointers"] == [{"title": "P1", "requestPointer": "/identificationCard/expirationDate"}]
    assert name["detail"] == "The ticket is for Kim Olga, the document is of PAK MIN."
    said = tours.tell(booking, 2, identificationCard=card(nationality="US", issuingCountryCode="US", name="PAK YUN"))
    assert set(codes(said)) >= {"DOCUMENT_NOT_VALID", "DOCUMENT_NAME_DIFFERS"}
    (valid,) = (one for one in said["problems"] if one["code"].endswith(":DOCUMENT_NOT_VALID"))
    assert "State. (As of 2025-05-14, last known to hold until 2026-08-31.)" in valid["detail"]
    said = tours.tell(booking, 2)
    assert "DOCUMENT_GIVEN_TWICE" in codes(said)


def test_what_no_border_asks_for_is_dropped_and_said_to_be(tours: Tours) -> None:
    every = '["document_kind", "document_number", "issuing_state", "expires", "nationality", "birth_date", "sex"]'
    less = '["document_number", "nationality"]'
    tours.shop.edition(
        ("border.toml", every, less),
        ("border.toml", '["document_number", "nationality", "birth_date", "sex"]', less),
    )
    booking = tours.booked()
    assert tours.asked(booking) == (
        "passengerSpecifications[ANY].identificationCard.id AND "
        "passengerSpecifications[ANY].identificationCard.nationality"
    )
    more = {"birthCity": "Владивосток", "issuingDate": "2021-05-01", "residenceCountryCode": "RU"}
    said = tours.tell(booking, identificationCard=card(**more))
    (dropped,) = said["problems"]
    assert dropped["code"] == "urn:x_rerail:problem:DOCUMENT_DATA_NOT_KEPT"
    assert dropped["detail"] == (
        "No border of the journey asks for type, issuingCountryCode, expirationDate, gender, birthCity, issuingDate, "
        "residenceCountryCode; that was not kept."
    )
    echo = {**card(), **more}
    del echo["issuingDate"]  # OSDM has it as an instant
    assert said["passenger"]["identificationCard"] == echo
    with tours.shop.store.read() as connection:
        fields = set(documents.given(connection, [booking["id"]])[booking["id"], 1])
    assert fields == {"number", "nationality", "family_name", "given_names"}
    assert tours.asked(booking) == ""


def test_what_osdm_cannot_carry_is_named_and_left_to_a_counter(tours: Tours) -> None:
    asks = 'asks = ["document_number", "nationality", "birth_date", "sex"]'
    tours.shop.edition(("border.toml", asks, asks.replace("]", ', "visa_number", "voucher_number"]')))
    booking = tours.booked()
    said = tours.read(booking)
    assert codes(said) == ["DOCUMENTS_ASKED_FOR", "DOCUMENTS_BEYOND_OSDM"]
    assert said["booking"]["requestedInformation"] == ASKED
    tours.tell(booking, identificationCard=card(), dateOfBirth="1987-03-21")
    assert codes(tours.read(booking)) == ["DOCUMENTS_BEYOND_OSDM"]
    assert tours.asked(booking) == ""


# ── until when ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_past_the_deadline_it_is_refused_and_said_until_when_it_was(tours: Tours) -> None:
    booking = tours.bought()
    tours.shop.clock.turn(DUE - timedelta(seconds=1))
    tours.retailer.new_token()
    tours.tell(booking)
    tours.shop.clock.turn(DUE)
    late = tours.tell(booking, identificationCard=card("660000001"), status=409)
    assert late["code"] == "urn:x_rerail:problem:DOCUMENT_TOO_LATE"
    assert "until 2026-12-09T08:30+10:00, on the clock of Khasan" in late["detail"]
    assert tours.kept(booking)[1].number == NUMBER
    said = tours.read(booking)
    assert "requestedInformation" not in said["booking"], "it can be told no more"
    assert codes(said) == ["DOCUMENTS_TOO_LATE"]
    tours.shop.clock.turn(LEAVES)
    tours.retailer.new_token()
    late = tours.tell(booking, status=409)
    assert "has left for the last border" in late["detail"]
    assert "problems" not in tours.read(booking)


def test_a_date_of_birth_that_was_not_known_is_told_after_confirming_and_never_another(tours: Tours) -> None:
    booking = tours.bought()
    said = tours.tell(booking, dateOfBirth="1987-03-21", gender="FEMALE")
    assert said["passenger"]["dateOfBirth"] == "1987-03-21"
    assert "dateOfBirth" not in tours.asked(booking)
    assert "gender" not in tours.asked(booking), "the booking says it"
    tours.tell(booking, dateOfBirth="1987-03-22", status=409)


def test_another_passenger_does_not_travel_on_the_firsts_document(tours: Tours) -> None:
    booking = tours.bought()
    tours.tell(booking)
    where = f"/bookings/{booking['id']}"

    def called(first: str, last: str) -> None:
        (ticket,) = (
            one["id"] for one in tours.read(booking)["booking"]["fulfillments"] if one["status"] == "FULFILLED"
        )
        offered = tours.retailer.post(f"{where}/cancel-fulfillments-offers", {"fulfillmentIds": [ticket]})
        number = offered["cancelFulfillmentOffers"][0]["id"]
        tours.retailer.patch(f"{where}/cancel-fulfillments-offers/{number}", {"status": "CONFIRMED"})
        tours.tell(booking, detail={"firstName": first, "lastName": last})
        tours.retailer.post(f"{where}/fulfillments")

    called("Olga", "Kim")
    assert tours.kept(booking)[1].number == NUMBER, "the same name, written otherwise"
    assert "identificationCard" not in tours.asked(booking)
    called("Min", "Pak")
    assert tours.kept(booking) == {}
    assert "identificationCard.id" in tours.asked(booking)
    assert [(act, who) for act, who, _ in tours.trail()] == [
        ("document-given", "retailer"),
        ("document-erased", "retailer"),
    ]


def test_places_that_nobody_confirms_take_their_documents_with_them(tours: Tours) -> None:
    booking = tours.booked()
    tours.tell(booking)
    tours.shop.border.erase("test")
    assert tours.kept(booking)[1].number == NUMBER
    tours.shop.clock.forward(minutes=21)
    tours.shop.border.erase("test")
    assert tours.kept(booking) == {}


# ── sealed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def everything(shop: BorderShop) -> str:
    """All that every table has, as text."""
    found = []
    with shop.store.read() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                found += [
                    bytes(one).decode("latin-1") if isinstance(one, (bytes, memoryview)) else str(one) for one in row
                ]
    return "\n".join(found)


def test_no_number_lies_open_in_the_database_whatever_is_kept(stored: Tours, tmp_path: Path) -> None:
    booking = stored.booked(2)
    key, other = "0a8e2b0e-0000-4000-8000-000000000012", "0a8e2b0e-0000-4000-8000-000000000013"
    told: dict[str, Any] = {
        "identificationCard": card(expirationDate="2025-07-19", name="PAKOVA MIN"),
        "dateOfBirth": "1987-03-21",
    }
    first = stored.tell(booking, **told, key=key)
    batch = {"passengers": [{"id": "P2", **told}, {"id": "P1", "identificationCard": card(nationality="Q9")}]}
    some = stored.retailer.patch(f"/bookings/{booking['id']}/passengers", batch, status=207, key=other)
    stored.retailer.post(f"/bookings/{booking['id']}/fulfillments")
    stored.tell(booking)

    assert stored.tell(booking, **told, key=key) == first, "the same request, the same answer, its card in it"
    assert first["passenger"]["identificationCard"]["id"] == NUMBER
    assert stored.retailer.patch(f"/bookings/{booking['id']}/passengers", batch, status=207, key=other) == some
    changed = {**told, "identificationCard": card("715000124", expirationDate="2025-07-19", name="PAKOVA MIN")}
    for reused in (changed, {"dateOfBirth": "1987-03-21"}):
        again = stored.tell(booking, **reused, key=key, status=409)
        assert again["code"] == "urn:x_rerail:problem:IDEMPOTENCY_KEY_REUSED"
    assert stored.kept(booking)[1].expires == date(2031, 5, 1), "a repetition does nothing"

    database = everything(stored.shop)
    assert booking["id"] in database
    for secret in (NUMBER, "715000124", "2025-07-19", "2031-05-01", "PAKOVA", "PASSPORT"):
        assert secret not in database, secret
    body = f"PATCH /osdm/bookings/{booking['id']}/passengers/P1\n".encode()
    for content in (b"", stored.retailer.http.build_request("PATCH", HOST, json=told).content):
        digest = hashlib.sha256(body + content).hexdigest()
        assert digest not in database, "nor anything by which the number could be guessed"
    # Another process reads the files: this one has them open.
    found = subprocess.run(["grep", "-rlaF", NUMBER, str(tmp_path)], capture_output=True, text=True, check=False)
    assert found.stdout == ""


def test_an_answer_opens_for_nobody_who_does_not_have_the_request(tours: Tours) -> None:
    booking = tours.booked()
    tours.tell(booking, key="k")
    with tours.shop.store.read() as connection:
        kept = connection.execute(text("SELECT body, answer FROM sale_answer WHERE key = 'k'")).one()
    assert kept.body == "sealed"
    assert NUMBER.encode() not in kept.answer
    tours.shop.border.rotate_keys("test")
    first = tours.tell(booking, key="k")
    assert len(tours.trail()) == 1, "it is still known"
    tours.shop.border.rotate_keys("test")
    assert tours.tell(booking, key="k") == first
    assert len(tours.trail()) == 2, "its key is gone: the request is done once more, and is the same as before"


def test_without_a_file_of_keys_no_document_is_taken_and_all_else_is(shop: BorderShop) -> None:
    with TestClient(create_app(shop.current, selling=shop.selling, site=HOST), base_url=HOST) as http:
        bare = Tours(shop, http)
        booking = bare.booked(2)
        assert bare.asked(booking) == ASKED
        refused = bare.tell(booking, status=503)
        assert refused["detail"] == "Travel documents cannot be taken now. Try again later."
        told = [{"id": "P1", "identificationCard": card()}, {"id": "P2", "dateOfBirth": "1987-03-21"}]
        said = bare.retailer.patch(f"/bookings/{booking['id']}/passengers", {"passengers": told}, status=207, key="k")
        assert codes(said) == ["SERVICE_UNAVAILABLE"]
        bare.retailer.post(f"/bookings/{booking['id']}/fulfillments")
    assert NUMBER not in everything(shop)


# ── on the lists ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_came_by_osdm_is_on_the_lists_of_the_border(stored: Tours) -> None:
    shop = stored.shop
    booking = stored.booked(2)
    stored.tell(booking, 1, identificationCard=card(), dateOfBirth="1987-03-21")
    stored.retailer.post(f"/bookings/{booking['id']}/fulfillments")
    told = [{"id": "P2", "identificationCard": card("660000001", type="ID_CARD"), "dateOfBirth": "1990-01-02"}]
    stored.retailer.patch(f"/bookings/{booking['id']}/passengers", {"passengers": told})
    shop.clock.turn(CLOSED)
    shop.round()
    (name,) = (one for one in shop.files("russian-border-control") if one.endswith(".edi"))
    segments = (shop.home / "lists" / "russian-border-control" / name).read_text().replace("\n", "").split("'")
    people_on_it = [
        one for one in segments if one.startswith(("NAD+FL", "DOC+", "ATT+2", "DTM+329", "DTM+36", "NAT+2"))
    ]
    assert any("KIM" in one and "OLGA" in one for one in people_on_it)
    assert [one for one in people_on_it if one.startswith("DOC+")] == [
        f"DOC+P+{NUMBER}",
        "DOC+I+660000001",
    ]
    assert {"DTM+329:870321", "DTM+329:900102"} <= set(people_on_it)
    assert people_on_it.count("DTM+36:310501") == 2
    assert people_on_it.count("NAT+2+RUS") == 2
    assert OUT_KEY.train in name
