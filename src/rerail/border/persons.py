"""Who is on an authority's list: the passengers over its border, with what it asks of their documents and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from rerail.border.asked import missing
from rerail.border.documents import PassengerKey
from rerail.border.model import Document, Passing, Person
from rerail.border.transliteration import NotTransliterable, transliterated
from rerail.line.border import Authority
from rerail.line.model import Line, StationId
from rerail.places.model import Spot


class Traveller(Struct, frozen=True, kw_only=True):
    """A passenger with a valid ticket over a border, as sold."""

    booking: str
    number: int
    """Of the passenger within the booking."""
    ticket: str
    family_name: str
    given_names: str
    birth_date: date | None
    sex: Literal["", "f", "m"]
    spots: tuple[Spot, ...]
    board: StationId
    alight: StationId
    tour_operator: str = ""

    @property
    def key(self) -> PassengerKey:
        """What the passenger is known by."""
        return self.booking, self.number


def persons(
    line: Line,
    authority: Authority,
    passing: Passing,
    travellers: Iterable[Traveller],
    documents: Mapping[PassengerKey, Document],
) -> tuple[Person, ...]:
    """The persons on an authority's list, by coach (in the order of the train), place and name."""
    order = {coach.number: number for number, coach in enumerate(line.trains[passing.departure.train].consist)}
    found = [_person(line, authority, passing, one, documents.get(one.key, Document())) for one in travellers]

    def as_seated(one: Person) -> tuple[int, int, str, str, str, int]:
        digits = "".join(filter(str.isdecimal, one.place))
        coach = order.get(one.coach, len(order)) if one.coach else len(order) + 1
        return coach, int(digits or 0), one.place, f"{one.family_name} {one.given_names}", one.booking, one.number

    return tuple(sorted(found, key=as_seated))


def place_at(spots: Sequence[Spot], call: int) -> tuple[str, str]:
    """Coach and place of a passenger on the segment that begins at a call; both empty without a place."""
    return next(((spot.coach, spot.place) for spot in spots if spot.board <= call < spot.alight), ("", ""))


def _person(line: Line, authority: Authority, passing: Passing, one: Traveller, known: Document) -> Person:
    asks = authority.asks
    coach, place = place_at(one.spots, passing.near_call)
    from_document = bool(known.family_name or known.given_names)
    latin = (
        (known.family_name, known.given_names) if from_document else (_latin(one.family_name), _latin(one.given_names))
    )
    completed = replace(known, birth_date=known.birth_date or one.birth_date, sex=known.sex or one.sex)
    return Person(
        booking=one.booking,
        number=one.number,
        ticket=one.ticket,
        family_name=one.family_name,
        given_names=one.given_names,
        latin_family_name=latin[0],
        latin_given_names=latin[1],
        from_document=from_document,
        coach=coach,
        place=place,
        board=one.board,
        alight=one.alight,
        document_kind=completed.kind if "document_kind" in asks else None,
        document_number=completed.number if "document_number" in asks else "",
        issuing_state=completed.issuing_state if "issuing_state" in asks else "",
        expires=completed.expires if "expires" in asks else None,
        nationality=completed.nationality if "nationality" in asks else "",
        birth_date=completed.birth_date if "birth_date" in asks else None,
        sex=completed.sex if "sex" in asks else "",
        visa_number=completed.visas.get(passing.entering, "") if "visa_number" in asks else "",
        voucher_number=completed.vouchers.get(passing.entering, "") if "voucher_number" in asks else "",
        missing=missing(line, passing, asks, completed),
    )


def _latin(name: str) -> str:
    try:
        return transliterated(name)
    except NotTransliterable:
        return ""  # a script the standard has no table for: the list shows that the Latin name is missing
