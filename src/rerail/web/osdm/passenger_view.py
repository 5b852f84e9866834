"""Passengers and purchaser in OSDM's words: the sale's facts, and the rest as the retailer said it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from rerail.desk.retailing import Standing
from rerail.desk.retailing_booking import Named
from rerail.sale.retail import Retail
from rerail.web.osdm.problems import not_found
from rerail.web.osdm.types_people import (
    IdentificationCard,
    Passenger,
    PassengerPatch,
    PassengerSpecification,
    PersonDetail,
    Purchaser,
    Said,
)


def passenger_id(number: int) -> str:
    """What a passenger of a booking is called, by its number from 1."""
    return f"P{number}"


def passenger_number(retail: Retail, id_: str) -> int:
    """The number of a passenger, by its id or the retailer's own name for it. Raises `Refused`."""
    for number, told in enumerate(retail.passengers, start=1):
        if id_ in (passenger_id(number), told.ref):
            return number
    raise not_found("passenger", id_)


def said_passengers(standing: Standing) -> tuple[Passenger, ...]:
    """Every passenger of a booking; not those who were taken out of it."""
    return tuple(said_passenger(standing, one.number) for one in standing.booking.travellers)


def said_passenger(standing: Standing, number: int, card: IdentificationCard | None = None) -> Passenger:
    """A passenger of a booking; with the card to whoever has just told it, and to nobody afterwards."""
    known, told = standing.booking.passenger(number), standing.retail.passengers[number - 1]
    said = msgspec.convert(told.said, Said)
    detail = said.detail
    if known.named or detail is not None:
        detail = replace(detail or PersonDetail(), first_name=known.given_names, last_name=known.family_name)
    return Passenger(
        id=passenger_id(number),
        external_ref=told.ref,
        date_of_birth=known.birth_date,
        age=said.age,
        type=told.kind,
        cards=said.cards,
        gender=said.gender or {"f": "FEMALE", "m": "MALE"}.get(known.sex),
        detail=detail,
        identification_card=card,
        prm_needs=said.prm_needs,
    )


def said_purchaser(standing: Standing) -> Purchaser | None:
    """Who buys, as the retailer said it."""
    told = standing.retail.said.get("purchaser")
    if told is None:
        return None
    purchaser = msgspec.convert(told, Purchaser)
    if purchaser.detail is None:
        return purchaser
    # OSDM has no person without both names, and no null.
    detail = purchaser.detail
    named = replace(detail, first_name=detail.first_name or "", last_name=detail.last_name or "")
    return replace(purchaser, detail=named)


def kept(said: Any) -> Mapping[str, Any]:
    """What a retailer said, to be kept as it was said."""
    built: Mapping[str, Any] = msgspec.to_builtins(said)
    return built


def named(one: PassengerSpecification) -> Named:
    """A passenger as a booking tells it."""
    return _named(one.external_ref, one.type, one, Said())


def completed(one: PassengerPatch, retail: Retail, number: int) -> Named:
    """A passenger as it is completed: what is left out stays as it was."""
    told = retail.passengers[number - 1]
    return _named(one.external_ref or told.ref, one.type or told.kind, one, msgspec.convert(told.said, Said))


def _named(ref: str, kind: str, one: PassengerSpecification | PassengerPatch, before: Said) -> Named:
    detail = one.detail
    said = Said(
        age=one.age if one.age is not None else before.age,
        gender=one.gender or before.gender,
        prm_needs=one.prm_needs if one.prm_needs is not None else before.prm_needs,
        cards=one.cards if one.cards is not None else before.cards,
        detail=replace(detail, first_name=None, last_name=None) if detail is not None else before.detail,
    )
    return Named(
        ref=ref,
        kind=kind,
        family_name=(detail.last_name or None) if detail is not None else None,
        given_names=(detail.first_name or None) if detail is not None else None,
        birth_date=one.date_of_birth,
        sex={"FEMALE": "f", "MALE": "m"}.get(one.gender or ""),
        said=kept(said),
    )
