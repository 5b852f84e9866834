"""Giving tickets back: choose them, see what comes back by which rule, confirm exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from anyio import to_thread
from litestar import Response
from msgspec import Struct

from rerail.desk.letters import money_words
from rerail.desk.selling import Act
from rerail.fares.refund import refundable
from rerail.sale.errors import BookingMoved, NotPossible
from rerail.sale.model import Booking, PartRefund, RefundOffer
from rerail.web.booking.deeds import version_in
from rerail.web.booking.journeys import TicketShown, legs_of
from rerail.web.booking.visit import BrokenForm, Visit, new_key
from rerail.web.i18n import Words
from rerail.web.office.fields import Fields
from rerail.web.site.clock_words import duration

_MOST_PARTS: Final = 500
_WHOLE: Final = 100


class Back(Struct, frozen=True, kw_only=True):
    """What would come back for one ticket."""

    ticket: TicketShown
    back: str
    kept: str
    """Empty: nothing is kept."""
    rule: str


def page(visit: Visit, booking: Booking) -> Response[Any]:
    """The page at `/{lang}/booking/{code}/refund`: the choice, and with `?ticket=N…` what would come back."""
    chosen = _chosen(visit.fields)
    gone = {part.number for part in booking.parts if part.state == "refunded"}
    if chosen and gone.issuperset(chosen):
        return visit.go(visit.home)  # the back button, after it was done
    if chosen:
        return _offered(visit, booking, chosen, "", 200)
    return _choice(visit, booking)


async def give_back(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    """Give back what was confirmed; if it would bring something else by now, that is shown first."""
    asking, version, chosen = visit.asking(fields), version_in(fields), _chosen(fields)
    shown = fields.text("total")
    if not (shown.isascii() and shown.isdecimal() and len(shown) < 15) or not chosen:
        raise BrokenForm
    _ = visit.view.words.gettext
    act = visit.selling.refund(asking, booking.code, chosen, version)
    try:
        await visit.selling.run(_exactly(act, chosen, int(shown)))
    except (_Moved, BookingMoved):
        sentence = _("What comes back has changed since this page was made. Nothing was given back yet; look again.")
        return await to_thread.run_sync(lambda: _again(visit, chosen, sentence))
    await to_thread.run_sync(visit.selling.settle_payouts, (booking.code,))
    return visit.go(visit.home)


class _Moved(Exception):
    """Another rule applies than when the page was made: the transaction is undone."""


def _exactly(act: Act[Booking], parts: Sequence[int], shown: int) -> Act[Booking]:
    """The act, undone if other sums came back for these tickets than the passenger was shown."""

    def checked(booking: Booking) -> Booking:
        back = sum(part.refunded.amount for part in booking.parts if part.number in parts and part.refunded is not None)
        if back != shown:
            raise _Moved
        return booking

    return lambda connection: checked(act(connection))


def rule_words(words: Words, offer: PartRefund, before: timedelta | None) -> str:
    """By which rule that much comes back; `before` is the rule's time before departure."""
    _ = words.gettext
    if offer.rule == "not-running":
        return _("in full, because a train of this booking does not run")
    if offer.rule == "no-place":
        return _("in full, because the train has no place for you any more")
    if offer.rule == "retimed":
        return _("in full, because the train was moved by more than an hour since you booked")
    if offer.rule == "turned-away":
        if offer.percent == _WHOLE:
            return _("in full, because an earlier train of the journey ended at the border for the passenger")
        return _(
            "%(percent)d %% of the fare, because an earlier train of the journey ended at the border for the passenger",
            percent=offer.percent,
        )
    if offer.rule == "none" or before is None:
        return _("nothing of the fare: the train leaves too soon")
    return _(
        "%(percent)d %% of the fare: at least %(time)s before departure",
        percent=offer.percent,
        time=time_before(words, before),
    )


def time_before(words: Words, before: timedelta) -> str:
    """A rule's time as people say it: "7 days", "3 h"."""
    if before >= timedelta(days=1) and not before % timedelta(days=1):
        return words.ngettext("%(num)d day", "%(num)d days", before.days)
    return duration(words, before)


def _chosen(fields: Fields) -> tuple[int, ...]:
    texts = fields.texts("ticket")[:_MOST_PARTS]
    return tuple(sorted({int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) < 6}))


def _choice(visit: Visit, booking: Booking, sentence: str = "", status: int = 200) -> Response[Any]:
    market = visit.market
    legs = legs_of(visit.view, market, booking)
    returnable = {
        part.number for part in booking.parts if part.state == "confirmed" and booking.leg(part.leg).leaves > market.now
    }
    if not returnable:
        raise NotPossible("There is no valid ticket under %(code)s.", code=booking.code)
    return visit.page(
        "refund_choice.html",
        status=status,
        booking=booking,
        legs=[leg for leg in legs if any(one.part.number in returnable for one in leg.tickets)],
        returnable=returnable,
        rules=[
            (rule.percent, time_before(visit.view.words, timedelta(minutes=rule.minutes)), rule.provenance.illustrative)
            for rule in market.tariff_of(booking).refunds
        ],
        sentence=sentence,
        home=visit.home,
    )


def _offered(visit: Visit, booking: Booking, chosen: Sequence[int], sentence: str, status: int) -> Response[Any]:
    offer = visit.selling.refund_offer(booking, chosen)
    language = visit.view.language
    fares = sum(one.back.amount for one in offer.parts)
    return visit.page(
        "refund.html",
        status=status,
        booking=booking,
        offer=offer,
        refunds=_refunds(visit, booking, offer),
        chosen=chosen,
        fares=fares,
        fees_back=money_words(offer.fees_back, language) if offer.fees_back else "",
        total=money_words(offer.total, language),
        sentence=sentence,
        form_token=visit.form_token,
        key=new_key(),
        home=visit.home,
    )


def _refunds(visit: Visit, booking: Booking, offer: RefundOffer) -> tuple[tuple[Any, tuple[Back, ...]], ...]:
    """By train, what comes back for each ticket."""
    by_part = {one.part: one for one in offer.parts}
    found = []
    for leg in legs_of(visit.view, visit.market, booking):
        rule = refundable(visit.market.tariff_of(booking), booking.leg(leg.number).leaves, offer.made)
        before = timedelta(minutes=rule.minutes) if rule is not None else None
        backs = tuple(
            _back(visit, ticket, by_part[ticket.part.number], before)
            for ticket in leg.tickets
            if ticket.part.number in by_part
        )
        if backs:
            found.append((leg, backs))
    return tuple(found)


def _back(visit: Visit, ticket: TicketShown, one: PartRefund, before: timedelta | None) -> Back:
    language = visit.view.language
    return Back(
        ticket=ticket,
        back=money_words(one.back, language),
        kept=money_words(one.kept, language) if one.kept else "",
        rule=rule_words(visit.view.words, one, before),
    )


def _again(visit: Visit, chosen: Sequence[int], sentence: str) -> Response[Any]:
    booking = visit.booking()
    assert booking is not None  # it was there a moment ago, and bookings are never deleted
    good = {part.number for part in booking.parts if part.state == "confirmed"}
    left = [number for number in chosen if number in good]
    if left:
        return _offered(visit, booking, left, sentence, 409)
    return visit.refuse(sentence, 409) if not good else _choice(visit, booking, sentence, 409)
