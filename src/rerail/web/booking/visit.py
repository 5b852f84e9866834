"""One request for a booking's page: who asks, in which language, and whether they may see it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from rerail.desk import selling as desk
from rerail.desk.selling import Selling
from rerail.sale.errors import NoBooking, SaleError
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.web.booking import access
from rerail.web.context import Frame, View
from rerail.web.errors import NotFound
from rerail.web.office.fields import Fields

AnyRequest = Request[Any, Any, Any]

HEADERS: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}
"""Of every answer about a booking: nobody keeps it, nobody lists it."""

CLIENT: Final = "site"
"""Whose idempotency keys these are: they are made at random, one for each page."""

_CODE: Final = re.compile(r"[0-9A-Za-z]{1,16}")
_KEY: Final = re.compile(r"[0-9a-f]{32}")


class Visit:
    """One request of the passenger's."""

    def __init__(self, frame: Frame, request: AnyRequest) -> None:
        """Raises `NotFound` for a language that the line does not speak, `StoreError`."""
        self.frame: Final = frame
        self.request: Final = request
        self.fields: Final = Fields.parsed(request.scope["query_string"][:4096])
        language = str(request.path_params["language"])
        if language not in frame.languages(frame.current.snapshot().line):
            raise NotFound()
        path = str(request.scope["path"]).removeprefix(f"/{language}")
        self.view: Final[View] = frame.view(path, language)

    @property
    def selling(self) -> Selling:
        """The counter."""
        return self.frame.selling

    @cached_property
    def market(self) -> Market:
        """What the page goes by."""
        return self.selling.market()

    @property
    def code(self) -> str:
        """The booking's code in the address. Raises `NotFound` if none could look like it."""
        code = str(self.request.path_params.get("code", ""))
        if not _CODE.fullmatch(code):
            raise NotFound()
        return code.upper()

    @property
    def home(self) -> str:
        """The address of the booking's own page."""
        return self.view.href(f"/booking/{self.code}")

    @property
    def address(self) -> str:
        """Where the request comes from, as far as the connection tells."""
        client = self.request.client
        return client.host if client is not None else ""

    @property
    def secure(self) -> bool:
        """Whether the browser comes by https, so that the cookie must never go without."""
        return self.frame.site.startswith("https://") or self.request.url.scheme == "https"

    @property
    def form_token(self) -> str:
        """What the forms of this booking's pages carry."""
        return access.form_token(self.selling, self.request, self.code)

    def booking(self) -> Booking | None:
        """The booking. None: there is none, or this browser has not shown that it may see it."""
        if not access.may_see(self.selling, self.request, self.code):
            return None
        try:
            return self.selling.booking(self.code)
        except NoBooking:
            return None

    def granted(self, code: str) -> Cookie:
        """The cookie that lets this browser see a booking from now on."""
        return access.grant(self.selling, self.request, code, secure=self.secure)

    def asking(self, fields: Fields) -> desk.Request:
        """The request as the desk recognises its repetition. Raises `BrokenForm`."""
        key = fields.text("key")
        if not _KEY.fullmatch(key):
            raise BrokenForm
        return desk.Request(CLIENT, key)

    def says(self, error: SaleError) -> str:
        """The error's sentence in the reader's language."""
        return self.view.words.gettext(error.message, **error.values_in(self.view.language))

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response[str]:
        """A page of `templates/booking/`."""
        html = self.view.render(f"booking/{template}", **values)
        return Response(html, status_code=status, media_type="text/html", headers={**HEADERS, **(headers or {})})

    def file(self, content: bytes, media_type: str, name: str) -> Response[bytes]:
        """A file about the booking, to look at or to keep."""
        disposition = {"content-disposition": f'inline; filename="{name}"'}
        return Response(content, media_type=media_type, headers={**HEADERS, **disposition})

    def go(self, path: str, *cookies: Cookie) -> Response[Any]:
        """Send the browser on with GET. The address left may have held a letter's key: it is told to nobody."""
        headers = {**HEADERS, "referrer-policy": "no-referrer"}
        return Redirect(path, status_code=303, headers=headers, cookies=list(cookies))

    def refuse(self, sentence: str, status: int) -> Response[str]:
        """A page that says why nothing was done, with the way back to the booking."""
        return self.page("refused.html", status=status, sentence=sentence, back=self.home)

    def refuse_error(self, error: SaleError) -> Response[str]:
        """The same for what the desk would not do."""
        return self.refuse(self.says(error), error.status)

    def unseen(self, sentence: str = "", status: int = 200, wait_seconds: int = 0) -> Response[str]:
        """The form that asks for code and e-mail; the same for a booking of somebody else's and for none."""
        headers = {"retry-after": str(wait_seconds)} if wait_seconds else {}
        code = self.request.path_params.get("code", "")
        return self.page("find.html", status=status, headers=headers, code=code, email="", sentence=sentence)


class BrokenForm(Exception):
    """A form came without what every form of ours carries; no browser that shows our pages sends one."""


def new_key() -> str:
    """What a form carries so that sending it twice does it once."""
    return secrets.token_hex(16)
