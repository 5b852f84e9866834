"""Whatever somebody types at the office is text: never markup, never an error, never another entry's number."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from office.conftest import PASSWORD, Now, staffed
from office.recording import live, previewed
from office.visitor import Visitor
from rerail.desk.current import Current
from rerail.store.engine import Store
from rerail.web.app import create_app

Visit = Callable[..., Visitor]


def test_what_somebody_types_is_text_and_never_markup(visit: Visit) -> None:
    marina = visit("Marina")
    seen = previewed(marina, reason="<script>alert(1)</script>", who='"><img src=x onerror=alert(1)>')
    done = marina.send(seen, "/office/record/withdraw")
    for page in (seen, done, marina.open("/office/journal"), visit().open("/en/history")):
        assert "<script" not in page.html
        assert "<img src=x" not in page.html
        assert "alert(1)" in page.text


def test_a_form_number_that_is_none_of_ours_is_not_taken(visit: Visit, current: Current) -> None:
    marina = visit("Marina")
    known = current.snapshot().entries[0].id
    for form in (known, "", "x" * 32, "../" * 8):
        again = marina.send(previewed(marina), "/office/record/withdraw", {"form": form})
        assert "Nothing is recorded yet." in again.text
    assert live(current) == []


def test_control_characters_reach_neither_database(store: Store, now: Now) -> None:
    """PostgreSQL keeps no NUL in a text."""
    current = staffed(store, now)
    with TestClient(create_app(current)) as client:
        marina = Visitor(client)
        marina.sign_in("Marina", PASSWORD)
        seen = previewed(marina, reason="Works\x00 at\x07 the\nbridge", who="Mini\x00stry")
        assert "The decision is recorded" in marina.send(seen, "/office/record/withdraw").text
    (entry,) = live(current)
    assert (entry.reason["en"], entry.who["en"]) == ("Works at the bridge", "Ministry")


typed = st.text(max_size=30) | st.sampled_from(["2026-12-01", "2026-12-08", "ksr", "rzd", "khasan-tumangang", "1", ""])
names = st.sampled_from(
    ["railway", "train", "all", "from", "until", "who", "reason", "reason_ko", "document", "source", "lang", "moved"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.sampled_from(["grant", "withdraw", "announce", "special", "cancel", "note", "x"]),
    st.lists(st.tuples(names, typed)),
)
def test_whatever_an_address_holds_the_answer_is_a_page(visit: Visit, kind: str, pairs: list[tuple[str, str]]) -> None:
    marina = _once(visit)
    answer = marina.peek(f"/office/record/{kind}/preview?{urlencode(pairs, errors='replace')}")
    assert answer.status_code in (200, 404, 422)


_kept: dict[int, Visitor] = {}


def _once(visit: Visit) -> Visitor:
    """One signed-in visitor for all examples of a test."""
    if id(visit) not in _kept:
        _kept.clear()
        _kept[id(visit)] = visit("Marina")
    return _kept[id(visit)]
