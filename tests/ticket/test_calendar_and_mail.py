"""What a phone's calendar and a mail program make of a booking."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from example_tickets import ANNA, SHUTTLE, anna
from icalendar import Calendar

from rerail.ticket.calendar import ics
from rerail.ticket.jsonld import script, train_reservation
from rerail.ticket.model import Ticket

PAGE = "https://trains.example/en/booking/K7MP4XQ2"
PETYA = anna(reference="K7MP4XQ2-4", given_names="Пётр", adult=False, spots=())


def events(*tickets: Ticket, language: str = "en") -> list[Any]:
    return list(Calendar.from_ical(ics(tickets, PAGE, language)).walk("VEVENT"))


def test_one_entry_for_each_train_not_for_each_passenger_in_order_of_travel() -> None:
    found = events(SHUTTLE, ANNA, PETYA)
    assert [str(event["summary"]) for event in found] == ["Vladivostok – Rajin (Rason)", "Khasan – Tumangang"]
    assert len({str(event["uid"]) for event in found}) == 2
    described = str(found[0]["description"])
    assert "K7MP4XQ2-3: Ковалёва Анна Сергеевна" in described
    assert "K7MP4XQ2-4: Ковалёва Пётр" in described


def test_the_entry_is_in_utc_and_tells_the_stations_clocks() -> None:
    (event,) = events(SHUTTLE)
    assert event["dtstart"].dt == datetime(2026, 12, 11, 5, 30, tzinfo=UTC)
    assert event["dtend"].dt == datetime(2026, 12, 11, 5, 50, tzinfo=UTC)
    described = str(event["description"])
    assert "Departs: 15:30 Khasan (UTC+10, MSK+7)" in described
    assert "Arrives: 14:50 Tumangang (UTC+9)" in described
    assert "Coach 1, Place 7 (seat), to Tumangang" in described
    assert str(event["url"]) == PAGE


def test_a_later_import_changes_the_entry_and_adds_none() -> None:
    moved = anna(spots=())
    assert events(ANNA)[0]["uid"] == events(moved)[0]["uid"]


def test_in_the_passengers_language_and_a_specimen_is_said_to_be_one() -> None:
    (event,) = events(anna(specimen=True), language="ru")
    assert str(event["summary"]) == "ОБРАЗЕЦ: Владивосток – Раджин (Расон)"
    assert "паспорт" in str(event["description"])


def test_the_entry_says_where_to_get_off_at_the_border_and_explains_the_mark() -> None:
    told = {"en": "At the border: Khasan*.", "ru": "На границе: Хасан*."}
    (event,) = events(anna(at_border=told, illustrative=False), language="ru")
    described = str(event["description"])
    assert "На границе: Хасан*." in described
    assert "* Условные данные" in described
    (plain,) = events(anna(illustrative=False))
    assert "*" not in str(plain["description"])


def test_a_reservation_as_schema_org_has_it() -> None:
    found = train_reservation(ANNA, PAGE)
    assert found["@type"] == "TrainReservation"
    assert found["reservationId"] == "K7MP4XQ2"
    assert found["underName"]["familyName"] == "Ковалёва"
    assert (found["totalPrice"], found["priceCurrency"]) == ("12345.00", "RUB")
    trip = found["reservationFor"]
    assert (trip["@type"], trip["trainNumber"]) == ("TrainTrip", "951/952")
    assert trip["departureTime"] == "2026-12-10T22:00:00+10:00"
    assert trip["arrivalTime"] == "2026-12-11T11:20:00+09:00"
    assert trip["departureStation"] == {"@type": "TrainStation", "name": "Vladivostok"}
    night, morning = (ticket["ticketedSeat"] for ticket in found["reservedTicket"])
    assert (night["seatSection"], night["seatNumber"], night["description"]) == (
        "3",
        "12",
        "from Vladivostok to Khasan",
    )
    assert morning["seatingType"] == "2nd class, lower berth"


def test_a_child_without_a_place_has_a_ticket_without_a_seat() -> None:
    (ticket,) = train_reservation(PETYA, PAGE)["reservedTicket"]
    assert ticket["ticketNumber"] == "K7MP4XQ2-4"
    assert "ticketedSeat" not in ticket


def test_a_name_cannot_end_the_script_it_is_written_in() -> None:
    evil = anna(family_name="</script><script>alert(1)</script>", given_names="<!-- & ]]>")
    written = script([train_reservation(evil, PAGE)])
    assert not set("<>&") & set(written)
    assert json.loads(written)[0]["underName"]["familyName"] == "</script><script>alert(1)</script>"
