"""An operator looks after the users at the office; nobody else does, and the trail says who did."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from office.conftest import PASSWORD, Now
from office.visitor import Page, Visitor
from rerail.desk import people
from rerail.desk.current import Current

Visit = Callable[..., Visitor]


def page_of(operator: Visitor, name: str) -> Page:
    """The page of one user, found as a person finds it: in the list."""
    listed = operator.open("/office/users")
    link = re.search(rf'href="(/office/users/[0-9a-f]+)">{name}<', listed.html)
    assert link is not None
    return operator.open(link.group(1))


def pressed(operator: Visitor, page: Page, act: str) -> Page:
    """Press the button that does this."""
    form = page.forms[-1]
    return operator.post(form.action, [*form.fields, ("act", act)])


def added(operator: Visitor, **fields: str) -> Page:
    """Add a user with what the form suggests, and these."""
    return operator.send(operator.open("/office/users"), "/office/users", fields)


def test_a_user_is_added_with_the_suggested_password_and_may_sign_in(visit: Visit) -> None:
    marina = visit("Marina")
    asked = marina.open("/office/users")
    suggested = asked.form("/office/users").value("password")
    page = marina.send(asked, "/office/users", {"name": "Pak Yong", "role": "official", "railway": "ksr"})
    assert "The user was added" in page.text
    assert "official of KSR" in page.text
    assert suggested not in page.html, "it is not shown again"
    assert visit().sign_in("pak yong", suggested).address.rstrip("/") == "/office"


def test_a_double_click_adds_one_user_and_its_password_holds(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    asked = marina.open("/office/users")
    suggested = asked.form("/office/users").value("password")
    for _ in range(2):
        page = marina.send(asked, "/office/users", {"name": "Pak", "role": "reader"})
        assert "The user was added" in page.text
    assert [user.name for user in people.users(current.store)].count("Pak") == 1
    assert visit().sign_in("Pak", suggested).status == 200


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "", "role": "reader"}, "Give the user a name."),
        ({"name": "MARINA", "role": "reader"}, 'There is a user "Marina" already'),
        ({"name": "Pak"}, "There is no role"),
        ({"name": "Pak", "role": "official"}, "name it, one of"),
        ({"name": "Pak", "role": "reader", "railway": "ksr"}, "Only officials and officers have a railway"),
        ({"name": "Pak", "role": "official", "railway": "db"}, "No railway"),
        ({"name": "Pak", "role": "reader", "password": "short"}, "The password is too short"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_said_and_nobody_is_added(
    visit: Visit, current: Current, fields: dict[str, str], says: str
) -> None:
    before = people.users(current.store)
    page = added(visit("Marina"), **fields)
    assert page.status == 422
    assert re.search(says, page.text)
    assert page.form("/office/users").value("name") == fields["name"]
    assert people.users(current.store) == before


def test_the_sentence_about_a_new_user_is_in_the_operators_language(visit: Visit) -> None:
    assert (
        "비밀번호가 너무 짧습니다. 12자 이상"
        in added(visit("Marina", language="ko"), name="Pak", role="reader", password="x").text
    )


def test_a_disabled_user_is_out_at_once_and_may_come_back(visit: Visit) -> None:
    marina, rita = visit("Marina"), visit("Rita")
    assert rita.open("/office/journal").address == "/office/journal"
    out = pressed(marina, page_of(marina, "Rita"), "disable")
    assert "The user may no longer sign in" in out.text
    assert rita.open("/office/journal").address.startswith("/office/sign-in")
    assert visit().sign_in("Rita", PASSWORD).status == 401
    assert "The user may sign in again." in pressed(marina, out, "enable").text
    assert visit().sign_in("Rita", PASSWORD).status == 200


def test_the_last_operator_cannot_lock_everybody_out(visit: Visit) -> None:
    marina = visit("Marina")
    refused = pressed(marina, page_of(marina, "Marina"), "disable")
    assert "Marina is the last operator; add another before disabling this one." in refused.text
    assert marina.open("/office/users").status == 200


def test_a_forgotten_password_is_replaced_by_the_one_the_form_suggests(visit: Visit) -> None:
    marina, kim = visit("Marina"), visit("Kim")
    page = page_of(marina, "Kim")
    suggested = page.form("/office/users/").value("password")
    assert "every session of the user has ended" in marina.send(page, "/office/users/").text
    assert kim.open("/office/").address.startswith("/office/sign-in")
    assert visit().sign_in("Kim", PASSWORD).status == 401
    assert visit().sign_in("Kim", suggested).status == 200


def test_a_user_nobody_knows_has_no_page(visit: Visit) -> None:
    assert visit("Marina").open("/office/users/0000").status == 404


@pytest.mark.parametrize("name", ["Kim", "Rita"])
@pytest.mark.parametrize("page", ["/office/users", "/office/audit"])
def test_users_and_trail_are_the_operators(visit: Visit, name: str, page: str) -> None:
    visitor = visit(name)
    assert visitor.open(page).status == 403
    own = visitor.open("/office/").form("/office/sign-out").value("form_token")
    if page == "/office/users":
        fields = [("form_token", own), ("name", "Pak"), ("role", "operator"), ("password", PASSWORD)]
        assert visitor.post(page, fields).status == 403


def test_who_changes_the_own_password_stays_signed_in_here_and_nowhere_else(visit: Visit) -> None:
    here, elsewhere = visit("Kim"), visit("Kim")
    change = {"act": "password", "old": PASSWORD, "new": "five other words and a tram"}
    wrong = here.send(
        here.open("/office/account"), "/office/account", {**change, "again": "five other words and a bus"}
    )
    assert "The two new passwords differ." in wrong.text
    guessed = here.send(here.open("/office/account"), "/office/account", {**change, "old": "x", "again": change["new"]})
    assert "The present password is not right." in guessed.text
    weak = here.send(here.open("/office/account"), "/office/account", {**change, "new": "x", "again": "x"})
    assert "The password is too short" in weak.text
    done = here.send(here.open("/office/account"), "/office/account", {**change, "again": change["new"]})
    assert "Your new password holds" in done.text
    assert elsewhere.open("/office/").address.startswith("/office/sign-in")
    assert visit().sign_in("Kim", PASSWORD).status == 401
    assert visit().sign_in("Kim", change["new"]).status == 200


def test_the_trail_tells_what_happened_without_passwords_or_names_nobody_has(visit: Visit, now: Now) -> None:
    visit().sign_in("my-password-in-the-wrong-field", "x")
    visit().sign_in("Kim", "a wrong password")
    marina = visit("Marina")
    added(marina, name="Pak", role="official", railway="ksr")
    told = marina.open("/office/audit").text
    assert "an unknown name Sign-in failed" in told
    assert "Kim Sign-in failed" in told
    assert re.search(r"Marina User added: Pak \(official of KSR\)", told)
    assert "my-password" not in told
    assert PASSWORD not in told


def test_the_trail_goes_back_page_by_page(visit: Visit, current: Current, now: Now) -> None:
    for _ in range(21):  # five users each time
        people.demo_sign_in(current.store, now)
    marina = visit("Marina")
    first = marina.open("/office/audit")
    assert "Older" in first.text
    older = re.search(r'href="(/office/audit\?before=\d+)"', first.html)
    assert older is not None
    assert "User added: Marina" in marina.open(older.group(1)).text
