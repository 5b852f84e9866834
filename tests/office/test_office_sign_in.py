"""The door of the office: who gets in, what the browser holds, and what a foreign page cannot do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from office.conftest import PASSWORD, Now
from office.visitor import Visitor
from rerail.desk import people, signing_in
from rerail.desk.current import Current
from rerail.people import tables
from rerail.people.sessions import digest_of
from rerail.web.app import create_app
from rerail.web.office.visit import safe_way_back

PAGES = (
    "/office/",
    "/office/journal",
    "/office/record",
    "/office/record/grant",
    "/office/record/withdraw/preview?from=2026-12-01",
    "/office/account",
    "/office/users",
    "/office/audit",
    "/office/sign-out",
)
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_asked_to_and_comes_back_to_the_page(visit: Visit, page: str) -> None:
    stranger = visit()
    asked = stranger.open(page)
    assert asked.address.startswith("/office/sign-in")
    assert stranger.sign_in("Marina", PASSWORD, asked).address.rstrip("/") == page.rstrip("/")


def test_the_session_cookie_is_for_the_office_alone_and_for_no_script(visit: Visit) -> None:
    stranger = visit()
    stranger.sign_in("Marina", PASSWORD)
    held = [cookie for cookie in stranger.client.cookies.jar if cookie.name == "rerail_session"]
    assert [(one.path, one.secure, one.expires) for one in held] == [("/office", False, None)]
    assert held[0]._rest.keys() >= {"HttpOnly"}  # type: ignore[attr-defined]
    assert held[0]._rest["SameSite"].lower() == "strict"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("site", "scheme"), [("http://a.example", "https"), ("https://a.example", "http")])
def test_cookies_are_secure_when_the_browser_comes_by_https(current: Current, site: str, scheme: str) -> None:
    with TestClient(create_app(current, site=site), base_url=f"{scheme}://testserver.local") as client:
        answer = client.get("/office/sign-in")
        assert "; Secure" in answer.headers["set-cookie"]


def test_a_session_that_somebody_else_chose_is_not_taken_up(visit: Visit, current: Current) -> None:
    victim = visit()
    victim.client.cookies.set("rerail_session", "chosen-by-somebody-else", path="/office")
    victim.sign_in("Marina", PASSWORD)
    with current.store.read() as connection:
        assert tables.session_by_digest(connection, digest_of("chosen-by-somebody-else")) is None
    stranger = visit()
    stranger.client.cookies.set("rerail_session", "chosen-by-somebody-else", path="/office")
    assert stranger.open("/office/").address.startswith("/office/sign-in")


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "The name or the password is not right."), ("ru", "Имя или пароль неверны."), ("ko", "비밀번호가 맞지")],
)
def test_a_wrong_password_is_said_in_the_readers_language_and_the_name_is_kept(
    visit: Visit, language: str, says: str
) -> None:
    stranger = visit(language=language)
    refused = stranger.sign_in("Marina", "hunter2hunter2")
    assert refused.status == 401
    assert says in refused.text
    assert refused.form("/office/sign-in").value("name") == "Marina"
    assert "hunter2" not in refused.html


def test_a_password_with_spaces_at_its_ends_is_taken_as_typed(visit: Visit, current: Current, now: Now) -> None:
    typed = "  with spaces at both ends "
    people.add_user(current.store, now, name="Olga", role="reader", railway=None, password=typed, by=None)
    assert visit().sign_in("Olga", typed.strip()).status == 401
    assert visit().sign_in("Olga", typed).address.rstrip("/") == "/office"


def test_too_many_wrong_passwords_are_answered_429_without_looking_at_the_password(
    visit: Visit, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = visit()
    for _ in range(5):
        assert stranger.sign_in("Marina", "wrong").status == 401

    def never(_kept: str | None, _password: str) -> bool:
        raise AssertionError("the password was looked at")

    with monkeypatch.context() as patched:
        patched.setattr(signing_in, "matches", never)
        throttled = stranger.sign_in("Marina", PASSWORD)
    assert throttled.status == 429
    assert throttled.answer.headers["retry-after"] == "2"
    assert "try again in 2 seconds" in throttled.text
    now.move(timedelta(seconds=2))
    assert stranger.sign_in("Marina", PASSWORD).status == 200


@pytest.mark.parametrize(
    "said",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "", "sec_fetch_site": "cross-site"},
        {"origin": "", "sec_fetch_site": "same-site"},
    ],
    ids=["foreign", "opaque", "no-origin-cross-site", "no-origin-sister-site"],
)
def test_a_foreign_page_cannot_sign_a_browser_in(visit: Visit, said: dict[str, str]) -> None:
    stranger = visit()
    asked = stranger.open("/office/sign-in")
    refused = stranger.send(asked, "/office/sign-in", {"name": "Marina", "password": PASSWORD}, **said)
    assert refused.status == 403
    assert not any(cookie.name == "rerail_session" for cookie in stranger.client.cookies.jar)


def test_the_sign_in_form_of_another_browser_does_not_work(visit: Visit) -> None:
    one, other = visit(), visit()
    form = one.open("/office/sign-in").form("/office/sign-in")
    fields = [("form_token", form.value("form_token")), ("name", "Marina"), ("password", PASSWORD)]
    assert other.post("/office/sign-in", fields).status == 403
    other.open("/office/sign-in")
    assert other.post("/office/sign-in", fields).status == 403


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/office/",
        "//evil.example/office/",
        "/office//evil.example",
        "/office/../../evil",
        "/\\evil.example",
        "/office\\..\\evil",
        "javascript:alert(1)",
        "/en/",
        "/officevil",
        "http:///office/",
        "",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(visit: Visit, elsewhere: str) -> None:
    stranger = visit()
    asked = stranger.open("/office/sign-in")
    sent = stranger.send(asked, "/office/sign-in", {"name": "Rita", "password": PASSWORD, "next": elsewhere})
    assert sent.address.rstrip("/") == "/office"


@given(st.text(alphabet="/\\.:?#@ ofice\t\nehtps%20", max_size=40) | st.text(max_size=40))
def test_every_way_back_is_a_page_of_the_office(address: str) -> None:
    back = safe_way_back(address)
    assert back == "/office/" or (back == address and address.startswith("/office"))


def test_after_signing_out_going_back_shows_nothing(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    page = marina.open("/office/journal")
    assert page.answer.headers["cache-control"] == "no-store"
    left = marina.send(page, "/office/sign-out")
    assert "You are signed out." in left.text
    assert marina.open("/office/journal").address.startswith("/office/sign-in")
    with current.store.read() as connection:
        assert tables.read_events(connection)[0].act == "signed-out"


@pytest.mark.parametrize("name", [None, "Marina", "Rita"])
def test_no_answer_of_the_office_is_ever_kept(visit: Visit, name: str | None) -> None:
    visitor = visit(name)
    for page in (*PAGES, "/office/sign-in", "/office/nothing-here", "/office/record/nothing", "/office/recorded/x"):
        answer = visitor.peek(page)
        assert answer.headers["cache-control"] == "no-store", page
        assert answer.status_code < 500, page
    for page in ("/office/", "/office/journal"):
        answer = visitor.peek(page, "POST")
        assert (answer.status_code, answer.headers["cache-control"]) == (405, "no-store")


def test_an_idle_session_ends_and_says_so(visit: Visit, now: Now) -> None:
    marina = visit("Marina")
    now.move(timedelta(hours=1))
    asked = marina.open("/office/journal?railway=ksr")
    assert "Your session has ended." in asked.text
    assert "What you typed is kept" in asked.text
    assert marina.sign_in("Marina", PASSWORD, asked).address == "/office/journal?railway=ksr"


def test_who_follows_a_link_from_another_site_is_told_how_to_go_on(visit: Visit) -> None:
    """The cookie is not sent on the way in from elsewhere; one step inside the office it is."""
    asked = visit().open("/office/journal", **{"sec-fetch-site": "cross-site"})
    assert "You came from another site." in asked.text
    assert "next=%2Foffice%2Fjournal" in asked.html


def test_the_language_is_the_choice_then_the_preference_then_the_browsers(visit: Visit) -> None:
    kim = visit("Kim", language="en")
    assert "The service today" in kim.open("/office/").text
    chosen = kim.send(kim.open("/office/account"), "/office/account", {"act": "language", "language": "ko"})
    assert "오늘의 운행 상태" in kim.open("/office/").text
    assert chosen.status == 200
    assert "Движение сегодня" in kim.open("/office/?lang=ru").text
    assert "Движение сегодня" in kim.open("/office/").text, "the choice stays with this browser"
    assert "오늘의 운행 상태" in visit("Kim", language="en").open("/office/").text, "and the preference with the user"
    for nonsense in ("xx", "de", "'><script>", "../../etc/passwd"):
        assert "오늘의 운행 상태" in visit("Kim").open(f"/office/?{urlencode({'lang': nonsense})}").text


def test_a_session_is_not_believed_on_the_passengers_pages(visit: Visit) -> None:
    marina = visit("Marina")
    assert "Marina" not in marina.open("/en/").text


def test_a_form_that_is_no_form_is_no_form(app: Litestar, visit: Visit) -> None:
    stranger = visit()
    stranger.open("/office/sign-in")
    for body, kind in (
        (b'{"name": "Marina"}', "application/json"),
        (b"\xff\xfe%zz&&&=", "application/x-www-form-urlencoded"),
    ):
        answer = stranger.client.post("/office/sign-in", content=body, headers={"content-type": kind})
        assert answer.status_code == 403
