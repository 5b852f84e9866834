"""What a journey planner is told beside the times: who runs it, where it stops, where one changes, in which words."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import msgspec
import pytest
from feed_reading import Feed
from two_clocks import KNOWN, MADE_UP, a_line, a_station, a_train, published

from rerail.line.model import Call, Line, RunningDays, Section, Train
from rerail.publish.gtfs.feed import gtfs_zip
from rerail.publish.publication import Publication

HERE, THERE = "Asia/Vladivostok", "Asia/Pyongyang"


def through(name: str = "out", *, railways: tuple[str, ...] = ("home", "abroad"), **more: object) -> Train:
    return a_train(
        name,
        ("hither", None, 0),
        ("yonder", 60, None),
        leaves="10:00",
        timed_by=HERE,
        start=date(2026, 1, 1),
        railways=railways,
        **more,
    )


def line_of(*trains: Train, **more: object) -> Line:
    return a_line(*trains, here=HERE, there=THERE, **more)  # type: ignore[arg-type]


def told(line: Line, *, demo: bool = False) -> Publication:
    """The line on 1 February 2026."""
    return published(line, today=date(2026, 2, 1), until=date(2026, 3, 1), demo=demo)


def feed_of(line: Line, *, demo: bool = False) -> Feed:
    return Feed(gtfs_zip(told(line, demo=demo)))


def translated(feed: Feed, table: str, field: str, record: str, language: str = "ru") -> str | None:
    """A text as a planner shows it to a reader of another language, or None if there is no translation."""
    found = [
        row["translation"]
        for row in feed["translations.txt"]
        if (row["table_name"], row["field_name"], row["record_id"], row["language"]) == (table, field, record, language)
    ]
    assert len(found) <= 1
    return found[0] if found else None


def test_the_agency_s_zone_is_its_stations_clock_and_not_its_working_clock() -> None:
    line = line_of(through())
    railways = {**line.railways, "home": msgspec.structs.replace(line.railways["home"], clock="Europe/Moscow")}
    feed = feed_of(msgspec.structs.replace(line, railways=railways))
    assert [row["agency_timezone"] for row in feed["agency.txt"]] == [HERE]
    assert {row["stop_id"]: row["stop_timezone"] for row in feed["stops.txt"]} == {"hither": HERE, "yonder": THERE}


def test_the_second_railway_is_named_as_an_operator_of_the_route() -> None:
    feed = feed_of(line_of(through()))
    assert [row["agency_id"] for row in feed["agency.txt"]] == ["home"]
    (attribution,) = feed["attributions.txt"]
    assert (attribution["route_id"], attribution["organization_name"], attribution["is_operator"]) == (
        "through", "Abroad Railway", "1",
    )  # fmt: skip
    assert translated(feed, "attributions", "organization_name", attribution["attribution_id"]) == "Дорога abroad"


def test_a_route_that_never_comes_on_the_agency_s_track_has_its_own_railway_as_agency() -> None:
    feed = feed_of(line_of(through(), through("local", railways=("abroad",), route="other")))
    assert {row["route_id"]: row["agency_id"] for row in feed["routes.txt"]} == {"through": "home", "other": "abroad"}
    assert [row["agency_timezone"] for row in feed["agency.txt"]] == [HERE, HERE]


def test_every_text_is_in_the_line_s_other_language() -> None:
    line = line_of(through(groups_only=True))
    feed = feed_of(line)
    (trip,) = feed["trips.txt"]
    assert (trip["trip_headsign"], translated(feed, "trips", "trip_headsign", trip["trip_id"])) == (
        "Yonder", "Станция yonder",
    )  # fmt: skip
    assert translated(feed, "stops", "stop_name", "hither") == "Станция hither"
    assert translated(feed, "routes", "route_long_name", "through") == "Прямой"
    assert translated(feed, "agency", "agency_name", "home") == "Дорога home"
    assert translated(feed, "feed_info", "feed_publisher_name", "") == "Туда – сюда"
    assert translated(feed, "routes", "route_url", "through") == "https://trains.example/ru/timetable"
    (route,) = feed["routes.txt"]
    assert "groups" in route["route_desc"]
    assert "групп" in (translated(feed, "routes", "route_desc", "through") or "")


def test_where_one_changes_the_shortest_change_is_told_and_nowhere_else() -> None:
    line = line_of(
        through(),
        through("back", direction="inbound", calls=tuple(_calls("yonder", "hither"))),
        through("local", route="other", calls=tuple(_calls("hub", "hither"))),
        stations=(a_station("hub", "home", HERE, (43.5, 131.5)),),
    )
    hither = msgspec.structs.replace(line.stations["hither"], transfer_minutes=25)
    feed = feed_of(msgspec.structs.replace(line, stations={**line.stations, "hither": hither}))
    (transfer,) = feed["transfers.txt"]
    assert dict(transfer) == {
        "from_stop_id": "hither",
        "to_stop_id": "hither",
        "transfer_type": "2",
        "min_transfer_time": "1500",
    }


def _calls(*stations: str) -> list[Call]:
    last = len(stations) - 1
    return [
        Call(
            provenance=KNOWN,
            station=station,
            arrival=index * 3600 if index else None,
            departure=index * 3600 if index < last else None,
        )
        for index, station in enumerate(stations)
    ]


def test_boarding_only_by_arrangement_on_a_train_for_groups_and_not_at_all_where_it_is_not_allowed() -> None:
    calls = _calls("hither", "hub", "yonder")
    calls[1] = msgspec.structs.replace(calls[1], boarding=False)
    hub = a_station("hub", "home", HERE, (43.5, 131.5))
    feed = feed_of(line_of(through(calls=tuple(calls), groups_only=True), stations=(hub,)))
    assert [(row["stop_id"], row["pickup_type"], row["drop_off_type"]) for row in feed["stop_times.txt"]] == [
        ("hither", "2", "1"),
        ("hub", "1", "0"),
        ("yonder", "1", "0"),
    ]


def test_an_illustrative_time_is_not_exact_and_the_route_says_what_that_means() -> None:
    calls = _calls("hither", "yonder")
    calls[1] = msgspec.structs.replace(calls[1], figures={"arrival": MADE_UP})
    feed = feed_of(line_of(through(calls=tuple(calls))))
    assert [row["timepoint"] for row in feed["stop_times.txt"]] == ["1", "0"]
    (route,) = feed["routes.txt"]
    assert "illustrative" in route["route_desc"]
    assert "условное" in (translated(feed, "routes", "route_desc", "through") or "")


def test_a_call_whose_unused_field_is_illustrative_is_exact() -> None:
    # A whole train can be illustrative but for the departure that is known; its first call has no arrival at all.
    calls = _calls("hither", "yonder")
    calls[0] = msgspec.structs.replace(calls[0], provenance=MADE_UP, figures={"departure": KNOWN})
    feed = feed_of(line_of(through(calls=tuple(calls))))
    assert [row["timepoint"] for row in feed["stop_times.txt"]] == ["1", "1"]


def test_an_illustrative_train_number_is_not_published() -> None:
    shown = feed_of(line_of(through(numbers={"home": "645", "abroad": "646"})))
    hidden = feed_of(line_of(through(figures={"numbers": MADE_UP})))
    assert [row["trip_short_name"] for row in shown["trips.txt"]] == ["645/646"]
    assert [row["trip_short_name"] for row in hidden["trips.txt"]] == [""]


def test_illustrative_running_days_are_said_to_be() -> None:
    days = through().running_days
    marked = RunningDays(provenance=KNOWN, figures={"dates": MADE_UP}, rules=days.rules)
    (route,) = feed_of(line_of(through(running_days=marked)))["routes.txt"]
    assert "Running days" in route["route_desc"]
    (route,) = feed_of(line_of(through()))["routes.txt"]
    assert route["route_desc"] == ""


def test_a_demonstration_says_so_wherever_a_planner_might_show_it() -> None:
    feed = feed_of(line_of(through()), demo=True)
    (info,), (agency,), (route,) = feed["feed_info.txt"], feed["agency.txt"], feed["routes.txt"]
    for text in (info["feed_publisher_name"], info["feed_version"], agency["agency_name"], route["route_desc"]):
        assert "demonstration" in text.lower()
    assert "демонстрация" in (translated(feed, "agency", "agency_name", "home") or "")
    feed = feed_of(line_of(through()))
    assert not any("demonstration" in str(rows).lower() for rows in feed.tables.values())


def test_the_station_code_on_tickets_comes_first() -> None:
    codes = {"esr": "987002", "express3": "2034195", "uic": "2012345"}
    hub = a_station("hub", "home", HERE, (43.5, 131.5), codes=codes)
    far = a_station("far", "home", HERE, (43.6, 131.6), codes={"esr": "988402"})
    feed = feed_of(line_of(through(calls=tuple(_calls("hub", "far", "yonder"))), stations=(hub, far)))
    assert {row["stop_id"]: row["stop_code"] for row in feed["stops.txt"]} == {
        "hub": "2034195",
        "far": "988402",
        "yonder": "",
    }


def test_a_station_without_coordinates_is_reckoned_by_kilometres_between_its_neighbours_and_says_so() -> None:
    def section(start: str, end: str, km: float) -> Section:
        return Section(provenance=KNOWN, start=start, end=end, railway="home", km=km, gauges=(1520,))

    line = line_of(
        through(calls=tuple(_calls("hither", "halt", "yonder")), path=(("hither", "halt"), ("halt", "yonder"))),
        stations=(a_station("halt", "home", HERE, None),),
        sections=(section("halt", "hither", 30), section("halt", "yonder", 10)),
    )
    feed = feed_of(line)
    stop = feed.by("stops.txt", "stop_id")["halt"]
    assert (float(stop["stop_lat"]), float(stop["stop_lon"])) == (42.25, 130.25)  # three quarters of the way
    assert "reckoned" in stop["stop_desc"]
    assert "рассчитано" in (translated(feed, "stops", "stop_desc", "halt") or "")


@pytest.mark.parametrize(
    ("more", "said"),
    [({"precision": "city"}, "town"), ({"figures": {"latitude": MADE_UP}}, "illustrative"), ({}, "")],
)
def test_coordinates_that_are_not_the_station_s_own_say_so(more: dict[str, object], said: str) -> None:
    hub = a_station("hub", "home", HERE, (43.5, 131.5), **more)
    feed = feed_of(line_of(through(calls=tuple(_calls("hub", "yonder"))), stations=(hub,)))
    note = feed.by("stops.txt", "stop_id")["hub"]["stop_desc"]
    assert said in note
    assert bool(note) is bool(said)


def test_a_terminus_that_cannot_be_placed_is_left_out_and_a_train_of_one_call_with_it() -> None:
    nowhere = a_station("nowhere", "home", HERE, None)
    long = through("long", calls=tuple(_calls("hither", "yonder", "nowhere")))
    short = through("short", calls=tuple(_calls("yonder", "nowhere")))
    feed = feed_of(line_of(long, short, stations=(nowhere,)))
    assert [row["trip_id"].partition(".")[0] for row in feed["trips.txt"]] == ["long"]
    assert [row["stop_id"] for row in feed["stop_times.txt"]] == ["hither", "yonder"]
    assert "nowhere" not in feed.by("stops.txt", "stop_id")


def test_the_same_publication_gives_the_same_bytes_and_a_version_that_names_it() -> None:
    line = line_of(through())
    first, second = (gtfs_zip(told(line)) for _ in range(2))
    assert first == second
    (info,) = Feed(first)["feed_info.txt"]
    assert info["feed_version"] == "edition 1, journal 0, 2026-02-01"
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())


def test_the_feed_speaks_of_the_last_week_and_up_to_the_horizon() -> None:
    feed = feed_of(line_of(through()))
    (info,) = feed["feed_info.txt"]
    assert (info["feed_start_date"], info["feed_end_date"]) == ("20260125", "20260228")
    days = sorted(one.service_day for one in feed.departures())
    assert (days[0], days[-1]) == (date(2026, 1, 25), date(2026, 2, 28))


def test_a_name_with_a_comma_and_quotes_survives() -> None:
    names = {"en": 'Hither, "the old" station', "ru": "Станция\u00a0«Туда»"}
    line = line_of(through())
    hither = msgspec.structs.replace(line.stations["hither"], names=names)
    feed = feed_of(msgspec.structs.replace(line, stations={**line.stations, "hither": hither}))
    assert feed.by("stops.txt", "stop_id")["hither"]["stop_name"] == names["en"]
    assert translated(feed, "stops", "stop_name", "hither") == names["ru"]


def test_a_line_with_nothing_planned_is_still_a_feed() -> None:
    line = line_of(through(running_days=RunningDays(provenance=KNOWN)))
    feed = feed_of(line)
    assert feed["trips.txt"] == feed["calendar_dates.txt"] == feed["stop_times.txt"] == []
    assert [row["route_id"] for row in feed["routes.txt"]] == ["through"]
    assert len(feed["stops.txt"]) == 2


def test_a_line_in_languages_the_feeds_do_not_speak_has_their_own_words_in_english() -> None:
    line = msgspec.structs.replace(
        line_of(through(groups_only=True)), languages=("th", "ms"), names={"th": "สาย", "ms": "Laluan"}
    )
    publication = told(line)
    assert publication.page("timetable", "th") == "https://trains.example/en/timetable"
    (route,) = Feed(gtfs_zip(publication))["routes.txt"]
    assert "organised groups" in route["route_desc"]
