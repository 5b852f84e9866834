"""How a booking stands, in sentences: held until when, confirmed, lapsed, suspended, given back; and its money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from babel.numbers import format_decimal
from msgspec import Struct

from rerail.desk.letters import money_words
from rerail.line.amount import Money
from rerail.line.tariff import Tariff
from rerail.sale import paying, reading
from rerail.sale.confirming import due
from rerail.sale.model import Booking, FeeCharged
from rerail.sale.refunding import not_running
from rerail.web.booking.journeys import on_both_clocks
from rerail.web.booking.visit import Visit
from rerail.web.context import View
from rerail.web.i18n import date_words


class Standing(Struct, frozen=True, kw_only=True):
    """The state of a booking in words."""

    lamp: str
    """"running", "announced", "stopped" or "unknown": the colour never speaks alone."""
    title: str
    sentences: tuple[str, ...]


class Row(Struct, frozen=True, kw_only=True):
    """A line of the booking's account."""

    label: str
    amount: str
    figure: bool = False
    """Whether it is a price, to be marked if the prices are illustrative."""
    strong: bool = False


class Successor(Struct, frozen=True, kw_only=True):
    """Whether another departure can be, or was, taken at the paid price after a suspension."""

    until: datetime
    """UTC."""
    code: str
    """The booking that took it; empty: none has."""


def standing(visit: Visit, booking: Booking) -> Standing:
    """How the booking stands now."""
    view, market = visit.view, visit.market
    _ = view.words.gettext
    state = booking.state(market.now)
    said: list[str] = []
    if state == "prebooked":
        assert booking.held_until is not None  # what makes it prebooked
        until = on_both_clocks(view, booking.held_until, booking.legs[0].board)
        lamp, title = "announced", _("Held, not paid yet")
        said.append(_("The places are held until %(until)s.", until=until))
        said.append(_("Pay before then; afterwards they are on sale again."))
    elif state == "confirmed":
        lamp, title = "running", _("Booked and paid")
        nameless = sum(not one.named for one in booking.passengers)
        if nameless:
            said.append(
                view.words.ngettext(
                    "%(num)d passenger has no name yet; tickets are made out to names.",
                    "%(num)d passengers have no name yet; tickets are made out to names.",
                    nameless,
                )
            )
        elif all(leg.arrives <= market.now for leg in booking.legs):
            said.append(_("The journey is past."))
        else:
            said.append(_("Show the code of each ticket on the telephone or on paper."))
    elif state == "expired":
        lamp, title = "unknown", _("Lapsed: not paid in time")
        assert booking.held_until is not None  # a lapsed part is still a held one
        until = on_both_clocks(view, booking.held_until, booking.legs[0].board)
        said.append(_("The places were held until %(until)s, and are on sale again. Nothing was booked.", until=until))
    elif state == "refunded":
        reasons = {part.refund_reason for part in booking.parts}
        titles = {"suspended": _("The train was suspended"), "refused": _("The journey ended at the border")}
        lamp, title = "stopped", titles.get(reasons.pop(), _("Given back")) if len(reasons) == 1 else _("Given back")
        said.append(_("No ticket of this booking is valid any more."))
    else:
        lamp, title = "unknown", _("Booking cancelled")
        if any(not_running(market, leg) for leg in booking.legs):
            said.append(_("A train of this booking does not run, so the places were let go. They were not paid for."))
        else:
            said.append(_("The places were let go before they were paid for."))
    said.extend(_suspended(view, booking))
    said.extend(_money_on_its_way(visit, booking))
    return Standing(lamp=lamp, title=title, sentences=tuple(said))


def account(view: View, booking: Booking) -> tuple[Row, ...]:
    """Price, fees, what was paid, what came back, what is owed by whom."""
    _ = view.words.gettext
    rows = list(_price_rows(view, booking))
    if booking.confirmed is None:
        if booking.paid.amount:
            rows.append(Row(label=_("Paid so far"), amount=money_words(booking.paid, view.language)))
        if booking.state(view.now) == "prebooked":
            rows.append(
                Row(label=_("To pay"), amount=money_words(due(booking), view.language), figure=True, strong=True)
            )
        elif booking.balance.amount < 0:
            rows.append(_owed_to_you(view, booking))
        return tuple(rows)
    back = booking.total - booking.balance - booking.paid
    if back.amount:
        rows.append(Row(label=_("Came back for tickets given back"), amount=money_words(-back, view.language)))
    paid = _("Paid, less what has gone back to you") if back.amount else _("You have paid")
    rows.append(Row(label=paid, amount=money_words(booking.paid, view.language)))
    if booking.balance.amount < 0:
        rows.append(_owed_to_you(view, booking))
    elif booking.balance.amount > 0:
        rows.append(
            Row(label=_("Still to pay"), amount=money_words(booking.balance, view.language), figure=True, strong=True)
        )
    return tuple(rows)


