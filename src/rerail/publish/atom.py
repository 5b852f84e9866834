"""notices.atom (RFC 4287): what was said about the line and what its railways decided, newest first."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from rerail import __version__
from rerail.publish import wording
from rerail.publish.address import authority
from rerail.publish.notices import Said, said
from rerail.publish.publication import Publication

ATOM: Final = "http://www.w3.org/2005/Atom"
MOST_ENTRIES: Final = 200
"""A subscriber reads what is new; the site keeps everything."""

_TAGS_SINCE: Final = "2026"
"""The date in every tag URI (RFC 4151): Rerail's first year. It never changes, or every entry would be new again."""

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold; an entry typed at the office can."""


def notices_atom(publication: Publication, language: str) -> bytes:
    """The feed in one of the line's languages."""
    entries = said(publication, language)[:MOST_ENTRIES]
    begun = publication.life.timetable.editions[0].since
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _text(feed, "id", tag(publication, "notices", language))
    _text(feed, "title", publication.titled(wording.NOTICES_OF, language))
    about = [wording.DEMONSTRATION] if publication.demo else []
    about.append(wording.NOTICES_ABOUT)
    subtitle = " ".join(wording.phrase(publication.line, text, language) for text in about)
    _text(feed, "subtitle", subtitle)
    _text(feed, "updated", _instant(max((entry.updated for entry in entries), default=begun)))
    _person(feed, "author", publication.name(language))
    _link(feed, "self", f"{publication.site}/feeds/notices.atom?lang={language}", "application/atom+xml")
    _link(feed, "alternate", publication.page("notices", language), "text/html", language)
    ET.SubElement(feed, "generator", {"version": __version__}).text = "Rerail"
    for entry in entries:
        _entry(feed, publication, entry, language)
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def tag(publication: Publication, *names: str) -> str:
    """A tag URI (RFC 4151) that names one thing for ever, as long as the site keeps its host name."""
    path = "/".join(quote(name, safe="") for name in (publication.line.id, *names))
    return f"tag:{authority(publication.site)},{_TAGS_SINCE}:{path}"


def _entry(feed: ET.Element, publication: Publication, one: Said, language: str) -> None:
    entry = ET.SubElement(feed, "entry")
    _text(entry, "id", tag(publication, one.kind, one.id, language))
    _text(entry, "title", one.title)
    _text(entry, "published", _instant(one.published))
    _text(entry, "updated", _instant(one.updated))
    if one.author:
        _person(entry, "author", one.author)
    if one.reporter:
        _person(entry, "contributor", one.reporter)
    for route in one.routes:
        ET.SubElement(entry, "category", {"term": _clean(route[0]), "label": _clean(route[1])})
    _link(entry, "alternate", one.address, "text/html", language)
    for address in one.related:
        _link(entry, "related", address, "text/html")
    for address in one.sources:
        _link(entry, "via", address)
    _text(entry, "content", "\n\n".join(one.paragraphs))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _person(parent: ET.Element, role: str, name: str) -> None:
    _text(ET.SubElement(parent, role), "name", name)


def _link(parent: ET.Element, relation: str, address: str, media_type: str = "", language: str = "") -> None:
    attributes = {"rel": relation, "href": _clean(address)}
    if media_type:
        attributes["type"] = media_type
    if language:
        attributes["hreflang"] = language
    ET.SubElement(parent, "link", attributes)


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
