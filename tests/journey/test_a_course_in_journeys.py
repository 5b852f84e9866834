"""A course: each lesson adds one thing that a journey can meet. Mondays in January 2026 unless said.

All times are drawn as each station's own clock shows them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from drawn_timetable import drawn, entry, lived

from rerail.journey import Answer, Journey, search
from rerail.line.timing import station_time

MONDAY = date(2026, 1, 5)
TUESDAY = date(2026, 1, 6)
SATURDAY = date(2026, 1, 10)


def told(answer: Answer) -> list[str]:
    """Each journey as one would tell it: "train Origin 08:00 > 10:00 Destination"."""
    return [" | ".join(_leg(journey, index) for index in range(len(journey.legs))) for journey in answer.journeys]


def _leg(journey: Journey, index: int) -> str:
    leg = journey.legs[index]
    line = leg.departure.line
    leaves = station_time(line, leg.origin, leg.leaves, "en").clock
    arrives = station_time(line, leg.destination, leg.arrives, "en").clock
    return f"{leg.departure.train.id} {leg.origin.id} {leaves} > {arrives} {leg.destination.id}"


def test_01_one_train() -> None:
    life = lived(
        drawn("""
            express, daily
                Vladivostok  dep 08:00
                Ussuriysk    arr 09:50  dep 10:00
                Khasan       arr 16:00
        """)
    )
    assert told(search(life, "Vladivostok", "Khasan", MONDAY)) == ["express Vladivostok 08:00 > 16:00 Khasan"]
    assert told(search(life, "Ussuriysk", "Khasan", MONDAY)) == ["express Ussuriysk 10:00 > 16:00 Khasan"]


def test_02_wrong_direction() -> None:
    life = lived(
        drawn("""
            express, daily
                Vladivostok  dep 08:00
                Khasan       arr 16:00
        """)
    )
    answer = search(life, "Khasan", "Vladivostok", MONDAY)
    assert answer.journeys == ()
    assert answer.refusal is not None
    assert answer.refusal.kind == "no-train"
    assert answer.next_day is None


def test_03_change_at_the_hub() -> None:
    life = lived(
        drawn("""
            morning, daily
                Vladivostok  dep 05:30
                Ussuriysk    arr 07:45

            branch, daily
                Ussuriysk    dep 08:15
                Khasan       arr 14:20
        """)
    )
    answer = search(life, "Vladivostok", "Khasan", MONDAY)
    assert told(answer) == ["morning Vladivostok 05:30 > 07:45 Ussuriysk | branch Ussuriysk 08:15 > 14:20 Khasan"]
    (change,) = answer.journeys[0].changes
    assert (change.station.id, change.wait) == ("Ussuriysk", timedelta(minutes=30))
    assert answer.journeys[0].duration == timedelta(hours=8, minutes=50)


TIGHT = """
    Vladivostok:  Asia/Vladivostok
    Ussuriysk:    Asia/Vladivostok, transfer {transfer}

    morning, daily
        Vladivostok  dep 05:30
        Ussuriysk    arr 07:45

    branch, daily
        Ussuriysk    dep 08:05
        Khasan       arr 14:20
