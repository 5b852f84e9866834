"""The clerk's shift: opening a till, what it should hold, counting it, and the report to print."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final
from urllib.parse import quote

from litestar import Response

from rerail.line.amount import Money
from rerail.money.shifts import ShiftError, ShiftReport
from rerail.web.errors import NotFound
from rerail.web.office.amounts import typed_amount
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.visit import Visit

SHIFT: Final = "/office/shift"
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def shift(visit: Visit) -> Response[Any]:
    """The page at `/office/shift`."""
    return _page(visit, Fields(), Faults())


def act(visit: Visit, fields: Fields) -> Response[Any]:
    """Open a till with change, or count and close the one that is open."""
    closing = fields.text("act") == "close"
    amounts, errors = _amounts(visit, fields, "counted" if closing else "change")
    if errors:
        return _page(visit, fields, errors)
    try:
        if closing:
            closed = fields.text("shift")
            visit.till.close(fields.text("key"), closed, amounts)
            return visit.go(f"{SHIFT}s/{quote(closed)}?done=closed")
        visit.till.open(fields.text("key"), [money for money in amounts if money])
    except ShiftError as error:
        return _page(visit, fields, Faults({"": visit.says(error)}), status=409)
    return visit.go(f"{SHIFT}?done=opened")


def shifts(visit: Visit) -> Response[Any]:
    """The page at `/office/shifts`: the newest; a clerk's own, an operator everybody's."""
    return visit.page("shifts.html", shifts=visit.till.shifts())


def report(visit: Visit, shift_id: str) -> Response[Any]:
    """The page at `/office/shifts/{id}`, to be printed and signed."""
    return _report(visit, shift_id, Fields(), Faults())


def close_another(visit: Visit, fields: Fields, shift_id: str) -> Response[Any]:
    """Count and close a till from its report's page: one that a clerk left open, by an operator."""
    amounts, errors = _amounts(visit, fields, "counted")
    if errors:
        return _report(visit, shift_id, fields, errors)
    try:
        visit.till.close(fields.text("key"), shift_id, amounts)
    except ShiftError as error:
        return _report(visit, shift_id, fields, Faults({"": visit.says(error)}))
    return visit.go(f"{SHIFT}s/{quote(shift_id)}?done=closed")


def _report(visit: Visit, shift_id: str, typed: Fields, errors: Faults) -> Response[Any]:
    try:
        found, clerk = visit.till.report(shift_id)
    except ShiftError as error:
        raise NotFound(visit.says(error)) from None
    return visit.page(
        "shift_report.html",
        status=422 if errors else 200,
        report=found,
        clerk=clerk,
        currencies=_currencies(visit, found),
        typed=typed,
        errors=errors,
        key=secrets.token_hex(16),
        done=visit.fields.text("done"),
    )


def _page(visit: Visit, typed: Fields, errors: Faults, *, status: int = 422) -> Response[Any]:
    report = visit.till.current()
    return visit.page(
        "shift.html",
        status=status if errors else 200,
        report=report,
        currencies=_currencies(visit, report),
        typed=typed,
        errors=errors,
        key=secrets.token_hex(16),
        done=visit.fields.text("done"),
    )


def _currencies(visit: Visit, report: ShiftReport | None) -> tuple[str, ...]:
    """Those one may be paid in, and those that are in the till."""
    tariff = visit.view.line.tariff
    sold = tariff.currencies if tariff is not None else ()
    held = [line.currency for line in report.lines] if report is not None else []
    return tuple(dict.fromkeys((*sold, *held)))


def _amounts(visit: Visit, fields: Fields, name: str) -> tuple[list[Money], Faults]:
    """The amounts typed, by currency; an empty field is no amount."""
    errors = Faults()
    amounts: list[Money] = []
    for field, text in fields.pairs:
        head, dash, currency = field.partition("-")
        if head != name or not dash or not text or not _CURRENCY.fullmatch(currency):
            continue
        found = typed_amount(text, currency, visit.view.words)
        if isinstance(found, str):
            errors[field] = found
        else:
            amounts.append(found)
    return amounts, errors
