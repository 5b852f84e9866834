"""What every page is handed: the line as it is now, the reader's language, and the templates.

Nothing here is global. `Frame` belongs to one app; `View` belongs to one request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rerail.desk.border import Border
from rerail.desk.current import Current, Snapshot
from rerail.desk.selling import Selling
from rerail.life.consent import Life
from rerail.line.model import Line, Text
from rerail.line.timing import zone
from rerail.web import i18n
from rerail.web.cache import Answer, PageCache
from rerail.web.i18n import Words
from rerail.web.inspector_files import InspectorFiles
from rerail.web.packing import Packer
from rerail.web.pieces import Pieces
from rerail.web.script_files import ScriptFiles
from rerail.web.translated import Translated

WEB: Final = Path(__file__).parent

HTML: Final = "text/html; charset=utf-8"

_A_YEAR: Final = (b"cache-control", b"public, max-age=31536000, immutable")
REVALIDATE: Final = (b"cache-control", b"no-cache")
"""Keep it, but ask before showing it: a suspension must be seen at once."""


class Assets:
    """The style sheets and pictures, each at an address that names its content, so it may be kept for ever.

    A folder `static/<name>/` of style sheets is joined, in the order of the file names, to `<name>.css`.
    """

    def __init__(self, folder: Path = WEB / "static") -> None:
        self.answers: Final[dict[str, Answer]] = {}
        self._addresses: Final[dict[str, str]] = {}
        for entry in sorted(folder.iterdir()):
            if entry.is_dir():
                joined = b"\n".join(part.read_bytes() for part in sorted(entry.glob("*.css")))
                self._add(f"{entry.name}.css", joined, "text/css; charset=utf-8")
            elif entry.suffix == ".svg":
                self._add(entry.name, entry.read_bytes(), "image/svg+xml")

    def _add(self, name: str, content: bytes, media_type: str) -> None:
        stem, _, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
        self._addresses[name] = f"/static/{hashed}"
        self.answers[hashed] = Answer(content, media_type, headers=(_A_YEAR,))

    def address(self, name: str) -> str:
        """Where `site.css` is. Raises `KeyError` if there is no such file."""
        return self._addresses[name]


class Frame:
    """What an app is made of: the current state, the cache, the style sheets, the templates per language."""

    def __init__(
        self, current: Current, cache: PageCache, site: str, pieces: Pieces, selling: Selling, border: Border
    ) -> None:
        self.current: Final = current
        self.selling: Final = selling
        self.border: Final = border
        self.site: Final = site
        """The public address, without a slash at the end: for links that leave the site."""
        self.cache: Final = cache
        self.assets: Final = Assets()
        self.inspector_files: Final = InspectorFiles()
        self.border_files: Final = ScriptFiles("officer", WEB / "static" / "officer")
        self.pieces: Final = pieces
        self.packer: Final = Packer()
        self.words: Final = {language: Words(language) for language in i18n.SPOKEN}
        self._environments: Final = {language: self._environment(words) for language, words in self.words.items()}

    def _environment(self, words: Words) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(WEB / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        environment.rerail_words = words  # type: ignore[attr-defined]
        environment.add_extension(Translated)
        environment.install_gettext_translations(words.catalogue, newstyle=True)  # type: ignore[attr-defined]
        environment.policies["ext.i18n.trimmed"] = True
        environment.globals["asset"] = self.assets.address
        environment.globals["language"] = words.language
        environment.filters["day"] = partial(i18n.date_words, language=words.language)
        environment.filters["decimal"] = partial(format_decimal, locale=words.language)
        return environment

    def languages(self, line: Line) -> tuple[str, ...]:
        """The languages this line's pages are in: those of the folder that the web speaks, else English."""
        return tuple(one for one in line.languages if one in i18n.SPOKEN) or ("en",)

    def render(self, template: str, language: str, values: Mapping[str, Any]) -> str:
        """A template of `templates/`, rendered in a language. It sees `asset`, `language`, `_` and `values`."""
        return self._environments[language].get_template(template).render(values)

    def view(self, path: str, language: str, query: Mapping[str, str] | None = None) -> View:
        """The view for one request. `path` is without the language: "/timetable". Raises `StoreError`."""
        return View(self, self.current.snapshot(), self.current.now(), path, language, query or {})


class View:
    """One request's look at the line: what is true now, in the reader's language."""

    def __init__(
        self,
        frame: Frame,
        snapshot: Snapshot,
        now: datetime,
        path: str,
        language: str,
        query: Mapping[str, str],
    ) -> None:
        self.frame: Final = frame
        self.snapshot: Final = snapshot
        self.now: Final = now
        """The instant, UTC."""
        self.path: Final = path
        """Without the language: "/timetable"."""
        self.language: Final = language
        self.query: Final = query
        self.words: Final = frame.words[language]

    @property
    def line(self) -> Line:
        """The line as its newest edition has it."""
        return self.snapshot.line

    @cached_property
    def life(self) -> Life:
        """The life of the service as known now."""
        return self.snapshot.life(self.now.date())

    @cached_property
    def today(self) -> date:
        """The date on the clock of the line's first station: what a reader there calls today."""
        first = next(iter(self.line.stations.values()))
        return self.now.astimezone(zone(first.clock)).date()

    @property
    def moment(self) -> str:
        """Now, in words: "23 November 2026, 12:00 UTC"."""
        return i18n.instant_words(self.now, self.language)

    @property
    def chapter(self) -> str:
        """The page of the navigation that this one belongs to: a departure belongs to the timetable."""
        first = "/" + self.path.split("/", 2)[1]
        return {"/departures": "/timetable", "/map": "/stations"}.get(first, first)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages this line's pages are in."""
        return self.frame.languages(self.line)

    def text(self, texts: Text) -> str:
        """A text of the folder in the reader's language."""
        return self.line.text(texts, self.language)

    def href(self, path: str, **query: object) -> str:
        """The address of a page in the reader's language: `view.href("/search", date=…)`."""
        return address(self.language, path, {name: str(value) for name, value in query.items() if value is not None})

    def feed(self, name: str) -> str:
        """The address of a feed in the reader's language: `view.feed("notices.atom")`."""
        return f"/feeds/{name}" if self.language == self.line.languages[0] else f"/feeds/{name}?lang={self.language}"

    @cached_property
    def here(self) -> list[tuple[str, str, str]]:
        """`alternates()`, worked out once."""
        return self.alternates()

    def alternates(self) -> list[tuple[str, str, str]]:
        """This page in every language: (language, its own name, address)."""
        return [(one, i18n.OWN_NAMES[one], address(one, self.path, self.query)) for one in self.languages]

    def piece(self, template: str, *key: Hashable, make: Callable[[], Mapping[str, Any]]) -> Markup:
        """A part of a page, kept: it must depend on nothing but its template, the edition, the language and `key`.

        `make` gives the template's values, and is asked only when the piece is not at hand.
        """
        whole = (template, self.line.content, self.language, *key)
        return self.frame.pieces.of(whole, lambda: self.render(template, **make()))

    def render(self, template: str, **values: Any) -> str:
        """A template, which sees this view as `view`, the line as `line`, and these values."""
        return self.frame.render(template, self.language, {"view": self, "line": self.line, **values})


def address(language: str, path: str, query: Mapping[str, str]) -> str:
    """The path and query of a page in a language, quoted."""
    quoted = f"/{language}{quote(path)}"
    return f"{quoted}?{urlencode(query)}" if query else quoted
