"""Groups by date: what each still has to do, and by when; and the letters that could not be sent."""

from __future__ import annotations

from typing import Any

from litestar import Response

from rerail.desk.groups import groups as all_groups
from rerail.sale.errors import WrongPassenger
from rerail.sale.passengers import checked_email
from rerail.web.office.booking_page import leg_rows, until_time
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.visit import Visit


def groups(visit: Visit) -> Response[Any]:
    """The page at `/office/groups`: an agent's own, everybody's for others."""
    view = visit.view
    found = all_groups(visit.counter)
    return visit.page(
        "groups.html",
        groups=[(one, leg_rows(view, one.booking)) for one in found],
        overdue=sum(bool(one.overdue) for one in found),
        operators=view.line.tariff.operators if view.line.tariff is not None else {},
        rules=view.line.tariff.groups if view.line.tariff is not None else None,
        at=lambda one, moment: until_time(view, one.booking, moment),
    )


def letters(visit: Visit) -> Response[Any]:
    """The page at `/office/letters`: what could not be sent, and why."""
    return _letters(visit, Faults(), Fields())


def try_again(visit: Visit, fields: Fields) -> Response[Any]:
    """Let a letter go again, perhaps to a corrected address."""
    letter = fields.text("letter")
    try:
        to = checked_email(fields.text("to"), needed=False)
    except WrongPassenger as error:
        return _letters(visit, Faults({letter: visit.says(error)}), fields)
    visit.counter.try_again(letter, to or None)
    return visit.go("/office/letters?done=again")


def _letters(visit: Visit, errors: Faults, typed: Fields) -> Response[Any]:
    return visit.page(
        "letters.html",
        status=422 if errors else 200,
        letters=visit.counter.unsent(),
        errors=errors,
        typed=typed,
        done=visit.fields.text("done"),
    )
