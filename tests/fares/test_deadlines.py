"""When sale opens and closes, lists are handed over, allotments handed back: on both clocks of a border."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selling_line import STATED, calls, london, selling, with_fares

from rerail.fares.deadlines import group_dates, list_deadlines, release_at, sale_closes, sale_opens
from rerail.fares.model import NotSold
from rerail.line.model import Line
from rerail.line.tariff import CrossingDeadline, SaleRules, Tariff
from rerail.line.timing import call_times

VLADIVOSTOK, PYONGYANG, PARIS = ZoneInfo("Asia/Vladivostok"), ZoneInfo("Asia/Pyongyang"), ZoneInfo("Europe/Paris")
SOME_DAY = date(2026, 12, 1)


def local(moment: datetime, zone: ZoneInfo) -> str:
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def closes(line: Line, train: str, day: date, stretch: str) -> datetime:
    return sale_closes(line, line.trains[train], day, *calls(line, train, stretch))


def abroad(*deadlines: CrossingDeadline, closes_minutes: int = 60) -> Line:
    """London – Paris with rules of sale of its own."""
    tariff = with_fares().tariff
    assert tariff is not None
    sale = SaleRules(provenance=STATED, closes_minutes=closes_minutes)
    return msgspec.structs.replace(london(), tariff=msgspec.structs.replace(tariff, sale=sale, deadlines=deadlines))


# ── opening ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_sale_opens_at_the_start_of_the_sixtieth_day_before_on_the_first_stations_clock() -> None:
    line = selling()
    assert local(sale_opens(line, line.trains["direct"], SOME_DAY), VLADIVOSTOK) == "2026-10-02 00:00"
    assert local(sale_opens(line, line.trains["direct-back"], SOME_DAY), PYONGYANG) == "2026-10-02 00:00"


def test_sale_opens_sixty_days_before_where_the_folder_does_not_say() -> None:
    line = msgspec.structs.replace(selling(), sale_opens_days=None)
    assert sale_opens(line, line.trains["direct"], SOME_DAY) == sale_opens(selling(), line.trains["direct"], SOME_DAY)
    today = msgspec.structs.replace(selling(), sale_opens_days=0)
    assert local(sale_opens(today, line.trains["direct"], SOME_DAY), VLADIVOSTOK) == "2026-12-01 00:00"


def test_sale_opens_at_midnight_of_its_own_day_though_summer_time_ends_in_between() -> None:
    """60 days before 5 December 2025 Paris still kept summer time: 00:00 there was 22:00 UTC."""
    line = msgspec.structs.replace(abroad(), sale_opens_days=60)
    opens = sale_opens(line, line.trains["paris-london-morning"], date(2025, 12, 5))
    assert opens == datetime(2025, 10, 5, 22, 0, tzinfo=UTC)


# ── closing ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_sale_of_a_domestic_stretch_closes_so_many_minutes_before_the_train_leaves_where_one_boards() -> None:
    line = selling()
    assert local(closes(line, "direct", SOME_DAY, "vladivostok–khasan"), VLADIVOSTOK) == "2026-12-01 21:30"
    assert local(closes(line, "direct", SOME_DAY, "ussuriysk–khasan"), VLADIVOSTOK) == "2026-12-02 00:05"
    assert local(closes(line, "direct", SOME_DAY, "tumangang–rajin"), PYONGYANG) == "2026-12-02 09:20"


def test_across_the_border_sale_closes_when_the_list_is_handed_over_a_day_before_the_train_leaves_khasan() -> None:
    """It leaves Khasan at 08:30 on 2 December; its list is handed over at 08:30 on 1 December."""
    line = selling()
    for stretch in ("vladivostok–rajin", "ussuriysk–tumangang", "khasan–rajin"):
        assert local(closes(line, "direct", SOME_DAY, stretch), VLADIVOSTOK) == "2026-12-01 08:30"


def test_on_the_way_back_the_list_is_handed_over_on_the_other_clock() -> None:
    """It leaves Tumangang at 20:30 in Korea, which is 21:30 in Vladivostok."""
    closing = closes(selling(), "direct-back", SOME_DAY, "rajin–vladivostok")
    assert local(closing, PYONGYANG) == "2026-11-30 20:30"
    assert local(closing, VLADIVOSTOK) == "2026-11-30 21:30"


def test_in_pyongyangs_half_hour_the_deadline_keeps_its_distance_from_the_train() -> None:
    """In 2016 Korea was at UTC+8:30. The train from Rajin keeps its 17:30 there; in Khasan all is half an hour later.

    It leaves Tumangang three hours later, 20:30 in Korea, 12:00 UTC; its list is handed over a day before.
    """
    line = selling()
    closing = closes(line, "direct-back", date(2016, 12, 1), "rajin–khasan")
    assert closing == datetime(2016, 11, 30, 12, 0, tzinfo=UTC)
    assert local(closing, PYONGYANG) == "2016-11-30 20:30"
    shown = call_times(line, line.trains["direct-back"], date(2016, 12, 1))[1].departure
    assert shown is not None
    assert shown.instant - closing == timedelta(days=1)


def test_on_the_night_when_korea_put_its_clock_forward_a_day_before_is_24_hours_before() -> None:
    """4 May 2018, 23:30 became 5 May, 00:00. The list for 5 May, 20:30 was handed over at 20:00 the day before."""
    closing = closes(selling(), "direct-back", date(2018, 5, 5), "rajin–vladivostok")
    assert local(closing, PYONGYANG) == "2018-05-04 20:00"


def test_on_the_night_of_summer_time_a_day_before_is_24_hours_before() -> None:
    """Paris puts its clock forward on 30 March 2025 at 02:00. It leaves at 08:36: the list was due at 07:36."""
    line = abroad(CrossingDeadline(provenance=STATED, crossing="channel-tunnel", minutes=1440))
    closing = closes(line, "paris-london-morning", date(2025, 3, 30), "paris–london")
    assert local(closing, PARIS) == "2025-03-29 07:36"
    assert local(closes(line, "paris-london-morning", date(2025, 3, 29), "paris–london"), PARIS) == "2025-03-28 08:36"


def test_on_the_night_when_summer_time_ends_sale_closes_an_hour_of_time_before_not_of_the_clock() -> None:
    """Clocks go back on 26 October 2025 at 03:00; 7 hours before 08:36 winter time is 02:36, summer time."""
    line = abroad(closes_minutes=7 * 60)
    closing = closes(line, "paris-london-morning", date(2025, 10, 26), "paris–london")
    assert closing == datetime(2025, 10, 26, 0, 36, tzinfo=UTC)
    assert closing.astimezone(PARIS).dst() == timedelta(hours=1)


def test_a_list_that_can_be_amended_does_not_close_the_sale() -> None:
    """The shuttle's list is handed over two hours before; names are added until sale closes half an hour before."""
    line = selling()
    (deadline,) = list_deadlines(line, line.trains["shuttle"], SOME_DAY, 0, 1)
    assert (local(deadline.at, VLADIVOSTOK), deadline.amendments) == ("2026-12-01 13:30", True)
    assert local(closes(line, "shuttle", SOME_DAY, "khasan–tumangang"), VLADIVOSTOK) == "2026-12-01 15:00"


