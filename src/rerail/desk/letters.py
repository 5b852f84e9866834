"""Letters: from a message of the outbox to a mail, from what is true when it is sent."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from sqlalchemy import Connection

from rerail.border.guidance import guidance
from rerail.border.guidance_words import in_a_line, say, told
from rerail.desk import documents_reminder
from rerail.desk.documents_asked import asked_of, first_until
from rerail.desk.letter_texts import LEG, ON_A_CLOCK, PARAGRAPHS, REFUSED, REFUSED_TO_OPERATOR, SUBJECTS
from rerail.desk.selling import Selling
from rerail.desk.tickets import SignedTicket, as_running, signed_tickets, stretch_of
from rerail.line.amount import Money, exponent
from rerail.line.model import Text
from rerail.line.timing import zone
from rerail.sale import reading
from rerail.sale.confirming import due
from rerail.sale.errors import NoBooking, NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.tell.outbox import Message
from rerail.ticket.calendar import ics
from rerail.ticket.jsonld import script, train_reservation
from rerail.ticket.pdf import pdf

_WHOLE: Final = 100

WITH_TICKETS: Final = ("confirmed", "reseated", "retimed")


class Letters:
    """Composes what the outbox holds."""

    def __init__(self, selling: Selling, *, specimen: Callable[[], bool]) -> None:
        self._selling: Final = selling
        self._specimen: Final = specimen

    def compose(self, message: Message) -> EmailMessage | None:
        """The mail of a message. None: the booking is gone, or what it tells is no longer so."""
        if message.kind not in SUBJECTS:
            return None
        market = self._selling.market()
        with self._selling.store.read() as connection:
            try:
                booking = reading.read(connection, message.booking)
                tickets = self._tickets(connection, market, booking, message)
            except (NoBooking, NotPossible):
                return None
            if message.kind == documents_reminder.KIND and not documents_reminder.lacking(connection, market, booking):
                return None
        if message.kind == "held" and booking.state(market.now) != "prebooked":
            return None
        language = message.language if message.language in SUBJECTS["confirmed"] else "en"
        return self._mail(market, booking, message, language, tickets)

    def _tickets(
        self, connection: Connection, market: Market, booking: Booking, message: Message
    ) -> tuple[SignedTicket, ...]:
        if message.kind not in WITH_TICKETS or message.facts.get("unseated") or not booking.named:
            return ()
        if message.kind != "confirmed" and booking.confirmed is None:
            return ()
        return signed_tickets(connection, market, booking, message.language, specimen=self._specimen())

    def _mail(
        self,
        market: Market,
        booking: Booking,
        message: Message,
        language: str,
        tickets: tuple[SignedTicket, ...],
    ) -> EmailMessage:
        # A tour operator has its own page of the booking; the passenger's link is the passenger's.
        to_operator = message.kind == REFUSED_TO_OPERATOR
        link = f"{self._selling.site}/office/bookings/{booking.code}" if to_operator else self.link(booking, language)
        values = self._values(market, booking, language, link) | {
            "back": _back(booking, message, language),
            "ticket": str(message.facts.get("ticket", "")),
            "percent": str(message.facts.get("later", "")),
        }
        chosen = self._paragraphs(market, booking, message)
        paragraphs = [_said(PARAGRAPHS[one], language, values) for one in chosen]
        if "passport" in chosen:
            after = chosen.index("passport") + 1
            paragraphs[after:after] = _at_the_border(market, booking, language)
        legs = [_leg(market, booking, number, language) for number in range(1, len(booking.legs) + 1)]
        mail = EmailMessage()
        mail["Subject"] = _said(SUBJECTS[message.kind], language, values)
        mail.set_content("\n\n".join([paragraphs[0], "\n".join(legs), *paragraphs[1:]]) + "\n")
        markup = "".join(_paragraph(one) for one in [paragraphs[0], *legs, *paragraphs[1:-1]])
        markup += f'<p><a href="{html.escape(link)}">{html.escape(paragraphs[-1])}</a></p>'
        reservations = [train_reservation(one, link) for one, _ in tickets]
        data = f'<script type="application/ld+json">{script(reservations)}</script>' if reservations else ""
        mail.add_alternative(
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">{data}</head>'
            f"<body>{markup}</body></html>",
            subtype="html",
        )
        if tickets:
            mail.add_attachment(
                pdf(tickets, "a4", language),
                maintype="application",
                subtype="pdf",
                filename=f"tickets-{booking.code}.pdf",
            )
            mail.add_attachment(
                ics([one for one, _ in tickets], link, language),
                maintype="text",
                subtype="calendar",
                filename=f"journey-{booking.code}.ics",
                params={"charset": "utf-8"},  # without it a mail program may take it for ASCII (RFC 2046, 4.1.2)
            )
        return mail

    def link(self, booking: Booking, language: str) -> str:
        """The booking's own page, opened without typing the e-mail."""
        key = self._selling.link_key(booking.code)
        return f"{self._selling.site}/{language}/booking/{booking.code}?key={key}"

    def _paragraphs(self, market: Market, booking: Booking, message: Message) -> list[str]:
        found = [message.kind]
        if message.kind == "reseated" and message.facts.get("unseated"):
            found = ["unseated"]
        if message.kind == "retimed" and message.facts.get("far"):
            found.append("retimed-far")
        if message.kind == "suspended":
            if message.facts.get("parts"):
                found.append("rebook")
            elif not message.facts.get("back", [0])[0]:
                found = ["released"]
        if message.kind in (REFUSED, REFUSED_TO_OPERATOR):
            found += _after_refusal(message)
        if message.kind == "confirmed" and any(self._crosses(market, booking)):
            found.append("passport")
        if message.kind == "confirmed" and any(one.open(market.now) for one in asked_of(market, booking)):
            found.append("documents")
        if booking.illustrative:
            found.append("illustrative")
        if self._specimen():
            found.append("demo")
        return [*found, "page"]

    def _crosses(self, market: Market, booking: Booking) -> list[bool]:
        crosses = []
        for leg in booking.legs:
            line, _ = as_running(market, leg)
            crosses.append(line.stations[leg.board].railway != line.stations[leg.alight].railway)
        return crosses

    def _values(self, market: Market, booking: Booking, language: str, link: str) -> dict[str, str]:
        last = max((part.refunded_at for part in booking.parts if part.refunded_at is not None), default=market.now)
        rebook = last + timedelta(days=market.tariff_of(booking).sale.rebook_days)
        until = booking.held_until
        return {
            "code": booking.code,
            "link": link,
            "due": money_words(due(booking), language),
            "until": _instant(until, language) if until is not None else format_date(rebook.date(), "long", language),
            "documents_until": _documents_until(market, booking, language),
        }


