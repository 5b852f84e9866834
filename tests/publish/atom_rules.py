"""The rules of RFC 4287 that a feed can break, each as the RFC words it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"


def breaches(content: bytes) -> list[str]:
    """Every rule of RFC 4287 that the document breaks."""
    feed = ET.fromstring(content)
    found: list[str] = []
    if feed.tag != f"{ATOM}feed":
        return [f"2: the document element is {feed.tag}"]
    found += _container(feed, "4.1.1")
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        found.append("4.1.1: a feed should contain one link with rel=self")
    entries = feed.findall(f"{ATOM}entry")
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        found += _container(entry, "4.1.2")
        if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
            found.append("4.1.2: an entry must contain an author unless the feed has one")
        alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        if entry.find(f"{ATOM}content") is None and not alternates:
            found.append("4.1.2: an entry without content must have an alternate link")
        key = (_text(entry, "id"), _text(entry, "updated"))
        if key in seen:
            found.append(f"4.1.1: two entries with the id and updated {key}")
        seen.add(key)
    children = list(feed)
    if entries and children.index(entries[0]) < max(i for i, one in enumerate(children) if one.tag != f"{ATOM}entry"):
        found.append("4.1.1 (advice): metadata stands before the entries")
    return found


def _container(element: ET.Element, section: str) -> list[str]:
    found = []
    for name in ("id", "title", "updated"):
        if len(element.findall(f"{ATOM}{name}")) != 1:
            found.append(f"{section}: exactly one {name}")
    for name in ("published", "content", "generator", "subtitle", "rights", "logo", "icon", "summary"):
        if len(element.findall(f"{ATOM}{name}")) > 1:
            found.append(f"{section}: at most one {name}")
    for name in ("updated", "published"):
        for stamp in element.findall(f"{ATOM}{name}"):
            if not _is_date(stamp.text or ""):
                found.append(f"3.3: {stamp.text} is no RFC 3339 date-time")
    identifier = _text(element, "id")
    if not urlsplit(identifier).scheme or " " in identifier:
        found.append(f"4.2.6: the id {identifier!r} is no absolute IRI")
    return found + _links(element, section) + _persons(element)


def _links(element: ET.Element, section: str) -> list[str]:
    found = []
    kinds = [
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    if len(kinds) != len(set(kinds)):
        found.append(f"{section}: two alternate links of the same type and language")
    for link in element.findall(f"{ATOM}link"):
        if not link.get("href"):
            found.append("4.2.7.1: a link must have an href")
    return found


def _persons(element: ET.Element) -> list[str]:
    found = []
    for person in (*element.findall(f"{ATOM}author"), *element.findall(f"{ATOM}contributor")):
        if len(person.findall(f"{ATOM}name")) != 1 or not _text(person, "name").strip():
            found.append("3.2.1: a person has exactly one name")
    return found


def _text(element: ET.Element, name: str) -> str:
    child = element.find(f"{ATOM}{name}")
    return (child.text or "") if child is not None else ""


def _is_date(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None and "T" in text
    except ValueError:
        return False
