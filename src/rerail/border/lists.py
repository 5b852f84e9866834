"""Crossing lists as kept: closed once, amended by versions, each complete and sealed, delivered, received.

What a list will say is not stored before it closes. From then on each version is what was handed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Date, Row, bindparam, insert, select, text, update

from rerail.border.errors import NotThere
from rerail.border.filings import Filing, filing_of
from rerail.border.keyring import Keys, Sealed
from rerail.border.list_seals import about, about_receipt
from rerail.border.model import ListKey, Manifest
from rerail.border.tables import filing_table, list_table, receipt_table, version_table
from rerail.places.model import DepartureKey
from rerail.store.columns import Instant

State = Literal["open", "closed", "sent", "received", "corrected", "refused"]
"""open: follows the bookings; closed: fixed, to be delivered; sent: every delivery made, no receipt yet; received:
the authority has said that it has it; corrected: the same of an amendment; refused: the authority takes it not."""

How = Literal["cusres", "clerk"]


class Version(Struct, frozen=True, kw_only=True):
    """One version of a list, without what it says."""

    list_id: str
    number: int
    made: datetime
    """UTC."""
    persons: int
    close_out: bool
    reference: str
    """By which a receipt names it."""
    erased: bool
    """Whether what it said was erased by rule."""


class Receipt(Struct, frozen=True, kw_only=True):
    """What an authority said of a version."""

    version: int
    at: datetime
    """UTC."""
    how: How
    accepted: bool
    who: str
    """Whose entry; empty for a message."""
    text: str


class Head(Struct, frozen=True, kw_only=True):
    """What a round needs to know of a closed list, to see whether it is to be looked at."""

    key: ListKey
    crossing: str
    version: int
    """The number of the latest."""
    close_out: bool
    erased: bool


class Kept(Struct, frozen=True, kw_only=True):
    """A closed list with everything that became of it."""

    key: ListKey
    list_id: str
    crossing: str
    closed: datetime
    versions: tuple[Version, ...]
    receipts: tuple[Receipt, ...]
    filings: tuple[Filing, ...]

    @property
    def latest(self) -> Version:
        """The version in force."""
        return self.versions[-1]


def state_of(kept: Kept | None, *, delivered: bool) -> State:
    """What a list is; `delivered`: whether the latest version went out on every way it has."""
    if kept is None:
        return "open"
    last = next((one for one in reversed(kept.receipts) if one.version == kept.latest.number), None)
    if last is not None:
        return "refused" if not last.accepted else "corrected" if kept.latest.number > 1 else "received"
    return "sent" if delivered else "closed"


# Closing and amending

_CLOSE: Final = text(
    "INSERT INTO crossing_list "
    "(list_id, train, service_date, crossing, authority, tour_operator, closed_at, version) "
    "VALUES (:list_id, :train, :service_date, :crossing, :authority, :tour_operator, :closed_at, 1) "
    "ON CONFLICT (list_id) DO NOTHING"
).bindparams(bindparam("service_date", type_=Date()), bindparam("closed_at", type_=Instant))


def close(connection: Connection, keys: Keys, manifest: Manifest, crossing: str, reference: str, *, file: bool) -> bool:
    """Keep a list as closed, its first version. False, and nothing is written, if it was closed already."""
    added = connection.execute(
        _CLOSE,
        {
            "list_id": str(manifest.key),
            "train": manifest.key.departure.train,
            "service_date": manifest.key.departure.service_date,
            "crossing": crossing,
            "authority": manifest.key.authority,
            "tour_operator": manifest.key.tour_operator,
            "closed_at": manifest.made,
        },
    )
    if added.rowcount != 1:
        return False
    _add_version(connection, keys, manifest, reference, file=file)
    return True


def locked_version(connection: Connection, key: ListKey) -> int:
    """The number of a closed list's latest version; no other transaction amends it until this one ends.

    Raises `NotThere`.
    """
    query = select(list_table.c.version).where(list_table.c.list_id == str(key)).with_for_update()
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise NotThere("The list %(list)s is not closed yet.", list=str(key))
    return int(found)


def amend(connection: Connection, keys: Keys, manifest: Manifest, reference: str, *, file: bool) -> None:
    """Keep the next version of a closed list, which the caller has locked."""
    connection.execute(
        update(list_table).where(list_table.c.list_id == str(manifest.key)).values(version=manifest.version)
    )
    _add_version(connection, keys, manifest, reference, file=file)


def amended(before: Manifest, now: Manifest) -> Manifest | None:
    """The next version of a list, from what it would say if it were closed now; None if it would say the same."""
    old = {one.key: one for one in before.persons}
    new = {one.key: one for one in now.persons}
    added = tuple(key for key in new if key not in old)
    changed = tuple(key for key in new if key in old and new[key] != old[key])
    removed = tuple(one for one in before.persons if one.key not in new)
    heading = _heading(now) != _heading(before)
    if not added and not changed and not removed and not heading:
        return None
    return replace(
        now,
        version=before.version + 1,
        added=added,
        changed=changed,
        removed=removed,
        heading_changed=heading,
    )


def _heading(said: Manifest) -> bytes:
    """What an authority goes by that is not about a person: the train, when and where it passes, what is asked."""
    return msgspec.json.encode(
        (said.recipient, said.kind, said.direction, said.numbers, said.near, said.far, said.asks)
    )


def _add_version(connection: Connection, keys: Keys, manifest: Manifest, reference: str, *, file: bool) -> None:
    list_id = str(manifest.key)
    # As JSON, in which a time keeps its station's clock: msgpack would make each an instant of UTC.
    sealed = keys.seal(msgspec.json.encode(manifest), about(list_id, manifest.version))
    connection.execute(
        insert(version_table),
        {
            "list_id": list_id,
            "version": manifest.version,
            "made_at": manifest.made,
            "persons": len(manifest.persons),
            "close_out": manifest.close_out,
            "reference": reference,
            "key_id": sealed.key_id,
            "sealed": sealed.content,
        },
    )
    if file:
        connection.execute(
            insert(filing_table),
            {"list_id": list_id, "version": manifest.version, "tries": 0, "next_at": manifest.made, "error": ""},
        )


# Reading


def read(connection: Connection, key: ListKey) -> Kept | None:
    """A closed list; None while it is open."""
    return next(iter(_read(connection, list_table.c.list_id == str(key))), None)


def on_departure(connection: Connection, departure: DepartureKey) -> tuple[Kept, ...]:
    """The closed lists of a departure."""
    theirs = (list_table.c.train == departure.train) & (list_table.c.service_date == departure.service_date)
    return _read(connection, theirs)


def heads(connection: Connection, start: date, until: date) -> tuple[Head, ...]:
    """The closed lists of service dates in [start, until), and no more of them than a round needs."""
    return _heads(connection, (list_table.c.service_date >= start) & (list_table.c.service_date < until))


def head(connection: Connection, key: ListKey) -> Head:
    """The same of one closed list. Raises `NotThere`."""
    found = _heads(connection, list_table.c.list_id == str(key))
    if not found:
        raise NotThere("The list %(list)s is not closed yet.", list=str(key))
    return found[0]


def _heads(connection: Connection, which: Any) -> tuple[Head, ...]:
    latest = (version_table.c.list_id == list_table.c.list_id) & (version_table.c.version == list_table.c.version)
    rows = connection.execute(
        select(list_table, version_table.c.close_out, version_table.c.key_id)
        .join(version_table, latest)
        .where(which)
        .order_by(list_table.c.service_date, list_table.c.train, list_table.c.list_id)
    )
    return tuple(
        Head(
            key=_key(row),
            crossing=row.crossing,
            version=row.version,
            close_out=bool(row.close_out),
            erased=not row.key_id,
        )
        for row in rows
    )


def with_text(connection: Connection, keys: Keys, key: ListKey) -> Kept | None:
    """A closed list, its receipts' words opened. Raises `KeyringError`."""
    kept = read(connection, key)
    if kept is None:
        return None
    rows = connection.execute(
        select(receipt_table).where(receipt_table.c.list_id == kept.list_id).order_by(*_RECEIPT_ORDER)
    )
    return replace(kept, receipts=tuple(_receipt(row, _words(keys, row)) for row in rows))


