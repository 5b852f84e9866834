"""Handing lists over: into the authority's folder, by mail; and what the authority says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from rerail.border import filings, folder, lists
from rerail.border.cusres import Answer, read_cusres
from rerail.border.cusres import Receipt as Answered
from rerail.border.errors import BorderError, KeyringError, NotNow, NotThere
from rerail.border.filings import Filing
from rerail.border.forms import Rendered, render
from rerail.border.keyring import Keys
from rerail.border.lists import Receipt
from rerail.border.model import Form, ListKey, Manifest
from rerail.desk.crossing_lists import CrossingLists
from rerail.desk.list_sources import permitted
from rerail.desk.log import log_failed
from rerail.desk.selling import Selling
from rerail.line.border import Authority, AuthorityId
from rerail.people.audit import NOBODY
from rerail.people.users import User
from rerail.store.engine import StoreError
from rerail.tell.outbox import wait_after

RECEIPTS: Final = "receipts"
"""The folder within an authority's, where its answers are put."""

_BATCH: Final = 20
_LONGEST: Final = 2000


class HandingOver(CrossingLists):
    """The acts by which a list leaves, and is answered."""

    def __init__(self, selling: Selling, keys: Keys, lists_folder: Path | None = None) -> None:
        super().__init__(selling, keys, lists_folder)
        self._unread: Final[dict[tuple[AuthorityId, str], folder.Stamp]] = {}
        """Answers that could not be read, as they were when they were looked at."""

    # Delivering

    def deliver_due(self) -> int:
        """Put some of what waits into the authorities' folders. Returns how many versions were put there.

        A few at a time, for a printed list takes a second: ask again until none was.
        """
        taken = self.selling.call(partial(filings.lease, now=self.now, most=_BATCH))
        return sum(map(self._file, taken))

    def _file(self, filing: Filing) -> bool:
        try:
            with self.selling.store.read() as connection:
                key = lists.key_of(connection, filing.list_id)
                said = lists.content(connection, self.keys, key, filing.version)
            authority = self._authority(said)
            put = partial(folder.put, self.lists_folder / authority.id)
            failed = [error for form in authority.formats if (error := _tried(put, said, form)) is not None]
            if failed:
                raise failed[0]
        except StoreError:
            raise
        except Exception as error:  # whatever one list trips over, the others are delivered
            if not isinstance(error, BorderError | OSError) or isinstance(error, KeyringError):
                log_failed("a crossing list could not be delivered", error, list=filing.list_id)
            self.selling.call(
                partial(
                    filings.note_not_filed,
                    filing=filing,
                    error=_why(error),
                    next_at=self.now + wait_after(filing.tries),
                )
            )
            return False
        self.selling.call(partial(self._filed, filing=filing))
        return True

    def _filed(self, connection: Connection, *, filing: Filing) -> None:
        if filings.note_filed(connection, filing, self.now):
            details = {"list": filing.list_id, "version": str(filing.version), "way": "folder"}
            self.note(connection, "list-sent", NOBODY, details)

    def said_by_mail(self, list_id: str, version: int) -> tuple[Manifest, Authority]:
        """What a mail of a list is made from. Raises `NotThere`, `KeyringError`."""
        with self.selling.store.read() as connection:
            key = lists.key_of(connection, list_id)
            said = lists.content(connection, self.keys, key, version)
        return said, self._authority(said)

    def _authority(self, said: Manifest) -> Authority:
        """Who gets what a list said. Raises `NotThere` if the folder has the authority no more."""
        market = self.selling.market()
        departure = market.life.departure(said.key.departure.train, said.key.departure.service_date)
        # A train that goes over this border no more has an authority all the same that is to be told so.
        for line in (departure.line, market.line) if departure is not None else (market.line,):
            authority = line.border.authorities.get(said.key.authority) if line.border is not None else None
            if authority is not None:
                return authority
        raise NotThere('The folder has no authority "%(authority)s" any more.', authority=said.key.authority)

    # Receipts

    def enter_receipt(self, user: User, key: ListKey, version: int, *, accepted: bool, words: str) -> None:
        """Note what an authority said of a version, told to a clerk. Raises `NotThere`, `NotPermitted`, `NotNow`."""

        def act(connection: Connection) -> None:
            _, _, authority = self.formerly(self.selling.market_in(connection), key)
            permitted(connection, user, authority)
            newest = lists.locked_version(connection, key)
            if not 1 <= version <= newest:
                raise NotThere("The list %(list)s has no version %(version)d.", list=str(key), version=version)
            said = words.strip()
            if not accepted and not said:
                raise NotNow("Write down why the authority does not take the list.", "words")
            receipt = Receipt(
                version=version, at=self.now, how="clerk", accepted=accepted, who=user.name, text=said[:_LONGEST]
            )
            self._note_receipt(connection, key, receipt)

        self.selling.call(act)

    def take_cusres(
        self, content: bytes, who: str = NOBODY, *, user: User | None = None, authority: AuthorityId | None = None
    ) -> tuple[ListKey, bool]:
        """Note what a CUSRES message says of the list it names. The same message again changes nothing.

        `user` is who enters it, and must be allowed to look into that list; `authority` whose answer it is, if that
        is known by where it lay: another's list it does not speak of. Returns the list, and whether the authority
        takes it. Raises `NotCusres`, `NotThere`, `NotPermitted`, `KeyringError`.
        """
        told = read_cusres(content)

        def act(connection: Connection) -> tuple[ListKey, bool]:
            about = lists.by_reference(connection, told.about)
            key = lists.key_of(connection, about[0]) if about is not None else None
            if about is None or key is None or authority not in (None, key.authority):
                raise NotThere('The message answers "%(reference)s", which is no list of ours.', reference=told.about)
            if user is not None:
                permitted(connection, user, self.formerly(self.selling.market_in(connection), key)[2])
            lists.locked_version(connection, key)
            accepted = told.accepted and self._all_on_it(connection, key, about[1], told.answers)
            receipt = Receipt(
                version=about[1], at=self.now, how="cusres", accepted=accepted, who=who, text=_words(told)
            )
            self._note_receipt(connection, key, receipt)
            return key, accepted

        return self.selling.call(act)

    def _all_on_it(self, connection: Connection, key: ListKey, version: int, answers: Iterable[Answer]) -> bool:
        """Whether everybody who is not simply let through stands on the list; if not, somebody must look."""
        doubted = [one for one in answers if one.meaning != "ok"]
        if not doubted:
            return True
        said = lists.content(connection, self.keys, key, version).persons
        tickets, bookings = {one.ticket for one in said}, {one.booking for one in said}
        return all(one.ticket in tickets if one.ticket else one.booking in bookings for one in doubted)

    def _note_receipt(self, connection: Connection, key: ListKey, receipt: Receipt) -> None:
        if lists.note_receipt(connection, self.keys, key, receipt):
            details = {"list": str(key), "version": str(receipt.version), "how": receipt.how}
            self.note(connection, "list-receipt", receipt.who, {**details, "accepted": str(receipt.accepted).lower()})

    def read_receipts(self) -> int:
        """Take the answers that authorities have put into their folders; what cannot be read is set aside.

        One that cannot be read and is still being written is left for the next look. Returns how many were taken.
        """
        rules = self.selling.market().line.border
        return sum(
            self._take_answer(authority.id, name)
            for authority in (rules.authorities.values() if rules is not None else ())
            if "folder" in authority.channels
            for name in self._answers_from(authority.id)
        )

    def _answers_from(self, authority: AuthorityId) -> list[str]:
        try:
            return folder.answers(self._answers_of(authority))
        except OSError as error:  # one folder that cannot be looked into keeps nobody else's from it
            log_failed("a folder of receipts could not be read", error, authority=authority)
            return []

    def _answers_of(self, authority: AuthorityId) -> Path:
        return self.lists_folder / authority / RECEIPTS

    def _take_answer(self, authority: AuthorityId, name: str) -> bool:
        """Whether it was taken. Whatever one of them trips over, the others are looked at."""
        stamp = None
        try:
            content, stamp = folder.answer(self._answers_of(authority), name)
            self.take_cusres(content, authority=authority)
            folder.set_aside(self._answers_of(authority), name, folder.READ)
        except (StoreError, KeyringError):
            raise  # of no fault of the answer's: it is taken when the database or the keys are back
        except Exception as error:
            self._set_aside(authority, name, stamp, error)
            return False
        self._unread.pop((authority, name), None)
        return True

    def _set_aside(self, authority: AuthorityId, name: str, stamp: folder.Stamp | None, error: Exception) -> None:
        if stamp is not None and self._unread.get((authority, name)) != stamp:
            self._unread[authority, name] = stamp
            return
        log_failed("a receipt could not be read", error, authority=authority)
        self._unread.pop((authority, name), None)
        try:
            folder.set_aside(self._answers_of(authority), name, folder.UNREADABLE)
        except OSError as unmovable:
            log_failed("a receipt could not be set aside", unmovable, authority=authority)

    def receipts(self, key: ListKey, user: User) -> tuple[Receipt, ...]:
        """What the authority said of a list's versions, in words. Raises `NotThere`, `NotPermitted`."""
        _, _, authority = self.formerly(self.selling.market(), key)
        with self.selling.store.read() as connection:
            permitted(connection, user, authority)
            kept = lists.with_text(connection, self.keys, key)
        return kept.receipts if kept is not None else ()


def _words(told: Answered) -> str:
    """What an answer says, line by line; its own reference first, by which the same answer is recognised."""
    persons = (f"{one.ticket or one.booking}: {one.meaning} ({one.code}) {one.text}".rstrip() for one in told.answers)
    return "\n".join([f"{told.sender} {told.reference}", *told.codes, *told.texts, *persons])


def _tried(put: Callable[[list[Rendered]], None], said: Manifest, form: Form) -> Exception | None:
    """Put a list into the folder in one form. What went wrong: it keeps no other form from being put there."""
    try:
        put([render(said, form)])
    except Exception as error:
        return error
    return None


def _why(error: Exception) -> str:
    """Why a delivery failed, as the office shows it: of an error nobody foresaw its type alone."""
    if isinstance(error, BorderError):
        return error.message % error.values_in("")
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
