"""A party's places among those free: in one compartment, else neighbouring ones, else one coach, else anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rerail.places.model import Wishes
from rerail.places.seats import Compartment, Seats
from rerail.places.view import View


def together(view: View, free: Sequence[int], count: int, wishes: Wishes) -> list[int]:
    """`count` of these free places, as near to each other as can be, then by wishes, then by fit.

    For a whole compartment fewer than `count`, if not enough compartments are empty.
    """
    if wishes.compartment == "whole":
        free = [place for room in _empty_rooms(view, free) for place in room.places]
        if len(free) < count:
            return []
    if not count:
        return []
    if wishes.near is not None:
        beside = _nearest(view, free, count, wishes)
        if beside:
            return beside
    rooms: dict[int, list[int]] = {}
    for place in free:
        rooms.setdefault(view.seats.compartment_of[place], []).append(place)
    return _closest(view, rooms, count, wishes)


def _closest(view: View, rooms: Mapping[int, list[int]], count: int, wishes: Wishes) -> list[int]:
    best: tuple[tuple[int, int, int, int, float], list[int]] | None = None
    coaches: dict[int, int] = {}
    for room, places in rooms.items():
        coach = view.seats.compartments[room].coach
        coaches[coach] = coaches.get(coach, 0) + len(places)
    enough = [coach for coach in coaches if coaches[coach] >= count]
    if not enough:
        # No coach takes them all: fill the one with the most places, the rest as near as can be in the others.
        fullest = max(coaches, key=lambda coach: (coaches[coach], view.rng.random()))
        inside = [place for room in view.seats.compartments_in[fullest] for place in rooms.get(room, ())]
        others = {room: places for room, places in rooms.items() if view.seats.compartments[room].coach != fullest}
        return inside + _closest(view, others, count - len(inside), wishes)
    plain = count > 1 and wishes.berth is None and not wishes.window
    for coach in enough:
        for window in _windows(view.seats.compartments_in[coach], rooms, count, best[0][0] if best else None):
            if plain and len(window) == 1:
                chosen, missed, excess = _from_room(view, rooms[window[0]], count)
            else:
                chosen, missed, excess = _from_window(view, [rooms[room] for room in window], count, wishes)
            left = sum([len(rooms[room]) for room in window]) - count
            score = (window[-1] - window[0], missed, excess, left, view.rng.random())
            if best is None or score < best[0]:
                best = (score, chosen)
    return sorted(best[1]) if best else []


def _windows(numbers: range, rooms: Mapping[int, Sequence[int]], count: int, widest: int | None) -> list[list[int]]:
    """The narrowest runs of neighbouring compartments with enough free places, none wider than `widest`."""
    has = [room for room in numbers if room in rooms]
    found: list[list[int]] = []
    width = widest
    start = total = 0
    for end, room in enumerate(has):
        total += len(rooms[room])
        while total - len(rooms[has[start]]) >= count:
            total -= len(rooms[has[start]])
            start += 1
        if total < count:
            continue
        span = room - has[start]
        if width is None or span < width:
            width, found = span, []
        if span <= width:
            found.append(has[start : end + 1])
    return found


def _from_room(view: View, places: Sequence[int], count: int) -> tuple[list[int], int, int]:
    """What `_from_window` gives of one compartment to a party without wishes: by far the most often asked."""
    excess, above = view.excess, view.seats.above
    ranked = sorted([(excess(place), above(place), place) for place in places])[:count]
    return [one[2] for one in ranked], 0, sum([one[0] for one in ranked])


def _from_window(view: View, rooms: Sequence[Sequence[int]], count: int, wishes: Wishes) -> tuple[list[int], int, int]:
    """`count` places of a run of compartments, how many wishes they miss, and how long their gaps are together."""
    chosen: list[int] = []
    missed = excess = 0
    # Neighbours for a party; for one person any is as good as another.
    turn = {place: view.rng.random() if count == 1 else place for places in rooms for place in places}
    for places in sorted(rooms, key=len, reverse=True):
        ranked = sorted(
            (misses(view.seats, place, wishes), view.excess(place), view.seats.above(place), turn[place], place)
            for place in places
        )
        for misses_, gap, _, _, place in ranked[: count - len(chosen)]:
            chosen.append(place)
            missed, excess = missed + misses_, excess + gap
    return chosen, missed, excess


def _nearest(view: View, free: Sequence[int], count: int, wishes: Wishes) -> list[int]:
    """The free places of the same coach nearest to the one wished for; none if that coach cannot take them."""
    seats, near = view.seats, wishes.near
    at = None if near is None else seats.number(near.coach, near.place, view.board)
    if at is None:
        return []
    of = seats.places[at]

    def distance(place: int) -> tuple[int, int, int, int]:
        other = seats.places[place]
        rooms = abs(seats.compartment_of[place] - seats.compartment_of[at])
        away = abs(other.column - of.column) + abs(other.row - of.row)
        return rooms, misses(seats, place, wishes), away, view.excess(place)

    inside = [place for place in free if seats.coach_of[place] == seats.coach_of[at] and place != at]
    return sorted(inside, key=distance)[:count] if len(inside) >= count else []


def _empty_rooms(view: View, free: Sequence[int]) -> list[Compartment]:
    mine = set(free)
    rooms = sorted({view.seats.compartment_of[place] for place in free})
    return [
        view.seats.compartments[room]
        for room in rooms
        if view.seats.compartments[room].closed and mine.issuperset(view.seats.compartments[room].places)
    ]


def misses(seats: Seats, place: int, wishes: Wishes) -> int:
    """How many wishes a place does not meet."""
    its = seats.places[place]
    return (wishes.berth is not None and its.kind != wishes.berth) + (wishes.window and not its.window)
