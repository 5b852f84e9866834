"""A user's own account: the password and the language."""

from __future__ import annotations

from typing import Any

from litestar import Response

from rerail.desk.people import choose_language
from rerail.desk.signing_in import change_password
from rerail.people.throttle import Throttled, seconds_up
from rerail.people.users import PeopleError
from rerail.web.i18n import OWN_NAMES
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.visit import LANGUAGE_COOKIE, Visit


def account(visit: Visit) -> Response[Any]:
    """The page at `/office/account`."""
    return _page(visit, Faults())


def change(visit: Visit, fields: Fields) -> Response[Any]:
    """Change the password or the language."""
    if fields.text("act") == "language":
        return _language(visit, fields.text("language"))
    _ = visit.view.words.gettext
    new = fields.raw("new")
    if new != fields.raw("again"):
        return _page(visit, Faults({"again": _("The two new passwords differ.")}), status=422)
    assert visit.who is not None
    try:
        change_password(visit.office.store, visit.office.clock, visit.who, fields.raw("old"), new)
    except Throttled as error:
        wait = {"retry-after": str(seconds_up(error.wait))}
        return _page(visit, Faults({"old": visit.says(error)}), status=429, headers=wait)
    except PeopleError as error:
        where = "old" if error.about == "present password" else "new"
        return _page(visit, Faults({where: visit.says(error)}), status=422)
    return visit.go("/office/account?done=password")


def _language(visit: Visit, language: str) -> Response[Any]:
    if language in visit.view.languages:
        choose_language(visit.office.store, visit.user, language)
    return visit.go("/office/account?done=language", cookies=(visit.no_cookie(LANGUAGE_COOKIE),))


def _page(visit: Visit, errors: Faults, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[Any]:
    return visit.page(
        "account.html",
        status=status,
        headers=headers,
        errors=errors,
        done=visit.fields.text("done"),
        own_names=OWN_NAMES,
    )
