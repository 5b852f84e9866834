"""One request to the office: who it is from, in which language, and the answer it gets.

Every answer of the office says `Cache-Control: no-store`: a page that was shown to one person is no one
else's, and going back after signing out shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from rerail.clock import Clock
from rerail.desk.counter import Counter
from rerail.desk.current import Current, Snapshot
from rerail.desk.letters import money_words
from rerail.desk.selling import Selling
from rerail.desk.signing_in import Present, present
from rerail.desk.till import Till
from rerail.line.amount import Money
from rerail.line.sentence import SentenceError
from rerail.line.timing import StationTime
from rerail.money.shifts import ShiftError
from rerail.people.sessions import form_token
from rerail.people.users import PeopleError, User
from rerail.store.engine import Store
from rerail.ticket.problem import TicketError
from rerail.web.context import Frame, View
from rerail.web.i18n import OWN_NAMES, SPOKEN, date_words, preferred
from rerail.web.office.draft_form import KINDS, Kind, kinds_for
from rerail.web.office.fields import Fields
from rerail.web.site.clock_words import clock_name

SESSION_COOKIE: Final = "rerail_session"
DOORSTEP_COOKIE: Final = "rerail_doorstep"
"""What a browser holds while it looks at the sign-in page, so that no foreign page can sign it in."""
OFFLINE_COOKIE: Final = "rerail_offline"
"""Says that this browser keeps a border's pages, so that the sign-in page erases them. Holds nothing else."""
LANGUAGE_COOKIE: Final = "rerail_office_language"

HOME: Final = "/office/"
BORDERS: Final = "/office/borders"
"""The first page of officers and conductors."""
SIGN_IN: Final = "/office/sign-in"

AnyRequest = Request[Any, Any, Any]

_HEADERS: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_A_YEAR: Final = 365 * 86_400
_LONGEST_ADDRESS: Final = 8_000


class Office:
    """What the office is made of."""

    def __init__(self, frame: Frame, *, https: bool) -> None:
        self.frame: Final = frame
        self.https: Final = https
        """Whether the operator says that every browser comes by https, whatever the proxy says."""

    @property
    def current(self) -> Current:
        """The line and its journal."""
        return self.frame.current

    @property
    def store(self) -> Store:
        """The database."""
        return self.frame.current.store

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.frame.current.clock

    def visit(self, request: AnyRequest) -> Visit:
        """The request, with whoever it is from. Raises `StoreError`."""
        token = request.cookies.get(SESSION_COOKIE, "")
        who = present(self.store, self.clock, token) if token else None
        return Visit(self, request, who, token if who is not None else "")


class OfficeView(View):
    """A page's look at the line, in the language of whoever is at the desk."""

    def __init__(
        self, frame: Frame, snapshot: Snapshot, now: datetime, path: str, language: str, asked: Fields
    ) -> None:
        super().__init__(frame, snapshot, now, path, language, {})
        self._asked: Final = asked

    def alternates(self) -> list[tuple[str, str, str]]:
        """This page in every language: (language, its own name, address)."""
        pairs = self._asked.pairs  # not a mapping: a form's field can have several values
        return [
            (one, OWN_NAMES[one], f"{quote(self.path)}?{urlencode([*pairs, ('lang', one)])}") for one in self.languages
        ]


