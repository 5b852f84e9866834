"""How the shop answers: a page of its templates, a way on, or the page that says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from rerail.web.context import View
from rerail.web.shop.desk import HEADERS, Refused


def page(
    view: View, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> Response[Any]:
    """A page of `templates/shop/`."""
    html = view.render(f"shop/{template}", **values)
    return Response(html, status_code=status, media_type="text/html", headers={**HEADERS, **(headers or {})})


def refusal(view: View, refused: Refused, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """The page that says why nothing can be bought, and the way on."""
    return page(
        view,
        "refused.html",
        status=refused.status,
        headers=headers,
        title=refused.title,
        sentence=refused.sentence,
        ways=refused.ways,
    )


def go(address: str, cookies: Sequence[Cookie] = ()) -> Response[Any]:
    """Send the browser on, with GET."""
    return Redirect(address, status_code=303, headers=dict(HEADERS), cookies=list(cookies))
