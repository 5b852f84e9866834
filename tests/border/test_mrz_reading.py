"""Machine-readable zones: the specimens that ICAO Doc 9303 prints, and what is said of wrong ones."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from rerail.border.mrz import read_mrz, write_mrz
from rerail.border.mrz_model import MrzProblem, MrzReading, NotMrz, PartialDate

TODAY = date(2026, 11, 23)

PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
CARD = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
WIDE_CARD = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
LONG_NUMBER = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
LONG_NUMBER_WIDE = ("I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8")


def read(*lines: str) -> MrzReading:
    return read_mrz("\n".join(lines), TODAY)


def passport(at: int, text: str, line: int = 2) -> MrzReading:
    """The specimen passport with something else at a position (from 1)."""
    lines = list(PASSPORT)
    lines[line - 1] = lines[line - 1][: at - 1] + text + lines[line - 1][at - 1 + len(text) :]
    return read(*lines)


def only(reading: MrzReading) -> MrzProblem:
    (problem,) = reading.problems
    return problem


def test_the_passport_of_part_4() -> None:
    reading = read(*PASSPORT)
    assert reading.problems == ()
    assert all(check.holds for check in reading.checks)
    mrz = reading.mrz
    assert (mrz.format, mrz.document_code, mrz.kind) == ("TD3", "P", "passport")
    assert (mrz.issuing_state, mrz.nationality, mrz.number) == ("UTO", "UTO", "L898902C3")
    assert (mrz.birth_date, mrz.sex, mrz.expires) == (PartialDate(1974, 8, 12), "f", date(2012, 4, 15))
    assert (mrz.family_name, mrz.given_names, mrz.names_truncated) == ("ERIKSSON", "ANNA MARIA", False)
    assert mrz.optional_data == "ZE184226B"
    assert write_mrz(mrz) == PASSPORT


@pytest.mark.parametrize("lines", [CARD, WIDE_CARD])
def test_the_cards_of_parts_5_and_6(lines: tuple[str, ...]) -> None:
    reading = read(*lines)
    assert reading.problems == ()
    assert all(check.holds for check in reading.checks)
    mrz = reading.mrz
    assert (mrz.kind, mrz.number, mrz.optional_data, mrz.optional_data_2) == ("id-card", "D23145890", "", "")
    assert (mrz.family_name, mrz.given_names, mrz.sex) == ("ERIKSSON", "ANNA MARIA", "f")
    assert (mrz.birth_date, mrz.expires) == (PartialDate(1974, 8, 12), date(2012, 4, 15))
    assert write_mrz(mrz) == lines


@pytest.mark.parametrize("lines", [LONG_NUMBER, LONG_NUMBER_WIDE])
def test_a_long_document_number_goes_on_in_the_optional_data(lines: tuple[str, ...]) -> None:
    reading = read(*lines)
    assert reading.problems == ()
    assert (reading.mrz.number, reading.mrz.optional_data) == ("D23145890734", "")
    assert write_mrz(reading.mrz) == lines


def test_a_wrong_check_digit_behind_a_long_document_number_is_found_where_it_stands() -> None:
    reading = read("I<UTOD23145890<7348<<<<<<<<<<<", *LONG_NUMBER[1:])
    problem = only(reading)
    assert (problem.rule, problem.line, problem.position) == ("check-digit", 1, 19)
    assert (problem.found, problem.expected) == ("8", "9")


def test_a_card_with_a_filler_for_its_check_digit_and_no_more_number() -> None:
    problem = only(read("I<UTOD23145890<<<<<<<<<<<<<<<<", *CARD[1:]))
    assert (problem.rule, problem.field, problem.found, problem.expected) == ("check-digit", "number", "<", "7")


def test_the_passport_of_part_3_without_a_personal_number() -> None:
    upper = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    for mark in "0<":
        reading = read(upper, f"HA672242<6UTO5802254M9601086<<<<<<<<<<<<<<{mark}8")
        assert reading.problems == ()
        assert (reading.mrz.number, reading.mrz.optional_data) == ("HA672242", "")
        assert reading.mrz.expires == date(1996, 1, 8)


def test_no_filler_for_the_check_digit_of_a_personal_number_that_is_there() -> None:
    problem = only(passport(43, "<"))
    assert (problem.field, problem.found, problem.expected) == ("optional_data", "<", "1")


@pytest.mark.parametrize(
    ("at", "field", "right"),
    [(10, "number", "6"), (20, "birth_date", "2"), (28, "expires", "9"), (43, "optional_data", "1")],
)
def test_a_wrong_check_digit_is_told_with_its_place_and_the_right_one(at: int, field: str, right: str) -> None:
    reading = passport(at, "5")
    problem = only(reading)
    assert (problem.level, problem.rule, problem.field) == ("error", "check-digit", field)
    assert (problem.line, problem.position, problem.found, problem.expected) == (2, at, "5", right)
    assert f"Line 2, position {at}" in str(problem)
    wrong = {check.field for check in reading.checks if not check.holds}
    assert wrong == {field, "composite"}, "the last digit is over all others"


def test_a_wrong_last_digit_alone_is_told_as_such() -> None:
    problem = only(passport(44, "5"))
    assert (problem.field, problem.position, problem.found, problem.expected) == ("composite", 44, "5", "0")


def test_a_letter_in_a_date_is_named_and_not_corrected() -> None:
    reading = passport(18, "O")
    problem = only(reading)
    assert str(problem) == "Line 2, position 18: O where a digit belongs. Is it 0?"
    assert (problem.rule, problem.field, problem.found, problem.expected) == ("digit", "birth_date", "O", "0")
    assert reading.mrz.birth_date is None
    assert reading.mrz.number == "L898902C3", "the rest is read"


def test_a_letter_that_is_like_no_digit_is_named_without_a_guess() -> None:
    assert str(only(passport(22, "W"))) == (
        "Line 2, position 22: W where a digit belongs. Compare it with the document."
    )


def test_a_letter_for_a_check_digit_is_named() -> None:
    problem = only(passport(44, "O"))
    assert (problem.rule, problem.field, problem.expected) == ("digit", "composite", "0")


def test_o_for_zero_in_a_document_number_is_found_by_its_check_digit() -> None:
    reading = passport(6, "O")
    assert reading.mrz.number == "L8989O2C3", "as typed"
    assert "With 0 instead of O on line 2, position 6, it would be right; is it 0?" in str(only(reading))


def test_one_for_i_on_a_long_document_number_is_found_on_its_own_line() -> None:
    lines = write_mrz(replace(read(*LONG_NUMBER).mrz, number="X2345678IZI"))
    typed = lines[0].replace("<ZI", "<Z1")
    problem = next(one for one in read(typed, *lines[1:]).problems if one.field == "number")
    assert problem.values["there"] == 1
    assert problem.values["suspect"] == 17
    assert (problem.values["typed"], problem.values["meant"]) == ("1", "I")


def test_a_digit_in_a_nationality_is_named() -> None:
    reading = passport(13, "0")
    assert str(only(reading)) == "Line 2, position 13: 0 where a letter belongs. Is it O?"
    assert reading.mrz.nationality == ""


def test_a_nationality_that_does_not_exist() -> None:
    problem = only(passport(11, "RUZ"))
    assert (problem.level, problem.rule, problem.field) == ("error", "state", "nationality")
    assert (problem.line, problem.position, problem.found) == (2, 11, "RUZ")
    assert "RUS" in problem.expected
    assert 'no state or issuer has the code "RUZ". Did you mean' in str(problem)


def test_a_nationality_that_is_like_none() -> None:
    assert str(only(passport(11, "QQQ"))).endswith("Compare the three letters with the document.")


def test_germany_has_one_letter() -> None:
    reading = read("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4")
    assert reading.problems == ()
    assert (reading.mrz.issuing_state, reading.mrz.nationality) == ("D", "D")
    assert write_mrz(reading.mrz) == reading.lines


@pytest.mark.parametrize(("typed", "sex"), [("M", "m"), ("F", "f"), ("<", "x")])
def test_the_sexes_of_the_standard(typed: str, sex: str) -> None:
    reading = passport(21, typed)
    assert (reading.mrz.sex, reading.problems) == (sex, ())


def test_an_x_for_the_sex_is_read_and_told() -> None:
    reading = passport(21, "X")
    assert reading.mrz.sex == "x"
    assert (only(reading).level, only(reading).rule) == ("warning", "sex")


def test_no_such_sex() -> None:
    reading = passport(21, "W")
    assert reading.mrz.sex == ""
    assert str(only(reading)).startswith("Line 2, position 21: W where M, F or < belongs.")


@pytest.mark.parametrize(
    ("written", "born", "shown"),
    [
        ("7408<<", PartialDate(1974, 8, None), "1974-08-XX"),
        ("74<<<<", PartialDate(1974, None, None), "1974-XX-XX"),
        ("<<<<<<", PartialDate(), "XXXX-XX-XX"),
        ("<<0812", PartialDate(None, 8, 12), "XXXX-08-12"),
        ("<<0229", PartialDate(None, 2, 29), "XXXX-02-29"),
    ],
)
def test_parts_of_a_birth_date_may_be_unknown(written: str, born: PartialDate, shown: str) -> None:
    reading = read(*write_mrz(replace(read(*PASSPORT).mrz, birth_date=born)))
    assert reading.lines[1][13:19] == written
    assert reading.problems == ()
    assert reading.mrz.birth_date == born
    assert (str(born), born.date) == (shown, None)


def test_zeros_for_the_unknown_are_read_and_told() -> None:
    reading = read(PASSPORT[0], "L898902C36UTO7408007F1204159ZE184226B<<<<<14")
    assert reading.mrz.birth_date == PartialDate(1974, 8, None)
    assert [(one.level, one.rule) for one in reading.problems if one.field == "birth_date"] == [("warning", "date")]


@pytest.mark.parametrize("written", ["740230", "741301", "7<0812", "<<0230", "74<<32"])
def test_no_date_of_birth(written: str) -> None:
    reading = passport(14, written)
    assert reading.mrz.birth_date is None
    assert ("date", "birth_date") in [(one.rule, one.field) for one in reading.errors]


@pytest.mark.parametrize(
    ("written", "year"), [("261123", 2026), ("261124", 1926), ("000229", 2000), ("271231", 1927), ("74<<<<", 1974)]
)
def test_nobody_is_born_after_today(written: str, year: int) -> None:
    born = passport(14, written).mrz.birth_date
    assert born is not None
    assert born.year == year


@pytest.mark.parametrize(("written", "year"), [("120415", 2012), ("960108", 1996), ("751231", 2075), ("760101", 1976)])
def test_a_document_expires_within_fifty_years_of_today(written: str, year: int) -> None:
    expires = passport(22, written).mrz.expires
    assert expires is not None
    assert expires.year == year


@pytest.mark.parametrize("written", ["<<<<<<", "120431", "12<<<<"])
def test_no_date_of_expiry(written: str) -> None:
    reading = passport(22, written)
    assert reading.mrz.expires is None
    assert ("date", "expires") in [(one.rule, one.field) for one in reading.errors]


def test_a_document_that_expires_before_its_holder_is_born() -> None:
    reading = read(*write_mrz(replace(read(*PASSPORT).mrz, birth_date=PartialDate(2020, 1, 1))))
    assert str(only(reading)).startswith("Line 2, position 22: the document expires before its holder is born.")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("P<", "passport"),
        ("PP", "passport"),
        ("PD", "diplomatic-passport"),
        ("PO", "service-passport"),
        ("PR", "travel-document"),
        ("PS", None),
    ],
)
def test_what_the_document_code_stands_for(code: str, kind: str | None) -> None:
    reading = passport(1, code, line=1)
    assert (reading.problems, reading.mrz.kind) == ((), kind)


def test_a_card_that_says_only_its_issuer_knows_what_it_is() -> None:
    assert read("A" + CARD[0][1:], *CARD[1:]).mrz.kind is None


def test_a_passport_that_begins_like_a_card() -> None:
    problem = only(passport(1, "I", line=1))
    assert (problem.rule, problem.found, problem.expected) == ("document-code", "I", "P")


def test_a_visa_is_told_from_a_passport() -> None:
    visa = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
    with pytest.raises(NotMrz, match="zone of a visa: it begins with V"):
        read(*visa)
    with pytest.raises(NotMrz, match="zone of a visa"):
        read("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")


def test_a_russian_internal_passport_is_told_from_one_for_travel_abroad() -> None:
    # Its names have digits for letters that the standard spells out, and it expires at no date.
    reading = read("PNRUSIVANOV<<IVAN<IVANOVI3<<<<<<<<<<<<<<<<<<", "3980012343RUS8105013M<<<<<<<2000131770001<24")
    assert only(reading).rule == "internal-passport"
    assert str(only(reading)).endswith("Type that of the passport for travel abroad.")


def test_somebody_with_one_name() -> None:
    reading = read("P<UTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", PASSPORT[1])
    assert (reading.mrz.family_name, reading.mrz.given_names) == ("ARKFREITH", "")
    assert reading.problems == ()


def test_a_name_that_fills_its_field_may_be_cut_short() -> None:
    reading = read("P<UTOPAPANDROPOULOUS<<JONATHON<WARREN<TREVOR", PASSPORT[1])
    assert reading.mrz.names_truncated
    problem = only(reading)
    assert (problem.level, problem.rule, problem.line, problem.position) == ("warning", "truncated", 1, 44)
    assert reading.errors == ()


def test_a_filler_at_the_last_position_is_no_sign_of_truncation() -> None:
    card = read(*CARD[:2], "AL<BASRI<<HUDA<MUHAMMAD<JAWAD<")
    assert (card.mrz.names_truncated, card.mrz.given_names, card.problems) == (False, "HUDA MUHAMMAD JAWAD", ())


@pytest.mark.parametrize(
    ("field", "place"),
    [("ERIKSSON<<<ANNA", 15), ("ERIKSSON<<ANNA<<MARIA", 20), ("<ERIKSSON<<ANNA", 6)],
)
def test_a_filler_too_many_in_a_name_is_told(field: str, place: int) -> None:
    reading = read(f"P<UTO{field}".ljust(44, "<"), PASSPORT[1])
    problem = only(reading)
    assert (problem.level, problem.rule, problem.position) == ("warning", "name", place)
    assert reading.mrz.family_name == "ERIKSSON"
    assert reading.mrz.given_names in ("ANNA", "ANNA MARIA")


def test_a_digit_in_a_name_is_named() -> None:
    reading = read("P<UTOERIKS5ON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", PASSPORT[1])
    assert str(only(reading)) == "Line 1, position 11: 5 where a letter belongs. Is it S?"


def test_no_name_and_no_number() -> None:
    reading = read("P<UTO".ljust(44, "<"), "<<<<<<<<<0" + PASSPORT[1][10:])
    assert [(one.rule, one.field) for one in reading.errors][:2] == [("name", "names"), ("number", "number")]


def test_everything_that_can_be_read_of_a_zone_full_of_mistakes_is_read() -> None:
    reading = read("P<RUZERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C35UT07408I22W1204159ZE184226B<<<<<10")
    assert (reading.mrz.number, reading.mrz.expires, reading.mrz.given_names) == (
        "L898902C3",
        date(2012, 4, 15),
        "ANNA MARIA",
    )
    assert [(one.line, one.position, one.rule) for one in reading.problems] == [
        (1, 3, "state"),
        (2, 10, "check-digit"),
        (2, 13, "letter"),
        (2, 18, "digit"),
        (2, 21, "sex"),
    ]


def test_a_value_that_has_no_room_in_the_format_is_not_written() -> None:
    with pytest.raises(ValueError, match="9 of A-Z, 0-9 and < fit"):
        write_mrz(replace(read(*PASSPORT).mrz, number="L898902C34"))
