"""What a subscriber is told: the folder's notices and the journal's decisions, as one list of things said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final, Literal
from urllib.parse import quote

from msgspec import Struct

from rerail.life.journal import Entry
from rerail.line.model import DecisionKind, Line, Notice, Text
from rerail.publish import wording
from rerail.publish.publication import Publication

_TITLES: Final[dict[DecisionKind, Text]] = {
    "grant": wording.GRANTED,
    "withdraw": wording.WITHDRAWN,
    "special": wording.SPECIAL,
    "cancel": wording.CANCELLED,
    "announce": wording.ANNOUNCED,
}
"""The decisions worth telling. A `note` decides nothing; what is worth reading of it is a notice."""

_MARKED: Final[dict[str, Text]] = {
    "start": wording.ILLUSTRATIVE_START,
    "until": wording.ILLUSTRATIVE_END,
    "known": wording.ILLUSTRATIVE_KNOWN,
}
"""What is said of a field of an entry that is illustrative though the entry is not."""


class Said(Struct, frozen=True, kw_only=True):
    """One thing said or decided, in one language."""

    kind: Literal["notices", "journal"]
    id: str
    title: str
    published: datetime
    updated: datetime
    author: str
    """Who said or decided it; empty if nobody is named."""
    reporter: str = ""
    paragraphs: tuple[str, ...]
    routes: tuple[tuple[str, str], ...] = ()
    """The routes it is about: id and name."""
    address: str
    """The page of the site that shows it."""
    related: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Addresses of the documents it is taken from."""


def said(publication: Publication, language: str) -> list[Said]:
    """Everything said, the newest first."""
    found = [*_notices(publication, language), *_decisions(publication, language)]
    found.sort(key=lambda one: (one.updated, one.published, one.kind, one.id), reverse=True)
    return found


def _notices(publication: Publication, language: str) -> Iterator[Said]:
    line = publication.line
    for notice in line.notices:
        who = line.text(notice.said_by, language)
        yield Said(
            kind="notices",
            id=notice.id,
            title=line.text(notice.title, language),
            published=datetime.combine(notice.published, time(), tzinfo=UTC),
            updated=_changed(publication, notice),
            author=who or notice.reported_by or "",
            reporter=(notice.reported_by or "") if who else "",
            paragraphs=tuple(_notice_paragraphs(line, notice, language)),
            routes=tuple((route, line.text(line.routes[route].names, language)) for route in notice.routes),
            address=_notice_address(publication, notice.id, language),
            related=tuple(_notice_address(publication, other, language) for other in notice.related),
            sources=_addresses(line, notice.provenance.sources),
        )


def _notice_address(publication: Publication, notice: str, language: str) -> str:
    return publication.page(f"notices/{quote(notice, safe='')}", language)


def _changed(publication: Publication, notice: Notice) -> datetime:
    """When the notice last changed: the day it was published, or the edition that first had it as it is now."""
    editions = publication.life.timetable.editions
    since = None
    for older, newer in zip(reversed(editions[:-1]), reversed(editions[1:]), strict=True):
        if notice not in older.line.notices:
            since = newer.since
            break
    published = datetime.combine(notice.published, time(), tzinfo=UTC)
    return max(published, since) if since is not None else published


def _notice_paragraphs(line: Line, notice: Notice, language: str) -> Iterator[str]:
    yield line.text(notice.text, language)
    who = [line.text(notice.said_by, language), line.text(notice.said_at, language)]
    if notice.said_on is not None:
        who.append(wording.day(line, notice.said_on, language))
    if any(who):
        yield wording.phrase(line, wording.SAID_BY, language, who=", ".join(part for part in who if part))
    if notice.reported_by:
        reported = [notice.reported_by]
        if notice.reported_on is not None:
            reported.append(wording.day(line, notice.reported_on, language))
        yield wording.phrase(line, wording.REPORTED_BY, language, who=", ".join(reported))
    if notice.provenance.illustrative:
        yield wording.phrase(line, wording.ILLUSTRATIVE, language)
    elif notice.illustrative("published"):
        yield wording.phrase(line, wording.ILLUSTRATIVE_DATE, language)


def _decisions(publication: Publication, language: str) -> Iterator[Said]:
    line = publication.line
    specials = {
        (entry.trains, entry.start, entry.until) for entry in publication.life.entries if entry.kind == "special"
    }
    for entry in publication.life.entries:
        stretch = (entry.trains, entry.start, entry.until)
        if entry.kind not in _TITLES or (entry.kind == "grant" and stretch in specials):
            continue  # a consent to one extra train is told with that train
        who = line.text(entry.who, language)
        yield Said(
            kind="journal",
            id=entry.id,
            title=_title(line, entry, language),
            published=entry.known,
            updated=max(entry.known, entry.recorded) if entry.origin == "live" else entry.known,
            author=who,
            paragraphs=tuple(_decision_paragraphs(publication, entry, who, language)),
            address=publication.page(f"history?before={entry.seq + 1}#entry-{entry.seq}", language),
            sources=_addresses(line, entry.sources),
        )


def _title(line: Line, entry: Entry, language: str) -> str:
    side = _side(line, entry, language)
    dates = wording.stretch(line, entry.start, entry.until, entry.precision, language)
    title = wording.phrase(line, _TITLES[entry.kind], language, side=side, dates=dates)
    return wording.phrase(line, wording.DEMO_TRAIN, language, train=title) if entry.origin == "demo" else title


def _side(line: Line, entry: Entry, language: str) -> str:
    railway = line.railways.get(entry.railway or "")
    return line.text(railway.side, language) if railway is not None else ""


def _decision_paragraphs(publication: Publication, entry: Entry, who: str, language: str) -> Iterator[str]:
    line = publication.line
    yield line.text(entry.reason, language)
    by = wording.SAID_BY if entry.kind == "announce" else wording.DECIDED_BY
    yield wording.phrase(line, by, language, who=who)
    if entry.trains is None:
        trains = wording.phrase(line, wording.ALL_TRAINS, language)
    else:
        trains = "; ".join(
            line.text(line.trains[train].names, language) if train in line.trains else train for train in entry.trains
        )
    yield wording.phrase(line, wording.TRAINS, language, trains=trains)
    if entry.kind == "special":
        sides = [
            _side(line, other, language)
            for other in publication.life.entries
            if other.kind == "grant"
            and (other.trains, other.start, other.until) == (entry.trains, entry.start, entry.until)
        ]
        if sides:
            yield wording.phrase(line, wording.CONSENTS, language, sides=", ".join(sides))
    if entry.document:
        yield wording.phrase(line, wording.DOCUMENT, language, document=entry.document)
    if entry.illustrative:
        yield wording.phrase(line, wording.ILLUSTRATIVE, language)
        return
    for field, text in _MARKED.items():
        if field in entry.illustrative_fields:
            yield wording.phrase(line, text, language)


def _addresses(line: Line, sources: tuple[str, ...]) -> tuple[str, ...]:
    """Where the documents can be read: of a source of the folder its address, of a live entry the address itself."""
    addresses = (line.sources[key].url if key in line.sources else key for key in sources)
    return tuple(address for address in addresses if address and address.startswith(("http://", "https://")))
