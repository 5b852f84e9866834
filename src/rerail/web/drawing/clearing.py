"""Clearing a train at the border against the time that there is for it: a bar for the halt, a band for the clearing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from rerail.border.clearing import MOST, Judged
from rerail.line.model import Line
from rerail.web.drawing import lettering, svg
from rerail.web.drawing.line_facts import ILLUSTRATIVE, marked
from rerail.web.drawing.svg import TALL_WIDTH, Layout
from rerail.web.i18n import Words
from rerail.web.site.clock_words import duration

WIDTH: Final = 820.0
"""The text's column of a page."""

_SMALL: Final = 12.5
_BAR: Final = 22.0
_BAND: Final = 16.0
_GAP: Final = 8.0
_STEPS: Final = (5, 10, 15, 30, 60, 120, 240, 480, 960)
"""Minutes between the marks of the axis."""


class _Scale:
    """Minutes to places from left to right."""

    def __init__(self, judged: Sequence[Judged], words: Words, width: float) -> None:
        longest = max(max(one.time.p90, one.halt_minutes or 0.0) for one in judged)
        self.most = max(longest * 1.04, 5.0)
        self.width = width
        self.step = next((one for one in _STEPS if self._has_room(words, one)), round(self.most))

    def _has_room(self, words: Words, step: int) -> bool:
        """Whether the marks of the axis, this many minutes apart, can be labelled side by side."""
        labels = (duration(words, timedelta(minutes=one)) for one in range(0, int(self.most) + 1, step))
        widest = max(lettering.width(one, _SMALL) for one in labels)
        return self.width * step / self.most >= max(widest + _GAP, 62)

    def at(self, minutes: float) -> float:
        """Where so many minutes are."""
        return round(self.width * minutes / self.most, 1)


def clearing_chart(
    line: Line, judged: Sequence[Judged], words: Words, layout: Layout = "wide", name: str = "clearing"
) -> Markup:
    """The controls of one departure as an SVG element, in the order of travel; at least one.

    The halt is a solid bar, the clearing a band in which eight departures out of ten end, with a tick at the median;
    what reaches past the halt is hatched in the colour of a warning, and the words say so.
    """
    width = WIDTH if layout == "wide" else float(TALL_WIDTH)
    scale = _Scale(judged, words, width)
    body: list[Markup] = []
    y = 0.0
    for one in judged:
        drawn, y = _control(line, one, words, scale, layout, y)
        body += drawn
    drawn, y = _axis(words, scale, y)
    signs, y = _key(_entries(judged, words), scale, layout, y + 12)
    body = [*drawn, *body, *signs]
    if any(one.illustrative for one in judged):
        y += 24
        said = f"{ILLUSTRATIVE} {words.gettext('illustrative, not a published figure')}"
        body.append(svg.text(0, y, said, "small soft" if layout == "wide" else "tall-small soft"))
    title = words.gettext("Clearing the train at the border, against the time there is for it")
    described = " ".join(sentence(line, one, words) for one in judged)
    return svg.drawing(f"{name}-{layout}", "clearing", width, y + 10, title, described, *body)


def sentence(line: Line, judged: Judged, words: Words) -> str:
    """What the drawing says of one control, in plain words, to stand beside it."""
    time = judged.time
    said = [
        words.ngettext(
            "%(where)s: clearing %(num)d passenger takes about %(about)s; eight times out of ten it is done after "
            "%(low)s to %(high)s.",
            "%(where)s: clearing %(num)d passengers takes about %(about)s; eight times out of ten it is done after "
            "%(low)s to %(high)s.",
            time.passengers,
            where=_where(line, judged, words),
            about=_minutes(time.p50, words, judged),
            low=_minutes(time.p10, words),
            high=_minutes(time.p90, words),
        )
    ]
    return " ".join([*said, *_verdict(judged, words)])


