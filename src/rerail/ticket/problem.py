"""What can go wrong with a ticket, each with the sentence that a person is told."""

from __future__ import annotations


class TicketError(Exception):
    """Something about tickets cannot be done; the message says what, and what to do instead.

    It is kept apart from its values, so that a web face can say it in another language.
    """

    def __init__(self, message: str, **values: object) -> None:
        self.message = message
        self.values = values
        super().__init__(message % values)


class Unreadable(TicketError):
    """These bytes, this picture or this PDF hold no ticket that this program reads."""


class NotEncodable(TicketError):
    """A ticket cannot be put into a barcode: a date too far away, a reference that is not plain letters."""


class NoKey(TicketError):
    """There is no key to sign with, or no key of this number."""
