"""Products: a ticket and a place in each class that the line's trains have, under the tariff's rules; who travels.

A product is what a fare is sold as, not a fare: prices come with an offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any, Final

from rerail.line.course import LINES_KEPT
from rerail.line.model import Line
from rerail.line.same import Same
from rerail.line.tariff import Category, RefundRule, Tariff, TravelClass
from rerail.sale.rules import tariff_of
from rerail.web.booking.giving_back import time_before
from rerail.web.i18n import SPOKEN, Words
from rerail.web.osdm.calls import Call, Done, Read, Reply
from rerail.web.osdm.master_data import kept
from rerail.web.osdm.problems import not_found, problem
from rerail.web.osdm.types_common import Translation
from rerail.web.osdm.types_products import (
    CategorySpecification,
    CategoryTitle,
    Condition,
    Flexibility,
    PassengerCategory,
    Product,
    ProductCollectionResponse,
    ProductResponse,
    ProductType,
    ServiceClass,
    ServiceClassType,
    TextElement,
    TravelClassType,
)
from rerail.web.osdm.urns import company_urn
from rerail.web.shop.desk import class_words

SERVICE_CLASS: Final[dict[TravelClass, ServiceClassType]] = {"first": "HIGH", "second": "STANDARD", "third": "BASIC"}
TRAVEL_CLASS: Final[dict[TravelClass, TravelClassType]] = {"first": "FIRST", "second": "SECOND", "third": "SECOND"}
"""OSDM has two; whoever must tell the third from the second reads the service class."""

_WHOLE: Final = 100

Said = Callable[[Words], str]
"""A text, in whatever language."""


def admission_code(travel_class: TravelClass) -> str:
    """The product of a right to travel in a class: its id and its code."""
    return f"TICKET-{travel_class.upper()}"


def reservation_code(travel_class: TravelClass) -> str:
    """The product of a place in a class: its id and its code."""
    return f"PLACE-{travel_class.upper()}"


@cache
def service_class(travel_class: TravelClass, language: str) -> ServiceClass:
    """A class as OSDM ranks it, and what it is called."""
    return ServiceClass(type=SERVICE_CLASS[travel_class], name=class_words(Words(language))[travel_class])


def owner(line: Line) -> str:
    """Who sells: the railway whose name the line's feeds carry first."""
    return company_urn(line.railways[line.agency])


def flexibility(tariff: Tariff) -> Flexibility:
    """How freely a ticket is given back: always in full, by rules that keep a part, or not at all."""
    return _flexibility(Same(tariff))


@lru_cache(maxsize=LINES_KEPT)
def _flexibility(same: Same[Tariff]) -> Flexibility:
    tariff = same.it
    if not any(rule.percent for rule in tariff.refunds):
        return "NON_FLEXIBLE"
    in_full = all(rule.percent == _WHOLE for rule in tariff.refunds) and tariff.refunds[-1].minutes == 0
    return "FULL_FLEXIBLE" if in_full else "SEMI_FLEXIBLE"


def of_line(line: Line, tariff: Tariff, language: str) -> tuple[Product, ...]:
    """Everything that is sold, by class."""
    used = {line.coach_types[coach.type].travel_class for train in line.trains.values() for coach in train.consist}
    return tuple(
        made(line, tariff, travel_class, language)
        for travel_class in SERVICE_CLASS
        if travel_class in used
        for made in (_admission, _reservation)
    )


def _admission(line: Line, tariff: Tariff, travel_class: TravelClass, language: str) -> Product:
    def summary(words: Words) -> str:
        return words.gettext("Ticket, %(travel_class)s", travel_class=class_words(words)[travel_class])

    conditions = tuple(_condition(line, said, language) for said in _refund_rules(tariff.refunds))
    return _product(
        line, tariff, travel_class, language, admission_code(travel_class), "ADMISSION_POINT2POINT", summary, conditions
    )


def _reservation(line: Line, tariff: Tariff, travel_class: TravelClass, language: str) -> Product:
    def summary(words: Words) -> str:
        return words.gettext("Place, %(travel_class)s", travel_class=class_words(words)[travel_class])

    conditions = (_condition(line, _with_ticket, language),)
    return _product(
        line, tariff, travel_class, language, reservation_code(travel_class), "RESERVATION", summary, conditions
    )


