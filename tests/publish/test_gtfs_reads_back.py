"""A journey planner that reads the feed gets every departure that runs, at its instants and on its clocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec
import pytest
from feed_reading import Feed, ReadDeparture
from hypothesis import given, settings
from hypothesis import strategies as st
from two_clocks import KNOWN, a_line, a_railway, a_station, a_train, an_entry, published

from rerail.life.timetable import Edition
from rerail.line.model import Line, Rule, RunningDays
from rerail.line.timing import call_times
from rerail.publish.gtfs.feed import gtfs_zip
from rerail.publish.publication import Publication

Told = tuple[tuple[str, datetime, datetime, str, str], ...]
"""What a passenger is told of a departure: for each call the station, both instants, both clock times."""


def of_the_feed(departures: Iterable[ReadDeparture]) -> list[Told]:
    return sorted(
        tuple((c.stop, c.arrival, c.departure, c.arrival_clock, c.departure_clock) for c in one.calls)
        for one in departures
    )


def of_the_life(publication: Publication, *, running: bool = True) -> list[Told]:
    found = []
    for departure in publication.life.departures(publication.since, publication.until, running_only=False):
        if departure.runs is not running:
            continue
        told = []
        for call in call_times(departure.line, departure.train, departure.service_date):
            arrival, leaves = call.arrival or call.departure, call.departure or call.arrival
            assert arrival is not None
            assert leaves is not None
            told.append(
                (
                    call.station.id,
                    arrival.instant,
                    leaves.instant,
                    f"{arrival.local:%Y-%m-%d %H:%M}",
                    f"{leaves.local:%Y-%m-%d %H:%M}",
                )
            )
        found.append(tuple(told))
    return sorted(found)


def read(publication: Publication) -> Feed:
    feed = Feed(gtfs_zip(publication))
    assert of_the_feed(feed.departures("1")) == of_the_life(publication)
    assert of_the_feed(feed.departures("2")) == of_the_life(publication, running=False)
    return feed


def two_way(here: str, there: str, out: str, back: str, minutes: int, start: date) -> Line:
    """A train each way, each keeping its time on the clock of its own first station."""
    railways = ("home", "abroad")
    outbound = a_train(
        "out", ("hither", None, 0), ("yonder", minutes, None),
        leaves=out, timed_by=here, start=start, railways=railways,
    )  # fmt: skip
    inbound = a_train(
        "back", ("yonder", None, 0), ("hither", minutes, None),
        leaves=back, timed_by=there, start=start, railways=railways, direction="inbound",
    )  # fmt: skip
    return a_line(outbound, inbound, here=here, there=there)


def clocks_at(feed: Feed, train: str, day: date) -> list[str]:
    """The clock times of a train's calls on a date, as its passengers read them."""
    (one,) = [
        found
        for found in feed.departures()
        if found.trip.startswith(f"{train}.") and found.calls[0].departure_clock.startswith(str(day))
    ]
    first, last = one.calls
    return [first.departure_clock[11:], last.arrival_clock[11:]]


def test_the_shuttle_arrives_earlier_on_the_clock_than_it_left() -> None:
    line = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2024, 12, 16))
    feed = read(published(line, today=date(2024, 12, 20), until=date(2025, 1, 20)))
    assert clocks_at(feed, "out", date(2024, 12, 20)) == ["15:30", "14:48"]
    assert clocks_at(feed, "back", date(2024, 12, 20)) == ["12:00", "13:18"]


def test_london_to_paris_keeps_its_clock_times_on_both_sides_of_both_changes() -> None:
    line = two_way("Europe/London", "Europe/Paris", "20:01", "08:36", 143, date(2014, 1, 1))
    feed = read(published(line, today=date(2014, 1, 8), until=date(2015, 2, 1)))
    for day in (date(2014, 3, 29), date(2014, 3, 30), date(2014, 3, 31), date(2014, 10, 26), date(2014, 10, 27)):
        assert clocks_at(feed, "out", day) == ["20:01", "23:24"]
        assert clocks_at(feed, "back", day) == ["08:36", "09:59"]
    # Both sides change in the same night, so one trip each serves the year.
    assert len(feed["trips.txt"]) == 2


def test_one_side_on_summer_time_and_the_other_not_makes_two_trips() -> None:
    line = two_way("Europe/Moscow", "Europe/Helsinki", "10:00", "15:00", 200, date(2019, 1, 1))
    feed = read(published(line, today=date(2019, 1, 8), until=date(2020, 2, 1)))
    assert clocks_at(feed, "out", date(2019, 2, 1)) == ["10:00", "12:20"]
    assert clocks_at(feed, "out", date(2019, 7, 1)) == ["10:00", "13:20"]
    assert clocks_at(feed, "back", date(2019, 2, 1)) == ["15:00", "19:20"]
    assert clocks_at(feed, "back", date(2019, 7, 1)) == ["15:00", "18:20"]
    trips = [row["trip_id"].partition(".")[0] for row in feed["trips.txt"]]
    # The feed is in Moscow's zone: only the train that keeps Helsinki's time moves in it.
    assert sorted(trips) == ["back", "back", "out"]


