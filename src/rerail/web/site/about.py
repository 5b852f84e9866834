"""About: what this record is, where its figures come from, and what an illustrative one means."""

from __future__ import annotations

from rerail.web.context import View
from rerail.web.site.page import Page

MOST_SOURCES = 150


def about(view: View) -> Page:
    """The page at `/{lang}/about`."""
    sources = list(view.line.sources.values())
    return Page(
        view.render(
            "site/about.html",
            sources=sources[:MOST_SOURCES],
            more_sources=len(sources) - MOST_SOURCES if len(sources) > MOST_SOURCES else 0,
        )
    )
