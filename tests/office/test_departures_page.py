"""A departure at the office: who sits where on which stretch, how full it is, and what the conductor takes along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from sale.shop import FROM_KHASAN, NOON, OPERATOR, OUT, TO_KHASAN, Shop, Turned, adult, child, wishing

from office.conftest import PASSWORD
from office.visitor import Visitor
from rerail.desk.conductor import conductor_list
from rerail.desk.current import Current
from rerail.desk.departures import listed, loads, sheet
from rerail.desk.figures import figures
from rerail.line.model import Line, Train
from rerail.places.model import DepartureKey, Wishes
from rerail.places.seats import Seats
from rerail.sale.model import Booking, LegAsk
from rerail.ticket.conductor import at_stops
from rerail.web.app import create_app
from rerail.web.office.coach_sheet import in_short

Visit = Callable[..., Visitor]
KEY = DepartureKey(OUT.train, OUT.service_date)
PAGE = "/office/departures/vladivostok-rason/2026-12-10"


@pytest.fixture
def shop(current: Current) -> Iterator[Shop]:
    opened = Shop(current.store, Turned(NOON))
    yield opened
    opened.close()


@pytest.fixture
def visit(shop: Shop) -> Iterator[Visit]:
    app = create_app(shop.current, selling=shop.selling)
    with ExitStack() as stack:

        def come(name: str, language: str = "en") -> Visitor:
            visitor = Visitor(stack.enter_context(TestClient(app)), language)
            visitor.sign_in(name, PASSWORD)
            return visitor

        yield come


def bought(shop: Shop, leg: LegAsk, coach: str, place: str, family: str) -> Booking:
    return shop.buy(replace(leg, wanted=((coach, place),)), passengers=(adult(family, "И."),))


def test_one_berth_is_two_peoples_one_after_the_other(visit: Visit, shop: Shop) -> None:
    first, second = bought(shop, TO_KHASAN, "1", "5", "Иванов"), bought(shop, FROM_KHASAN, "1", "5", "Петров")
    page = visit("Marina").open(PAGE)
    assert f"5 Vladivostok – Khasan Иванов И. Adult {first.code} sold" in page.text
    assert f"5 Khasan – Rajin (Rason) Петров И. Adult {second.code} sold" in page.text
    assert f'href="/office/bookings/{first.code}"' in page.html
    assert "Free all the way: 1–4, 6–36." in page.text


def test_the_load_counts_each_stretch_by_itself(shop: Shop) -> None:
    """Three coaches of 36, 28 and 36 places; 12 of the second are kept for a tour operator until a fortnight before.

    Vladivostok ── Khasan  Иванов, Сидоров, a hold
    Khasan ────── Rajin    Петров, Сидоров, a hold
    """
    for leg, place, family in ((TO_KHASAN, "5", "Иванов"), (FROM_KHASAN, "5", "Петров"), (OUT, "9", "Сидоров")):
        bought(shop, leg, "1", place, family)
    shop.hold()
    seen = sheet(shop.selling, KEY)
    assert seen is not None
    (whole,) = loads(Seats(seen.line, seen.train), seen)
    assert (whole.first, whole.last, whole.places, whole.sold, whole.held, whole.kept) == (0, 4, 100, 2, 1, 12)
    assert whole.free == 85
    bought(shop, TO_KHASAN, "1", "13", "Один")
    seen = sheet(shop.selling, KEY)
    assert seen is not None
    there, beyond = loads(Seats(seen.line, seen.train), seen)
    assert (there.first, there.last, there.sold) == (0, 2, 3)
    assert (beyond.first, beyond.last, beyond.sold) == (2, 4, 2)


def test_the_tables_figures_are_those_of_the_drawing(visit: Visit, shop: Shop) -> None:
    bought(shop, OUT, "1", "1", "Иванов")
    page = visit("Marina").open(PAGE)
    assert "Vladivostok – Rajin (Rason) 100 1 0 12 87" in page.text
    assert "Vladivostok – Rajin (Rason): 1 sold, 0 held, 12 kept, 87 free of 100." in page.text


def test_an_allotment_is_kept_until_its_day_and_everybodys_after(visit: Visit, shop: Shop) -> None:
    assert (
        "12 places in coach 2: 1–12. Taken: 0. Kept until 25 November 2026, 14:00 UTC"
        in visit("Marina").open(PAGE).text
    )
    shop.clock.forward(days=3)
    after = visit("Marina").open(PAGE).text
    assert "Handed back on 25 November 2026, 14:00 UTC" in after
    seen = sheet(shop.selling, KEY)
    assert seen is not None
    assert not seen.kept


def test_a_tour_operators_own_booking_in_its_allotment_is_used_and_not_kept(shop: Shop) -> None:
    ask = shop.ask(OUT, counts={"adult": 10}, channel="operator", group=True, operator=OPERATOR)
    from rerail.sale.holding import Buyer
    from rerail.sale.model import PassengerGiven

    nobody = tuple(PassengerGiven(category="adult") for _ in range(10))
    buyer = Buyer(passengers=nobody, email="g@example.org", language="en")
    shop.selling.call(shop.selling.hold(shop.request(), shop.token(ask), buyer))
    seen = sheet(shop.selling, KEY)
    assert seen is not None
    (whole,) = loads(Seats(seen.line, seen.train), seen)
    assert (whole.held, whole.kept, whole.free) == (10, 2, 88)


def test_who_does_not_keep_a_till_sees_that_a_place_is_taken_and_not_by_whom(visit: Visit, shop: Shop) -> None:
    booked = bought(shop, OUT, "1", "5", "Иванов")
    for name in ("Kim", "Rita"):
        page = visit(name).open(PAGE)
        assert "Names are shown to those who keep a till." in page.text
        assert "Иванов" not in page.html
        assert booked.code not in page.html
        assert "5 Vladivostok – Rajin (Rason) sold" in page.text
        assert visit(name).peek(f"{PAGE}/conductor.pdf").status_code == 403


def test_a_compartment_bought_whole_is_shown_with_its_empty_berths(visit: Visit, shop: Shop) -> None:
    booked = shop.buy(wishing(OUT, Wishes(compartment="whole")), passengers=(adult("Орлов", "Л."),))
    (spot,) = booked.parts[0].spots
    page = visit("Marina").open(f"{PAGE}?coach={spot.coach}")
    assert page.text.count("stays empty: a whole compartment was bought") == 3 + 2, "three berths, and the key twice"
    assert page.html.count(f"/office/bookings/{booked.code}") == 4


def test_by_date_it_is_said_what_runs_what_is_sold_and_what_came_in(visit: Visit, shop: Shop) -> None:
    booked = shop.buy(OUT, passengers=(adult(), adult("Пак", "Ин")))
    shop.hold()
    returned = shop.give_back(shop.buy(OUT))
    kept = returned.total - returned.parts[0].refunded if returned.parts[0].refunded is not None else returned.total
    (one,) = listed(shop.selling, OUT.service_date, OUT.service_date + timedelta(days=1), OUT.train)
    assert (one.sold, one.held, one.places, one.free) == (2, 1, 100, 85)
    assert one.income == (booked.total + kept,)
    page = visit("Marina").open("/office/departures?from=2026-12-01&train=vladivostok-rason")
    assert "Thursday, 10 December 2026 Vladivostok – Rajin (Rason) it runs 2 1 85 of 100" in page.text


def test_a_departure_that_was_stopped_is_listed_as_such_and_its_bookings_are_gone_from_it(
    visit: Visit, shop: Shop
) -> None:
    bought(shop, OUT, "1", "5", "Иванов")
    shop.decide("withdraw", start=date(2026, 12, 1), until=date(2026, 12, 31))
    shop.selling.give_back_owed()
    marina = visit("Marina")
    assert (
        "does not run 0 0 88 of 100 –" in marina.open("/office/departures?from=2026-12-10&train=vladivostok-rason").text
    )
    page = marina.open(PAGE)
    assert "The train does not run. Consent is lacking: the Korean side." in page.text
    assert "Иванов" not in page.text


NOWHERE = (
    "/office/departures/nosuch/2026-12-10",
    "/office/departures/vladivostok-rason/2026-13-10",
    "/office/departures/vladivostok-rason/yesterday",
    f"{PAGE}?coach=9",
    "/office/departures/nosuch/2026-12-10/conductor.pdf",
    "/office/departures/vladivostok-rason/3026-12-10/conductor.pdf",
    "/office/figures?year=12",
    "/office/figures?year=x",
    "/office/figures?train=nosuch",
)


def test_what_there_is_not_is_not_found(visit: Visit) -> None:
    marina = visit("Marina")
    assert {address: marina.peek(address).status_code for address in NOWHERE} == dict.fromkeys(NOWHERE, 404)


def test_a_date_that_is_none_is_said_at_its_field(visit: Visit) -> None:
    page = visit("Marina").open("/office/departures?from=tomorrow")
    assert page.status == 422
    assert "Write the date as year-month-day" in page.text


def test_the_conductor_has_everybody_who_paid_by_stop_and_place(shop: Shop) -> None:
    through = bought(shop, OUT, "3", "7", "Ким")
    bought(shop, TO_KHASAN, "1", "5", "Иванов")
    bought(shop, FROM_KHASAN, "1", "5", "Петров")
    shop.hold(passengers=(adult("Неплатил", "Н."),))
    shop.give_back(bought(shop, OUT, "1", "9", "Вернул"))
    family = shop.buy(OUT, passengers=(adult("Мать", "М."), child(date(2025, 1, 1), "Мать", "Д.", "infant")))
    found = conductor_list(shop.selling, KEY, specimen=True, language="en")
    assert found is not None
    assert found.stops[0].names["en"] == "Vladivostok"
    stops = at_stops(found)
    khasan = [stop.names["en"] for stop in found.stops].index("Khasan")
    assert {one.name for one in stops[0].boards} == {"Ким И.", "Иванов И.", "Мать М.", "Мать Д."}
    assert [one.name for one in stops[khasan].alights] == ["Иванов И."]
    assert [(old.name, new.name) for old, new in stops[khasan].handed_on] == [("Иванов И.", "Петров И.")]
    by_name = {one.name: one for one in found.passengers}
    assert (by_name["Ким И."].coach, by_name["Ким И."].place) == ("3", "7")
    assert by_name["Ким И."].reference == f"{through.code}-1"
    assert (by_name["Мать Д."].coach, by_name["Мать Д."].place) == ("", ""), "a small child sits on a lap"
    assert by_name["Ким И."].passport_check
    assert by_name["Ким И."].named_list
    assert not by_name["Иванов И."].passport_check, "Khasan is before the border"
    assert family.code in by_name["Мать М."].reference


def test_the_conductors_list_is_printed_for_who_may_have_it(visit: Visit, shop: Shop) -> None:
    bought(shop, OUT, "3", "7", "Ким")
    answer = visit("Marina").peek(f"{PAGE}/conductor.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["cache-control"] == "no-store"


def test_the_years_figures_are_the_bookings_and_what_nobody_records_is_not_invented(visit: Visit, shop: Shop) -> None:
    booked = shop.buy(OUT, passengers=(adult(), adult("Пак", "Ин")))
    back = shop.give_back(shop.buy(OUT))
    refund = back.parts[0].refunded
    assert refund is not None
    found = figures(shop.selling, 2026)
    (month,) = found.months
    assert (month.first, month.train, month.tickets, month.given_back) == (date(2026, 12, 1), OUT.train, 2, 1)
    assert month.income == (booked.total + back.total - refund,)
    assert month.refunds == (refund,)
    thursday = found.weekdays[3]
    assert thursday.tickets == 2
    assert thursday.departures > 0
    page = visit("Marina").open("/office/figures?year=2026")
    assert "2 valid tickets for departures of this year." in page.text
    assert "It is known where a border was closed out; of this year none has been." in page.text
    assert "Nothing was sold for departures of this year." in visit("Marina").open("/office/figures?year=2020").text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("ru", ("Заполнение по участкам", "кто где сидит", "Список для проводника")),
        ("ko", ("구간별 점유", "좌석별 승객", "차장용 명단")),
    ],
)
def test_it_is_said_in_the_offices_languages(visit: Visit, shop: Shop, language: str, says: tuple[str, ...]) -> None:
    bought(shop, OUT, "1", "5", "Иванов")
    page = visit("Marina", language).open(PAGE)
    for words in says:
        assert words in page.text


def test_numbers_of_places_are_said_in_short() -> None:
    assert in_short(["10", "2", "1", "3", "12", "11", "7"]) == "1–3, 7, 10–12"
    assert in_short(["2B", "2A", "10", "1"]) == "1, 2A, 2B, 10"
    assert in_short([]) == ""


def test_a_coach_put_on_on_the_way_counts_only_where_it_is_in_the_train(shop: Shop) -> None:
    seen = sheet(shop.selling, KEY)
    assert seen is not None
    train = _shortened(seen.train)
    line: Line = seen.line
    from msgspec.structs import replace as with_

    shown = with_(seen, departure=with_(seen.departure, train=train), kept={})
    there, beyond = loads(Seats(line, train), shown)
    assert (there.first, there.last, there.places) == (0, 2, 100)
    assert (beyond.first, beyond.last, beyond.places) == (2, 4, 64)


def _shortened(train: Train) -> Train:
    """The train, its third coach taken off at Khasan."""
    consist = (*train.consist[:2], replace(train.consist[2], last_call=2))
    return replace(train, consist=consist)
