"""What becomes of a machine-readable zone on its way from the document through fingers, keyboards and clipboards."""

from __future__ import annotations

from datetime import date

import pytest

from rerail.border.mrz import read_mrz
from rerail.border.mrz_model import NotMrz

TODAY = date(2026, 11, 23)

UPPER = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
LOWER = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")


@pytest.mark.parametrize(
    "typed",
    [
        f"{UPPER}\n{LOWER}",
        f"  {UPPER}  \r\n\r\n\r\n {LOWER}\n\n",
        UPPER + LOWER,
        f"{UPPER} {LOWER}",
        f"{UPPER[:20]}\n{UPPER[20:]}{LOWER[:7]}\n{LOWER[7:]}",
        f"{UPPER}\n{LOWER}".lower(),
        f"{UPPER}\n{LOWER}".replace("<", "‹"),
        f"{UPPER}\n{LOWER}".replace("<", "〈"),
        f"{UPPER}\n{LOWER}".replace("<", "«"),
        f"{UPPER}\n{LOWER}".replace("<<", "«"),
        f"{UPPER}\n{LOWER}".replace("<<", "《"),
        f"{UPPER}\n{LOWER}".replace("<", "&lt;"),
        " ".join(f"{UPPER}\n{LOWER}"),
        f"\ufeff{UPPER[:9]}\u200b{UPPER[9:]}\n{LOWER}",
        "".join(chr(ord(one) + 0xFEE0) if one != "\n" else one for one in f"{UPPER}\n{LOWER}"),
        "".join(chr(ord(one) + 0x0630) if one.isdigit() else one for one in f"{UPPER}\n{LOWER}"),
    ],
    ids=[
        *("as printed", "blank lines", "no line break", "a space for it", "breaks elsewhere", "small letters"),
        *("single guillemets", "angle brackets", "guillemets", "two in one", "double brackets", "from a web page"),
        *("spaced out", "invisible marks", "full width", "Arabic digits"),
    ],
)
def test_read_as_if_it_were_printed(typed: str) -> None:
    reading = read_mrz(typed, TODAY)
    assert reading.lines == (UPPER, LOWER)
    assert reading.problems == ()


@pytest.mark.parametrize("typed", ["\n".join(CARD), "".join(CARD), " ".join(CARD).lower()])
def test_three_lines_of_a_card(typed: str) -> None:
    assert read_mrz(typed, TODAY).lines == CARD


def test_letters_of_another_alphabet_are_read_as_those_they_look_like_and_told() -> None:
    typed = f"{UPPER}\n{LOWER}".replace("UTO", "UТО").replace("MARIA", "МАRIА").replace("L898902C", "L898902С")
    reading = read_mrz(typed, TODAY)
    assert reading.lines == (UPPER, LOWER)
    assert [(one.level, one.rule, one.line, one.position) for one in reading.problems] == [
        ("warning", "look-alike", 1, 4),
        ("warning", "look-alike", 2, 8),
    ]
    first, second = reading.problems
    assert (first.found, first.expected) == ("ТОМАА", "TOMAA")
    assert str(first) == (
        "Line 1 has letters of another alphabet (position 4–5, 21–22, 25). They were read as the Latin TOMAA."
    )
    assert (second.found, second.expected) == ("СТО", "CTO")


def test_small_cyrillic_letters_stand_for_capitals() -> None:
    reading = read_mrz(f"{UPPER}\n{LOWER}".lower().replace("o", "о").replace("a", "а"), TODAY)
    assert reading.lines == (UPPER, LOWER)
    assert {one.rule for one in reading.problems} == {"look-alike"}


def test_a_letter_that_looks_like_none_is_named() -> None:
    reading = read_mrz(f"{UPPER}\n{LOWER}".replace("MARIA", "MARЯA"), TODAY)
    (problem,) = reading.problems
    assert (problem.level, problem.rule, problem.line, problem.position) == ("error", "character", 1, 24)
    assert str(problem).startswith("Line 1, position 24: Я cannot stand in a machine-readable zone.")


def test_a_strange_character_in_a_number_is_told_once() -> None:
    reading = read_mrz(f"{UPPER}\n{LOWER}".replace("L898902C", "L8989*2C"), TODAY)
    assert [one.rule for one in reading.problems] == ["character"]
    assert [check.expected for check in reading.checks if check.field in ("number", "composite")] == [None, None]


@pytest.mark.parametrize("fillers", [0, 1, 18, 20, 33])
def test_nobody_counts_the_fillers_behind_a_name(fillers: int) -> None:
    typed = UPPER.rstrip("<") + "<" * fillers
    reading = read_mrz(f"{typed}\n{LOWER}", TODAY)
    assert reading.lines == (UPPER, LOWER)
    (problem,) = reading.problems
    assert (problem.level, problem.rule, problem.line) == ("warning", "fillers", 1)
    assert (problem.found, problem.expected) == (str(len(typed)), "44")


def test_too_few_fillers_behind_the_name_on_a_card() -> None:
    reading = read_mrz("\n".join((*CARD[:2], "ERIKSSON<<ANNA<MARIA")), TODAY)
    assert reading.lines == CARD
    assert [one.rule for one in reading.problems] == ["fillers"]


def test_a_passport_with_fillers_short_is_not_taken_for_a_card_of_as_many_characters() -> None:
    # 28 + 44 characters are as many as 36 + 36.
    reading = read_mrz(f"{UPPER[:28]}\n{LOWER}", TODAY)
    assert reading.mrz.format == "TD3"
    assert reading.lines == (UPPER, LOWER)


@pytest.mark.parametrize(
    ("typed", "lengths"),
    [
        ("P<UTOERIKSSON", "13"),
        (f"{UPPER}\n{LOWER[:-1]}", "44 + 43"),
        (f"{UPPER}X\n{LOWER}", "45 + 44"),
        (f"{CARD[0]}\n{CARD[1]}\n{CARD[2]}\nX", "30 + 30 + 30 + 1"),
        ("A\n" * 9, "1 + 1 + 1 + 1 + 1 + 1 + …"),
        ("김정은", "3"),
    ],
)
def test_what_is_no_zone_is_told_by_its_lengths(typed: str, lengths: str) -> None:
    with pytest.raises(NotMrz) as refused:
        read_mrz(typed, TODAY)
    assert f"it has {lengths} characters" in str(refused.value)
    for exists in ("44 + 44 (passports)", "36 + 36", "30 + 30 + 30 (cards)"):
        assert exists in str(refused.value)
    assert "ERIKSSON" not in str(refused.value), "what was typed is nobody else's business"


@pytest.mark.parametrize("typed", ["", "  \n\n\t", "\u200b"])
def test_nothing_typed(typed: str) -> None:
    with pytest.raises(NotMrz, match="Type the lines of < and letters"):
        read_mrz(typed, TODAY)


def test_a_whole_page_pasted() -> None:
    with pytest.raises(NotMrz, match="it has 5000 characters, and a zone at most 90"):
        read_mrz("A<" * 2500, TODAY)
