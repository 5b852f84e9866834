"""Whatever a retailer does in whatever order, the provider's bookings stand where the specification's states say."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from osdm.client.machine import Machine, amount, anonymous, parts, person, search, statuses

_walks = itertools.count()


class Known:
    """A booking as its retailer believes it to be."""

    def __init__(self, booking: Any, named: bool) -> None:
        self.where = f"/bookings/{booking['id']}"
        self.booking = booking
        self.named = named
        self.states = ["PREBOOKED"] * len(booking["passengers"])
        self.prices = [amount(one["price"]) for one in parts(booking)]
        self.refund: Any = None
        self.back = 0

    @property
    def held(self) -> bool:
        return "PREBOOKED" in self.states

    @property
    def sold(self) -> bool:
        return bool({"FULFILLED", "REFUNDED"} & set(self.states))

    def ticket(self, number: int) -> str:
        return f"{self.booking['id']}-{number + 1}"


class Wandering(RuleBasedStateMachine):
    """One retailer, several bookings, any step at any time."""

    bookings = Bundle("bookings")

    def __init__(self, machine: Machine, soon: str) -> None:
        super().__init__()
        self.machine = machine
        # Each wanders on a day of its own: a train has so many places and no more.
        self.day = (datetime.fromisoformat(soon) + timedelta(days=10 + next(_walks) % 30)).isoformat()
        self.known: list[Known] = []

    @initialize()
    def arrive(self) -> None:
        self.ends = self.machine.station("Vladivostok"), self.machine.station("Ussuriysk")

    @rule(target=bookings, count=st.integers(1, 3), named=st.booleans())
    def book(self, count: int, named: bool) -> Known:
        refs = [f"p{number}" for number in range(count)]
        offers = self.machine.offers([anonymous(ref) for ref in refs], tripSearchCriteria=search(*self.ends, self.day))
        people = [person(ref) if named else anonymous(ref) for ref in refs]
        known = Known(self.machine.book(offers["offers"][0], passengers=people), named)
        self.known.append(known)
        return known

    @rule(one=bookings)
    def tell_names(self, one: Known) -> None:
        people = [person(each["externalRef"], id=each["id"]) for each in one.booking["passengers"]]
        self.machine.send("PATCH", f"{one.where}/passengers", {"passengers": people})
        if one.held:
            assert self.machine.answer.status_code == 200
            one.named = True

    @rule(one=bookings)
    def confirm(self, one: Known) -> None:
        good = one.held and one.named
        self.machine.post(f"{one.where}/fulfillments", status=200 if good else 409)
        if good:
            one.states = ["FULFILLED"] * len(one.states)

    @rule(one=bookings)
    def look_before_confirming(self, one: Known) -> None:
        self.machine.get(f"{one.where}/fulfillment-check", status=204 if one.held and one.named else 400)

    @rule(one=bookings)
    def drop(self, one: Known) -> None:
        self.machine.ask("DELETE", one.where, status=409 if one.sold else 204)
        if not one.sold:
            one.states = ["CANCELLED"] * len(one.states)

    @rule(one=bookings)
    def say_how_it_was_paid(self, one: Known) -> None:
        self.machine.patch(one.where, {"usedPaymentMethods": [{"type": "CARD"}]}, status=200 if one.held else 409)

    @rule(one=bookings, wanted=st.sets(st.integers(0, 2), min_size=1))
    def propose(self, one: Known, wanted: set[int]) -> None:
        numbers = sorted(number for number in wanted if number < len(one.states))
        if not numbers:
            return
        good = one.refund is None and all(one.states[number] == "FULFILLED" for number in numbers)
        asked = {"fulfillmentIds": [one.ticket(number) for number in numbers]}
        said = self.machine.post(f"{one.where}/refund-offers", asked, status=200 if good else 409)
        if good:
            (one.refund,) = said["refundOffers"]
            one.refund["numbers"] = numbers
            price = sum(one.prices[number] for number in numbers)
            assert amount(one.refund["refundFee"]) + amount(one.refund["refundableAmount"]) == price

    @rule(one=bookings)
    def take(self, one: Known) -> None:
        if one.refund is None:
            self.machine.patch(f"{one.where}/refund-offers/none", {"status": "CONFIRMED"}, status=404)
            return
        where = f"{one.where}/refund-offers/{one.refund['id']}"
        self.machine.get(f"{where}/confirmation-check", status=204)
        done = self.machine.patch(where, {"status": "CONFIRMED"})["refundOffer"]
        assert done["refundableAmount"] == one.refund["refundableAmount"]
        self.machine.ask("DELETE", where, status=409)
        one.back += amount(done["refundableAmount"])
        for number in one.refund["numbers"]:
            one.states[number] = "REFUNDED"
        one.refund = None

    @rule(one=bookings)
    def withdraw(self, one: Known) -> None:
        if one.refund is None:
            self.machine.ask("DELETE", f"{one.where}/refund-offers/none", status=404)
            return
        self.machine.delete(f"{one.where}/refund-offers/{one.refund['id']}")
        one.refund = None

    @invariant()
    def every_booking_stands_where_it_is_believed_to(self) -> None:
        for one in self.known:
            said = self.machine.read(one.booking)
            assert statuses(said) == one.states
            assert [each["status"] for each in parts(said, "reservations")] == one.states
            assert Counter(each["status"] for each in said.get("fulfillments", [])) == Counter(
                state for state in one.states if one.sold
            )
            assert amount(said["provisionalPrice"]) == (sum(one.prices) if one.held else 0)
            if one.sold:
                assert amount(said["confirmedPrice"]) == sum(one.prices) - one.back
            proposed = [each["id"] for each in said["refundOffers"] if each["status"] == "PROPOSED"]
            assert proposed == ([one.refund["id"]] if one.refund is not None else [])


def test_any_step_at_any_time(machine: Machine, soon: str) -> None:
    class Here(Wandering):
        def __init__(self) -> None:
            super().__init__(machine, soon)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