class Visit:
    """One request, and who it is from."""

    def __init__(self, office: Office, request: AnyRequest, who: Present | None, token: str) -> None:
        self.office: Final = office
        self.request: Final = request
        self.who: Final = who
        self.token: Final = token
        self.fields: Final = Fields.parsed(request.scope["query_string"])
        frame = office.frame
        snapshot = frame.current.snapshot()
        self._chosen = self.fields.text("lang")
        language = self._language(frame.languages(snapshot.line))
        self._asked: Final = self.fields.only(name for name, _ in self.fields.pairs if name != "lang")
        path = str(request.scope["path"])
        self.view: Final = OfficeView(frame, snapshot, frame.current.now(), path, language, self._asked)

    @property
    def user(self) -> User:
        """Who is signed in. Only asked for behind the door."""
        assert self.who is not None
        return self.who.user

    @property
    def now(self) -> datetime:
        """The instant, UTC."""
        return self.view.now

    @property
    def address(self) -> str:
        """Where the request comes from, as far as the connection tells."""
        client = self.request.client
        return client.host if client is not None else ""

    @property
    def secure(self) -> bool:
        """Whether the browser came by https, so that its cookies must never go without."""
        return self.office.https or self.request.url.scheme == "https"

    @property
    def here(self) -> str:
        """The path and query of this request, without the choice of language."""
        query = self._asked.query
        path = quote(str(self.request.scope["path"]))
        return f"{path}?{query}" if query else path

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of entry that whoever is signed in can record."""
        return kinds_for(self.user)

    @property
    def selling(self) -> Selling:
        """The counter of this process."""
        return self.office.frame.selling

    @property
    def counter(self) -> Counter:
        """What the user may do with bookings. Raises `NotPermitted` for a role that sells nothing."""
        return Counter(self.selling, self.user)

    @property
    def till(self) -> Till:
        """The user's tills. Raises `NotPermitted` for a role that takes no money."""
        return Till(self.selling, self.user)

    def says(self, error: PeopleError | SentenceError | ShiftError | TicketError) -> str:
        """The error's sentence in the user's language."""
        if not isinstance(error, SentenceError):
            return self.view.words.gettext(error.message, **error.values)
        values = {name: self._value(value) for name, value in error.values_in(self.view.language).items()}
        return self.view.words.gettext(error.message, **values)

    def whose_clock(self, time: StationTime) -> str:
        """ "Vladivostok time": whose clock a time is on."""
        return clock_name(self.view.words, time.zone)

    def says_money(self, money: Money) -> str:
        """An amount as the user's language writes it."""
        return money_words(money, self.view.language)

    def _value(self, value: object) -> object:
        if isinstance(value, Money):
            return self.says_money(value)
        return date_words(value, self.view.language) if isinstance(value, date) else value

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        cookies: tuple[Cookie, ...] = (),
        **values: Any,
    ) -> Response[str]:
        """A page of `templates/office/`, which sees `view`, `line`, `user` (or None) and `form_token`."""
        html = self.view.render(
            f"office/{template}",
            user=self.who.user if self.who is not None else None,
            kinds=self.kinds if self.who is not None else (),
            all_kinds=KINDS,
            form_token=form_token(self.token) if self.token else "",
            here=self.here,
            money=self.says_money,
            minor=Money,
            whose_clock=self.whose_clock,
            **values,
        )
        return Response(
            html,
            status_code=status,
            media_type="text/html",  # Litestar adds the charset to text itself
            headers={**_HEADERS, **(headers or {})},
            cookies=[*cookies, *self._language_cookie()],
        )

    def go(self, path: str, *, cookies: tuple[Cookie, ...] = ()) -> Response[Any]:
        """Send the browser to another page of the office, with GET."""
        return Redirect(path, status_code=303, headers=dict(_HEADERS), cookies=list(cookies))

    def refuse(self, sentence: str, *, back: str = HOME, status: int = 403) -> Response[str]:
        """A page that says why nothing was done, with the way back."""
        return self.page("refused.html", status=status, sentence=sentence, back=back)

    def cookie(self, key: str, value: str, *, max_age: int | None = None) -> Cookie:
        """A cookie that scripts and foreign pages never see, for the office alone."""
        return Cookie(
            key=key,
            value=value,
            path="/office",
            httponly=True,
            samesite="strict",
            secure=self.secure,
            max_age=max_age,
        )

    def no_cookie(self, key: str) -> Cookie:
        """Take a cookie away."""
        return self.cookie(key, "", max_age=0)

    def _language(self, offered: tuple[str, ...]) -> str:
        kept = self.request.cookies.get(LANGUAGE_COOKIE, "")
        own = self.who.user.language if self.who is not None else None
        for wish in (self._chosen, kept, own):
            if wish in offered:
                return str(wish)
        return preferred(self.request.headers.get("accept-language", ""), offered)

    def _language_cookie(self) -> tuple[Cookie, ...]:
        if self._chosen not in SPOKEN:
            return ()
        return (self.cookie(LANGUAGE_COOKIE, self._chosen, max_age=_A_YEAR),)


def safe_way_back(address: str) -> str:
    """The address if it is a page of the office, else the office's first page: nobody is sent elsewhere."""
    if len(address) > _LONGEST_ADDRESS or "\\" in address:
        return HOME
    try:
        parts = urlsplit(address)
    except ValueError:
        return HOME
    inside = parts.path == "/office" or parts.path.startswith("/office/")
    if parts.scheme or parts.netloc or not inside or "//" in parts.path or ".." in parts.path:
        return HOME
    return address
