"""The passenger's page of documents: what is asked and why, what was found; and no number anywhere again."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from office.visitor import Page, Visitor
from sale.shop import BACK, OUT, TO_KHASAN, adult, child

from booking.conftest import Browse
from booking.papers import NUMBER, PapersPlace, opened_with_keys, zone
from booking.passenger import by_link
from rerail.border import documents
from rerail.border.typed import Typed
from rerail.desk.letters import Letters
from rerail.sale.model import Booking
from rerail.store.engine import Store

DUE = datetime(2026, 12, 8, 22, 30, tzinfo=UTC)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that a program started now writes to its standard error."""
    written = io.StringIO()
    with redirect_stderr(written):
        yield written


@pytest.fixture
def place(log: io.StringIO, begun_database: Path, tmp_path: Path) -> Iterator[PapersPlace]:
    file = tmp_path / "rerail.db"
    shutil.copy(begun_database, file)
    with closing(Store(f"sqlite:///{file}")) as store, opened_with_keys(store, tmp_path) as place:
        yield place


Come = Callable[..., tuple[Visitor, Page, str]]


@pytest.fixture
def come(place: PapersPlace, browse: Browse) -> Come:
    """The page of a booking's documents, with the link of its letter."""

    def one(booking: Booking, language: str = "en") -> tuple[Visitor, Page, str]:
        visitor = browse(place, language)
        by_link(visitor, place, booking, language)
        address = f"/{language}/booking/{booking.code}/documents"
        return visitor, visitor.open(address), address

    return one


def form_of(page: Page, passenger: int) -> list[tuple[str, str]]:
    """The fields of one passenger's form."""
    return next(form.fields for form in page.forms if form.value("passenger") == str(passenger) and _asks(form.fields))


def _asks(fields: list[tuple[str, str]]) -> bool:
    return any(name == "number" for name, _ in fields)


def sent(visitor: Visitor, page: Page, address: str, passenger: int = 1, **typed: str) -> Page:
    left = [(name, value) for name, value in form_of(page, passenger) if name not in typed]
    return visitor.post(address, [*left, *typed.items()])


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_booking_says_how_far_its_documents_are_and_until_when_on_which_clock(
    place: PapersPlace, browse: Browse
) -> None:
    booking = place.shop.buy(OUT, passengers=[adult(), child(date(2020, 5, 1))])
    place.border.give(booking.code, 1, Typed(mrz=zone()), None)
    for language, line in (
        ("en", "Documents: 1 of 2 given, until 9 December 2026, 08:30 (Vladivostok time)"),
        ("ru", "Документы: указано 1 из 2, срок – до 9 декабря 2026 года, 08:30"),
        ("ko", "여행 서류: 2명 중 1명 완료, 기한 2026년 12월 9일, 08:30"),
    ):
        page = by_link(browse(place, language), place, booking, language)
        assert line in page.text
        assert f'href="/{language}/booking/{booking.code}/documents"' in page.html


def test_a_journey_that_crosses_nothing_has_no_such_line(place: PapersPlace, browse: Browse, come: Come) -> None:
    booking = place.shop.buy(TO_KHASAN)
    assert "Documents:" not in by_link(browse(place), place, booking).text
    _, page, _ = come(booking)
    assert page.status == 200
    assert "ask for no document" in page.text
    assert "Download my data" in page.text


def test_the_page_says_who_asks_for_what_until_when_and_when_it_is_erased(place: PapersPlace, come: Come) -> None:
    _, page, _ = come(place.shop.buy(OUT, BACK))
    for said in (
        "Russian border control at Khasan : for its list of passengers, the name and: kind of document, ",
        "Rason, the named list agreed by the tour operator : for the list of names",
        "Until 9 December 2026, 08:30 (Vladivostok time)",
        "Until 11 December 2026, 20:30 (Pyongyang time)",
        "It is erased on",
        "Last known until 31 August 2026. What holds on 11 December 2026 is not known",
        "Source: US Department of State",
        "As last known; check before you travel.",
    ):
        assert said in page.text, said
    assert "not allowed" not in page.text.lower()


