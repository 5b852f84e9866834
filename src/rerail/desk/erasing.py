"""Erasure by rule after the journey, with a signed record; and the rotation of the keys that seal.

Nothing is scheduled: what is to be erased is asked of the database each time. What is erased and the record of it
are one transaction.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection

from rerail.border import documents, erasure, folder, list_seals, lists, marks, sealed
from rerail.border.documents import PassengerKey
from rerail.border.erasure import Erased, Record
from rerail.border.errors import KeyringError, NotNow
from rerail.border.forms import file_name
from rerail.border.keyring import Keys
from rerail.border.model import ListKey
from rerail.desk.border_desk import BorderDesk
from rerail.desk.handing_over import RECEIPTS
from rerail.desk.log import log_failed
from rerail.line.border import Keeping
from rerail.places.model import DepartureKey
from rerail.sale import erasing as sale_erasing
from rerail.sale import reading
from rerail.tell import outbox
from rerail.ticket import issued

NOTHING_LEFT: Final = "nothing left"
"""The rule by which a document goes at once: no ticket of its passenger is good any more."""

_AT_ONCE: Final = 100
_RESEALED_AT_ONCE: Final = 500


class Erasing(BorderDesk):
    """The acts by which data goes."""

    def erasable(self) -> tuple[Erased, ...]:
        """What the rules say is to be erased now. Writes nothing."""
        keeping = self.keeping()
        with self.selling.store.read() as connection:
            found = (
                *self._documents(connection, keeping),
                *(self._lists(connection, keeping) if keeping is not None else ()),
                *(self._names(connection, keeping) if keeping is not None else ()),
            )
        return (*found, *(self._answers(keeping) if keeping is not None else ()))

    def erase(self, who: str, progress: Callable[[int], None] = lambda _done: None) -> tuple[Erased, ...]:
        """Erase what the rules say, a hundred things at a time, each with its line in the signed record.

        Can be killed at any moment and repeated by anybody. Raises `KeyringError`: without the key that signs the
        record nothing is erased.
        """
        due = self.erasable()
        done: list[Erased] = []
        for start in range(0, len(due), _AT_ONCE):
            # The files first: who dies in between finds the list still to be erased, and comes back to them.
            gone = [one for one in due[start : start + _AT_ONCE] if self._without_files(one)]
            done.extend(self.selling.call(partial(self._erase, due=gone, who=who)))
            progress(len(done))
        # Also if nothing was due: documents are replaced and taken back all the time.
        self.selling.store.forget_log()
        return tuple(done)

    def records(self) -> tuple[Record, ...]:
        """The record of erasure, each line checked."""
        with self.selling.store.read() as connection:
            return tuple(erasure.records(connection))

    def record_key(self) -> bytes | None:
        """The public half of the key that signs the record now (raw); None if there is no file of keys yet.

        Raises `KeyringError` if it is damaged.
        """
        return self._keys.ring().record_key if self._keys.file.exists() else None

    # What is due

    def _documents(
        self, connection: Connection, keeping: Keeping | None, codes: Collection[str] | None = None
    ) -> Iterator[Erased]:
        """Of some bookings, or of all."""
        kept = documents.passengers_with(connection, codes)
        theirs: dict[str, list[PassengerKey]] = {}
        for whose in kept:
            theirs.setdefault(whose[0], []).append(whose)
        over = {}
        if keeping is not None:
            before = self.now - timedelta(days=keeping.documents_days)
            over = {one.code: one.since for one in sale_erasing.over(connection, before, theirs)}
        ticketless = sale_erasing.without_ticket(connection, theirs.keys() - over.keys(), self.now)
        for code, passengers in theirs.items():
            if keeping is not None and code in over:
                rule = f"documents_days = {keeping.documents_days}"
                count = sum(kept[one] for one in passengers)
                yield Erased(what="documents", of=code, count=count, rule=rule, since=over[code])
            elif count := sum(kept[one] for one in passengers if one in ticketless):
                yield Erased(what="documents", of=code, count=count, rule=NOTHING_LEFT)

    def _lists(self, connection: Connection, keeping: Keeping) -> Iterator[Erased]:
        rule = _lists_rule(keeping)
        # None arrives before its service date begins, which nowhere is more than a day ahead of UTC.
        before = (self.now - timedelta(days=keeping.lists_days)).date() + timedelta(days=2)
        for one in list_seals.erasable(connection, before):
            if self.lists_are_gone(keeping, one.departure):
                yield Erased(what="list", of=one.list_id, count=one.count, rule=rule)
        for departure, count in erasure.marks_before(connection, before):
            if self.lists_are_gone(keeping, departure):
                yield Erased(what="marks", of=str(departure), count=count, rule=rule)

    def _answers(self, keeping: Keeping) -> Iterator[Erased]:
        """Answers of authorities that lie in their folders since they were read: they speak of passengers."""
        if self._lists_folder is None or not self._lists_folder.is_dir():
            return
        before = self.now - timedelta(days=keeping.lists_days)
        for one in sorted(self._lists_folder.iterdir()):
            if count := folder.aside_before(one / RECEIPTS, before):
                yield Erased(what="answers", of=one.name, count=count, rule=_lists_rule(keeping))

    def _names(
        self, connection: Connection, keeping: Keeping, codes: Collection[str] | None = None
    ) -> Iterator[Erased]:
        """Of some bookings, or of all."""
        before = self.now - timedelta(days=keeping.names_days)
        rule = f"names_days = {keeping.names_days}"
        for one in sale_erasing.over(connection, before, codes):
            yield Erased(what="names", of=one.code, count=one.passengers, rule=rule, since=one.since)

    def _still(self, connection: Connection, due: Sequence[Erased]) -> frozenset[Erased]:
        """Which of these things are due in this transaction too: a passenger may have bought again meanwhile."""
        keeping = self.keeping()
        found = set(self._documents(connection, keeping, [one.of for one in due if one.what == "documents"]))
        if keeping is not None:
            rule = _lists_rule(keeping)
            found.update(self._names(connection, keeping, [one.of for one in due if one.what == "names"]))
            found.update(
                one
                for one in due
                if (one.what == "list" and one.rule == rule and one.count == list_seals.readable(connection, one.of))
                or (one.what == "marks" and one.rule == rule and one.count == _marks(connection, one.of))
                or one.what == "answers"
            )
        return frozenset(found)

    # Erasing

    def _erase(self, connection: Connection, *, due: Sequence[Erased], who: str) -> tuple[Erased, ...]:
        still = self._still(connection, due)
        erased = tuple(one for one in due if one in still)
        for one in erased:
            if one.what == "documents":
                documents.erase(connection, self._whose(connection, one))
            elif one.what == "list":
                list_seals.erase(connection, one.of)
            elif one.what == "marks":
                erasure.erase_marks(connection, _departure(one.of))
            elif one.what == "names":
                issued.forget(connection, reading.read(connection, one.of).references)
                sale_erasing.forget(connection, one.of)
                outbox.forget(connection, one.of)
        if erased:
            self._record(connection, self.keys, erased, who)
        return erased

    def _whose(self, connection: Connection, one: Erased) -> list[PassengerKey]:
        kept = documents.passengers_with(connection, [one.of])
        if one.rule != NOTHING_LEFT:
            return list(kept)
        ticketless = sale_erasing.without_ticket(connection, [one.of], self.now)
        return [whose for whose in kept if whose in ticketless]

    def _record(self, connection: Connection, keys: Keys, erased: Sequence[Erased], who: str) -> None:
        number = erasure.write_down(connection, keys, erased, self.now)
        details = {"record": str(number), "things": str(len(erased))}
        self.note(connection, "data-erased", who, details)

    def _without_files(self, one: Erased) -> bool:
        """Take the files of something that is to be erased out of the authority's folder; whether none is left.

        A list's, should nobody have fetched them, and the answers that were read.
        """
        if self._lists_folder is None or one.what not in ("list", "answers"):
            return True
        try:
            if one.what == "answers":
                before = self.now - timedelta(days=int(one.rule.rpartition(" ")[2]))
                folder.erase_aside(self._lists_folder / one.of / RECEIPTS, before)
            else:
                with self.selling.store.read() as connection:
                    key = lists.key_of(connection, one.of)
                    numbers = list_seals.version_numbers(connection, one.of)
                folder.erase(self._lists_folder / key.authority, _file_names(key, numbers))
        except OSError as error:
            log_failed("a file could not be erased", error, of=one.of)
            return False
        return True

    # Keys

    def rotate_keys(self, who: str, progress: Callable[[int], None] = lambda _done: None) -> int:
        """Make a new key, seal everything with it anew, and let go of older keys that seal nothing.

        The key in use until now stays until the next rotation: another process may be sealing with it at this
        moment. Killed at any moment, it is repeated. Returns how many things were sealed anew. Raises `KeyringError`.
        """
        before = self.keys.made().current
        others = self.selling.call(lambda connection: _sealed_otherwise(connection, before))
        self.keys.rotate(unused_but=None if others else before)
        done = 0
        while resealed := self.selling.call(partial(_seal_anew, keys=self.keys)):
            done += resealed
            progress(done)
        self.selling.call(lambda connection: self.note(connection, "keys-rotated", who, {"sealed": str(done)}))
        self.selling.store.forget_log()
        return done

    def replace_keys(self, who: str) -> tuple[Erased, ...]:
        """Begin a new file of keys for one that is lost for good: what only the lost keys opened is erased.

        Raises `KeyringError` if there is a file that is damaged: it is never written over. Raises `NotNow` if the
        file opens everything.
        """
        left = self._keys.ring().key_ids if self._keys.file.exists() else frozenset()
        with contextlib.suppress(KeyringError):
            self.check_keys()
            raise NotNow("The file of keys opens everything that is sealed; there is nothing to replace.")

        def act(connection: Connection) -> tuple[Erased, ...]:
            erased = sealed.give_up(connection, left)
            self._record(connection, self._keys, erased, who)
            return erased

        erased = self.selling.call(act)
        self.selling.store.forget_log()
        return erased


def _lists_rule(keeping: Keeping) -> str:
    return f"lists_days = {keeping.lists_days}"


def _file_names(key: ListKey, versions: Collection[int]) -> list[str]:
    return [file_name(key, number, form) for number in versions for form in ("paxlst", "csv", "pdf")]


def _departure(name: str) -> DepartureKey:
    train, _, day = name.partition("/")
    return DepartureKey(train, date.fromisoformat(day))


def _marks(connection: Connection, name: str) -> int:
    departure = _departure(name)
    return marks.counted(connection, [departure]).get(departure, 0)


def _seal_anew(connection: Connection, *, keys: Keys) -> int:
    return documents.seal_anew(connection, keys, _RESEALED_AT_ONCE) + list_seals.seal_anew(
        connection, keys, _RESEALED_AT_ONCE
    )


def _sealed_otherwise(connection: Connection, key_id: str) -> int:
    return documents.sealed_otherwise(connection, key_id) + list_seals.sealed_otherwise(connection, key_id)
