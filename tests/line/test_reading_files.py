"""From files to text to TOML: what is accepted, what is refused, and by what name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from small_line import LINE, TRAINS, SmallLine

from rerail.line.folder import check, load, load_files, read_files
from rerail.line.problem import LineFolderError


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


def test_the_small_line_has_nothing_wrong_with_it(small: SmallLine) -> None:
    line, problems = check(small.folder)
    assert problems == ()
    assert line is not None
    assert list(line.trains) == ["direct", "shuttle"]


def test_a_byte_order_mark_before_utf_8_is_accepted(small: SmallLine) -> None:
    small.write("line.toml", b"\xef\xbb\xbf" + LINE.encode())
    assert small.problems() == ()


def test_windows_line_ends_are_accepted(small: SmallLine) -> None:
    small.write("trains.toml", TRAINS.replace("\n", "\r\n"))
    assert small.problems() == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_by_name_with_or_without_its_mark(small: SmallLine, encoding: str) -> None:
    problem = small.write("notices.toml", 'illustrative = true\n# "plain"'.encode(encoding)).error_of("encoding")
    assert problem.message == "the file is in UTF-16."
    assert problem.fix == "Save it as UTF-8."


def test_utf_32_is_refused_by_name(small: SmallLine) -> None:
    problem = small.write("notices.toml", "illustrative = true".encode("utf-32")).error_of("encoding")
    assert "UTF-32" in problem.message


def test_latin_1_is_refused_by_name_with_the_line(small: SmallLine) -> None:
    text = "illustrative = true\n# Malm\u00f6 \u2013".replace("\u2013", "-")
    problem = small.write("notices.toml", text.encode("latin-1")).error_of("encoding")
    assert "line 2" in problem.message
    assert "Latin-1" in problem.message
    assert "0xF6" in problem.message


def test_cyrillic_in_windows_1251_is_refused_and_named_too(small: SmallLine) -> None:
    problem = small.write("notices.toml", "# Владивосток".encode("cp1251")).error_of("encoding")
    assert "Windows-1251" in problem.message


def test_a_missing_quote_is_reported_with_line_and_column(small: SmallLine) -> None:
    small.write("notices.toml", 'illustrative = true\n\n[[notice]]\nid = "july\n')
    problem = small.error_of("syntax")
    assert problem.file.endswith("notices.toml")
    assert "line 4, column" in problem.message
    assert "missing quote" in problem.fix


def test_half_a_file_says_where_it_breaks_off(small: SmallLine) -> None:
    half = TRAINS[: TRAINS.index('arrival = "06:30+1"') + 14]
    problem = small.write("trains.toml", half).error_of("syntax")
    assert "the end of the file" in problem.message or "line" in problem.message
    assert "complete" in problem.fix


def test_half_a_file_cut_between_lines_misses_calls(small: SmallLine) -> None:
    half = TRAINS[: TRAINS.index('[[train.call]]\nstation = "ussuriysk"')]
    small.write("trains.toml", half)
    assert ("error", "calls", "train[0]") in small.rules()


def test_an_empty_file_has_nothing_in_it(small: SmallLine) -> None:
    small.write("line.toml", "")
    messages = [problem.message for problem in small.problems() if problem.file.endswith("line.toml")]
    assert "there is no [line]." in messages
    assert "there are no stations." in messages


def test_a_date_that_does_not_exist_is_named_with_its_line_and_its_path(small: SmallLine) -> None:
    small.replace("trains.toml", "printed_for = 2025-05-08", "printed_for = 2026-02-30")
    problem = small.error()
    assert problem.rule == "date"
    assert problem.path == "train[0].printed_for"
    assert problem.message == "2026-02-30 is a date that does not exist (line 9)."


def test_several_dates_that_do_not_exist_are_all_named_and_the_rest_of_the_file_is_read(small: SmallLine) -> None:
    small.replace("trains.toml", "dates = [2025-05-08]", "dates = [2025-05-08, 2025-13-01]")
    small.replace("trains.toml", "start = 2024-12-16", "start = 2025-02-29")
    small.replace("trains.toml", 'number = "2"', 'number = "1"')
    assert small.rules() == [
        ("error", "coach-number", "train[0].coach[1].number"),
        ("error", "date", "train[0].running_days.dates[1]"),
        ("error", "date", "train[1].running_days.rule[0].start"),
    ]


def test_a_time_of_a_date_that_does_not_exist_is_named(small: SmallLine) -> None:
    small.replace("history.toml", "known = 2020-02-05", "known = 2020-02-30T09:00:00+09:00")
    assert small.error().message.startswith("2020-02-30T09:00:00+09:00 is a date that does not exist")


def test_a_date_with_one_digit_for_its_month_is_told_how_to_be_written(small: SmallLine) -> None:
    small.replace("history.toml", "known = 2020-02-05", "known = 2020-2-5")
    assert "two digits" in small.error_of("syntax").fix


def test_a_key_written_twice_is_an_error_of_syntax(small: SmallLine) -> None:
    small.replace("trains.toml", 'id = "direct"\n', 'id = "direct"\nid = "direct"\n')
    assert small.error_of("syntax").fix == "The same key or table is written twice; keep one."


def test_thousands_of_nested_lists_are_refused_without_a_crash(small: SmallLine) -> None:
    small.write("notices.toml", "a = " + "[" * 100_000)
    assert "nested too deeply" in small.error_of("syntax").message


def test_a_number_of_thousands_of_digits_is_refused_without_a_crash(small: SmallLine) -> None:
    small.write("notices.toml", "a = " + "9" * 5000)
    assert small.error_of("syntax").level == "error"
    small.write("notices.toml", "").replace("line.toml", "km = 89", "km = 0x" + "f" * 9000)
    assert small.error().message == "the number of more than twenty digits is not between 0.01 and 10000."


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    line, (problem,) = check(tmp_path / "nowhere")
    assert line is None
    assert str(problem) == f"{tmp_path / 'nowhere'}: there is no such folder. Give a folder with a line.toml in it."


def test_a_file_in_place_of_a_folder(small: SmallLine) -> None:
    _, (problem,) = check(small.folder / "line.toml")
    assert problem.message == "this is a file, not a line folder."
    assert problem.fix == "Give the folder that it is in."


def test_an_empty_folder_holds_no_line(tmp_path: Path) -> None:
    _, (problem,) = check(tmp_path)
    assert problem.message == "this folder holds no line."


def test_a_required_file_that_is_missing_does_not_drown_the_rest(small: SmallLine) -> None:
    (small.folder / "line.toml").unlink()
    problem = small.error()
    assert problem.file.endswith("line.toml")
    assert problem.message == "this file is missing."


def test_optional_files_may_be_missing(small: SmallLine) -> None:
    for name in ("notices.toml", "history.toml", "demo-season.toml"):
        (small.folder / name).unlink()
    assert small.problems() == ()


def test_a_folder_in_place_of_a_file(small: SmallLine) -> None:
    (small.folder / "notices.toml").unlink()
    (small.folder / "notices.toml").mkdir()
    assert small.error().message == "this is not a plain file."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_a_file_does_not_hang(small: SmallLine) -> None:
    (small.folder / "notices.toml").unlink()
    os.mkfifo(small.folder / "notices.toml")
    assert small.error().message == "this is not a plain file."


def test_a_misspelt_file_name_is_noticed(small: SmallLine) -> None:
    (small.folder / "notices.toml").rename(small.folder / "notice.toml")
    problem = small.warning()
    assert problem.rule == "unknown-file"
    assert problem.fix == 'Did you mean "notices.toml"?'


def test_notes_beside_the_files_are_no_matter(small: SmallLine) -> None:
    for name in ("README.md", "LICENSE", ".gitignore", "todo.md"):
        (small.folder / name).write_text("")
    (small.folder / "documents").mkdir()
    assert small.problems() == ()


def test_load_raises_one_error_that_lists_everything(small: SmallLine) -> None:
    small.replace("trains.toml", 'station = "rajin"', 'station = "rajim"')
    small.replace("line.toml", 'country = "KP"', 'country = "Korea"')
    with pytest.raises(LineFolderError) as caught:
        load(small.folder)
    assert len(caught.value.problems) == 2
    assert str(caught.value).splitlines() == [
        f'{small.folder}/line.toml: railway[1].country: "Korea" is not a country code of two capitals like RU '
        "(ISO 3166-1).",
        f'{small.folder}/trains.toml: train[0].call[4].station: no station "rajim" on this line. '
        'Did you mean "rajin"? Stations are listed in line.toml.',
    ]


def test_an_edition_kept_as_files_is_the_same_line(small: SmallLine) -> None:
    kept = read_files(small.folder)
    assert sorted(kept) == sorted(path.name for path in small.folder.iterdir())
    assert load_files(kept, "edition 1") == load(small.folder)


def test_an_edition_that_is_broken_is_named_as_the_caller_names_it(small: SmallLine) -> None:
    kept = read_files(small.folder) | {"trains.toml": b""}
    with pytest.raises(LineFolderError, match=r"edition 7/trains\.toml: there are no trains\."):
        load_files(kept, "edition 7")
    del kept["line.toml"]
    with pytest.raises(LineFolderError, match=r"edition 7/line\.toml: this file is missing\."):
        load_files(kept, "edition 7")


def test_reading_the_files_of_no_folder_raises(tmp_path: Path) -> None:
    with pytest.raises(LineFolderError, match="there is no such folder"):
        read_files(tmp_path / "nowhere")


def test_line_ends_and_byte_order_mark_make_no_new_edition(small: SmallLine) -> None:
    before = load(small.folder).content
    small.write("trains.toml", b"\xef\xbb\xbf" + TRAINS.replace("\n", "\r\n").encode())
    assert load(small.folder).content == before


def test_one_letter_makes_a_new_edition(small: SmallLine) -> None:
    before = load(small.folder).content
    small.replace("notices.toml", "are to resume", "are to resume soon")
    after = load(small.folder).content
    assert after != before
    assert len(after) == 64


def test_text_moved_from_one_file_to_another_makes_a_new_edition(small: SmallLine) -> None:
    small.write("sources.toml", b"a").write("trains.toml", b"b")
    first = read_files(small.folder)
    from rerail.line.folder import content_of

    assert content_of(first) != content_of(first | {"sources.toml": b"b", "trains.toml": b"a"})
