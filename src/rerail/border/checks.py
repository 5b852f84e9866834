"""A passenger's document against what a journey asks, what the ticket says, and what was last known to hold.

What is found is a remark: a warning that is shown and stays, for the control decides and not we. Only a rule that the
operator made a condition of sale refuses a document, and only while that rule is known to hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from rerail.border.advice import Known, Standing, concerns, standings
from rerail.border.asked import Wanted, missing, ordered
from rerail.border.errors import BorderError
from rerail.border.model import Checkpoint, Document
from rerail.border.names import FullName, compare
from rerail.line.border import Asked
from rerail.line.model import Line

RemarkKind = Literal[
    "expired",
    "not-valid",
    "document",
    "valid-beyond",
    "visa",
    "voucher",
    "named-list",
    "groups-only",
    "special-validation",
    "name",
    "birth-date",
    "same-document",
]


class Crossed(Struct, frozen=True, kw_only=True):
    """A border that a passenger goes over, with what it asks."""

    line: Line
    """As the departure's edition has it."""
    wanted: Wanted


class Holder(Struct, frozen=True, kw_only=True):
    """Whoever gives a document, as the booking has them."""

    family_name: str = ""
    """In any script; with the given names empty if nobody is named yet."""
    given_names: str = ""
    birth_date: date | None = None
    sex: Literal["", "f", "m"] = ""
    on_named_list: bool = False
    """Whether a tour operator has them on its list, and so in its group."""


class Remark(Struct, frozen=True, kw_only=True):
    """One thing about a document that somebody should look at. Its values can be the holder's own: never log them."""

    kind: RemarkKind
    severity: Literal["refused", "warning"]
    field: str
    """Of the document ("expires", "visas.ksr") that it is about."""
    message: str
    """An English sentence with %(name)s values, to be translated as a `SentenceError`'s is."""
    values: Mapping[str, object] = {}
    rule: Standing | None = None
    """By which rule; None: by none, what is compared speaks for itself."""

    @property
    def sentence(self) -> BorderError:
        """The same as an error, to be said in a language."""
        return BorderError(self.message, self.field, **self.values)


def remarks(crossed: Sequence[Crossed], document: Document, holder: Holder) -> tuple[Remark, ...]:
    """Everything to be said of a document for these borders, in the order of travel; refusals first."""
    found = [*_expired(crossed, document), *_by_rules(crossed, document, holder), *_compared(document, holder)]
    return tuple(sorted(found, key=lambda one: one.severity != "refused"))


def still_missing(crossed: Crossed, document: Document | None, holder: Holder) -> tuple[Asked, ...]:
    """What a border asks and neither the document nor the booking says."""
    known = document if document is not None else Document()
    completed = replace(known, birth_date=known.birth_date or holder.birth_date, sex=known.sex or holder.sex)
    return missing(crossed.line, crossed.wanted.passing, crossed.wanted.asked, completed)


def least(crossed: Iterable[Crossed], document: Document) -> Document:
    """What of a document these borders ask for; the rest is not kept. The name is on every list."""
    wanted = [one.wanted for one in crossed]
    asked = set(ordered(field for one in wanted for field in one.asked))

    def entering(field: Asked) -> set[str]:
        return {one.passing.entering for one in wanted if field in one.asked}

    return Document(
        kind=document.kind if "document_kind" in asked else None,
        number=document.number if "document_number" in asked else "",
        issuing_state=document.issuing_state if "issuing_state" in asked else "",
        expires=document.expires if "expires" in asked else None,
        nationality=document.nationality if "nationality" in asked else "",
        birth_date=document.birth_date if "birth_date" in asked else None,
        sex=document.sex if "sex" in asked else "",
        family_name=document.family_name,
        given_names=document.given_names,
        visas={one: number for one, number in document.visas.items() if one in entering("visa_number")},
        vouchers={one: number for one, number in document.vouchers.items() if one in entering("voucher_number")},
        machine_read=document.machine_read,
    )


# The document's own dates, each on the clock of the control that looks at it


def _expired(crossed: Sequence[Crossed], document: Document) -> Iterator[Remark]:
    """At the first border where it has expired; at those behind it has all the more."""
    for one in crossed:
        found = [_expired_at(one.line, place, document.expires) for place in one.wanted.passing.checkpoints]
        said = [remark for remark in found if remark is not None]
        if said:
            yield from said
            return


def _expired_at(line: Line, place: Checkpoint, expires: date | None) -> Remark | None:
    if expires is None or expires >= place.day:
        return None
    station = line.stations[place.station]
    return Remark(
        kind="expired",
        severity="warning",
        field="expires",
        message="It expires on %(expires)s, and is controlled at %(station)s on %(day)s (%(clock)s): by then it has "
        "expired.",
        values={"expires": expires, "station": station.names, "day": place.day, "clock": station.clock},
    )


# What was last known to hold


def _by_rules(crossed: Sequence[Crossed], document: Document, holder: Holder) -> Iterator[Remark]:
    known = Known(nationality=document.nationality, issuing_state=document.issuing_state)
    told: set[str] = set()
    for one in crossed:
        for standing in standings(one.line, one.wanted.passing):
            if standing.rule.id in told or not concerns(standing.rule, known):
                continue
            remark = _broken(standing, one.wanted, document, holder)
            if remark is not None:
                told.add(standing.rule.id)
                yield remark


