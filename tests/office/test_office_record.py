"""Recording at the office: previewed, confirmed once, seen at the next request, and by nobody who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from office.conftest import PASSWORD, Now
from office.recording import STOPS_TWO_TRAINS_ON_THREE_DAYS, WITHDRAWAL, address, live, previewed
from office.visitor import Visitor
from rerail.desk import people
from rerail.desk.current import Current
from rerail.people import tables

Visit = Callable[..., Visitor]


def test_a_withdrawal_is_previewed_confirmed_and_seen_by_passengers_at_the_next_request(
    visit: Visit, current: Current, now: Now
) -> None:
    marina, passenger = visit("Marina"), visit()
    departure = "/en/departures/khasan-tumangang/2026-12-02"
    assert "This train runs." in passenger.open(departure).text

    seen = previewed(marina)
    assert STOPS_TWO_TRAINS_ON_THREE_DAYS in seen.text
    assert "Last date covered: Monday, 7 December 2026. On 8 December 2026 it no longer holds." in seen.text
    assert "Consent is lacking: the Korean side." in seen.text
    assert live(current) == []
    assert "This train runs." in passenger.open(departure).text, "a preview writes nothing"

    done = marina.send(seen, "/office/record/withdraw")
    assert done.address.startswith("/office/recorded/")
    assert "6 departures stopped running" in done.text
    (entry,) = live(current)
    assert (entry.kind, entry.railway, entry.recorded_by, entry.document) == (
        "withdraw",
        "ksr",
        "Marina",
        "Telegram 12",
    )
    assert entry.known == now.now()
    assert "This train does not run" in passenger.open(departure).text
    with current.store.read() as connection:
        written = tables.read_events(connection)[0]
    assert (written.act, written.who) == ("recorded", "Marina")
    assert written.details == {"kind": "withdraw", "entries": str(entry.seq)}


def test_a_double_click_records_once(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    seen = previewed(marina)
    first, second = marina.send(seen, "/office/record/withdraw"), marina.send(seen, "/office/record/withdraw")
    assert first.address == second.address
    assert "The decision is recorded" in second.text
    assert len(live(current)) == 1
    with current.store.read() as connection:
        assert [event.act for event in tables.read_events(connection)].count("recorded") == 1


def test_the_result_stays_what_it_was_when_others_record_later(visit: Visit) -> None:
    marina = visit("Marina")
    done = marina.send(previewed(marina), "/office/record/withdraw")
    marina.send(previewed(marina, "grant", until="2026-12-03"), "/office/record/grant")
    assert "6 departures stopped running" in marina.open(done.address).text


def test_a_journal_that_moved_is_previewed_again_and_nothing_is_recorded(visit: Visit, current: Current) -> None:
    marina, ivan = visit("Marina"), visit("Ivan")
    seen = previewed(marina)
    ivan.send(previewed(ivan, until="2026-12-03"), "/office/record/withdraw")
    again = marina.send(seen, "/office/record/withdraw")
    assert "Nothing was recorded: the journal has changed since you looked." in again.text
    assert "6 departures" not in again.text, "two of the six stopped already"
    assert "4 departures stop running" in again.text
    assert len(live(current)) == 1
    assert "The decision is recorded" in marina.send(again, "/office/record/withdraw").text
    assert len(live(current)) == 2


def test_an_official_records_for_the_own_railway_whatever_the_form_says(visit: Visit, current: Current) -> None:
    ivan = visit("Ivan")
    assert "Korean State Railway" not in ivan.open("/office/record/withdraw").text
    forged = ivan.open(address(railway="ksr"))
    assert "Consent withdrawn: Russian Railways" in forged.text
    ivan.send(forged, "/office/record/withdraw", {"railway": "ksr"})
    assert [(entry.railway, entry.recorded_by) for entry in live(current)] == [("rzd", "Ivan")]


def test_an_official_needs_no_document_and_an_operator_does(visit: Visit, current: Current) -> None:
    refused = previewed(visit("Marina"), document="")
    assert refused.status == 422
    assert "Name the letter, telegram or protocol" in refused.text
    kim = visit("Kim")
    kim.send(previewed(kim, document=""), "/office/record/withdraw")
    assert [entry.document for entry in live(current)] == [None]


def test_a_special_is_the_operators(visit: Visit, current: Current) -> None:
    kim = visit("Kim")
    assert kim.open("/office/record/special").status == 404
    assert kim.open(address("special")).status == 404
    assert "special" not in kim.open("/office/record").html
    assert live(current) == []


def test_a_reader_sees_the_journal_and_records_nothing(visit: Visit, current: Current) -> None:
    rita, marina = visit("Rita"), visit("Marina")
    page = rita.open("/office/")
    assert "/office/record" not in page.html
    for asked in ("/office/record", "/office/record/withdraw", address()):
        assert rita.open(asked).status == 403
    form = previewed(marina).form("/office/record/withdraw")
    fields = [(name, value) for name, value in form.fields if name != "form_token"]
    own = page.form("/office/sign-out").value("form_token")
    assert rita.post("/office/record/withdraw", [*fields, ("form_token", own)]).status == 403
    assert live(current) == []


def test_one_document_can_hold_a_special_and_both_consents(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    special: dict[str, str | list[str]] = {
        "railway": ["rzd", "ksr"],
        "train": "vladivostok-rason",
        "from": "2027-02-09",
    }
    seen = previewed(marina, "special", **special, until="")
    assert "1 departure starts running" in seen.text
    assert "Last date covered: Tuesday, 9 February 2027." in seen.text
    done = marina.send(seen, "/office/record/special")
    assert "1 departure began to run" in done.text
    assert [(entry.kind, entry.railway) for entry in live(current)] == [
        ("special", None),
        ("grant", "rzd"),
        ("grant", "ksr"),
    ]
    assert "This train runs." in visit().open("/en/departures/vladivostok-rason/2027-02-09").text


def test_a_consent_that_still_needs_the_other_side_says_how_many_departures_wait(visit: Visit) -> None:
    seen = previewed(visit("Kim"), "grant", **{"from": "2028-02-01", "until": "2028-02-08"})
    assert "No departure stops or starts running." in seen.text
    assert "6 planned departures still wait for a consent" in seen.text
    assert "Consent is lacking: the Russian side." in seen.text


def test_an_announcement_changes_no_departure_and_is_shown_to_passengers(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    seen = previewed(marina, "announce", railway="", **{"from": "2028-05-01", "until": "2028-06-01"})
    assert "puts nothing on sale" in seen.text
    marina.send(seen, "/office/record/announce")
    assert [entry.kind for entry in live(current)] == ["announce"]
    assert "Works at the bridge" in visit().open("/en/history").text


def test_a_cancellation_without_an_end_is_of_one_day(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    seen = previewed(marina, "cancel", railway="", train="khasan-tumangang", until="", **{"from": "2026-12-04"})
    assert "1 departure stops running" in seen.text
    assert "They are cancelled." in seen.text
    assert "Last date covered: Friday, 4 December 2026." in seen.text
    marina.send(seen, "/office/record/cancel")
    assert len(live(current)) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"railway": ""}, "Choose whose decision this is."),
        ({"railway": "db"}, "This line has no such railway"),
        ({"railway": ["rzd", "ksr"]}, "Choose whose decision this is."),
        ({"train": []}, "Choose the trains."),
        ({"train": "rocket"}, "This line has no train called rocket."),
        ({"all": "1"}, "Choose either all trains or particular ones"),
        ({"from": ""}, "Give the first date."),
        ({"from": "2026-02-30"}, "There is no such date"),
        ({"from": "tomorrow"}, "Write the date as year-month-day"),
        ({"from": "9999-12-31", "until": ""}, "The date is too far away"),
        ({"from": "1969-12-31"}, "The date is too far away"),
        ({"until": "2026-12-01"}, "it must be after the first date"),
        ({"who": " "}, "Say who decided this"),
        ({"reason": ""}, "Give the reason"),
        ({"reason": "x" * 601}, "This is too long: 601 characters, 600 are the most."),
        ({"source": "javascript:alert(1)"}, "Give an address that begins with https://"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_is_kept(
    visit: Visit, current: Current, changes: dict[str, str | list[str]], says: str
) -> None:
    refused = previewed(visit("Marina"), **changes)
    assert refused.status == 422
    assert says in refused.text
    assert "aria-invalid" in refused.html or "field--wrong" in refused.html
    form = refused.form("/office/record/withdraw/preview")
    for name in ("document", "who", "reason"):
        if name not in changes:
            assert form.value(name) == WITHDRAWAL[name]
    assert live(current) == []


def test_a_train_that_has_left_cannot_be_touched(visit: Visit, now: Now) -> None:
    """The shuttle leaves Khasan on Mondays at 15:30 Vladivostok time, 05:30 UTC; it is Monday noon UTC."""
    refused = previewed(visit("Marina"), **{"from": "2026-11-23"})
    assert refused.status == 422
    assert "This covers a train that has left" in refused.text
    assert "begin on 24 November 2026 or later" in refused.text
    assert refused.form("/office/record/withdraw/preview").value("reason") == "Works at the bridge"


def test_a_train_that_leaves_between_preview_and_confirmation_is_not_touched(
    visit: Visit, current: Current, now: Now
) -> None:
    marina = visit("Marina")
    seen = previewed(marina, **{"from": "2026-11-25"})
    assert "The first train concerned leaves in" in seen.text
    now.move(datetime(2026, 11, 25, 6, 0, tzinfo=UTC) - now.now())
    asked = marina.send(seen, "/office/record/withdraw")  # the session is over by then too
    refused = marina.sign_in("Marina", PASSWORD, asked)
    assert refused.status == 422
    assert "This covers a train that has left" in refused.text
    assert live(current) == []


def test_a_form_of_another_session_records_nothing_and_shows_the_way_back(visit: Visit, current: Current) -> None:
    marina, foreign = visit("Marina"), visit("Marina")
    seen = previewed(marina)
    for token in ("", "0" * 64, foreign.open("/office/").form("/office/sign-out").value("form_token")):
        refused = marina.send(seen, "/office/record/withdraw", {"form_token": token})
        assert refused.status == 403
        assert "nothing was done" in refused.text
    foreign_page = marina.send(seen, "/office/record/withdraw", origin="https://evil.example")
    assert foreign_page.status == 403
    assert live(current) == []
    back = next(part for part in refused.html.split('"') if part.startswith("/office/record/withdraw/preview"))
    assert STOPS_TWO_TRAINS_ON_THREE_DAYS in marina.open(back.replace("&amp;", "&")).text


def test_a_session_that_ends_before_confirming_loses_nothing_and_records_nothing(
    visit: Visit, current: Current, now: Now
) -> None:
    marina = visit("Marina")
    seen = previewed(marina, reason="Works at the bridge & the “second” span")
    now.move(timedelta(hours=2))
    asked = marina.send(seen, "/office/record/withdraw")
    assert "nothing was recorded in between" in asked.text
    again = marina.sign_in("Marina", PASSWORD, asked)
    assert STOPS_TWO_TRAINS_ON_THREE_DAYS in again.text
    assert live(current) == []
    marina.send(again, "/office/record/withdraw")
    assert [entry.reason["en"] for entry in live(current)] == ["Works at the bridge & the “second” span"]


def test_a_user_disabled_after_the_preview_records_nothing(visit: Visit, current: Current, now: Now) -> None:
    kim = visit("Kim")
    seen = previewed(kim)
    user = next(user for user in people.users(current.store) if user.name == "Kim")
    people.disable(current.store, now, user.id, by=None)
    assert kim.send(seen, "/office/record/withdraw").address.startswith("/office/sign-in")
    assert live(current) == []


def test_changing_the_language_of_a_preview_keeps_what_was_typed(visit: Visit) -> None:
    marina = visit("Marina")
    seen = previewed(marina)
    link = next(part for part in seen.html.split('"') if part.startswith("/office/") and part.endswith("lang=ru"))
    russian = marina.open(link.replace("&amp;", "&"))
    assert "6 рейсов перестанут выполняться" in russian.text
    assert "Works at the bridge" in russian.text


def test_the_reason_can_be_given_in_every_language_of_the_line(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    seen = previewed(marina, reason_ru="Работы на мосту", reason_ko="교량 공사", who_ko="철도성")
    assert "reason is missing" not in seen.text
    marina.send(seen, "/office/record/withdraw")
    (entry,) = live(current)
    assert entry.reason == {"en": "Works at the bridge", "ru": "Работы на мосту", "ko": "교량 공사"}
    assert entry.who == {"en": "Ministry of Railways", "ko": "철도성"}
    assert "교량 공사" in visit(language="ko").open("/ko/history").text
