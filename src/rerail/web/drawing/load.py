"""How full a train is from station to station: places sold, held, kept for others, and free."""

from __future__ import annotations

import math
from typing import Final, Literal

from markupsafe import Markup
from msgspec import Struct

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.place_plan import key
from rerail.web.drawing.svg import TALL_WIDTH, WIDE_WIDTH, Layout
from rerail.web.i18n import Words

_SIZE: Final = 12.5
_HIGH: Final = 180.0
_NARROWEST: Final = 22.0
_TURN: Final = -50.0

Part = Literal["sold", "held", "kept"]
_PARTS: Final[tuple[Part, ...]] = ("sold", "held", "kept")


class Stretch(Struct, frozen=True, kw_only=True):
    """Neighbouring segments with the same figures."""

    start: str
    end: str
    places: int
    sold: int
    held: int
    kept: int

    @property
    def free(self) -> int:
        """Places left to sell."""
        return self.places - self.sold - self.held - self.kept

    def of(self, part: Part) -> int:
        """One of the figures."""
        return {"sold": self.sold, "held": self.held, "kept": self.kept}[part]


def load(
    stretches: tuple[Stretch, ...], title: str, words: Words, layout: Layout = "wide", name: str = "load"
) -> Markup:
    """The load as an SVG element: lying, a column for each stretch; standing, a bar. Each with its figures."""
    drawn = _lying(stretches, words) if layout == "wide" else _standing(stretches, words)
    width, height, body = drawn
    return svg.drawing(f"{name}-{layout}", "load", width, height, title, _description(stretches, words), *body)


def _most(stretches: tuple[Stretch, ...]) -> int:
    return max((max(one.places, one.sold + one.held) for one in stretches), default=0) or 1


def _lying(stretches: tuple[Stretch, ...], words: Words) -> tuple[float, float, list[Markup]]:
    left, columns = 56.0, max(1, len(stretches))
    names = [one.start for one in stretches] + [stretches[-1].end if stretches else ""]
    widths = [lettering.width(one, _SIZE) for one in names]
    turned = max(widths) > (WIDE_WIDTH - left - 20) / columns - 10
    margin = 16 + (math.cos(math.radians(_TURN)) * widths[-1] if turned else 0.0)
    column = max((WIDE_WIDTH - left - margin) / columns, _NARROWEST)
    right = left + column * columns
    width = max(float(WIDE_WIDTH), right + margin)
    top = 22 + (-math.sin(math.radians(_TURN)) * max(widths) if turned else 8.0)
    floor = top + _HIGH
    most = _most(stretches)
    body: list[Markup] = []
    for step in _steps(most):
        y = floor - _HIGH * step / most
        body += [
            svg.line(left, y, right, y, "load-step"),
            svg.text(left - 8, y + 4, str(step), "small soft", "end"),
        ]
    for index, one in enumerate(stretches):
        x, y = left + index * column, floor
        room = column - (4 if column > 30 else 2)
        body.append(svg.rect(x + 1, floor - _HIGH * one.places / most, room, _HIGH * one.places / most, "berth-free"))
        for part in _PARTS:
            high = _HIGH * one.of(part) / most
            if high:
                y -= high
                body.append(svg.rect(x + 1, y, room, high, f"berth-{part}"))
                said = str(one.of(part))
                if high > 15 and lettering.width(said, _SIZE) < room - 4:
                    body.append(
                        svg.text(x + 1 + room / 2, y + high / 2 + 4, said, f"small berth-words-{part}", "middle")
                    )
    for index, station in enumerate(names):
        x = left + index * column
        body.append(svg.line(x, top - 6, x, floor, "berth-cut"))
        if turned:
            body.append(svg.text(x + 3, top - 10, station, "small", turn=_TURN))
        else:
            anchor: svg.Anchor = "start" if index == 0 else "end" if index == columns else "middle"
            body.append(svg.text(x, top - 12, station, "small", anchor))
    signs, bottom = key(_entries(stretches, words), width, floor + 28)
    return width, bottom + 14, [*body, *signs]


def _standing(stretches: tuple[Stretch, ...], words: Words) -> tuple[float, float, list[Markup]]:
    body: list[Markup] = []
    y, most, wide = 8.0, _most(stretches), TALL_WIDTH - 20.0
    for one in stretches:
        for said in lettering.wrap(f"{one.start} – {one.end}", 13, wide):
            y += 16
            body.append(svg.text(10, y, said, "tall-small"))
        y += 6
        x = 10.0
        body.append(svg.rect(x, y, wide * one.places / most, 22, "berth-free"))
        for part in _PARTS:
            long = wide * one.of(part) / most
            if long:
                body.append(svg.rect(x, y, long, 22, f"berth-{part}"))
                said = str(one.of(part))
                if lettering.width(said, _SIZE) < long - 6:
                    body.append(svg.text(x + long / 2, y + 15.5, said, f"small berth-words-{part}", "middle"))
                x += long
        left = 10 + wide * one.places / most - x
        if one.free > 0 and lettering.width(str(one.free), _SIZE) < left - 6:
            body.append(svg.text(x + left / 2, y + 15.5, str(one.free), "small soft", "middle"))
        y += 32
    signs, bottom = key(_entries(stretches, words), TALL_WIDTH, y + 16)
    return TALL_WIDTH, bottom + 14, [*body, *signs]


def _entries(stretches: tuple[Stretch, ...], words: Words) -> list[tuple[str, str]]:
    said = {
        "sold": words.gettext("sold"),
        "held": words.gettext("held, not paid yet"),
        "kept": words.gettext("kept in an allotment"),
    }
    used = [(f"berth-{part}", said[part]) for part in _PARTS if any(one.of(part) for one in stretches)]
    return [*used, ("berth-free", words.gettext("free"))]


def _steps(most: int) -> list[int]:
    """Round figures for the scale, three to six of them."""
    step = next(
        size * power for power in (1, 10, 100, 1000, 10_000) for size in (1, 2, 5) if most / (size * power) <= 5
    )
    return list(range(0, most + 1, step))


def _description(stretches: tuple[Stretch, ...], words: Words) -> str:
    """Every figure in a sentence, for those who do not see it."""
    return " ".join(
        words.gettext(
            "%(start)s – %(end)s: %(sold)d sold, %(held)d held, %(kept)d kept, %(free)d free of %(places)d.",
            start=one.start,
            end=one.end,
            sold=one.sold,
            held=one.held,
            kept=one.kept,
            free=one.free,
            places=one.places,
        )
        for one in stretches
    )
