"""A document against what is asked, what the ticket says and what was last known: remarks, and what refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_border import EVERYTHING, FRIDAY, SHIPPED, authority, crossed, line_with, passport, rule
from msgspec.structs import replace

from rerail.border.checks import Crossed, Holder, Remark, least, remarks, same_as, still_missing
from rerail.border.model import Document
from rerail.line.border import EntryRule
from rerail.line.model import Line

OLGA = Holder(family_name="Ким", given_names="Ольга", birth_date=date(1987, 3, 21), on_named_list=True)


def found(document: Document, *rules: EntryRule, holder: Holder = OLGA, line: Line | None = None) -> list[Remark]:
    return list(remarks(crossed(line or line_with(*rules)), document, holder))


def kinds(document: Document, *rules: EntryRule, holder: Holder = OLGA) -> list[tuple[str, str]]:
    return [(one.kind, one.severity) for one in found(document, *rules, holder=holder)]


def test_a_good_document_of_the_tickets_passenger_has_no_remark() -> None:
    assert found(passport()) == []


# ── two clocks ────────────────────────────────────────────────────────────────────────────────────────────────────


def late_shuttle() -> Line:
    """The shuttle put to just after midnight on the near side's clock.

    Khasan      dep 00:10   Fri 4 December   Asia/Vladivostok   Russian control
    Tumangang   arr 23:28   Thu 3 December   Asia/Pyongyang     Korean control
    """
    line = line_with()
    train = replace(line.trains["khasan-tumangang"], first_time="00:10")
    return replace(line, trains={**line.trains, train.id: train})


def test_expired_yesterday_on_one_clock_and_valid_today_on_the_other() -> None:
    thursday = FRIDAY - timedelta(days=1)
    (one,) = found(passport(expires=thursday), line=late_shuttle())
    assert (one.kind, one.severity, one.field) == ("expired", "warning", "expires")
    assert one.values == {
        "expires": thursday,
        "station": SHIPPED.stations["khasan"].names,
        "day": FRIDAY,
        "clock": "Asia/Vladivostok",
    }
    assert "Khasan" in str(one.sentence)
    assert "2026-12-04" in str(one.sentence)


@pytest.mark.parametrize(
    ("expires", "expired_at"),
    [
        (date(2026, 12, 2), ["khasan", "tumangang"]),
        (date(2026, 12, 3), ["khasan"]),
        (date(2026, 12, 4), []),
    ],
)
def test_each_side_goes_by_its_own_clock(expires: date, expired_at: list[str]) -> None:
    said = [one.values["station"] for one in found(passport(expires=expires), line=late_shuttle())]
    assert said == [SHIPPED.stations[one].names for one in expired_at]


def test_a_document_that_expires_during_the_journey_is_told_for_the_way_back_alone() -> None:
    line = line_with()
    journey = (*crossed(line), *crossed(line, "tumangang-khasan", date(2026, 12, 11)))
    home = remarks(journey, passport(expires=date(2026, 12, 8)), OLGA)
    assert [(one.kind, one.values["day"]) for one in home] == [("expired", date(2026, 12, 11))] * 2
    both = remarks(journey, passport(expires=date(2026, 12, 1)), OLGA)
    assert {one.values["day"] for one in both} == {FRIDAY}, "what has expired on the way out is told once"


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_warning_is_given_where_a_rule_is_only_known_and_a_refusal_where_it_is_a_condition_of_sale() -> None:
    american = passport(issuing_state="USA", nationality="USA")
    for condition, severity in ((False, "warning"), (True, "refused")):
        rules = rule("us", "not-valid", issuers=("USA",), until=date(2027, 1, 1), condition=condition)
        assert kinds(american, rules) == [("not-valid", severity)]
        assert kinds(passport(), rules) == []


def test_a_condition_that_is_no_longer_known_to_hold_refuses_nobody() -> None:
    lapsed = rule("us", "not-valid", issuers=("USA",), until=FRIDAY, condition=True)
    assert kinds(passport(issuing_state="USA"), lapsed) == [("not-valid", "warning")]


def test_a_remark_by_a_rule_brings_the_rule_with_its_day() -> None:
    (one,) = found(passport(issuing_state="USA"), rule("us", "not-valid", issuers=("USA",), until=FRIDAY))
    assert one.rule is not None
    assert (one.rule.rule.id, one.rule.day, one.rule.lapsed) == ("us", FRIDAY, True)


def test_valid_beyond_counts_from_the_day_of_crossing() -> None:
    half_year = rule("half-year", "valid-beyond", days=180)
    needed = FRIDAY + timedelta(days=180)
    assert kinds(passport(expires=needed), half_year) == []
    (one,) = found(passport(expires=needed - timedelta(days=1)), half_year)
    assert (one.kind, one.values["needed"], one.values["day"]) == ("valid-beyond", needed, FRIDAY)


def test_what_has_expired_is_not_also_too_short_unless_that_is_a_condition() -> None:
    gone = passport(expires=FRIDAY - timedelta(days=1))
    assert kinds(gone, rule("on-the-day", "valid-beyond", days=0)) == [("expired", "warning")] * 2
    strict = kinds(gone, rule("on-the-day", "valid-beyond", days=0, condition=True))
    assert strict == [("valid-beyond", "refused"), ("expired", "warning"), ("expired", "warning")]


def test_a_kind_of_document_that_is_not_among_those_last_known_to_be_accepted() -> None:
    passports = rule("passports", "document", documents=("passport", "service-passport"))
    assert kinds(passport(kind="id-card"), passports) == [("document", "warning")]
    assert kinds(passport(kind="service-passport"), passports) == []
    assert kinds(passport(kind=None), passports) == [], "what is not given is missing, and not wrong"


def test_a_visa_that_is_asked_for_and_not_given() -> None:
    who = (authority("entry", "ksr", *EVERYTHING, "visa_number", "voucher_number"),)
    visa = rule("visa", "visa", nationalities=("CHN",), condition=True)
    voucher = rule("voucher", "voucher")
    line = line_with(visa, voucher, authorities=who)
    chinese = passport(nationality="CHN", issuing_state="CHN")
    assert [(one.kind, one.severity, one.field) for one in found(chinese, line=line)] == [
        ("visa", "refused", "visas.ksr"),
        ("voucher", "warning", "vouchers.ksr"),
    ]
    given_both = replace(chinese, visas={"ksr": "1234"}, vouchers={"ksr": "5"})
    assert found(given_both, line=line) == []
    elsewhere = replace(chinese, visas={"rzd": "1234"}, vouchers={"ksr": "5"})
    assert [one.kind for one in found(elsewhere, line=line)] == ["visa"], "a visa for another country is none"
    assert [one.kind for one in found(passport(vouchers={"ksr": "5"}), line=line)] == []


def test_a_visa_that_nobody_asks_the_number_of_is_not_said_to_be_missing() -> None:
    assert kinds(passport(nationality="CHN"), rule("visa", "visa", nationalities=("CHN",))) == []


def test_named_lists_and_groups_are_met_by_a_booking_of_a_tour_operator() -> None:
    alone = replace(OLGA, on_named_list=False)
    rules = (rule("list", "named-list"), rule("groups", "groups-only", condition=True))
    assert kinds(passport(), *rules) == []
    assert kinds(passport(), *rules, holder=alone) == [("groups-only", "refused"), ("named-list", "warning")]


def test_a_special_validation_is_only_ever_warned_of_for_nothing_given_shows_it() -> None:
    needed = rule("validated", "special-validation", issuers=("USA",), condition=True)
    assert kinds(passport(issuing_state="USA"), needed) == [("special-validation", "warning")]


def test_a_rule_about_nationality_says_nothing_while_that_is_not_given() -> None:
    us = rule("us", "not-valid", nationalities=("USA",), condition=True)
    assert kinds(passport(nationality=""), us) == []


# ── the ticket ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_that_the_standard_writes_so_is_the_tickets_and_another_is_shown_with_both() -> None:
    assert kinds(passport(family_name="KIM", given_names="OLGA")) == []
    (other,) = found(passport(family_name="PARK", given_names="OLGA"))
    assert (other.kind, other.severity) == ("name", "warning")
    assert "PARK" in str(other.sentence)
    assert "Ким" in str(other.sentence)


def test_a_name_of_sixty_letters_is_the_same_cut_short_by_the_zone() -> None:
    """39 positions of a passport are filled to the last, and what is left is the beginning of the ticket's name."""
    family = "Папандопуло" * 3 + "ву"
    given_names = "Александра Анастасия Екатер"
    assert len(family + given_names) >= 60
    ticket = Holder(family_name=family, given_names=given_names)
    cut = "PAPANDOPULO" * 3 + "VU"
    whole = passport(family_name=cut[:34], given_names="ALE")
    assert len("<<".join((whole.family_name, whole.given_names))) == 39
    (one,) = found(whole, holder=ticket)
    assert "no room" in one.message
    (typed,) = found(replace(whole, machine_read=False), holder=ticket)
    assert typed.message != one.message, "somebody who types a name by hand has room for all of it"


