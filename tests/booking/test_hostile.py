"""Whatever is typed or sent is text: never markup, never an error of ours, never somebody else's booking."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sale.shop import OUT, adult

from booking.conftest import Browse
from booking.passenger import EMAIL, Place, by_link, state
from rerail.sale.holding import Buyer

ATTACK = "<script>alert(1)</script>"


def test_what_is_typed_is_shown_as_text(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    found = visitor.open("/en/booking")
    for field in ("code", "email"):
        page = visitor.send(found, "/en/booking", {"code": "A", "email": "b", field: f'"{ATTACK}'})
        assert page.status == 404
        assert "<script" not in page.html
    booking = place.shop.buy(OUT, passengers=[adult(ATTACK, '"><img src=x onerror=alert(1)>')])
    page = by_link(visitor, place, booking)
    for path in ("", "/refund", "/refund?ticket=1"):
        html = visitor.open(page.address + path).html
        assert "<script" not in html
        assert "<img src=x" not in html


NONSENSE = [
    ("", ""),
    ("A" * 5000, EMAIL),
    ("' OR 1=1 --", EMAIL),
    ("\x00", "\x00"),
    ("АБВГ", "почта@пример.рф"),
    ("%", "%"),
]


def test_nonsense_finds_nothing(on_both: Place, browse: Browse) -> None:
    visitor = browse(on_both)
    found = visitor.open("/en/booking")
    for code, email in NONSENSE:
        assert visitor.send(found, "/en/booking", {"code": code, "email": email}).status == 404, code
        on_both.shop.clock.forward(hours=1)  # or the guesses are throttled


def test_a_booking_without_an_email_is_not_opened_by_an_empty_one(place: Place, browse: Browse) -> None:
    shop = place.shop
    token = shop.token(shop.ask(OUT, channel="counter"))
    buyer = Buyer(passengers=(adult(),), email="", language="ru", pays_at_counter=True)
    booking = shop.selling.call(shop.selling.hold(shop.request(), token, buyer))
    visitor = browse(place)
    found = visitor.open("/en/booking")
    for email in ("", " ", "\x00"):
        assert visitor.send(found, "/en/booking", {"code": booking.code, "email": email}).status == 404


NO_ADDRESSES = [
    "/xx/booking",
    "/en/booking/",
    "/en/booking/a.b",
    "/en/booking/%F0%9F%9A%82",
    "/en/booking/" + "A" * 300,
]


def test_addresses_that_are_none(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    for path in NO_ADDRESSES:
        assert visitor.open(path).status in (200, 404), path
        assert visitor.post(path, [("code", "A")]).status in (403, 404, 405), path


def test_a_body_that_is_no_form(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    page = by_link(visitor, place, place.shop.hold(OUT))
    for content_type in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
        headers = {"content-type": content_type, "origin": "http://testserver.local"}
        for path in ("/pay", "/cancel", "/names", "/refund", "/rebook", ""):
            answer = visitor.client.post(f"{page.address}{path}", content=b"\xff\x00{]", headers=headers)
            assert 400 <= answer.status_code < 500, path


values = st.text(max_size=20) | st.sampled_from(["1", "0", "-1", "2", "demo", "a" * 32, "1" * 32, "٣", ""])
names = st.sampled_from(
    ["key", "version", "ticket", "total", "provider", "token", "family_name.1", "birth_date.1", "leg1", "x"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.sampled_from(["pay", "cancel", "names", "refund", "rebook"]), st.lists(st.tuples(names, values), max_size=6))
def test_no_form_however_filled_in_is_an_error_of_ours(
    place: Place, browse: Browse, deed: str, fields: list[tuple[str, str]]
) -> None:
    visitor = browse(place)
    booking = place.shop.selling.find("")[0] if place.shop.selling.find("") else place.shop.buy(OUT)
    page = by_link(visitor, place, booking)
    if state(place, booking) != "confirmed":
        return  # what it is about has happened: the passenger gave the only ticket back
    token = visitor.open(f"{page.address}/refund?ticket=1").form(page.address).value("form_token")
    assert token
    fields = [(name, value.encode("utf-8", "replace").decode()) for name, value in fields]
    answer = visitor.post(f"{page.address}/{deed}", [("form_token", token), *fields])
    assert answer.status < 500
