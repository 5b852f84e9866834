"""The border's pages in a real browser: in each language, on a telephone and at a desk; tickets that are read there."""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lists.border_shop import OUT_KEY
from msgspec.structs import replace
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sale.shop import NOON, TO_KHASAN, Turned, adult
from serving import serving
from sqlalchemy import text

from officer.border_day import AT_KHASAN, BorderDay
from officer.conftest import PASSWORD, QUICK, app_of
from officer.device import ARGUMENTS, BOARD, BORDER, CHROMIUM, INSPECT
from rerail.border.marks import CLEARANCE, KINDS, NOTHING, Mark, fold
from rerail.desk.tickets import signed_tickets
from rerail.people import passwords
from rerail.sale.model import Booking
from rerail.store.engine import Store
from rerail.ticket import aztec
from rerail.ticket.barcode import barcode
from rerail.ticket.tables import current
from rerail.web.i18n import Words
from rerail.web.officer.board_words import Side, mark_words, of_mark, said, states_of

LONG = "Константинопольская-Александровская-Преображенская"


class Served:
    """Where a border is served, and who is on it."""

    def __init__(self, day: BorderDay, where: str, bookings: dict[str, Booking]) -> None:
        self.day = day
        self.where = where
        self.bookings = bookings

    def code(self, name: str) -> bytes:
        """The picture of a ticket's code."""
        booking = self.day.selling.booking(self.bookings[name].code)
        with self.day.store.read() as connection:
            market = self.day.selling.market()
            ((_, raw),) = signed_tickets(connection, market, booking, "en", specimen=True)
        return aztec.png(raw)


