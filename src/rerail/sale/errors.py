"""What can go wrong in a sale, each with a sentence that says what to do."""

from __future__ import annotations

from typing import ClassVar, Final

from rerail.line.sentence import SentenceError


class SaleError(SentenceError):
    """Something that cannot be sold, booked or given back; nothing was written.

    `about` names what the buyer gave that it is about ("passengers.2.birth_date"); empty: nothing in particular.
    """

    status: ClassVar[int] = 422
    """The HTTP status that means the same (RFC 9110)."""

    def __init__(self, message: str, about: str = "", **values: object) -> None:
        self.about: Final = about
        super().__init__(message, **values)


class WrongAsk(SaleError):
    """What was asked for does not exist or does not go together."""


class NotOnSale(SaleError):
    """The departure or stretch cannot be bought now."""

    status = 409


class NotRunning(NotOnSale):
    """The departure does not run."""


class NotYetOpen(NotOnSale):
    """Its sale has not begun."""


class SaleClosed(NotOnSale):
    """Its sale is over."""


class NoPlaceLeft(SaleError):
    """Not enough places are free over the stretch."""

    status = 409


class PlaceGone(SaleError):
    """A place chosen on the plan was taken by somebody else."""

    status = 409


class OfferForged(SaleError):
    """The offer was not made here, or was changed on the way."""

    status = 400


class OfferExpired(SaleError):
    """The offer is older than it is good for."""

    status = 410


class HoldExpired(SaleError):
    """The places were not confirmed in time, and are free again."""

    status = 410


class WrongPassenger(SaleError):
    """What is said about a passenger cannot be."""


class NoBooking(SaleError):
    """There is no booking with this code (and e-mail)."""

    status = 404


class BookingMoved(SaleError):
    """The booking changed since the page was made."""

    status = 409


class NotPossible(SaleError):
    """The booking is not in a state in which this can be done."""

    status = 409


class AlreadyConfirmed(NotPossible):
    """The booking is confirmed: what is asked is for one that is only held."""


class AlreadyEnded(NotPossible):
    """The booking was cancelled or given back, or its hold has lapsed."""


class InformationMissing(NotPossible):
    """Something about passengers must be known first. `missing` says what: passenger's number and member."""

    def __init__(self, missing: tuple[tuple[int, str], ...]) -> None:
        self.missing: Final = missing
        super().__init__("%(count)d things about the passengers are still to be told.", count=len(missing))


class Incompatible(SaleError):
    """Offers that cannot be in one booking."""


class KeyReused(SaleError):
    """The idempotency key was used before, for something else."""

    status = 409


class ListRefused(SaleError):
    """A named list has rows that cannot be taken; none was. `rows` says which and why."""

    def __init__(self, rows: tuple[tuple[int, SaleError], ...]) -> None:
        self.rows: Final = rows
        super().__init__(
            "Rows of the list that cannot be taken: %(count)d; no name was changed.", "list", count=len(rows)
        )
