"""The officer's and the conductor's pages without scripts: who sees what, marks by buttons, refusal, close-out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from lists.border_shop import CLERK, NAMED, RUSSIAN, passport
from office.visitor import Page, Visitor
from sale.shop import OUT, TO_KHASAN, adult

from officer.border_day import AT_KHASAN, AT_TUMANGANG, BorderDay
from officer.conftest import PASSWORD, Visit
from rerail.border import lists
from rerail.people.audit import ACTS, Event
from rerail.people.tables import append_event
from rerail.web.security import CONTENT_SECURITY_POLICY, INSPECTOR, SCRIPTED

BORDER = "/office/departures/vladivostok-rason/2026-12-10/border"
BOARD = f"{BORDER}/board?crossing=khasan-tumangang"
PLANTED = "719283465"
"""A passport's number that must not be where it is not needed."""


def pressed(visitor: Visitor, page: Page, mark: str) -> Page:
    """Press a button of the board: "aboard K7MP4XQ2 1"."""
    return visitor.send(page, f"{BORDER}/mark", {"mark": mark})


def shown(page: Page) -> str:
    """What one reads on a page, without what its script reads."""
    return " ".join(re.sub(r"<script.*?</script>|<[^>]+>", " ", page.html, flags=re.DOTALL).split())


def buttons(page: Page, kind: str) -> list[str]:
    """What the buttons of a kind would mark."""
    return re.findall(rf'value="([a-z-]+ [A-Z0-9]+ [0-9]+[^"]*)"[^>]*data-kind="{kind}"', page.html)


# ── who sees what ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["Oleg", "Ivan"])
def test_after_sign_in_they_see_the_trains_over_their_border_and_nothing_of_sales(
    visit: Visit, day: BorderDay, name: str
) -> None:
    day.clock.turn(AT_KHASAN - timedelta(days=1))
    page = visit().sign_in(name, PASSWORD)
    assert page.address == "/office/borders"
    assert "Vladivostok – Rajin (Rason) Thursday, 10 December 2026 08:30 +1 Khasan" in page.text
    nav = page.html[page.html.index("<nav") : page.html.index("</nav")]
    assert re.findall(r'href="([^"]+)"', nav) == ["/office/borders"]
    visitor = visit(name)
    for address in ("/office/departures", "/office/journal", "/office/bookings", "/office/sell", "/office/figures"):
        assert visitor.peek(address).status_code == 403, address
    assert visitor.peek("/office/").headers["location"] == "/office/borders"


@pytest.mark.parametrize("name", ["Nina", "Rita"])
def test_who_does_not_work_at_the_border_sees_none_of_its_pages(visit: Visit, day: BorderDay, name: str) -> None:
    visitor = visit(name)
    for address in ("/office/borders", BORDER, BOARD, f"{BORDER}/inspect", f"{BORDER}/board.json"):
        assert visitor.peek(address).status_code == 403, address
    assert "/office/borders" not in visitor.open("/office/").html


def test_an_operator_finds_the_border_from_the_departure(visit: Visit, day: BorderDay) -> None:
    marina = visit("Marina")
    page = marina.open("/office/departures/vladivostok-rason/2026-12-10")
    assert f'href="{BORDER}"' in page.html
    border = marina.open(BORDER).text
    assert "RZD controls at Khasan; KSR controls at Tumangang." in border
    assert "Time at the border" not in border, "nobody has a ticket"
    assert "Russian border control at Khasan" in border
    assert BORDER not in marina.open("/office/departures/vladivostok-ussuriysk-morning/2026-12-10").html


def test_an_officer_sees_the_lists_of_the_own_side_and_a_conductor_none(visit: Visit, day: BorderDay) -> None:
    day.passenger()
    korean = visit("Pak").open(BORDER).text
    assert "Korean border control at Tumangang" in korean
    assert "Russian border control at Khasan" not in korean
    assert "Crossing lists" not in visit("Oleg").open(BORDER).text