def _documents_until(market: Market, booking: Booking, language: str) -> str:
    """The first deadline ahead for documents, on its station's clock; empty if there is none."""
    until = first_until(asked_of(market, booking), market.now)
    if until is None:
        return ""
    return ON_A_CLOCK[language].format(
        time=_instant(until.local, language), station=market.line.text(until.station.names, language)
    )


def _after_refusal(message: Message) -> list[str]:
    """What is said of the money: of the ticket that ended, and of the same passenger's later ones."""
    later = message.facts.get("later")
    return [
        "refused-back" if message.facts["back"][0] else "refused-nothing",
        *(["refused-later" if later == _WHOLE else "refused-later-part"] if later is not None else []),
    ]


def _back(booking: Booking, message: Message, language: str) -> str:
    """What the act that a letter tells of gave back, as it was noted then: the account has moved on since."""
    amount, currency = message.facts.get("back", (0, booking.currency))
    return money_words(Money(amount, currency), language)


def money_words(money: Money, language: str) -> str:
    """An amount as a language writes it, with the currency's letters: "1,234.50 RUB"."""
    digits = exponent(money.currency)
    number = "#,##0" + ("." + "0" * digits if digits else "")
    return format_currency(money.major, money.currency, f"{number} ¤¤", locale=language, currency_digits=False)


def _at_the_border(market: Market, booking: Booking, language: str) -> list[str]:
    """For each train over a border what its passengers meet there, a line for each step, in the order of travel."""
    found = []
    for leg in booking.legs:
        line, train = as_running(market, leg)
        steps = guidance(line, train, leg.departure.service_date, *stretch_of(train, leg))
        shown = told(line, steps, language)
        if shown:
            board, alight = (line.text(line.stations[one].names, language) for one in (leg.board, leg.alight))
            lines = [f"{say('at the border', language)}, {board} – {alight}:"]
            lines += [f"– {in_a_line(one, language)}" for one in shown]
            if any(one.illustrative for one in shown):
                lines.append(say("illustrative", language))
            found.append("\n".join(lines))
    return found


def _paragraph(text: str) -> str:
    return f"<p>{'<br>'.join(html.escape(one) for one in text.splitlines())}</p>"


def _said(text: Text, language: str, values: dict[str, str]) -> str:
    return text[language].format(**values)


def _instant(moment: datetime, language: str) -> str:
    return format_datetime(moment, "d MMMM y, HH:mm", locale=language)


def _leg(market: Market, booking: Booking, number: int, language: str) -> str:
    leg = booking.leg(number)
    line, _ = as_running(market, leg)
    board, alight = line.stations[leg.board], line.stations[leg.alight]
    leaves, arrives = leg.leaves.astimezone(zone(board.clock)), leg.arrives.astimezone(zone(alight.clock))
    return LEG[language].format(
        day=format_date(leaves.date(), "long", language),
        board=line.text(board.names, language),
        alight=line.text(alight.names, language),
        leaves=f"{leaves:%H:%M}",
        arrives=f"{arrives:%H:%M}",
    )
