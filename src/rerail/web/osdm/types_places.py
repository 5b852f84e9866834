"""Stations, as OSDM says them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.types_common import Answer, GeoPosition, In, Out, StopPlaceRef, Text, Translation


class Mode(Out, frozen=True, kw_only=True):
    """A means of transport that calls."""

    pt_mode: str


class StopPlace(Out, frozen=True, kw_only=True, tag_field="objectType", tag="StopPlace"):
    """A station."""

    id: str
    alternative_ids: tuple[str, ...] | None = None
    geo_position: GeoPosition | None = None
    modes: tuple[Mode, ...] | None = None
    ref: StopPlaceRef
    name: str
    name_translations: tuple[Translation, ...] | None = None


class PlaceResponse(Answer, frozen=True, kw_only=True):
    """Stations that were asked for."""

    places: Annotated[tuple[StopPlace, ...], Meta(min_length=1)]


class PlaceInput(In, frozen=True, kw_only=True):
    """By what stations are looked for."""

    name: Text | None = None
    geo_position: GeoPosition | None = None


class PlaceParam(In, frozen=True, kw_only=True):
    """Of what kind they are to be, and how many."""

    type: Literal["STOP", "ADDRESS", "POI", "GEO_COORDINATE", "TOPOGRAPHIC_PLACE"] | None = None
    number_of_results: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


class PlaceRequest(In, frozen=True, kw_only=True):
    """A search for stations."""

    place_input: PlaceInput | None = None
    restrictions: PlaceParam | None = None