@pytest.fixture(scope="module")
def served(staffed_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("pages")
    shutil.copy(staffed_database, home / "border.db")
    store = Store(f"sqlite:///{home / 'border.db'}")
    day = BorderDay(store, Turned(NOON), home, ())
    bookings = {name: day.passenger(place=str(place), family=name) for place, name in enumerate(("Ким", LONG), start=1)}
    bookings["Досюда"] = day.passenger(TO_KHASAN, family="Досюда")
    bookings["Вернул"] = day.passenger(family="Вернул")
    bookings["Безместа"] = day.buy(passengers=(adult("Безместа", "И."),))
    day.clock.turn(AT_KHASAN)
    day.marked(day.user("Oleg"), bookings["Ким"], "aboard")
    day.marked(day.user("Ivan"), bookings["Безместа"], "refused")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", QUICK)
        with serving(app_of(day)) as where:
            yield Served(day, where, bookings)
    day.close()
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def signed_in(browser: Browser, served: Served, name: str, width: int, *, dark: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, locale="en", color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{served.where}/office/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form[action='/office/sign-in'] button").click()
    page.wait_for_url("**/office/**")
    return page


def refusing(served: Served) -> str:
    booking = served.bookings["Ким"].code
    return f"{BORDER}/refuse?crossing=khasan-tumangang&booking={booking}&passenger=1&railway=rzd"


@pytest.mark.parametrize(("name", "width"), [("Marina", 320), ("Marina", 1280), ("Ivan", 320), ("Oleg", 1280)])
def test_every_page_fits_and_is_for_everybody_in_each_language(
    browser: Browser, served: Served, name: str, width: int
) -> None:
    page = signed_in(browser, served, name, width)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    pages = ["/office/borders", BORDER, BOARD, INSPECT]
    if name != "Oleg":
        pages.append(refusing(served))
    for language in ("en", "ru", "ko"):
        for where in pages:
            page.goto(f"{served.where}{where}{'&' if '?' in where else '?'}lang={language}")
            if where in (BOARD, INSPECT):
                page.locator("#line[data-state='sent']").wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, language)
            # The operator's pages have everything that the others' have; what they leave out is looked at once.
            if name == "Marina" or language == "en":
                faults = Axe().run(page).response["violations"]
                assert [fault["id"] for fault in faults] == [], (where, language)
    assert complaints == []
    page.context.close()


def test_at_night_the_page_is_dark_wherever_it_is_opened_and_targets_are_for_a_thumb(
    browser: Browser, served: Served
) -> None:
    page = signed_in(browser, served, "Oleg", 390)
    page.goto(f"{served.where}{BOARD}")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.get_by_label("Night").check()
    assert page.evaluate(ground) == "rgb(14, 18, 22)"
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    page.goto(f"{served.where}{INSPECT}")
    assert page.evaluate(ground) == "rgb(14, 18, 22)"
    page.goto(f"{served.where}{BOARD}")
    heights = page.eval_on_selector_all(".tick", "all => all.map((one) => one.getBoundingClientRect().height)")
    assert min(heights) >= 48
    page.context.close()


def test_whoever_is_looked_for_is_found_on_the_device_and_counts_follow_the_marks(
    browser: Browser, served: Served
) -> None:
    page = signed_in(browser, served, "Anna", 390)
    page.goto(f"{served.where}{BOARD}")
    page.locator("#line[data-state='sent']").wait_for()
    rows = page.locator(".rider:visible")
    expect(rows).to_have_count(4)
    page.get_by_label("Name, place or ticket").fill("константино")
    expect(rows).to_have_count(1)
    page.get_by_label("Name, place or ticket").fill(served.bookings["Ким"].code.lower())
    assert [row.get_attribute("data-rider") for row in rows.all()] == [f"{served.bookings['Ким'].code}/1"]
    page.get_by_label("Name, place or ticket").fill("nobody")
    expect(page.get_by_text("Nobody matches.")).to_be_visible()
    page.get_by_label("Name, place or ticket").fill("")
    page.get_by_label("Show").select_option("refused")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("RZD: refused 07:00 Ivan")
    page.get_by_label("Show").select_option("")
    before = int(page.locator("[data-count=documents]").inner_text())
    rows.nth(1).get_by_role("button", name="Documents taken").click()
    page.locator(f"[data-count=documents]:text-is('{before + 1}')").wait_for()
    page.context.close()


# ── tickets before the inspector ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def inspector(browser: Browser, served: Served) -> Iterator[Page]:
    page = signed_in(browser, served, "Anna", 390)
    page.goto(f"{served.where}{INSPECT}")
    page.get_by_text("This page works without a network now.").wait_for()
    yield page
    page.context.close()


def read(page: Page, picture: bytes) -> str:
    """The verdict on a picture, large as it stands there."""
    page.evaluate("document.getElementById('verdict').hidden = true")
    page.set_input_files("#picture", {"name": "code.png", "mimeType": "image/png", "buffer": picture})
    page.locator("#verdict:visible").wait_for()
    return page.locator("h2[data-verdict]").inner_text()


def test_a_ticket_is_judged_without_a_network_and_its_passenger_marked_on_board(
    inspector: Page, served: Served
) -> None:
    context: BrowserContext = inspector.context
    context.set_offline(True)
    inspector.reload()
    inspector.locator("#line[data-state='offline']").wait_for()
    assert read(inspector, served.code(LONG)) == "Specimen"
    verdict = inspector.locator("#verdict")
    expect(verdict).to_contain_text("1-2")
    expect(verdict.locator("[data-fact=ticket] dd")).to_have_text(f"{LONG} Ольга")
    expect(verdict.locator("[data-fact=list] dd")).to_have_text(f"{LONG} Ольга")
    expect(verdict.locator("[data-names]")).to_be_hidden()
    verdict.get_by_role("button", name="On board").click()
    inspector.locator("#line[data-unsent='1']").wait_for()
    inspector.goto(f"{served.where}{BOARD}")
    row = f"[data-rider='{served.bookings[LONG].code}/1']"
    inspector.locator(f"{row} [data-kind='aboard'][aria-pressed='true']").wait_for()
    context.set_offline(False)
    inspector.locator("#line[data-state='sent'][data-unsent='0']").wait_for()


def test_whose_ticket_is_not_of_this_border_is_told_so(inspector: Page, served: Served) -> None:
    assert read(inspector, served.code("Досюда")) == "Not good here", "at Khasan the ticket ends"
    expect(inspector.get_by_text("It is good from Vladivostok to Khasan, not from Khasan on.")).to_be_visible()
    expect(inspector.get_by_role("button", name="On board")).to_be_hidden()
    inspector.get_by_label("Where the train stands, or has just left").select_option("ussuriysk")
    assert read(inspector, served.code("Досюда")) == "Specimen"
    expect(inspector.get_by_text("This ticket is not on the list of this border.")).to_be_visible()


def test_a_ticket_given_back_since_is_so_as_of_the_last_list(inspector: Page, served: Served) -> None:
    code = served.code("Вернул")
    assert read(inspector, code) == "Specimen"
    with served.day.store.write() as connection:
        connection.execute(
            text("UPDATE booking_part SET state = 'refunded' WHERE booking = :code"),
            {"code": served.bookings["Вернул"].code},
        )
    inspector.reload()
    inspector.get_by_text("Tickets given back as of 07:00: 2.").wait_for()
    assert read(inspector, code) == "Given back"


def test_a_forged_name_is_seen_and_nothing_of_it_shown(inspector: Page, served: Served) -> None:
    booking = served.day.selling.booking(served.bookings["Ким"].code)
    with served.day.store.read() as connection:
        ((ticket, raw),) = signed_tickets(connection, served.day.selling.market(), booking, "en", specimen=True)
    middle = len(raw) // 2
    assert read(inspector, aztec.png(raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :])) in (
        "Forged",
        "Not readable",
    )
    assert ticket.family_name not in inspector.locator("#verdict").inner_text()


