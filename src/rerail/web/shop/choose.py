"""The page `/{lang}/buy`: who travels, when back, in which class and places, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rerail.sale.errors import SaleError
from rerail.sale.model import Offer
from rerail.web.office.fields import Faults
from rerail.web.shop.desk import Asked, Shop, class_words, refused
from rerail.web.shop.moments import said
from rerail.web.shop.plan import CoachDrawn
from rerail.web.shop.price import from_price, price_words
from rerail.web.shop.returns import returns
from rerail.web.shop.wanted import leg_text, legs_text

_FIELDS: Final = {"counts": "counts", "places": "places", "currency": "currency", "tour_operator": "operator"}
"""What an error of the sale is about → the field of the form that it stands beside."""


def choice(shop: Shop, asked: Asked, faults: Faults | None = None) -> tuple[int, dict[str, Any]]:
    """The status and the values of the page. Raises `Refused`."""
    view, meant = asked.view, asked.wanted
    wrong = Faults({**asked.faults, **(faults or {})})
    offer, error = _offer(shop, asked)
    if error is not None:
        field = _FIELDS.get(error.about)
        if field is None:
            raise refused(view, error)
        wrong.setdefault(field, said(view, error))
    groups, operators = asked.tariff.groups, list(asked.tariff.operators.values())
    too_many = meant.party > asked.tariff.sale.most_passengers
    status = 200 if not wrong else error.status if error is not None else 422
    return status, {
        "asked": asked,
        "wanted": meant,
        "faults": wrong,
        "categories": [(one, meant.counts.get(one.id, 0)) for one in asked.tariff.categories.values()],
        "legs": [leg_text(leg) for leg in meant.out],
        "back": legs_text(meant.back),
        "back_choices": [(one.value, one.label) for one in returns(view, asked.out, meant.back_on, meant.back)],
        "ask_back_on": len(asked.out) > 1 or meant.back_on is not None,
        "class_choices": _classes(asked),
        "currency_choices": [(one, one) for one in asked.tariff.currencies],
        "operator_choices": [(one.id, view.text(one.names)) for one in operators],
        "features": shop.features(asked),
        "operators": operators,
        "group_from": groups.from_passengers if groups is not None and too_many else None,
        "price": price_words(view, asked.tariff, offer) if offer is not None else None,
        "from_price": from_price(view, asked.tariff, offer) if offer is not None else None,
        "plans": plans(shop, asked) if meant.plan else (),
        "seated": seated(asked),
        "without_plan": view.href("/buy", **meant.query(plan=None)),
    }


def plans(shop: Shop, asked: Asked) -> list[list[CoachDrawn]]:
    """For each leg its coaches."""
    return [shop.plan(asked, index) for index in range(len(asked.rides))]


def seated(asked: Asked) -> int:
    """How many of the party have a place of their own."""
    categories = asked.tariff.categories
    return sum(count for category, count in asked.wanted.counts.items() if categories[category].place)


def unanswered(asked: Asked) -> Faults:
    """What must be chosen before names are asked for."""
    _ = asked.view.words.gettext
    faults = Faults()
    if asked.operator_needed and not asked.wanted.operator:
        faults["operator"] = _("Choose the tour operator on whose list the passengers are.")
    return faults


def _offer(shop: Shop, asked: Asked) -> tuple[Offer | None, SaleError | None]:
    if any(name.startswith("n_") for name in asked.faults):
        return None, None
    try:
        return shop.offer(asked).offer, None
    except SaleError as error:
        return None, error


def _classes(asked: Asked) -> Sequence[tuple[str, str]]:
    """The classes of the first leg with their words, if there is a choice."""
    found, words = asked.rides[0].classes, class_words(asked.view.words)
    return [(one, words[one]) for one in found] if len(found) > 1 else []
