"""A line folder: read, checked, and turned into a `Line`. Nothing else in the program sees an unchecked folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct

from rerail.line.checks import dated_findings, draft_findings, line_findings
from rerail.line.document import UTF8_BOM, Document, parse
from rerail.line.finishing import finished
from rerail.line.model import Decision, Line
from rerail.line.problem import FILES, REQUIRED_FILES, At, LineFolderError, Problem, Report
from rerail.line.reading import read_draft, season_decisions
from rerail.line.spelling import did_you_mean

MAX_FILE_BYTES = 64 * 1024 * 1024
"""A larger file is no line: 2,000 trains take about 3 MB."""


class _Read(Struct, frozen=True):
    line: Line | None
    documents: Mapping[str, Document | None]


def check(folder: Path) -> tuple[Line | None, tuple[Problem, ...]]:
    """Everything wrong with a folder, in one go; the line only if none of it is an error."""
    report = Report(str(folder))
    files = _gather(folder, report)
    read = _read(files, report, warnings=True) if files is not None else None
    return read.line if read else None, report.problems()


def lapsing(folder: Path, line: Line, today: date) -> tuple[Problem, ...]:
    """What the folder's line knows only until a date that is past or near, seen from `today`; all are warnings."""
    report = Report(str(folder))
    for rule, finding in dated_findings(line, today):
        report.add(rule, finding)
    return report.problems()


def load(folder: Path) -> Line:
    """The line of a folder. Raises `LineFolderError` with everything wrong if the folder has an error."""
    return _loaded(folder).line


def season(folder: Path, today: date) -> tuple[Decision, ...]:
    """The entries of the folder's illustrative season, its dates counted from `today`; empty if it has none.

    Raises `LineFolderError` if the folder has an error.
    """
    document = _loaded(folder).documents.get("demo-season.toml")
    return season_decisions(document, today) if document else ()


def read_files(folder: Path) -> dict[str, bytes]:
    """The files of a folder as they stand, by name: what an edition is kept as, to be read by `load_files`.

    Raises `LineFolderError` if the folder is none, or a required file is missing or cannot be read.
    """
    report = Report(str(folder))
    files = _gather(folder, report)
    if files is None or report.errors:
        raise LineFolderError(report.problems())
    return {name: content for name, content in files.items() if content is not None}


def load_files(files: Mapping[str, bytes], name: str) -> Line:
    """The line of an edition that was kept as files. `name` stands for the folder in what is reported.

    Raises `LineFolderError` if they have an error.
    """
    report = Report(name)
    given = {file: files[file] for file in FILES if file in files}
    for file in REQUIRED_FILES:
        if file not in given:
            _missing(file, report)
    return _without_errors(_read(given, report, warnings=False), report).line


class _Sound(Struct, frozen=True):
    line: Line
    documents: Mapping[str, Document | None]


def _loaded(folder: Path) -> _Sound:
    report = Report(str(folder))
    files = _gather(folder, report)
    return _without_errors(_read(files, report, warnings=False) if files is not None else None, report)


def _without_errors(read: _Read | None, report: Report) -> _Sound:
    if read is None or read.line is None:
        raise LineFolderError(report.problems())
    return _Sound(read.line, read.documents)


def _read(files: Mapping[str, bytes | None], report: Report, *, warnings: bool) -> _Read:
    """Parse, read and check. `warnings=False` leaves out the rules that can only warn."""
    documents: dict[str, Document | None] = dict.fromkeys(REQUIRED_FILES)
    for name, content in files.items():
        documents[name] = None if content is None else parse(name, content, report)
    draft = read_draft(documents, report)
    for rule, finding in draft_findings(draft, warnings=warnings):
        report.add(rule, finding)
    if report.errors:
        return _Read(None, documents)
    line = finished(draft, content_of({name: content for name, content in files.items() if content is not None}))
    if warnings:
        for rule, finding in line_findings(line):
            report.add(rule, finding)
    return _Read(line, documents)


def content_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 (hex) over the names and contents of a folder's files.

    The byte order mark and the kind of line ends make no difference: an editor that changes them makes no
    new edition.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        content = files[name].removeprefix(UTF8_BOM).replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _gather(folder: Path, report: Report) -> dict[str, bytes | None] | None:
    """The bytes of the folder's files, None for one that cannot be read; None if there is no folder."""
    try:
        if not folder.is_dir():
            if folder.exists():
                fix = (
                    "Give the folder that it is in."
                    if folder.name in FILES
                    else "Give a folder with a line.toml in it."
                )
                report.error("folder", At(""), "this is a file, not a line folder.", fix)
            else:
                report.error("folder", At(""), "there is no such folder.", "Give a folder with a line.toml in it.")
            return None
        entries = sorted(folder.iterdir())
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        report.error(
            "folder", At(""), f"the folder cannot be read ({_reason(error)}).", "Check its name and permissions."
        )
        return None
    present = {entry.name for entry in entries}
    if not present & set(REQUIRED_FILES):
        fix = f"A line folder holds {', '.join(REQUIRED_FILES)}; see docs/line-folder.md."
        report.error("folder", At(""), "this folder holds no line.", fix)
        return None
    files: dict[str, bytes | None] = {}
    for name in FILES:
        if name in present:
            files[name] = _content(folder / name, name, report)
        elif name in REQUIRED_FILES:
            _missing(name, report)
    for entry in entries:
        if _looks_meant(entry):
            fix = did_you_mean(entry.name, FILES) or f"A line folder holds {', '.join(FILES)}."
            report.warning(
                "unknown-file", At(entry.name), "this file is no part of a line folder and is not read.", fix
            )
    return files


def _content(path: Path, name: str, report: Report) -> bytes | None:
    try:
        if not path.is_file():
            report.error("file", At(name), "this is not a plain file.", "Put the file itself here.")
            return None
        if path.stat().st_size > MAX_FILE_BYTES:
            report.error(
                "file", At(name), "the file is larger than 64 MB.", "A line takes a few; is it the right file?"
            )
            return None
        return path.read_bytes()
    except OSError as error:
        report.error("file", At(name), f"the file cannot be read ({_reason(error)}).", "Check its permissions.")
        return None


def _missing(name: str, report: Report) -> None:
    report.error("file", At(name), "this file is missing.", "Every line folder has one; see docs/line-folder.md.")


def _looks_meant(entry: Path) -> bool:
    """Whether a file looks as if somebody meant it to be read: notes and hidden files do not."""
    if entry.name in FILES or entry.name.startswith(".") or entry.is_dir():
        return False
    return entry.suffix.lower() not in (".md", ".txt") and entry.name.upper() not in ("README", "LICENSE", "NOTICE")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
