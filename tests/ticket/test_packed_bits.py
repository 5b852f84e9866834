"""Whatever the description allows is packed as a whole ASN.1 library packs it, bit by bit; the rest is refused."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import asn1tools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rerail.ticket
from rerail.ticket.packing import Packed, Unfit, packers

FOLDER = Path(rerail.ticket.__file__).parent / "asn1"
DESCRIBED = asn1tools.parse_string(
    "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in ("frame.asn", "ticket.asn"))
)
TYPES = {name: one for module in DESCRIBED.values() for name, one in module["types"].items()}
PACKERS = packers(TYPES)
LETTERS = st.text(st.characters(max_codepoint=127), max_size=140)


@cache
def library() -> Any:
    return asn1tools.compile_dict(deepcopy(DESCRIBED), "uper")


def values(described: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Any value that a type of the description allows."""
    kind = described["type"]
    if kind in TYPES:
        return st.deferred(lambda: values(TYPES[kind]))
    if kind == "SEQUENCE":
        members = [one for one in described["members"] if one is not None and one["type"] != "NotRead"]
        can_be_missing = [one for one in members if one.get("optional") or "default" in one]
        return st.fixed_dictionaries(
            {one["name"]: values(one) for one in members if one not in can_be_missing},
            optional={one["name"]: values(one) for one in can_be_missing},
        )
    if kind == "SEQUENCE OF":
        return st.lists(values(described["element"]), max_size=3)
    if kind == "CHOICE":
        return st.tuples(st.just("reservation"), values({"type": "Reservation"}))
    if kind == "ENUMERATED":
        return st.sampled_from([one[0] for one in described["values"] if one is not None])
    if kind == "INTEGER" and "restricted-to" in described:
        return st.integers(*described["restricted-to"][0])
    if kind == "IA5String" and "size" in described:
        (size,) = described["size"]
        least, most = size if isinstance(size, tuple) else (size, size)
        return st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=least, max_size=most)
    return {
        "INTEGER": st.integers(-(2**70), 2**70),
        "BOOLEAN": st.booleans(),
        "IA5String": LETTERS,
        "UTF8String": st.text(st.characters(codec="utf-8"), max_size=70),
        "OCTET STRING": st.binary(max_size=300),
        "OBJECT IDENTIFIER": st.sampled_from(["1.2.840.10045.3.1.7", "2.5.4.3", "1.3.132.0.34", "0.4.0.127.0.7"]),
    }[kind]


@given(st.data(), st.sampled_from(["TicketData", "Frame", "Level1Data", "Control"]))
@settings(max_examples=300, deadline=None)
def test_every_value_is_packed_as_the_library_packs_it(data: st.DataObject, name: str) -> None:
    value = data.draw(values({"type": name}))
    assert Packed(PACKERS[name](value)).octets() == library().encode(name, value)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_a_part_may_be_packed_beforehand(data: st.DataObject) -> None:
    level1 = data.draw(values({"type": "Level1Data"}))
    whole = PACKERS["Frame"]({"format": "U2", "level2SignedData": {"level1Data": level1}})
    packed = Packed(PACKERS["Level1Data"](level1))
    assert PACKERS["Frame"]({"format": "U2", "level2SignedData": {"level1Data": packed}}) == whole


ISSUING = {
    "issuingYear": 2026,
    "issuingDay": 1,
    "issuingTime": 0,
    "specimen": False,
    "securePaperTicket": False,
    "activated": True,
}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"issuingYear": 2015}, "issuingYear: 2015 is not in 2016 to 2269"),
        ({"currency": "RUBL"}, "currency: 4 letters are not 3 to 3"),
        ({"currency": "руб"}, "currency: is not in plain letters"),
        ({"issuerName": "\ud800"}, "issuerName: is no text"),
        ({"pointOfSale": 1}, "pointOfSale: is a part that is not written"),
        ({"seat": 1}, "there is no seat"),
        ({"issuerPNR": "x" * 20_000}, "issuerPNR: is too long: 20000"),
    ],
)
def test_what_its_type_does_not_allow_is_refused_by_name(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(Unfit, match=why):
        PACKERS["Issuing"](ISSUING | wrong)


def test_a_member_that_must_be_there_is_missed() -> None:
    with pytest.raises(Unfit, match="activated: is missing"):
        PACKERS["Issuing"]({name: value for name, value in ISSUING.items() if name != "activated"})
    with pytest.raises(Unfit, match="'queen' is none of unspecified, female"):
        PACKERS["Traveler"]({"ticketHolder": True, "gender": "queen"})
