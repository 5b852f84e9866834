"""Codes of nationality and issuing state, as travel documents print them (ICAO Doc 9303-3, section 5)."""

from __future__ import annotations

import pytest

from rerail.line.states import alpha2, canonical, codes, known, name, near, of_alpha2

# What ICAO lists beside ISO 3166-1: British passports other than a citizen's, bodies, people without a nationality.
ICAO_ADDS = (
    *("D", "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNO", "UNA", "UNK", "UTO"),
    *("XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XPO", "XES", "XMP", "XOM", "XDC"),
    *("XXA", "XXB", "XXC", "XXX"),
)


def test_iso_has_assigned_249_codes_and_icao_adds_its_own() -> None:
    assert len([code for code in codes() if code not in ICAO_ADDS]) == 249
    assert set(ICAO_ADDS) <= set(codes())
    assert all(known(code) for code in codes())


@pytest.mark.parametrize("code", ["RUS", "PRK", "KOR", "CHN", "USA", "GBR", "MYS", "THA", "SSD", "HKG", "TWN", "VAT"])
def test_a_state_is_known_by_its_alpha_3_code(code: str) -> None:
    assert known(code)


@pytest.mark.parametrize(
    "code", ["", "RU", "rus", "RUS<", "SUN", "DDR", "YUG", "ZAR", "TAA", "QQQ", "XAA", "ZZZ", "EUR"]
)
def test_withdrawn_private_and_misspelt_codes_do_not_exist(code: str) -> None:
    assert not known(code)


def test_germany_is_read_under_both_its_codes_and_printed_under_one() -> None:
    assert known("D")
    assert known("DEU")
    assert (canonical("D"), canonical("DEU"), canonical("RUS")) == ("D", "D", "RUS")
    assert alpha2("D") == alpha2("DEU") == "DE"


def test_two_letters_name_states_and_no_refugee_or_bank() -> None:
    assert [alpha2(code) for code in ("RUS", "PRK", "RKS", "UNO", "XXB", "XBA", "UTO", "ZZZ")] == [
        *("RU", "KP", "XK", "UN"),
        *(None, None, None, None),
    ]


def test_two_letters_are_read_back_as_documents_print_the_state() -> None:
    assert [of_alpha2(one) for one in ("RU", "kp", "DE", "XK", "UN")] == ["RUS", "PRK", "D", "RKS", "UNO"]
    assert [of_alpha2(one) for one in ("UK", "ZZ", "SU", "RUS", "")] == [None] * 5
    states = {code: alpha2(code) for code in codes()}
    assert all(of_alpha2(short) == canonical(code) for code, short in states.items() if short is not None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("GER", ("D",)),  # the sport's code
        ("UK", ("GBR",)),  # the car's
        ("RU", ("RUS",)),  # two letters
        ("DE", ("D",)),
        ("kor", ("KOR",)),
        ("D<<", ("D",)),  # with the fillers of the zone
        ("DPRK", ("PRK",)),
        ("ROK", ("KOR",)),
        ("Russia", ("RUS",)),
        ("Китай", ("CHN",)),
        ("독일", ("D",)),
        ("BUR", ("MMR",)),  # withdrawn
        ("YUG", ("SRB", "MNE")),
        ("QQQ", ()),
        ("KOR", ()),  # exists
    ],
)
def test_what_may_be_meant_by_a_code_that_does_not_exist(written: str, meant: tuple[str, ...]) -> None:
    assert near(written) == meant


def test_the_successors_of_a_union_are_three_at_most_the_nearest_first() -> None:
    assert near("SUN")[0] == "RUS"
    assert len(near("SUN")) == 3


def test_a_misspelt_code_is_near_by_spelling() -> None:
    assert "RUS" in near("RUZ")


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_every_code_has_a_name_of_its_own_in_the_shipped_languages(language: str) -> None:
    named = {code: name(code, language) for code in codes() if code != "DEU"}
    assert [code for code, words in named.items() if words == code] == []
    assert len(set(named.values())) == len(named)
    if language != "en":
        same = [code for code, words in named.items() if words == name(code, "en")]
        assert same == []


def test_a_state_is_named_in_other_languages_as_well_and_in_english_where_no_name_is_known() -> None:
    assert name("THA", "th") == "ไทย"
    assert name("D", "fr") == "Allemagne"
    assert name("XXA", "fr") == "Stateless person"
    assert name("RUS", "zz") == "Russia"
    assert name("QQQ", "en") == "QQQ"


def test_the_korean_side_reads_its_own_name() -> None:
    assert name("PRK", "ko") == "조선민주주의인민공화국"
    assert name("KOR", "ko") == "대한민국"