def rates(view: View, booking: Booking) -> tuple[tuple[str, bool], ...]:
    """The rates fixed for this sale, each with whether it is illustrative."""
    _ = view.words.gettext
    return tuple(
        (
            _(
                "1 %(source)s = %(value)s %(target)s, rate of %(day)s",
                source=rate.source,
                value=format_decimal(rate.value, locale=view.language, decimal_quantization=False),
                target=rate.target,
                day=date_words(rate.dated, view.language),
            ),
            rate.provenance.illustrative,
        )
        for rate in booking.rates
    )


def successor(visit: Visit, booking: Booking) -> Successor | None:
    """What can be done after a suspension; None: nothing was suspended, or it is too late and nothing was done."""
    market = visit.market
    suspended = [one.refunded_at for one in booking.parts if one.refund_reason == "suspended"]
    if not suspended:
        return None
    until = max(at for at in suspended if at is not None) + timedelta(days=market.tariff_of(booking).sale.rebook_days)
    with visit.selling.store.read() as connection:
        others = reading.read_many(connection, reading.rebooked_by(connection, booking.code))
    for other in others:
        if other.state(market.now) in ("prebooked", "confirmed"):
            return Successor(until=until, code=other.code)
    return Successor(until=until, code="") if market.now < until else None


def fee_name(view: View, tariff: Tariff | None, fee: FeeCharged) -> str:
    """What a fee is called; a fee that the tariff no longer has, by its id."""
    found = next((one for one in tariff.fees if one.id == fee.fee), None) if tariff is not None else None
    return view.text(found.names) if found is not None else fee.fee


def _suspended(view: View, booking: Booking) -> Iterator[str]:
    _ = view.words.gettext
    hit = [part for part in booking.parts if part.refund_reason == "suspended"]
    if not hit:
        return
    days = ", ".join(
        dict.fromkeys(date_words(booking.leg(part.leg).departure.service_date, view.language) for part in hit)
    )
    amount = Money(sum(part.refunded.amount for part in hit if part.refunded is not None), booking.currency)
    yield _(
        "The train of %(days)s was suspended, and the tickets for it were given back in full: %(amount)s. "
        "They stay given back even if the train runs again.",
        days=days,
        amount=money_words(amount, view.language),
    )


def _money_on_its_way(visit: Visit, booking: Booking) -> Iterator[str]:
    if booking.balance.amount >= 0 or booking.state(visit.market.now) == "prebooked":
        return  # a deposit is no debt while its places are held
    _ = visit.view.words.gettext
    with visit.selling.store.read() as connection:
        at_counter = paying.at_counter(connection, booking, visit.market.now)
    if at_counter:
        amount = money_words(at_counter, visit.view.language)
        yield _("%(amount)s are yours: a counter pays them out on showing the code.", amount=amount)
    if on_its_way := Money(-booking.balance.amount, booking.currency) - at_counter:
        amount = money_words(on_its_way, visit.view.language)
        yield _("%(amount)s are on their way back to you, the way you paid.", amount=amount)


def _owed_to_you(view: View, booking: Booking) -> Row:
    _ = view.words.gettext
    return Row(label=_("Still to come back to you"), amount=money_words(-booking.balance, view.language), strong=True)


def _price_rows(view: View, booking: Booking) -> Iterator[Row]:
    _ = view.words.gettext
    tariff = view.line.tariff
    fares: dict[str, int] = {}
    fees: dict[str, int] = {}
    for part in booking.parts:
        if part.state == "cancelled" and booking.state(view.now) != "cancelled":
            continue
        for component in part.price.components:
            fares[component.railway] = fares.get(component.railway, 0) + component.charged.amount
        for fee in part.price.fees:
            name = fee_name(view, tariff, fee)
            fees[name] = fees.get(name, 0) + fee.charged.amount
    for fee in booking.fees:
        name = fee_name(view, tariff, fee)
        fees[name] = fees.get(name, 0) + fee.charged.amount
    for railway, amount in fares.items():
        found = view.line.railways.get(railway)
        label = _("Travel, %(railway)s", railway=view.text(found.short_names) if found is not None else railway)
        yield Row(label=label, amount=money_words(Money(amount, booking.currency), view.language), figure=True)
    for label, amount in fees.items():
        yield Row(label=label, amount=money_words(Money(amount, booking.currency), view.language), figure=True)
    total = Money(sum(fares.values()) + sum(fees.values()), booking.currency)
    yield Row(label=_("Price"), amount=money_words(total, view.language), figure=True, strong=True)
