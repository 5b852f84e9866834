"""Bookings at the counter: found by code, name or e-mail; paid, named, given back, printed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from litestar import Response

from rerail.line.amount import Money
from rerail.money.shifts import ShiftError
from rerail.sale.confirming import due
from rerail.sale.errors import ListRefused, NoBooking, SaleError
from rerail.sale.model import Booking, PassengerGiven
from rerail.sale.passengers import LIST_COLUMNS, read_date
from rerail.ticket.pdf import Size
from rerail.ticket.problem import TicketError
from rerail.web.errors import NotFound
from rerail.web.office.amounts import typed_amount
from rerail.web.office.booking_page import booking_page, leg_rows
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.visit import AnyRequest, Visit

BOOKINGS: Final = "/office/bookings"
_NO_STORE: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_SIZES: Final[dict[str, Size]] = {"a4": "a4", "phone": "phone"}
_NUMBER: Final = re.compile(r"[0-9]{1,6}")


def bookings(visit: Visit) -> Response[Any]:
    """The page at `/office/bookings`: the newest, or those that `?q` means. One found by its code is opened."""
    text = visit.fields.text("q")[:200]
    found = visit.counter.find(text)
    if len(found) == 1 and found[0].code == text.upper().replace(" ", ""):
        return visit.go(f"{BOOKINGS}/{found[0].code}")
    return visit.page(
        "bookings.html",
        q=text,
        found=[(booking, leg_rows(visit.view, booking)) for booking in found],
    )


def one(visit: Visit, code: str) -> Response[Any]:
    """The page at `/office/bookings/{code}`."""
    return booking_page(visit, visit.counter.booking(code))


def change(visit: Visit, fields: Fields, code: str) -> Response[Any]:
    """Do one of the acts of the page: its name is in the field `act`. What is refused is said on the page."""
    act = _ACTS.get(fields.text("act"))
    if act is None:
        raise NotFound
    try:
        done = act(visit, fields, code)
    except NoBooking:
        raise
    except ListRefused as error:
        rows = [(line, visit.says(wrong)) for line, wrong in error.rows]
        return _again(visit, code, fields, "list", visit.says(error), error.status, rows)
    except (SaleError, ShiftError) as error:
        about = error.about if isinstance(error, SaleError) else ""
        where = _place(fields.text("act"), about)
        return _again(visit, code, fields, where, visit.says(error), getattr(error, "status", 409))
    if isinstance(done, Faults):
        return booking_page(visit, visit.counter.booking(code), done, status=422, typed=fields)
    return visit.go(f"{BOOKINGS}/{quote(code)}?done={done}")


def to_the_booking(request: AnyRequest, _fields: Fields) -> str:
    """The page of the booking that a form was about."""
    return f"{BOOKINGS}/{quote(str(request.path_params.get('code', '')))}"


def refund(visit: Visit, code: str) -> Response[Any]:
    """The page at `/office/bookings/{code}/refund?part=…`: what would come back now, and the confirmation."""
    booking = visit.counter.booking(code)
    parts = [int(text) for text in visit.fields.texts("part") if _NUMBER.fullmatch(text)]
    try:
        offer = visit.counter.refund_offer(code, parts)
    except SaleError as error:
        return booking_page(visit, booking, Faults({"refund": visit.says(error)}), status=error.status)
    return visit.page(
        "refund.html",
        booking=booking,
        offer=offer,
        parts={part.number: part for part in booking.parts},
        legs={one.leg.number: one for one in leg_rows(visit.view, booking)},
        key=secrets.token_hex(16),
    )


def tickets(visit: Visit, code: str) -> Response[Any]:
    """The tickets at `/office/bookings/{code}/tickets?size=a4|phone&part=…`, as a PDF to print."""
    size = _SIZES.get(visit.fields.text("size") or "a4")
    if size is None:
        raise NotFound
    parts = [int(text) for text in visit.fields.texts("part") if _NUMBER.fullmatch(text)]
    try:
        content = visit.counter.tickets(code, size, parts or None)
    except (SaleError, TicketError) as error:
        if isinstance(error, NoBooking):
            raise
        return booking_page(visit, visit.counter.booking(code), Faults({"": visit.says(error)}), status=409)
    headers = {**_NO_STORE, "content-disposition": f'inline; filename="tickets-{code}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def list_template(visit: Visit, code: str) -> Response[Any]:
    """An empty named list for this booking, a row for each passenger without a name, as spreadsheets open it."""
    booking = visit.counter.booking(code)
    comma = ";" if visit.view.language == "ru" else ","
    rows = [comma.join(LIST_COLUMNS)]
    rows += [comma.join(("", "", "", one.category)) for one in booking.passengers if not one.named]
    headers = {**_NO_STORE, "content-disposition": f'attachment; filename="names-{booking.code}.csv"'}
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    return Response(("\ufeff" + "\r\n".join(rows) + "\r\n").encode(), media_type="text/csv", headers=headers)


# The acts


Done = str | Faults
"""What the page says was done, or what is wrong with what was typed."""


def _pay(visit: Visit, fields: Fields, code: str) -> Done:
    booking = visit.counter.booking(code)
    charged = _charged(fields, booking)
    given = _cash_given(visit, fields, charged)
    if isinstance(given, str):
        return Faults({"given": given})
    visit.counter.take_cash(fields.text("key"), code, charged)
    return f"paid&given={given.amount}&charged={charged.amount}"


def _invoice(visit: Visit, fields: Fields, code: str) -> Done:
    visit.counter.put_on_invoice(fields.text("key"), code)
    return "invoiced"


def _deposit(visit: Visit, fields: Fields, code: str) -> Done:
    booking = visit.counter.booking(code)
    charged = booking.deposit or Money(0, booking.currency)
    given = _cash_given(visit, fields, charged)
    if isinstance(given, str):
        return Faults({"given": given})
    visit.counter.take_deposit(fields.text("key"), code, in_cash=True)
    return f"deposit&given={given.amount}&charged={charged.amount}"


def _deposit_invoice(visit: Visit, fields: Fields, code: str) -> Done:
    visit.counter.take_deposit(fields.text("key"), code, in_cash=False)
    return "deposit-invoiced"


def _cancel(visit: Visit, fields: Fields, code: str) -> Done:
    visit.counter.cancel(fields.text("key"), code, _version(fields))
    return "cancelled"


def _refund(visit: Visit, fields: Fields, code: str) -> Done:
    parts = [int(text) for text in fields.texts("part") if _NUMBER.fullmatch(text)]
    visit.counter.refund(fields.text("key"), code, parts, _version(fields))
    return "refunded"


def _pay_out(visit: Visit, fields: Fields, code: str) -> Done:
    visit.counter.pay_out(fields.text("key"), code)
    return "paid-out"


def _name(visit: Visit, fields: Fields, code: str) -> Done:
    booking = visit.counter.booking(code)
    errors = Faults()
    given: dict[int, PassengerGiven] = {}
    for passenger in booking.passengers:
        number = passenger.number
        family, first = fields.text(f"f{number}"), fields.text(f"g{number}")
        birth: date | None = None
        try:
            birth = read_date(fields.text(f"b{number}"), f"b{number}")
        except SaleError as error:
            errors[f"b{number}"] = visit.says(error)
        typed = (family, first, birth or passenger.birth_date)
        if not fields.has(f"f{number}") or not (family or first):
            continue
        if typed != (passenger.family_name, passenger.given_names, passenger.birth_date):
            given[number] = PassengerGiven(
                category=passenger.category, family_name=family, given_names=first, birth_date=birth
            )
    if errors:
        return errors
    if not given:
        return Faults({"names": visit.view.words.gettext("No name was changed.")})
    visit.counter.name(fields.text("key"), code, given, _version(fields))
    return "named"


def _list(visit: Visit, fields: Fields, code: str) -> Done:
    booking = visit.counter.booking(code)
    content = fields.files.get("file") or fields.raw("pasted").encode(errors="replace")
    if not content.strip():
        return Faults({"list": visit.view.words.gettext("Choose a file, or paste the rows into the field.")})
    rows = visit.counter.list_rows(content, booking)
    visit.counter.fill(fields.text("key"), code, rows, _version(fields))
    return "named"


_ACTS: Final[dict[str, Callable[[Visit, Fields, str], Done]]] = {
    "pay": _pay,
    "invoice": _invoice,
    "deposit": _deposit,
    "deposit-invoice": _deposit_invoice,
    "cancel": _cancel,
    "refund": _refund,
    "pay-out": _pay_out,
    "name": _name,
    "list": _list,
}


def _version(fields: Fields) -> int:
    text = fields.text("version")
    return int(text) if _NUMBER.fullmatch(text) else -1


def _charged(fields: Fields, booking: Booking) -> Money:
    """What the page said is due: if it is another amount by now, the desk refuses it."""
    text = fields.text("due")
    return Money(int(text), booking.currency) if re.fullmatch(r"[0-9]{1,15}", text) else due(booking)


def _cash_given(visit: Visit, fields: Fields, charged: Money) -> Money | str:
    """What the customer handed over; left empty, exactly what is due."""
    text = fields.text("given")
    if not text:
        return charged
    given = typed_amount(text, charged.currency, visit.view.words)
    if isinstance(given, Money) and given < charged:
        return visit.view.words.gettext("That is less than is due: %(due)s.", due=visit.says_money(charged))
    return given


def _again(
    visit: Visit,
    code: str,
    fields: Fields,
    where: str,
    sentence: str,
    status: int,
    rows: list[tuple[int, str]] | None = None,
) -> Response[Any]:
    booking = visit.counter.booking(code)
    return booking_page(visit, booking, Faults({where: sentence}), status=status, typed=fields, wrong_rows=rows or ())


def _place(act: str, about: str) -> str:
    """The field of the page that a sentence belongs beside."""
    parts = about.split(".")
    if act == "name" and len(parts) == 3 and parts[0] == "passengers":
        letter = {"family_name": "f", "given_names": "g", "birth_date": "b"}.get(parts[2], "f")
        return f"{letter}{parts[1]}"
    return {"name": "names", "list": "list", "refund": "refund"}.get(act, "")
