"""The controller's question: is this ticket good, for this train, today, here?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from example_tickets import ANNA, KOREAN_CLOCK, SHUTTLE, anna, call, key_pair
from msgspec.structs import replace

from rerail.cli.ticket import run
from rerail.clock import FixedClock
from rerail.desk.opening import open_folder
from rerail.line.folder import load
from rerail.line.model import Station
from rerail.store.engine import Store
from rerail.ticket import aztec, tables
from rerail.ticket.barcode import Decoded, barcode
from rerail.ticket.coding import decode, encode
from rerail.ticket.keys import by_number
from rerail.ticket.pdf import pdf
from rerail.ticket.problem import TicketError
from rerail.ticket.verify import verify

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"

KEY, PUBLIC = key_pair()
KEYS = by_number([PUBLIC])
RAW = barcode(ANNA, KEY)


def word(raw: bytes = RAW, **question: Any) -> str:
    return verify(raw, KEYS, **question).word


def along_the_line(_: Decoded | None = None) -> Sequence[Station]:
    line = load(SHIPPED)
    return [line.stations[call.station] for call in line.trains["vladivostok-rason"].calls]


def test_a_good_ticket() -> None:
    verdict = verify(RAW, KEYS)
    assert (verdict.word, verdict.why, verdict.refund_looked_up) == ("valid", "", False)


@pytest.mark.parametrize(
    ("train", "expected"),
    [
        ("vladivostok-rason", "valid"),
        ("951", "valid"),  # the number on the Russian side
        ("952", "valid"),  # and on the Korean
        ("953", "wrong-train"),
        ("rason-vladivostok", "wrong-train"),
    ],
)
def test_the_train_by_its_id_or_any_of_its_numbers(train: str, expected: str) -> None:
    assert word(train=train) == expected


def test_the_date_is_the_service_date_also_where_one_boards_after_midnight() -> None:
    """
    951   Vladivostok 22:00 (10 Dec) ── Khasan 08:30 (11 Dec) ── Rajin 11:20
    A ticket from Khasan is for the train of the 10th; the train of the 11th comes there on the 12th.
    """
    from_khasan = barcode(anna(board=call("khasan", "2026-12-11 08:30"), spots=()), KEY)
    assert word(from_khasan, on=date(2026, 12, 10)) == "valid"
    assert word(from_khasan, on=date(2026, 12, 11)) == "wrong-date"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("vladivostok", "valid"),
        ("ussuriysk", "valid"),
        ("Уссурийск", "valid"),
        ("khasan", "valid"),
        ("rajin", "wrong-stretch"),  # it ends there
        ("baranovsky", "wrong-stretch"),  # the train does not call
    ],
)
def test_where_on_the_line(at: str, expected: str) -> None:
    assert word(at=at, route=along_the_line) == expected


def test_a_ticket_to_khasan_is_not_good_beyond() -> None:
    to_khasan = barcode(anna(alight=call("khasan", "2026-12-11 06:30"), spots=()), KEY)
    assert word(to_khasan, at="ussuriysk", route=along_the_line) == "valid"
    assert word(to_khasan, at="khasan", route=along_the_line) == "wrong-stretch"
    assert word(to_khasan, at="tumangang", route=along_the_line) == "wrong-stretch"


def test_without_the_line_only_the_stations_on_the_ticket_are_known() -> None:
    assert word(at="Vladivostok") == "valid"
    assert word(at="khasan") == "valid"  # where Anna changes her berth
    assert verify(RAW, KEYS, at="rajin").why.endswith("ends here.")
    assert "cannot be told without the line" in verify(RAW, KEYS, at="ussuriysk").why


def test_a_ticket_tells_the_calls_on_its_way_if_they_are_few() -> None:
    on_the_way = barcode(replace(ANNA, between=("ussuriysk", "tumangang")), KEY)
    assert word(on_the_way, at="ussuriysk") == "valid"
    assert word(on_the_way, at="Tumangang") == "valid"
    assert word(on_the_way, at="baranovsky") == "wrong-stretch"
    very_many = barcode(replace(ANNA, between=tuple(f"station-{number}" for number in range(138))), KEY)
    assert len(very_many) < 1_000, "a code has room for 1,914 bytes at the most"
    assert word(very_many) == "valid"
    assert word(very_many, at="station-7") == "wrong-stretch"


def test_stations_by_their_uic_codes() -> None:
    here, there = call("khasan", "2026-12-11 08:30", code="2099001"), call("rajin", "2026-12-11 11:20", code="3099002")
    raw = barcode(anna(board=here, alight=there, spots=()), KEY)
    stations = [
        replace(station, codes={"uic": code} if code else {})
        for station, code in zip(along_the_line(), ("", "", "2099001", "", "3099002"), strict=True)
    ]
    assert word(raw, at="tumangang", route=lambda _: stations) == "valid"
    assert word(raw, at="ussuriysk", route=lambda _: stations) == "wrong-stretch"


def test_refunded_is_asked_by_reference_and_said_to_be_asked() -> None:
    asked: list[str] = []

    def refunded(reference: str) -> bool:
        asked.append(reference)
        return True

    verdict = verify(RAW, KEYS, train="953", refunded=refunded)
    assert (verdict.word, verdict.refund_looked_up) == ("refunded", True)  # before everything a controller may mistype
    assert asked == ["K7MP4XQ2-3"]


def test_another_name_under_a_true_signature_is_forged() -> None:
    level2 = decode("Frame", RAW)["level2SignedData"]
    level1 = level2["level1Data"]
    content = level1["dataSequence"][0]
    ticket = decode("TicketData", content["data"])
    ticket["travelerDetail"]["traveler"][0]["lastName"] = "Иванова"
    content["data"] = encode("TicketData", ticket)
    verdict = verify(encode("Frame", {"format": "U2", "level2SignedData": level2}), KEYS)
    assert (verdict.word, verdict.why) == ("forged", "The signature is not that of key 1 of rzd.")
    assert verdict.ticket is not None
    assert verdict.ticket.family_name == "Иванова"


def test_a_key_of_the_same_name_that_is_not_the_published_one() -> None:
    other_key, _ = key_pair()
    assert word(barcode(ANNA, other_key)) == "forged"


def test_a_frame_without_a_signature_is_forged() -> None:
    level1 = decode("Frame", RAW)["level2SignedData"]["level1Data"]
    assert word(encode("Frame", {"format": "U2", "level2SignedData": {"level1Data": level1}})) == "forged"


def test_an_unknown_key_and_a_signature_that_is_none() -> None:
    stranger, _ = key_pair("xxx", 9)
    verdict = verify(barcode(ANNA, stranger), KEYS)
    assert (verdict.word, verdict.why) == ("forged", "No key 9 of xxx is published.")
    assert verify(RAW, {}).word == "forged"


def test_a_key_does_not_vouch_for_what_was_issued_before_it_was_made() -> None:
    late, public = key_pair(since=datetime(2026, 12, 1, tzinfo=UTC))
    verdict = verify(barcode(ANNA, late), by_number([public]))
    assert (verdict.word, "did not sign" in verdict.why) == ("forged", True)


def test_bytes_that_are_no_ticket() -> None:
    verdict = verify(b"hello", KEYS)
    assert verdict.word == "unreadable"
    assert verdict.ticket is None


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    file.write_bytes(msgspec.json.encode([PUBLIC]))
    return file


def checked(file: Path, keys: Path | None, **more: Any) -> tuple[int, str]:
    out = StringIO()
    question = {"store": None, "train": None, "on": None, "at": None, "as_json": False} | more
    return run(file, keys, out=out, **question), out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ticket.pdf", pdf([(ANNA, RAW)], "a4", "ko")),
        ("phone.pdf", pdf([(ANNA, RAW)], "phone", "ru")),
        ("code.png", aztec.png(RAW)),
        ("code.bin", RAW),
    ],
)
def test_a_pdf_a_picture_or_the_bytes_themselves(tmp_path: Path, keys_file: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    status, said = checked(file, keys_file, train="951", on=date(2026, 12, 10), at="vladivostok")
    assert (status, said.splitlines()[0]) == (0, "valid")
    assert "Ковалёва Анна Сергеевна" in said
    assert "look at the passport" in said
    assert "Named list: Rason Tours" in said
    assert "coach 3 place 12 upper, to Khasan" in said
    assert "was not looked up" in said


def test_a_familys_pdf_is_good_only_if_every_ticket_is(tmp_path: Path, keys_file: Path) -> None:
    file = tmp_path / "family.pdf"
    child = anna(reference="K7MP4XQ2-4", given_names="Пётр", adult=False, spots=())
    tickets = [(ticket, barcode(ticket, KEY)) for ticket in (ANNA, child, SHUTTLE)]
    file.write_bytes(pdf(tickets, "a4", "ru"))
    status, said = checked(file, keys_file, as_json=True, train="951")
    found = msgspec.json.decode(said)
    assert [ticket["verdict"] for ticket in found["tickets"]] == ["valid", "valid", "wrong-train"]
    assert [ticket["reference"] for ticket in found["tickets"]] == ["K7MP4XQ2-3", "K7MP4XQ2-4", "B2SHUTTL-1"]
    assert (status, found["verdict"]) == (1, "wrong-train")
    file.write_bytes(pdf(tickets[:2], "a4", "ru"))
    assert checked(file, keys_file, train="951")[0] == 0


def test_a_specimen_is_said_to_be_one(tmp_path: Path, keys_file: Path) -> None:
    file = tmp_path / "specimen.bin"
    file.write_bytes(barcode(anna(specimen=True), KEY))
    status, said = checked(file, keys_file)
    assert status == 0
    assert "SPECIMEN" in said


def test_of_a_forged_ticket_nothing_is_repeated(tmp_path: Path, keys_file: Path) -> None:
    stranger, _ = key_pair()
    file = tmp_path / "forged.bin"
    file.write_bytes(barcode(ANNA, stranger))
    status, said = checked(file, keys_file)
    assert status == 1
    assert said.startswith("forged: ")
    assert "Ковалёва" not in said


def test_a_picture_without_a_code_is_unreadable(tmp_path: Path, keys_file: Path) -> None:
    file = tmp_path / "empty.pdf"
    file.write_bytes(b"%PDF-1.7\n")
    status, said = checked(file, keys_file, as_json=True)
    assert (status, msgspec.json.decode(said)["verdict"]) == (1, "unreadable")


def test_what_is_missing_is_said(tmp_path: Path, keys_file: Path) -> None:
    with pytest.raises(TicketError, match="No such file"):
        checked(tmp_path / "nowhere.pdf", keys_file)
    with pytest.raises(TicketError, match="--keys FILE"):
        checked(keys_file, None)


def test_with_the_database_its_keys_its_line_and_its_refunds_are_known(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    open_folder(SHIPPED, store, clock)
    with store.write() as connection:
        tables.new_key(connection, "rzd", clock.now())
        key = tables.current(connection, "rzd", clock.now())
    file = tmp_path / "ticket.bin"
    file.write_bytes(barcode(ANNA, key))
    assert checked(file, None, store=store, at="ussuriysk")[0] == 0
    assert checked(file, None, store=store, at="Уссурийск")[0] == 0
    status, said = checked(file, None, store=store, at="rajin")
    assert (status, said.split(":")[0]) == (1, "wrong-stretch")
    status, said = checked(file, None, store=store, refunded=lambda reference: reference == "K7MP4XQ2-3")
    assert (status, said.split(":")[0]) == (1, "refunded")
    assert "was not looked up" not in said


def test_the_korean_clock_is_told_on_the_korean_side() -> None:
    verdict = verify(barcode(SHUTTLE, KEY), KEYS)
    assert verdict.ticket is not None
    alight = verdict.ticket.stretches[0].alight.at
    assert alight is not None
    assert alight == call("tumangang", "2026-12-11 14:50", KOREAN_CLOCK).at
