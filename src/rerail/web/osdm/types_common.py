"""Types that several resources share, as OSDM 3.9 names them.

`Out` never says null: what is None is left out. `In` lets unknown members pass and is otherwise strict.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from rerail.web.osdm.problems import Problem

Text = Annotated[str, Meta(max_length=1000)]
Ref = Annotated[str, Meta(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f]+$")]
"""A caller's own name for something, echoed."""
LongId = Annotated[str, Meta(min_length=1, max_length=32768)]


class Out(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Part of an answer."""


class In(Struct, frozen=True, kw_only=True, rename="camel"):
    """Part of a request."""


NotYet = Annotated[Any, Meta(extra_json_schema={"enum": [None]})]
"""A travel document where none may be told: with an offer, and with a booking."""


def no_document(told: NotYet) -> None:
    """Refuse a travel document that comes before it is asked for, rather than drop it. Raises `ValueError`."""
    if told is not None:
        raise ValueError(
            "A travel document is told to no offer and to no new booking; what a border asks for stands in "
            "requestedInformation of the booking, and is told by PATCH of its passengers"
        )


class ApiVersion(Out, frozen=True, kw_only=True):
    """A version of the interface."""

    version: str


class Translation(Out, frozen=True, kw_only=True):
    """A text in one language."""

    language: str
    text: str


class StopPlaceRef(Out, frozen=True, kw_only=True, tag_field="objectType", tag="StopPlaceRef"):
    """A station, by its URN."""

    stop_place_ref: Ref


class AddressRef(In, frozen=True, kw_only=True, tag_field="objectType", tag="AddressRef"):
    """An address: not known here."""


class GeoPositionRef(In, frozen=True, kw_only=True, tag_field="objectType", tag="GeoPositionRef"):
    """A point on the map: not known here."""


class PointOfInterestRef(In, frozen=True, kw_only=True, tag_field="objectType", tag="PointOfInterestRef"):
    """A sight: not known here."""


class FareConnectionPointRef(In, frozen=True, kw_only=True, tag_field="objectType", tag="FareConnectionPointRef"):
    """A point where fares meet: not known here."""


AnyPlaceRef = StopPlaceRef | AddressRef | GeoPositionRef | PointOfInterestRef | FareConnectionPointRef
"""Where a journey may be asked from and to; trains go between stations."""


class GeoPosition(Struct, frozen=True, kw_only=True):
    """Degrees, WGS 84."""

    longitude: Annotated[float, Meta(ge=-180, le=180)]
    latitude: Annotated[float, Meta(ge=-90, le=90)]


class Price(Out, frozen=True, kw_only=True):
    """An amount in minor units."""

    currency: str
    amount: int
    scale: int | None = None
    """Decimal digits of the minor unit; always said, for the reader's default is 2."""


class Answer(Out, frozen=True, kw_only=True):
    """What every answer may say besides."""

    problems: tuple[Problem, ...] | None = None


RefundType = Literal["YES", "NO", "WITH_CONDITION"]
