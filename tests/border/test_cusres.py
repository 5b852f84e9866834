"""What a border control answers: the list as a whole, and the passengers who must not board."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from drawn_manifest import ANNA, listed
from hypothesis import given
from hypothesis import strategies as st

import rerail.border
from rerail.border.cusres import Answer, NotCusres, Receipt, read_cusres
from rerail.border.paxlst import control_reference, paxlst
from rerail.web.i18n import Words

KEY = listed().key
REFERENCE = control_reference(KEY, 2)


def answer(*body: str, unb: str = "UNOA:4", kind: str = "CUSRES:D:12B:UN:IATA", access: str = "") -> str:
    """An interchange as an authority sends it, around the segments of its message."""
    header = f"UNH+1+{kind}{f'+{access}' if access else ''}"
    inside = [header, *body, f"UNT+{len(body) + 2}+1"]
    return "'".join(
        [
            f"UNB+{unb}+KSR-CONTROL+RERAIL+261130:1315+R0001",
            "UNG+CUSRES+KSR-CONTROL+RERAIL+261130:1315+R0001+UN+D:12B",
            *inside,
            "UNE+1+R0001",
            "UNZ+1+R0001",
            "",
        ]
    )


HEAD = ("BGM+962", f"RFF+TN:{REFERENCE}:::2", "RFF+AF:952", "DTM+189:2612020830:201", "LOC+125+987002")


def read(*body: str, **more: str) -> Receipt:
    return read_cusres(answer(*body, **more).encode())


def test_a_list_is_taken_one_passenger_may_board_and_one_must_not() -> None:
    found = read(
        *HEAD,
        "ERP+2",
        "RFF+AVF:K7MP4XQ2",
        "RFF+ABO:K7MP4XQ2-1",
        "ERC+0Z",
        "FTX+AAP+++OK TO BOARD",
        "ERP+2",
        "RFF+AVF:Q2XW9PRT",
        "RFF+ABO:Q2XW9PRT-1",
        "ERC+1Z",
        "FTX+AAP+++NO BOARD, ASK AT TUMANGANG?: ROOM 3",
    )
    assert (found.about, found.version, found.accepted) == (REFERENCE, 2, True)
    assert f"{found.at:%Y-%m-%d %H:%M}" == "2026-11-30 13:15"
    assert found.at.tzinfo is None  # no message tells the zone
    assert (found.sender, found.reference, found.codes, found.texts) == ("KSR-CONTROL", "R0001", (), ())
    assert found.answers[0] == Answer(
        booking="K7MP4XQ2", ticket="K7MP4XQ2-1", code="0Z", meaning="ok", text="OK TO BOARD"
    )
    assert [one.ticket for one in found.refused] == ["Q2XW9PRT-1"]
    assert found.refused[0].text == "NO BOARD, ASK AT TUMANGANG: ROOM 3"


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        *(("0", "ok"), ("0Z", "ok"), ("1", "refused"), ("1Z", "refused"), ("2Z", "further"), ("4Z", "insufficient")),
        *(("3Z", "unknown"), ("9", "unknown"), ("118", "unknown"), ("0ZZ", "unknown"), ("", "unknown")),
    ],
)
def test_the_codes_of_passengers(code: str, meaning: str) -> None:
    (one,) = read(*HEAD, "ERP+2", "RFF+ABO:K7MP4XQ2-1", *([f"ERC+{code}"] if code else [])).answers
    assert (one.code, one.meaning) == (code, meaning)


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        ((), True),
        (("ERP+1", "ERC+0"), True),
        (("ERP+1", "ERC+1", "FTX+AAP+++FLIGHT UNKNOWN"), False),
        (("ERP+1", "ERC+118"), False),
        (("ERP+2", "RFF+ABO:K7MP4XQ2-1", "ERC+1Z"), True),
        (("ERP+2", "RFF+ABO:K7MP4XQ2-1", "ERC+0Z", "ERP+1", "ERC+1"), False),
        # Somebody must not board, and nobody can tell who: a person must look.
        (("ERP+2", "ERC+1Z"), False),
        (("ERP", "ERC+4"), False),
    ],
)
def test_whether_the_list_as_a_whole_is_taken(body: tuple[str, ...], accepted: bool) -> None:
    assert read(*HEAD, *body).accepted is accepted


@pytest.mark.parametrize(
    ("begin", "accepted"),
    [("BGM+962", True), ("BGM+962++44", True), ("BGM+962++27", False), ("BGM+962++11+RE", False), ("BGM+312", True)],
)
def test_a_list_is_refused_by_the_function_of_the_message_too(begin: str, accepted: bool) -> None:
    assert read(begin, *HEAD[1:]).accepted is accepted


def test_texts_about_the_whole_list_are_kept_line_by_line_as_one() -> None:
    found = read(
        *HEAD[:2], "FTX+AAP+++CLOSED LATE", *HEAD[2:], "ERP+1", "ERC+1", "FTX+AAP+++TRAIN:UNKNOWN: ", "FTX+AAP"
    )
    assert found.texts == ("CLOSED LATE", "TRAIN UNKNOWN")
    assert found.codes == ("1",)


@pytest.mark.parametrize(
    ("body", "access", "about", "version"),
    [
        (("BGM+962", f"RFF+TN:{REFERENCE}"), "", REFERENCE, 2),
        (("BGM+962", f"RFF+TN:{REFERENCE}:::3"), "", REFERENCE, 3),
        (("BGM+962", "RFF+TN:TYR123"), "", "TYR123", None),
        ((f"BGM+962+{REFERENCE}",), "", REFERENCE, 2),
        (("BGM+962",), REFERENCE[:10], REFERENCE[:10], None),
    ],
)
def test_which_list_and_version_it_is_about(
    body: tuple[str, ...], access: str, about: str, version: int | None
) -> None:
    found = read(*body, access=access)
    assert (found.about, found.version) == (about, version)


def test_other_separators_are_read_as_una_announces_them_and_lines_may_break() -> None:
    plain = answer(*HEAD, "ERP+2", "RFF+ABO:K7MP4XQ2-1", "ERC+1Z")
    other = plain.translate(str.maketrans("+:'", '|;"')).replace('"', '"\r\n')
    found = read_cusres(f'UNA;|.? "\r\n{other}\r\n'.encode())
    assert [one.ticket for one in found.refused] == ["K7MP4XQ2-1"]


@pytest.mark.parametrize(
    ("unb", "encoding"), [("UNOE:4", "iso8859-5"), ("UNOY:4", "utf-8"), ("UNOW:4", "utf-8"), ("UNOK:3", "iso8859-9")]
)
def test_letters_are_read_as_the_answer_says_they_are_written(unb: str, encoding: str) -> None:
    text = "Güney" if encoding == "iso8859-9" else "Посадка запрещена"
    content = answer(*HEAD, "ERP+1", "ERC+1", f"FTX+AAP+++{text}", unb=unb).encode(encoding)
    assert read_cusres(content).texts == (text,)


def test_the_syntax_of_iata_and_a_date_of_eight_digits() -> None:
    content = answer(*HEAD, unb="SIRE:4").replace("261130:1315+R", "20261130:1315+R", 1)
    assert f"{read_cusres(content.encode()).at:%Y%m%d%H%M}" == "202611301315"


WHOLE = answer(*HEAD)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "begins with neither UNA nor UNB"),
        (b"%PDF-1.7", "begins with neither UNA nor UNB"),
        (b"UNB+UNOA:4", "its last segment does not end"),
        (paxlst(listed(ANNA)), "a PAXLST message and no receipt"),
        (answer(*HEAD, kind="").encode(), "a – message and no receipt"),
        (WHOLE[:-20].encode(), "its last segment does not end"),
        (WHOLE.replace("UNZ+1+R0001'", "").encode(), r"its end \(UNZ\) is missing"),
        (WHOLE.replace("UNZ+1+R0001", "UNZ+1+R0002").encode(), 'begins as "R0001" and ends as "R0002"'),
        (WHOLE.replace("UNZ+1", "UNZ+2").encode(), "UNZ of this interchange counts 2, and there are 1"),
        (WHOLE.replace("UNZ+1", "UNZ+").encode(), "UNZ of this interchange counts –, and there are 1"),
        (WHOLE.replace("RFF+AF:952'", "").encode(), "UNT of this interchange counts 7, and there are 6"),
        (WHOLE.replace("UNT+7+1'", "").encode(), r"a message \(UNH\) in it does not end"),
        (WHOLE.replace("UNH+1+CUSRES:D:12B:UN:IATA'", "").encode(), "without its beginning"),
        (WHOLE.replace("261130:1315+R", "269930:1315+R", 1).encode(), 'no date and time: "269930:1315"'),
        (answer("BGM+962").encode(), "does not say which list it is about"),
        (answer(*HEAD, "FTX+AAP+++É").encode("latin-1"), "its letters are UNOA, and holds others"),
        (answer(*HEAD, "FTX+AAP+++É", unb="UNOY:4").encode("latin-1"), "its letters are UNOY, and holds others"),
        (b"UNB+" + b"A" * (3 << 20), "too large for a receipt: at most 2 megabytes"),
    ],
)
def test_what_is_no_whole_receipt_is_refused_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(NotCusres, match=says):
        read_cusres(content)


def test_two_receipts_in_one_interchange_are_refused() -> None:
    one = WHOLE.split("UNH")[1].split("UNE")[0]
    both = WHOLE.replace("UNE+1", f"UNH{one}UNE+2")
    with pytest.raises(NotCusres, match="2 messages; enter receipts one at a time"):
        read_cusres(both.encode())


@given(st.binary(max_size=200) | st.text("UNBHTZCSRE+:'? \r\n01", max_size=80).map(lambda text: f"UNB{text}".encode()))
def test_nothing_but_a_sentence_comes_of_rubbish(content: bytes) -> None:
    with pytest.raises(NotCusres):
        read_cusres(content)


@given(st.integers(0, len(WHOLE) - 2))
def test_a_receipt_that_was_cut_off_anywhere_is_never_taken(length: int) -> None:
    with pytest.raises(NotCusres):
        read_cusres(WHOLE[:length].encode())


@given(st.text(max_size=60).map(lambda text: " ".join(text.split())))
def test_any_text_of_an_authority_is_read_as_it_was_written(text: str) -> None:
    released = "".join(f"?{letter}" if letter in "+:'?" else letter for letter in text)
    found = read(*HEAD, "ERP+2", "RFF+ABO:K7MP4XQ2-1", "ERC+1Z", f"FTX+AAP+++{released}", unb="UNOY:4")
    assert found.answers[0].text == text.strip()


def test_a_receipt_of_the_list_it_was_written_for_is_recognised() -> None:
    sent = listed(ANNA, version=2, made=datetime(2026, 11, 30, 13, 0, tzinfo=UTC))
    assert read(*HEAD).about.encode() in paxlst(sent)


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_sentence_about_a_receipt_is_translated(language: str) -> None:
    folder = Path(rerail.border.__path__[0])
    said = {
        call.args[0].value
        for name in ("edifact.py", "cusres.py")
        for call in ast.walk(ast.parse((folder / name).read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("Unreadable", "NotCusres")
        if isinstance(call.args[0], ast.Constant)
    }
    assert len(said) >= 12
    catalogue = Words(language).catalogue
    assert [one for one in said if catalogue.gettext(str(one)) == one] == []
