"""No place is ever claimed twice over a segment: the database's own doing, whoever writes and however."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from rerail.store.engine import Store

INSERT = (
    "INSERT INTO place_claim (departure, coach, place, board, alight, until, booking, part) "
    "VALUES ('t/2026-12-01', :coach, :place, :board, :alight, NULL, 'B', 1)"
)


def put(connection: Connection, board: int, alight: int, coach: str = "1", place: str = "7") -> None:
    row = {"coach": coach, "place": place, "board": board, "alight": alight}
    connection.execute(text(INSERT), row)


def stretches(store: Store) -> list[tuple[int, int]]:
    with store.read() as connection:
        rows = connection.execute(text("SELECT board, alight FROM place_claim ORDER BY place, board"))
        return [(int(board), int(alight)) for board, alight in rows]


@pytest.mark.parametrize(
    "stretch",
    [
        pytest.param((2, 5), id="the same"),
        pytest.param((3, 4), id="within"),
        pytest.param((0, 9), id="around"),
        pytest.param((0, 3), id="into its beginning"),
        pytest.param((4, 9), id="out of its end"),
        pytest.param((2, 3), id="from the same call"),
        pytest.param((4, 5), id="to the same call"),
    ],
)
def test_an_overlap_is_refused(store: Store, stretch: tuple[int, int]) -> None:
    with store.write() as connection:
        put(connection, 2, 5)
    with pytest.raises(IntegrityError, match="taken"), store.write() as connection:
        put(connection, *stretch)
    assert stretches(store) == [(2, 5)]


def test_stretches_that_touch_share_a_berth(store: Store) -> None:
    """Vladivostok–Khasan and Khasan–Rajin are two people in one berth."""
    with store.write() as connection:
        put(connection, 2, 4)
        put(connection, 0, 2)
        put(connection, 4, 6)
    assert stretches(store) == [(0, 2), (2, 4), (4, 6)]


def test_another_place_coach_or_departure_is_another_matter(store: Store) -> None:
    with store.write() as connection:
        put(connection, 0, 4)
        put(connection, 0, 4, place="8")
        put(connection, 0, 4, coach="2")
        connection.execute(text(INSERT.replace("t/2026-12-01", "t/2026-12-02")), _row())
    assert len(stretches(store)) == 4


def _row() -> dict[str, object]:
    return {"coach": "1", "place": "7", "board": 0, "alight": 4}


def test_one_statement_cannot_claim_twice_either(store: Store) -> None:
    """The rows of one statement see each other."""
    select = "SELECT 't/2026-12-01', '1', '7', board, alight, NULL, 'B', 1 FROM (SELECT 0 AS board, 3 AS alight "
    statement = INSERT.partition("VALUES")[0] + select + "UNION ALL SELECT 2, 5) AS both_of_them"
    with pytest.raises(IntegrityError, match="taken"), store.write() as connection:
        connection.execute(text(statement))
    assert stretches(store) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("SET alight = 3 WHERE board = 0", id="longer"),
        pytest.param("SET board = 1 WHERE board = 2", id="sooner"),
        pytest.param("SET board = 1, alight = 3 WHERE board = 4", id="elsewhere"),
        pytest.param("SET place = '7' WHERE place = '8'", id="another place"),
        pytest.param("SET coach = '1', place = '7' WHERE coach = '2'", id="another coach"),
    ],
)
def test_no_change_makes_an_overlap(store: Store, change: str) -> None:
    with store.write() as connection:
        put(connection, 0, 2)
        put(connection, 2, 4)
        put(connection, 4, 6)
        put(connection, 1, 3, place="8")
        put(connection, 1, 3, coach="2", place="9")
    before = stretches(store)
    with pytest.raises(IntegrityError, match="taken"), store.write() as connection:
        connection.execute(text(f"UPDATE place_claim {change}"))
    assert stretches(store) == before


def test_a_change_that_stays_clear_of_others_is_possible(store: Store) -> None:
    with store.write() as connection:
        put(connection, 0, 2)
        put(connection, 4, 6)
        connection.execute(text("UPDATE place_claim SET board = 1, alight = 4 WHERE board = 0"))
        connection.execute(text("UPDATE place_claim SET until = 5"))
    assert stretches(store) == [(1, 4), (4, 6)]


@pytest.mark.parametrize("stretch", [(3, 3), (4, 3), (-1, 2)])
def test_a_stretch_has_a_segment_at_least(store: Store, stretch: tuple[int, int]) -> None:
    with pytest.raises(IntegrityError, match="place_claim_stretch"), store.write() as connection:
        put(connection, *stretch)


@pytest.mark.parametrize("way", ["OR REPLACE", "OR IGNORE", "OR FAIL", "OR ABORT", "OR ROLLBACK"])
def test_sqlites_other_ways_of_inserting_do_not_get_round_it(sqlite_store: Store, way: str) -> None:
    with sqlite_store.write() as connection:
        put(connection, 2, 5)
    with pytest.raises(DBAPIError), sqlite_store.write() as connection:
        connection.execute(text(INSERT.replace("INSERT", f"INSERT {way}", 1)), _row())
    assert stretches(sqlite_store) == [(2, 5)]


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_postgresql_claims_only_where_it_can_see_what_others_committed(postgres_url: str, level: str) -> None:
    """In a snapshot of the past a place taken meanwhile would look free."""
    store = Store(postgres_url)
    with store.write() as connection:
        connection.execute(text(f"SET TRANSACTION ISOLATION LEVEL {level}"))
        with pytest.raises(DBAPIError, match="READ COMMITTED"), connection.begin_nested():
            put(connection, 0, 2)
    assert stretches(store) == []
    store.close()