def test_the_board_is_by_coach_and_place_and_has_who_crosses(visit: Visit, day: BorderDay) -> None:
    day.passenger(place="9", family="Второй")
    first = day.passenger(place="5", family="Первый")
    day.passenger(TO_KHASAN, place="7", family="Досюда")
    page = visit("Oleg").open(BOARD)
    assert "Coach 1 5 Первый Ольга" in page.text
    assert page.text.index("Первый") < page.text.index("Второй")
    assert "Досюда" not in page.text
    assert f"{first.code}-1 · Adult · → Rajin (Rason) · Example Tours" in page.text
    assert "2 Passengers" in re.sub(r"\s+", " ", re.sub(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", r"\2 \1", page.html))


def test_a_conductors_pages_hold_no_document_and_an_officers_only_when_they_are_asked_for(
    visit: Visit, day: BorderDay
) -> None:
    day.papers(day.passenger(), passport(PLANTED))
    for name in ("Oleg", "Ivan", "Marina"):
        visitor = visit(name)
        for address in (BOARD, f"{BORDER}/inspect", f"{BORDER}/board.json", BORDER, "/office/borders"):
            assert PLANTED not in visitor.open(address).html, (name, address)
    assert visit("Oleg").peek(f"{BORDER}/documents.json").status_code == 403
    assert visit("Marina").peek(f"{BORDER}/documents.json").status_code == 403
    assert PLANTED in visit("Ivan").peek(f"{BORDER}/documents.json").text
    assert "Travel documents looked at" in visit("Marina").open("/office/audit").text


def test_the_trail_says_who_looked_at_which_list_and_has_words_for_every_act(visit: Visit, day: BorderDay) -> None:
    day.passenger()
    day.clock.turn(AT_KHASAN)
    day.round()
    marina = visit("Marina")
    for form, kind in (("csv", "text/csv; charset=utf-8"), ("pdf", "application/pdf")):
        got = visit("Ivan").peek(f"{BORDER}/list?authority={RUSSIAN.authority}&form={form}")
        assert (got.status_code, got.headers["content-type"]) == (200, kind)
    day.border.enter_receipt(CLERK, RUSSIAN, 1, accepted=False, words="too late")
    told = marina.open("/office/audit").text.replace(" ,", ",")
    assert f"Ivan Crossing list looked at: {RUSSIAN}, version 1 (CSV)" in told
    assert f"Ivan Crossing list looked at: {RUSSIAN}, version 1 (PDF)" in told
    assert f"nobody: by rule or by message Crossing list closed: {RUSSIAN}" in told
    assert f"{CLERK.name} Refusal of a crossing list noted: {RUSSIAN}, version 1" in told
    assert "unknown name" not in told
    with day.store.write() as connection:
        for act in ACTS:
            append_event(connection, Event(at=day.clock.now(), act=act, who="Marina"))
    told = marina.open("/office/audit").text
    assert [act for act in ACTS if "-" in act and act in told] == []


def test_no_list_is_made_up_for_a_tour_operator_or_a_date_that_has_none(visit: Visit, day: BorderDay) -> None:
    day.passenger()
    marina = visit("Marina")
    named = f"list?authority={NAMED.authority}&form=csv&operator"
    assert marina.peek(f"{BORDER}/{named}={NAMED.tour_operator}").status_code == 200
    assert marina.peek(f"{BORDER}/{named}=nobody").status_code == 404
    assert marina.peek(f"{BORDER}/list?authority={RUSSIAN.authority}&form=csv").status_code == 200
    day_after = BORDER.replace("2026-12-10", "2026-12-11")
    assert marina.peek(f"{day_after}/list?authority={RUSSIAN.authority}&form=csv").status_code == 404
    assert "Draft:" in marina.open(BORDER).text
    assert "Draft:" not in marina.open(day_after).text


def test_what_there_is_not_is_not_found(visit: Visit) -> None:
    marina = visit("Marina")
    for address in (
        "/office/departures/vladivostok-rason/3026-12-10/border",
        "/office/departures/nosuch/2026-12-10/border/board",
        "/office/departures/vladivostok-ussuriysk-morning/2026-12-10/border",
        "/office/departures/vladivostok-ussuriysk-morning/2026-12-10/border/board",
        f"{BORDER}/board?crossing=elsewhere",
        f"{BORDER}/inspect?crossing=elsewhere",
        f"{BORDER}/board.json?crossing=elsewhere",
        f"{BORDER}/refuse?crossing=khasan-tumangang&booking=NOBODY&passenger=1&railway=rzd",
    ):
        assert marina.peek(address).status_code == 404, address


# ── marks by buttons ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_button_marks_and_the_same_button_takes_it_back(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger(place="5")
    day.clock.turn(AT_KHASAN)
    oleg = visit("Oleg")
    page = pressed(oleg, oleg.open(BOARD), f"aboard {booking.code} 1")
    assert page.address == BOARD
    assert "aboard 07:00 Oleg" in page.text, "on the clock of Khasan"
    assert buttons(page, "aboard") == [f"unseen {booking.code} 1"]
    day.clock.forward(minutes=1)
    page = pressed(oleg, page, f"unseen {booking.code} 1")
    assert "aboard 07:00" not in shown(page)
    page = pressed(oleg, page, f"documents-taken {booking.code} 1")
    assert "documents with the conductor 07:01 Oleg" in page.text


def test_a_double_click_is_one_mark(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger()
    oleg = visit("Oleg")
    page = oleg.open(BOARD)
    for _ in range(2):
        assert pressed(oleg, page, f"aboard {booking.code} 1").status == 200
    assert [one["marks"] for one in day.audit("border-marked")] == ["1"]


def test_an_officers_side_is_the_one_that_is_marked_on_its_own_clock(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger()
    day.clock.turn(AT_TUMANGANG)
    pak = visit("Pak")
    page = pak.open(BOARD)
    assert buttons(page, "cleared") == [f"cleared {booking.code} 1 ksr"]
    assert buttons(page, "documents-taken") == []
    page = pressed(pak, page, f"cleared {booking.code} 1 ksr")
    assert "KSR: cleared 08:00 Pak" in page.text, "on the clock of Tumangang"
    refused = pressed(pak, page, f"cleared {booking.code} 1 rzd")
    assert refused.status == 422
    assert "Another side's control clears and refuses for itself." in refused.text


@pytest.mark.parametrize("mark", ["", "aboard", "aboard K7 x", "dance K7MP4XQ2 1", "refused K7MP4XQ2 1 rzd"])
def test_a_button_that_no_page_has_marks_nothing(visit: Visit, day: BorderDay, mark: str) -> None:
    marina = visit("Marina")
    assert pressed(marina, marina.open(BOARD), mark).status == 404


def test_the_board_is_sifted_without_scripts(visit: Visit, day: BorderDay) -> None:
    one, other = day.passenger(place="5", family="Первый"), day.passenger(place="9", family="Второй")
    day.clock.turn(AT_KHASAN)
    day.marked(day.user("Ivan"), one, "cleared")
    ivan = visit("Ivan")
    assert "Второй" not in shown(ivan.open(f"{BOARD}&show=cleared"))
    assert "Первый" not in shown(ivan.open(f"{BOARD}&show=to-clear"))
    for find in ("второй", "1-9", other.code.lower()):
        found = shown(ivan.open(f"{BOARD}&find={find}"))
        assert "Второй" in found, find
        assert "Первый" not in found, find
    assert "Nobody matches." in ivan.open(f"{BOARD}&find=nobody").text
    back = BOARD.replace("12-10", "12-13").replace("vladivostok-rason", "rason-vladivostok")
    assert "Nobody has a ticket over this border." in visit("Oleg").open(back).text


# ── refusal ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_is_asked_about_and_then_everybody_knows(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger(place="5")
    day.clock.turn(AT_KHASAN)
    ivan = visit("Ivan")
    link = re.search(rf'href="({BORDER}/refuse[^"]*)"', ivan.open(BOARD).html)
    assert link is not None
    asked = ivan.open(link.group(1).replace("&amp;", "&"))
    assert "Ким Ольга , 1-5" in asked.text
    assert day.selling.booking(booking.code).parts[0].state == "confirmed"
    for _ in range(2):
        page = ivan.send(asked, f"{BORDER}/refuse")
        assert "RZD: refused 07:00 Ivan" in page.text
    assert day.selling.booking(booking.code).parts[0].refund_reason == "refused"
    assert len(day.audit("refused-at-border")) == 1
    told = f"Ticket {booking.code}-1 was refused at the border on"
    marina = visit("Marina")
    for address in ("/office/", "/office/departures/vladivostok-rason/2026-12-10", BORDER):
        assert told in marina.open(address).text, address
    assert told not in visit("Rita").open("/office/").text
    assert "ended: refused at the border" in marina.open(f"/office/bookings/{booking.code}").text
    assert "Passenger refused at the border" in marina.open("/office/audit").text


def test_another_sides_refusal_is_not_even_asked_about(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger()
    query = f"crossing=khasan-tumangang&booking={booking.code}&passenger=1"
    assert visit("Ivan").peek(f"{BORDER}/refuse?{query}&railway=ksr").status_code == 404
    assert visit("Oleg").peek(f"{BORDER}/refuse?{query}&railway=rzd").status_code == 404


def test_the_passengers_own_page_says_that_the_journey_ended_and_offers_the_way_back(
    visit: Visit, day: BorderDay
) -> None:
    from sale.shop import BACK

    booking = day.passenger(OUT, BACK)
    day.clock.turn(AT_KHASAN)
    day.marked(day.user("Ivan"), booking, "refused")
    key = day.selling.link_key(booking.code)
    page = visit().open(f"/en/booking/{booking.code}?key={key}")
    assert "Not valid: the journey ended at the border on 10 December 2026; 0.00 RUB came back to you." in page.text
    back = visit("Marina").open(f"/office/bookings/{booking.code}/refund?part=2").text
    assert "An earlier train ended at the border for the passenger: everything" in back


# ── close-out ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_officer_does_not_close_out(visit: Visit, day: BorderDay) -> None:
    day.clock.turn(AT_TUMANGANG)
    ivan = visit("Ivan")
    page = ivan.open(BORDER)
    assert f"{BORDER}/close" not in page.html
    fields = [("form_token", page.form("/office/sign-out").value("form_token")), ("crossing", "khasan-tumangang")]
    assert ivan.post(f"{BORDER}/close", fields).status == 403


def test_the_close_out_says_who_is_left_and_then_tells_each_side(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger(place="5")
    day.clock.turn(OUT_CLOSED)
    day.border.close_due()
    day.clock.turn(AT_TUMANGANG)
    oleg = visit("Oleg")
    page = oleg.open(BORDER)
    assert "It is not known yet what became of 1 passenger." in page.text
    left = oleg.send(page, f"{BORDER}/close")
    assert left.status == 422
    assert "1 passengers are neither cleared by each side nor refused nor missing: 1-5." in left.text
    day.marked(day.user("Ivan"), booking, "cleared")
    day.marked(day.user("Pak"), booking, "cleared")
    done = oleg.send(oleg.open(BORDER), f"{BORDER}/close")
    assert "The border is closed out; each side is told who really crossed." in done.text
    assert "by Oleg: 1 crossed, 0 refused, 0 did not come." in done.text
    with day.store.read() as connection:
        kept = lists.read(connection, RUSSIAN)
    assert kept is not None
    assert kept.latest.close_out
    assert f"{BORDER}/close" not in oleg.open(BORDER).html


OUT_CLOSED = AT_KHASAN - timedelta(hours=6)


# ── in the office's languages, and by its rules ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("ru", ("Пассажиры на границе", "в поезде 07:00 Oleg", "Нет на месте", "Документы взяты", "Вагон 1")),
        ("ko", ("국경의 승객", "탑승 07:00 Oleg", "자리에 없음", "서류 수령")),
    ],
)
def test_it_is_said_in_the_offices_languages(
    visit: Visit, day: BorderDay, language: str, says: tuple[str, ...]
) -> None:
    booking = day.passenger(place="5")
    day.clock.turn(AT_KHASAN)
    oleg = visit("Oleg", language)
    page = pressed(oleg, oleg.open(BOARD), f"aboard {booking.code} 1")
    for words in says:
        assert words in page.text


def test_only_the_borders_pages_have_scripts_and_only_the_inspectors_the_camera(visit: Visit, day: BorderDay) -> None:
    oleg = visit("Oleg")

    def policy(address: str) -> str:
        return oleg.peek(address).headers["content-security-policy"]

    assert policy(BOARD) == policy(f"{BORDER}/worker.js") == SCRIPTED["content-security-policy"]
    assert policy(f"{BORDER}/inspect") == INSPECTOR["content-security-policy"]
    assert policy(BORDER) == policy("/office/borders") == CONTENT_SECURITY_POLICY
    assert "camera=()" in oleg.peek(BOARD).headers["permissions-policy"]
    html = oleg.open(BOARD).html
    assert re.findall(r"<script(?! type=\"application/json\")[^>]*>", html) == [
        f'<script type="module" src="{re.search(r"/static/officer/[0-9a-f]+/board.js", html).group()}">'  # type: ignore[union-attr]
    ]


def test_an_operator_adds_an_officer_of_a_side_and_a_conductor(visit: Visit) -> None:
    marina = visit("Marina")
    for fields, says in (
        ({"name": "Li", "role": "officer", "railway": "ksr"}, "border officer, side of KSR"),
        ({"name": "Yun", "role": "conductor"}, "conductor"),
    ):
        page = marina.send(marina.open("/office/users"), "/office/users", fields)
        assert "The user was added" in page.text
        assert says in page.text
    wrong = marina.send(marina.open("/office/users"), "/office/users", {"name": "No", "role": "officer"})
    assert wrong.status == 422
    assert "name it, one of" in wrong.text


def test_a_name_is_no_markup_in_the_page_nor_in_what_its_script_reads(visit: Visit, day: BorderDay) -> None:
    day.buy(OUT, passengers=(adult("Мать", "М."), adult("</script><b>", "И.")))
    html = visit("Oleg").open(BOARD).html
    assert "</script><b>" not in html
    assert "&lt;/script&gt;&lt;b&gt;" in html
