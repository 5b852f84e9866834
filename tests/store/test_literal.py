"""SQL handed to the driver: the same rows, the same errors, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.types import BigInteger

from rerail.store.columns import Instant, Json
from rerail.store.engine import Store, StoreError
from rerail.store.literal import Literal, Rows, among

SLIPS = Table(
    "slip",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("words", Text),
    Column("flag", Boolean),
    Column("day", Date),
    Column("at", Instant),
    Column("amount", BigInteger),
    Column("said", Json),
    Column("raw", LargeBinary),
)
ROWS = Rows(SLIPS)

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
SLIP = st.fixed_dictionaries(
    {},
    optional={
        "words": st.none() | WORDS,
        "flag": st.none() | st.booleans(),
        "day": st.none() | st.dates(date(1900, 1, 1), date(2199, 1, 1)),
        "at": st.none() | st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "amount": st.none() | st.integers(-(2**63), 2**63 - 1),
        "said": st.lists(WORDS, max_size=3),
        "raw": st.none() | st.binary(max_size=20),
    },
)


@pytest.fixture
def slips(store: Store) -> Iterator[Store]:
    with store.write() as connection:
        SLIPS.create(connection)
    yield store
    with store.write() as connection:
        SLIPS.drop(connection)


@given(st.lists(SLIP, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_rows_as_sqlalchemy_writes(slips: Store, rows: list[dict[str, Any]]) -> None:
    numbered = [{**row, "number": number} for number, row in enumerate(rows)]
    every = [{column.name: row.get(column.name) for column in SLIPS.c} for row in numbered]
    read = select(SLIPS).order_by(SLIPS.c.number)
    with slips.write() as connection:
        ROWS.add(connection, numbered)
        ours = connection.execute(read).all()
        connection.execute(delete(SLIPS))
        if every:
            connection.execute(insert(SLIPS), every)
        assert ours == connection.execute(read).all()
        connection.execute(delete(SLIPS))


def test_a_list_as_one_parameter(slips: Store) -> None:
    words = ["one", 'two "quoted"', "три", "o'clock"]
    with slips.write() as connection:
        ROWS.add(connection, [{"number": number, "words": word} for number, word in enumerate(words)])
        found = Literal("SELECT number FROM slip WHERE words AMONG ? AND number < ? ORDER BY number")
        assert found.run(connection, among(words[1:]), 3).fetchall() == [(1,), (2,)]
        assert found.run(connection, among([]), 3).fetchall() == []
        assert Literal("UPDATE slip SET words = ? WHERE words AMONG ?").run(connection, "x", among(words)).rowcount == 4


def test_an_error_is_the_one_that_sqlalchemy_raises(slips: Store) -> None:
    with pytest.raises(IntegrityError), slips.write() as connection:
        ROWS.add(connection, [{"number": 1}, {"number": 1}])
    with pytest.raises((DBAPIError, StoreError)), slips.write() as connection:
        Literal("SELECT nothing FROM nowhere").run(connection)
    with slips.read() as connection:
        assert connection.execute(select(SLIPS)).all() == []
