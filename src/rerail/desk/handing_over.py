"""Handing lists over: into the authority's folder, by mail; and what the authority says of them."""

from __future__ import annotations

from functools import partial
from typing import Final

from sqlalchemy import Connection

from rerail.border import folder, lists
from rerail.border.cusres import Receipt as Answered
from rerail.border.cusres import read_cusres
from rerail.border.errors import BorderError, NotNow, NotThere
from rerail.border.forms import render
from rerail.border.lists import Receipt
from rerail.border.model import ListKey, Manifest
from rerail.desk.crossing_lists import CrossingLists
from rerail.desk.list_sources import may_see
from rerail.desk.log import log_failed
from rerail.line.border import Authority
from rerail.people.audit import NOBODY
from rerail.people.users import NotPermitted, User
from rerail.store.engine import StoreError
from rerail.tell.outbox import wait_after

RECEIPTS: Final = "receipts"
"""The folder within an authority's, where its answers are put."""

_BATCH: Final = 20
_LONGEST: Final = 2000


class HandingOver(CrossingLists):
    """The acts by which a list leaves, and is answered."""

    # Delivering

    def deliver_due(self) -> int:
        """Put what waits into the authorities' folders. Returns how many versions were put there."""
        done = 0
        while True:
            taken = self.selling.call(partial(lists.lease_filings, now=self.now, most=_BATCH))
            for filing in taken:
                done += self._file(filing)
            if len(taken) < _BATCH:
                return done

    def _file(self, filing: lists.Filing) -> bool:
        try:
            with self.selling.store.read() as connection:
                key = lists.key_of(connection, filing.list_id)
                said = lists.content(connection, self.keys, key, filing.version)
            authority = self._authority(said)
            folder.put(self.lists_folder / authority.id, [render(said, form) for form in authority.formats])
        except StoreError:
            raise
        except Exception as error:  # whatever one list trips over, the others are delivered
            if not isinstance(error, BorderError | OSError):
                log_failed("a crossing list could not be delivered", error, list=filing.list_id)
            self.selling.call(
                partial(
                    lists.note_not_filed, filing=filing, error=_why(error), next_at=self.now + wait_after(filing.tries)
                )
            )
            return False
        self.selling.call(partial(self._filed, filing=filing))
        return True

    def _filed(self, connection: Connection, *, filing: lists.Filing) -> None:
        lists.note_filed(connection, filing, self.now)
        details = {"list": filing.list_id, "version": str(filing.version), "way": "folder"}
        self.note(connection, "list-sent", NOBODY, details)

    def said_by_mail(self, list_id: str, version: int) -> tuple[Manifest, Authority]:
        """What a mail of a list is made from. Raises `NotThere`, `KeyringError`."""
        with self.selling.store.read() as connection:
            key = lists.key_of(connection, list_id)
            said = lists.content(connection, self.keys, key, version)
        return said, self._authority(said)

    def _authority(self, said: Manifest) -> Authority:
        departure = self.departure(self.selling.market(), said.key.departure)
        _, authority = self.passing_of(departure, said.key)
        return authority

    # Receipts

    def enter_receipt(self, user: User, key: ListKey, version: int, *, accepted: bool, words: str) -> None:
        """Note what an authority said of a version, told to a clerk. Raises `NotThere`, `NotPermitted`, `NotNow`."""

        def act(connection: Connection) -> None:
            found = self.departure(self.selling.market_in(connection), key.departure)
            _, authority = self.passing_of(found, key)
            if not may_see(user, authority):
                raise NotPermitted("This list is another side's.")
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

    def take_cusres(self, content: bytes, who: str = NOBODY) -> tuple[ListKey, bool]:
        """Note what a CUSRES message says of the list it names. The same message again changes nothing.

        Returns the list, and whether the authority takes it. Raises `NotCusres`, `NotThere`.
        """
        told = read_cusres(content)

        def act(connection: Connection) -> ListKey:
            about = lists.by_reference(connection, told.about)
            if about is None:
                raise NotThere('The message answers "%(reference)s", which is no list of ours.', reference=told.about)
            key = lists.key_of(connection, about[0])
            lists.locked_version(connection, key)
            receipt = Receipt(
                version=about[1], at=self.now, how="cusres", accepted=told.accepted, who=who, text=_words(told)
            )
            self._note_receipt(connection, key, receipt)
            return key

        return self.selling.call(act), told.accepted

    def _note_receipt(self, connection: Connection, key: ListKey, receipt: Receipt) -> None:
        if lists.note_receipt(connection, self.keys, key, receipt):
            details = {"list": str(key), "version": str(receipt.version), "how": receipt.how}
            self.note(connection, "list-receipt", receipt.who, {**details, "accepted": str(receipt.accepted).lower()})

    def read_receipts(self) -> int:
        """Take the answers that authorities have put into their folders; what cannot be read is set aside.

        Returns how many were taken.
        """
        rules = self.selling.market().line.border
        done = 0
        for authority in rules.authorities.values() if rules is not None else ():
            if "folder" not in authority.channels:
                continue
            for file in sorted((self.lists_folder / authority.id / RECEIPTS).glob("*.edi")):
                try:
                    self.take_cusres(file.read_bytes())
                    folder.set_aside(file, "read")
                    done += 1
                except BorderError as error:
                    log_failed("a receipt could not be read", error, authority=authority.id)
                    folder.set_aside(file, "unreadable")
        return done

    def receipts(self, key: ListKey, user: User) -> tuple[Receipt, ...]:
        """What the authority said of a list's versions, in words. Raises `NotThere`, `NotPermitted`."""
        found = self.departure(self.selling.market(), key.departure)
        _, authority = self.passing_of(found, key)
        if not may_see(user, authority):
            raise NotPermitted("This list is another side's.")
        with self.selling.store.read() as connection:
            kept = lists.with_text(connection, self.keys, key)
        return kept.receipts if kept is not None else ()


def _words(told: Answered) -> str:
    """What an answer says, line by line; its own reference first, by which the same answer is recognised."""
    persons = (f"{one.ticket or one.booking}: {one.meaning} ({one.code}) {one.text}".rstrip() for one in told.answers)
    return "\n".join([f"{told.sender} {told.reference}", *told.codes, *told.texts, *persons])


def _why(error: Exception) -> str:
    """Why a delivery failed, as the office shows it: of an error nobody foresaw its type alone."""
    if isinstance(error, BorderError):
        return str(error)
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
