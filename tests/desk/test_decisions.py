"""Deciding: previewed before it is written, written once, and never about what has left."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from rerail.clock import FixedClock
from rerail.desk.current import Current
from rerail.desk.decisions import JournalMoved, Recorder, preview, record
from rerail.desk.opening import open_folder
from rerail.life import tables
from rerail.life.draft import Draft, LifeError
from rerail.store.engine import Store

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
OPERATOR = Recorder("anna")
KOREAN = Recorder("pak", railway="ksr")
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def current(store: Store, clock: FixedClock) -> Current:
    return open_folder(SHIPPED, store, clock, demo=True).current


def withdrawal(**changes: object) -> Draft:
    """The Korean side suspends the shuttle from 1 December 2026."""
    draft = Draft(
        kind="withdraw",
        railways=("ksr",),
        trains=("khasan-tumangang", "tumangang-khasan"),
        start=DECEMBER,
        until=date(2026, 12, 8),
        who="Ministry of Railways",
        reason="Works at the bridge",
        document="Telegram 12",
    )
    return replace(draft, **changes)


def journal(current: Current) -> int:
    with current.store.read() as connection:
        return tables.versions(connection)[0]


def test_a_preview_shows_what_stops_and_writes_nothing(current: Current) -> None:
    before = journal(current)
    seen = preview(current, withdrawal(), OPERATOR)
    assert [(one.after.train.id, one.after.service_date.day) for one in seen.changes] == [
        ("tumangang-khasan", 2),
        ("khasan-tumangang", 2),
        ("tumangang-khasan", 4),
        ("khasan-tumangang", 4),
        ("tumangang-khasan", 7),
        ("khasan-tumangang", 7),
    ]
    assert all(one.stops for one in seen.changes)
    assert journal(current) == before


def test_what_is_confirmed_is_in_force_at_the_next_question(current: Current) -> None:
    assert date(2026, 12, 2) in current.life().runs("khasan-tumangang")
    seen = preview(current, withdrawal(), OPERATOR)
    (entry,) = record(current, withdrawal(), OPERATOR, form="f1", journal=seen.journal)
    assert (entry.origin, entry.recorded_by, entry.known) == ("live", "anna", current.now())
    assert date(2026, 12, 2) not in current.life().runs("khasan-tumangang")
    assert date(2026, 12, 9) in current.life().runs("khasan-tumangang")


def test_the_same_form_twice_is_one_entry(current: Current) -> None:
    seen = preview(current, withdrawal(), OPERATOR)
    first = record(current, withdrawal(), OPERATOR, form="f1", journal=seen.journal)
    again = record(current, withdrawal(), OPERATOR, form="f1", journal=seen.journal)
    assert again == first


def test_the_same_form_from_many_threads_at_once_is_one_entry(current: Current) -> None:
    before = journal(current)
    seen = preview(current, withdrawal(), OPERATOR)
    results = []

    def confirm() -> None:
        results.append(record(current, withdrawal(), OPERATOR, form="f1", journal=seen.journal))

    threads = [threading.Thread(target=confirm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len({entries[0].seq for entries in results}) == 1
    assert journal(current) == before + 1


def test_a_journal_that_moved_since_the_preview_is_looked_at_again(current: Current) -> None:
    seen = preview(current, withdrawal(), OPERATOR)
    record(current, withdrawal(start=date(2026, 12, 3)), OPERATOR, form="other", journal=None)
    with pytest.raises(JournalMoved):
        record(current, withdrawal(), OPERATOR, form="f1", journal=seen.journal)


def test_one_form_records_a_special_and_both_consents_on_one_document(current: Current) -> None:
    sunday = date(2027, 12, 26)  # after the season: nobody has consented to it
    special = Draft(
        kind="special",
        railways=("rzd", "ksr"),
        trains=("vladivostok-rason",),
        start=sunday,
        who="Joint commission",
        reason="New Year",
        document="Protocol 3",
    )
    without = preview(current, replace(special, railways=("rzd",)), OPERATOR)
    assert without.changes == (), "one key is not enough"
    entries = record(current, special, OPERATOR, form="f2", journal=None)
    assert [(entry.kind, entry.railway, entry.document) for entry in entries] == [
        ("special", None, "Protocol 3"),
        ("grant", "rzd", "Protocol 3"),
        ("grant", "ksr", "Protocol 3"),
    ]
    life = current.snapshot().life(sunday, window=(sunday, date(2027, 12, 27)))
    assert sunday in life.runs("vladivostok-rason")


def test_an_official_records_for_his_own_railway_only(current: Current) -> None:
    assert preview(current, withdrawal(), KOREAN).changes
    for draft in (
        withdrawal(railways=("rzd",)),
        withdrawal(kind="special", railways=("ksr",)),
        withdrawal(kind="cancel", railways=()),
    ):
        with pytest.raises(LifeError, match=r"own official|operator"):
            preview(current, draft, KOREAN)
        with pytest.raises(LifeError, match=r"own official|operator"):
            record(current, draft, KOREAN, form="f3", journal=None)


def test_the_operator_names_the_document_a_railway_decided_on(current: Current) -> None:
    at_the_office = Recorder("anna", names_documents=True)
    with pytest.raises(LifeError, match="document"):
        preview(current, withdrawal(document="  "), at_the_office)


def test_what_ran_cannot_be_un_run(current: Current) -> None:
    before = journal(current)
    with pytest.raises(LifeError, match=r"already left.*begin on 2026-11-24"):
        record(current, withdrawal(start=date(2026, 11, 2), until=None), OPERATOR, form="f4", journal=None)
    assert journal(current) == before


def test_todays_departure_may_be_withdrawn_until_it_leaves(store: Store) -> None:
    # Monday 23 November 2026: the shuttle leaves Khasan at 15:30, which is 05:30 UTC, Tumangang at 03:00 UTC.
    early = open_folder(SHIPPED, store, FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)), demo=True).current
    today = withdrawal(start=date(2026, 11, 23), until=date(2026, 11, 24))
    assert len(preview(early, today, OPERATOR).changes) == 2
    between = Current(store, FixedClock(datetime(2026, 11, 23, 5, 29, tzinfo=UTC)))
    with pytest.raises(LifeError, match="tumangang-khasan"):
        preview(between, today, OPERATOR)
    assert len(preview(between, replace(today, trains=("khasan-tumangang",)), OPERATOR).changes) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"railways": ("db",)}, 'No railway "db"'),
        ({"trains": ("645",)}, 'No train "645"'),
        ({"railways": ()}, "one railway's"),
        ({"until": DECEMBER}, "first date that is no longer covered"),
        ({"who": " "}, "who decided"),
        ({"reason": ""}, "reason"),
        ({"start": date(1969, 12, 31)}, "before 1970"),
        ({"start": date(2099, 1, 1), "until": None}, "ten years"),
        ({"kind": "special", "trains": None}, "name the train"),
    ],
)
def test_a_decision_that_cannot_be_is_one_sentence_and_writes_nothing(
    current: Current, changes: dict[str, object], says: str
) -> None:
    before = journal(current)
    with pytest.raises(LifeError, match=says) as error:
        record(current, withdrawal(**changes), OPERATOR, form="f5", journal=None)
    assert "\n" not in str(error.value)
    assert journal(current) == before
