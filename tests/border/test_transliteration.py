"""Names in Latin letters by ICAO Doc 9303-3: its own examples, and names as passports print them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.border.transliteration import NotTransliterable, cyrillic_of, spellings, transliterated
from rerail.border.transliteration_tables import (
    ARABIC,
    CYRILLIC,
    CYRILLIC_EXCEPTIONS,
    CYRILLIC_FIRST,
    CYRILLIC_LANGUAGES,
    LATIN,
    Cyrillic,
)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("D'ARTAGNAN", "DARTAGNAN"),
        ("d’Artagnan", "DARTAGNAN"),
        ("MARIE-ELISE", "MARIE ELISE"),
        ("ANNA, MARIA", "ANNA MARIA"),
        ("O'Connor", "OCONNOR"),
        ("Smith‐Jones", "SMITH JONES"),
        ("Smith–Jones", "SMITH JONES"),
        ("Al-Basri", "AL BASRI"),
        ("St. John (Jr.)", "ST JOHN JR"),
        ("  Van  der\u00a0Muellen ", "VAN DER MUELLEN"),
        ("Oʻgʻli", "OGLI"),
        ("", ""),
        ("-", ""),
    ],
)
def test_punctuation(name: str, latin: str) -> None:
    assert transliterated(name) == latin


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Térèsa Cañón", "TERESA CANON"),
        ("Müller", "MUELLER"),
        ("Weiß", "WEISS"),
        ("WEIẞ", "WEISS"),
        ("Ångström", "AANGSTROEM"),
        ("Bjørn", "BJOERN"),
        ("Þórður", "THORDUR"),
        ("Æsir Œuvre", "AESIR OEUVRE"),
        ("Łukasz Żółć", "LUKASZ ZOLC"),
        ("Đorđe", "DORDE"),
        ("Işıl İnönü", "ISIL INOENUE"),
        ("Ĳsbrand", "IJSBRAND"),
    ],
)
def test_latin_letters(name: str, latin: str) -> None:
    assert transliterated(name) == latin
    assert transliterated(unicodedata.normalize("NFD", name)) == latin, "letters and marks apart"


def test_letters_with_several_spellings_have_all_of_them() -> None:
    (spelling,) = spellings("Üñä")
    assert spelling == (("UE", "UXX", "U"), ("N", "NXX"), ("AE", "A"))


@pytest.mark.parametrize(("name", "latin"), [("Nguyễn", "NGUYEN"), ("Țepeș", "TEPES"), ("Ǆ", "DZ"), ("ﬁ", "FI")])
def test_a_letter_with_marks_that_the_table_leaves_out_is_its_base_letter(name: str, latin: str) -> None:
    assert transliterated(name) == latin


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Щербаков Юрий Яковлевич", "SHCHERBAKOV IURII IAKOVLEVICH"),
        ("Фёдорова Наталья", "FEDOROVA NATALIA"),
        ("Объедков Игорь", "OBIEEDKOV IGOR"),
        ("Цыганов Эдуард", "TSYGANOV EDUARD"),
        ("Хабибулин Айрат", "KHABIBULIN AIRAT"),
        ("Жукова-Шаталина", "ZHUKOVA SHATALINA"),
    ],
)
def test_russian_names_as_russian_passports_have_them(name: str, latin: str) -> None:
    assert transliterated(name) == latin


@pytest.mark.parametrize(
    ("cyrillic", "name", "latin"),
    [
        ("uk", "Григорій Їжакевич", "HRYHORII YIZHAKEVYCH"),
        ("uk", "Юлія Євтушенко-Яценко", "YULIIA YEVTUSHENKO YATSENKO"),
        ("uk", "Мар'яна Ґалаґан", "MARIANA GALAGAN"),
        ("uk", "Йосип Зайцев", "YOSYP ZAITSEV"),
        ("be", "Ўладзімір Ёсіф Гарэцкі", "ULADZIMIR IOSIF HARETSKI"),
        ("bg", "Щерев Щилян", "SHTEREV SHTILIAN"),
        ("mk", "Ѓорѓи Ќосев Џамбаз Хаџи Цветан", "GJORGJI KJOSEV DJAMBAZ HADJI CVETAN"),
        ("sr", "Ђорђе Жика Чолић Шћепан", "DORDE ZIKA COLIC SCEPAN"),
        ("sr", "Љубица Његош Хаџић Цветко", "LJUBICA NJEHOS HADZIC CVETKO"),
    ],
)
def test_each_language_has_its_exceptions_as_the_standard_prints_them(
    cyrillic: Cyrillic, name: str, latin: str
) -> None:
    assert transliterated(name, cyrillic) == latin


def test_the_state_tells_the_language() -> None:
    assert [cyrillic_of(state) for state in ("UKR", "BLR", "BGR", "SRB", "MKD", "RUS", "KAZ")] == [
        *("uk", "be", "bg", "sr", "mk", "ru", "ru")
    ]


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("ابو بكر محمد بن زكريا الرازي", "ABW BKR MXHMD BN ZKRYA ALRAZY"),
        ("جمال عبد الناصر", "JMAL EBD ALNAXSSR"),
        ("عز الدين إسماعيل", "EZ ALDYN ISMAEYL"),
        ("جميلة نعيمة", "JMYLXAH NEYMXAH"),
        ("العبّاس", "ALEBBAS"),
        ("مُحَمَد", "MXHMD"),
        ("محـــمد", "MXHMD"),
    ],
)
def test_arabic_names_as_the_standard_spells_them(name: str, latin: str) -> None:
    assert transliterated(name) == latin


@pytest.mark.parametrize(
    ("name", "letter"),
    [("김정은", "김"), ("李明", "李"), ("Γιώργος", "Γ"), ("Бөрте", "Ө"), ("Ivan2", "2"), ("Əliyev", "Ə")],
)
def test_what_has_no_rule_is_to_be_typed_as_the_document_prints_it(name: str, letter: str) -> None:
    with pytest.raises(NotTransliterable) as refused:
        transliterated(name)
    assert str(refused.value) == (
        f'The letter "{letter}" has no rule in ICAO Doc 9303; type the name in Latin letters, as the document prints '
        "it."
    )


@given(
    st.text(alphabet=[*LATIN, *CYRILLIC, *ARABIC, *"abcxyzßı-', "], max_size=40),
    st.sampled_from(CYRILLIC_LANGUAGES),
)
def test_only_plain_letters_and_single_spaces_come_out(name: str, cyrillic: Cyrillic) -> None:
    latin = transliterated(name, cyrillic)
    assert set(latin) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    assert latin == " ".join(latin.split())
    assert transliterated(latin) == latin
    assert transliterated(name.lower(), cyrillic) == latin


def test_no_language_has_an_exception_for_a_letter_that_is_not_in_the_table() -> None:
    assert set().union(*CYRILLIC_EXCEPTIONS.values(), *CYRILLIC_FIRST.values()) <= CYRILLIC.keys()
    assert CYRILLIC_EXCEPTIONS.keys() == set(CYRILLIC_LANGUAGES)