def _verdict(judged: Judged, words: Words) -> list[str]:
    _ = words.gettext
    before = judged.checkpoint.mode == "before-boarding"
    if judged.halt_minutes is None or judged.holds is None or judged.capacity is None:
        if before:
            return [_("How long before departure passengers have to be there is not known.")]
        return [_("How long there is for it is not known.")]
    told = {
        "halt": _minutes(judged.halt_minutes, words, judged),
        "share": _share(judged.holds, words),
    }
    if judged.too_short:
        said = (
            _("The time before departure, %(halt)s, will not do: it is enough with a probability of %(share)s.", **told)
            if before
            else _("The halt of %(halt)s will not hold: it is long enough with a probability of %(share)s.", **told)
        )
    else:
        said = (
            _("The time before departure, %(halt)s, is enough with a probability of %(share)s.", **told)
            if before
            else _("The halt of %(halt)s is long enough with a probability of %(share)s.", **told)
        )
    return [said, _most(judged.capacity, words, judged)]


def _most(capacity: int, words: Words, judged: Judged) -> str:
    if capacity >= MOST:
        return words.gettext("It holds as many passengers as any train carries.")
    return words.ngettext(
        "It holds up to %(most)s passenger.",
        "It holds up to %(most)s passengers.",
        capacity,
        most=marked(str(capacity), judged.illustrative),
    )


def _share(holds: float, words: Words) -> str:
    if holds > 0.99:
        return words.gettext("more than 99 %%")
    if holds < 0.01:
        return words.gettext("less than 1 %%")
    return words.gettext("%(percent)d %%", percent=round(holds * 100))


def _where(line: Line, judged: Judged, words: Words) -> str:
    """ "Khasan, the Russian side"."""
    station = line.stations[judged.checkpoint.station]
    return words.gettext(
        "%(station)s, %(side)s",
        station=line.text(station.names, words.language),
        side=line.text(line.railways[judged.checkpoint.railway].side, words.language),
    )


def _minutes(minutes: float, words: Words, judged: Judged | None = None) -> str:
    said = duration(words, timedelta(minutes=round(minutes)))
    return marked(said, judged is not None and judged.illustrative)


def _control(
    line: Line, one: Judged, words: Words, scale: _Scale, layout: Layout, y: float
) -> tuple[list[Markup], float]:
    """One control: where and whose, the halt, the clearing under it; and how far down it reaches."""
    _ = words.gettext
    small = "small" if layout == "wide" else "tall-small"
    mode = {"on-board": _("on board"), "on-foot": _("on foot"), "before-boarding": _("before boarding")}
    title = f"{_where(line, one, words)}, {mode[one.checkpoint.mode]}"
    lines = [(said, 14, 19, "name") for said in lettering.wrap(title, 14, scale.width / 1.06)]
    warn = " clear-warn" if one.too_short else ""
    lines += [
        (said, 13, 18, f"{small} strong{warn}") for said in lettering.wrap(_short(one, words), 13, scale.width / 1.06)
    ]
    body: list[Markup] = []
    for said, size, height, class_ in lines:
        y += height
        body.append(svg.rect(0, y - height + 4, lettering.width(said, size, bold=True) + 4, height, "paper"))
        body.append(svg.text(0, y, said, class_))
    y += 9
    body += _halt(one, words, scale, y)
    top = y + _BAR + 5
    body += _band(one, scale, top)
    if one.halt_minutes is not None:
        end = scale.at(one.halt_minutes)
        body.append(svg.line(end, y, end, top + _BAND + 3, "clear-end"))
    told = f"{_minutes(one.time.p10, words)} – {_minutes(one.time.p90, words)}"
    half = lettering.width(told, _SMALL) / 2 + 3
    middle = min(max(scale.at(one.time.p50), half), scale.width - half)
    y = top + _BAND + 4
    body += [
        svg.rect(middle - half, y, 2 * half, 17, "paper"),
        svg.text(middle, y + 12.5, told, "small", "middle"),
    ]
    return body, y + 30


def _short(one: Judged, words: Words) -> str:
    """The verdict as the drawing's own words have it: never the colour alone."""
    _ = words.gettext
    if one.capacity is None:
        return _("no verdict: the time there is not known")
    if one.capacity >= MOST:
        return _most(one.capacity, words, one)
    cleared = words.ngettext("%(num)d passenger to clear", "%(num)d passengers to clear", one.time.passengers)
    held = words.ngettext("room for %(num)d", "room for %(num)d", one.capacity)
    told = f"{cleared}, {marked(held, one.illustrative)}"
    return f"{_('Too short')}: {told}" if one.too_short else told