def test_a_deadline_that_names_the_train_goes_before_the_one_for_all() -> None:
    line = selling()
    (deadline,) = list_deadlines(line, line.trains["direct"], SOME_DAY, 0, 4)
    assert (deadline.border.crossing, deadline.border.near_call, deadline.amendments) == ("khasan-tumangang", 2, False)
    assert list_deadlines(line, line.trains["direct"], SOME_DAY, 0, 2) == ()
    assert list_deadlines(line, line.trains["direct"], SOME_DAY, 3, 4) == ()


def test_a_crossing_without_a_deadline_closes_no_sale() -> None:
    line = abroad()
    assert list_deadlines(line, line.trains["london-paris-evening"], SOME_DAY, 0, 1) == ()
    closing = closes(line, "london-paris-evening", SOME_DAY, "london–paris")
    assert closing == datetime(2026, 12, 1, 19, 1, tzinfo=UTC)


def test_a_line_without_fares_sells_nothing() -> None:
    with pytest.raises(NotSold, match=r"no fares\.toml"):
        closes(london(), "london-paris-evening", SOME_DAY, "london–paris")


@given(st.dates(date(2012, 1, 1), date(2030, 1, 1)), st.sampled_from(["direct", "direct-back"]), st.data())
def test_sale_never_closes_later_for_a_longer_way(day: date, train: str, data: st.DataObject) -> None:
    """Whoever boards at the same station and goes further has no more time to buy; and sale opens before it closes."""
    line = selling()
    board = data.draw(st.integers(0, 3))
    nearer = data.draw(st.integers(board + 1, 4))
    further = data.draw(st.integers(nearer, 4))
    closing = [sale_closes(line, line.trains[train], day, board, alight) for alight in (nearer, further)]
    assert closing[1] <= closing[0]
    leaves = call_times(line, line.trains[train], day)[board].departure
    assert leaves is not None
    assert closing[0] <= leaves.instant - timedelta(minutes=30)
    assert sale_opens(line, line.trains[train], day) < closing[1]


