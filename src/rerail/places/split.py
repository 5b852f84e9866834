"""Travelling with changes of place, where none is free all the way: fewest changes, at calls.

Whoever has to change takes, of the places free from here, the one free the longest. Taking it never makes a
later change come sooner for anybody, so the changes of a whole party together are as few as can be.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence

from rerail.places.view import View

Ride = tuple[int, int, int]
"""A place, from one call, to another."""


def tracks(view: View, places: Sequence[int], count: int, own: Collection[int]) -> list[list[Ride]]:
    """For each of a party its rides. Fewer than `count` if not all can travel."""
    board, alight = view.board, view.alight
    masks = {place: view.mask(place) for place in places}
    for travelling in range(count, 0, -1):
        rides: list[list[Ride]] = [[] for _ in range(travelling)]
        taken = dict(masks)
        waiting = [(board, passenger) for passenger in range(travelling)]
        while waiting:
            at, passenger = heapq.heappop(waiting)
            ride = _longest(view, taken, at, rides, passenger, own)
            if ride is None:
                break
            rides[passenger].append(ride)
            taken[ride[0]] |= (1 << ride[2]) - (1 << ride[1])
            if ride[2] < alight:
                heapq.heappush(waiting, (ride[2], passenger))
        else:
            return rides
    return []


def _longest(
    view: View,
    taken: dict[int, int],
    at: int,
    rides: Sequence[Sequence[Ride]],
    passenger: int,
    own: Collection[int],
) -> Ride | None:
    seats = view.seats
    others = {ride[-1][0] for index, ride in enumerate(rides) if ride and index != passenger}
    mine = {rides[passenger][-1][0]} if rides[passenger] else set()
    rooms = {seats.compartment_of[place] for place in others | mine}
    coaches = {seats.coach_of[place] for place in others | mine}
    best: tuple[tuple[int, bool, bool, bool, int], int] | None = None
    for place, mask in taken.items():
        after = mask >> at
        if after & 1:
            continue
        end = view.alight if not after else min(view.alight, at + (after & -after).bit_length() - 1)
        # Long first; then the party's own allotment, the others' compartment, their coach; then the tightest fit.
        fit = (mask & ((1 << at) - 1)).bit_length()
        near = (seats.compartment_of[place] in rooms, seats.coach_of[place] in coaches)
        score = (end, place in own, *near, fit)
        if best is None or score > best[0]:
            best = (score, place)
    return None if best is None else (best[1], at, best[0][0])
