"""Names, lists and offers from outside: whatever comes in, it is kept as written, or refused with a sentence."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from rerail.line.folder import check
from rerail.line.tariff import Tariff
from rerail.sale.errors import OfferExpired, OfferForged, SaleError
from rerail.sale.passengers import LIST_COLUMNS, checked_name, read_list
from rerail.sale.seal import opened, sealed
from rerail.store.engine import Store
from sale.shop import NOON, OUT, SHIPPED, Shop, adult, open_shop

_SCRIPTS = "Ольга Ёжиков 김철수 王小明 नेहरू محمد שלום Ελένη Ђорђе Nguyễn Zoë O'Neill İpek Łukasz ณัฐ አበበ გიორგი"
_LETTERS = sorted({letter for letter in _SCRIPTS if not letter.isspace()})
NAMES = st.one_of(
    st.sampled_from(_SCRIPTS.split()),
    st.text(st.sampled_from(_LETTERS), min_size=1, max_size=30),
    st.text(st.characters(categories=["L", "M", "Pd", "Zs"]), min_size=1, max_size=40),
)
SECRET = b"s" * 32


@pytest.fixture(scope="module")
def laws_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('laws') / 'rerail.db'}")
    store.migrate()
    with open_shop(store) as shop:
        yield shop
    store.close()


@pytest.fixture(scope="module")
def tariff() -> Tariff:
    line, _ = check(SHIPPED)
    assert line is not None
    assert line.tariff is not None
    return line.tariff


def composed(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def is_name(name: str) -> bool:
    """A letter at least, at most eighty characters, none that cannot be printed."""
    try:
        return bool(checked_name(name, "name"))
    except SaleError:
        return False


# ── names ──────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(family=NAMES, first=NAMES)
@example(family="e\u0301", first="ᄀ\u1161")
def test_a_name_is_kept_composed_in_whatever_script(laws_shop: Shop, family: str, first: str) -> None:
    assume(is_name(family) and is_name(first))
    held = laws_shop.hold(OUT, passengers=[adult(family, first)])
    kept = laws_shop.selling.booking(held.code).passengers[0]
    laws_shop.selling.call(laws_shop.selling.cancel_hold(laws_shop.request(), held.code, None))
    assert (kept.family_name, kept.given_names) == (composed(family), composed(first))
    assert unicodedata.is_normalized("NFC", kept.name)
    found = laws_shop.selling.find(family)
    assert held.code in {one.code for one in found} or len(found) == 50, "a clerk finds it by the name as typed"


@pytest.mark.parametrize("turn", ["\u202a", "\u202e", "\u2067", "\u2069"])
def test_a_name_turns_nothing_that_is_printed_beside_it(turn: str) -> None:
    assert not is_name(f"Ким{turn}Ольга")
    assert is_name("क्\u200dष"), "a joiner belongs to its letters"


@given(st.text(max_size=100))
def test_any_text_is_a_name_or_refused(name: str) -> None:
    try:
        kept = checked_name(name, "name")
    except SaleError:
        return
    assert kept == composed(name)
    assert checked_name(kept, "name") == kept


# ── named lists ────────────────────────────────────────────────────────────────────────────────────────────────


_TABLES = st.builds(
    lambda delimiter, rows, encoding: "\r\n".join(delimiter.join(row) for row in [list(LIST_COLUMNS), *rows]).encode(
        encoding, "replace"
    ),
    st.sampled_from([",", ";", "\t"]),
    st.lists(st.lists(st.text(max_size=12) | st.sampled_from(["1987-03-21", "adult", '"', "\x00"]), max_size=6)),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16"]),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | _TABLES | st.binary(max_size=80).map(lambda more: b"family_name\n" + more))
@example(content=b"family_name\n" + b"x" * 140_000)
@example(content=b'family_name\n"never closed')
@example(content=b"family_name\r\x00\r\n")
@example(content="family_name;birth_date\nКим;١٢.٠٣.١٩٨٧".encode())
@example(content=b"family_name;birth_date\nKim;1.1." + b"9" * 5000)
def test_any_file_is_a_list_or_refused(tariff: Tariff, content: bytes) -> None:
    try:
        rows = read_list(content, tariff)
    except SaleError:
        return
    assert all(is_name(row.given.family_name) and row.given.category in tariff.categories for row in rows)


# ── offers ─────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: base64.urlsafe_b64encode(raw).decode() + ".AA"))
@example("\ud800.\ud800")
@example("." * 50_000)
@example("A" * 39_999)
@example("=.=")
def test_any_text_is_no_offer_of_ours(token: str) -> None:
    with pytest.raises((OfferForged, OfferExpired)):
        opened(token, SECRET, NOON)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_offer_with_one_bit_turned_is_refused(laws_shop: Shop, data: st.DataObject) -> None:
    token = sealed(laws_shop.selling.offer(laws_shop.ask(OUT)).offer, SECRET)
    assert opened(token, SECRET, NOON).ask.legs[0].train == OUT.train
    raw = bytearray(token.encode())
    position, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    raw[position] ^= 1 << bit
    changed = raw.decode("latin-1")
    with pytest.raises(OfferForged):
        opened(changed, SECRET, NOON)


def test_an_offer_is_ours_only_with_our_secret_and_until_it_ends(laws_shop: Shop) -> None:
    offer = laws_shop.selling.offer(laws_shop.ask(OUT)).offer
    token = sealed(offer, SECRET)
    with pytest.raises(OfferForged):
        opened(token, b"t" * 32, NOON)
    with pytest.raises(OfferExpired):
        opened(token, SECRET, offer.until)
