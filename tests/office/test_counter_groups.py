"""A tour operator's agent brings a group: held without names, deposit, named list, tickets, all by the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from office.conftest import Now
from office.counter import GROUP, act_form, acted, can, code_of, held, offered, opened_till, posted, uploaded
from office.visitor import Page, Visitor

Visit = Callable[..., Visitor]
BYTE_ORDER = b"\xef\xbb\xbf"
"""What some spreadsheets put before UTF-8."""


def brought(visitor: Visitor, size: int) -> Page:
    """A new group on the direct train of 14 January, held."""
    page = offered(visitor, **{**GROUP, "n-adult": str(size)})
    return posted(visitor, page, "/office/sell/passengers", then="now")


def listed(size: int, *, comma: str = ",", first: str = "Ким") -> str:
    """A named list of so many, as a spreadsheet writes it."""
    rows = [("family_name", "given_names", "birth_date")]
    rows += [(first, "Гость" + chr(0x430 + n // 26) + chr(0x430 + n % 26), "21.03.1987") for n in range(size)]
    return "\r\n".join(comma.join(row) for row in rows) + "\r\n"


def test_forty_passengers_from_the_option_over_the_deposit_and_the_list_to_their_tickets(
    visit: Visit, now: Now
) -> None:
    yuri = visit("Yuri")
    asked = offered(yuri, **{**GROUP, "n-adult": "40"})
    assert "Held without a deposit until 30 November 2026" in asked.text
    booking = posted(yuri, asked, "/office/sell/passengers", then="now")
    code = code_of(booking)
    assert "40 names are missing." in booking.text
    allotted = {f"2-{number}" for number in range(1, 13)}
    assert allotted <= set(re.findall(r"2-\d+", booking.text)), "the own allotment comes first"
    overview = yuri.open("/office/groups")
    assert "Option until" in overview.text
    assert "not paid yet" in overview.text

    deposit = acted(yuri, booking, "deposit-invoice")
    assert "It is on the tour operator's invoice." in deposit.text
    assert not can(deposit, "deposit-invoice")
    now.move(timedelta(days=20))
    yuri = visit("Yuri")
    confirmed = acted(yuri, yuri.open(f"/office/bookings/{code}"), "invoice")
    assert "confirmed" in confirmed.text
    assert "Print the tickets" not in confirmed.text, "a ticket is made out to a name"

    named = uploaded(yuri, confirmed, listed(40).encode())
    assert "The names are written down." in named.text
    tickets = yuri.peek(f"/office/bookings/{code}/tickets?size=a4")
    assert tickets.content.startswith(b"%PDF")
    assert "all known" in yuri.open("/office/groups").text


def test_a_list_as_spreadsheets_write_it(visit: Visit) -> None:
    yuri = visit("Yuri")
    for comma, encoding, mark in (
        (",", "utf-8", b""),
        (";", "utf-8", BYTE_ORDER),
        (";", "cp1251", b""),
        ("\t", "utf-8", b""),
    ):
        booking = brought(yuri, 9)
        named = uploaded(yuri, booking, mark + listed(9, comma=comma, first="Щёголева").encode(encoding))
        assert "The names are written down." in named.text
        assert named.text.count("Щёголева") == 9


def test_rows_pasted_into_the_field_do_as_well(visit: Visit) -> None:
    yuri = visit("Yuri")
    named = uploaded(yuri, brought(yuri, 10), b"", pasted=listed(10))
    assert "The names are written down." in named.text


def test_every_wrong_row_is_listed_and_no_name_is_written(visit: Visit) -> None:
    yuri = visit("Yuri")
    booking = brought(yuri, 10)
    rows = listed(10).splitlines()
    rows[3] = "Ким,Анна,someday"
    rows[5] = ",Анна,21.03.1987"
    rows[7] = rows[8]
    refused = uploaded(yuri, booking, "\n".join(rows).encode())
    assert refused.status == 422
    assert "no name was changed" in refused.text
    assert 'Line 4: "someday" is no date' in refused.text
    assert "Line 6: The family name is missing." in refused.text
    assert "10 names are missing." in refused.text
    rows[3] = "Ким,Анна,21.03.1987"
    rows[5] = "Ким,Инна,21.03.1987"
    twice = uploaded(yuri, refused, "\n".join(rows).encode())
    assert re.search(r"Line 9: Ким \S+ is in the booking already", twice.text)
    assert "10 names are missing." in twice.text


def test_what_is_no_list_is_said(visit: Visit) -> None:
    yuri = visit("Yuri")
    booking = brought(yuri, 10)
    for content, says in (
        (b"", "Choose a file, or paste the rows"),
        (b"Kim,Olga\n", "The first line must name the columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", "The first line must name the columns"),
        (b"family_name\n" + b"x" * 200_001, "more than 200000 bytes"),
    ):
        refused = uploaded(yuri, booking, content)
        assert refused.status == 422
        assert says in refused.text


def test_an_upload_that_is_no_form_at_all_does_nothing(visit: Visit) -> None:
    yuri = visit("Yuri")
    address = f"/office/bookings/{code_of(brought(yuri, 10))}"
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "text/plain"):
        answer = yuri.client.post(address, content=b"--x\r\nnonsense", headers={"content-type": kind})
        assert answer.status_code == 403


def test_the_empty_list_has_a_row_for_each_missing_name(visit: Visit) -> None:
    yuri = visit("Yuri", language="ru")
    code = code_of(brought(yuri, 10))
    answer = yuri.peek(f"/office/bookings/{code}/list")
    assert answer.headers["content-disposition"] == f'attachment; filename="names-{code}.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "family_name;given_names;birth_date;category", "as Russian spreadsheets open it"
    assert lines[1:] == [";;;adult"] * 10


def test_an_agent_meets_no_booking_of_another(visit: Visit) -> None:
    nina, yuri = visit("Nina"), visit("Yuri")
    booking = held(nina, email="olga@example.org")
    code = code_of(booking)
    form = act_form(booking, "cancel")
    token = yuri.open("/office/groups").form("/office/sign-out").value("form_token")
    fields = [("form_token", token), *(pair for pair in form.fields if pair[0] != "form_token")]
    assert yuri.post(form.action, fields).status == 404
    for page in ("", "/refund?part=1", "/tickets", "/list"):
        assert yuri.open(f"/office/bookings/{code}{page}").status == 404
    for text in (code, "Kim", "olga@example.org"):
        assert "No booking answers to this" in yuri.open(f"/office/bookings?{urlencode({'q': text})}").text
    assert can(nina.open(f"/office/bookings/{code}"), "pay"), "nothing of it changed"


def test_an_agent_sees_of_the_office_what_is_the_agents(visit: Visit) -> None:
    yuri = visit("Yuri")
    first = yuri.open("/office/")
    assert first.address == "/office/groups"
    assert "agent of Example Tours" in first.text
    for page in ("journal", "users", "audit", "record", "shift", "recorded/0"):
        assert yuri.open(f"/office/{page}").status == 403
        assert f'href="/office/{page}"' not in first.html
    assert "On the named list of" not in yuri.open("/office/sell").text, "it is the own tour operator's"


def test_a_group_without_a_deposit_is_overdue_when_its_option_has_passed(visit: Visit, now: Now) -> None:
    code = code_of(brought(visit("Yuri"), 10))
    now.move(timedelta(days=8))
    nina = visit("Nina")
    page = nina.open("/office/groups")
    assert "1 group has something overdue." in page.text
    assert "overdue: the places are free again" in page.text
    assert "Example Tours" in page.text, "a clerk sees whose it is"
    assert code in page.text


def test_a_clerk_takes_a_deposit_in_cash(visit: Visit) -> None:
    code = code_of(brought(visit("Yuri"), 10))
    nina = visit("Nina")
    opened_till(nina, RUB="0")
    booking = nina.open(f"/office/bookings/{code}")
    paid = acted(nina, booking, "deposit", given="20000")
    assert "Change" in paid.text
    assert not can(paid, "deposit")


def test_too_few_for_a_group_and_too_many_for_a_booking_are_told_before_anything_is_held(visit: Visit) -> None:
    yuri = visit("Yuri")
    few = yuri.open(f"/office/sell?{urlencode({**GROUP, 'n-adult': '3'})}")
    assert "A group has at least 9 passengers" in few.text
    alone = {name: value for name, value in GROUP.items() if name != "group"}
    many = yuri.open(f"/office/sell?{urlencode({**alone, 'n-adult': '40'})}")
    assert "Book as a group." in many.text


def test_an_agent_is_added_for_a_tour_operator(visit: Visit) -> None:
    marina = visit("Marina")
    asked = marina.open("/office/users")
    suggested = asked.form("/office/users").value("password")
    refused = marina.send(asked, "/office/users", {"name": "Pak", "role": "agent"})
    assert refused.status == 422
    assert "An agent sells for one tour operator" in refused.text
    added = marina.send(refused, "/office/users", {"name": "Pak", "role": "agent", "tour_operator": "example-tours"})
    assert "agent of Example Tours" in added.text
    assert visit().sign_in("Pak", suggested).address == "/office/groups"
    assert "User added: Pak (agent of Example Tours)" in marina.open("/office/audit").text