# ── allotments and groups ─────────────────────────────────────────────────────────────────────────────────────


def _tariff(line: Line) -> Tariff:
    assert line.tariff is not None
    return line.tariff


def test_an_allotment_is_handed_back_at_the_start_of_a_day_on_the_first_stations_clock() -> None:
    line = selling()
    (allotment,) = _tariff(line).allotments
    assert local(release_at(line, line.trains["direct"], SOME_DAY, allotment), VLADIVOSTOK) == "2026-11-17 00:00"
    assert local(release_at(line, line.trains["direct-back"], SOME_DAY, allotment), PYONGYANG) == "2026-11-17 00:00"
    then = release_at(line, line.trains["direct-back"], date(2018, 5, 18), allotment)
    assert then == datetime(2018, 5, 3, 15, 30, tzinfo=UTC), "4 May 2018 began at UTC+8:30"


def test_a_groups_dates() -> None:
    line = selling()
    booked = datetime(2026, 10, 10, 3, 0, tzinfo=UTC)
    dates = group_dates(line, line.trains["direct"], SOME_DAY, 0, 4, booked=booked)
    assert dates.option_until == datetime(2026, 10, 17, 3, 0, tzinfo=UTC)
    assert local(dates.balance_by, VLADIVOSTOK) == "2026-11-10 00:00"
    assert local(dates.names_by, VLADIVOSTOK) == "2026-11-24 00:00"


def test_a_group_that_books_late_pays_and_names_its_passengers_by_the_end_of_its_option_or_of_sale() -> None:
    line = selling()
    train = line.trains["direct"]
    late = group_dates(line, train, SOME_DAY, 0, 4, booked=datetime(2026, 11, 20, tzinfo=UTC))
    assert late.option_until == late.balance_by == late.names_by == datetime(2026, 11, 27, tzinfo=UTC)
    last = group_dates(line, train, SOME_DAY, 0, 4, booked=datetime(2026, 11, 30, tzinfo=UTC))
    assert last.option_until == last.balance_by == last.names_by == sale_closes(line, train, SOME_DAY, 0, 4)


def test_a_line_without_rules_for_groups_has_no_dates_for_them() -> None:
    line = msgspec.structs.replace(selling(), tariff=msgspec.structs.replace(_tariff(selling()), groups=None))
    with pytest.raises(NotSold, match="no rules for groups"):
        group_dates(line, line.trains["direct"], SOME_DAY, 0, 4, booked=datetime(2026, 11, 20, tzinfo=UTC))
