"""Erasure by rule after the journey, with a signed record; and the rotation of the keys that seal.

Nothing is scheduled: what is to be erased is asked of the database each time. What is erased and the record of it
are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection

from rerail.border import documents, erasure, folder, lists
from rerail.border.erasure import Erased, Record
from rerail.border.forms import file_name
from rerail.border.keyring import Keys
from rerail.border.lists import Kept
from rerail.desk.border_desk import BorderDesk
from rerail.line.border import Keeping
from rerail.places.model import DepartureKey
from rerail.sale import erasing as sale_erasing
from rerail.tell import outbox

NOTHING_LEFT: Final = "nothing left"
"""The rule by which documents go at once: no ticket of the booking is good any more."""

_AT_ONCE: Final = 100
_RESEALED_AT_ONCE: Final = 500


class Erasing(BorderDesk):
    """The acts by which data goes."""

    def erasable(self) -> tuple[Erased, ...]:
        """What the rules say is to be erased now. Writes nothing."""
        with self.selling.store.read() as connection:
            return self._erasable(connection)

    def erase(self, who: str, progress: Callable[[int], None] = lambda _done: None) -> tuple[Erased, ...]:
        """Erase what the rules say, a hundred things at a time, each with its line in the signed record.

        Can be killed at any moment and repeated by anybody. Raises `KeyringError`: without the key that signs the
        record nothing is erased.
        """
        done: list[Erased] = []
        while due := self.erasable()[:_AT_ONCE]:
            erased = self.selling.call(partial(self._erase, due=due, who=who))
            self._fetch_back(erased)
            done.extend(erased)
            progress(len(done))
            if not erased:
                break
        if done:
            self.selling.store.forget_log()
        return tuple(done)

    def records(self) -> tuple[Record, ...]:
        """The record of erasure, each line checked."""
        with self.selling.store.read() as connection:
            return tuple(erasure.records(connection))

    def _erasable(self, connection: Connection) -> tuple[Erased, ...]:
        rules = self.selling.current.snapshot().line.border
        keeping = rules.keeping if rules is not None else None
        return (
            *self._documents(connection, keeping),
            *((*self._lists(connection, keeping), *self._names(connection, keeping)) if keeping is not None else ()),
        )

    def _documents(self, connection: Connection, keeping: Keeping | None) -> list[Erased]:
        given = documents.given(connection, documents.bookings_with(connection))
        fields: dict[str, int] = {}
        for (booking, _), its in given.items():
            fields[booking] = fields.get(booking, 0) + len(its)
        found = {}
        for code in sale_erasing.without_tickets(connection, fields, self.now):
            found[code] = Erased(what="documents", of=code, count=fields[code], rule=NOTHING_LEFT)
        if keeping is not None:
            before = self.now - timedelta(days=keeping.documents_days)
            for one in sale_erasing.over(connection, before, fields):
                rule = f"documents_days = {keeping.documents_days}"
                found.setdefault(
                    one.code,
                    Erased(what="documents", of=one.code, count=fields[one.code], rule=rule, since=one.since),
                )
        return list(found.values())

    def _lists(self, connection: Connection, keeping: Keeping) -> list[Erased]:
        before = (self.now - timedelta(days=keeping.lists_days)).date()
        rule = f"lists_days = {keeping.lists_days}"
        return [
            *(
                Erased(what="list", of=one.list_id, count=_readable(one), rule=rule)
                for one in lists.erasable(connection, before)
            ),
            *(
                Erased(what="marks", of=str(departure), count=count, rule=rule)
                for departure, count in erasure.marks_before(connection, before)
            ),
        ]

    def _names(self, connection: Connection, keeping: Keeping) -> list[Erased]:
        before = self.now - timedelta(days=keeping.names_days)
        rule = f"names_days = {keeping.names_days}"
        return [
            Erased(what="names", of=one.code, count=len(one.passengers), rule=rule, since=one.since)
            for one in sale_erasing.over(connection, before)
        ]

    def _erase(self, connection: Connection, *, due: Sequence[Erased], who: str) -> tuple[Erased, ...]:
        # Asked again within the transaction: somebody may have erased it, or travelled on, meanwhile.
        still = set(self._erasable(connection))
        erased = tuple(one for one in due if one in still)
        for one in erased:
            if one.what == "documents":
                whose = [key for key in documents.given(connection, [one.of]) if key[0] == one.of]
                documents.erase(connection, whose)
            elif one.what == "list":
                kept = lists.read(connection, lists.key_of(connection, one.of))
                assert kept is not None  # asked a moment ago
                lists.erase(connection, kept)
            elif one.what == "marks":
                train, _, day = one.of.partition("/")
                erasure.erase_marks(connection, DepartureKey(train, date.fromisoformat(day)))
            else:
                sale_erasing.forget(connection, one.of)
                outbox.forget(connection, one.of)
        if erased:
            number = erasure.write_down(connection, self.keys, erased, self.now)
            details = {"record": str(number), "things": str(len(erased))}
            self.note(connection, "data-erased", who, details)
        return erased

    def _fetch_back(self, erased: Sequence[Erased]) -> None:
        """Take the files of erased lists out of the authorities' folders, should nobody have fetched them."""
        if self._lists_folder is None:
            return
        for one in erased:
            if one.what != "list":
                continue
            with self.selling.store.read() as connection:
                kept = lists.read(connection, lists.key_of(connection, one.of))
            if kept is not None:
                names = [
                    file_name(kept.key, version.number, form)
                    for version in kept.versions
                    for form in ("paxlst", "csv", "pdf")
                ]
                folder.erase(self._lists_folder / kept.key.authority, names)

    # Rotation

    def rotate_keys(self, who: str, progress: Callable[[int], None] = lambda _done: None) -> int:
        """Make a new key, seal everything with it anew, and let go of older keys that seal nothing.

        The key in use until now stays until the next rotation: another process may be sealing with it at this
        moment. Killed at any moment, it is repeated. Returns how many things were sealed anew. Raises `KeyringError`.
        """
        before = self.keys.ring()
        if not self.selling.call(lambda connection: _sealed_otherwise(connection, before.current)):
            before = before.only_current()
        before.rotated().write(self.keys.file)
        done = 0
        while resealed := self.selling.call(partial(_seal_anew, keys=self.keys)):
            done += resealed
            progress(done)
        self.selling.call(lambda connection: self.note(connection, "keys-rotated", who, {"sealed": str(done)}))
        self.selling.store.forget_log()
        return done


def _seal_anew(connection: Connection, *, keys: Keys) -> int:
    return documents.seal_anew(connection, keys, _RESEALED_AT_ONCE) + lists.seal_anew(
        connection, keys, _RESEALED_AT_ONCE
    )


def _sealed_otherwise(connection: Connection, key_id: str) -> int:
    return documents.sealed_otherwise(connection, key_id) + lists.sealed_otherwise(connection, key_id)


def _readable(kept: Kept) -> int:
    return sum(not one.erased for one in kept.versions) + len(kept.receipts)
