"""`POST …/cleanup`: everything of a booking let go or given back, at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from msgspec import Meta

from rerail.desk.letters import money_words
from rerail.desk.retailing_cleanup import Cleaned, clean_up
from rerail.desk.retailing_once import Deed
from rerail.web.osdm.calls import Call, Done, Reply, Write
from rerail.web.osdm.problems import OWN
from rerail.web.osdm.schema_rules import When
from rerail.web.osdm.types_common import In, Out
from rerail.web.osdm.types_offers import Code


class BookingCleanupRequest(In, frozen=True, kw_only=True):
    """Nothing more is to be said: what the specification still has here is deprecated, and not heeded."""

    overrule_code: Code | None = None
    refund_date: When | None = None


class Warned(Out, frozen=True, kw_only=True):
    """What was done, or was not."""

    code: str
    type: str
    detail: str


class WarningCollection(Out, frozen=True, kw_only=True):
    """What became of the booking."""

    warnings: Annotated[tuple[Warned, ...], Meta(min_length=1)]


def cleanup(call: Call[BookingCleanupRequest]) -> Deed:
    """Let go of what is held and give back what is confirmed. Raises `NoBooking`."""
    act = clean_up(call.retailing, call.retailer, call.path["bookingId"])
    return Deed(act, lambda done: Reply(body=WarningCollection(warnings=tuple(_said(done))), status=202))


def _said(done: Cleaned) -> Iterator[Warned]:
    if done.released:
        yield _warned("RELEASED", f"{done.released} held tickets were let go.")
    if done.given_back:
        back = money_words(done.back, "en")
        yield _warned("GIVEN_BACK", f"Given back: {', '.join(done.given_back)}; {back} comes back.")
    if done.owed:
        tickets = ", ".join(done.owed)
        yield _warned(
            "SERVICE_SUSPENDED", f"The train does not run, so these come back in full by themselves: {tickets}."
        )
    if done.stay:
        yield _warned("DEPARTED", f"The train has left, so these stay: {', '.join(done.stay)}.")
    if done == Cleaned(back=done.back):
        yield _warned("NOTHING_TO_DO", "Nothing of the booking was held or confirmed.")


def _warned(code: str, detail: str) -> Warned:
    return Warned(code=f"{OWN}{code}", type=f"{OWN}{code}", detail=detail)


DONE: Final[tuple[Done, ...]] = (
    Write("postBookingCleanup", cleanup, WarningCollection, takes=BookingCleanupRequest, bodiless=True),
)
