"""From the TOML documents of a folder to a draft: values where tables are whole, gaps where they are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rerail.line.border_reading import read_border
from rerail.line.border_schema import BORDER_FILE
from rerail.line.coach_plan import PlanFault, extent, places_of
from rerail.line.document import Document
from rerail.line.draft import SEASON_DAY, Defined, DraftFolder, Placed, complete
from rerail.line.kinds import shown
from rerail.line.model import (
    CoachType,
    Control,
    Crossing,
    Decision,
    GaugeBreak,
    Notice,
    Provenance,
    Railway,
    Route,
    Section,
    Source,
    Station,
)
from rerail.line.network import Network
from rerail.line.problem import At, Report
from rerail.line.schema import (
    COACHES_FILE,
    HISTORY_FILE,
    LINE_FILE,
    NOTICES_FILE,
    SEASON_FILE,
    SOURCE,
    TRAINS_FILE,
)
from rerail.line.table import Reader, Record
from rerail.line.tariff_reading import read_tariff
from rerail.line.tariff_schema import FARES_FILE
from rerail.line.train_reading import TrainReading


def read_draft(documents: Mapping[str, Document | None], report: Report) -> DraftFolder:
    """The draft of a folder. A document that is None could not be read, which has been reported."""
    reader = Reader(report)
    sources = _sources(documents.get("sources.toml"), reader, report)
    if sources is not None:
        reader.know_sources(sources)
    files = {
        name: reader.read(documents.get(name) or {}, spec, At(name))
        for name, spec in (
            ("line.toml", LINE_FILE),
            ("coaches.toml", COACHES_FILE),
            ("trains.toml", TRAINS_FILE),
            ("fares.toml", FARES_FILE),
            ("border.toml", BORDER_FILE),
            ("notices.toml", NOTICES_FILE),
            ("history.toml", HISTORY_FILE),
            ("demo-season.toml", SEASON_FILE),
        )
    }
    line, coaches = files["line.toml"], files["coaches.toml"]
    unread = frozenset(name for name, document in documents.items() if document is None)
    document = documents.get("line.toml")
    if document is not None and "line" not in document:
        report.error("missing-key", At("line.toml"), "there is no [line].", "Add [line] with id, names and languages.")
    railways = _by_id(_railways(line))
    stations = _by_id(_stations(line, railways))
    sections = tuple(_sections(line, stations))
    crossings = _by_id(_crossings(line))
    coach_types, plan_faults = _coach_types(coaches)
    network = Network([section.value for section in sections])
    crossing_tables = line.lists.get("crossing", [])
    trains = TrainReading(network, railways, stations, crossings, coach_types)
    return DraftFolder(
        line=line.tables.get("line"),
        languages=_languages(line),
        sources=sources or {},
        railways=railways,
        stations=stations,
        section_tables=line.lists.get("section", []),
        sections=sections,
        gauge_breaks=tuple(_whole(line.lists.get("gauge_break", ()), GaugeBreak, "station", "gauges")),
        crossings=crossings,
        controls={record.get("id"): tuple(_controls(record)) for record in crossing_tables},
        open_borders=frozenset(record.get("id") for record in crossing_tables if record.get("open_border")),
        routes=_by_id(_whole(line.lists.get("route", ()), Route, "id")),
        coach_types=coach_types,
        plan_faults=plan_faults,
        trains=[trains.read(record) for record in files["trains.toml"].lists.get("train", ())],
        tariff=read_tariff(documents.get("fares.toml"), files["fares.toml"], railways, report),
        border=read_border(documents.get("border.toml"), files["border.toml"], report),
        notices=tuple(_whole(files["notices.toml"].lists.get("notice", ()), Notice, "id", "published")),
        history=decisions(files["history.toml"], None),
        season=decisions(files["demo-season.toml"], SEASON_DAY),
        network=network,
        sections_missing=len(sections) < len(line.lists.get("section", ())),
        tables=Counter({key: len(tables) for file in files.values() for key, tables in file.lists.items()}),
        defined=tuple(_defined(files)),
        references=reader.references,
        public_texts=reader.public_texts,
        unread=unread,
    )


def decisions(file: Record, today: date | None) -> tuple[Placed[Decision], ...]:
    """The entries of a history, or of a season whose days are relative to `today`."""
    found = []
    for record in file.lists.get("entry", ()):
        values = complete(record, "id", "kind", "start", "known")
        if values is None or "until" in record.broken:
            continue
        start, until, known = values["start"], values.get("until"), values["known"]
        if today is not None:
            start, until = today + timedelta(days=start), None if until is None else today + timedelta(days=until)
            day = today + timedelta(days=known)
            known = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if until is None and values["kind"] in ("special", "cancel"):
            until = start + timedelta(days=1)
        given = {"railway": None, "trains": None, **values, "start": start, "until": until, "known": known}
        found.append(Placed(record.at, _built(Decision, record, given)))
    return tuple(found)


def season_decisions(document: Document, today: date) -> tuple[Decision, ...]:
    """The entries of a demo-season.toml that has been checked, its days counted from `today`."""
    file = Reader(Report("")).read(document, SEASON_FILE, At("demo-season.toml"))
    return tuple(placed.value for placed in decisions(file, today))


def _built(model: Any, record: Record, values: Mapping[str, Any]) -> Any:
    return model(provenance=record.provenance, figures=record.figures, **values)


def _whole(records: Any, model: Any, *needed: str) -> Iterator[Any]:
    for record in records:
        values = complete(record, *needed)
        if values is not None:
            yield Placed(record.at, _built(model, record, values), frozenset(record.broken))


def _by_id(placed: Iterator[Any]) -> dict[str, Any]:
    """By id; where one stands twice, which is reported, the first counts."""
    found: dict[str, Any] = {}
    for one in placed:
        found.setdefault(one.value.id, one)
    return found


def _sources(document: Document | None, reader: Reader, report: Report) -> dict[str, Source] | None:
    if document is None:
        return None
    found = {}
    for key, table in document.items():
        at = At("sources.toml", key)
        if not isinstance(table, dict):
            report.error("type", at, f"expected a table, found {shown(table)}.", f"Write [{key}], then its title.")
            found[key] = Source(id=key, title="")
            continue
        record = reader.read(table, SOURCE, at, Provenance())
        found[key] = Source(id=key, **record.values)
    return found


def _languages(line: Record) -> tuple[str, ...]:
    table = line.tables.get("line")
    return (table.get("languages") if table else None) or ()


def _railways(line: Record) -> Iterator[Placed[Railway]]:
    return _whole(line.lists.get("railway", ()), Railway, "id", "clock")


def _stations(line: Record, railways: Mapping[str, Placed[Railway]]) -> Iterator[Placed[Station]]:
    for record in line.lists.get("station", ()):
        values = complete(record, "id", "railway")
        if values is None or "clock" in record.broken:
            continue
        if "clock" not in values:
            railway = railways.get(values["railway"])
            if railway is None:
                continue
            values = {**values, "clock": railway.value.clock}
        yield Placed(record.at, _built(Station, record, values), frozenset(record.broken))


def _sections(line: Record, stations: Mapping[str, Placed[Station]]) -> Iterator[Placed[Section]]:
    known = {*stations, *(record.get("id") for record in line.lists.get("station", ()))}
    for placed in _whole(line.lists.get("section", ()), Section, "start", "end", "railway"):
        section = placed.value
        if section.start in known and section.end in known and section.start != section.end:
            yield placed


def _crossings(line: Record) -> Iterator[Placed[Crossing]]:
    for record in line.lists.get("crossing", ()):
        values = complete(record, "id", "railways", "border")
        if values is not None:
            kept = {key: value for key, value in values.items() if key != "open_border"}
            controls = tuple(placed.value for placed in _controls(record))
            yield Placed(record.at, _built(Crossing, record, {**kept, "controls": controls}))


def _controls(crossing: Record) -> Iterator[Placed[Control]]:
    return _whole(crossing.lists.get("control", ()), Control, "railway", "station", "towards", "mode")


def _coach_types(coaches: Record) -> tuple[dict[str, Placed[CoachType]], list[tuple[At, PlanFault]]]:
    found: dict[str, Placed[CoachType]] = {}
    faults: list[tuple[At, PlanFault]] = []
    for record in coaches.lists.get("coach_type", ()):
        plan = record.get("places") or ()
        places, wrong = places_of(plan)
        rows, columns = extent(plan)
        faults += [(record.at.key("plan").item(fault.row), fault) for fault in wrong]
        values = complete(record, "id")
        if values is not None:
            built = _built(CoachType, record, {**values, "places": places, "rows": rows, "columns": columns})
            found.setdefault(built.id, Placed(record.at, built))
    return found, faults


_WITH_IDS = frozenset(
    {
        *("railway", "station", "crossing", "route", "coach_type", "train", "notice", "entry"),
        *("category", "fare", "fee", "operator", "allotment"),
        *("authority", "rule"),
    }
)


def _defined(files: Mapping[str, Record]) -> Iterator[Defined]:
    for file in files.values():
        for key, records in file.lists.items():
            if key in _WITH_IDS:
                for record in records:
                    if record.get("id") is not None:
                        yield Defined(record.at, key, record.values["id"])