def content(connection: Connection, keys: Keys, key: ListKey, version: int) -> Manifest:
    """What a version says. Raises `NotThere` (no such version, or erased), `KeyringError`."""
    list_id = str(key)
    row = connection.execute(
        select(version_table.c.key_id, version_table.c.sealed).where(
            version_table.c.list_id == list_id, version_table.c.version == version
        )
    ).one_or_none()
    if row is None:
        raise NotThere("The list %(list)s has no version %(version)d.", list=list_id, version=version)
    if not row.key_id:
        raise NotThere("What version %(version)d of the list said was erased by rule.", version=version)
    plain = keys.open(Sealed(row.key_id, bytes(row.sealed)), about(list_id, version))
    # What was kept until November 2026 is msgpack, its stations' clocks lost; the next round amends what it can.
    if not plain.startswith(b"{"):
        return msgspec.msgpack.decode(plain, type=Manifest)
    return msgspec.json.decode(plain, type=Manifest)


def by_reference(connection: Connection, reference: str) -> tuple[str, int] | None:
    """The list id and version that a receipt names."""
    row = connection.execute(
        select(version_table.c.list_id, version_table.c.version).where(version_table.c.reference == reference)
    ).one_or_none()
    return None if row is None else (row.list_id, row.version)


def key_of(connection: Connection, list_id: str) -> ListKey:
    """The key of a closed list. Raises `NotThere`."""
    row = connection.execute(select(list_table).where(list_table.c.list_id == list_id)).one_or_none()
    if row is None:
        raise NotThere("There is no list %(list)s.", list=list_id)
    return _key(row)