"""


def test_04_transfer_time_just_enough() -> None:
    life = lived(drawn(TIGHT.format(transfer=20)))
    assert search(life, "Vladivostok", "Khasan", MONDAY).journeys[0].arrival.date() == MONDAY


def test_05_transfer_time_a_minute_too_short_means_the_train_of_the_next_day() -> None:
    life = lived(drawn(TIGHT.format(transfer=21)))
    (journey,) = search(life, "Vladivostok", "Khasan", MONDAY).journeys
    assert [leg.departure.service_date for leg in journey.legs] == [MONDAY, TUESDAY]
    assert journey.changes[0].wait == timedelta(hours=24, minutes=20)


def test_06_over_midnight_the_train_is_that_of_the_day_it_started() -> None:
    life = lived(
        drawn("""
            night, Mon
                Vladivostok  dep 22:00
                Ussuriysk    arr 00:05  dep 00:35
                Khasan       arr 06:30
        """)
    )
    (from_the_hub,) = search(life, "Ussuriysk", "Khasan", TUESDAY).journeys
    assert from_the_hub.legs[0].departure.service_date == MONDAY
    assert search(life, "Ussuriysk", "Khasan", MONDAY).journeys == ()
    assert search(life, "Ussuriysk", "Khasan", MONDAY).next_day == TUESDAY


def test_07_a_train_that_started_two_days_ago_calls_here_today() -> None:
    life = lived(
        drawn("""
            long, Sat
                Moscow       dep 12:00
                Omsk         arr 11:00  dep 11:30
                Irkutsk      arr 11:00  dep 11:20
                Khabarovsk   arr 11:00
        """),
        entry("cancel", None, date(2026, 1, 11)),
    )
    (journey,) = search(life, "Irkutsk", "Khabarovsk", date(2026, 1, 12)).journeys
    assert journey.legs[0].departure.service_date == SATURDAY


def test_08_arrives_earlier_on_the_clock_than_it_left() -> None:
    life = lived(
        drawn("""
            Khasan:     Asia/Vladivostok
            Tumangang:  Asia/Pyongyang

            shuttle, Mon Wed Fri
                Khasan      dep 15:30
                Tumangang   arr 14:48
        """)
    )
    answer = search(life, "Khasan", "Tumangang", MONDAY)
    assert told(answer) == ["shuttle Khasan 15:30 > 14:48 Tumangang"]
    assert answer.journeys[0].duration == timedelta(minutes=18)


def test_09_the_date_is_that_of_the_clock_where_one_boards() -> None:
    """At Khasan it is Tuesday already; at Tumangang, where one boards, still Monday."""
    life = lived(
        drawn("""
            Tumangang:  Asia/Pyongyang
            Khasan:     Asia/Vladivostok

            late, Mon
                Tumangang   dep 23:30
                Khasan      arr 00:50
        """)
    )
    assert len(search(life, "Tumangang", "Khasan", MONDAY).journeys) == 1
    assert search(life, "Tumangang", "Khasan", TUESDAY).journeys == ()


PARETO = """
    slow, daily
        Vladivostok  dep 06:00
        Khasan       arr 16:00

    fast, daily
        Vladivostok  dep 07:00
        Ussuriysk    arr 08:30

    branch, daily
        Ussuriysk    dep 09:00
        Khasan       arr 14:00

    useless, daily
        Vladivostok  dep 05:00
        Khasan       arr 17:00
