"""A group's list of documents: a CSV file, a row for each passenger, found by number or by the ticket's name.

Columns (small letters; any order; those that are not there are empty):

    passenger                  the passenger's number in the booking; else the next two must find one
    family_name, given_names   as on the ticket
    mrz                        the machine-readable zone, its lines in one cell; what it says goes before the others
    document_kind              passport, service-passport, diplomatic-passport, seafarer-id, id-card, travel-document
    document_number            letters and digits; spaces and hyphens do not matter
    issuing_state, nationality codes as documents print them: RUS, CHN, D
    expires, birth_date        2031-03-21 or 21.03.2031
    sex                        F, M or X
    document_family_name,      as the document prints them, in Latin letters
    document_given_names
    visa_number.ksr,           for entering the country of a railway; without the railway, of the only one that asks
    voucher_number.ksr
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from rerail.border.errors import BorderError, WrongDocument
from rerail.border.typed import Typed
from rerail.desk.documents_asked import PassengerAsked
from rerail.line.border import Asked
from rerail.line.model import RailwayId
from rerail.sale.passengers import MOST_LIST_BYTES, name_key, read_table

WHO: Final = ("passenger", "family_name", "given_names")

_FIELDS: Final[Mapping[str, str]] = {
    "mrz": "mrz",
    "document_kind": "kind",
    "document_number": "number",
    "issuing_state": "issuing_state",
    "expires": "expires",
    "nationality": "nationality",
    "birth_date": "birth_date",
    "sex": "sex",
    "document_family_name": "family_name",
    "document_given_names": "given_names",
}
"""Column → what `Typed` calls it."""

_ALWAYS: Final = frozenset({"mrz", "document_family_name", "document_given_names"})
"""Every list has names."""

_PER_RAILWAY: Final[Mapping[Asked, str]] = {"visa_number": "visas", "voucher_number": "vouchers"}

_FORMULAS: Final = frozenset("=+-@")


class DocumentRow(Struct, frozen=True, kw_only=True):
    """A row of the list. `line` is its line in the file, from 1 with the heading."""

    line: int
    passenger: int
    typed: Typed


class DocumentsRefused(BorderError):
    """A list has rows that cannot be taken; none was. `rows` says which, and everything that is wrong with each."""

    def __init__(self, rows: tuple[tuple[int, tuple[BorderError, ...]], ...]) -> None:
        self.rows: Final = rows
        super().__init__(
            "Rows of the list that cannot be taken: %(count)d; no document was changed.", "list", count=len(rows)
        )


def columns_of(asked: Sequence[PassengerAsked]) -> tuple[str, ...]:
    """The columns of an empty list for a booking: who, the zone, and what its borders ask for."""
    wanted = {field for one in asked for field in one.asked}
    fields = [name for name in _FIELDS if name in wanted or name in _ALWAYS]
    entering = [f"{field}.{railway}" for field in _PER_RAILWAY for railway in entered(asked, field)]
    return (*WHO, *fields, *entering)


def empty_list(asked: Sequence[PassengerAsked], delimiter: str) -> bytes:
    """A list to fill in, a row for each passenger, as spreadsheets open it (UTF-8 with its mark)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns_of(asked))
    for one in asked:
        who = one.passenger
        writer.writerow((who.number, _plain(who.family_name), _plain(who.given_names)))
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    """What a spreadsheet would take for a formula, as text."""
    return f"'{cell}" if cell[:1] in _FORMULAS else cell


def entered(asked: Sequence[PassengerAsked], field: Asked) -> tuple[RailwayId, ...]:
    """The railways whose countries are entered with a number of this kind."""
    crossed = (one.wanted for who in asked for one in who.crossed)
    return tuple(dict.fromkeys(one.passing.entering for one in crossed if field in one.asked))


def read_documents(content: bytes, asked: Sequence[PassengerAsked]) -> tuple[DocumentRow, ...]:
    """The rows that say anything of a document. Raises `DocumentsRefused`, `WrongDocument` if it is no such file."""
    if len(content) > MOST_LIST_BYTES:
        raise WrongDocument("The list has more than %(most)d bytes; send a part of it.", "list", most=MOST_LIST_BYTES)
    columns, lines = read_table(content)
    if not {"passenger", "family_name"} & set(columns) or not {"mrz", "document_number"} & set(columns):
        raise WrongDocument(
            "The first line must name the columns: %(columns)s.", "list", columns=", ".join(columns_of(asked))
        )
    rows: list[DocumentRow] = []
    wrong: list[tuple[int, tuple[BorderError, ...]]] = []
    told: dict[int, int] = {}
    for line, values in lines:
        typed = _typed(values, asked)
        if typed.empty:
            continue
        try:
            number = _whose(values, asked)
            if number in told:
                raise WrongDocument("Line %(other)d is of the same passenger.", "passenger", other=told[number])
        except WrongDocument as error:
            wrong.append((line, (error,)))
            continue
        told[number] = line
        rows.append(DocumentRow(line=line, passenger=number, typed=typed))
    if wrong:
        raise DocumentsRefused(tuple(wrong))
    return tuple(rows)


def _whose(values: Mapping[str, str], asked: Sequence[PassengerAsked]) -> int:
    text = unicodedata.normalize("NFKC", values.get("passenger", ""))
    if text:
        found = [one for one in asked if str(one.passenger.number) == text]
        if not found:
            raise WrongDocument('No passenger "%(number)s" is asked for a document.', "passenger", number=text[:20])
        return found[0].passenger.number
    name = f"{values.get('family_name', '')} {values.get('given_names', '')}".strip()
    if not name:
        raise WrongDocument("Whose row is this? Give the number, or the name as on the ticket.", "passenger")
    key = name_key(values.get("family_name", ""), values.get("given_names", ""))
    same = [one for one in asked if name_key(one.passenger.family_name, one.passenger.given_names) == key]
    if not same:
        raise WrongDocument('No passenger of this booking is called "%(name)s".', "family_name", name=name[:80])
    if len(same) > 1:
        raise WrongDocument(
            'Several passengers of this booking are called "%(name)s"; give the number of this one.',
            "family_name",
            name=name[:80],
        )
    return same[0].passenger.number


def _typed(values: Mapping[str, str], asked: Sequence[PassengerAsked]) -> Typed:
    own = {field: values.get(column, "") for column, field in _FIELDS.items()}
    by_railway = {of: dict(_numbers(values, asked, field)) for field, of in _PER_RAILWAY.items()}
    return Typed(**own, visas=by_railway["visas"], vouchers=by_railway["vouchers"])


def _numbers(
    values: Mapping[str, str], asked: Sequence[PassengerAsked], field: Asked
) -> Iterator[tuple[RailwayId, str]]:
    railways = entered(asked, field)
    for railway in railways:
        number = values.get(f"{field}.{railway}", "") or (values.get(field, "") if len(railways) == 1 else "")
        if number:
            yield railway, number