def test_pyongyang_moves_its_clock_by_half_an_hour_in_may_2018() -> None:
    line = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2018, 1, 1))
    feed = read(published(line, today=date(2018, 5, 1), until=date(2018, 6, 1)))
    assert clocks_at(feed, "out", date(2018, 5, 4)) == ["15:30", "14:18"]
    assert clocks_at(feed, "out", date(2018, 5, 5)) == ["15:30", "14:48"]
    assert clocks_at(feed, "back", date(2018, 5, 4)) == ["12:00", "13:48"]
    assert clocks_at(feed, "back", date(2018, 5, 5)) == ["12:00", "13:18"]


def test_a_train_after_midnight_on_a_clock_ahead_of_the_agency_s_keeps_its_own_date() -> None:
    line = two_way("Asia/Pyongyang", "Asia/Vladivostok", "10:00", "00:30", 60, date(2026, 1, 1))
    feed = read(published(line, today=date(2026, 2, 1), until=date(2026, 3, 1)))
    assert clocks_at(feed, "back", date(2026, 2, 10)) == ["00:30", "00:30"]
    (info,) = feed["feed_info.txt"]
    assert info["feed_start_date"] == "20260124"  # one day before the first date asked for: GTFS's day of that train


def test_a_night_train_over_two_midnights() -> None:
    line = a_line(
        a_train(
            "long",
            ("hither", None, 0),
            ("halfway", 26 * 60, 26 * 60 + 40),
            ("yonder", 51 * 60, None),
            leaves="22:00",
            timed_by="Europe/Paris",
            start=date(2026, 1, 1),
            railways=("home", "abroad"),
        ),
        here="Europe/Paris",
        there="Europe/Moscow",
        stations=(a_station("halfway", "home", "Europe/Warsaw", (50.0, 20.0)),),
    )
    feed = read(published(line, today=date(2026, 3, 25), until=date(2026, 4, 5)))
    (change,) = [one for one in feed.departures() if one.service_day == date(2026, 3, 28)]
    # Clocks in Paris and Warsaw go forward in the first of its three nights; what follows is an hour later on them.
    assert [call.departure_clock for call in change.calls] == [
        "2026-03-28 22:00",
        "2026-03-30 01:40",
        "2026-03-31 03:00",
    ]
    rows = [row for row in feed["stop_times.txt"] if row["stop_id"] == "yonder"]
    assert all(int(row["arrival_time"].partition(":")[0]) >= 48 for row in rows)


def test_a_suspension_takes_its_dates_out_and_a_special_is_in() -> None:
    line = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2026, 2, 1))
    publication = published(
        line,
        an_entry("special", None, date(2026, 1, 20), date(2026, 1, 21), trains=("out",)),
        an_entry("withdraw", "abroad", date(2026, 2, 10), date(2026, 2, 13)),
        an_entry("cancel", None, date(2026, 2, 20), date(2026, 2, 21), trains=("back",)),
        today=date(2026, 1, 20),
        until=date(2026, 3, 1),
    )
    feed = read(publication)
    running = {service.partition(".")[0]: days for service, days in feed.days("1").items()}
    resting = {service.partition(".")[0]: days for service, days in feed.days("2").items()}
    assert running["out"][0] == date(2026, 1, 20)
    suspended = [date(2026, 2, 10), date(2026, 2, 11), date(2026, 2, 12)]
    assert resting == {"out": suspended, "back": [*suspended, date(2026, 2, 20)]}


def test_a_cancelled_week_takes_out_only_the_days_on_which_the_train_was_to_run() -> None:
    line = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2026, 2, 1))
    weekdays = RunningDays(provenance=KNOWN, rules=(Rule(rrule="FREQ=WEEKLY;BYDAY=MO,WE", start=date(2026, 2, 1)),))
    trains = {name: msgspec.structs.replace(train, running_days=weekdays) for name, train in line.trains.items()}
    publication = published(
        msgspec.structs.replace(line, trains=trains),
        an_entry("special", None, date(2026, 2, 13), date(2026, 2, 14), trains=("out",)),
        an_entry("cancel", None, date(2026, 2, 9), date(2026, 2, 16)),
        today=date(2026, 2, 1),
        until=date(2026, 3, 1),
    )
    feed = read(publication)
    resting = {service.partition(".")[0]: days for service, days in feed.days("2").items()}
    planned = [date(2026, 2, 9), date(2026, 2, 11)]
    assert resting == {"out": [*planned, date(2026, 2, 13)], "back": planned}


def test_a_line_suspended_for_good_still_tells_what_is_planned() -> None:
    line = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2026, 1, 1))
    suspended = an_entry("withdraw", "abroad", date(2026, 1, 1))
    feed = read(published(line, suspended, today=date(2026, 2, 1), until=date(2026, 3, 1)))
    assert feed.days("1") == {}
    assert len(feed["trips.txt"]) == 2
    assert {len(days) for days in feed.days("2").values()} == {35}


