"""Which tickets a request to give some back means, and by which code the tariff's rules are set aside."""

from __future__ import annotations

from collections.abc import Sequence

from rerail.desk.retailing_refunds import OVERRULES
from rerail.sale.model import Booking
from rerail.sale.retail import Retail, parts_by_id
from rerail.web.osdm.passenger_view import passenger_number
from rerail.web.osdm.problems import Pointer, Problem, Refused, problem
from rerail.web.osdm.ticket_view import parts_of
from rerail.web.osdm.types_fulfillments import RefundSpecification


def parts_given(
    retail: Retail,
    booking: Booking,
    tickets: Sequence[str],
    specifications: Sequence[RefundSpecification] | None,
    member: str,
) -> tuple[int, ...]:
    """The parts that are to be given back; `member` has the specifications. Raises `Refused`, `NotPossible`."""
    numbers = parts_of(booking, tickets)
    for position, one in enumerate(specifications or ()):
        where = f"/{member}/{position}"
        number = numbers.get(one.fulfillment_id)
        if number is None:
            raise _inconsistent(f"{where}/fulfillmentId", "It is not among the fulfillmentIds.")
        if not _means(retail, booking, one, number):
            raise _inconsistent(f"{where}/bookingPartIds", "A ticket is one passenger on one train: all of it or none.")
    return tuple(dict.fromkeys(numbers.values()))


def not_overruled(asked: str | None, applied: str | None) -> tuple[Problem, ...] | None:
    """The remark that a code sets no rule aside; None: it does, or none was sent."""
    if asked is None or applied is not None:
        return None
    detail = f'"{asked[:60]}" sets no rule aside here; those that do: {", ".join(sorted(OVERRULES))}.'
    return (problem("OVERRULE_CODE_NOT_SUPPORTED", "Overrule code not supported", detail),)


def _means(retail: Retail, booking: Booking, one: RefundSpecification, number: int) -> bool:
    """Whether what is named of a ticket is of it."""
    parts = parts_by_id(retail, booking)
    for id_ in one.booking_part_ids or ():
        if id_ not in parts or parts[id_].number != number:
            return False
    for id_ in one.passenger_ids or ():
        passenger = passenger_number(retail, id_)
        if not any(part.number == number and part.passenger == passenger for part in booking.parts):
            return False
    return True


def _inconsistent(where: str, detail: str) -> Refused:
    pointers = [Pointer(request_pointer=where)]
    return Refused(400, "VALIDATION_ERROR", "The tickets do not go together", detail, pointers=pointers)
