"""Documents at the counter: given one by one or as the group's list; seen by an operator alone, and written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from booking.papers import NUMBER, zone
from litestar.testing import TestClient

from office.conftest import PASSWORD
from office.counter import act_form, acted, can, code_of, held, offered, opened_till, sent
from office.visitor import Form, Page, Visitor
from rerail.border.keyring import Keys
from rerail.desk.current import Current
from rerail.people.audit import RETAILER, Event
from rerail.people.tables import append_event
from rerail.web.app import create_app

Visit = Callable[..., Visitor]


@pytest.fixture
def visit(current: Current, tmp_path: Path) -> Iterator[Visit]:
    """A browser for each call, on an office that can take documents."""
    app = create_app(current, keys=Keys(tmp_path / "keys.json"))
    with ExitStack() as stack:

        def come(name: str, language: str = "en") -> Visitor:
            visitor = Visitor(stack.enter_context(TestClient(app)), language)
            visitor.sign_in(name, PASSWORD)
            return visitor

        yield come


def sold(visitor: Visitor, adults: int = 2) -> str:
    """Places on the shuttle of 2 December, sold in cash."""
    opened_till(visitor, RUB="1000")
    names = {f"f{number}": name for number, name in enumerate(("Kim", "Pak", "Lee", "Jun")[:adults], start=1)}
    names |= {f"g{number}": name for number, name in enumerate(("Olga", "Ivan", "Anna", "Mira")[:adults], start=1)}
    page = held(visitor, offered(visitor, **{"n-adult": str(adults)}), **names)
    return code_of(acted(visitor, page, "pay"))


def documents(visitor: Visitor, code: str) -> Page:
    return visitor.open(f"/office/bookings/{code}/documents")


def form_of(page: Page, passenger: int) -> Form:
    return next(form for form in page.forms if form.value("passenger") == str(passenger))


def uploaded(visitor: Visitor, page: Page, content: bytes) -> Page:
    form = act_form(page, "list")
    fields = {name: value for name, value in form.fields if name not in ("file", "pasted")}
    return Page(
        visitor.client.post(
            form.action,
            data={**fields, "pasted": ""},
            files={"file": ("documents.csv", content, "text/csv")},
            headers={"origin": str(visitor.client.base_url).rstrip("/"), **visitor.headers},
            follow_redirects=True,
        )
    )


def test_a_clerk_gives_a_document_and_sees_two_characters_of_it(visit: Visit) -> None:
    nina = visit("Nina")
    code = sold(nina)
    booking = nina.open(f"/office/bookings/{code}")
    assert "Documents: 0 of 2 given, until 2 December 2026, 13:30 (Vladivostok time)" in booking.text
    page = documents(nina, code)
    assert not can(page, "look")
    done = sent(nina, form_of(page, 1), mrz=zone())
    assert done.address.endswith("/documents?saved=1")
    assert "whose number ends in 01" in done.text
    assert "Documents: 1 of 2 given" in done.text
    assert NUMBER not in done.html
    assert NUMBER not in nina.open(f"/office/bookings/{code}").html


def test_what_is_wrong_is_said_beside_its_field(visit: Visit) -> None:
    nina = visit("Nina")
    page = documents(nina, sold(nina))
    again = sent(nina, form_of(page, 2), mrz=zone()[:-1] + "9", nationality="RU")
    assert again.status == 422
    assert "did you mean RUS?" in again.text
    assert 'id="mrz-2-error"' in again.html
    assert "Nothing is given yet." in again.text


def test_an_operator_looks_after_asking_for_it_and_the_trail_has_it(visit: Visit) -> None:
    nina, marina = visit("Nina"), visit("Marina")
    code = sold(nina)
    sent(nina, form_of(documents(nina, code), 1), mrz=zone())
    page = documents(marina, code)
    assert NUMBER not in page.html
    looked = sent(marina, act_form(page, "look"))
    assert NUMBER in looked.html
    assert "That you looked is in the audit trail." in looked.text
    assert looked.answer.headers["cache-control"] == "no-store"
    trail = marina.open("/office/audit")
    assert "Travel documents looked at" in trail.text
    assert "Travel document given" in trail.text
    assert NUMBER not in trail.html


def test_the_trail_has_which_client_of_a_retailer_gave_a_document(visit: Visit, current: Current) -> None:
    event = Event(
        at=current.now(), act="document-given", who=RETAILER, details={"booking": "K7MP4XQ2", "client": "rr_0123"}
    )
    with current.store.write() as connection:
        append_event(connection, event)
    assert "a retailer's client rr_0123" in visit("Marina").open("/office/audit").text


@pytest.mark.parametrize("name", ["Nina", "Yuri"])
def test_whoever_sells_cannot_look_by_sending_the_form_all_the_same(visit: Visit, name: str) -> None:
    nina, other = visit("Nina"), visit(name)
    code = sold(nina)
    sent(nina, form_of(documents(nina, code), 1), mrz=zone())
    token = nina.open("/office/bookings").form("/office/sign-out").value("form_token")
    if name == "Yuri":  # and of another tour operator's booking there is no page at all
        token = other.open("/office/bookings").form("/office/sign-out").value("form_token")
        assert documents(other, code).status == 404
    answer = other.post(f"/office/bookings/{code}/documents", [("form_token", token), ("act", "look")])
    assert answer.status in (403, 404)
    assert NUMBER not in answer.html


@pytest.mark.parametrize("name", ["Rita", "Ivan"])
def test_readers_and_officials_have_no_such_page(visit: Visit, name: str) -> None:
    code = sold(visit("Nina"))
    assert documents(visit(name), code).status == 403


def test_the_groups_list_goes_out_empty_and_comes_back_filled_in(visit: Visit) -> None:
    nina = visit("Nina")
    code = sold(nina, 3)
    template = nina.open(f"/office/bookings/{code}/documents/list").answer
    assert template.headers["content-disposition"] == f'attachment; filename="documents-{code}.csv"'
    rows = list(csv.DictReader(io.StringIO(template.content.decode("utf-8-sig"))))
    assert [(row["passenger"], row["family_name"]) for row in rows] == [("1", "Kim"), ("2", "Pak"), ("3", "Lee")]
    for number, row in enumerate(rows):
        row["mrz"] = zone(f"71500010{number}", row["family_name"].upper(), row["given_names"].upper())
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    done = uploaded(nina, documents(nina, code), out.getvalue().encode())
    assert "Documents: 3 of 3 given" in done.text
    assert "What was given is kept." in done.text


def test_every_wrong_row_of_a_list_is_named_and_nothing_is_kept(visit: Visit) -> None:
    nina = visit("Nina")
    code = sold(nina, 3)
    content = f'passenger,mrz,document_number,nationality\n1,"{zone()}",,\n2,,7*,RUS\n3,,715000300,RU\n'
    refused = uploaded(nina, documents(nina, code), content.encode())
    assert refused.status == 422
    assert "Rows of the list that cannot be taken: 2; no document was changed." in refused.text
    assert "Line 3: A number has only Latin letters and digits, but not *" in refused.text
    assert "Line 4: No state has the code" in refused.text
    assert "Documents: 0 of 3 given" in refused.text
    assert NUMBER not in refused.html


def test_an_empty_upload_says_what_to_do(visit: Visit) -> None:
    nina = visit("Nina")
    page = documents(nina, sold(nina))
    assert "Choose a file, or paste the rows" in uploaded(nina, page, b"").text


def test_a_booking_within_a_country_has_no_line_and_no_list(visit: Visit) -> None:
    nina = visit("Nina")
    opened_till(nina, RUB="1000")
    asked = {"from": "vladivostok", "to": "khasan", "date": "2026-12-10"}
    page = held(nina, offered(nina, **asked))
    code = code_of(acted(nina, page, "pay"))
    assert "Documents:" not in nina.open(f"/office/bookings/{code}").text
    assert "ask for no document" in documents(nina, code).text
    assert nina.open(f"/office/bookings/{code}/documents/list").status == 404


def test_without_the_keys_nothing_is_taken_and_the_page_says_so(current: Current) -> None:
    with TestClient(create_app(current)) as client:
        nina = Visitor(client)
        nina.sign_in("Nina", PASSWORD)
        code = sold(nina)
        refused = sent(nina, form_of(documents(nina, code), 1), mrz=zone())
        assert refused.status == 503
        assert "cannot be taken or shown now" in refused.text


@pytest.mark.parametrize(
    ("language", "says"), [("ru", "Документы: указано 0 из 2"), ("ko", "여행 서류: 2명 중 0명 완료")]
)
def test_the_page_is_in_the_clerks_language(visit: Visit, language: str, says: str) -> None:
    nina = visit("Nina")
    code = sold(nina)
    assert says in nina.open(f"/office/bookings/{code}/documents?lang={language}").text
