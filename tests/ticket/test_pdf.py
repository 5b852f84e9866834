"""What a passenger holds: every clock with its zone, both railways' languages, nothing a name could break."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta

import pypdfium2
import pytest
from example_tickets import ANNA, SHUTTLE, anna, key_pair, spot

from rerail.line.amount import Money
from rerail.ticket import aztec
from rerail.ticket.barcode import barcode
from rerail.ticket.model import Ticket
from rerail.ticket.pdf import Size, pdf
from rerail.ticket.wording import WORDS, money
from rerail.typeset import fonts
from rerail.typeset.language import day, duration

KEY, _ = key_pair()


def made(*tickets: Ticket, size: Size = "a4", language: str = "en") -> bytes:
    return pdf([(ticket, barcode(ticket, KEY)) for ticket in tickets], size, language)


def pages(content: bytes) -> list[str]:
    """The text of each page, line breaks as spaces."""
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    return [" ".join(text.replace("\u200b", "").split()) for text in texts]


def text(*tickets: Ticket, size: Size = "a4", language: str = "en") -> str:
    (found,) = pages(made(*tickets, size=size, language=language))
    return found


@pytest.mark.parametrize("size", ["a4", "phone"])
@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_each_time_is_on_its_stations_clock_with_the_zone_said(size: Size, language: str) -> None:
    here = {"en": "Vladivostok", "ru": "Владивосток", "ko": "블라디보스토크"}[language]
    there = {"en": "Rajin (Rason)", "ru": "Раджин (Расон)", "ko": "라진(라선)"}[language]
    said = text(ANNA, size=size, language=language)
    assert f"22:00 {here} (UTC+10, MSK+7)" in said
    assert f"11:20 {there} (UTC+9)" in said
    assert day(date(2026, 12, 10), language).replace("\u00a0", " ") in said
    assert "2026-12-10" in said  # for whoever reads none of the languages
    assert "Ковалёва Анна Сергеевна" in said
    assert "K7MP4XQ2-3" in said


def test_labels_and_names_stand_in_both_railways_languages_beside_the_passengers() -> None:
    said = text(ANNA, language="en")
    for word in ("passenger", "train", "departs", "arrives", "coach", "place", "price", "issued", "papers", "upper"):
        for language in ("en", "ru", "ko"):
            assert WORDS[word][language] in said, (word, language)
    assert "Российские железные дороги" in said
    assert "러시아 철도" in said
    assert "РЖД" not in text(ANNA, language="ko")  # the number's railway is named once, in the passenger's


def test_an_arrival_earlier_on_the_clock_is_explained_by_the_clocks() -> None:
    said = text(SHUTTLE)
    assert "15:30 Khasan (UTC+10, MSK+7)" in said
    assert "14:50 Tumangang (UTC+9)" in said
    assert "Tumangang is 1 h behind Khasan: the journey takes 20 min." in said
    assert "That is why it arrives earlier on the clock than it left." in said
    assert "Часы станции «Туманган» отстают от часов станции «Хасан» на 1 ч; в пути 20 мин." in said
    assert "earlier on the clock" not in text(ANNA)
    back = anna(board=SHUTTLE.alight, alight=SHUTTLE.board, spots=())
    assert "Khasan is 1 h ahead of Tumangang: the journey takes" not in text(ANNA)
    assert "Khasan is 1 h ahead of Tumangang" in text(back)


def test_places_that_change_on_the_way() -> None:
    said = text(ANNA)
    assert "You change places on the way." in said
    assert said.index("12 Vladivostok → Khasan") < said.index("34 Khasan → Rajin (Rason)")
    assert "→" not in text(anna(spots=(spot("3", "12"),)))
    assert "without a place of one's own" in text(anna(spots=(), adult=False))


def test_specimen_illustrative_papers_and_named_list_only_where_they_hold() -> None:
    said = text(anna(specimen=True))
    assert "Specimen: not valid for travel" in said
    assert "SPECIMEN" in said.replace(" ", "")
    assert "951*" in said
    assert "12,345.00 RUB*" in said
    assert "Crosses the border on the named list of: Rason Tours." in said
    domestic = text(anna(specimen=False, illustrative=False, passport_check=False, named_list=None))
    for word in ("Specimen", "SPECIMEN", "*", "passport", "named list"):
        assert word not in domestic


@pytest.mark.parametrize("size", ["a4", "phone"])
def test_where_to_get_off_at_the_border_is_on_it_in_each_language_its_marks_explained(size: Size) -> None:
    told = {"en": "At the border: Khasan, stay in your coach*.", "ko": "국경에서: 하산, 객차 안에서 대기*."}
    said = text(anna(at_border=told, illustrative=False), size=size)
    for one in told.values():
        assert one in said
    assert "951*" not in said
    assert "* Illustrative:" in said
    assert "Illustrative" not in text(anna(at_border={"en": "At the border: Khasan."}, illustrative=False), size=size)


@pytest.mark.parametrize(
    "name",
    [
        "#set page(fill: red)",
        '#read("ticket.typ")',
        "$x^2$ \\ \"quoted\" 'single'",
        "*bold* _it_ `raw` <label> @ref // no comment /* none */",
        "= heading",
        "{{ no }} %(name)s {0}",
        "김민지",
        "王小明",
        "ปิยะ",
    ],
)
@pytest.mark.parametrize("size", ["a4", "phone"])
def test_a_name_is_printed_as_it_was_typed(name: str, size: Size) -> None:
    assert name.replace(" ", "") in text(anna(family_name=name), size=size).replace(" ", "")


def test_a_name_from_right_to_left_and_one_that_is_too_long() -> None:
    ticket = anna(family_name="محمد", given_names="W" * 150)
    (said,) = pages(made(ticket, size="phone"))
    assert sorted("محمد") == sorted(letter for letter in said if "\u0600" <= letter <= "\u06ff")
    assert "W" * 150 in said.replace(" ", "")


@pytest.mark.parametrize("size", ["a4", "phone"])
def test_a_page_for_each_ticket_in_order_each_with_its_own_code(size: Size) -> None:
    tickets = [ANNA, SHUTTLE, anna(reference="K7MP4XQ2-4", spots=tuple(spot("3", str(n)) for n in range(1, 4)))]
    content = made(*tickets, size=size)
    found = pages(content)
    assert [ticket.reference in page for ticket, page in zip(tickets, found, strict=True)] == [True] * 3
    assert len(aztec.read(content)) == 3
    width, height = pypdfium2.PdfDocument(content)[0].get_size()
    assert (round(width / 72 * 25.4), height > width) == (210 if size == "a4" else 90, True)


def test_the_same_tickets_give_the_same_bytes() -> None:
    raw = barcode(ANNA, KEY)
    assert pdf([(ANNA, raw)], "a4", "ko") == pdf([(ANNA, raw)], "a4", "ko")
    with pytest.raises(ValueError, match="no tickets"):
        pdf([], "a4", "en")


def test_several_threads_print_at_once() -> None:
    printed: dict[str, bytes] = {}

    def printing(number: int) -> None:
        for step in range(4):
            reference = f"K7MP4XQ2-{number * 10 + step}"
            printed[reference] = made(anna(reference=reference))

    threads = [threading.Thread(target=printing, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(printed) == 16
    # Read one after the other: PDFium is not made for threads.
    assert [reference for reference, content in printed.items() if reference not in pages(content)[0]] == []


def test_a_machine_without_a_korean_font_prints_everything_in_letters_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "hangul", lambda: None)
    said = text(anna(family_name="김", given_names="민지", named_list={"ko": "라선 관광"}), language="ko")
    assert not any("가" <= letter <= "힣" for letter in said)
    assert "Gim Minji" in said
    assert "22:00 Vladivostok (UTC+10, MSK+7)" in said  # English stands in
    assert "Владивосток" in said
    assert "Raseon Gwangwang" in said
    assert fonts.advice() is not None
    assert "fonts-noto-cjk" in str(fonts.advice())


def test_this_machine_has_a_korean_font() -> None:
    assert fonts.hangul() is not None, fonts.ADVICE
    assert fonts.advice() is None


def test_amounts_and_durations_as_each_language_writes_them() -> None:
    assert money(Money(1_234_500, "RUB"), "ru") == "12\u00a0345,00 RUB"
    assert money(Money(45_000, "KRW"), "ko") == "45,000 KRW"
    assert money(Money(1_234, "KWD"), "en") == "1.234 KWD"
    assert duration(timedelta(minutes=20), "en") == "20 min"
    assert duration(timedelta(hours=14), "ru") == "14 ч"
    assert duration(timedelta(hours=1, minutes=30), "ko") == "1시간 30분"
    assert day(date(2026, 12, 10), "xx") == day(date(2026, 12, 10), "en")


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_there_in_every_language_with_the_same_gaps(word: str) -> None:
    gaps = {language: sorted(re.findall(r"%\(\w+\)s", said)) for language, said in WORDS[word].items()}
    assert set(gaps) == {"en", "ru", "ko"}
    assert gaps["en"] == gaps["ru"] == gaps["ko"]
