"""Markup of a drawing, built piece by piece: every text escaped, every number short.

Nothing here carries a style: colours, fonts and line widths are classes in `static/drawing/`, because the site's
Content-Security-Policy forbids inline styles, and because a drawing has a light and a dark face.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal

from markupsafe import Markup, escape

Layout = Literal["wide", "tall"]
"""Lying, for a desktop's page; or standing, as wide as a phone."""

WIDE_WIDTH: Final = 1120
"""Width of most lying drawings: a page of 1280 px less its margins."""

Anchor = Literal["start", "middle", "end"]

TALL_WIDTH: Final = 360
"""Width of every standing drawing: a phone of 390 px less its margins, so that one unit is about one pixel."""

_ATTRIBUTE: Final = {
    "class_": "class",
    "aria_labelledby": "aria-labelledby",
    "aria_hidden": "aria-hidden",
    "aria_label": "aria-label",
}


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel."""
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """An element. Texts among the children are escaped, markup is not; an attribute that is None is left out."""
    written = Markup("").join(
        Markup(' {}="{}"').format(
            _ATTRIBUTE.get(key, key.replace("_", "-")), number(value) if isinstance(value, int | float) else value
        )
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(children)
    if not inside:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, inside)


def group(children: Iterable[str], class_: str | None = None, **attributes: str | float | None) -> Markup:
    """A group of elements."""
    return tag("g", *children, class_=class_, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def path(shape: str, class_: str) -> Markup:
    """A path; `shape` is its `d`, and nothing at all is drawn of nothing."""
    if not shape:
        return Markup()
    return tag("path", d=shape, class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, rx: float | None = None) -> Markup:
    """A rectangle; `rx` rounds its corners."""
    return tag("rect", x=x, y=y, width=width, height=height, rx=rx, class_=class_)


def bars(boxes: Iterable[tuple[float, float, float, float]], class_: str) -> Markup:
    """Many rectangles (x, y, width, height) of one class as one path: a third of the markup."""
    shape = "".join(
        f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z" for x, y, width, height in boxes
    )
    return path(shape, class_)


def circle(x: float, y: float, radius: float, class_: str) -> Markup:
    """A circle."""
    return tag("circle", cx=x, cy=y, r=radius, class_=class_)


def text(
    x: float,
    y: float,
    words: str,
    class_: str,
    anchor: Anchor = "start",
    *,
    turn: float | None = None,
    lang: str | None = None,
) -> Markup:
    """One line of text on its baseline, turned by degrees about its anchor."""
    return tag(
        "text",
        words,
        x=x,
        y=y,
        class_=class_,
        text_anchor=None if anchor == "start" else anchor,
        transform=f"rotate({number(turn)} {number(x)} {number(y)})" if turn else None,
        lang=lang,
    )


def drawing(name: str, kind: str, width: float, height: float, title: str, description: str, *body: str) -> Markup:
    """A whole drawing: sized by its viewBox, announced by its title and description, its parts silent.

    `name` makes its ids unique on a page; `kind` is its class.
    """
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        group(body, aria_hidden="true"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_=f"drawn {kind}{' drawn-long' if width > WIDE_WIDTH + 1 else ''}",
    )


def both(draw: Callable[[Layout], Markup], label: str) -> Markup:
    """A drawing in both layouts, of which the style sheet shows the one that fits the page.

    One that is longer than any page scrolls in a region of its own, which `label` names.
    """
    lying = draw("wide")
    region = {"role": "region", "tabindex": "0", "aria_label": label} if "drawn-long" in lying else {}
    return tag(
        "div",
        tag("div", lying, class_="drawing-wide", **region),
        tag("div", draw("tall"), class_="drawing-tall"),
        class_="drawing",
    )


def plain(words: str) -> str:
    """Text as it stands in markup; for tests and descriptions that quote it."""
    return str(escape(words))