def test_a_ticket_made_out_to_another_name_than_the_lists_is_shown_beside_it(inspector: Page, served: Served) -> None:
    booking = served.day.selling.booking(served.bookings["Ким"].code)
    with served.day.store.read() as connection:
        market = served.day.selling.market()
        ((ticket, _),) = signed_tickets(connection, market, booking, "en", specimen=True)
        key = current(connection, "rzd", market.now)
    assert read(inspector, aztec.png(barcode(replace(ticket, family_name="Пак"), key))) == "Specimen"
    expect(inspector.get_by_text("The names differ: look at the document.")).to_be_visible()


def test_a_picture_without_a_code_is_said_to_have_none(inspector: Page, served: Served) -> None:
    blank = BytesIO()
    Image.new("L", (300, 300), 255).save(blank, "PNG")
    assert read(inspector, blank.getvalue()) == "Not readable"
    expect(inspector.get_by_text("There is no code in this picture.")).to_be_visible()


# ── what is folded here and there ──────────────────────────────────────────────────────────────────────────────


def some_marks(rng: random.Random) -> list[Mark]:
    """Marks about one passenger, several of them at one instant."""
    found = []
    for _ in range(rng.randint(0, 9)):
        kind = rng.choice(KINDS)
        made = AT_KHASAN + timedelta(minutes=rng.randint(0, 5))
        found.append(
            Mark(
                id=str(uuid.UUID(int=rng.getrandbits(128))),
                departure=OUT_KEY,
                crossing="khasan-tumangang",
                railway=rng.choice(["rzd", "ksr"]) if kind in CLEARANCE else "",
                booking="K7MP4XQ2",
                passenger=1,
                kind=kind,
                made_at=made,
                noted_at=made + timedelta(minutes=rng.choice([-2, 0, 60])),
                who=rng.choice(["Oleg", "Ivan"]),
            )
        )
    return found


def test_the_page_folds_marks_and_says_them_as_the_server_does(browser: Browser, served: Served) -> None:
    """However many of them the server has told already, and however many the device has still to send."""
    rng = random.Random(11)
    board = served.day.board()
    (rider, *_) = board.riders
    every = [Side(railway=one, name=one.upper(), station="", zone=zone, mine=True) for one, zone in CLOCKS.items()]
    cases, expected = [], []
    for _ in range(400):
        marks = some_marks(rng)
        controls = rng.choice([["rzd"], ["ksr"], ["rzd", "ksr"], []])
        # What a device has not sent yet cannot be ahead of what the server notes; it has no other instant.
        unsent = [replace(one, noted_at=max(one.made_at, one.noted_at)) for one in marks[rng.randint(0, 9) :]]
        told = marks[: len(marks) - len(unsent)]
        stand = fold([*told, *unsent]).get(("K7MP4XQ2", 1), NOTHING)
        known = fold(told).get(("K7MP4XQ2", 1), NOTHING)
        cases.append(
            {
                "told": {
                    "presence": of_mark(known.presence),
                    "custody": of_mark(known.custody),
                    "clearance": {railway: of_mark(one) for railway, one in known.clearance.items()},
                },
                "unsent": [{**(of_mark(one) or {}), "railway": one.railway} for one in unsent],
                "controls": controls,
            }
        )
        expected.append(
            {
                "states": sorted(states_of(replace(rider, stand=stand), controls)),
                "says": list(said(Words("en"), board, every, stand)),
            }
        )
    page = signed_in(browser, served, "Oleg", 390)
    page.goto(f"{served.where}{BOARD}")
    found = page.evaluate(
        """async ([cases, sides, marks]) => {
          const board = document.querySelector("script[type=module]").src;
          const { phrases, standing, states } = await import(board.replace("board.js", "stand.js"));
          return cases.map(({ told, unsent, controls }) => {
            const stand = standing(told, unsent);
            const says = phrases(stand, { sides, zone: "Asia/Vladivostok", words: { marks } });
            return { states: states(stand, controls).sort(), says };
          });
        }""",
        [
            cases,
            [{"railway": one.railway, "name": one.name, "zone": one.zone} for one in every],
            dict(mark_words(Words("en"))),
        ],
    )
    assert found == expected
    page.context.close()


CLOCKS = {"rzd": "Asia/Vladivostok", "ksr": "Asia/Pyongyang"}
