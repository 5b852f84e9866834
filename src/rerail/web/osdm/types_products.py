"""Products and categories of passengers, as OSDM says them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.types_common import Answer, In, Out, Text, Translation

Flexibility = Literal["FULL_FLEXIBLE", "SEMI_FLEXIBLE", "NON_FLEXIBLE"]
ServiceClassType = Literal["HIGH", "STANDARD", "BASIC"]
TravelClassType = Literal["FIRST", "SECOND"]
ProductType = Literal["ADMISSION_POINT2POINT", "RESERVATION"]


class ServiceClass(Out, frozen=True, kw_only=True):
    """A class, and what it is called."""

    type: ServiceClassType
    name: str


class Condition(Out, frozen=True, kw_only=True):
    """A rule that a ticket is sold under, in words."""

    type: Literal["REFUND", "TRAVEL"]
    description: str
    description_translations: tuple[Translation, ...] | None = None


class TextElement(Out, frozen=True, kw_only=True):
    """What a passenger is to be told before buying."""

    description: str
    description_translations: tuple[Translation, ...] | None = None
    short_description: str
    text_element_type: Literal["INFORMATION", "MANDATORY"]


class Product(Out, frozen=True, kw_only=True):
    """What is sold."""

    id: str
    summary: str
    summary_translations: tuple[Translation, ...] | None = None
    type: ProductType
    code: str
    owner: str
    conditions: tuple[Condition, ...] | None = None
    flexibility: Flexibility
    service_class: ServiceClass
    travel_class: TravelClassType
    is_train_bound: bool | None = None
    is_return_product: bool | None = None
    descriptive_texts: tuple[TextElement, ...] | None = None


class ProductCollectionResponse(Answer, frozen=True, kw_only=True):
    """Everything that is sold."""

    products: tuple[Product, ...]


class ProductResponse(Answer, frozen=True, kw_only=True):
    """One product."""

    product: Product


class ServiceClassAsked(In, frozen=True, kw_only=True):
    """A class as it is asked for: by its rank, whatever it is called."""

    type: Text


class FulfillmentAsked(In, frozen=True, kw_only=True):
    """How tickets are to be had."""

    type: Text
    media: Text


class ProductSearchRequest(In, frozen=True, kw_only=True):
    """What a product is to be like; of each list, one is enough. A list that is empty asks for nothing."""

    id: Text | None = None
    types: tuple[Text, ...] | None = None
    codes: tuple[Text, ...] | None = None
    flexibilities: tuple[Text, ...] | None = None
    service_classes: tuple[ServiceClassAsked, ...] | None = None
    travel_classes: tuple[Text, ...] | None = None
    fulfillment_options: tuple[FulfillmentAsked, ...] | None = None
    product_tags: tuple[Text | None, ...] | None = None


class ProductSearchResponse(Answer, frozen=True, kw_only=True):
    """The products that are as asked."""

    products: Annotated[tuple[Product, ...], Meta(min_length=1)]


class PromotionCodeCollectionResponse(Answer, frozen=True, kw_only=True):
    """Promotion codes: none."""

    promotion_codes: tuple[()]


class ReductionCardCollectionResponse(Answer, frozen=True, kw_only=True):
    """Reduction cards: none."""

    reduction_card_types: tuple[()]


class ZoneCollectionResponse(Answer, frozen=True, kw_only=True):
    """Zones: none."""

    zones: tuple[()]


class CategoryTitle(Out, frozen=True, kw_only=True):
    """What a category is called."""

    id: str
    text: str
    translations: tuple[Translation, ...] | None = None


class CategorySpecification(Out, frozen=True, kw_only=True):
    """How a passenger of a category is said when offers are asked for."""

    external_ref: str
    type: Literal["PERSON"]
    age: int


class PassengerCategory(Out, frozen=True, kw_only=True):
    """A kind of passenger that has a price of its own."""

    base: bool | None = None
    additional: bool | None = None
    title: CategoryTitle
    specification: CategorySpecification
