"""What the border's scripts say to the server and hear from it: marks once, refusals in words, nobody else's ear."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from office.visitor import Visitor

from officer.border_day import AT_KHASAN, BorderDay
from officer.conftest import PASSWORD, Visit
from rerail.web.office.visit import OFFLINE_COOKIE
from rerail.web.security import CONTENT_SECURITY_POLICY, SCRIPTED

BORDER = "/office/departures/vladivostok-rason/2026-12-10/border"
MARKS = f"{BORDER}/marks?crossing=khasan-tumangang"
BOARD_JSON = f"{BORDER}/board.json?crossing=khasan-tumangang"


def told(visitor: Visitor) -> dict[str, Any]:
    answer = visitor.peek(BOARD_JSON)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def mark(booking: str, kind: str = "aboard", railway: str = "", **more: Any) -> dict[str, Any]:
    made = f"{AT_KHASAN:%Y-%m-%dT%H:%M:%S.123Z}"
    values = {"id": str(uuid.uuid4()), "booking": booking, "passenger": 1, "kind": kind, "railway": railway}
    return {**values, "made_at": made, **more}


def sent(
    visitor: Visitor, *marks: dict[str, Any], body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    said = {"content-type": "application/json", "origin": "http://testserver.local", **(headers or {})}
    if "x-form-token" not in said:
        said["x-form-token"] = told(visitor)["token"]
    content = body if body is not None else json.dumps({"marks": marks}).encode()
    return visitor.client.post(MARKS, content=content, headers={**visitor.headers, **said}, follow_redirects=False)


def test_a_parcel_is_answered_mark_by_mark_and_sending_it_again_changes_nothing(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger()
    day.clock.turn(AT_KHASAN)
    oleg = visit("Oleg", "ru")
    parcel = [mark(booking.code), mark("NOBODY"), mark(booking.code, "cleared", "rzd"), mark(booking.code, "missing")]
    parcel[3]["made_at"] = f"{AT_KHASAN - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    answers = sent(oleg, *parcel).json()["answers"]
    assert [one["id"] for one in answers] == [one["id"] for one in parcel]
    assert [one["taken"] for one in answers] == [True, False, False, True]
    assert "Пассажира 1 заказа NOBODY" in answers[1]["sentence"]
    assert answers[3]["holds"]["id"] == parcel[0]["id"], "the later one holds, though it came first"
    again = sent(oleg, *parcel).json()["answers"]
    assert again == answers
    assert [one["marks"] for one in day.audit("border-marked")] == ["2"]
    rider = told(oleg)["riders"][f"{booking.code}/1"]
    assert (rider["presence"]["kind"], rider["presence"]["by"]) == ("aboard", "Oleg")


def test_a_refusal_made_without_a_network_ends_the_ticket_when_it_is_heard_of(visit: Visit, day: BorderDay) -> None:
    booking = day.passenger(place="5")
    day.clock.turn(AT_KHASAN + timedelta(hours=3))
    (answer,) = sent(visit("Ivan"), mark(booking.code, "refused", "rzd")).json()["answers"]
    assert answer["taken"]
    assert day.selling.booking(booking.code).parts[0].refund_reason == "refused"
    assert day.claimed()[booking.code][0].alight == 2, "by when it was made: the train had not left Khasan"


def test_instants_are_milliseconds_and_the_clock_of_a_device_that_is_ahead_is_ours(
    visit: Visit, day: BorderDay
) -> None:
    booking = day.passenger()
    day.clock.turn(AT_KHASAN)
    oleg = visit("Oleg")
    sent(oleg, mark(booking.code, made_at=f"{AT_KHASAN + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"))
    found = told(oleg)
    presence = found["riders"][f"{booking.code}/1"]["presence"]
    assert presence["at"] == found["as_of"] == AT_KHASAN.timestamp() * 1000
    assert presence["made"] == found["as_of"] + 3_600_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"marks": []}',
        b'{"marks": [{}]}',
        b'{"marks": [], "more": 1}',
        json.dumps({"marks": [mark("K7MP4XQ2", "dance")]}).encode(),
        json.dumps({"marks": [mark("K7MP4XQ2", passenger=0)]}).encode(),
        json.dumps({"marks": [mark("K7MP4XQ2", passenger="1")]}).encode(),
        json.dumps({"marks": [mark("K7MP4XQ2", made_at="2026-12-10T07:00:00")]}).encode(),
        json.dumps({"marks": [mark("K7MP4XQ2", id="x")]}).encode(),
        json.dumps({"marks": [mark("K7\x00")]}).encode(),
        json.dumps({"marks": [mark("K7MP4XQ2")] * 501}).encode(),
        b"\xff\xfe",
    ],
)
def test_what_no_page_of_ours_sends_is_malformed_and_nothing_is_marked(
    visit: Visit, day: BorderDay, body: bytes
) -> None:
    answer = sent(visit("Oleg"), body=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "malformed"})
    assert day.audit("border-marked") == []


def test_whoever_is_not_signed_in_is_told_so_and_not_sent_to_a_page(visit: Visit, day: BorderDay) -> None:
    stranger = visit()
    for address in (BOARD_JSON, f"{BORDER}/documents.json", f"{BORDER}/worker.js"):
        answer = stranger.peek(address)
        assert (answer.status_code, answer.json()) == (401, {"error": "signed-out"}), address
    answer = sent(stranger, mark("K7MP4XQ2"), headers={"x-form-token": "0"})
    assert (answer.status_code, answer.json()) == (401, {"error": "signed-out"})


@pytest.mark.parametrize(
    "headers",
    [
        {"x-form-token": "0" * 64},
        {"origin": "https://elsewhere.example"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
)
def test_marks_of_another_sites_page_are_not_believed(visit: Visit, day: BorderDay, headers: dict[str, str]) -> None:
    booking = day.passenger()
    answer = sent(visit("Oleg"), mark(booking.code), headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"error": "form"})
    assert day.audit("border-marked") == []


def test_marks_of_who_may_not_or_for_no_border_are_answered_so(visit: Visit, day: BorderDay) -> None:
    assert sent(visit("Nina"), mark("K7MP4XQ2"), headers={"x-form-token": "0"}).status_code == 403
    oleg = visit("Oleg")
    token = told(oleg)["token"]
    elsewhere = oleg.client.post(
        MARKS.replace("khasan-tumangang", "elsewhere"),
        json={"marks": [mark("K7MP4XQ2")]},
        headers={"x-form-token": token, "origin": "http://testserver.local"},
    )
    assert (elsewhere.status_code, elsewhere.json()) == (404, {"error": "not-found"})


def test_nothing_of_it_is_kept_on_the_way(visit: Visit) -> None:
    answer = visit("Oleg").peek(BOARD_JSON)
    assert answer.headers["cache-control"] == "no-store"


def test_the_worker_names_every_file_that_the_pages_need_and_its_end(visit: Visit, day: BorderDay) -> None:
    oleg = visit("Oleg")
    worker = oleg.peek(f"{BORDER}/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    files = json.loads(re.search(r"^const FILES = (\[.*\]);$", worker.text, re.MULTILINE).group(1))  # type: ignore[union-attr]
    assert {oleg.peek(address).status_code for address in files} == {200}
    for page in ("board", "inspect"):
        html = oleg.open(f"{BORDER}/{page}").html
        needed = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
        assert set(needed) <= set(files)
    ends = float(re.search(r"^const ENDS = ([0-9.]+);$", worker.text, re.MULTILINE).group(1))  # type: ignore[union-attr]
    assert ends == (AT_KHASAN + timedelta(days=1, hours=5, minutes=20)).timestamp() * 1000, "a day after Rajin"
    assert told(oleg)["ends"] == ends


def test_the_sign_in_page_erases_what_a_border_left_and_has_no_script_otherwise(visit: Visit, day: BorderDay) -> None:
    stranger = visit()
    page = stranger.open("/office/sign-in")
    assert "<script" not in page.html
    assert page.answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    oleg = visit("Oleg")
    oleg.open(f"{BORDER}/board")
    assert OFFLINE_COOKIE in {cookie.name for cookie in oleg.client.cookies.jar}
    left = oleg.send(oleg.open(f"{BORDER}/board"), "/office/sign-out")
    assert left.address == "/office/sign-in?left=1"
    assert re.search(r'<script type="module" src="/static/officer/[0-9a-f]+/forget.js">', left.html)
    assert left.answer.headers["content-security-policy"] == SCRIPTED["content-security-policy"]
    assert oleg.sign_in("Oleg", PASSWORD).address == "/office/borders"