"""


def test_10_what_is_offered_is_better_in_something_than_all_else() -> None:
    """The slow train saves a change; the fast one leaves later and arrives earlier; the useless one does neither."""
    answer = search(lived(drawn(PARETO)), "Vladivostok", "Khasan", MONDAY)
    assert told(answer) == [
        "slow Vladivostok 06:00 > 16:00 Khasan",
        "fast Vladivostok 07:00 > 08:30 Ussuriysk | branch Ussuriysk 09:00 > 14:00 Khasan",
    ]


def test_11_of_several_trains_to_the_hub_the_last_that_catches_the_branch() -> None:
    life = lived(
        drawn("""
            first, daily
                Vladivostok  dep 05:00
                Ussuriysk    arr 07:00

            second, daily
                Vladivostok  dep 06:00
                Ussuriysk    arr 08:00

            third, daily
                Vladivostok  dep 07:00
                Ussuriysk    arr 09:00

            branch, daily
                Ussuriysk    dep 09:00
                Khasan       arr 15:00
        """)
    )
    (journey,) = search(life, "Vladivostok", "Khasan", MONDAY).journeys
    assert journey.legs[0].departure.train.id == "second"


def test_12_who_would_only_wait_for_mondays_train_starts_on_monday() -> None:
    life = lived(
        drawn("""
            Khasan:     Asia/Vladivostok, transfer 60
            Tumangang:  Asia/Pyongyang

            feeder, daily
                Ussuriysk   dep 08:15
                Khasan      arr 14:20

            shuttle, Mon Wed Fri
                Khasan      dep 15:30
                Tumangang   arr 14:48
        """)
    )
    answer = search(life, "Ussuriysk", "Tumangang", SATURDAY)
    assert answer.journeys == ()
    assert answer.refusal is not None
    assert answer.refusal.kind == "not-on-this-date"
    assert answer.next_day == date(2026, 1, 12)


def test_13_who_can_start_on_no_other_day_waits_for_days() -> None:
    life = lived(
        drawn("""
            Khasan:     Asia/Vladivostok, transfer 60
            Tumangang:  Asia/Pyongyang

            feeder, Sat
                Ussuriysk   dep 08:15
                Khasan      arr 14:20

            shuttle, Mon Wed Fri
                Khasan      dep 15:30
                Tumangang   arr 14:48
        """)
    )
    (journey,) = search(life, "Ussuriysk", "Tumangang", SATURDAY).journeys
    assert journey.changes[0].wait == timedelta(days=2, hours=1, minutes=10)


SHUTTLE = """
    Ussuriysk:  Asia/Vladivostok
    Khasan:     Asia/Vladivostok, transfer 60
    Tumangang:  Asia/Pyongyang

    feeder, daily
        Ussuriysk   dep 08:15
        Khasan      arr 14:20

    shuttle, daily
        Khasan      dep 15:30
        Tumangang   arr 14:48
"""


def test_14_suspended_by_one_side() -> None:
    suspension = entry("withdraw", "pyongyang", date(2026, 1, 1))
    answer = search(lived(drawn(SHUTTLE), suspension), "Ussuriysk", "Tumangang", MONDAY)
    assert answer.journeys == ()
    assert answer.next_day is None
    refusal = answer.refusal
    assert refusal is not None
    assert refusal.kind == "no-consent"
    assert refusal.trains == ("shuttle",)
    (key,) = refusal.withheld
    assert key.railway == "pyongyang"
    assert key.entry is not None
    assert key.entry.start == date(2026, 1, 1)
    assert refusal.planned is not None
    assert not refusal.planned.runs
    assert [leg.departure.runs for leg in refusal.planned.legs] == [True, False]


def test_15_suspended_until_a_date_and_then_there_is_a_next_day() -> None:
    suspension = entry("withdraw", "pyongyang", date(2026, 1, 1), date(2026, 2, 1))
    answer = search(lived(drawn(SHUTTLE), suspension), "Ussuriysk", "Tumangang", MONDAY)
    assert answer.refusal is not None
    assert answer.refusal.kind == "no-consent"
    assert answer.next_day == date(2026, 2, 1)


def test_16_suspended_by_the_other_side_only_where_the_train_crosses_its_track() -> None:
    suspension = entry("withdraw", "pyongyang", date(2026, 1, 1))
    assert len(search(lived(drawn(SHUTTLE), suspension), "Ussuriysk", "Khasan", MONDAY).journeys) == 1


def test_17_cancelled_is_not_suspended() -> None:
    cancelled = entry("cancel", None, MONDAY, TUESDAY, trains=("shuttle",))
    answer = search(lived(drawn(SHUTTLE), cancelled), "Ussuriysk", "Tumangang", MONDAY)
    assert answer.refusal is not None
    assert answer.refusal.kind == "cancelled"
    assert answer.refusal.withheld == ()
    assert answer.refusal.trains == ("shuttle",)
    assert answer.next_day == TUESDAY


def test_18_nothing_planned_on_the_date_and_nothing_agreed_ever_names_the_side_that_keeps_it_so() -> None:
    weekly = SHUTTLE.replace("shuttle, daily", "shuttle, Wed")
    suspension = entry("withdraw", "pyongyang", date(2026, 1, 1))
    answer = search(lived(drawn(weekly), suspension), "Khasan", "Tumangang", MONDAY)
    assert answer.refusal is not None
    assert answer.refusal.kind == "not-on-this-date"
    assert [key.railway for key in answer.refusal.withheld] == ["pyongyang"]
    assert answer.refusal.planned is not None
    assert answer.refusal.planned.legs[0].departure.service_date == date(2026, 1, 7)
    assert answer.next_day is None


def test_19_a_special_train_on_a_day_without_one() -> None:
    weekly = SHUTTLE.replace("shuttle, daily", "shuttle, Wed")
    extra = entry("special", None, MONDAY, TUESDAY, trains=("shuttle",))
    assert len(search(lived(drawn(weekly), extra), "Khasan", "Tumangang", MONDAY).journeys) == 1


SHORT_NIGHT = """
    Praha:   Europe/Prague
    Dresden: Europe/Berlin, transfer {transfer}

    evening, daily
        Praha    dep 23:00
        Dresden  arr 01:15

    morning, daily
        Dresden  dep 03:45
        Berlin   arr 05:45