_SAID: Final[Mapping[str, tuple[RemarkKind, str, str]]] = {
    "not-valid": ("not-valid", "issuing_state", "This document was last known not to be valid for this journey."),
    "document": ("document", "kind", "A document of this kind is not among those last known to be accepted."),
    "special-validation": (
        "special-validation",
        "issuing_state",
        "This document was last known to need a special validation by its issuer for this journey.",
    ),
    "visa": ("visa", "visas", "A visa was last known to be needed, and its number is not given."),
    "voucher": ("voucher", "vouchers", "A voucher was last known to be needed, and its number is not given."),
    "named-list": (
        "named-list",
        "",
        "Only passengers on a tour operator's list were last known to cross, and this booking is on none.",
    ),
    "groups-only": (
        "groups-only",
        "",
        "Only organised groups were last known to cross, and this booking is in none.",
    ),
}

_ON_THE_DAY: Final = "It expires on %(expires)s; it was last known to have to be valid on the day of crossing, %(day)s."
_BEYOND: Final = (
    "It expires on %(expires)s; it was last known to have to be valid until %(needed)s, %(days)d days beyond the day "
    "of crossing, %(day)s."
)


def _broken(standing: Standing, wanted: Wanted, document: Document, holder: Holder) -> Remark | None:
    """What is to be said of a rule about this document; None if it is met, or nothing shows whether it is."""
    rule = standing.rule
    entering = wanted.passing.entering
    if rule.kind == "valid-beyond":
        return _too_short(standing, document)
    met = {
        "not-valid": False,
        # Whether it was validated stands in the document, and nobody here has seen it.
        "special-validation": False,
        "document": document.kind is None or document.kind in rule.documents,
        "visa": "visa_number" not in wanted.asked or bool(document.visas.get(entering)),
        "voucher": "voucher_number" not in wanted.asked or bool(document.vouchers.get(entering)),
        "named-list": holder.on_named_list,
        "groups-only": holder.on_named_list,
    }.get(rule.kind, True)
    if met:
        return None
    kind, field, message = _SAID[rule.kind]
    at = f"{field}.{entering}" if field in ("visas", "vouchers") else field
    # Nobody could meet a condition that nothing given can show.
    severity = "warning" if rule.kind == "special-validation" else _severity(standing)
    return Remark(kind=kind, severity=severity, field=at, message=message, rule=standing)


def _too_short(standing: Standing, document: Document) -> Remark | None:
    days, day = standing.rule.days, standing.day
    needed = day + timedelta(days=days)
    if document.expires is None or document.expires >= needed:
        return None
    severity = _severity(standing)
    if document.expires < day and severity == "warning":
        return None  # said already: it has expired
    return Remark(
        kind="valid-beyond",
        severity=severity,
        field="expires",
        message=_BEYOND if days else _ON_THE_DAY,
        values={"expires": document.expires, "day": day, "needed": needed, "days": days},
        rule=standing,
    )


def _severity(standing: Standing) -> Literal["refused", "warning"]:
    """What is no longer known to hold keeps nobody out."""
    return "refused" if standing.rule.condition and not standing.lapsed else "warning"


# The ticket


def _compared(document: Document, holder: Holder) -> Iterator[Remark]:
    if (document.family_name or document.given_names) and (holder.family_name or holder.given_names):
        ticket = FullName(holder.family_name, holder.given_names)
        found = compare(ticket, FullName(document.family_name, document.given_names, _may_be_cut(document)))
        if found.likeness != "same":
            yield Remark(
                kind="name", severity="warning", field="family_name", message=found.message, values=found.values
            )
    if document.birth_date is not None and holder.birth_date not in (None, document.birth_date):
        yield Remark(
            kind="birth-date",
            severity="warning",
            field="birth_date",
            message="The date of birth is not that in the booking; compare both with the document.",
        )


_WIDTHS: Final = frozenset((39, 31, 30))
"""Characters for names in the zone of a passport and of the two sizes of cards (ICAO Doc 9303-4, -6, -5)."""


def _may_be_cut(document: Document) -> bool:
    """Whether the names fill the field of a zone to its last position, and so may be cut short."""
    names = [document.family_name, document.given_names] if document.given_names else [document.family_name]
    return document.machine_read and len("<<".join(names)) in _WIDTHS


# Other passengers


def same_as(document: Document, others: Mapping[int, Document], strangers: Iterable[tuple[str, str]]) -> Remark | None:
    """What to say if somebody else has the same document, by number and issuing state.

    `others` are those of the same booking by passenger number; `strangers` number and issuing state of everybody
    else on the same departures, who are not named to anybody.
    """
    if not document.number:
        return None
    for number, other in others.items():
        if _same(document, other.number, other.issuing_state):
            return _shared(
                "Passenger %(number)d of this booking has the same document; compare both.", {"number": number}
            )
    if any(_same(document, *one) for one in strangers):
        return _shared("Another passenger of this train has the same document; compare it once more.", {})
    return None


def _same(document: Document, number: str, issuing_state: str) -> bool:
    states = {document.issuing_state, issuing_state} - {""}
    return document.number == number and len(states) < 2


def _shared(message: str, values: Mapping[str, object]) -> Remark:
    return Remark(kind="same-document", severity="warning", field="number", message=message, values=values)
