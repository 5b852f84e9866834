"""What a buyer is told of travel documents before paying: who will ask, what was last known, conditions of sale."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sale.shop

from rerail.store.engine import Store
from shop.buyer import HOME, TO_KHASAN, Market, names
from shop.conftest import Browse, market_at

CONDITION = """
[[rule]]
id = "half-a-year"
crossing = "khasan-tumangang"
towards = "ksr"
kind = "valid-beyond"
days = 180
condition = true
until = {until}
dated = 2026-01-01
illustrative = true
text = {{ en = "Valid half a year.", ru = "Ещё полгода.", ko = "반년 유효." }}
"""


def line_with(until: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new database's file, for the shipped line whose operator sells on a condition."""
    folder = tmp_path / "conditions"
    shutil.copytree(sale.shop.SHIPPED, folder)
    with (folder / "border.toml").open("a") as file:
        file.write(CONDITION.format(until=until))
    monkeypatch.setattr(sale.shop, "SHIPPED", folder)
    return tmp_path / "rerail.db"


def migrated(file: Path) -> Path:
    store = Store(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return file


def test_before_paying_one_learns_who_will_ask_and_what_was_last_known(shown: Market, browse: Browse) -> None:
    page = names(browse(shown), back=HOME)
    assert "After booking, each passenger gives data of a travel document" in page.text
    assert "Until 9 December 2026, 08:30 (Vladivostok time)" in page.text
    assert "Until 11 December 2026, 20:30 (Pyongyang time)" in page.text
    assert "Document issued by: United States" in page.text
    assert "Last known until 31 August 2026. What holds on 11 December 2026 is not known" in page.text
    assert "3 more rules, with their sources" in page.text
    assert "Condition of sale" not in page.text
    assert "No passport number is asked for here." in page.text


def test_within_a_country_nothing_is_said_of_documents(shown: Market, browse: Browse) -> None:
    page = names(browse(shown), leg1=TO_KHASAN)
    assert page.status == 200
    assert "Travel documents" not in page.text


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Condition of sale"), ("ru", "Условие продажи"), ("ko", "판매 조건")]
)
def test_a_condition_of_sale_stands_first_and_open(
    browse: Browse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    file = migrated(line_with("2027-06-01", tmp_path, monkeypatch))
    with market_at(file) as market:
        html = names(browse(market), language).html
    section = html[html.index('aria-labelledby="papers"') :]
    assert says in section[: section.index("<details")]


def test_a_condition_that_is_not_known_to_hold_then_is_advice_like_any_other(
    browse: Browse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = migrated(line_with("2026-12-01", tmp_path, monkeypatch))
    with market_at(file) as market:
        page = names(browse(market))
    assert "Condition of sale" not in page.text
    assert "Valid half a year." in page.text
    assert "Last known until 30 November 2026. What holds on 11 December 2026 is not known" in page.text
