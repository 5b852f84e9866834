"""A clerk's shift by the pages: opened with change, counted, closed with a difference, reported."""

from __future__ import annotations

import re
from collections.abc import Callable

from office.counter import acted, held, opened_till
from office.visitor import Page, Visitor

Visit = Callable[..., Visitor]


def tills(page: Page) -> list[str]:
    """The addresses of the reports that a page leads to."""
    return re.findall(r'href="(/office/shifts/[0-9a-f]+)"', page.html)


def test_a_cash_up_with_a_difference(visit: Visit) -> None:
    nina = visit("Nina")
    opened_till(nina, RUB="1 000,00", USD="20")
    acted(nina, held(nina), "pay", given="2000")
    page = nina.open("/office/shift")
    assert "2,710.00 RUB" in page.text
    uncounted = nina.send(page, "/office/shift", {"counted-RUB": "2705"})
    assert uncounted.status == 409
    assert "Count the USD too" in uncounted.text
    assert uncounted.form("/office/shift").value("counted-RUB") == "2705", "what was counted stands there still"
    report = nina.send(uncounted, "/office/shift", {"counted-RUB": "2705.00", "counted-USD": "20"})
    assert report.address.startswith("/office/shifts/")
    assert "The shift is closed" in report.text
    assert "missing 5.00 RUB" in report.text
    assert "20.00 USD" in report.text
    assert "Received into the safe" in report.text, "a line to sign on paper"
    assert "You have no open till" in nina.open("/office/shift").text


def test_closing_twice_closes_once(visit: Visit) -> None:
    nina = visit("Nina")
    opened_till(nina, RUB="10")
    page = nina.open("/office/shift")
    first = nina.send(page, "/office/shift", {"counted-RUB": "10"})
    again = nina.send(page, "/office/shift", {"counted-RUB": "10"})
    assert first.address == again.address
    assert "none" in again.text


def test_what_is_no_amount_is_said_beside_the_field(visit: Visit) -> None:
    nina = visit("Nina")
    for amount in ("ten", "1.005", "-5", "1,2,3", "9" * 20):
        refused = opened_till(nina, RUB=amount)
        assert refused.status == 422
        assert "Write the amount in RUB as a number" in refused.text
        assert refused.form("/office/shift").value("change-RUB") == amount


def test_a_clerk_sees_no_other_clerks_till_and_an_operator_all(visit: Visit) -> None:
    nina, marina = visit("Nina"), visit("Marina")
    opened_till(nina, RUB="10")
    opened_till(marina, RUB="20")
    own = nina.open("/office/shifts")
    assert "Marina" not in own.text
    everybodys = marina.open("/office/shifts")
    assert "Nina" in everybodys.text
    (hidden,) = set(tills(everybodys)) - set(tills(own))
    assert nina.open(hidden).status == 404
    assert marina.open(tills(own)[0]).status == 200


def test_an_operator_counts_a_till_that_a_clerk_left_open(visit: Visit) -> None:
    nina, marina = visit("Nina"), visit("Marina")
    opened_till(nina, RUB="10")
    (link,) = tills(marina.open("/office/shifts"))
    page = marina.open(link)
    closed = marina.send(page, link, {"counted-RUB": "11"})
    assert "too much 1.00 RUB" in closed.text
    assert "Nina" in closed.text


def test_an_agent_has_no_till(visit: Visit) -> None:
    yuri = visit("Yuri")
    assert yuri.open("/office/shift").status == 403
    token = yuri.open("/office/groups").form("/office/sign-out").value("form_token")
    assert yuri.post("/office/shift", [("form_token", token), ("act", "open"), ("key", "k")]).status == 403