"""


def test_20_the_night_the_clock_goes_forward_takes_the_hour_from_the_wait() -> None:
    """Europe/Berlin, 29 March 2026: the clock shows 01:59, then 03:00. The wait is 90 minutes, not 150."""
    (journey,) = search(lived(drawn(SHORT_NIGHT.format(transfer=60))), "Praha", "Berlin", date(2026, 3, 28)).journeys
    assert journey.changes[0].wait == timedelta(minutes=90)
    assert journey.duration == timedelta(hours=5, minutes=45)


def test_21_an_hour_that_is_skipped_can_break_a_connection_for_one_night() -> None:
    life = lived(drawn(SHORT_NIGHT.format(transfer=100)))
    assert len(search(life, "Praha", "Berlin", date(2026, 3, 27)).journeys) == 1
    answer = search(life, "Praha", "Berlin", date(2026, 3, 28))
    assert answer.journeys == ()
    assert answer.next_day == date(2026, 3, 29)


def test_22_a_date_of_25_hours_has_the_trains_of_25_hours() -> None:
    """25 October 2026: 02:30 comes twice in Berlin; the train keeps to the first, and 23:30 still is that date."""
    life = lived(
        drawn("""
            Berlin:  Europe/Berlin

            early, daily
                Berlin   dep 00:10
                Dresden  arr 02:30

            late, daily
                Berlin   dep 23:50
                Dresden  arr 02:10
        """)
    )
    answer = search(life, "Berlin", "Dresden", date(2026, 10, 25))
    assert [journey.departure.astimezone(ZoneInfo("Europe/Berlin")).hour for journey in answer.journeys] == [0, 23]


FLAGS = """
    express, daily
        Vladivostok  dep 08:00
        Ussuriysk    arr 09:50  dep 10:00  {flag}
        Khasan       arr 16:00
