"""The page of the demonstration's provider: it says that no money is taken, and lets one pay or decline."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from anyio import to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from rerail.desk.letters import money_words
from rerail.sale.payment import DemoCheckout, Order
from rerail.web.booking.visit import AnyRequest, Visit
from rerail.web.context import Frame
from rerail.web.errors import NotFound
from rerail.web.office.door import form_fields, from_our_pages

_OUTCOMES: Final = {"pay": "paid", "decline": "failed"}
_LONGEST: Final = 100


def handlers(frame: Frame) -> list[HTTPRouteHandler]:
    """`/{lang}/pay/{reference}`, seen and decided. Not found unless the demonstration's provider is there."""

    def look(request: AnyRequest) -> Response[Any]:
        visit, provider, order = _order(frame, request)
        return visit.page(
            "pay.html",
            order=order,
            amount=money_words(order.amount, visit.view.language),
            decided=provider.outcome(order.reference) != "open",
            back=_back(order),
        )

    @get("/{language:str}/pay/{reference:str}")
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(look, request)

    @post("/{language:str}/pay/{reference:str}", status_code=200)
    async def decide(request: AnyRequest, body: RawBody) -> Response[Any]:
        visit, provider, order = await to_thread.run_sync(_order, frame, request)
        outcome = _OUTCOMES.get(form_fields(request, body).text("decision"))
        if outcome is None or not from_our_pages(request):
            _ = visit.view.words.gettext
            sentence = _("This form was not sent from the page of the payment, so nothing was done. Open it again.")
            return visit.page("refused.html", status=403, sentence=sentence, back=_back(order))
        # The second click, or one after the back button, decides nothing: what was decided first holds.
        provider.decide(order.reference, "paid" if outcome == "paid" else "failed")
        await visit.selling.settled(order.reference)
        declined = provider.outcome(order.reference) == "failed"
        return visit.go(f"{_back(order)}?payment=declined" if declined else _back(order))

    return [show, decide]


def _order(frame: Frame, request: AnyRequest) -> tuple[Visit, DemoCheckout, Order]:
    """Raises `NotFound`."""
    visit = Visit(frame, request)
    provider = frame.selling.providers.get("demo")
    order = None
    if isinstance(provider, DemoCheckout):
        order = provider.order(str(request.path_params["reference"])[:_LONGEST])
    if order is None or not isinstance(provider, DemoCheckout):
        _ = visit.view.words.gettext
        raise NotFound(_("There is no such payment. Open your booking and pay from there."))
    return visit, provider, order


def _back(order: Order) -> str:
    """The booking's page on this host, whatever the public address says."""
    return urlsplit(order.back).path