def test_advice_about_others_is_gone_when_the_passports_are_known(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    assert "United States passports" in page.text
    assert "Rason is visited only in an organised group" in page.text
    saved = sent(visitor, page, address, mrz=zone())
    assert "United States passports" not in saved.text
    assert "Rason is visited only in an organised group" in saved.text


# ── giving ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_zone_is_taken_and_of_the_number_two_characters_are_shown(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    saved = sent(visitor, page, address, mrz=zone())
    assert saved.address == f"{address}?saved=1"
    assert "The document is kept." in saved.text
    assert "whose number ends in 01" in saved.text
    assert "Still missing" not in saved.text
    assert "Please check" not in saved.text
    for later in (saved, visitor.open(address), visitor.open(address.removesuffix("/documents"))):
        assert NUMBER not in later.html
        assert "1987-03-21" not in later.html


def test_a_wrong_check_digit_is_said_beside_the_lines_which_are_still_there(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    wrong = zone().replace(NUMBER, "QX7150002")
    again = sent(visitor, page, address, mrz=wrong)
    assert (again.status, again.address) == (422, address)
    assert "Line 2, position 10: the check digit of the document number" in again.text
    assert 'aria-describedby="mrz-1-hint mrz-1-error"' in again.html
    assert dict(form_of(again, 1))["mrz"] == wrong
    assert "Nothing is given yet." in again.text


def test_fields_that_cannot_be_are_each_said_in_their_place(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    again = sent(visitor, page, address, number="71*", nationality="RU", expires="2931-01-01", family_name="Ким")
    assert again.status == 422
    for at, said in (
        ("number-1", "but not *"),
        ("nationality-1", "did you mean RUS?"),
        ("expires-1", "none to travel with"),
        ("family_name-1", "Latin letters"),
    ):
        assert re.search(rf'id="{at}-error">[^<]*{re.escape(said)}', again.html), at
        assert f'aria-describedby="{at}-error"' in again.html


def test_a_long_name_is_taken_and_what_is_doubtful_stays_on_the_page(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT, passengers=[adult("Папандопуло" * 4, "Александра Анастасия")])
    visitor, page, address = come(booking)
    shown = sent(visitor, page, address, mrz=zone(family="PAPANDOPULO" * 4, given="ALEKSANDRA ANASTASIIA"))
    assert "the names may be cut short" in shown.text, "about the zone as it was typed: said once"
    later = visitor.open(address)
    assert "no room for the whole name" in later.text
    assert "the names may be cut short" not in later.text


def test_expired_by_the_one_clock_is_said_with_station_date_and_clock(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking, "ru")
    shown = sent(visitor, page, address, mrz=zone(expires=date(2026, 12, 10)))
    assert shown.status == 200
    assert "на станции Хасан – 11 декабря 2026 года (Время: Владивосток)" in shown.text


def test_two_passengers_with_one_passport_are_told_of_each_other(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT, passengers=[adult(), adult("Пак", "Иван")])
    visitor, page, address = come(booking)
    sent(visitor, page, address, 1, mrz=zone())
    shown = sent(visitor, visitor.open(address), address, 2, mrz=zone())
    assert "Passenger 1 of this booking has the same document" in shown.text
    assert "Passenger 2 of this booking has the same document" in shown.text


def test_a_document_is_taken_back(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    saved = sent(visitor, page, address, mrz=zone())
    gone = visitor.send(saved, f"{address}/take-back")
    assert "Nothing is given yet." in gone.text
    with place.shop.store.read() as connection:
        assert documents.given(connection, [booking.code]) == {}


def test_after_the_deadline_the_page_has_no_form_and_a_form_sent_all_the_same_is_refused(
    place: PapersPlace, come: Come
) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    place.shop.clock.turn(DUE)
    late = come(booking)[1]
    assert "They were due until 9 December 2026, 08:30" in late.text
    assert not [form for form in late.forms if _asks(form.fields)]
    place.shop.clock.turn(DUE - timedelta(minutes=1))
    visitor, page, address = come(booking)
    place.shop.clock.turn(DUE)
    refused = sent(visitor, page, address, mrz=zone())
    assert refused.status == 409
    assert "the deadline, which has passed" in refused.text


def test_my_data_is_a_file_and_leaves_a_trace(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    saved = sent(visitor, page, address, mrz=zone())
    file = visitor.send(saved, address.replace("/documents", "/my-data")).answer
    assert file.headers["content-disposition"] == f'attachment; filename="{booking.code}.json"'
    assert file.headers["cache-control"] == "no-store"
    assert json.loads(file.content)["documents"]["1"]["number"] == NUMBER


# ── whose page it is ──────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_else_sees_or_sends_anything(place: PapersPlace, browse: Browse, come: Come) -> None:
    booking, other = place.shop.buy(OUT), place.shop.buy(OUT)
    _, page, address = come(booking)
    stranger = browse(place)
    assert stranger.open(address).status == 404
    for path in ("", "/take-back"):
        assert stranger.post(f"{address}{path}", form_of(page, 1)).status == 404
    neighbour = browse(place)
    by_link(neighbour, place, other)
    assert neighbour.open(address).status == 404
    assert neighbour.post(address.replace("/documents", "/my-data"), form_of(page, 1)).status == 404


def test_a_form_of_a_foreign_page_is_not_believed(place: PapersPlace, come: Come) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    fields = [*form_of(page, 1), ("mrz", zone())]
    assert visitor.post(address, fields, origin="https://elsewhere.example").status == 403
    without = [(name, value) for name, value in fields if name != "form_token"]
    for path in (address, f"{address}/take-back", address.replace("/documents", "/my-data")):
        assert visitor.post(path, without).status == 403


@pytest.mark.parametrize("number", ["", "0", "99999", "x", "١"])
def test_a_passenger_that_is_none_is_refused(place: PapersPlace, come: Come, number: str) -> None:
    visitor, page, address = come(place.shop.buy(OUT))
    left = [(name, value) for name, value in form_of(page, 1) if name != "passenger"]
    assert visitor.post(address, [*left, ("passenger", number), ("mrz", zone())]).status in (403, 409)


def test_without_the_keys_the_page_says_that_nothing_is_taken_and_nothing_of_the_file(
    place: PapersPlace, come: Come, tmp_path: Path
) -> None:
    booking = place.shop.buy(OUT)
    visitor, page, address = come(booking)
    saved = sent(visitor, page, address, mrz=zone())
    (tmp_path / "keys.json").write_text("{}")
    for answer in (visitor.open(address), sent(visitor, saved, address, mrz=zone())):
        assert answer.status == 503
        assert "cannot be taken or shown now" in answer.text
        assert "keys.json" not in answer.html
    assert "cannot be taken or shown now" in visitor.open(address.removesuffix("/documents")).text


def test_a_group_too_large_for_one_page_is_sent_to_the_counter(
    place: PapersPlace, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rerail.web.booking.documents.MOST_FORMS", 1)
    _, page, _ = come(place.shop.buy(OUT, passengers=[adult(), adult("Пак", "Иван")]))
    assert "forms for 1 passengers" in page.text


# ── the number, and where it must not be ──────────────────────────────────────────────────────────────────────────


def test_the_number_is_in_no_page_letter_feed_ticket_or_log(
    place: PapersPlace, browse: Browse, come: Come, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    booking, other = place.shop.buy(OUT), place.shop.buy(OUT)
    visitor, page, address = come(booking)
    saved = sent(visitor, page, address, mrz=zone())
    own = address.removesuffix("/documents")
    answers = [saved.answer, *saved.answer.history]
    answers += [visitor.open(path).answer for path in (address, own, f"{own}/refund", f"{own}/tickets/a4.pdf")]
    answers += [visitor.open(f"{own}/tickets/{name}").answer for name in ("1.svg", "journeys.ics", "phone.pdf")]
    stranger = browse(place)
    by_link(stranger, place, other)
    public = (
        *("/en/", "/ru/departures/vladivostok-rason/2026-12-10", "/feeds/notices.atom", "/feeds/departures.ics"),
        *("/feeds/gtfs.zip", "/metrics", "/healthz", "/keys", f"/en/booking/{other.code}/documents", address),
    )
    answers += [stranger.open(path).answer for path in public]
    theirs = f"/en/booking/{other.code}/documents"
    shared = sent(stranger, stranger.open(theirs), theirs, mrz=zone())
    assert "Another passenger of this train has the same document" in shared.text
    answers.append(shared.answer)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"{NUMBER} could not be sealed")

    with monkeypatch.context() as patched:
        patched.setattr(documents, "keep", fails)
        broken = sent(visitor, visitor.open(address), address, mrz=zone())
    assert broken.status == 500
    answers.append(broken.answer)

    place.shop.clock.turn(DUE - timedelta(hours=1))
    place.border.remind_due()
    letters = Letters(place.shop.selling, specimen=lambda: True)
    mails = [mail for one in place.shop.letters(booking.code) if (mail := letters.compose(one.message)) is not None]
    assert mails
    assert len(answers) > 20
    for answer in answers:
        assert NUMBER.encode() not in answer.content, answer.url
        assert NUMBER not in str(answer.url) + str(answer.headers), answer.url
    assert all(NUMBER.encode() not in mail.as_bytes() for mail in mails)
    assert "RuntimeError" in log.getvalue(), "the log says that something went wrong"
    assert NUMBER not in log.getvalue()


# ── before anybody buys ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_of_a_departure_says_what_its_borders_ask_and_what_was_last_known(
    place: PapersPlace, browse: Browse
) -> None:
    page = browse(place).open("/en/departures/vladivostok-rason/2026-12-10")
    assert "After booking, each passenger gives data of a travel document" in page.text
    assert "Document issued by: United States" in page.text
    assert "Last known until 31 August 2026" in page.text
    assert "Condition of sale" not in page.text
