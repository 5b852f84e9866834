"""One coach of a departure at the office: its plan with who sits where, and the table that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup
from msgspec import Struct

from rerail.desk.departures import Sheet, Use, cuts, loads
from rerail.line.model import Coach, CoachType, Text
from rerail.places.seats import Seats
from rerail.web.drawing import svg
from rerail.web.drawing.place_plan import Bar, PlacePlan, Row, State, place_plan
from rerail.web.i18n import Words, date_words
from rerail.web.office.visit import Visit


class CoachRow(Struct, frozen=True, kw_only=True):
    """A coach in the list of coaches."""

    position: int
    """From 1, in the order of the train."""
    coach: Coach
    kind: CoachType
    fullest: int
    """Places taken on the stretch on which most are."""
    free: int
    """Places free as long as the coach is in the train."""


class UseRow(Struct, frozen=True, kw_only=True):
    """A place over a stretch, in the table beside the plan."""

    use: Use
    start: Text
    end: Text
    state: str


def coach_rows(seats: Seats, shown: Sheet) -> list[CoachRow]:
    """Every coach in the order of the train, with how much of it is taken."""
    found = []
    for index, coach in enumerate(shown.train.consist):
        kind = shown.type_of(coach)
        mine = [one for one in loads(seats, shown, {index}) if coach.first_call <= one.first < coach.last_call]
        found.append(
            CoachRow(
                position=index + 1,
                coach=coach,
                kind=kind,
                fullest=max((one.sold + one.held for one in mine), default=0),
                free=len(free_places(shown, coach, kind)),
            )
        )
    return found


def free_places(shown: Sheet, coach: Coach, kind: CoachType) -> list[str]:
    """The places of a coach that nobody has, holds or keeps as long as it is in the train."""
    return [
        place.number
        for place in kind.places
        if not shown.uses_in(coach, place.number) and (coach.number, place.number) not in shown.kept
    ]


def seat_plan(visit: Visit, shown: Sheet, row: CoachRow) -> Markup:
    """The drawing of who sits where in a coach, in both layouts."""
    words = visit.view.words
    coach, places = row.coach, row.kind.places
    calls = cuts(shown.train, coach, [shown.uses_in(coach, place.number) for place in places])
    index = {call: position for position, call in enumerate(calls)}
    in_order = sorted(places, key=lambda place: counted(place.number))
    kinds = place_kinds(words)
    rows = []
    for place in in_order:
        bars = [
            Bar(
                index[use.spot.board],
                index.get(min(use.spot.alight, calls[-1]), len(calls) - 1),
                _state(use),
                _label(visit, use),
            )
            for use in shown.uses_in(coach, place.number)
        ]
        if (coach.number, place.number) in shown.kept:
            bars = [*bars, *_kept_bars(visit, shown, coach, place.number, calls, bars)]
        rows.append(Row(place.number, kinds[place.kind], place.compartment, tuple(bars)))
    plan = PlacePlan(
        title=words.gettext(
            "Coach %(number)s on %(date)s: who sits where",
            number=coach.number,
            date=date_words(shown.departure.service_date, visit.view.language),
        ),
        stations=tuple(station_at(visit, shown, call) for call in calls),
        rows=tuple(rows),
    )
    return svg.both(lambda layout: place_plan(plan, words, layout), plan.title)


def _kept_bars(
    visit: Visit, shown: Sheet, coach: Coach, place: str, calls: Sequence[int], bars: Sequence[Bar]
) -> list[Bar]:
    """The stretches of a kept place on which nobody sits."""
    holder = holder_name(visit, shown, shown.kept[coach.number, place])
    taken = {column for bar in bars for column in range(bar.first, bar.last)}
    found: list[Bar] = []
    for column in range(len(calls) - 1):
        if column in taken:
            continue
        if found and found[-1].last == column:
            found[-1] = Bar(found[-1].first, column + 1, "kept", holder)
        else:
            found.append(Bar(column, column + 1, "kept", holder))
    return found


def place_kinds(words: Words) -> dict[str, str]:
    """What each kind of place is called."""
    _ = words.gettext
    return {
        "seat": _("seat"),
        "lower": _("lower berth"),
        "middle": _("middle berth"),
        "upper": _("upper berth"),
        "wheelchair": _("wheelchair place"),
    }


def _state(use: Use) -> State:
    return "empty" if use.empty else use.state


def _label(visit: Visit, use: Use) -> str:
    if not visit.user.takes_money or use.empty:
        return ""
    return use.passenger or use.booking


def use_rows(visit: Visit, shown: Sheet, row: CoachRow) -> list[UseRow]:
    """The table beside the plan: by place, in the order of travel."""
    numbers = sorted((place.number for place in row.kind.places), key=counted)
    return [use_row(visit, shown, use) for place in numbers for use in shown.uses_in(row.coach, place)]


def counted(place: str) -> tuple[int, str]:
    """Places in the order in which one counts: 2 before 10, 10 before 10A."""
    digits = "".join(character for character in place if character.isdecimal())
    return int(digits or 0), place


def in_short(places: Iterable[str]) -> str:
    """Numbers of places, those that follow one another together: "1–12, 15, 17"."""
    runs: list[list[str]] = []
    for place in sorted(places, key=counted):
        last = runs[-1][-1] if runs else ""
        if last.isdecimal() and place.isdecimal() and int(place) == int(last) + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def use_row(visit: Visit, shown: Sheet, use: Use) -> UseRow:
    """One row of it."""
    _ = visit.view.words.gettext
    said = {
        "sold": _("sold"),
        "held": _("held, not paid yet"),
        "empty": _("stays empty: a whole compartment was bought"),
    }
    stations = shown.line.stations
    calls = shown.train.calls
    last = len(calls) - 1
    return UseRow(
        use=use,
        start=stations[calls[min(use.spot.board, last)].station].names,
        end=stations[calls[min(use.spot.alight, last)].station].names,
        state=said[_state(use)],
    )


def holder_name(visit: Visit, shown: Sheet, holder: str) -> str:
    """The railway or tour operator that places are kept for."""
    tariff = shown.line.tariff
    if tariff is not None and holder in tariff.operators:
        return visit.view.text(tariff.operators[holder].names)
    railway = shown.line.railways.get(holder)
    return visit.view.text(railway.short_names) if railway is not None else holder


def station_at(visit: Visit, shown: Sheet, call: int) -> str:
    """The station of a call, in the reader's language."""
    return visit.view.text(shown.line.stations[shown.train.calls[call].station].names)
