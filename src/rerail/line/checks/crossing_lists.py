"""Who gets which passenger list at a border: sides, trains, deadlines, how it is sent, how long it is kept."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rerail.line.border import Authority
from rerail.line.draft import DraftBorder, DraftFolder, Placed
from rerail.line.kinds import listed
from rerail.line.model import RailwayId, TrainId
from rerail.line.problem import At, Finding, error, warning
from rerail.line.spelling import did_you_mean

FILE: Final = At("border.toml")


def border_side(draft: DraftFolder) -> Iterator[Finding]:
    """What border.toml says of a crossing is about its two railways, and about a border where somebody controls."""
    for _, placed in _tables(draft.border):
        crossing = draft.crossings.get(placed.value.crossing)
        if crossing is None:
            continue
        if crossing.value.id in draft.open_borders:
            message = f'at "{crossing.value.id}", an open border, nobody controls and nobody asks for anything.'
            yield error(placed.at.key("crossing"), message, "Take the table out, or open_border in line.toml.")
        for at, railway in _railways(placed):
            if railway in draft.railways and railway not in crossing.value.railways:
                message = f'"{railway}" is not one of the railways of this crossing.'
                yield error(at, message, f"They are {' and '.join(crossing.value.railways)}.")


def _railways(placed: Placed[Any]) -> Iterator[tuple[At, RailwayId]]:
    for key in ("railway", "towards"):
        named = getattr(placed.value, key, None)
        if isinstance(named, str):
            yield placed.at.key(key), named
        elif named is not None:
            yield from ((placed.at.key(key).item(index), railway) for index, railway in enumerate(named))


def border_trains(draft: DraftFolder) -> Iterator[Finding]:
    """A train that border.toml names at a crossing passes it, in the direction that is meant."""
    known = {train.id for train in draft.trains if None not in train.ways}
    for _, placed in _tables(draft.border):
        value = placed.value
        if value.crossing not in draft.crossings or "trains" in placed.broken:
            continue
        passing = trains_over(draft, value.crossing)
        for index, train in enumerate(value.trains or ()):
            at = placed.at.key("trains").item(index)
            if train not in known:
                continue
            if train not in passing:
                message = f'the train "{train}" does not pass the crossing "{value.crossing}".'
                yield error(at, message, "Take it out, or name another crossing.")
            elif not passing[train] & set(_directions(placed) or passing[train]):
                towards = " or ".join(f'"{railway}"' for railway in _directions(placed))
                message = f'the train "{train}" does not pass the crossing towards {towards}.'
                yield error(at, message, "Take it out, or correct towards.")


def trains_over(draft: DraftFolder, crossing: str) -> dict[TrainId, set[RailwayId]]:
    """The trains that pass a crossing, each with the railways towards which it does."""
    found: dict[TrainId, set[RailwayId]] = {}
    for train in draft.trains:
        for passage in train.passages:
            if passage.crossing is not None and passage.crossing.value.id == crossing:
                found.setdefault(train.id, set()).add(passage.change.entering)
    return found


def _directions(placed: Placed[Any]) -> tuple[RailwayId, ...]:
    towards = getattr(placed.value, "towards", None)
    return (towards,) if isinstance(towards, str) else towards or ()


def border_once(draft: DraftFolder) -> Iterator[Finding]:
    """A train passes a border of which lists are made once: a list belongs to a departure, and could not tell twice.

    A train that comes back on the same day is another train.
    """
    listed_at = {placed.value.crossing: placed for placed in (draft.border.authorities if draft.border else ())}
    for crossing, placed in listed_at.items():
        for train in draft.trains:
            here = [one for one in train.passages if one.crossing is not None and one.crossing.value.id == crossing]
            if len(here) > 1:
                message = f'the train "{train.id}" passes the crossing {len(here)} times, and a list is of one passing.'
                yield error(placed.at.key("crossing"), message, "Make a train of each way.")


def border_twice(draft: DraftFolder) -> Iterator[Finding]:
    """Of collections, clearings and guidances there is one for a train, so that nobody wonders which of two holds."""
    known: dict[tuple[object, ...], At] = {}
    for kind, placed in _tables(draft.border):
        if kind in ("authority", "rule") or "trains" in placed.broken:
            continue
        value = placed.value
        side = (kind, value.crossing, getattr(value, "railway", None), getattr(value, "towards", None))
        for train in value.trains or (None,):
            before = known.setdefault((*side, train), placed.at)
            if before is not placed.at:
                who = f'the train "{train}"' if train else "all trains"
                message = f"there is already a {kind} for {who} here ({before.path})."
                yield error(placed.at, message, "Keep one of them, or name the trains that each is for.")


def list_deadline(draft: DraftFolder) -> Iterator[Finding]:
    """Every list has a moment when it closes: its own minutes, or those of the crossing's deadline in fares.toml.

    A warning where fares.toml is gone: nothing is sold any more, and the lists of what was sold close when the train
    leaves.
    """
    if "fares.toml" in draft.unread:
        return
    for placed in draft.border.authorities if draft.border else ():
        if placed.broken & {"minutes", "trains", "towards"}:
            continue
        without = [train for train in _trains_of(draft, placed) if _closes(draft, placed.value, train) is None]
        if without:
            message = f"nothing says when its list closes (trains: {listed(without, 3)})."
            fix = "Add minutes = …, or a [[deadline]] for the crossing to fares.toml."
            yield (error if draft.tariff else warning)(placed.at, message, fix)


def collection_deadline(draft: DraftFolder) -> Iterator[Finding]:
    """Passengers give their documents before the list that they stand on is closed, or at that moment."""
    if draft.border is None or "fares.toml" in draft.unread:
        return
    for placed in draft.border.collections:
        if "trains" in placed.broken:
            continue
        for authority, train in _asking(draft, draft.border, placed.value.crossing):
            closes = _closes(draft, authority.value, train)
            if not _is_for(placed, train, draft.border.collections) or closes is None:
                continue
            if placed.value.minutes < closes:
                message = (
                    f"documents are given until {placed.value.minutes} minutes before the train leaves, and the list "
                    f'of "{authority.value.id}" for the train "{train}" closes {closes} minutes before.'
                )
                yield error(placed.at.key("minutes"), message, f"Write minutes = {closes} or more.")
                break


def _asking(draft: DraftFolder, border: DraftBorder, crossing: str) -> Iterator[tuple[Placed[Authority], TrainId]]:
    for authority in border.authorities:
        if authority.value.crossing == crossing and authority.value.asks and not authority.broken:
            yield from ((authority, train) for train in _trains_of(draft, authority))


def _is_for(placed: Placed[Any], train: TrainId, others: Sequence[Placed[Any]]) -> bool:
    """Whether this table holds for a train: it names the train, or none and no other of its crossing does."""
    if placed.value.trains is not None:
        return train in placed.value.trains
    return not any(
        other.value.crossing == placed.value.crossing and train in (other.value.trains or ()) for other in others
    )


def _trains_of(draft: DraftFolder, placed: Placed[Authority]) -> list[TrainId]:
    """The trains whose passengers stand on the lists of an authority."""
    authority = placed.value
    return [
        train
        for train, towards in trains_over(draft, authority.crossing).items()
        if (authority.trains is None or train in authority.trains)
        and (authority.towards is None or towards & set(authority.towards))
    ]


def _closes(draft: DraftFolder, authority: Authority, train: TrainId) -> int | None:
    """Minutes before the train leaves the near side; None: nothing says."""
    if authority.minutes is not None:
        return authority.minutes
    deadlines = draft.tariff.deadlines if draft.tariff else ()
    here = [placed for placed in deadlines if placed.value.crossing == authority.crossing]
    return next((placed.value.minutes for placed in here if _is_for(placed, train, here)), None)


def list_language(draft: DraftFolder) -> Iterator[Finding]:
    """A list is printed in a language of the line: its names of trains and stations exist in no other."""
    for placed in draft.border.authorities if draft.border else ():
        language = placed.value.language
        if draft.languages and language not in draft.languages:
            fix = f"{did_you_mean(language, draft.languages)} Languages are listed in line.languages.".strip()
            yield error(placed.at.key("language"), f'"{language}" is not a language of this line.', fix)


def list_mail(draft: DraftFolder) -> Iterator[Finding]:
    """A list goes by mail to an address, encrypted for the authority's certificate.

    Without a certificate somebody has decided that passport numbers may travel unencrypted, and says so.
    """
    for placed in draft.border.authorities if draft.border else ():
        authority = placed.value
        if "mail" not in authority.channels:
            continue
        if authority.email is None and "email" not in placed.broken:
            yield error(placed.at, "its lists go by mail, and there is no address.", 'Add email = "…".')
        if authority.certificate is None and not authority.plain_mail and "certificate" not in placed.broken:
            message = "its lists go by mail, and there is no certificate to encrypt them for."
            fix = "Add certificate = '''…''' (PEM), or plain_mail = true if passport numbers may go unencrypted."
            yield error(placed.at, message, fix)


_PEM: Final = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*",
)


def list_certificate(draft: DraftFolder) -> Iterator[Finding]:
    """A certificate is one of X.509 in PEM, copied whole."""
    for placed in draft.border.authorities if draft.border else ():
        certificate = placed.value.certificate
        if certificate is not None and not _is_certificate(certificate):
            fix = "Copy it whole, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, between '''."
            yield error(placed.at.key("certificate"), "this is no certificate in PEM.", fix)


def _is_certificate(text: str) -> bool:
    """Whether it is PEM around one DER sequence that is as long as it says (X.690, 8.1.3)."""
    match = _PEM.fullmatch(text)
    if match is None:
        return False
    try:
        der = base64.b64decode("".join(match[1].split()), validate=True)
    except binascii.Error:
        return False
    if len(der) < 4 or der[0] != 0x30:
        return False
    if der[1] < 0x80:
        return len(der) == 2 + der[1]
    octets = der[1] & 0x7F
    return len(der) == 2 + octets + int.from_bytes(der[2 : 2 + octets], "big")


def list_recipient(draft: DraftFolder) -> Iterator[Finding]:
    """An authority's identification in a PAXLST has at most 35 characters; its id stands for it if it fits."""
    for placed in draft.border.authorities if draft.border else ():
        authority = placed.value
        fits = authority.recipient or len(authority.id) <= 35 or "recipient" in placed.broken
        if "paxlst" in authority.formats and not fits:
            message = f'the id "{authority.id}" is too long for a message (35 characters).'
            yield error(placed.at, message, 'Add recipient = "…".')


