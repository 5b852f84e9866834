"""What the passenger takes along: tickets as PDF, their codes as pictures, the journey for a calendar."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, cast

from litestar import Response

from rerail.desk.tickets import SignedTicket, signed_tickets
from rerail.sale.model import Booking
from rerail.ticket import aztec
from rerail.ticket.calendar import ics
from rerail.ticket.pdf import pdf
from rerail.ticket.problem import TicketError
from rerail.web.booking.visit import Visit
from rerail.web.errors import NotFound

_PDF: Final = re.compile(r"(?:([1-9][0-9]{0,4})-)?(a4|phone)\.pdf")
_CODE: Final = re.compile(r"([1-9][0-9]{0,4})\.svg")
CALENDAR: Final = "journeys.ics"


def paper(visit: Visit, booking: Booking) -> Response[Any]:
    """The file at `/{lang}/booking/{code}/tickets/{name}`: `a4.pdf`, `phone.pdf`, either for one ticket as
    `3-a4.pdf`; `3.svg`, the code of ticket 3; `journeys.ics`. Signed when it is asked for."""
    name = str(visit.request.path_params["name"])
    printed, code = _PDF.fullmatch(name), _CODE.fullmatch(name)
    try:
        if printed is not None:
            size = cast("Literal['a4', 'phone']", printed[2])
            content = pdf(_signed(visit, booking, printed[1]), size, visit.view.language)
            part = f"-{printed[1]}" if printed[1] else ""
            return visit.file(content, "application/pdf", f"tickets-{booking.code}{part}-{size}.pdf")
        if code is not None:
            ((_, raw),) = _signed(visit, booking, code[1])
            return visit.file(aztec.svg(raw).encode(), "image/svg+xml", f"{booking.code}-{code[1]}.svg")
        if name == CALENDAR:
            tickets = [ticket for ticket, _ in _signed(visit, booking, None)]
            link = f"{visit.frame.site}{visit.home}"
            return visit.file(ics(tickets, link, visit.view.language), "text/calendar", f"journey-{booking.code}.ics")
    except TicketError:
        _ = visit.view.words.gettext
        return visit.refuse(
            _("Tickets cannot be made out now; your places are safe. Try again later, or ask at a counter."), 503
        )
    raise NotFound()


def _signed(visit: Visit, booking: Booking, part: str | None) -> tuple[SignedTicket, ...]:
    """The tickets, or one of them. Raises `NotPossible`, `TicketError`."""
    with visit.selling.store.read() as connection:
        return signed_tickets(
            connection,
            visit.market,
            booking,
            visit.view.language,
            specimen=visit.view.snapshot.demo,
            parts=None if part is None else (int(part),),
        )
