"""What every feed is made from: the life as known now, over the dates that a reader can still use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from rerail.life.consent import Life
from rerail.line.model import Line, Text
from rerail.publish import wording

PAST_DAYS: Final = 7
"""How far back departures are published: what is still under way, and what a reader looks up the week after."""


class Publication(Struct, frozen=True, kw_only=True):
    """One state of the line, ready to be told to others.

    The same publication gives the same bytes: nothing in a feed depends on the moment it was asked for, only
    on the date, the journal and the edition.
    """

    life: Life
    today: date
    """The date in UTC."""
    versions: tuple[int, int]
    """The journal's last number and the number of the newest edition."""
    demo: bool
    """Whether an illustrative season is in the journal: then every feed says so."""
    site: str
    """The site's public address, without a slash at the end."""

    @property
    def line(self) -> Line:
        """The line as its newest edition has it."""
        return self.life.line

    @property
    def since(self) -> date:
        """The first service date published."""
        return max(self.today - timedelta(days=PAST_DAYS), self.life.window[0])

    @property
    def until(self) -> date:
        """The first service date no longer published: the horizon to which departures are derived."""
        return self.life.window[1]

    @property
    def version(self) -> str:
        """A name for this state: two publications with the same name have the same content."""
        journal, edition = self.versions
        name = f"edition {edition}, journal {journal}, {self.today}"
        return f"{name}, demonstration" if self.demo else name

    def name(self, language: str) -> str:
        """Who publishes: the line, in a language; in a demonstration it says so."""
        return self._marked(self.line.text(self.line.names, language), language)

    def titled(self, title: Text, language: str) -> str:
        """The title of a feed of this line; in a demonstration it says so."""
        name = self.line.text(self.line.names, language)
        return self._marked(wording.phrase(self.line, title, language, line=name), language)

    def _marked(self, name: str, language: str) -> str:
        return wording.phrase(self.line, wording.DEMONSTRATION_NAME, language, name=name) if self.demo else name

    def page(self, path: str, language: str) -> str:
        """The whole address of a page of the site in a language, or in one that the site speaks."""
        return f"{self.site}/{wording.spoken(self.line, language)}/{path}"
