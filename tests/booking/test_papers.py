"""What the passenger takes along is good: the PDF opens, its code verifies, the calendar has the times."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pypdfium2
import pytest
from icalendar import Calendar
from sale.shop import BACK, OUT, adult

from booking.conftest import Browse
from booking.passenger import Place, by_link
from rerail.desk.tickets import issuer_of
from rerail.ticket import aztec
from rerail.ticket import tables as ticket_tables
from rerail.ticket.keys import by_number, keys_from_json
from rerail.ticket.verify import verify


@pytest.mark.parametrize(("size", "language"), [("a4", "en"), ("phone", "ru"), ("a4", "ko")])
def test_the_pdf_has_a_page_for_each_ticket_whose_code_verifies(
    place: Place, browse: Browse, size: str, language: str
) -> None:
    booking = place.shop.buy(OUT, BACK, passengers=[adult()])
    visitor = browse(place, language)
    by_link(visitor, place, booking, language)
    answer = visitor.peek(f"/{language}/booking/{booking.code}/tickets/{size}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert f'filename="tickets-{booking.code}-{size}.pdf"' in answer.headers["content-disposition"]
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 2
    document.close()
    keys = keys_from_json(browse(place).peek("/keys").content)
    codes = aztec.read(answer.content)
    assert len(codes) == 2
    for raw, day in zip(codes, (date(2026, 12, 10), date(2026, 12, 13)), strict=True):
        verdict = verify(raw, keys, on=day)
        assert verdict.word == "valid", verdict.why


def test_the_picture_on_the_page_is_the_tickets_code(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT, passengers=[adult(), adult("Пак", "Иван")])
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    answer = visitor.peek(f"{page.address}/tickets/2.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "<script" not in answer.text
    one = visitor.peek(f"{page.address}/tickets/2-phone.pdf")
    (raw,) = aztec.read(one.content)
    found = verify(raw, keys_from_json(visitor.peek("/keys").content)).ticket
    assert found is not None
    assert found.reference == f"{booking.code}-2"


NOT_THERE = (
    "9.svg",
    "0.svg",
    "1.png",
    "a4",
    "a5.pdf",
    "1-a4.pdf.exe",
    "..%2Fa4.pdf",
    "999999.svg",
    "1.svg%00",
    "١.svg",
)


def test_papers_that_are_not_there(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    page = by_link(visitor, place, place.shop.buy(OUT))
    for name in NOT_THERE:
        assert visitor.peek(f"{page.address}/tickets/{name}").status_code in (404, 409), name


def test_nothing_is_made_out_before_it_is_paid(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    page = by_link(visitor, place, place.shop.hold(OUT))
    for name in ("a4.pdf", "1.svg", "journeys.ics"):
        assert visitor.peek(f"{page.address}/tickets/{name}").status_code == 409


def test_the_calendar_has_both_journeys_and_leads_back_here(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT, BACK, passengers=[adult(), adult("Пак", "Иван")])
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    answer = visitor.peek(f"{page.address}/tickets/journeys.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    out, back = Calendar.from_ical(answer.text).walk("VEVENT")
    assert out.decoded("dtstart") == datetime(2026, 12, 10, 12, 0, tzinfo=UTC)
    assert back.decoded("dtend") == datetime(2026, 12, 13, 22, 20, tzinfo=UTC)
    assert str(out["url"]).endswith(page.address)
    assert "key=" not in answer.text


def test_the_keys_are_for_everybody_and_change_when_a_key_does(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    answer = visitor.peek("/keys")
    (key,) = json.loads(answer.content)
    assert set(key) == {"issuer", "key_id", "algorithm_oid", "spki_der_base64", "from", "until"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=300" in answer.headers["cache-control"]
    etag = answer.headers["etag"]
    assert visitor.client.get("/keys", headers={"if-none-match": etag}).status_code == 304
    line, now = place.shop.current.snapshot().line, place.shop.clock.now()
    place.shop.selling.call(lambda connection: ticket_tables.new_key(connection, issuer_of(line), now))
    renewed = visitor.client.get("/keys", headers={"if-none-match": etag})
    assert renewed.status_code == 200
    with place.shop.store.read() as connection:
        assert keys_from_json(renewed.content) == by_number(ticket_tables.published(connection))


def test_a_ticket_outlives_the_key_that_signed_it_but_no_new_one_is_made(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    page = by_link(visitor, place, place.shop.buy(OUT))
    (raw,) = aztec.read(visitor.peek(f"{page.address}/tickets/phone.pdf").content)
    line = place.shop.current.snapshot().line
    place.shop.clock.forward(hours=1)
    now = place.shop.clock.now()
    place.shop.selling.call(lambda connection: ticket_tables.retire(connection, issuer_of(line), 1, now))
    assert verify(raw, keys_from_json(visitor.peek("/keys").content)).word == "valid"
    refused = visitor.open(f"{page.address}/tickets/phone.pdf")
    assert (refused.status, "your places are safe" in refused.text) == (503, True)
    assert visitor.open(page.address).status == 200