def test_nobody_is_compared_with_a_passenger_without_a_name() -> None:
    assert kinds(passport(), holder=Holder(on_named_list=True)) == []


def test_another_date_of_birth_than_the_bookings() -> None:
    assert kinds(passport(birth_date=date(1987, 3, 12))) == [("birth-date", "warning")]
    assert kinds(passport(birth_date=date(1987, 3, 12)), holder=replace(OLGA, birth_date=None)) == []


# ── other passengers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_two_passengers_with_one_passport() -> None:
    same = same_as(passport(), {2: passport(family_name="PAK")}, ())
    assert same is not None
    assert (same.kind, same.values) == ("same-document", {"number": 2})
    stranger = same_as(passport(), {2: passport(number="715000124")}, [("715000123", "RUS")])
    assert stranger is not None
    assert stranger.values == {}, "nobody is told who else"


def test_one_number_of_two_states_are_two_documents() -> None:
    assert same_as(passport(), {2: passport(issuing_state="CHN")}, [("715000123", "USA")]) is None
    assert same_as(passport(), {2: passport(issuing_state="")}, ()) is not None, "a state that is not asked for"
    assert same_as(passport(number=""), {2: passport(number="")}, [("", "RUS")]) is None


# ── least data ────────────────────────────────────────────────────────────────────────────────────────────────────