def _halt(one: Judged, words: Words, scale: _Scale, y: float) -> list[Markup]:
    before = one.checkpoint.mode == "before-boarding"
    if one.halt_minutes is None:
        return [
            svg.rect(0.5, y + 0.5, scale.width - 1, _BAR - 1, "clear-unknown", 3),
            svg.text(8, y + 15.5, words.gettext("not known"), "small soft"),
        ]
    wide = scale.at(one.halt_minutes)
    made_up = one.illustrative
    label = marked(duration(words, timedelta(minutes=one.halt_minutes)), made_up)
    if before:
        whole = words.gettext("before departure %(time)s", time=label)
    else:
        whole = words.gettext("halt %(time)s", time=label)
    said = next((text for text in (whole, label) if lettering.width(text, _SMALL, bold=True) <= wide - 12), "")
    body = [svg.rect(0, y, wide, _BAR, "clear-halt", 3)]
    if said:
        return [*body, svg.text(8, y + 15.5, said, "small clear-halt-words")]
    return [*body, svg.text(wide + 7, y + 15.5, whole, "small")]


def _band(one: Judged, scale: _Scale, y: float) -> list[Markup]:
    """From the tenth to the ninetieth percentile, with the median; past the halt in the colour of a warning."""
    low, high = scale.at(one.time.p10), max(scale.at(one.time.p90), scale.at(one.time.p10) + 3)
    halt = scale.at(one.halt_minutes) if one.halt_minutes is not None else high
    body = []
    if low < halt:
        body.append(svg.rect(low, y, min(high, halt) - low, _BAND, "clear-band"))
    if high > halt:
        start = max(low, halt)
        body.append(svg.rect(start, y, high - start, _BAND, "clear-over"))
        body.append(svg.path(_hatching(start, high, y), "clear-hatch"))
    middle = min(max(scale.at(one.time.p50), low + 1.5), high - 1.5)
    return [*body, svg.line(middle, y - 2, middle, y + _BAND + 2, "clear-median")]


def _hatching(left: float, right: float, y: float) -> str:
    lines, x = "", left + 4
    while x < right:
        lines += f"M{svg.number(x)} {svg.number(y)}v{svg.number(_BAND)}"
        x += 5
    return lines


def _axis(words: Words, scale: _Scale, y: float) -> tuple[list[Markup], float]:
    body = [svg.line(0, y, scale.width, y, "axis")]
    for minutes in range(0, int(scale.most) + 1, scale.step):
        x = scale.at(minutes)
        body.append(svg.line(x, 0 if minutes else y, x, y + 5, "clear-step" if minutes else "axis"))
        said = duration(words, timedelta(minutes=minutes))
        anchor: svg.Anchor = "middle" if minutes else "start"
        if x + lettering.width(said, _SMALL) / 2 <= scale.width:
            body.append(svg.text(x, y + 20, said, "small soft", anchor))
    return body, y + 20


def _key(entries: Sequence[tuple[str, str]], scale: _Scale, layout: Layout, y: float) -> tuple[list[Markup], float]:
    """What the grounds mean, one under the other; and how far down it reaches."""
    body: list[Markup] = []
    small = "small soft" if layout == "wide" else "tall-small soft"
    for class_, said in entries:
        body.append(svg.rect(1, y + 7, 24, 14, class_))
        for words in lettering.wrap(said, 13, scale.width - 34):
            y += 18
            body.append(svg.text(34, y, words, small))
        y += 4
    return body, y


def _entries(judged: Sequence[Judged], words: Words) -> list[tuple[str, str]]:
    _ = words.gettext
    entries = []
    if any(one.halt_minutes is not None for one in judged):
        entries.append(("clear-halt", _("the time there is")))
    entries.append(("clear-band", _("clearing, eight departures out of ten; the tick is the middle one")))
    if any(one.halt_minutes is not None and one.time.p90 > one.halt_minutes for one in judged):
        entries.append(("clear-over", _("past the time there is")))
    return entries