"""


def test_23_boarding_not_allowed() -> None:
    life = lived(drawn(FLAGS.format(flag="no boarding")))
    refusal = search(life, "Ussuriysk", "Khasan", MONDAY).refusal
    assert refusal is not None
    assert refusal.kind == "no-train"
    assert len(search(life, "Vladivostok", "Ussuriysk", MONDAY).journeys) == 1


def test_24_alighting_not_allowed() -> None:
    life = lived(drawn(FLAGS.format(flag="no alighting")))
    refusal = search(life, "Vladivostok", "Ussuriysk", MONDAY).refusal
    assert refusal is not None
    assert refusal.kind == "no-train"
    assert len(search(life, "Ussuriysk", "Khasan", MONDAY).journeys) == 1


def test_25_groups_only_over_the_border_and_for_everyone_before_it() -> None:
    life = lived(
        drawn("""
            Ussuriysk:  Asia/Vladivostok
            Khasan:     Asia/Vladivostok
            Tumangang:  Asia/Pyongyang

            tourists, daily, groups only
                Ussuriysk   dep 00:35
                Khasan      arr 06:30  dep 08:30
                Tumangang   arr 07:50
        """)
    )
    assert search(life, "Ussuriysk", "Tumangang", MONDAY).journeys[0].groups_only
    assert not search(life, "Ussuriysk", "Khasan", MONDAY).journeys[0].groups_only


def test_26_a_change_of_coaches_is_a_note_and_not_a_change_of_trains() -> None:
    life = lived(
        drawn("""
            Khasan:     Asia/Vladivostok
            Tumangang:  Asia/Pyongyang

            through, daily, change of coaches
                Khasan      dep 08:30
                Tumangang   arr 07:50  dep 09:50
                Rajin       arr 11:20
        """)
    )
    (journey,) = search(life, "Khasan", "Rajin", MONDAY).journeys
    assert journey.changes == ()
    assert [station.id for station in journey.legs[0].changes_coach_at] == ["Tumangang"]
    (to_the_change,) = search(life, "Khasan", "Tumangang", MONDAY).journeys
    assert to_the_change.legs[0].changes_coach_at == ()


CHAIN = """
    one, daily
        A  dep 06:00
        B  arr 07:00

    two, daily
        B  dep 08:00
        C  arr 09:00

    three, daily
        C  dep 10:00
        D  arr 11:00

    four, daily
        D  dep 12:00
        E  arr 13:00

    five, daily
        E  dep 14:00
        F  arr 15:00
"""


def test_27_three_changes_and_not_a_fourth() -> None:
    life = lived(drawn(CHAIN))
    (journey,) = search(life, "A", "E", MONDAY).journeys
    assert len(journey.changes) == 3
    refusal = search(life, "A", "F", MONDAY).refusal
    assert refusal is not None
    assert refusal.kind == "no-train"


def test_28_what_has_left_is_not_offered() -> None:
    life = lived(drawn(PARETO))
    half_past_six = datetime(2026, 1, 5, 6, 30, tzinfo=ZoneInfo("Asia/Vladivostok"))
    assert [
        leg.split()[0] for leg in told(search(life, "Vladivostok", "Khasan", MONDAY, not_before=half_past_six))
    ] == ["fast"]


def test_29_past_the_end_of_the_timetable_nothing_is_known() -> None:
    refusal = search(lived(drawn(PARETO)), "Vladivostok", "Khasan", date(2027, 1, 1)).refusal
    assert refusal is not None
    assert refusal.kind == "not-known-yet"


def test_30_one_is_there_already() -> None:
    refusal = search(lived(drawn(PARETO)), "Khasan", "Khasan", MONDAY).refusal
    assert refusal is not None
    assert refusal.kind == "same-station"


def test_31_who_boards_a_train_early_may_leave_it_before_a_later_starter_boards_it() -> None:
    life = lived(
        drawn("""
            early, daily
                O  dep 05:00
                A  arr 05:50

            slow, daily
                A  dep 06:00
                X  arr 07:00  dep 07:05
                B  arr 08:00  dep 08:05
                D  arr 20:00

            late, daily
                O  dep 07:10
                B  arr 07:40

            fast, daily
                X  dep 07:30
                D  arr 10:00
        """)
    )
    assert told(search(life, "O", "D", MONDAY)) == [
        "early O 05:00 > 05:50 A | slow A 06:00 > 07:00 X | fast X 07:30 > 10:00 D",
        "late O 07:10 > 07:40 B | slow B 08:05 > 20:00 D",
    ]


@pytest.mark.parametrize("changed", ["slow", "fast"])
def test_32_the_answer_does_not_depend_on_the_order_of_the_folder(changed: str) -> None:
    drawn_line = drawn(PARETO)
    blocks = PARETO.strip("\n").split("\n\n")
    moved = "\n\n".join(sorted(blocks, key=lambda block: changed in block))
    assert told(search(lived(drawn(moved)), "Vladivostok", "Khasan", MONDAY)) == told(
        search(lived(drawn_line), "Vladivostok", "Khasan", MONDAY)
    )
