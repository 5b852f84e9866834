"""What somebody should know before confirming: true, but easily overlooked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from rerail.desk.decisions import Preview
from rerail.life.draft import Draft
from rerail.life.journal import Entry
from rerail.web.context import View
from rerail.web.i18n import OWN_NAMES
from rerail.web.office.effects import Effect
from rerail.web.office.hits import sums
from rerail.web.site.clock_words import duration
from rerail.web.site.status_words import sides

_SOON: Final = timedelta(hours=48)


def cautions(view: View, seen: Preview, effect: Effect, journal: Sequence[Entry]) -> tuple[str, ...]:
    """The sentences to read before confirming, the most urgent first."""
    return tuple(_cautions(view, seen, effect, journal))


def _cautions(view: View, seen: Preview, effect: Effect, journal: Sequence[Entry]) -> Iterator[str]:
    _ = view.words.gettext
    draft = seen.draft
    if seen.hit:
        money = sums(seen.to_give_back, view.language)
        yield (
            view.words.ngettext(
                "%(num)d booking is hit: confirming gives back %(money)s in full, which cannot be undone.",
                "%(num)d bookings are hit: confirming gives back %(money)s in full, which cannot be undone.",
                len(seen.hit),
                money=money,
            )
            if money
            else view.words.ngettext(
                "%(num)d booking is hit, and nothing is paid yet: its places are let go.",
                "%(num)d bookings are hit, and nothing is paid yet: their places are let go.",
                len(seen.hit),
            )
        )
    changed = [group.departures[0] for group in (effect.stops, effect.starts) if group.departures]
    first = min((one.start for one in changed), default=None)
    if first is not None and first - view.now < _SOON:
        yield _(
            "The first train concerned leaves in %(time)s: tell the stations and the crew too.",
            time=duration(view.words, first - view.now),
        )
    same = [entry.seq for entry in journal if _says(entry, draft)]
    if same:
        yield _("The journal says the same already, in entry %(number)d.", number=same[-1])
    if draft.kind == "announce":
        yield _(
            "An announcement is shown to passengers and puts nothing on sale; "
            "each railway's consent is an entry of its own."
        )
    elif not effect.covered:
        yield _("No train is planned on these dates, so nothing changes now.")
    elif effect.nothing and not effect.waiting.departures:
        yield _("No train starts or stops running by this.")
    if effect.waiting.departures:
        yield view.words.ngettext(
            "%(num)d planned departure on these dates still does not run: a consent is missing (%(sides)s).",
            "%(num)d planned departures on these dates still do not run: a consent is missing (%(sides)s).",
            len(effect.waiting.departures),
            sides=sides(effect.waiting.missing, view.line, view.words),
        )
    if draft.until is None and draft.kind in ("grant", "withdraw"):
        yield _("It has no end: it also covers every train planned later, until another entry says otherwise.")
    unsaid = [OWN_NAMES.get(one, one) for one in view.line.languages[1:] if one not in draft.reason_in]
    if unsaid:
        yield _(
            "The reason is missing in these languages: %(languages)s. Their readers see it in %(first)s.",
            languages=", ".join(unsaid),
            first=OWN_NAMES.get(view.line.languages[0], view.line.languages[0]),
        )


def _says(entry: Entry, draft: Draft) -> bool:
    whose = draft.railways[0] if draft.railways and draft.kind != "special" else None
    of_entry = (entry.kind, entry.railway, entry.trains, entry.start, entry.until)
    return of_entry == (draft.kind, whose, draft.trains, draft.start, draft.until)
