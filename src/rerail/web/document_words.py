"""Travel documents in words: what is asked, what a kind is called, what is to be said of one; on every face alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from rerail.border.advice import crossing_day
from rerail.border.asked import ordered
from rerail.border.checks import Crossed, Remark
from rerail.border.errors import KeyringError
from rerail.border.mrz_model import MrzProblem
from rerail.desk.documents_asked import Until, until_of
from rerail.desk.giving_documents import BookingPapers
from rerail.line.border import Asked, Authority, DocumentKind
from rerail.line.model import Line, Source
from rerail.line.sentence import SentenceError
from rerail.sale.model import Booking
from rerail.web.advice_shown import AdviceShown, rule_shown
from rerail.web.context import View
from rerail.web.i18n import Words, date_words
from rerail.web.log import web_log
from rerail.web.site.clock_words import clock_name


class AskShown(Struct, frozen=True, kw_only=True):
    """What one authority asks for, and why."""

    who: str
    fields: str
    """Of a document, in a sentence; the name is on every list."""
    named_list: bool
    illustrative: bool
    sources: tuple[Source, ...]


class BorderShown(Struct, frozen=True, kw_only=True):
    """A border with those who ask for anything there."""

    crossing: str
    day: date
    """Of crossing."""
    until: str
    until_illustrative: bool
    asks: tuple[AskShown, ...]


class PapersStatus(Struct, frozen=True, kw_only=True):
    """The line about documents on the page of a booking."""

    says: str
    complete: bool
    illustrative: bool
    """Whether the deadline is."""


class RemarkShown(Struct, frozen=True, kw_only=True):
    """What is to be said of a document."""

    says: str
    rule: AdviceShown | None
    """By which rule it is said."""


def borders_shown(view: View, crossed: Iterable[Crossed]) -> tuple[BorderShown, ...]:
    """Who asks for what at these borders, in the order of travel; a border that several passengers cross once."""
    borders = {(one.wanted.passing.departure, one.wanted.passing.crossing): one for one in crossed}
    return tuple(_border(view, one) for one in sorted(borders.values(), key=lambda one: one.wanted.passing.leaves))


def _border(view: View, crossed: Crossed) -> BorderShown:
    line, passing, until = crossed.line, crossed.wanted.passing, until_of(crossed)
    return BorderShown(
        crossing=view.text(line.crossings[passing.crossing].names),
        day=crossing_day(line, passing),
        until=until_words(view, until),
        until_illustrative=until.illustrative,
        asks=tuple(_ask(view, line, one) for one in crossed.wanted.authorities),
    )


def _ask(view: View, line: Line, authority: Authority) -> AskShown:
    keys = authority.provenance_of("asks").sources
    return AskShown(
        who=view.text(authority.names),
        fields=named(view.words, ordered(authority.asks)),
        named_list=authority.kind == "named-list",
        illustrative=authority.illustrative("asks"),
        sources=tuple(line.sources[key] for key in keys if key in line.sources),
    )


def asked_words(words: Words) -> Mapping[Asked, str]:
    """What is asked, as a label."""
    _ = words.gettext
    return {
        "document_kind": _("Kind of document"),
        "document_number": _("Number of the document"),
        "issuing_state": _("Issued by (code)"),
        "expires": _("Valid until"),
        "nationality": _("Nationality (code)"),
        "birth_date": _("Date of birth"),
        "sex": _("Sex"),
        "visa_number": _("Number of the visa"),
        "voucher_number": _("Number of the voucher"),
    }


def named(words: Words, fields: Iterable[Asked]) -> str:
    """Several of them within a sentence: "number, nationality, date of birth"."""
    _ = words.gettext
    within: Mapping[Asked, str] = {
        "document_kind": _("kind of document"),
        "document_number": _("document number"),
        "issuing_state": _("issuing state"),
        "expires": _("date of expiry"),
        "nationality": _("nationality"),
        "birth_date": _("date of birth"),
        "sex": _("sex"),
        "visa_number": _("visa number"),
        "voucher_number": _("voucher number"),
    }
    return ", ".join(within[one] for one in fields)


def kind_words(words: Words) -> Mapping[DocumentKind, str]:
    """What each kind of document is called."""
    _ = words.gettext
    return {
        "passport": _("passport"),
        "service-passport": _("service passport"),
        "diplomatic-passport": _("diplomatic passport"),
        "seafarer-id": _("seafarer's identity document"),
        "id-card": _("identity card"),
        "travel-document": _("travel document of a refugee or stateless person"),
    }


def sex_words(words: Words) -> Mapping[str, str]:
    """As documents print it."""
    _ = words.gettext
    return {"f": _("F (female)"), "m": _("M (male)"), "x": _("X (unspecified)")}


def until_words(view: View, until: Until) -> str:
    """ "30 November 2026, 14:00 (Vladivostok time)": a deadline on the clock of the station it is about."""
    local = until.local
    return f"{date_words(local.date(), view.language)}, {local:%H:%M} ({clock_name(view.words, until.station.clock)})"


def papers_status(view: View, booking: Booking) -> PapersStatus | None:
    """How far a booking is with its documents; None if nothing is asked."""
    try:
        papers = view.frame.border.papers(booking)
    except KeyringError as error:
        return PapersStatus(says=unreadable(view, error), complete=False, illustrative=False)
    if papers is None:
        return None
    return PapersStatus(
        says=_papers_words(view, papers),
        complete=papers.given == papers.of,
        illustrative=papers.until is not None and papers.until.illustrative,
    )


def unreadable(view: View, error: KeyringError) -> str:
    """What a passenger is told where nothing can be sealed or opened; the log is told why."""
    _ = view.words.gettext
    web_log().error("documents cannot be opened", why=str(error))
    return _("Travel documents cannot be taken or shown now. Try again later, or ask at a counter.")


def _papers_words(view: View, papers: BookingPapers) -> str:
    _ = view.words.gettext
    values: dict[str, object] = {"given": papers.given, "of": papers.of}
    if papers.until is None:
        return _("Documents: %(given)d of %(of)d given. Every border of this booking lies behind.", **values)
    values["moment"] = until_words(view, papers.until)
    if view.now >= papers.until.at:
        return _("Documents: %(given)d of %(of)d given. They were due until %(moment)s", **values)
    return _("Documents: %(given)d of %(of)d given, until %(moment)s", **values)


def said(view: View, error: SentenceError) -> str:
    """An error's sentence in the reader's language, its dates and clocks too."""
    values = {name: _value(view, name, value) for name, value in error.values_in(view.language).items()}
    return view.words.gettext(error.message, **values)


def problem_said(view: View, problem: MrzProblem) -> str:
    """What to look at in a machine-readable zone, and what to do."""
    sentences = (problem.message, problem.fix)
    return " ".join(view.words.gettext(one, **problem.values) for one in sentences)


def remark_shown(view: View, remark: Remark) -> RemarkShown:
    """What is to be said of a document, with the rule by which it is."""
    rule = rule_shown(view, remark.rule) if remark.rule is not None else None
    return RemarkShown(says=said(view, remark.sentence), rule=rule)


def _value(view: View, name: str, value: object) -> object:
    if isinstance(value, date):
        return date_words(value, view.language)
    return clock_name(view.words, str(value)) if name == "clock" else value
