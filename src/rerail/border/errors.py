"""What can go wrong at the border through no fault of the program: each a sentence that says what to do."""

from __future__ import annotations

from typing import Final

from rerail.line.sentence import SentenceError


class BorderError(SentenceError):
    """Something about documents or lists that cannot be done. `about` names the field it is about, or is empty."""

    def __init__(self, message: str, about: str = "", **values: object) -> None:
        self.about: Final = about
        super().__init__(message, **values)


class WrongDocument(BorderError):
    """A field of a document that cannot be so."""


class TooLate(BorderError):
    """The deadline has passed."""


class NotThere(BorderError):
    """No such departure, border, list, version or passenger."""


class NotNow(BorderError):
    """What is asked does not fit the state the list, the mark or the departure is in."""


class KeyringError(BorderError):
    """The file of keys is missing, damaged, or lacks a key that the database's content was sealed with.

    Its sentence tells a reader of a page nothing of this machine. `str` of it, for the command line and the log,
    says which file it is and what to do; it names no person.
    """

    def __init__(self, why: str, /, **values: object) -> None:
        self.why: Final = why % values
        super().__init__(
            "What is sealed cannot be opened now, and nothing can be sealed; the log of the service says why."
        )

    def __str__(self) -> str:
        return self.why


class Damaged(KeyringError):
    """Something that is sealed with a key we have, and does not open as what it says it is."""
