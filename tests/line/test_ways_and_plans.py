"""The shortest way over the sections; the plan of a coach; the demonstration season; provenance of what is made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from small_line import COACHES, SmallLine

from rerail.line.coach_plan import places_of
from rerail.line.folder import season
from rerail.line.model import Provenance, Section
from rerail.line.network import Network

ANY = Provenance(illustrative=True)


def section(start: str, end: str, km: float, railway: str = "a", gauges: tuple[int, ...] = (1520,)) -> Section:
    return Section(provenance=ANY, start=start, end=end, railway=railway, km=km, gauges=gauges)


# ── ways ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shortest_way_by_kilometres_not_by_stations() -> None:
    network = Network([section("a", "z", 10), section("a", "b", 3), section("b", "c", 3), section("c", "z", 3)])
    way = network.way(("a", "z"))
    assert way is not None
    assert (way.stations, way.km) == (("a", "b", "c", "z"), 9)


def test_a_way_changes_railway_where_the_sections_do() -> None:
    network = Network([section("a", "b", 1), section("b", "border", 1), section("border", "c", 1, "b")])
    way = network.way(("a", "c"))
    assert way is not None
    assert way.railways == ("a", "b")
    assert [(change.station, change.leaving, change.entering) for change in way.changes] == [("border", "a", "b")]


def test_no_way_to_a_piece_of_track_that_does_not_join() -> None:
    network = Network([section("a", "b", 1), section("c", "d", 1)])
    assert network.way(("a", "d")) is None
    assert network.way(("a", "nowhere")) is None
    assert network.parts() == [[0], [1]]


edges = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 50)).filter(lambda edge: edge[0] != edge[1]),
    min_size=1,
    max_size=16,
)


@given(edges)
def test_no_way_is_longer_than_the_shortest_and_every_way_is_track(found: list[tuple[int, int, int]]) -> None:
    sections = [section(str(start), str(end), km) for start, end, km in found]
    network = Network(sections)
    far = 10_000
    # Floyd and Warshall's: slow, short, and nothing like the search it judges.
    best = {(i, j): 0 if i == j else far for i in range(8) for j in range(8)}
    for start, end, km in found:
        best[start, end] = best[end, start] = min(best[start, end], km)
    for via in range(8):
        for i in range(8):
            for j in range(8):
                best[i, j] = min(best[i, j], best[i, via] + best[via, j])
    for (i, j), km in best.items():
        if i == j or str(i) not in network.neighbours:
            continue
        way = network.way((str(i), str(j)))
        if km == far:
            assert way is None
            continue
        assert way is not None
        assert way.km == km
        assert (way.stations[0], way.stations[-1]) == (str(i), str(j))
        for (before, after), index in zip(pairwise(way.stations), way.sections, strict=True):
            assert {before, after} == {sections[index].start, sections[index].end}


# ── plans ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_compartments_are_counted_by_the_walls() -> None:
    places, faults = places_of(["2u 4u | 6u 8u", "1l 3l | 5l 7l", "="])
    assert faults == ()
    assert {place.number: place.compartment for place in places} == {
        "2": "1", "4": "1", "6": "2", "8": "2", "1": "1", "3": "1", "5": "2", "7": "2",
    }  # fmt: skip
    assert [(place.number, place.row, place.column) for place in places if place.kind == "lower"] == [
        ("1", 1, 0), ("3", 1, 1), ("5", 1, 2), ("7", 1, 3),
    ]  # fmt: skip


def test_seats_by_the_aisle_have_no_window() -> None:
    places, faults = places_of(["1s 5s", "2s 6s", "=", "3s 7s!", "4s 8w"])
    assert faults == ()
    assert {place.number for place in places if place.window} == {"1", "5", "4", "8", "7"}
    assert {place.kind for place in places} == {"seat", "wheelchair"}
    assert {place.compartment for place in places} == {None}
    assert {place.row for place in places} == {0, 1, 3, 4}


def test_an_aisle_at_the_edge_leaves_the_window_to_the_row_beside_it() -> None:
    places, _ = places_of(["=", "1l 2l"])
    assert all(place.window for place in places)


def test_an_empty_spot_takes_a_column_and_a_wall_takes_none() -> None:
    places, _ = places_of(["1s . 2s | 3s"])
    assert [(place.number, place.column, place.compartment) for place in places] == [
        ("1", 0, "1"), ("2", 2, "1"), ("3", 3, "2"),
    ]  # fmt: skip


def test_walls_at_the_ends_of_the_coach_make_no_compartment() -> None:
    drawn, _ = places_of(["| 1l 2l | 3l 4l |"])
    plain, faults = places_of(["1l 2l | 3l 4l"])
    assert drawn == plain
    assert faults == ()


def test_a_row_of_side_berths_without_walls_is_open() -> None:
    places, faults = places_of(["1l 3l | 5l 7l", "=", "9l 10u 11l 12u"])
    assert faults == ()
    assert {place.number: place.compartment for place in places}["11"] is None


def test_a_coach_without_places(tmp_path: Path) -> None:
    small = SmallLine(tmp_path)
    begin = COACHES.index("plan = [")
    small.write("coaches.toml", COACHES[:begin] + "plan = []\n")
    assert small.load().coach_types["compartment"].places == ()


def test_the_plan_is_a_figure_and_can_be_illustrative_alone(tmp_path: Path) -> None:
    small = SmallLine(tmp_path).replace("coaches.toml", "illustrative = true\n", 'source = "S7"\n')
    plan = COACHES[COACHES.index("plan = [") + 7 :].strip()
    small.write(
        "coaches.toml",
        COACHES.replace("illustrative = true\n", 'source = "S7"\n').replace(
            plan, "{ value = " + plan.replace("\n", " ") + ", illustrative = true }"
        ),
    )
    kind = small.load().coach_types["compartment"]
    assert kind.illustrative("places")
    assert not kind.illustrative("travel_class")


# ── season ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_season_is_counted_from_today(tmp_path: Path) -> None:
    (entry,) = season(SmallLine(tmp_path).folder, date(2026, 11, 23))
    assert (entry.start, entry.until) == (date(2026, 10, 24), date(2027, 11, 23))
    assert entry.known == datetime(2026, 10, 24, tzinfo=UTC)
    assert entry.provenance == Provenance(illustrative=True)
    assert entry.trains is None


def test_a_folder_without_a_season(tmp_path: Path) -> None:
    small = SmallLine(tmp_path)
    (small.folder / "demo-season.toml").unlink()
    assert season(small.folder, date(2026, 11, 23)) == ()


def test_the_season_is_no_part_of_the_history(tmp_path: Path) -> None:
    line = SmallLine(tmp_path).load()
    assert [entry.id for entry in line.history] == ["suspension", "shuttle-korean-consent"]
    assert line.history[0].until is None
    assert line.history[0].precision == "month"
