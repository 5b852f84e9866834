"""Addresses that nobody meant well: never a fault of ours, and never room in the cache."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served_site import Site

TEXTS = st.text(max_size=40)
FIELDS = st.sampled_from(["from", "to", "date", "on", "known", "before", "lang", "x"])
PATHS = st.sampled_from(["/", "/timetable", "/search", "/history", "/notices", "/stations", "/about"])

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(path=PATHS, fields=st.lists(st.tuples(FIELDS, TEXTS), max_size=6))
def test_no_query_is_a_fault_of_ours_or_takes_room(shown: Site, path: str, fields: list[tuple[str, str]]) -> None:
    before = len(shown.app.frame.cache)  # type: ignore[attr-defined]
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in fields)
    answer = shown.get(f"/en{path}?{query}")
    assert answer.status_code in (200, 308)
    # At most the page itself; never an address that somebody made up.
    assert len(shown.app.frame.cache) <= before + 1  # type: ignore[attr-defined]


@few
@given(first=TEXTS, second=TEXTS)
def test_no_path_is_a_fault_of_ours(shown: Site, first: str, second: str) -> None:
    for path in (
        f"/{quote(first, safe='')}",
        f"/en/departures/{quote(first, safe='')}/{quote(second, safe='')}",
        f"/ko/stations/{quote(first, safe='')}",
        f"/ru/notices/{quote(first, safe='')}",
        f"/static/{quote(first, safe='')}",
        f"/en/departures/khasan-tumangang/{quote(second, safe='')}",
    ):
        assert shown.get(path).status_code < 500


@pytest.mark.parametrize(
    "query",
    [
        "from=" + "a" * 50_000,
        "&".join(f"f{n}=1" for n in range(5_000)),
        "from=%ff%fe%00&to=%c3%28&date=%0d%0a",
        "from=vladivostok&from=khasan&to=rajin",
        ";;;&&&===%%%",
        "date=2026-12-10%00",
        "from=\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "on=0001-01-01&known=9999-12-31",
        "before=99999999999999999999999999",
        "before=-1",
        "before=١٢",
        "from=-5",
        "from=1e9",
    ],
)
def test_awkward_queries_get_a_page(shown: Site, query: str) -> None:
    for path in ("/en/search", "/en/history", "/en/timetable", "/en/notices", "/en/stations"):
        answer = shown.client.get(f"{path}?{quote(query, safe='=&%;')}", follow_redirects=False)
        assert answer.status_code in (200, 308)
        assert "Traceback" not in answer.text


def test_whoever_walks_through_all_searches_leaves_the_other_pages_kept(site: Site) -> None:
    cache = site.app.frame.cache  # type: ignore[attr-defined]
    site.get("/en/")
    stations = ["vladivostok", "ussuriysk", "khasan", "tumangang", "rajin"]
    first = date(2026, 12, 1)
    for day in range(14):
        for origin in stations:
            for destination in stations:
                site.get(f"/en/search?from={origin}&to={destination}&date={first + timedelta(days=day)}")
    hits = cache.hits
    site.get("/en/")
    assert cache.hits == hits + 1
    assert len(cache) <= 256 + 8
