"""The users, as an operator looks after them: add, give another password, disable, enable."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

from litestar import Response

from rerail.desk.people import add_user, disable, enable, reset_password, users
from rerail.people.passwords import generated_password
from rerail.people.users import ROLES, PeopleError, User
from rerail.web.errors import NotFound
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.visit import Visit

_FORM_ID: Final = re.compile(r"[0-9a-f]{32}")
_DONE: Final = ("added", "disabled", "enabled", "password")


def everybody(visit: Visit) -> Response[Any]:
    """The page at `/office/users`."""
    return _page(visit, Fields(), Faults())


def add(visit: Visit, fields: Fields) -> Response[Any]:
    """Add a user. The form suggests a password, so that it is written down before it is sent."""
    form = fields.text("form")
    try:
        user = add_user(
            visit.office.store,
            visit.office.clock,
            name=fields.text("name"),
            role=fields.text("role"),
            railway=fields.text("railway") or None,
            tour_operator=fields.text("tour_operator") or None,
            password=fields.raw("password"),
            by=visit.user,
            form=form if _FORM_ID.fullmatch(form) else None,
        )
    except PeopleError as error:
        return _page(visit, fields, Faults({error.about: visit.says(error)}))
    return visit.go(f"/office/users/{user.id}?done=added")


def one(visit: Visit, user_id: str) -> Response[Any]:
    """The page at `/office/users/{id}`."""
    return _one(visit, _known(visit, user_id), Faults())


def change(visit: Visit, fields: Fields, user_id: str) -> Response[Any]:
    """Disable or enable a user, or give them another password."""
    user = _known(visit, user_id)
    store, clock = visit.office.store, visit.office.clock
    act = fields.text("act")
    try:
        if act == "disable":
            disable(store, clock, user.id, by=visit.user)
            done = "disabled"
        elif act == "enable":
            enable(store, clock, user.id, by=visit.user)
            done = "enabled"
        elif act == "password":
            reset_password(store, clock, user.id, fields.raw("password"), by=visit.user)
            done = "password"
        else:
            raise NotFound
    except PeopleError as error:
        return _one(visit, user, Faults({error.about: visit.says(error)}), password=fields.raw("password"))
    return visit.go(f"/office/users/{user.id}?done={done}")


def _known(visit: Visit, user_id: str) -> User:
    for user in users(visit.office.store):
        if user.id == user_id:
            return user
    raise NotFound


def _page(visit: Visit, fields: Fields, errors: Faults) -> Response[Any]:
    return visit.page(
        "users.html",
        status=422 if errors else 200,
        users=users(visit.office.store),
        roles=ROLES,
        fields=fields,
        errors=errors,
        form=fields.text("form") or secrets.token_hex(16),
        password=fields.raw("password") or generated_password(),
    )


def _one(visit: Visit, user: User, errors: Faults, password: str = "") -> Response[Any]:
    done = visit.fields.text("done")
    return visit.page(
        "user.html",
        status=422 if errors else 200,
        person=user,
        errors=errors,
        done=done if done in _DONE else "",
        password=password or generated_password(),
    )
