"""Two retailers, one train: no place is sold twice, whoever asks and however often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from osdm.client.machine import Machine, anonymous, codes, person, places, search
from osdm.client.provider import Provider

AT_ONCE = 24


def test_the_last_places_of_a_train_go_to_somebody_once(provider: Provider, machine: Machine, soon: str) -> None:
    """A train is filled but for a few places, for which two retailers fight."""
    rival = provider.machine("Rival")
    ends = machine.station("Vladivostok"), machine.station("Ussuriysk")

    def offers(of: Machine, count: int) -> list[Any]:
        people = [anonymous(f"p{number}") for number in range(count)]
        found: list[Any] = of.offers(people, tripSearchCriteria=search(*ends, soon))["offers"]
        return found

    free = offers(machine, 1)[0]["admissionOfferParts"][0]["numericAvailability"]
    left = 6
    while free > left:
        party = min(8, free - left)
        machine.book(offers(machine, party)[0])
        free -= party
    assert free == left
    tokens = [offers(of, 1)[0] for of in (machine, rival) for _ in range(AT_ONCE // 2)]

    def fight(number: int) -> Any:
        of = machine if number < AT_ONCE // 2 else rival
        chosen = {"offerId": tokens[number]["offerId"], "passengerRefs": ["p0"]}
        order = {"offers": [chosen], "passengerSpecifications": [person("p0")]}
        answer = of.http.post("/bookings", json=order, headers={"authorization": f"Bearer {of.token}"})
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(fight, range(AT_ONCE)))
    won = [said["booking"] for status, said in answers if status == 200]
    lost = [codes(said) for status, said in answers if status != 200]
    assert len(won) == left
    assert {status for status, _ in answers} == {200, 409}
    assert lost == [["BOOKING_INSUFFICIENT_AVAILABILITY"]] * (AT_ONCE - left)
    taken = [place for one in won for place in places(one)]
    assert len(set(taken)) == left
    none = machine.offers([anonymous("p0")], tripSearchCriteria=search(*ends, soon))
    assert none["offers"] == []
    assert codes(none) == ["FULLY_BOOKED", "OFFER_NO_RESULTS"]
