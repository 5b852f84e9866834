"""A place that is given back from a call on: who travelled that far keeps it that far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, and_, delete, update

from rerail.places.model import Claim, Spot
from rerail.places.tables import claim_table


class Shortened(Struct, frozen=True):
    """Claims as they were, and what is left of them."""

    before: tuple[Claim, ...]
    after: tuple[Claim, ...]


def shorten(connection: Connection, claims: Iterable[Claim], call: int) -> Shortened:
    """Give places back from a call (its index) on; those that begin there or later go altogether.

    The caller holds a write transaction and has locked the booking whose claims they are.
    """
    before = tuple(claim for claim in claims if claim.spot.alight > call)
    after = []
    for claim in before:
        its = and_(
            claim_table.c.departure == str(claim.departure),
            claim_table.c.coach == claim.spot.coach,
            claim_table.c.place == claim.spot.place,
            claim_table.c.board == claim.spot.board,
        )
        if claim.spot.board < call:
            connection.execute(update(claim_table).where(its).values(alight=call))
            after.append(replace(claim, spot=replace(claim.spot, alight=call)))
        else:
            connection.execute(delete(claim_table).where(its))
    return Shortened(before, tuple(after))


def up_to(spots: Sequence[Spot], call: int) -> tuple[Spot, ...]:
    """Spots as far as a call."""
    return tuple(replace(spot, alight=min(spot.alight, call)) for spot in spots if spot.board < call)
