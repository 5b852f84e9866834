"""Notices: who said what about the line, where and when, and who reported it."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import Struct

from rerail.line.model import Line, Notice, Source
from rerail.web.context import View
from rerail.web.errors import NotFound
from rerail.web.site.page import Page
from rerail.web.site.paging import page_of

MOST = 30


class Share(Struct, frozen=True):
    """A way to pass a notice on: a plain link, no script of anybody's."""

    name: str
    address: str


def newest_first(line: Line) -> list[Notice]:
    """The notices by the day they were published."""
    return sorted(line.notices, key=lambda notice: notice.published, reverse=True)


def notices(view: View) -> Page:
    """The page at `/{lang}/notices`, `?from=N` beginning with the N-th."""
    ordered = newest_first(view.line)
    paging = page_of(view, (1 for _ in ordered), MOST)
    shown = ordered[paging.begin : paging.end]
    return Page(view.render("site/notices.html", notices=shown, paging=paging), keep=paging.canonical)


def notice(view: View, notice: str) -> Page:
    """The page at `/{lang}/notices/{id}`."""
    _ = view.words.gettext
    by_id = {one.id: one for one in view.line.notices}
    found = by_id.get(notice)
    if found is None:
        raise NotFound(_("There is no such notice; the list has all of them."))
    related = [by_id[one] for one in found.related if one in by_id]
    said = [by_id[one.id] for one in view.line.notices if found.id in one.related and one not in related]
    return Page(
        view.render(
            "site/notice.html",
            notice=found,
            related=[*related, *said],
            sources=sources_of(view.line, found),
            routes=[view.line.routes[route] for route in found.routes if route in view.line.routes],
            permalink=f"{view.frame.site}{view.href(f'/notices/{found.id}')}",
            shares=shares(view, found),
        )
    )


def sources_of(line: Line, notice: Notice) -> list[Source]:
    """The documents a notice is taken from."""
    return [line.sources[key] for key in notice.provenance.sources if key in line.sources]


def shares(view: View, notice: Notice) -> list[Share]:
    """Addresses that open another service with the notice's title and permalink filled in."""
    _ = view.words.gettext
    title = view.text(notice.title)
    link = f"{view.frame.site}{view.href(f'/notices/{notice.id}')}"
    text, url = quote(title, safe=""), quote(link, safe="")
    return [
        Share(_("E-mail"), f"mailto:?subject={text}&body={url}"),
        Share("Telegram", f"https://t.me/share/url?url={url}&text={text}"),
        Share("VK", f"https://vk.com/share.php?url={url}&title={text}"),
        Share("WhatsApp", f"https://wa.me/?text={text}%20{url}"),
    ]