def test_what_ran_last_week_is_told_as_it_ran_though_the_timetable_has_changed() -> None:
    old = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2026, 1, 1))
    new = two_way("Asia/Vladivostok", "Asia/Pyongyang", "16:30", "12:00", 18, date(2026, 1, 1))
    noon = datetime.fromisoformat("2026-02-10T02:00:00Z")
    editions = [Edition(1, old, datetime.fromisoformat("2025-12-01T00:00:00Z")), Edition(2, new, noon)]
    feed = read(published(editions, today=date(2026, 2, 12), until=date(2026, 3, 1)))
    assert clocks_at(feed, "out", date(2026, 2, 9)) == ["15:30", "14:48"]
    assert clocks_at(feed, "out", date(2026, 2, 11)) == ["16:30", "15:48"]
    back = [row for row in feed["trips.txt"] if row["trip_id"].startswith("back.")]
    assert len(back) == 1, "a train that did not change is one trip over both editions"


def test_a_train_its_railway_and_its_station_that_left_the_folder_yesterday_are_still_told_for_last_week() -> None:
    gone = a_train(
        "gone", ("hither", None, 0), ("lost", 90, None), leaves="09:00", timed_by="Asia/Vladivostok",
        start=date(2026, 1, 1), railways=("home", "third"), route="other", change_at=("lost",), through=False,
    )  # fmt: skip
    stays = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2026, 1, 1))
    lost = a_station("lost", "third", "Asia/Harbin", (44.4, 131.1))
    old = msgspec.structs.replace(
        stays,
        trains={**stays.trains, "gone": gone},
        stations={**stays.stations, "lost": lost},
        railways={**stays.railways, "third": a_railway("third", "Asia/Harbin")},
    )
    new = msgspec.structs.replace(stays, routes={"through": stays.routes["through"]})
    changed = datetime.fromisoformat("2026-02-10T02:00:00Z")
    editions = [Edition(1, old, datetime.fromisoformat("2025-12-01T00:00:00Z")), Edition(2, new, changed)]
    consent = an_entry("grant", "third", date(2026, 1, 1))
    feed = read(published(editions, consent, today=date(2026, 2, 12), until=date(2026, 3, 1)))
    assert clocks_at(feed, "gone", date(2026, 2, 9)) == ["09:00", "08:30"]
    assert max(one.service_day for one in feed.departures() if one.trip.startswith("gone.")) == date(2026, 2, 10)
    assert "Third Railway" in {row["organization_name"] for row in feed["attributions.txt"]}


clocks = st.sampled_from(
    ["Asia/Vladivostok", "Asia/Pyongyang", "Europe/London", "Europe/Paris", "Europe/Moscow", "America/New_York"]
)
times = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")


@settings(max_examples=25, deadline=None)
@given(
    here=clocks,
    there=clocks,
    out=times,
    back=times,
    minutes=st.integers(1, 3000),
    today=st.dates(date(2015, 6, 1), date(2028, 1, 1)),
    suspended=st.tuples(st.integers(0, 100), st.integers(1, 60)),
)
def test_whatever_the_clocks_the_feed_gives_back_the_life(
    here: str, there: str, out: str, back: str, minutes: int, today: date, suspended: tuple[int, int]
) -> None:
    line = two_way(here, there, out, back, minutes, date(2014, 1, 1))
    start = today + timedelta(days=suspended[0])
    stop = an_entry("withdraw", "abroad", start, start + timedelta(days=suspended[1]))
    read(published(line, stop, today=today, until=today + timedelta(days=200)))


def test_a_trip_keeps_its_id_when_only_its_dates_change() -> None:
    line = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2026, 1, 1))
    before = read(published(line, today=date(2026, 2, 1), until=date(2026, 3, 1)))
    suspended = an_entry("withdraw", "home", date(2026, 2, 5))
    after = read(published(line, suspended, today=date(2026, 2, 2), until=date(2026, 3, 2)))
    assert [row["trip_id"] for row in before["trips.txt"]] == [row["trip_id"] for row in after["trips.txt"]]


@pytest.mark.parametrize("minutes_later", [1, 60])
def test_a_trip_gets_a_new_id_when_its_times_change(minutes_later: int) -> None:
    line = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18, date(2026, 1, 1))
    later = two_way("Asia/Vladivostok", "Asia/Pyongyang", "15:30", "12:00", 18 + minutes_later, date(2026, 1, 1))
    one = read(published(line, today=date(2026, 2, 1), until=date(2026, 3, 1)))
    other = read(published(later, today=date(2026, 2, 1), until=date(2026, 3, 1)))
    assert not {row["trip_id"] for row in one["trips.txt"]} & {row["trip_id"] for row in other["trips.txt"]}
