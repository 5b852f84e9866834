"""`rerail serve` as a real process: it makes its database, says where it is, and two of them agree."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "lines" / "vladivostok-rason"
RERAIL = [sys.executable, "-m", "rerail.cli.main"]


@contextmanager
def serving(folder: Path, database: str, *more: str) -> Iterator[tuple[str, list[str]]]:
    """The address of a served line, and what it printed until it was up."""
    process = subprocess.Popen(
        [*RERAIL, "serve", str(folder), "--db", database, "--port", "0", *more],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    printed = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            printed.append(line)
            if found := re.search(r"Serving .* at (http://\S+)", line):
                yield found[1], printed
                break
        else:
            raise AssertionError("it stopped before it served: " + "".join(printed))
    finally:
        process.terminate()
        process.wait(timeout=10)


def get(url: str) -> str:
    deadline = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                text: str = answer.read().decode()
                return text
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_a_new_database_is_made_and_the_demo_says_so(database_url: str) -> None:
    with serving(SHIPPED, database_url, "--demo") as (address, printed):
        assert any("Demo sign-in" in line for line in printed)
        health = json.loads(get(f"{address}/healthz"))
        assert health["demo"] is True
        assert "Khasan" in get(f"{address}/en/timetable")
        assert "rerail_" in get(f"{address}/metrics")


def test_a_record_on_the_command_line_is_on_every_running_site_within_a_second(database_url: str) -> None:
    with serving(SHIPPED, database_url, "--demo") as (address, _), serving(SHIPPED, database_url) as (other, _):
        before = json.loads(get(f"{other}/healthz"))["journal"]
        said = "Through trains every day from 2028"
        words = ["--from", "2028-01-01", "--who", "Ministry", "--reason", said, "--yes", "--db", database_url]
        subprocess.run([*RERAIL, "life", str(SHIPPED), "announce", *words], check=True, capture_output=True)
        time.sleep(1)
        for site in (address, other):
            assert json.loads(get(f"{site}/healthz"))["journal"] == before + 1
            assert said in get(f"{site}/en/history")


def test_a_changed_folder_is_said_and_taken_up(tmp_path: Path) -> None:
    folder = shutil.copytree(SHIPPED, tmp_path / "line")
    database = f"sqlite:///{tmp_path / 'line.db'}"
    with serving(folder, database) as (_, printed):
        assert any("New database" in line for line in printed)
    trains = folder / "trains.toml"
    trains.write_text(trains.read_text().replace('"15:30"', '"15:31"').replace('"14:48"', '"14:49"'))
    with serving(folder, database) as (address, printed):
        assert any("15:31 " in line or "15:31," in line for line in printed)
        assert "15:31" in get(f"{address}/en/timetable")


def test_a_port_that_is_taken_is_a_sentence_and_costs_no_database(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        database = tmp_path / "never.db"
        done = subprocess.run(
            [*RERAIL, "serve", str(SHIPPED), "--db", f"sqlite:///{database}", "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
    assert not database.exists()
