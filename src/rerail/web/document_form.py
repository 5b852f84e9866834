"""The form of one passenger's document: which fields it has, what was typed into them, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from rerail.border.errors import BorderError
from rerail.border.typed import KINDS, Typed
from rerail.desk.documents_asked import PassengerAsked
from rerail.desk.documents_list import entered
from rerail.line import states
from rerail.line.border import Asked
from rerail.line.model import RailwayId
from rerail.web.context import View
from rerail.web.document_words import asked_words, kind_words, said, sex_words
from rerail.web.office.fields import Faults, Fields

FieldKind = Literal["text", "state", "date", "choice"]

_NAMES: Mapping[Asked, str] = {"document_kind": "kind", "document_number": "number"}
_KINDS: Mapping[Asked, FieldKind] = {
    "document_kind": "choice",
    "issuing_state": "state",
    "expires": "date",
    "nationality": "state",
    "birth_date": "date",
    "sex": "choice",
}


class FormField(Struct, frozen=True, kw_only=True):
    """One field of the form."""

    name: str
    label: str
    kind: FieldKind
    """choice: one of `options`."""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()


class DocumentForm(Struct, frozen=True, kw_only=True):
    """One passenger's form."""

    number: int
    """Of the passenger."""
    mrz: str
    fields: tuple[FormField, ...]
    faults: Faults
    """By the name of the field; that of the zone is "mrz", of nothing in particular ""."""


def document_form(
    view: View, asked: PassengerAsked, typed: Fields | None = None, faults: Iterable[BorderError] = ()
) -> DocumentForm:
    """The form for what a passenger is asked, empty or with what was typed.

    Nothing that is kept is ever filled in: a number is never shown back.
    """
    fields = typed if typed is not None else Fields()
    own = tuple(_fields(view, asked, fields))
    names = {one.name for one in own} | {"mrz"}
    wrong = Faults()
    for fault in faults:
        at = fault.about if fault.about in names else ""
        wrong[at] = f"{wrong[at]} {said(view, fault)}".strip()
    return DocumentForm(number=asked.passenger.number, mrz=fields.raw("mrz"), fields=own, faults=wrong)


def typed_document(fields: Fields) -> Typed:
    """What was typed into a form. A field that the form has not is not looked at by whoever reads it."""
    names = [name for name in Typed.__struct_fields__ if name not in ("mrz", "visas", "vouchers")]
    return Typed(
        mrz=fields.raw("mrz"),
        visas=dict(_by_railway(fields, "visas")),
        vouchers=dict(_by_railway(fields, "vouchers")),
        **{name: fields.text(name) for name in names},
    )


def state_choices(view: View) -> Sequence[tuple[str, str]]:
    """Every code with its name, for the list that browsers offer while one types."""
    return [(code, states.name(code, view.language)) for code in states.codes() if code == states.canonical(code)]


def _by_railway(fields: Fields, of: str) -> Iterator[tuple[RailwayId, str]]:
    for name, value in fields.pairs:
        kind, _, railway = name.partition(".")
        if kind == of and railway and value:
            yield railway, value


def _fields(view: View, asked: PassengerAsked, typed: Fields) -> Iterator[FormField]:
    labels = asked_words(view.words)
    for one in asked.asked:
        if one in ("visa_number", "voucher_number"):
            yield from _numbers(view, asked, one, typed)
            continue
        name = _NAMES.get(one, one)
        yield FormField(
            name=name,
            label=labels[one],
            kind=_KINDS.get(one, "text"),
            value=typed.text(name),
            options=_options(view, one),
        )
        if one == "document_number":
            yield from _latin_names(view, typed)
    if "document_number" not in asked.asked:
        yield from _latin_names(view, typed)


def _options(view: View, asked: Asked) -> tuple[tuple[str, str], ...]:
    if asked == "document_kind":
        words = kind_words(view.words)
        return tuple((kind, words[kind]) for kind in KINDS)
    return tuple(sex_words(view.words).items()) if asked == "sex" else ()


def _latin_names(view: View, typed: Fields) -> Iterator[FormField]:
    _ = view.words.gettext
    for name, label in (
        ("family_name", _("Family name as the document prints it, in Latin letters")),
        ("given_names", _("Given names as the document prints them, in Latin letters")),
    ):
        yield FormField(name=name, label=label, kind="text", value=typed.text(name))


def _numbers(view: View, asked: PassengerAsked, field: Asked, typed: Fields) -> Iterator[FormField]:
    _ = view.words.gettext
    of = "visas" if field == "visa_number" else "vouchers"
    label = asked_words(view.words)[field]
    railways = {one.line.railways[one.wanted.passing.entering].id: one.line for one in asked.crossed}
    for railway in entered((asked,), field):
        names = railways[railway].railways[railway].short_names
        name = f"{of}.{railway}"
        yield FormField(
            name=name,
            label=_("%(number)s: %(railway)s", number=label, railway=view.text(names)),
            kind="text",
            value=typed.text(name),
        )
