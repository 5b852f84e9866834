"""What others read, live: /feeds/gtfs.zip, /feeds/notices.atom and /feeds/departures.ics.

A feed is made when it is first asked for after the journal, the edition or the date has changed, and kept as
bytes until one of them changes again. Whoever kept an older one asks with its ETag and is told 304.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from rerail.desk.current import Snapshot
from rerail.line.model import TrainId
from rerail.publish.atom import notices_atom
from rerail.publish.gtfs.feed import gtfs_zip
from rerail.publish.ical import departure_ics, departures_ics
from rerail.publish.publication import Publication
from rerail.web.cache import Answer, Span
from rerail.web.context import Frame
from rerail.web.errors import NotFound
from rerail.web.security import Header

ZIP: Final = "application/zip"
ATOM: Final = "application/atom+xml; charset=utf-8"
CALENDAR: Final = "text/calendar; charset=utf-8"

_OPEN: Final[tuple[Header, ...]] = (
    (b"cache-control", b"no-cache"),  # keep it, but ask before using it: a suspension must be seen at once
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_SINGLE: Final = "/feeds/departures/"
_LONGEST_QUERY: Final = 1024


class FeedRequestError(ValueError):
    """A feed was asked for something it cannot give; the sentence says what to change in the address."""


class Asked(Struct, frozen=True):
    """What a feed is asked for beside its name."""

    language: str
    train: TrainId | None = None
    since: date | None = None
    until: date | None = None

    def query(self, default_language: str) -> str:
        """The one spelling of this question, so that it is kept once however it was written."""
        fields = {
            "lang": self.language if self.language != default_language else "",
            "train": self.train or "",
            "from": str(self.since or ""),
            "until": str(self.until or ""),
        }
        return urlencode({name: value for name, value in fields.items() if value})


Maker = Callable[[Publication, Asked], bytes | None]
"""A publication and a question to a feed, or None if there is no such thing."""


def routes(frame: Frame) -> list[HTTPRouteHandler]:
    """The handlers of all feeds."""
    kitchen = _Kitchen(frame)

    @get("/feeds/gtfs.zip", sync_to_thread=True)
    def gtfs(request: Request[Any, Any, Any]) -> Response[bytes]:
        """GTFS Schedule, zipped."""
        return kitchen.serve(request, ZIP, lambda publication, _: gtfs_zip(publication), fields=())

    @get("/feeds/notices.atom", sync_to_thread=True)
    def notices(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Atom: `?lang=` one of the line's languages, by default its first."""
        return kitchen.serve(
            request, ATOM, lambda publication, asked: notices_atom(publication, asked.language), fields=("lang",)
        )

    @get("/feeds/departures.ics", sync_to_thread=True)
    def departures(request: Request[Any, Any, Any]) -> Response[bytes]:
        """iCalendar: `?lang=`, `?train=`, and service dates `?from=` (included) and `?until=` (not included)."""
        return kitchen.serve(request, CALENDAR, _departures, fields=("lang", "train", "from", "until"))

    @get("/feeds/departures/{train:str}/{name:str}", sync_to_thread=True)
    def departure(request: Request[Any, Any, Any]) -> Response[bytes]:
        """iCalendar: one departure, `/feeds/departures/TRAIN/2026-12-16.ics`."""
        train, name = str(request.path_params["train"]), str(request.path_params["name"])
        day = _date_in(name)
        if day is None:
            raise NotFound()
        file = f'attachment; filename="{train}-{day}.ics"'.encode("ascii", "replace")
        return kitchen.serve(
            request,
            CALENDAR,
            lambda publication, asked: departure_ics(publication, asked.language, train, day),
            fields=("lang",),
            headers=((b"content-disposition", file),),
        )

    return [gtfs, notices, departures, departure]


def _departures(publication: Publication, asked: Asked) -> bytes:
    return departures_ics(publication, asked.language, train=asked.train, since=asked.since, until=asked.until)


