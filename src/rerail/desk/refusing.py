"""What a refusal at a border brings about: the ticket ends, and those who must know of it are told."""

from __future__ import annotations

from sqlalchemy import Connection

from rerail.border.marks import Mark
from rerail.border.model import Passing
from rerail.desk.border_roll import Over, refused_at
from rerail.desk.crossing_lists import CrossingLists
from rerail.desk.letter_texts import REFUSED, REFUSED_TO_OPERATOR
from rerail.life.consent import Departure
from rerail.people.users import User
from rerail.sale import paying
from rerail.sale.market import Market
from rerail.sale.refusal import Ended, end
from rerail.tell import outbox


class Refusing(CrossingLists):
    """What is done with the ticket of somebody who was refused."""

    def end_ticket(
        self,
        connection: Connection,
        market: Market,
        user: User,
        departure: Departure,
        passing: Passing,
        ticket: Over,
        mark: Mark,
    ) -> None:
        """End a ticket as a refusal says. The caller has locked its booking, and noted the mark."""
        call = refused_at(
            departure.train,
            passing,
            mark.railway,
            ticket,
            boarded=mark.at >= ticket.leg.leaves,
            left=mark.at >= passing.leaves,
        )
        ended = end(connection, market, ticket.booking, ticket.part, call, mark.at)
        if ended.booking.balance.amount < 0:
            paying.pay_back(connection, ended.booking.code, market.now)
        self._tell(connection, market, passing, ended)
        details = {
            "booking": ended.booking.code,
            "ticket": ended.ticket,
            "border": border_name(passing),
            "side": mark.railway,
        }
        self.note(connection, "refused-at-border", user.name, details)

    def _tell(self, connection: Connection, market: Market, passing: Passing, ended: Ended) -> None:
        """The passenger by a letter, and the tour operator by another. Neither says why: nobody told us."""
        booking = ended.booking
        facts = {
            "ticket": ended.ticket,
            "back": [ended.back.amount, ended.back.currency],
            "later": ended.later_percent if ended.later else None,
        }
        operator = market.tariff_of(booking).operators.get(booking.tour_operator or "")
        to_operator = operator.email if operator is not None else None
        for kind, address in ((REFUSED, booking.email), (REFUSED_TO_OPERATOR, to_operator)):
            if address and (kind == REFUSED or address.casefold() != booking.email.casefold()):
                outbox.queue(
                    connection,
                    outbox.Message(
                        id=f"{kind}-{ended.ticket}-{passing.crossing}",
                        kind=kind,
                        booking=booking.code,
                        to=address,
                        language=booking.language,
                        facts=facts,
                        created=market.now,
                    ),
                )


def border_name(passing: Passing) -> str:
    """How the audit trail names a border of a departure."""
    return f"{passing.departure}/{passing.crossing}"
