"""`rerail publish FOLDER --out DIR` leaves three files that others can read."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from atom_rules import breaches
from feed_reading import Feed
from icalendar import Calendar
from opened_lines import SHIPPED, opened_on

from rerail.cli.publish import PublishError, run
from rerail.publish.address import DEFAULT_ADDRESS, AddressError, authority, public_address


def test_three_feeds_are_written_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RERAIL_URL", "https://trains.example/")
    out, said = tmp_path / "new" / "folder", io.StringIO()
    with opened_on(SHIPPED, date(2025, 6, 20), tmp_path) as current:
        assert run(current, out, said) == 0
    assert sorted(path.name for path in out.iterdir()) == ["departures.ics", "gtfs.zip", "notices.atom"]
    assert Feed((out / "gtfs.zip").read_bytes()).departures()
    assert breaches((out / "notices.atom").read_bytes()) == []
    assert Calendar.from_ical((out / "departures.ics").read_bytes()).walk("VEVENT")
    assert "https://trains.example" in said.getvalue()
    assert "demonstration" not in said.getvalue()


def test_publishing_again_replaces_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "gtfs.zip").write_bytes(b"half a feed")
    with opened_on(SHIPPED, date(2025, 6, 20), tmp_path) as current:
        run(current, tmp_path, io.StringIO())
        first = (tmp_path / "gtfs.zip").read_bytes()
        run(current, tmp_path, io.StringIO())
    assert (tmp_path / "gtfs.zip").read_bytes() == first
    assert Feed(first)["agency.txt"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_demonstration_is_said(tmp_path: Path) -> None:
    said = io.StringIO()
    with opened_on(SHIPPED, date(2026, 11, 23), tmp_path, demo=True) as current:
        run(current, tmp_path / "out", said)
    assert "demonstration" in said.getvalue()


def test_a_file_in_the_way_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with opened_on(SHIPPED, date(2025, 6, 20), tmp_path) as current, pytest.raises(PublishError, match="--out"):
        run(current, tmp_path / "taken", io.StringIO())


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", DEFAULT_ADDRESS),
        ("https://trains.example", "https://trains.example"),
        (" https://trains.example/line/ ", "https://trains.example/line"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address(given: str, address: str) -> None:
    assert public_address({"RERAIL_URL": given}) == address


@pytest.mark.parametrize(
    "given",
    [
        "trains.example",
        "ftp://trains.example",
        "https://",
        "https://x:port",
        "https://x/?a=1",
        "https://[x",
        "//x",
        "http://x y",
    ],
)
def test_an_address_that_is_none_is_refused_by_name(given: str) -> None:
    with pytest.raises(AddressError, match="RERAIL_URL"):
        public_address({"RERAIL_URL": given})


def test_a_tag_is_named_after_the_host_without_its_port() -> None:
    assert authority("https://trains.example:8443/line") == "trains.example"
