"""What a request chooses of offers, as the desk takes it."""

from __future__ import annotations

from collections.abc import Iterator

from rerail.desk.retailing_booking import Chosen, Seat
from rerail.desk.retailing_wishes import Need, Wish
from rerail.web.osdm.kinds import BERTHS, at_window
from rerail.web.osdm.types_selections import OfferSelection, PlaceSelection


def chosen(one: OfferSelection) -> Chosen:
    """An offer, for whom, and the places on it."""
    return Chosen(
        token=one.offer_id,
        passengers=one.passenger_refs,
        external_ref=one.external_ref,
        seats=tuple(seats(one.place_selections)),
        wishes=tuple(wished(one.place_selections)),
        reservations=tuple(other.reservation_id for other in one.optional_reservation_selections or ()),
    )


def seats(selections: tuple[PlaceSelection, ...] | None) -> Iterator[Seat]:
    """The places that are chosen."""
    for selection in selections or ():
        for place in selection.places or ():
            yield Seat(
                reservation=selection.reservation_id,
                coach=place.coach_number,
                place=place.place_number,
                passenger=place.passenger_ref,
            )


def wished(selections: tuple[PlaceSelection, ...] | None) -> Iterator[Wish]:
    """What is wished of places that are not named, as far as a choice can heed it."""
    for selection in selections or ():
        near = selection.reference_place
        if near is not None:
            yield Wish(reservation=selection.reservation_id, need=Need(near=(near.coach_number, near.place_number)))
        for one in selection.accommodations or ():
            its = one.place_properties or ()
            berth = next((BERTHS[each] for each in its if each in BERTHS), None)
            need = Need(berth=berth, window=any(at_window(each) for each in its))
            yield Wish(reservation=selection.reservation_id, need=need, passengers=one.passenger_refs)


def wishes(kind: str | None, media: str | None) -> dict[str, str]:
    """How tickets are wanted, as far as it is said."""
    said = {"requestedFulfillmentType": kind, "preferredFulfillmentMedia": media}
    return {name: value for name, value in said.items() if value is not None}
