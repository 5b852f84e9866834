"""The form of a decision: which fields each kind has, and from what was typed to a draft or to what is wrong."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal, get_args

from msgspec import Struct

from rerail.life.draft import Draft
from rerail.line.dates import EPOCH
from rerail.line.model import Line, RailwayId, TrainId
from rerail.people.users import User
from rerail.web.i18n import OWN_NAMES, Words
from rerail.web.office.fields import Faults, Fields

Kind = Literal["grant", "withdraw", "announce", "special", "cancel"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

MOST_BOXES: Final = 60
"""Trains that a form still lists with a box each; on a longer line one types their names."""

_LONGEST: Final = {"who": 200, "reason": 600, "document": 200, "source": 500}
_FURTHEST: Final = timedelta(days=3650)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS: Final = re.compile(r"https?://[^\s/]+\S*")


class Asked(Struct, frozen=True, kw_only=True):
    """What was typed, and what came of it: a draft, or a sentence for each field that is wrong."""

    kind: Kind
    fields: Fields
    draft: Draft | None
    errors: Faults


def kinds_for(user: User) -> tuple[Kind, ...]:
    """The kinds that a user can record: a special is the operator's, because it may hold several consents."""
    if not user.records:
        return ()
    return KINDS if user.railway is None else tuple(kind for kind in KINDS if kind != "special")


def needs_railway(kind: Kind) -> bool:
    """Whether the kind is a railway's own decision."""
    return kind in ("grant", "withdraw")


def asked(kind: Kind, fields: Fields, user: User, line: Line, words: Words, today: date) -> Asked:
    """From what was typed to a draft. Every field that is wrong is named at once, in the user's language."""
    return _Reading(kind, fields, user, line, words, today).result()


class _Reading:
    def __init__(self, kind: Kind, fields: Fields, user: User, line: Line, words: Words, today: date) -> None:
        self.kind, self.fields, self.user, self.line, self.words, self.today = kind, fields, user, line, words, today
        self.errors = Faults()

    def result(self) -> Asked:
        railways = self._railways()
        trains = self._trains()
        start, until = self._dates()
        who, reason = self._required("who"), self._required("reason")
        document = self._document(railways)
        source = self._source()
        draft = None
        if not self.errors and start is not None:
            draft = Draft(
                kind=self.kind,
                railways=railways,
                trains=trains,
                start=start,
                until=until,
                who=who,
                reason=reason,
                who_in=self._translations("who"),
                reason_in=self._translations("reason"),
                document=document,
                source=source,
            )
        return Asked(kind=self.kind, fields=self.fields, draft=draft, errors=self.errors)

    def _railways(self) -> tuple[RailwayId, ...]:
        _ = self.words.gettext
        if self.user.railway is not None:
            return (self.user.railway,)
        given = self.fields.texts("railway")
        if any(railway not in self.line.railways for railway in given):
            self.errors["railway"] = _("This line has no such railway; choose one of the list.")
        elif needs_railway(self.kind) and len(given) != 1:
            self.errors["railway"] = _("Choose whose decision this is.")
        elif self.kind != "special" and len(given) > 1:
            self.errors["railway"] = _("Choose one railway; record the other's decision as an entry of its own.")
        return given

    def _trains(self) -> tuple[TrainId, ...] | None:
        _ = self.words.gettext
        given = tuple(dict.fromkeys(part for text in self.fields.texts("train") for part in re.split(r"[\s,;]+", text)))
        unknown = [train for train in given if train not in self.line.trains]
        if unknown:
            self.errors["train"] = _("This line has no train called %(trains)s.", trains=", ".join(unknown[:5]))
        elif self.fields.has("all"):
            if self.kind == "special":
                self.errors["train"] = _("A special adds dates to particular trains: choose them.")
            elif given:
                self.errors["train"] = _("Choose either all trains or particular ones, not both.")
            return None
        elif not given:
            self.errors["train"] = _("Choose the trains.")
        return given

    def _dates(self) -> tuple[date | None, date | None]:
        _ = self.words.gettext
        start = self._date("from", _("Give the first date."))
        until = self._date("until", None)
        if start is not None and until is not None and until <= start:
            self.errors["until"] = _(
                "This is the first date that is no longer covered, so it must be after the first date."
            )
        return start, until

    def _date(self, name: str, missing: str | None) -> date | None:
        _ = self.words.gettext
        text = self.fields.text(name)
        if not text:
            if missing is not None:
                self.errors[name] = missing
            return None
        latest = self.today + _FURTHEST
        try:
            day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            self.errors[name] = _("There is no such date; check the day and the month.")
            return None
        if day is None:
            example = self.today.isoformat()
            self.errors[name] = _("Write the date as year-month-day, for example %(example)s.", example=example)
        elif not EPOCH <= day <= latest:
            self.errors[name] = _(
                "The date is too far away; choose one between %(first)s and %(last)s.",
                first=EPOCH.isoformat(),
                last=latest.isoformat(),
            )
        else:
            return day
        return None

    def _required(self, name: Literal["who", "reason"]) -> str:
        _ = self.words.gettext
        text = self._short_enough(name, name)
        if not text:
            self.errors[name] = (
                _("Say who decided this: a journal without names proves nothing.")
                if name == "who"
                else _("Give the reason; passengers read it.")
            )
        return text

    def _translations(self, name: Literal["who", "reason"]) -> dict[str, str]:
        texts = {language: self._short_enough(f"{name}_{language}", name) for language in self.line.languages[1:]}
        return {language: text for language, text in texts.items() if text}

    def _document(self, railways: tuple[RailwayId, ...]) -> str | None:
        text = self._short_enough("document", "document")
        by_railway = bool(railways) or needs_railway(self.kind)
        if not text and by_railway and self.user.railway is None:
            self.errors["document"] = self.words.gettext(
                "Name the letter, telegram or protocol in which the railway decided this."
            )
        return text or None

    def _source(self) -> str | None:
        text = self._short_enough("source", "source")
        if text and text not in self.line.sources and not _ADDRESS.fullmatch(text):
            self.errors["source"] = self.words.gettext("Give an address that begins with https://, or leave it empty.")
        return text or None

    def _short_enough(self, field: str, name: str) -> str:
        text = self.fields.text(field)
        most = _LONGEST[name]
        if len(text) > most:
            self.errors[field] = self.words.gettext(
                "This is too long: %(length)d characters, %(most)d are the most.", length=len(text), most=most
            )
        return text


def other_languages(line: Line) -> list[tuple[str, str]]:
    """The line's languages after its first, each with its own name: a reason can be given in those too."""
    return [(language, OWN_NAMES.get(language, language)) for language in line.languages[1:]]