def _product(
    line: Line,
    tariff: Tariff,
    travel_class: TravelClass,
    language: str,
    code: str,
    kind: ProductType,
    summary: Said,
    conditions: tuple[Condition, ...],
) -> Product:
    illustrative = any(one.provenance.illustrative for one in (*tariff.fares, *tariff.refunds))
    return Product(
        id=code,
        summary=summary(Words(language)),
        summary_translations=_translations(line, summary),
        type=kind,
        code=code,
        owner=owner(line),
        conditions=conditions,
        flexibility=flexibility(tariff),
        service_class=service_class(travel_class, language),
        travel_class=TRAVEL_CLASS[travel_class],
        is_train_bound=True,
        is_return_product=False,
        descriptive_texts=(_illustrative(line, language),) if illustrative else None,
    )


def _refund_rules(rules: Iterable[RefundRule]) -> list[Said]:
    return [*(_refund_rule(rule) for rule in rules), _in_full]


def _refund_rule(rule: RefundRule) -> Said:
    def said(words: Words) -> str:
        before = time_before(words, timedelta(minutes=rule.minutes))
        return words.gettext(
            "At least %(time)s before departure: %(percent)d %% of the fare.", time=before, percent=rule.percent
        )

    return said


def _in_full(words: Words) -> str:
    return words.gettext("If the train does not run: everything.")


def _with_ticket(words: Words) -> str:
    return words.gettext("A place is sold with its ticket, and given back with it.")


def _condition(line: Line, said: Said, language: str) -> Condition:
    return Condition(
        type="REFUND", description=said(Words(language)), description_translations=_translations(line, said)
    )


def _illustrative(line: Line, language: str) -> TextElement:
    def said(words: Words) -> str:
        return words.gettext("Illustrative: not a published figure.")

    return TextElement(
        description=said(Words(language)),
        description_translations=_translations(line, said),
        short_description=said(Words(language)),
        text_element_type="MANDATORY",
    )


def _translations(line: Line, said: Said) -> tuple[Translation, ...]:
    return tuple(Translation(language=one, text=said(Words(one))) for one in line.languages if one in SPOKEN)


def products(call: Call[Any]) -> Reply:
    """Everything that is sold, or what has the code asked for. Raises `NotOnSale`."""
    market = call.provider.market()
    found = of_line(market.line, tariff_of(market.life), call.language)
    code = call.query.get("productCode")
    unheeded = [name for name in ("issuingDate", "travelDate") if name in call.query]
    problems = tuple(
        problem("VALUE_NOT_SUPPORTED", "Not heeded", f"{name} is not heeded: these are the products sold now.")
        for name in unheeded
    )
    chosen = tuple(one for one in found if code in (None, one.code))
    return kept(call, ProductCollectionResponse(products=chosen, problems=problems or None))


def product(call: Call[Any]) -> Reply:
    """One product. Raises `Refused`, `NotOnSale`."""
    market = call.provider.market()
    for one in of_line(market.line, tariff_of(market.life), call.language):
        if one.id == call.path["productId"]:
            return kept(call, ProductResponse(product=one))
    raise not_found("product", call.path["productId"])


def passenger_categories(call: Call[Any]) -> Reply:
    """Who travels at a price of their own, the adult first. Raises `NotOnSale`."""
    market = call.provider.market()
    categories = tuple(tariff_of(market.life).categories.values())
    return kept(call, tuple(_category(market.line, one, categories, call.language) for one in categories))


def _category(line: Line, one: Category, all_: tuple[Category, ...], language: str) -> PassengerCategory:
    base = one is all_[0]
    return PassengerCategory(
        base=base,
        additional=not base,
        title=CategoryTitle(
            id=one.id,
            text=line.text(one.names, language),
            translations=tuple(Translation(language=tongue, text=text) for tongue, text in one.names.items()),
        ),
        specification=CategorySpecification(external_ref=one.id, type="PERSON", age=_youngest(one, all_)),
    )


def _youngest(one: Category, all_: tuple[Category, ...]) -> int:
    """The least age that is of this category: where it has no bounds, past all that have."""
    if one.asks_birth_date:
        return one.from_age or 0
    return max((other.until_age or 0 for other in all_), default=0)


DONE: Final[tuple[Done, ...]] = (
    Read("getProducts", products, ProductCollectionResponse, query=("productCode", "issuingDate", "travelDate")),
    Read("getProductsId", product, ProductResponse),
    Read("getPassengerCategories", passenger_categories, tuple[PassengerCategory, ...]),
)
