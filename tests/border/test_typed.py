"""A document as somebody types it: read whole, or everything that is wrong with it at once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.border.errors import WrongDocument
from rerail.border.model import Document
from rerail.border.mrz import write_mrz
from rerail.border.mrz_model import Mrz, PartialDate
from rerail.border.typed import KINDS, DocumentRefused, Typed, completed, read_typed
from rerail.line.states import canonical, codes

TODAY = date(2026, 11, 23)
# The specimen passport of ICAO Doc 9303-4, appendix A.
ERIKSSON = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def faults(typed: Typed) -> list[tuple[str, str]]:
    with pytest.raises(DocumentRefused) as caught:
        read_typed(typed, TODAY)
    return [(one.about, str(one)) for one in caught.value.faults if isinstance(one, WrongDocument)]


def test_the_specimen_of_the_standard_says_everything() -> None:
    read = read_typed(Typed(mrz=ERIKSSON), TODAY)
    assert read.warnings == ()
    assert read.document == Document(
        kind="passport",
        number="L898902C3",
        issuing_state="UTO",
        expires=date(2012, 4, 15),
        nationality="UTO",
        birth_date=date(1974, 8, 12),
        sex="f",
        family_name="ERIKSSON",
        given_names="ANNA MARIA",
        machine_read=True,
    )


def test_a_wrong_check_digit_is_said_with_its_place() -> None:
    wrong = faults(Typed(mrz=ERIKSSON.replace("C36UTO", "C46UTO")))
    assert {about for about, _ in wrong} == {"mrz"}
    assert "Line 2, position 10" in wrong[0][1]


def test_what_is_no_zone_is_refused_as_such() -> None:
    (one,) = faults(Typed(mrz="passport 715000123"))
    assert one[0] == "mrz"


def test_the_fields_say_what_a_zone_lacks_and_may_repeat_it() -> None:
    read = read_typed(Typed(mrz=ERIKSSON, number="l898 902C3", visas={"ksr": "v 12"}, kind="id-card"), TODAY).document
    assert (read.number, read.visas, read.kind) == ("L898902C3", {"ksr": "V12"}, "passport")


def test_a_field_that_says_something_else_than_the_zone_is_not_passed_over() -> None:
    wrong = faults(Typed(mrz=ERIKSSON, number="999", sex="m", expires="2012-04-15", birth_date="1974-12-08"))
    assert [about for about, _ in wrong] == ["number", "birth_date", "sex"]
    assert wrong[0][1] == "The machine-readable lines say something else; compare both with the document."
    assert {about for about, _ in faults(Typed(mrz=ERIKSSON.replace("C36UTO", "C46UTO"), number="999"))} == {"mrz"}


def test_a_zone_too_narrow_for_the_name_leaves_it_to_the_field() -> None:
    zone = Mrz(
        format="TD3",
        document_code="P",
        issuing_state="RUS",
        number="715000123",
        nationality="RUS",
        birth_date=PartialDate(1987, 3, 21),
        sex="f",
        expires=date(2031, 5, 1),
        family_name="PAPANDOPULO" * 5,
        given_names="OLGA",
    )
    text = "\n".join(write_mrz(zone))
    cut = read_typed(Typed(mrz=text), TODAY)
    assert [one.rule for one in cut.warnings] == ["truncated"]
    whole = read_typed(Typed(mrz=text, family_name="Papandopulo" * 5, given_names="Olga"), TODAY).document
    assert whole.family_name == "Papandopulo" * 5
    assert len(whole.family_name) < 60


def test_single_fields_are_read_as_people_write_them() -> None:
    typed = Typed(
        kind="Passport",
        number=" 71 № 500-0123 ",
        issuing_state="deu",
        expires="01.05.2031",
        nationality="D<<",
        birth_date="1987-03-21",
        sex="Ж",
        family_name=" Müller-Lüdenscheidt ",
        given_names="Anna  O'Neil",
    )
    assert read_typed(typed, TODAY).document == Document(
        kind="passport",
        number="715000123",
        issuing_state="D",
        expires=date(2031, 5, 1),
        nationality="D",
        birth_date=date(1987, 3, 21),
        sex="f",
        family_name="Müller-Lüdenscheidt",
        given_names="Anna O'Neil",
    )


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("nationality", "RU", "did you mean RUS?"),
        ("nationality", "GER", "did you mean D?"),
        ("nationality", "QQQ", 'No state has the code "QQQ"'),
        ("issuing_state", "Корея, Южная", "No state has the code"),
        ("kind", "visa", "one of passport"),
        ("number", "71*5", "but not *"),
        ("number", "ШМ123", "but not ШМ"),
        ("number", "1" * 21, "at most 20"),
        ("expires", "31.02.2031", "is no date"),
        ("expires", "2931-01-01", "none to travel with"),
        ("expires", "1931-01-01", "none to travel with"),
        ("birth_date", "2027-01-01", "Nobody who travels"),
        ("birth_date", "1890-01-01", "Nobody who travels"),
        ("sex", "?", "F, M or X"),
        ("family_name", "Ким", "Latin letters"),
        ("family_name", "K1M", "only letters"),
        ("given_names", "A" * 81, "at most 80"),
    ],
)
def test_a_field_that_cannot_be_so_is_said_with_the_way_out(field: str, text: str, says: str) -> None:
    (one,) = faults(Typed(**{field: text}))  # type: ignore[arg-type]
    assert one[0] == field
    assert says in one[1]


def test_a_number_that_is_refused_is_not_repeated_in_the_sentence() -> None:
    assert all("715000123" not in said for _, said in faults(Typed(number="715000123*")))
    assert all("715000123" not in said for _, said in faults(Typed(number="715000123" * 3)))


def test_everything_wrong_is_said_at_once() -> None:
    wrong = faults(Typed(mrz=ERIKSSON[:-1] + "9", nationality="RU", expires="x", visas={"ksr": "§"}))
    assert {about for about, _ in wrong} == {"mrz", "nationality", "expires", "visas.ksr"}


def test_no_document_expires_before_its_holder_is_born() -> None:
    assert faults(Typed(expires="2015-01-01", birth_date="2016-01-01"))[0][0] == "expires"


def test_somebody_born_tomorrow_by_our_clock_may_have_been_born_today_by_theirs() -> None:
    assert read_typed(Typed(birth_date="2026-11-24"), TODAY).document.birth_date == date(2026, 11, 24)


# ── given in parts ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_left_empty_stays_unless_the_number_is_another() -> None:
    before = read_typed(Typed(mrz=ERIKSSON), TODAY).document
    with_visa = completed(before, read_typed(Typed(visas={"ksr": "77"}), TODAY).document)
    assert (with_visa.number, with_visa.visas, with_visa.machine_read) == ("L898902C3", {"ksr": "77"}, True)
    longer = completed(with_visa, read_typed(Typed(number="L898902C3", expires="2032-04-15"), TODAY).document)
    assert (longer.expires, longer.visas) == (date(2032, 4, 15), {"ksr": "77"})
    assert not longer.machine_read, "what was typed by hand after a zone is the zone's no more"
    other = completed(longer, read_typed(Typed(number="715000123"), TODAY).document)
    assert other == Document(number="715000123"), "another document has nothing of the one before"


STATES = st.sampled_from([code for code in codes() if code == canonical(code)])
LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12)


@given(
    st.builds(
        Document,
        kind=st.sampled_from(KINDS),
        number=st.text("ABCXYZ0123456789", min_size=1, max_size=20),
        issuing_state=STATES,
        expires=st.dates(date(2027, 1, 1), date(2040, 1, 1)),
        nationality=STATES,
        birth_date=st.dates(date(1930, 1, 1), date(2026, 1, 1)),
        sex=st.sampled_from(["f", "m", "x"]),
        family_name=LETTERS,
        given_names=LETTERS,
    )
)
def test_a_document_typed_field_by_field_is_that_document(document: Document) -> None:
    typed = Typed(
        kind=str(document.kind),
        number=document.number,
        issuing_state=document.issuing_state,
        expires=str(document.expires),
        nationality=document.nationality,
        birth_date=str(document.birth_date),
        sex=document.sex,
        family_name=document.family_name,
        given_names=document.given_names,
    )
    assert read_typed(typed, TODAY).document == document
