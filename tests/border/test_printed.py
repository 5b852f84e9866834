"""The list on paper: both scripts of every name, both clocks, what is missing to be written in, what has changed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from drawn_manifest import ANNA, EVERYTHING, MINJI, NOBODY_YET, asking, listed, person
from msgspec.structs import replace

from rerail.border.model import Manifest
from rerail.border.printed import printed
from rerail.border.wording import WORDS
from rerail.line.border import Asked
from rerail.typeset import fonts
from rerail.typeset.language import day

LANGUAGES = ("en", "ru", "ko")
VALUE = re.compile(r"%\((\w+)\)[sd]")
LONG = person(
    "ZZ99ZZ99",
    1,
    family_name="Александрова" * 5,
    given_names="Анна",
    latin_family_name="WOLFESCHLEGELSTEINHAUSENBERGERDORFFWELCHEVORALTERNWARENGEWIS",
    latin_given_names="HUBERT",
    from_document=False,
)


def pages(manifest: Manifest) -> list[str]:
    """The text of each page, without line breaks and places to break."""
    document = pypdfium2.PdfDocument(printed(manifest))
    return ["".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split()) for page in document]


def text(manifest: Manifest) -> str:
    return "".join(pages(manifest))


def packed(words: str) -> str:
    return "".join(words.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_stands_there_in_both_scripts(language: str) -> None:
    said = text(listed(ANNA, MINJI, LONG, language=language))
    for name in ("КовалёваАннаСергеевна", "KOVALEVAANNA", "김민지", "KIMMINJI", "Александрова" * 5, "ANNA"):
        assert name in said, name
    assert "≈WOLFESCHLEGELSTEINHAUSENBERGERDORFFWELCHEVORALTERNWARENGEWISHUBERT" in said
    assert packed(WORDS["transliterated"][language]) in said
    assert packed(WORDS["transliterated"][language]) not in text(listed(ANNA, MINJI, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heading_tells_whose_list_of_which_train_on_both_clocks(language: str) -> None:
    said = text(listed(ANNA, MINJI, language=language))
    for names in (
        {"en": "Tumangang border control", "ru": "Контроль Туманган", "ko": "두만강 통행검사소"},
        {"en": "Vladivostok – Rason", "ru": "Владивосток – Расон", "ko": "블라디보스토크 – 라선"},
        {"en": "Friendship Bridge", "ru": "Мост Дружбы", "ko": "우정의 다리"},
        *(WORDS[word] for word in ("control", "entry", "closed", "handed over", "received", "signed", "private")),
    ):
        assert packed(names[language]) in said, names
    crossing_day = packed(day(date(2026, 12, 2), language))
    assert f"08:30,{crossing_day}(UTC+10)" in said
    assert f"07:50,{crossing_day}(UTC+9)" in said
    assert packed(day(date(2026, 12, 1), language)) in said
    for fact in ("951/952", "YV4ULDOQGJ0001", "2026-11-3012:00UTC", "1/1"):
        assert fact in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_there_in_the_authoritys_language(language: str) -> None:
    said = text(listed(ANNA, MINJI, NOBODY_YET, language=language))
    for word in (
        *("number", "coach", "place", "name", "born", "sex", "nationality", "document", "issuing state", "expires"),
        *("visa", "voucher", "stretch", "ticket", "missing", "no name", "without a place", "passport", "id-card"),
        *("f", "m", "list number", "passengers", "crossing", "leaves", "arrives", "service date"),
    ):
        assert packed(WORDS[word][language]) in said, word


def test_the_document_as_it_was_given() -> None:
    said = text(listed(ANNA))
    for given in ("1988-03-09", "752345678", "2031-05-20", "RUS", "K0012345", "V-77", "K7MP4XQ2-1"):
        assert given in said


@pytest.mark.parametrize("field", EVERYTHING)
def test_what_is_not_asked_for_has_no_column(field: Asked) -> None:
    words = {
        "issuing_state": "issuing state",
        "expires": "expires",
        "nationality": "nationality",
        "birth_date": "born",
        "sex": "sex",
        "visa_number": "visa",
        "voucher_number": "voucher",
    }
    others = tuple(one for one in EVERYTHING if one != field)
    said = text(listed(asking(others, ANNA), asks=others))
    if field in words:
        assert packed(WORDS[words[field]]["en"]) not in said
    elif field == "document_number":
        assert "752345678" not in said
        assert "passport" in said
    else:
        assert "752345678" in said
        assert "passport" not in said


def test_a_list_that_asks_for_nothing_has_no_column_of_documents() -> None:
    said = text(listed(asking((), ANNA), asks=()))
    assert WORDS["document"]["en"] not in said
    assert "KOVALEVAANNA" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_a_line_to_write_on_and_what_nobody_asks_of_one_is_a_dash(language: str) -> None:
    missing = packed(WORDS["missing"][language])
    assert text(listed(ANNA, language=language)).count(missing) == 0
    assert text(listed(MINJI, language=language)).count(missing) == 3
    without_visa = replace(ANNA, visa_number="", missing=())
    assert text(listed(without_visa, language=language)).count(missing) == 0
    number_alone = replace(ANNA, document_kind=None, missing=("document_kind",))
    assert text(listed(number_alone, language=language)).count(missing) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amendment_marks_what_has_changed_and_lists_who_was_removed(language: str) -> None:
    said = text(
        listed(ANNA, MINJI, language=language, version=3, added=(MINJI.key,), changed=(ANNA.key,), removed=(LONG,))
    )
    assert packed(WORDS["amendment"][language] % {"number": 3, "before": 2}) in said
    assert packed(WORDS["changes"][language] % {"added": 1, "changed": 1, "removed": 1}) in said
    assert f"1{packed(WORDS['changed'][language])}" in said
    assert f"2{packed(WORDS['added'][language])}" in said
    assert f"–{packed(WORDS['removed'][language])}" in said
    assert said.index(packed(WORDS["removed persons"][language])) < said.index("Александрова" * 5)
    assert WORDS["closed"][language] not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_close_out_tells_who_crossed_and_who_did_not(language: str) -> None:
    said = text(listed(ANNA, language=language, version=4, removed=(MINJI,), close_out=True))
    assert packed(WORDS["close-out"][language] % {"number": 4}) in said
    assert packed(WORDS["crossings"][language] % {"crossed": 1, "removed": 1}) in said
    assert said.index(packed(WORDS["not crossed persons"][language])) < said.index("김민지")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_and_a_specimen_say_so(language: str) -> None:
    draft = text(listed(ANNA, language=language, open_until=datetime(2026, 12, 1, 6, 0, tzinfo=UTC)))
    assert packed(WORDS["draft"][language] % {"until": "2026-12-01 06:00"}) in draft
    assert "YV4ULDOQGJ0000" in draft
    for word in ("specimen", "SPECIMEN"):
        assert packed(WORDS[word][language]) in text(listed(ANNA, language=language, specimen=True))
        assert packed(WORDS[word][language]) not in draft


def test_a_named_list_names_the_tour_operator() -> None:
    operator = {"en": "Rason Tours", "ru": "Расон Турс"}
    said = text(listed(ANNA, kind="named-list", operator_names=operator, language="ru", direction="exit"))
    assert "РасонТурс" in said
    assert "Именнойсписокгруппы" in said
    assert "выездизстраны" in said


def test_nobody_on_the_list_and_a_station_where_the_train_does_not_call() -> None:
    nobody = listed()
    said = text(replace(nobody, far=replace(nobody.far, local=None)))
    assert "Nobodyisonthislist." in said
    assert "arr." not in said


@pytest.mark.parametrize(
    "name", ['#read("/etc/passwd")', "*bold* _it_ $x$ <a> @ref // no", "= heading", "{{ no }} %(name)s", "\\ 王小明"]
)
def test_a_name_is_printed_as_it_was_typed(name: str) -> None:
    assert packed(name) in text(listed(person(family_name=name, latin_family_name=name)))


def test_a_name_typed_in_latin_letters_stands_there_once() -> None:
    said = text(
        listed(person(family_name="Smith", given_names="John", latin_family_name="SMITH", latin_given_names="JOHN"))
    )
    assert "SmithJohn" in said
    assert "SMITHJOHN" not in said


def test_six_hundred_passengers_on_their_pages_each_once_with_the_heading_again() -> None:
    people = [
        replace(ANNA, booking=f"B{number:07d}", ticket=f"B{number:07d}-1", coach=str(number // 40 + 1))
        for number in range(600)
    ]
    found = pages(listed(*people))
    said = "".join(found)
    assert all(said.count(one.ticket) == 1 for one in people)
    assert all(f"{number}/{len(found)}" in page for number, page in enumerate(found, 1))
    assert all(WORDS["nationality"]["en"] in page for page in found)


def test_a_language_that_rerail_does_not_speak_is_printed_in_english() -> None:
    said = text(listed(ANNA, language="fr", authority_names={"fr": "Contrôle"}))
    assert "Passengerlist" in said
    assert "Contrôle" in said


def test_a_machine_without_a_korean_font_prints_everything_in_letters_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "hangul", lambda: None)
    said = text(listed(MINJI, language="ko"))
    assert not any("가" <= letter <= "힣" for letter in said)
    assert "GimMinji" in said
    assert "KIMMINJI" in said
    assert "Passengerlist" in said


def test_every_word_is_said_in_three_languages_and_keeps_its_values() -> None:
    for word, texts in WORDS.items():
        assert set(texts) == set(LANGUAGES), word
        assert len({tuple(sorted(VALUE.findall(text))) for text in texts.values()}) == 1, word


LONG_LISTS = """
import resource
from drawn_manifest import ANNA, listed
from rerail.border.printed import printed

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

for number in range(8):
    assert len(printed(listed(*[ANNA] * 200, version=number + 1))) > 300_000
    if number == 1:
        before = peak()
print(peak() - before)
"""


def test_a_long_list_leaves_no_memory_behind_in_the_process_that_printed_it() -> None:
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", LONG_LISTS], env={**os.environ, "PYTHONPATH": paths}, capture_output=True, check=True
    )
    assert int(done.stdout) < 80  # megabytes; each list would leave some 30