# Receipts


def note_receipt(connection: Connection, keys: Keys, key: ListKey, receipt: Receipt) -> bool:
    """Keep what an authority said of a version. The same message again is kept once; then False.

    The caller holds the list's lock.
    """
    list_id = str(key)
    theirs = (receipt_table.c.list_id == list_id) & (receipt_table.c.version == receipt.version)
    rows = connection.execute(select(receipt_table).where(theirs).order_by(*_RECEIPT_ORDER)).all()
    if receipt.how == "cusres" and any(
        row.how == "cusres" and bool(row.accepted) == receipt.accepted and _words(keys, row) == receipt.text
        for row in rows
    ):
        return False
    number = max((row.number for row in rows), default=0) + 1
    sealed = keys.seal(receipt.text.encode(), about_receipt(list_id, receipt.version, number))
    connection.execute(
        insert(receipt_table),
        {
            "list_id": list_id,
            "version": receipt.version,
            "number": number,
            "at": receipt.at,
            "how": receipt.how,
            "accepted": receipt.accepted,
            "who": receipt.who,
            "key_id": sealed.key_id,
            "sealed": sealed.content,
        },
    )
    return True


def _words(keys: Keys, row: Row[Any]) -> str:
    if not row.key_id:
        return ""  # erased by rule
    sealed = Sealed(row.key_id, bytes(row.sealed))
    return keys.open(sealed, about_receipt(row.list_id, row.version, row.number)).decode()


# From rows


_RECEIPT_ORDER: Final = (receipt_table.c.version, receipt_table.c.number)


def _read(connection: Connection, which: Any) -> tuple[Kept, ...]:
    rows = connection.execute(
        select(list_table).where(which).order_by(list_table.c.service_date, list_table.c.train, list_table.c.list_id)
    ).all()
    ids = [row.list_id for row in rows]
    versions = _grouped(connection, version_table, ids, version_table.c.version)
    receipts = _grouped(connection, receipt_table, ids, *_RECEIPT_ORDER)
    filings = _grouped(connection, filing_table, ids, filing_table.c.version)
    return tuple(
        Kept(
            key=_key(row),
            list_id=row.list_id,
            crossing=row.crossing,
            closed=row.closed_at,
            versions=tuple(_version(one) for one in versions[row.list_id]),
            receipts=tuple(_receipt(one, "") for one in receipts[row.list_id]),
            filings=tuple(filing_of(one) for one in filings[row.list_id]),
        )
        for row in rows
    )


def _grouped(connection: Connection, table: Any, ids: Collection[str], *order: Any) -> dict[str, list[Row[Any]]]:
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    listed = list(ids)
    for start in range(0, len(listed), 500):
        query = select(table).where(table.c.list_id.in_(listed[start : start + 500]))
        rows: Iterable[Row[Any]] = connection.execute(query.order_by(table.c.list_id, *order))
        for row in rows:
            found[row.list_id].append(row)
    return found


def _key(row: Row[Any]) -> ListKey:
    return ListKey(DepartureKey(row.train, row.service_date), row.authority, row.tour_operator)


def _version(row: Row[Any]) -> Version:
    return Version(
        list_id=row.list_id,
        number=row.version,
        made=row.made_at,
        persons=row.persons,
        close_out=bool(row.close_out),
        reference=row.reference,
        erased=not row.key_id,
    )


def _receipt(row: Row[Any], words: str) -> Receipt:
    return Receipt(version=row.version, at=row.at, how=row.how, accepted=bool(row.accepted), who=row.who, text=words)
