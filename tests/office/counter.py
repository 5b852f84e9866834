"""A clerk at the counter's pages: sells the shuttle of 2 December, finds the form of an act, counts the till."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from office.visitor import Form, Page, Visitor

SHUTTLE = {"from": "khasan", "to": "tumangang", "date": "2026-12-02"}
GROUP = {"from": "vladivostok", "to": "rajin", "date": "2027-01-14", "group": "1"}


def opened_till(visitor: Visitor, **change: str) -> Page:
    """Open a till: `RUB="1000"`."""
    amounts = {f"change-{currency}": amount for currency, amount in change.items()}
    return visitor.send(visitor.open("/office/shift"), "/office/shift", amounts)


def offered(visitor: Visitor, **asked: str) -> Page:
    """From the first form to the page of the passengers, taking the first train."""
    trains = visitor.open(f"/office/sell?{urlencode({**SHUTTLE, 'n-adult': '1', **asked})}")
    return visitor.send(trains, "/office/sell/passengers")


def posted(visitor: Visitor, page: Page, action: str, **typed: str) -> Page:
    """Send the page's first form by POST to an address, with what was typed in."""
    form = next(form for form in page.forms if form.method == "post" and form.action.startswith(action))
    return sent(visitor, form, **typed)


def sent(visitor: Visitor, form: Form, **typed: str) -> Page:
    return visitor.post(form.action, [pair for pair in form.fields if pair[0] not in typed] + list(typed.items()))


def held(visitor: Visitor, page: Page | None = None, **typed: str) -> Page:
    """Hold what the page offers; the booking's page."""
    names = {"f1": "Kim", "g1": "Olga", "then": "now", **typed}
    return posted(visitor, page or offered(visitor), "/office/sell/passengers", **names)


def act_form(page: Page, act: str) -> Form:
    """The form of a booking's page that does this."""
    return next(form for form in page.forms if ("act", act) in form.fields)


def acted(visitor: Visitor, page: Page, name: str, /, **typed: str) -> Page:
    """Press the button of an act of a booking's page."""
    return sent(visitor, act_form(page, name), **typed)


def can(page: Page, act: str) -> bool:
    """Whether the page has the form of an act."""
    return any(("act", act) in form.fields for form in page.forms)


def code_of(page: Page) -> str:
    found = re.search(r"/office/bookings/([0-9A-Z]{8})", page.address)
    assert found is not None, page.address
    return found.group(1)


def uploaded(visitor: Visitor, page: Page, content: bytes, *, pasted: str = "") -> Page:
    """Send a named list as a browser sends a file."""
    form = act_form(page, "list")
    fields = {name: value for name, value in form.fields if name not in ("file", "pasted")}
    answer = visitor.client.post(
        form.action,
        data={**fields, "pasted": pasted},
        files={"file": ("names.csv", content, "text/csv")},
        headers={"origin": str(visitor.client.base_url).rstrip("/"), **visitor.headers},
        follow_redirects=True,
    )
    return Page(answer)
