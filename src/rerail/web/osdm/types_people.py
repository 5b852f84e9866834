"""Passengers and purchasers, as OSDM says them. What a retailer said of them is kept and echoed by these types."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.schema_rules import some_of, text
from rerail.web.osdm.types_common import Answer, In, Out, Ref, Text
from rerail.web.osdm.types_offers import Code

Gender = Literal["MALE", "FEMALE", "X"]
Age = Annotated[int, Meta(ge=0, le=2_147_483_647)]
Name = Annotated[str, Meta(min_length=1, max_length=1000)]
Email = Annotated[str, Meta(max_length=320, pattern=r"^([^@\s]+@[^@\s]+)?$")]
Phone = Annotated[str, Meta(max_length=60, pattern=r"^[-+()/. 0-9]*$")]
"""Both may be said to be none, by an empty text."""


class PostalAddress(Out, frozen=True, kw_only=True):
    """Where mail reaches somebody."""

    country_name: Text | None = None
    country_code: Text | None = None
    post_code: Text | None = None
    city: Text | None = None
    street: Text | None = None
    house_number: Text | None = None


class ContactDetail(Out, frozen=True, kw_only=True):
    """How somebody is reached."""

    summary: Text | None = None
    preferred_language: Text | None = None
    email: Email | None = None
    phone_number: Phone | None = None


class PersonDetail(Out, frozen=True, kw_only=True):
    """Who somebody is."""

    preferred_language: Text | None = None
    summary: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    first_family_name: Text | None = None
    second_family_name: Text | None = None
    email: Email | None = None
    phone_number: Phone | None = None
    postal_address: PostalAddress | None = None
    contact: ContactDetail | None = None
    tax_id: Text | None = None


class PersonTold(PersonDetail, frozen=True, kw_only=True):
    """Who a passenger is: a name that is said is one."""

    first_name: Name | None = None
    last_name: Name | None = None


class Card(Out, frozen=True, kw_only=True):
    """A reduction or loyalty card. None changes a price here."""

    code: Text | None = None
    number: Text | None = None
    issuer: Text | None = None
    type: Literal["LINKED_TICKET", "LOYALTY_CARD", "MULTI_RIDE", "REDUCTION_CARD", "TRAVEL_PASS"]


class IdentificationCard(In, frozen=True, kw_only=True):
    """A document as a border asks for it. It is handed on, and never echoed."""

    id: Annotated[str, Meta(min_length=1, max_length=60)]
    type: Code
    name: Text | None = None
    nationality: Text | None = None
    birth_city: Text | None = None
    issuing_city: Text | None = None
    residence_city: Text | None = None
    birth_country_code: Text | None = None
    issuing_country_code: Text | None = None
    residence_country_code: Text | None = None
    issuing_date: Text | None = None
    gender: Gender | None = None
    expiration_date: date | None = None


class Said(Out, frozen=True, kw_only=True):
    """What a retailer says of a passenger beyond what a sale needs."""

    age: Age | None = None
    gender: Gender | None = None
    prm_needs: tuple[Code, ...] | None = None
    cards: tuple[Card, ...] | None = None
    detail: PersonDetail | None = None


class PassengerSpecification(In, frozen=True, kw_only=True):
    """A passenger as a booking tells it."""

    external_ref: Ref
    type: Code
    date_of_birth: date | None = None
    age: Age | None = None
    gender: Gender | None = None
    prm_needs: tuple[Code, ...] | None = None
    cards: tuple[Card, ...] | None = None
    detail: PersonTold | None = None


class PassengerPatch(In, frozen=True, kw_only=True):
    """A passenger as it is completed later; what is left out stays."""

    id: Ref | None = None
    external_ref: Ref | None = None
    type: Code | None = None
    date_of_birth: date | None = None
    age: Age | None = None
    gender: Gender | None = None
    prm_needs: tuple[Code, ...] | None = None
    cards: tuple[Card, ...] | None = None
    detail: PersonTold | None = None
    identification_card: IdentificationCard | None = None


NamedPatch = Annotated[PassengerPatch, Meta(extra_json_schema=some_of(text("id", "externalRef")))]
"""It says of whom it speaks."""


class PassengersBatchUpdateRequest(In, frozen=True, kw_only=True):
    """Several passengers at once."""

    passengers: Annotated[tuple[NamedPatch, ...], Meta(min_length=1, max_length=300)]


class Passenger(Out, frozen=True, kw_only=True):
    """A passenger of a booking."""

    id: str
    external_ref: str
    date_of_birth: date | None = None
    age: int | None = None
    type: str
    cards: tuple[Card, ...] | None = None
    gender: str | None = None
    detail: PersonDetail | None = None
    prm_needs: tuple[str, ...] | None = None


class PassengerResponse(Answer, frozen=True, kw_only=True):
    """One passenger."""

    passenger: Passenger


class PassengersCollectionResponse(Answer, frozen=True, kw_only=True):
    """The passengers of a booking."""

    passengers: tuple[Passenger, ...]


class CompanyDetail(Out, frozen=True, kw_only=True):
    """A company that buys."""

    name: Text
    registration_number: Text | None = None
    contact: ContactDetail | None = None
    tax_id: Text | None = None


class Purchaser(Out, frozen=True, kw_only=True):
    """Who buys."""

    external_ref: Ref | None = None
    detail: PersonDetail | None = None
    company_details: CompanyDetail | None = None


class PurchaserResponse(Answer, frozen=True, kw_only=True):
    """Who buys."""

    purchaser: Purchaser | None = None