def keeping_missing(draft: DraftFolder) -> Iterator[Finding]:
    """Whoever collects passengers' data for lists says how long it is kept."""
    if draft.border is not None and draft.tables["authority"] and not draft.border.keeping_written:
        message = "lists of passengers are made, and nothing says how long their data is kept."
        yield error(FILE, message, "Add [keeping] with documents_days, lists_days and names_days.")


def named_list_without_operator(draft: DraftFolder) -> Iterator[Finding]:
    """A named list is of a tour operator's passengers; without one it stays empty."""
    if "fares.toml" in draft.unread or draft.tables["operator"]:
        return
    for placed in draft.border.authorities if draft.border else ():
        if placed.value.kind == "named-list":
            message = "a named list is a tour operator's, and there is none."
            yield warning(placed.at.key("kind"), message, "Add [[operator]] tables to fares.toml.")


def _tables(border: DraftBorder | None) -> Iterator[tuple[str, Placed[Any]]]:
    """Every table about a crossing, with the word for its kind."""
    if border is not None:
        yield from (("authority", placed) for placed in border.authorities)
        yield from (("collection", placed) for placed in border.collections)
        yield from (("rule", placed) for placed in border.rules)
        yield from (("clearing", placed) for placed in border.clearings)
        yield from (("guidance", placed) for placed in border.guidances)


RULES: Final = (
    border_side,
    border_trains,
    border_once,
    border_twice,
    list_deadline,
    collection_deadline,
    list_language,
    list_mail,
    list_certificate,
    list_recipient,
    keeping_missing,
)
WARNINGS: Final = (named_list_without_operator,)
