"""The site in a real browser: on a phone and a desk, light and dark, in three languages, without scripts."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from served_site import LANGUAGES, OpenPage

PHONE, DESK = 390, 1280
REFLOW = 320
"""The width at which WCAG 1.4.10 asks that nothing scrolls sideways: 1280 px magnified four times."""

PAGES = [
    "/",
    "/timetable",
    "/departures/vladivostok-rason/2026-12-10",
    "/departures/khasan-tumangang/2026-12-08",
    "/search",
    "/search?from=vladivostok&to=tumangang&date=2026-12-07",
    "/search?from=vladivostok&to=atlantis&date=2026-02-30",
    "/history",
    "/history?on=2026-12-07&known=2026-11-20",
    "/notices",
    "/notices/2024-06-26-announcement",
    "/stations",
    "/stations/khasan",
    "/map",
    "/about",
]


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window sideways."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, each with the first element it is about."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    return [
        f"{page.url} {fault['id']}: {fault['help']}: {fault['nodes'][0]['html'][:160]}"
        for fault in results.response["violations"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_fits_and_has_nothing_to_complain_of(
    open_page: OpenPage, address: str, language: str, width: int
) -> None:
    page = open_page(f"{address}/{language}/", width=width)
    for path in PAGES:
        answer = page.goto(f"{address}/{language}{path}")
        assert answer is not None
        assert answer.status == 200
        assert fits(page), f"{path} is wider than {width} px in {language}"
        assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_magnified_four_times_scrolls_one_way_only(open_page: OpenPage, address: str, language: str) -> None:
    page = open_page(f"{address}/{language}/", width=REFLOW)
    for path in PAGES:
        page.goto(f"{address}/{language}{path}")
        assert fits(page), f"{path} is wider than {REFLOW} px in {language}"


@pytest.mark.parametrize(
    ("language", "title", "says"),
    [
        ("en", "At the border", "Go through the checkpoint on foot before you board."),
        ("ru", "На границе", "Пройдите контроль пешком до посадки в поезд."),
        ("ko", "국경에서", "열차에 타기 전에 걸어서 심사장을 통과하십시오."),
    ],
)
@pytest.mark.parametrize(("width", "dark"), [(REFLOW, True), (DESK, False)], ids=["phone", "desk"])
def test_the_departures_page_tells_travellers_what_they_meet_at_the_border(
    open_page: OpenPage, address: str, width: int, dark: bool, language: str, title: str, says: str
) -> None:
    page = open_page(f"{address}/{language}/departures/khasan-tumangang/2026-12-07", width=width, dark=dark)
    section = page.locator("section", has=page.locator("#border"))
    assert section.locator("h2").inner_text() == title
    steps = section.locator(".border-step").all_inner_texts()
    assert len(steps) == 3
    assert says in steps[0]
    assert "15:30" in steps[0]
    assert "14:48" in steps[2]
    assert fits(page)
    assert faults(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_against_wcag_2_2_aa(open_page: OpenPage, address: str, path: str, dark: bool) -> None:
    page = open_page(f"{address}/en{path}", dark=dark)
    assert faults(page) == []


@pytest.mark.parametrize("language", ["ru", "ko"])
@pytest.mark.parametrize("path", ["/", "/timetable", "/departures/vladivostok-rason/2026-12-10"])
def test_axe_finds_nothing_on_a_phone_in_russian_and_korean(
    open_page: OpenPage, address: str, language: str, path: str
) -> None:
    page = open_page(f"{address}/{language}{path}", width=PHONE, dark=True)
    assert faults(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_the_real_history_and_on_errors(
    open_page: OpenPage, real_address: str, dark: bool
) -> None:
    page = open_page(f"{real_address}/en/", dark=dark)
    assert faults(page) == []
    page.goto(f"{real_address}/ru/departures/khasan-tumangang/2026-12-07")
    assert faults(page) == []


def test_dark_is_dark_and_light_is_light(open_page: OpenPage, address: str) -> None:
    def paper(dark: bool) -> int:
        page = open_page(f"{address}/en/", dark=dark)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", colour)[:3])

    assert paper(dark=False) > 3 * 240
    assert paper(dark=True) < 3 * 40


def test_a_passenger_finds_a_journey_without_any_script(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/en/", width=PHONE, javascript=False)
    page.get_by_label("From", exact=True).select_option("vladivostok")
    page.get_by_label("To", exact=True).select_option("tumangang")
    page.get_by_label("Date", exact=True).fill("2026-12-07")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{address}/en/search?from=vladivostok&to=tumangang&date=2026-12-07")
    expect(page.get_by_text("2 changes")).to_be_visible()
    page.get_by_role("link", name="Train 645").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Khasan – Tumangang")
    expect(page.get_by_text("This train runs.", exact=True)).to_be_visible()


def test_the_language_is_switched_on_the_same_page(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/en/departures/khasan-tumangang/2026-12-07", javascript=False)
    page.get_by_role("link", name="한국어").click()
    expect(page).to_have_url(f"{address}/ko/departures/khasan-tumangang/2026-12-07")
    expect(page.get_by_role("heading", level=1)).to_have_text("하산 – 두만강")


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/en/timetable")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_links_and_buttons_are_large_enough_to_hit_on_a_phone(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/ko/", width=PHONE)
    for target in page.locator("nav a, .languages a, button, select, input, .foot__links a").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 24, target.inner_text()
        assert box["width"] >= 24, target.inner_text()


def test_the_timetable_prints_without_navigation(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/ru/timetable")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("heading", name="Расписание")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_an_error_says_what_to_do_and_leads_on(open_page: OpenPage, address: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    answer = page.goto(f"{address}/ko/nowhere")
    assert answer is not None
    assert answer.status == 404
    page.get_by_role("link", name="시각표로").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("시각표")
    context.close()
