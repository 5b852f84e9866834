"""Documents looked at by those whose role needs it, under audit; and everything about a booking, for its own people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.border import documents, lists, marks
from rerail.border.model import Document
from rerail.desk.counter import still_allowed
from rerail.desk.documents_reminder import RemindingOfDocuments
from rerail.people.audit import PASSENGER
from rerail.people.users import User
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.changing import locked
from rerail.sale.model import Booking
from rerail.tell import outbox


class Looked(Struct, frozen=True):
    """A booking with the documents of its passengers, opened."""

    booking: Booking
    documents: Mapping[int, Document]


class Papers(RemindingOfDocuments):
    """All acts about documents."""

    def look(self, code: str, who: User) -> Looked:
        """The documents of a booking, for an operator; it goes into the audit trail, in the same transaction.

        Clerks and agents give documents and see none, officers see those on the lists of their own side. Raises
        `NotPermitted`, `NoBooking`, `KeyringError`.
        """

        def act(connection: Connection) -> Looked:
            still_allowed(connection, who, looks_after_documents)
            booking = reading.read(connection, code)
            kept = self._kept(connection, booking)
            self.note(connection, "document-seen", who.name, {"booking": booking.code})
            return Looked(booking, kept)

        return self.selling.call(act)

    def own_data(self, code: str) -> bytes:
        """Everything that is kept about the passengers of a booking, as JSON: for themselves, under audit.

        Raises `NoBooking`, `KeyringError`.
        """

        def act(connection: Connection) -> bytes:
            booking = locked(connection, code)
            said = {
                "made_at": self.now,
                "booking": booking,
                "documents": {
                    str(number): documents.fields(document)
                    for number, document in sorted(self._kept(connection, booking).items())
                },
                "crossing_lists": list(self._listed(connection, booking)),
                "marks_at_the_border": list(_marked(connection, booking)),
                "letters": [_letter(one) for one in outbox.told_about(connection, booking.code)],
            }
            self.note(connection, "data-given-out", PASSENGER, {"booking": booking.code})
            return msgspec.json.format(msgspec.json.encode(said))

        return self.selling.call(act)

    def _listed(self, connection: Connection, booking: Booking) -> Iterator[Mapping[str, Any]]:
        """What every version of a crossing list that can still be read says of the booking's passengers."""
        for departure in _departures(booking):
            for kept in lists.on_departure(connection, departure):
                for version in kept.versions:
                    if version.erased:
                        continue
                    said = lists.content(connection, self.keys, kept.key, version.number)
                    theirs = [one for one in said.persons if one.booking == booking.code]
                    if theirs:
                        yield {
                            "list": kept.list_id,
                            "authority": said.authority_names,
                            "version": version.number,
                            "made_at": version.made,
                            "says": theirs,
                        }


def looks_after_documents(user: User) -> bool:
    """Operators: whoever else works with documents gives them, or gets a list."""
    return user.role == "operator"


def _departures(booking: Booking) -> tuple[DepartureKey, ...]:
    return tuple(dict.fromkeys(leg.departure for leg in booking.legs))


def _marked(connection: Connection, booking: Booking) -> Iterator[Mapping[str, Any]]:
    for departure in _departures(booking):
        for one in marks.on_departure(connection, departure):
            if one.booking == booking.code:
                yield {
                    "departure": str(departure),
                    "passenger": one.passenger,
                    "mark": one.kind,
                    "at": one.at,
                }


def _letter(told: outbox.Told) -> Mapping[str, Any]:
    message = told.message
    return {"kind": message.kind, "to": message.to, "created": message.created, "state": told.state}