SUBSETS = st.sets(st.sampled_from([*EVERYTHING, "visa_number", "voucher_number"]), min_size=1)


@given(SUBSETS)
def test_nothing_is_kept_that_no_border_asks_for(asked: set[str]) -> None:
    line = line_with(authorities=(authority("entry", "ksr", *asked),))
    kept = least(crossed(line), passport(visas={"ksr": "V1", "rzd": "V2"}, vouchers={"ksr": "W1", "rzd": "W2"}))
    names = {"document_kind": "kind", "document_number": "number", "visa_number": "visas", "voucher_number": "vouchers"}
    empty = Document()
    for field in (
        "kind",
        "number",
        "issuing_state",
        "expires",
        "nationality",
        "birth_date",
        "sex",
        "visas",
        "vouchers",
    ):
        wanted = field in {names.get(one, one) for one in asked}
        assert (getattr(kept, field) != getattr(empty, field)) == wanted, field
    assert set(kept.visas) | set(kept.vouchers) <= {"ksr"}, "a number for a country that is not entered is not asked"
    assert still_missing(crossed(line)[0], kept, Holder()) == ()


def test_what_the_booking_knows_is_not_missing() -> None:
    (one,) = crossed(line_with(authorities=(authority("entry", "ksr", "birth_date", "sex", "nationality"),)))
    assert still_missing(one, None, Holder()) == ("nationality", "birth_date", "sex")
    assert still_missing(one, None, replace(OLGA, sex="f")) == ("nationality",)


def test_whoever_was_last_known_to_need_no_visa_is_not_asked_for_its_number() -> None:
    who = (authority("entry", "ksr", "nationality", "visa_number"),)
    free = rule("free", "visa-free", nationalities=("RUS",), until=date(2027, 1, 1))

    def one(*rules: EntryRule) -> Crossed:
        return crossed(line_with(*rules, authorities=who))[0]

    assert still_missing(one(free), Document(nationality="RUS"), OLGA) == ()
    assert still_missing(one(free), Document(nationality="CHN"), OLGA) == ("visa_number",)
    assert still_missing(one(replace(free, until=FRIDAY)), Document(nationality="RUS"), OLGA) == ("visa_number",)
    assert still_missing(one(free), None, OLGA) == ("nationality", "visa_number")
