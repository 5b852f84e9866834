"""Names, roles and passwords: what is refused, and the sentence that says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.people.passwords import checked_password, generated_password, hashed, matches
from rerail.people.users import PeopleError, checked_name, checked_role, name_key

RAILWAYS = ("rzd", "ksr")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "ANNA"),
        ("Юля", "юля"),
        ("Strasse", "STRASSE"),
        ("é", "e\u0301"),
        ("김철수", "김철수"),
        (" anna ", "Anna"),
    ],
)
def test_names_that_differ_only_in_case_or_composition_are_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@given(st.text(max_size=20))
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\x00b", "a  b", "x" * 65, "\u200b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(PeopleError):
        checked_name(name)


@pytest.mark.parametrize(
    ("role", "railway", "says"),
    [
        ("official", None, "name it, one of rzd, ksr"),
        ("official", "xyz", 'No railway "xyz"'),
        ("operator", "rzd", "Only officials and officers have a railway"),
        ("reader", "ksr", "Only officials and officers have a railway"),
        ("king", None, "one of operator, official, clerk, agent, reader"),
    ],
)
def test_a_role_and_a_railway_that_do_not_go_together(role: str, railway: str | None, says: str) -> None:
    with pytest.raises(PeopleError, match=says):
        checked_role(role, railway, RAILWAYS)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("k7Qm2", "at least 12"),
        ("", "at least 12"),
        ("ab" * 10, "repeats itself"),
        ("x" * 257, "too long"),
        ("Marina-Petrovna-1", "the user's name"),
        ("tab\tin the middle", "cannot be typed"),
        ("lone \ud800 surrogate", "cannot be typed"),
    ],
)
def test_a_weak_password_is_refused_and_not_repeated(password: str, says: str) -> None:
    with pytest.raises(PeopleError, match=says) as refused:
        checked_password(password, "marina")
    assert not password or password not in str(refused.value)


def test_a_made_password_obeys_the_rule_and_no_two_are_alike() -> None:
    made = [generated_password() for _ in range(200)]
    assert len(set(made)) == 200
    for password in made:
        assert checked_password(password, "operator") == password


def test_a_password_is_known_by_its_argon2id_hash_alone() -> None:
    kept = hashed("четыре слова и поезд")
    assert kept.startswith("$argon2id$")
    assert matches(kept, "четыре слова и поезд")
    assert not matches(kept, "четыре слова и поезда")
    assert not matches(None, "четыре слова и поезд")
    assert not matches("not a hash at all", "четыре слова и поезд")
    assert hashed("четыре слова и поезд") != kept, "each hash has a salt of its own"


def test_a_password_typed_with_composed_or_separate_accents_is_the_same() -> None:
    assert matches(hashed("café à la gare"), "cafe\u0301 a\u0300 la gare")