def _date_in(name: str) -> date | None:
    """The date that "2026-12-16.ics" names, in this one spelling."""
    try:
        day = date.fromisoformat(name.removesuffix(".ics"))
    except ValueError:
        return None
    return day if name == f"{day}.ics" else None


class _Kitchen:
    """Makes feeds, one at a time, and keeps them."""

    def __init__(self, frame: Frame) -> None:
        self._current: Final = frame.current
        self._cache: Final = frame.cache
        self._site: Final = frame.site
        # However many ask at once, a feed is made once: the others wait and find it kept. Whoever walks through
        # all questions waits in a queue of his own.
        self._making: Final = {False: threading.Lock(), True: threading.Lock()}

    def serve(
        self,
        request: Request[Any, Any, Any],
        media_type: str,
        make: Maker,
        *,
        fields: tuple[str, ...],
        headers: tuple[Header, ...] = (),
    ) -> Response[bytes]:
        """A feed, kept or made. A question that makes no sense is answered with a sentence, status 400."""
        snapshot, now = self._current.snapshot(), self._current.now()
        try:
            asked = _asked(request, snapshot, fields)
        except FeedRequestError as error:
            return _refusal(request, str(error))
        key = (str(request.scope["path"]), asked.query(snapshot.line.languages[0]).encode())
        versions, today = snapshot.versions, _day_of(now)
        found = self._cache.find(key, versions, now.timestamp())
        if found is not None:
            return found[0].response(request)

        def made() -> Answer:
            body = make(self._publication(snapshot, now), asked)
            if body is None:
                raise NotFound()
            return Answer(body, media_type, headers=(*_OPEN, *headers))

        with self._making[bool(key[1]) or key[0].startswith(_SINGLE)]:
            return self._cache.answer(request, key=key, versions=versions, span=today, make=made)

    def _publication(self, snapshot: Snapshot, now: datetime) -> Publication:
        today = now.date()
        return Publication(
            life=snapshot.life(today), today=today, versions=snapshot.versions, demo=snapshot.demo, site=self._site
        )


def _day_of(now: datetime) -> Span:
    """The day, in UTC, for which a feed made now is true: its window of dates moves at midnight."""
    start = datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)
    return Span(start.timestamp(), (start + timedelta(days=1)).timestamp())


def _asked(request: Request[Any, Any, Any], snapshot: Snapshot, fields: tuple[str, ...]) -> Asked:
    raw = request.scope["query_string"]
    if len(raw) > _LONGEST_QUERY:
        raise FeedRequestError(f"The query is longer than {_LONGEST_QUERY} characters; ask for less.")
    given = {name: value.strip() for name, value in parse_qsl(raw.decode("ascii", "replace")) if name in fields}
    languages = snapshot.line.languages
    language = given.get("lang") or languages[0]
    if language not in languages:
        raise FeedRequestError(f"lang={language[:20]!r}: this line speaks {', '.join(languages)}.")
    train = given.get("train") or None
    if train is not None and train not in snapshot.timetable.train_ids:
        raise FeedRequestError(f"train={train[:80]!r}: no such train; trains are listed in the GTFS feed and the site.")
    since, until = _date("from", given), _date("until", given)
    if since is not None and until is not None and until <= since:
        raise FeedRequestError(
            f"until={until} is not after from={since}; until is the first service date no longer included."
        )
    return Asked(language, train, since, until)


def _date(field: str, given: dict[str, str]) -> date | None:
    text = given.get(field)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FeedRequestError(f"{field}={text[:40]!r} is no date; write it as 2026-12-16.") from None


def _refusal(request: Request[Any, Any, Any], sentence: str) -> Response[bytes]:
    headers: tuple[Header, ...] = ((b"cache-control", b"no-store"),)
    answer = Answer(f"{sentence}\n".encode(), "text/plain; charset=utf-8", headers=headers, status=400, etag=False)
    return answer.response(request)
