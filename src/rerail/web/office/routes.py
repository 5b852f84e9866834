"""Which address of the office shows or does what, and who may ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from rerail.web.context import Frame
from rerail.web.office import (
    account,
    bookings,
    crossing_lists,
    departures,
    documents,
    groups,
    sell,
    shift,
    sign_in,
    users,
)
from rerail.web.office.audit import audit
from rerail.web.office.door import clerks, deed, operators, page, readers, recorders, sellers
from rerail.web.office.journal import journal
from rerail.web.office.overview import overview
from rerail.web.office.record import choose, confirm, form, preview_page, result, to_the_preview
from rerail.web.office.visit import Office
from rerail.web.officer import routes as officer


def routes(frame: Frame) -> Sequence[HTTPRouteHandler]:
    """Every handler of the office. Cookies are Secure when the request or the site's public address is https."""
    office = Office(frame, https=frame.site.startswith("https://"))
    return [
        *sign_in.handlers(office),
        *departures.handlers(office),
        *crossing_lists.handlers(office),
        *officer.handlers(office),
        page(office, "/office/sign-out", sign_in.ask_to_leave),
        deed(office, "/office/sign-out", sign_in.leave),
        page(office, "/office/", overview),
        page(office, "/office/journal", journal, readers),
        page(office, "/office/sell", sell.sell, sellers),
        page(office, "/office/sell/passengers", sell.passengers, sellers),
        deed(office, "/office/sell/passengers", sell.hold, sellers, sell.back_to_passengers),
        page(office, "/office/bookings", bookings.bookings, sellers),
        page(office, "/office/bookings/{code:str}", bookings.one, sellers),
        deed(office, "/office/bookings/{code:str}", bookings.change, sellers, bookings.to_the_booking),
        page(office, "/office/bookings/{code:str}/refund", bookings.refund, sellers),
        page(office, "/office/bookings/{code:str}/tickets", bookings.tickets, sellers),
        page(office, "/office/bookings/{code:str}/list", bookings.list_template, sellers),
        page(office, "/office/bookings/{code:str}/documents", documents.page, sellers),
        deed(office, "/office/bookings/{code:str}/documents", documents.change, sellers, documents.to_the_documents),
        page(office, "/office/bookings/{code:str}/documents/list", documents.template, sellers),
        page(office, "/office/groups", groups.groups, sellers),
        page(office, "/office/letters", groups.letters, sellers),
        deed(office, "/office/letters", groups.try_again, sellers),
        page(office, "/office/shift", shift.shift, clerks),
        deed(office, "/office/shift", shift.act, clerks),
        page(office, "/office/shifts", shift.shifts, clerks),
        page(office, "/office/shifts/{shift_id:str}", shift.report, clerks),
        deed(office, "/office/shifts/{shift_id:str}", shift.close_another, clerks),
        page(office, "/office/record", choose, recorders),
        page(office, "/office/record/{kind:str}", form, recorders),
        page(office, "/office/record/{kind:str}/preview", preview_page, recorders),
        deed(office, "/office/record/{kind:str}", confirm, recorders, to_the_preview),
        page(office, "/office/recorded/{form_id:str}", result, readers),
        page(office, "/office/account", account.account),
        deed(office, "/office/account", account.change),
        page(office, "/office/users", users.everybody, operators),
        deed(office, "/office/users", users.add, operators),
        page(office, "/office/users/{user_id:str}", users.one, operators),
        deed(office, "/office/users/{user_id:str}", users.change, operators),
        page(office, "/office/audit", audit, operators),
    ]
