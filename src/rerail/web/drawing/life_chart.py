"""The life of the service, drawn: who let it run when, what ran, what was announced, and what is not on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup

from rerail.life.consent import Life
from rerail.line.model import RouteId
from rerail.web.drawing import life_tall, life_wide, svg
from rerail.web.drawing.life_facts import Band, LifeFacts, Span, life_facts
from rerail.web.drawing.life_signs import hatch
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words, date_words


def life_chart(
    life: Life,
    words: Words,
    now: datetime,
    layout: Layout = "wide",
    name: str = "life-chart",
    routes: Sequence[RouteId] | None = None,
) -> Markup:
    """The life of some routes (default: those over a border) as an SVG element, lying or standing.

    `now` is an instant (UTC). A life as known on a day is drawn with that day marked. `name` begins the
    drawing's ids, which must be unique on a page.
    """
    facts = life_facts(life, words, now, routes)
    own = f"{name}-{layout}"
    draw = life_wide.draw if layout == "wide" else life_tall.draw
    width, height, body = draw(facts, own)
    return svg.drawing(
        own,
        "life-chart",
        width,
        height,
        words.gettext("The life of the service"),
        description(facts),
        hatch(own),
        *body,
    )


def description(facts: LifeFacts) -> str:
    """The drawing in sentences, for those who do not see it."""
    return " ".join(sentence for band in facts.bands for sentence in _band_words(facts, band))


def _band_words(facts: LifeFacts, band: Band) -> list[str]:
    _ = facts.words.gettext
    said = [f"{band.name}."]
    for lane in band.lanes:
        spans = "; ".join(span_words(facts.words, span) for span in lane.spans) or _("nothing on record")
        said.append(f"{lane.name}: {spans}.")
    ran = band.runs.within(facts.start, facts.today)
    to_come = band.runs.within(facts.today, facts.until)
    if not ran and not to_come:
        said.append(_("No train runs."))
    if ran:
        said.append(
            facts.words.ngettext(
                "%(num)d departure up to today, the last on %(date)s.",
                "%(num)d departures up to today, the last on %(date)s.",
                len(ran),
                date=date_words(ran.last or facts.today, facts.words.language),
            )
        )
    if to_come:
        said.append(
            facts.words.ngettext(
                "%(num)d departure to come, the next on %(date)s.",
                "%(num)d departures to come, the next on %(date)s.",
                len(to_come),
                date=date_words(to_come.first or facts.today, facts.words.language),
            )
        )
    return said


def span_words(words: Words, span: Span) -> str:
    """ "consents, 8 May 2025 – 31 December 2025"."""
    _ = words.gettext
    state = {
        "granted": _("consents"),
        "part": _("consents for some trains"),
        "withdrawn": _("consent withdrawn"),
    }[span.state]
    if span.illustrative:
        state = f"{state} ({_('illustrative')})"
    return f"{state}, {dates_words(words, span.start, span.until)}"


def dates_words(words: Words, start: date, until: date | None) -> str:
    """ "8 May 2025 – 31 December 2025"; `until` is the first day that is no longer in it."""
    _ = words.gettext
    first = date_words(start, words.language)
    if until is None:
        return _("from %(date)s until further notice", date=first)
    last = date_words(until - timedelta(days=1), words.language)
    return first if first == last else _("%(first)s – %(last)s", first=first, last=last)
