"""The one writer: acts of many callers in few transactions, each answered for itself after the commit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from rerail.store.acts import ALONE, Alone, Joint
from rerail.store.engine import Store, StoreError
from rerail.store.writer import MOST, Writer, WriterClosed


@pytest.fixture
def slips(store: Store) -> Store:
    """A store with a table of slips of paper, no two with the same number."""
    with store.write() as connection:
        connection.execute(text("CREATE TABLE slip (number INTEGER PRIMARY KEY, words TEXT)"))
    return store


@pytest.fixture
def writer(slips: Store) -> Iterator[Writer]:
    opened = Writer(slips)
    yield opened
    opened.close()


def adding(number: int, words: str = "") -> Callable[[Connection], int]:
    def act(connection: Connection) -> int:
        row = {"number": number, "words": words}
        connection.execute(text("INSERT INTO slip (number, words) VALUES (:number, :words)"), row)
        return number

    return act


def numbers(store: Store) -> list[int]:
    with store.read() as connection:
        return [int(number) for (number,) in connection.execute(text("SELECT number FROM slip ORDER BY number"))]


class Held:
    """Keeps the writer busy, so that whatever is submitted meanwhile comes into one batch."""

    def __init__(self, writer: Writer) -> None:
        self._begun, self._go = threading.Event(), threading.Event()
        self._future = writer.submit(self._act)
        assert self._begun.wait(10)

    def _act(self, _connection: Connection) -> None:
        self._begun.set()
        assert self._go.wait(10)

    def release(self) -> None:
        self._go.set()
        self._future.result(10)


def test_an_act_is_answered_and_written(writer: Writer, slips: Store) -> None:
    assert writer.call(adding(7)) == 7
    assert numbers(slips) == [7]


def test_calls_of_many_threads_are_all_written_once(writer: Writer, slips: Store) -> None:
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda number: writer.call(adding(number)), range(300)))
    assert answers == list(range(300))
    assert numbers(slips) == list(range(300))


def test_many_tasks_await_their_acts(writer: Writer, slips: Store) -> None:
    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(writer.run(adding(number)) for number in range(200)))

    assert asyncio.run(all_of_them()) == list(range(200))
    assert numbers(slips) == list(range(200))


def test_acts_that_wait_together_share_a_transaction(slips: Store) -> None:
    transactions = []

    class Counting:
        def committed(self) -> None:
            transactions.append("committed")

        def undone(self) -> None:
            transactions.append("undone")

    writer = Writer(slips, [Counting()])
    held = Held(writer)
    futures = [writer.submit(adding(number)) for number in range(MOST + 1)]
    held.release()
    wait(futures, 10)
    writer.close()
    assert transactions == ["committed"] * 3  # the one that held, a full batch, and one left over


def test_one_failing_act_harms_no_other(writer: Writer, slips: Store) -> None:
    writer.call(adding(5, "first"))
    held = Held(writer)
    futures = [writer.submit(adding(number)) for number in (3, 4, 5, 6, 7)]
    held.release()
    with pytest.raises(IntegrityError):
        futures[2].result(10)
    assert [future.result(10) for future in (*futures[:2], *futures[3:])] == [3, 4, 6, 7]
    assert numbers(slips) == [3, 4, 5, 6, 7]


def test_what_an_act_wrote_before_it_failed_is_undone(writer: Writer, slips: Store) -> None:
    def writes_then_fails(connection: Connection) -> None:
        adding(1)(connection)
        raise LookupError("no such train")

    held = Held(writer)
    failed, good = writer.submit(writes_then_fails), writer.submit(adding(2))
    held.release()
    with pytest.raises(LookupError, match="no such train"):
        failed.result(10)
    good.result(10)
    assert numbers(slips) == [2]


def test_an_act_the_database_does_not_understand_fails_alone(writer: Writer, slips: Store) -> None:
    def misspelt(connection: Connection) -> None:
        connection.execute(text("INSERT INTO slipp (number) VALUES (1)"))

    held = Held(writer)
    failed, good = writer.submit(misspelt), writer.submit(adding(2))
    held.release()
    with pytest.raises(Exception, match="slipp"):
        failed.result(10)
    good.result(10)
    assert numbers(slips) == [2]


def test_nobody_is_told_of_success_before_the_commit(writer: Writer, slips: Store) -> None:
    seen: list[bool] = []
    all_seen = threading.Event()
    futures: list[Future[int]] = []

    def look(future: Future[int]) -> None:
        seen.append(future.result() in numbers(slips))  # another connection: it sees what is committed
        if len(seen) == 50:
            all_seen.set()

    held = Held(writer)
    for number in range(50):
        futures.append(writer.submit(adding(number)))
        futures[-1].add_done_callback(look)
    held.release()
    assert all_seen.wait(20)
    assert seen == [True] * 50


def test_a_commit_that_is_refused_is_success_for_nobody(slips: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(slips)
    held = Held(writer)
    futures = [writer.submit(adding(number)) for number in range(3)]

    def broken(_connection: object) -> None:
        raise slips.engine.dialect.loaded_dbapi.OperationalError("disk I/O error")

    monkeypatch.setattr(slips.engine.dialect, "do_commit", broken)
    with pytest.raises(StoreError):
        held.release()
    for future in futures:
        with pytest.raises(StoreError, match="cannot be used"):
            future.result(10)
    monkeypatch.undo()
    writer.close()
    assert numbers(slips) == []


def test_a_database_out_of_reach_is_said_to_everybody() -> None:
    store = Store("postgresql://nobody@127.0.0.1:1/none")
    writer = Writer(store)
    futures = [writer.submit(adding(number)) for number in range(5)]
    for future in futures:
        with pytest.raises(StoreError, match="cannot be used"):
            future.result(20)
    writer.close()
    store.close()


def test_two_that_wait_for_each_other_are_both_done_in_the_end(slips: Store) -> None:
    """On PostgreSQL one of them is thrown out as a deadlock, and tried again; SQLite has one writer anyway."""
    with slips.write() as connection:
        for number in (1, 2):
            connection.execute(text("INSERT INTO slip (number, words) VALUES (:number, '')"), {"number": number})
    meet = threading.Barrier(2)

    def crosswise(first: int, second: int) -> Callable[[Connection], None]:
        met: list[bool] = []

        def act(connection: Connection) -> None:
            change = text("UPDATE slip SET words = words || 'x' WHERE number = :number")
            connection.execute(change, {"number": first})
            if not met and slips.dialect == "postgresql":
                met.append(True)
                meet.wait(10)
            connection.execute(change, {"number": second})

        return act

    writers = [Writer(slips), Writer(slips)]
    futures = [writers[0].submit(crosswise(1, 2)), writers[1].submit(crosswise(2, 1))]
    for future in futures:
        future.result(20)
    for writer in writers:
        writer.close()
    with slips.read() as connection:
        assert [words for (words,) in connection.execute(text("SELECT words FROM slip"))] == ["xx", "xx"]


def test_closing_writes_what_waits_and_takes_nothing_more(slips: Store) -> None:
    writer = Writer(slips)
    held = Held(writer)
    futures = [writer.submit(adding(number)) for number in range(5)]
    closing = threading.Thread(target=writer.close)
    closing.start()
    held.release()
    closing.join(10)
    assert [future.result(0) for future in futures] == list(range(5))
    with pytest.raises(WriterClosed, match="being closed"):
        writer.submit(adding(9))


def test_a_task_that_gives_up_while_its_act_waits_takes_it_back(writer: Writer, slips: Store) -> None:
    async def give_up() -> None:
        held = Held(writer)
        task = asyncio.create_task(writer.run(adding(1)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        held.release()

    asyncio.run(give_up())
    writer.call(adding(2))
    assert numbers(slips) == [2]


def test_an_act_may_not_wait_for_its_own_writer(writer: Writer) -> None:
    with pytest.raises(RuntimeError, match="its own writer"):
        writer.call(lambda _connection: writer.call(adding(1)))


def add_all(connection: Connection, rows: Sequence[int]) -> list[int | Exception | Alone]:
    """Adds many slips by one statement: even ones are refused before anything is written, tens are left alone."""
    outcomes: list[int | Exception | Alone] = []
    for number in rows:
        outcomes.append(ALONE if number % 10 == 0 else ValueError("even") if number % 2 == 0 else number)
    written = [{"number": one} for one in outcomes if isinstance(one, int)]
    connection.execute(text("INSERT INTO slip (number, words) VALUES (:number, 'together')"), written)
    return outcomes


def joint(number: int) -> Joint[int]:
    return Joint(add_all, number, adding(number, "alone"))


def words(store: Store) -> dict[int, str]:
    with store.read() as connection:
        return {int(number): said for number, said in connection.execute(text("SELECT number, words FROM slip"))}


def test_acts_of_one_kind_are_done_together_and_each_is_answered_for_itself(writer: Writer, slips: Store) -> None:
    held = Held(writer)
    futures = [writer.submit(joint(number)) for number in (1, 2, 3, 10)]
    other = writer.submit(adding(7))
    held.release()
    assert [future.result(10) for future in (futures[0], futures[2], futures[3], other)] == [1, 3, 10, 7]
    with pytest.raises(ValueError, match="even"):
        futures[1].result(10)
    assert words(slips) == {1: "together", 3: "together", 10: "alone", 7: ""}


def test_acts_that_cannot_be_done_together_are_done_alone(writer: Writer, slips: Store) -> None:
    writer.call(adding(3, "first"))
    held = Held(writer)
    futures = [writer.submit(joint(number)) for number in (1, 3, 5)]
    other = writer.submit(adding(7))
    held.release()
    assert [future.result(10) for future in (futures[0], futures[2], other)] == [1, 5, 7]
    with pytest.raises(IntegrityError):
        futures[1].result(10)
    assert words(slips) == {3: "first", 1: "alone", 5: "alone", 7: ""}


def test_one_act_that_waits_by_itself_goes_the_joint_way_too(writer: Writer, slips: Store) -> None:
    assert asyncio.run(writer.run(joint(1))) == 1
    assert words(slips) == {1: "together"}


def test_the_tasks_of_a_loop_that_is_gone_keep_nobody_from_being_told(writer: Writer, slips: Store) -> None:
    held = Held(writer)

    async def leave() -> None:
        task = asyncio.create_task(writer.run(adding(1)))
        await asyncio.sleep(0)
        held_back.append(task)

    held_back: list[asyncio.Task[int]] = []
    loop = asyncio.new_event_loop()
    loop.run_until_complete(leave())
    loop.close()
    good = writer.submit(adding(2))
    held.release()
    assert good.result(10) == 2
    assert numbers(slips) == [1, 2]
