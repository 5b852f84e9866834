"""What a browser holds, and how long it is worth anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rerail.people.sessions import ABSOLUTE, IDLE, Session, digest_of, form_token, form_token_matches, new_token

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def session(seen_after: timedelta = timedelta(0)) -> Session:
    return Session(digest="d", user_id="u", created=NOON, seen=NOON + seen_after)


def test_an_idle_session_ends_after_an_hour() -> None:
    assert session().live(NOON + IDLE - timedelta(seconds=1))
    assert not session().live(NOON + IDLE)


def test_a_session_in_use_ends_with_the_shift() -> None:
    busy = session(ABSOLUTE - timedelta(seconds=1))
    assert busy.live(NOON + ABSOLUTE - timedelta(seconds=1))
    assert not busy.live(NOON + ABSOLUTE)


@given(st.timedeltas(min_value=timedelta(0), max_value=ABSOLUTE))
def test_no_use_makes_a_session_outlive_the_shift(used: timedelta) -> None:
    assert session(used).ends <= NOON + ABSOLUTE


def test_a_form_token_belongs_to_one_session() -> None:
    mine, theirs = new_token(), new_token()
    assert form_token_matches(mine, form_token(mine))
    assert not form_token_matches(mine, form_token(theirs))
    assert not form_token_matches(mine, "")
    assert not form_token_matches(mine, "кириллица")


def test_what_the_database_or_a_page_holds_does_not_give_the_token() -> None:
    token = new_token()
    assert token not in (digest_of(token), form_token(token))
    assert digest_of(token) != form_token(token)
