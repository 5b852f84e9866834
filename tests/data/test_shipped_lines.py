"""The founding line as shipped: what is known must load as it is known, the rest must say it is illustrative."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from timetable_reading import BANGKOK, DIRECT, LONDON, SHIPPED, SHUTTLE, at, km_between, run

from rerail.line.border import BorderRules
from rerail.line.folder import check, load
from rerail.line.model import Line
from rerail.line.running import running_dates


@pytest.fixture(scope="module")
def line() -> Line:
    return load(SHIPPED)


# ── every folder ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("folder", [SHIPPED, BANGKOK, LONDON], ids=lambda folder: folder.name)
def test_the_folder_has_no_error(folder: Path) -> None:
    assert [str(problem) for problem in check(folder)[1] if problem.level == "error"] == []


def test_every_source_of_the_shipped_line_is_used_and_every_used_source_is_listed(line: Line) -> None:
    used = {key for file in SHIPPED.glob("*.toml") if file.name != "sources.toml" for key in _keys_cited(file)}
    assert used == set(line.sources)


def _keys_cited(file: Path) -> set[str]:
    def cited(value: object) -> set[str]:
        if isinstance(value, Mapping):
            own = value.get("source", [])
            keys = {own} if isinstance(own, str) else set(own)
            return keys.union(*(cited(inner) for inner in value.values()))
        if isinstance(value, list):
            return set().union(*(cited(inner) for inner in value))
        return set()

    return cited(tomllib.loads(file.read_text(encoding="utf-8")))


# ── two clocks ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shuttle_from_khasan_arrives_earlier_on_the_clock_than_it_left(line: Line) -> None:
    monday = date(2024, 12, 16)
    left = at(line, "khasan-tumangang", monday, "khasan").departure
    arrived = at(line, "khasan-tumangang", monday, "tumangang").arrival
    assert left is not None
    assert arrived is not None
    assert (left.clock, left.working_label) == ("15:30", "MSK+7")
    assert arrived.clock == "14:48"
    assert timedelta(minutes=17) <= arrived.instant - left.instant <= timedelta(minutes=20)


def test_the_shuttle_from_tumangang_leaves_at_noon_which_is_six_in_moscow(line: Line) -> None:
    left = at(line, "tumangang-khasan", date(2024, 12, 16), "tumangang").departure
    assert left is not None
    assert left.clock == "12:00"
    assert left.instant == datetime(2024, 12, 16, 3, 0, tzinfo=UTC)
    assert timedelta(minutes=17) <= run(line.trains["tumangang-khasan"], "tumangang", "khasan") <= timedelta(minutes=20)


def test_the_direct_train_leaves_at_ten_in_the_evening_and_reaches_khasan_early_next_morning(line: Line) -> None:
    day = date(2025, 5, 8)
    left = at(line, "vladivostok-rason", day, "vladivostok").departure
    reached = at(line, "vladivostok-rason", day, "khasan").arrival
    assert left is not None
    assert reached is not None
    assert left.clock == "22:00"
    assert reached.days_after(day) == 1
    assert 4 <= reached.local.hour < 8


def test_the_journey_by_direct_train_is_five_days_and_four_nights_two_of_them_on_the_train(line: Line) -> None:
    out, back = date(2025, 5, 8), date(2025, 5, 11)
    home = at(line, "rason-vladivostok", back, "vladivostok").arrival
    arrived = at(line, "vladivostok-rason", out, "rajin").arrival
    assert home is not None
    assert arrived is not None
    assert (home.local.date() - out).days + 1 == 5
    nights_on_the_train = (arrived.local.date() - out).days + (home.local.date() - back).days
    assert nights_on_the_train == 2


# ── running days ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("train", SHUTTLE)
def test_the_shuttle_runs_on_monday_wednesday_friday_from_16_december_2024(line: Line, train: str) -> None:
    days = running_dates(line.trains[train].running_days, date(2024, 12, 1), date(2025, 1, 1))
    assert [(day.day, day.strftime("%a")) for day in days] == [
        (16, "Mon"), (18, "Wed"), (20, "Fri"), (23, "Mon"), (25, "Wed"), (27, "Fri"), (30, "Mon"),
    ]  # fmt: skip


def test_the_direct_train_runs_once_a_month_from_8_may_2025_and_comes_back_three_days_later(line: Line) -> None:
    out = list(running_dates(line.trains["vladivostok-rason"].running_days, date(2025, 1, 1), date(2027, 1, 1)))
    back = list(running_dates(line.trains["rason-vladivostok"].running_days, date(2025, 1, 1), date(2027, 1, 5)))
    assert out[0] == date(2025, 5, 8)
    assert [(day.year, day.month) for day in out] == [(2025, month) for month in range(5, 13)] + [
        (2026, month) for month in range(1, 13)
    ]
    assert back == [day + timedelta(days=3) for day in out]


# ── track ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_vladivostok_to_khasan_is_371_km_by_way_of_the_hub(line: Line) -> None:
    direct = line.trains["vladivostok-rason"]
    assert km_between(direct, "vladivostok", "khasan") == pytest.approx(371, abs=1)
    assert [call.station for call in direct.calls][1] == "ussuriysk"
    assert direct.path[0][-2:] == ("baranovsky", "ussuriysk")
    assert direct.path[1][:2] == ("ussuriysk", "baranovsky"), "the train turns at the hub and comes back"


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ("vladivostok", "ussuriysk", 111),
        ("ussuriysk", "khasan", 260),
        ("khasan", "tumangang", 5),
        ("tumangang", "rajin", 49),
    ],
)
def test_published_distances_are_the_sums_of_the_sections(line: Line, start: str, end: str, km: float) -> None:
    assert km_between(line.trains["vladivostok-rason"], start, end) == pytest.approx(km)


def test_the_gauge_of_1520_mm_goes_all_the_way_to_rajin(line: Line) -> None:
    assert all(1520 in section.gauges for section in line.sections)
    dual = {(section.start, section.end) for section in line.sections if 1435 in section.gauges}
    assert dual == {("tumangang", "hongui"), ("hongui", "sonbong"), ("sonbong", "rajin")}


def test_both_railways_are_crossed_by_the_trains_over_the_bridge_and_only_one_by_the_others(line: Line) -> None:
    across = {train.id for train in line.trains.values() if set(train.railways) == {"rzd", "ksr"}}
    assert across == {*DIRECT, *SHUTTLE}
    assert all(train.railways == ("rzd",) for train in line.trains.values() if train.id not in across)


# ── places ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("train", DIRECT)
def test_the_direct_train_has_three_coaches_and_100_places(line: Line, train: str) -> None:
    consist = line.trains[train].consist
    assert len(consist) == 3
    assert sum(len(line.coach_types[coach.type].places) for coach in consist) == 100


# ── connections ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "station", "then"),
    [
        ("vladivostok-ussuriysk-evening", "ussuriysk", "vladivostok-rason"),
        ("rason-vladivostok", "ussuriysk", "ussuriysk-vladivostok-morning"),
        ("vladivostok-ussuriysk-morning", "ussuriysk", "ussuriysk-khasan"),
        ("ussuriysk-khasan", "khasan", "khasan-tumangang"),
        ("tumangang-khasan", "khasan", "khasan-ussuriysk"),
        ("khasan-ussuriysk", "ussuriysk", "ussuriysk-vladivostok-evening"),
    ],
)
def test_a_passenger_who_changes_has_time_and_does_not_wait_half_a_day(
    line: Line, first: str, station: str, then: str
) -> None:
    day = date(2025, 6, 2)
    arrived = at(line, first, day, station).arrival
    assert arrived is not None
    leaves = min(
        call.departure.instant
        for offset in (0, 1)
        if (call := at(line, then, day + timedelta(days=offset), station)).departure is not None
        and call.departure.instant >= arrived.instant
    )
    shortest = timedelta(minutes=line.stations[station].transfer_minutes)
    assert shortest <= leaves - arrived.instant <= timedelta(hours=2)


# ── the border ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("train", "mode", "order"),
    [
        ("vladivostok-rason", "on-board", ["rzd at khasan", "ksr at tumangang"]),
        ("khasan-tumangang", "on-foot", ["rzd at khasan", "ksr at tumangang"]),
        ("tumangang-khasan", "on-foot", ["ksr at tumangang", "rzd at khasan"]),
        ("rason-vladivostok", "on-board", ["ksr at tumangang", "rzd at khasan"]),
    ],
)
def test_each_train_over_the_border_is_controlled_by_both_sides_in_order(
    line: Line, train: str, mode: str, order: list[str]
) -> None:
    towards = line.trains[train].railways[-1]
    controls = [
        control
        for control in line.crossings["khasan-tumangang"].controls
        if control.towards == towards and control.trains is not None and train in control.trains
    ]
    assert [f"{control.railway} at {control.station}" for control in controls] in (order, order[::-1])
    assert {control.mode for control in controls} == {mode}


@pytest.fixture(scope="module")
def border(line: Line) -> BorderRules:
    assert line.border is not None
    return line.border


def test_us_passports_are_not_valid_as_last_known_until_31_august_2026(border: BorderRules) -> None:
    (rule,) = [rule for rule in border.rules if rule.issuers == ("USA",)]
    assert (rule.kind, rule.towards, rule.nationalities, rule.trains) == ("not-valid", "ksr", None, None)
    assert rule.until == date(2026, 9, 1)
    assert rule.provenance.sources == ("S58", "S59", "S57")
    assert not any(rule.illustrative(field) for field in ("issuers", "until", "dated"))


@pytest.mark.parametrize(
    ("rule", "whose", "sources"),
    [
        ("south-korean-passports", ("KOR",), ("S60",)),
        ("russians-visa-free", ("RUS",), ("S32", "S55")),
        ("russians-named-list", ("RUS",), ("S32", "S55")),
        ("russians-groups-only", ("RUS",), ("S32", "S55")),
    ],
)
def test_every_other_rule_of_entry_has_its_source_and_the_day_of_an_undated_report_is_illustrative(
    border: BorderRules, rule: str, whose: tuple[str, ...], sources: tuple[str, ...]
) -> None:
    found = next(one for one in border.rules if one.id == rule)
    assert (found.nationalities or found.issuers) == whose
    assert (found.towards, found.until) == ("ksr", None)
    assert found.provenance.sources == sources
    assert found.illustrative("dated")


def test_no_rule_of_the_shipped_line_is_a_condition_of_sale(border: BorderRules) -> None:
    assert not any(rule.condition for rule in border.rules)


def test_each_side_gets_a_list_in_its_language_and_the_tour_operator_agrees_one_with_rason(border: BorderRules) -> None:
    assert {(one.railway, one.kind, one.language, one.towards) for one in border.authorities.values()} == {
        ("rzd", "control", "ru", None), ("ksr", "control", "ko", None), ("ksr", "named-list", "ko", ("ksr",)),
    }  # fmt: skip


def test_which_data_the_authorities_ask_for_is_not_known_and_no_address_of_theirs_is_made_up(
    border: BorderRules,
) -> None:
    for authority in border.authorities.values():
        assert authority.illustrative("asks")
        assert authority.illustrative("formats")
        assert (authority.email, authority.certificate) == (None, None)
    assert all(one.illustrative("minutes") for one in border.collections)
    assert border.keeping is not None
    assert border.keeping.provenance.illustrative


def test_how_fast_a_control_works_is_illustrative(border: BorderRules) -> None:
    assert border.clearings
    for clearing in border.clearings:
        assert all(clearing.illustrative(field) for field in ("booths", "minutes", "spread", "luggage_minutes"))


@pytest.mark.parametrize("train", DIRECT)
def test_on_the_direct_train_the_conductor_keeps_the_documents_and_gives_them_back_half_an_hour_before_the_end(
    border: BorderRules, train: str
) -> None:
    told = [one for one in border.guidances if one.trains == (train,)]
    assert {one.railway for one in told} == {"rzd", "ksr"}
    for one in told:
        assert (one.documents, one.returned_minutes) == ("conductor", 30)
        assert one.provenance_of("documents").sources == ("S70",)
        assert one.provenance_of("returned_minutes").sources == ("S70",)


@pytest.mark.parametrize("train", SHUTTLE)
def test_whether_one_carries_ones_luggage_through_the_checkpoint_is_not_known(border: BorderRules, train: str) -> None:
    told = [one for one in border.guidances if one.trains == (train,)]
    assert len(told) == 2
    assert all(one.illustrative("luggage") and one.documents is None for one in told)


# ── what is known and what is not ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("train", DIRECT)
def test_of_the_direct_train_only_the_departure_from_vladivostok_is_known(line: Line, train: str) -> None:
    known = {
        (call.station, time)
        for call in line.trains[train].calls
        for time in ("arrival", "departure")
        if getattr(call, time) is not None and not call.illustrative(time)
    }
    assert known == ({("vladivostok", "departure")} if train == "vladivostok-rason" else set())


@pytest.mark.parametrize("train", SHUTTLE)
def test_of_the_shuttle_the_departure_is_known_and_the_arrival_is_not(line: Line, train: str) -> None:
    first, last = line.trains[train].calls
    assert not first.illustrative("departure")
    assert first.provenance_of("departure").sources == ("S7",)
    assert last.illustrative("arrival")


@pytest.mark.parametrize("train", [*DIRECT, *SHUTTLE])
def test_no_train_over_the_border_claims_to_know_its_number_there(line: Line, train: str) -> None:
    service = line.trains[train]
    assert service.illustrative("numbers")
    assert set(service.numbers) == {"rzd", "ksr"}


def test_the_first_direct_train_is_dated_and_the_days_after_it_are_not(line: Line) -> None:
    days = line.trains["vladivostok-rason"].running_days
    assert days.dates == (date(2025, 5, 8),)
    assert not days.illustrative("dates")
    assert days.illustrative("rules")
    assert line.trains["rason-vladivostok"].running_days.illustrative("rules")


@pytest.mark.parametrize("train", SHUTTLE)
def test_the_days_of_the_shuttle_are_known(line: Line, train: str) -> None:
    assert not line.trains[train].running_days.illustrative("rules")


def test_classes_and_plans_of_coaches_are_illustrative(line: Line) -> None:
    assert line.coach_types
    for coach_type in line.coach_types.values():
        assert coach_type.illustrative("travel_class")
        assert coach_type.illustrative("accommodation")
        assert coach_type.illustrative("places")
    for train in line.trains.values():
        assert all(coach.illustrative("number") for coach in train.consist)


def test_how_long_a_border_control_takes_is_illustrative_and_its_hours_are_left_out(line: Line) -> None:
    for control in line.crossings["khasan-tumangang"].controls:
        assert control.illustrative("minutes")
        assert (control.opens, control.closes) == (None, None)


def test_trains_inside_russia_are_illustrative_from_end_to_end(line: Line) -> None:
    for train in line.trains.values():
        if train.railways == ("rzd",):
            assert train.provenance.illustrative
            assert set(train.figures) <= {"segment_km"}
            assert all(call.provenance.illustrative and not call.figures for call in train.calls)
            assert train.running_days.provenance.illustrative


def test_speeds_and_uic_codes_are_not_made_up(line: Line) -> None:
    assert all(section.speed_kmh is None for section in line.sections)
    assert all("uic" not in station.codes for station in line.stations.values())


def test_only_the_coordinates_of_ugolnaya_are_illustrative(line: Line) -> None:
    placed = [station for station in line.stations.values() if station.latitude is not None]
    assert [station.id for station in placed if station.illustrative("latitude")] == ["ugolnaya"]
    called_at = {call.station for train in line.trains.values() for call in train.calls}
    assert called_at <= {station.id for station in placed}, "a journey planner needs every stop on the map"


def test_lengths_known_only_as_a_sum_are_illustrative(line: Line) -> None:
    illustrative = {(section.start, section.end) for section in line.sections if section.illustrative("km")}
    assert illustrative == {
        ("vladivostok", "ugolnaya"),
        ("ugolnaya", "baranovsky"),
        ("ryazanovka", "sukhanovka"),
        ("sukhanovka", "gvozdevo"),
        ("hongui", "sonbong"),
        ("sonbong", "rajin"),
    }
