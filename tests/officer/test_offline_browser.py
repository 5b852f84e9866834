"""The board on a telephone without a network: marks are never lost, never twice, and end up with everybody."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from lists.border_shop import OUT_KEY, passport
from playwright.sync_api import Playwright, Route, expect, sync_playwright

from officer.border_day import AT_KHASAN, CROSSING, BorderDay
from officer.conftest import app_of
from officer.device import BOARD, INSPECT, Away, Phone, Running, served
from rerail.border.marks import Mark, fold, on_departure
from rerail.sale.model import Booking
from rerail.store.engine import Store

NewPhone = Callable[..., Phone]
PLANTED = "719283465"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def day(staffed_database: Path, tmp_path: Path) -> Iterator[BorderDay]:
    """Seven in the morning at Khasan, and the clock goes on; six passengers on places 1 to 6 of coach 1."""
    shutil.copy(staffed_database, tmp_path / "border.db")
    store = Store(f"sqlite:///{tmp_path / 'border.db'}")
    # They are bought days before, when the sale was open.
    clock = Running(AT_KHASAN - timedelta(days=14))
    opened = BorderDay(store, clock, tmp_path, ())
    names = ("Ким", "Пак", "Иванов", "Цой", "Ли", "Орлов")
    opened.six = [opened.passenger(place=str(place), family=name) for place, name in enumerate(names, start=1)]  # type: ignore[attr-defined]
    for booking in opened.six:  # type: ignore[attr-defined]
        opened.papers(booking, passport(PLANTED))
    clock.turn(AT_KHASAN)
    yield opened
    opened.close()
    store.close()


@pytest.fixture
def six(day: BorderDay) -> list[Booking]:
    bookings: list[Booking] = day.six  # type: ignore[attr-defined]
    return bookings


@pytest.fixture
def server(day: BorderDay) -> Iterator[Away]:
    with served(app_of(day), day.clock) as away:
        yield away


@pytest.fixture
def phone(playwright: Playwright, server: Away, tmp_path: Path) -> Iterator[NewPhone]:
    """A telephone for each call; whatever its pages throw fails the test."""
    with ExitStack() as stack:
        phones: list[Phone] = []

        def new(name: str) -> Phone:
            one = Phone(playwright, tmp_path / f"phone-{len(phones)}", server)
            phones.append(one)
            stack.callback(one.close)
            one.sign_in(name)
            one.ready()
            return one

        yield new
        assert [one.complaints for one in phones] == [[] for _ in phones]


def noted(day: BorderDay) -> tuple[Mark, ...]:
    with day.store.read() as connection:
        return on_departure(connection, OUT_KEY, CROSSING)


def aboard(day: BorderDay) -> set[str]:
    return {booking for (booking, _), stand in fold(noted(day)).items() if stand.aboard}


def test_marks_outlive_the_network_the_page_the_telephone_and_the_server(
    phone: NewPhone, server: Away, day: BorderDay, six: list[Booking]
) -> None:
    first = phone("Oleg")
    codes = [one.code for one in six[:5]]

    # No network, and the server is down besides.
    first.away()
    server.stop()
    first.page.reload()
    first.state("offline", 0)
    expect(first.page.locator(".rider")).to_have_count(6)
    expect(first.page.get_by_role("heading", name="Орлов Ольга")).to_be_visible()

    for number, code in enumerate(codes, start=1):
        first.tick(code, "aboard")
        first.state("offline", number)
    assert first.ticked("aboard") == codes
    first.page.reload()
    first.state("offline", 5)

    # The battery is empty; switched on again, still without a network.
    first.kill()
    first.again()
    first.away()
    first.open()
    first.state("offline", 5)
    assert first.ticked("aboard") == codes
    expect(first.page.locator("#line")).to_contain_text("Waiting on this device, not sent yet: 5.")

    # The server is back, and so is the network. A browser that was killed has let go of its session, not of marks.
    server.start()
    first.away(off=False)
    first.state("signed-out", 5)
    first.page.get_by_role("link", name="Sign in again").click()
    first.enter("Oleg")
    first.page.wait_for_url(f"**{BOARD}")
    first.state("sent", 0)
    assert aboard(day) == set(codes)
    assert len(noted(day)) == 5
    assert {one.who for one in noted(day)} == {"Oleg"}
    assert first.kept()["marks"] == []
    first.page.reload()
    first.state("sent", 0)
    assert first.ticked("aboard") == codes


def test_what_was_taken_and_not_answered_is_sent_again_and_is_there_once(
    phone: NewPhone, server: Away, day: BorderDay, six: list[Booking]
) -> None:
    first = phone("Oleg")
    server.loses_answers = True
    for booking in six[:3]:
        first.tick(booking.code, "documents-taken")
    first.state("offline", 3)
    assert 1 <= len(noted(day)) <= 3, "the server has them, and the device does not know"
    server.loses_answers = False
    first.page.get_by_role("button", name="Send now").click()
    first.state("sent", 0)
    assert sorted(one.booking for one in noted(day)) == sorted(one.code for one in six[:3])


def test_what_is_pressed_while_an_answer_is_on_its_way_is_neither_forgotten_nor_left_behind(
    phone: NewPhone, day: BorderDay, six: list[Booking]
) -> None:
    first = phone("Oleg")
    # Nothing looks by itself: only the presses do.
    first.context.add_init_script("window.setInterval = () => 0")
    first.page.reload()
    first.ready()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    first.page.route("**/marks?*", hold, times=1)
    first.tick(six[0].code, "aboard")
    first.state("sending", 1)
    for booking in six[1:4]:
        first.tick(booking.code, "aboard")
    first.state("sending", 4)
    assert len(first.ticked("aboard")) == 4
    (parcel,) = held
    parcel.continue_()
    first.state("sent", 0)
    assert aboard(day) == {one.code for one in six[:4]}
    assert len(noted(day)) == 4


def test_two_devices_come_to_the_same_and_whoever_is_overruled_is_told(
    phone: NewPhone, day: BorderDay, six: list[Booking]
) -> None:
    """Oleg without a network looks for somebody in vain; Anna finds him later, and is heard of first."""
    oleg, anna = phone("Oleg"), phone("Anna")
    code = six[0].code
    oleg.away()
    oleg.tick(code, "missing")
    oleg.tick(six[1].code, "aboard")
    oleg.state("offline", 2)
    anna.tick(code, "aboard")
    anna.sent(code, "aboard")
    oleg.away(off=False)
    oleg.state("sent", 0)
    conflict = oleg.page.locator("#conflicts li")
    expect(conflict).to_contain_text("A later mark holds: Ким Ольга, aboard (Anna).")
    assert code in oleg.ticked("aboard")
    conflict.get_by_role("button", name="Understood").click()
    conflict.wait_for(state="detached")
    oleg.page.reload()
    oleg.state("sent", 0)
    expect(oleg.page.locator("#conflicts li")).to_have_count(0)
    anna.page.get_by_label("Show").select_option("aboard")
    anna.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    anna.page.locator(f"[data-rider='{six[1].code}/1']:visible").wait_for()
    assert sorted(anna.ticked("aboard")) == sorted(oleg.ticked("aboard")) == sorted([code, six[1].code])


def test_a_session_that_ended_loses_nothing_and_signing_in_again_sends_it(
    phone: NewPhone, day: BorderDay, six: list[Booking]
) -> None:
    first = phone("Oleg")
    first.away()
    first.tick(six[0].code, "aboard")
    first.state("offline", 1)
    day.clock.turn(day.clock.now() + timedelta(hours=2))
    first.away(off=False)
    first.state("signed-out", 1)
    first.page.get_by_role("link", name="Sign in again").click()
    first.page.get_by_text("Marks of a border that wait on this device, not sent yet: 1.").wait_for()
    assert first.kept()["borders"] == first.kept()["caches"] == []
    first.enter("Oleg")
    first.page.wait_for_url(f"**{BOARD}")
    first.state("sent", 0)
    assert aboard(day) == {six[0].code}


def test_signing_out_erases_the_page_and_another_user_sends_no_marks_of_the_first(
    phone: NewPhone, server: Away, day: BorderDay, six: list[Booking]
) -> None:
    first = phone("Oleg")
    first.away()
    first.tick(six[0].code, "aboard")
    first.state("offline", 1)
    first.page.get_by_role("button", name="Sign out").click()
    expect(first.page.locator("#leaving")).to_contain_text("Signing out needs a network.")
    first.page.locator("#leaving").get_by_role("button", name="Not now").click()
    # The network is back for the sign-out, but the service fails just then.
    first.page.route("**/marks?*", lambda route: route.fulfill(status=503))
    first.away(off=False)
    first.state("failing", 1)
    first.page.get_by_role("button", name="Sign out").click()
    first.page.locator("#leaving").get_by_role("button", name="Sign out").click()
    first.page.wait_for_url("**/office/sign-in?left=1")
    first.page.get_by_text("not sent yet: 1").wait_for()
    kept = first.kept()
    assert kept["borders"] == kept["caches"] == []
    assert [mark["booking"] for mark in kept["marks"]] == [six[0].code]
    assert "Ким" not in str(kept)
    server.stop()
    first.page.goto("about:blank")
    with pytest.raises(Exception, match="ERR_"):
        first.open()
    server.start()
    first.page.unroute("**/marks?*")
    first.sign_in("Anna")
    first.page.get_by_text("Marks of Oleg wait here until Oleg signs in on this device: 1.").wait_for()
    assert noted(day) == ()
    first.page.get_by_role("button", name="Sign out").click()
    first.page.wait_for_url("**/office/sign-in?left=1")
    first.sign_in("Oleg")
    first.state("sent", 0)
    assert [one.who for one in noted(day)] == ["Oleg"]


def test_a_refusal_without_a_network_is_asked_about_and_frees_the_place_when_it_is_heard_of(
    phone: NewPhone, day: BorderDay, six: list[Booking]
) -> None:
    ivan = phone("Ivan")
    ivan.page.locator(".rider__document:visible").first.wait_for()
    ivan.away()
    ivan.page.reload()
    ivan.page.locator(".rider__document", has_text=PLANTED).first.wait_for()
    ivan.tick(six[0].code, "refused")
    dialog = ivan.page.locator("#refusing")
    expect(dialog).to_contain_text("Ким Ольга · 1-1 · ")
    dialog.get_by_role("button", name="Not now").click()
    ivan.state("offline", 0)
    ivan.tick(six[0].code, "refused")
    dialog.get_by_role("button", name="Refuse").click()
    ivan.state("offline", 1)
    assert day.claimed()[six[0].code][0].alight == 4
    ivan.away(off=False)
    ivan.state("sent", 0)
    assert day.claimed()[six[0].code][0].alight == 2
    assert day.selling.booking(six[0].code).parts[0].refund_reason == "refused"


def test_a_conductors_device_keeps_no_document_and_nothing_after_the_journey(
    phone: NewPhone, day: BorderDay, six: list[Booking]
) -> None:
    first = phone("Oleg")
    first.open(INSPECT)
    first.ready()
    kept = first.kept()
    assert PLANTED not in str(kept)
    pages = first.page.evaluate(
        """async () => {
          const texts = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              if (request.url.includes("/border/")) texts.push(await (await cache.match(request)).text());
            }
          }
          return texts;
        }"""
    )
    assert len(pages) == 2
    assert all("Ким" in text and PLANTED not in text for text in pages)
    # Two days later the train has long arrived.
    (worker,) = first.context.service_workers
    worker.evaluate("{ const now = Date.now.bind(Date); Date.now = () => now() + 172_800_000; }")
    first.context.add_init_script("{ const now = Date.now.bind(Date); Date.now = () => now() + 172_800_000; }")
    first.open()
    first.page.get_by_text("The journey is over: the page is kept on this device no more.").wait_for()
    first.page.wait_for_function("async () => !(await caches.keys()).length")
    assert first.kept()["borders"] == []


def test_whoever_books_or_gives_back_meanwhile_is_on_the_page_without_loading_it_anew(
    phone: NewPhone, day: BorderDay, six: list[Booking]
) -> None:
    first = phone("Oleg")
    day.clock.turn(day.clock.now() - timedelta(days=14))
    added = day.passenger(place="20", family="Новая")
    day.give_back(six[0])
    day.clock.turn(AT_KHASAN + timedelta(minutes=5))
    first.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    first.page.locator(f"[data-rider='{added.code}/1']").wait_for()
    expect(first.page.locator(f"[data-rider='{six[0].code}/1']")).to_have_count(0)
    expect(first.page.locator("[data-count=all]")).to_have_text("6")
    first.tick(added.code, "aboard")
    first.sent(added.code, "aboard")
    assert aboard(day) == {added.code}
