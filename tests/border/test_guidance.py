"""What a passenger meets at the border, in the order of travel, and how it is said; what is not known is said too."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from rerail.border.guidance import ClockStep, CoachStep, ControlStep, DocumentsStep, Step, guidance
from rerail.border.guidance_texts import WORDS
from rerail.border.guidance_words import in_a_line, short, told
from rerail.line.border import Authority, BorderRules, Guidance
from rerail.line.folder import load
from rerail.line.model import Control, Line, Provenance

ROOT = Path(__file__).parents[2]
THURSDAY, FRIDAY, MONDAY = date(2026, 12, 10), date(2026, 12, 11), date(2014, 6, 16)
KNOWN, MADE_UP = Provenance(sources=("S7",)), Provenance(illustrative=True)
VLADIVOSTOK, PYONGYANG = ZoneInfo("Asia/Vladivostok"), ZoneInfo("Asia/Pyongyang")
LANGUAGES = ("en", "ru", "ko")


@pytest.fixture(scope="module")
def shipped() -> Line:
    """The shipped line without what its border.toml says; each test adds what it needs."""
    return replace(load(ROOT / "lines" / "vladivostok-rason"), border=None)


def london() -> Line:
    return replace(load(ROOT / "tests" / "lines" / "london-paris"), border=None)


def rule(railway: str, **said: Any) -> Guidance:
    return Guidance(
        **{"provenance": KNOWN, "crossing": "khasan-tumangang", "railway": railway, "towards": "ksr", **said}
    )


def authority(railway: str, *asks: str, **said: Any) -> Authority:
    return Authority(
        **{
            "provenance": KNOWN,
            "id": f"{railway}-{len(asks)}",
            "names": {"en": railway},
            "crossing": "khasan-tumangang",
            "railway": railway,
            "language": "en",
            "asks": asks,
            **said,
        }
    )


def with_rules(line: Line, *guidances: Guidance, lists: tuple[Authority, ...] = ()) -> Line:
    return replace(line, border=BorderRules(authorities={one.id: one for one in lists}, guidances=guidances))


def steps(
    line: Line, train: str = "vladivostok-rason", day: date = THURSDAY, part: tuple[int, int] | None = None
) -> tuple[Step, ...]:
    board, alight = part or (0, len(line.trains[train].calls) - 1)
    return guidance(line, line.trains[train], day, board, alight)


def controls(*found: Step) -> list[ControlStep]:
    return [one for one in found if isinstance(one, ControlStep)]


def said(line: Line, *found: Step, language: str = "en") -> str:
    return "\n".join(in_a_line(one, language) for one in told(line, found, language))


# ── where, when, by which clock ───────────────────────────────────────────────────────────────────────────────────


def test_the_direct_train_leaves_one_side_changes_the_clock_and_enters_the_other(shipped: Line) -> None:
    found = steps(shipped)
    assert [type(one) for one in found] == [ControlStep, ClockStep, ControlStep, DocumentsStep]
    leaving, entering = controls(*found)
    assert (leaving.station, leaving.railway, leaving.direction) == ("khasan", "rzd", "exit")
    assert leaving.arrives == datetime(2026, 12, 11, 6, 30, tzinfo=VLADIVOSTOK)
    assert leaving.leaves == datetime(2026, 12, 11, 8, 30, tzinfo=VLADIVOSTOK)
    assert (entering.station, entering.railway, entering.direction) == ("tumangang", "ksr", "entry")
    assert entering.arrives == datetime(2026, 12, 11, 7, 50, tzinfo=PYONGYANG), "earlier on the clock than it left"
    assert entering.arrives.tzinfo == PYONGYANG


@pytest.mark.parametrize(
    ("day", "shift", "says"),
    [
        (THURSDAY, -60, "Put your watch back 1 h: 08:30 at Khasan is 07:30 at Tumangang."),
        (date(2017, 1, 12), -90, "Put your watch back 1 h 30 min: 08:30 at Khasan is 07:00 at Tumangang."),
    ],
    ids=["Pyongyang at UTC+9", "Pyongyang at UTC+8:30"],
)
def test_the_clock_changes_by_what_the_two_clocks_differ_on_that_day(
    shipped: Line, day: date, shift: int, says: str
) -> None:
    (clock,) = [one for one in steps(shipped, day=day) if isinstance(one, ClockStep)]
    assert clock.shift == timedelta(minutes=shift)
    assert says in said(shipped, clock)


def test_on_the_way_back_the_watch_goes_forward(shipped: Line) -> None:
    found = steps(shipped, "tumangang-khasan", FRIDAY)
    (clock,) = [one for one in found if isinstance(one, ClockStep)]
    assert clock.shift == timedelta(hours=1)
    assert "Put your watch forward 1 h" in said(shipped, clock)
    assert [one.direction for one in controls(*found)] == ["exit", "entry"]


def test_over_the_same_clock_nothing_is_said_of_it() -> None:
    """Bangkok – Padang Besar is in Thai time to its end; both sides control there, one after the other."""
    line = load(ROOT / "tests" / "lines" / "bangkok-padang-besar")
    found = steps(line, "45", date(2022, 11, 10))
    assert [(one.station, one.direction) for one in controls(*found)] == [
        ("padang-besar", "exit"),
        ("padang-besar", "entry"),
    ]
    assert not [one for one in found if isinstance(one, ClockStep)]


def test_who_stays_on_one_side_meets_nothing(shipped: Line) -> None:
    assert steps(shipped, part=(0, 2)) == ()
    assert steps(shipped, part=(3, 4)) == ()


def test_who_boards_at_the_border_station_has_until_the_train_leaves(shipped: Line) -> None:
    leaving, entering = controls(*steps(shipped, part=(2, 3)))
    assert (leaving.arrives, entering.leaves) == (None, None)
    text = said(shipped, leaving, entering)
    assert "until 08:30* (UTC+10, MSK+7)" in text
    assert "from 07:50* (UTC+9)" in text


def test_who_boards_after_a_sides_control_does_not_meet_it(shipped: Line) -> None:
    """Ussuriysk controls in this example; one boards at Khasan."""
    crossing = shipped.crossings["khasan-tumangang"]
    inland = tuple(replace(one, station="ussuriysk") if one.railway == "rzd" else one for one in crossing.controls)
    line = replace(shipped, crossings={crossing.id: replace(crossing, controls=inland)})
    assert [one.station for one in controls(*steps(line))] == ["ussuriysk", "tumangang"]
    assert [one.station for one in controls(*steps(line, part=(2, 4)))] == ["tumangang"]


def test_an_open_border_has_no_controls_and_still_another_clock(shipped: Line) -> None:
    crossing = shipped.crossings["khasan-tumangang"]
    line = replace(shipped, crossings={crossing.id: replace(crossing, controls=())})
    assert [type(one) for one in steps(line)] == [ClockStep]


# ── on foot, on board, before boarding ────────────────────────────────────────────────────────────────────────────


def test_the_shuttles_passengers_walk_through_with_their_luggage_before_and_after(shipped: Line) -> None:
    """They board at Khasan and alight at Tumangang: whatever the folder says of luggage, it is theirs to carry."""
    found = steps(shipped, "khasan-tumangang", FRIDAY)
    assert [one.luggage for one in controls(*found)] == ["with", "with"]
    assert not [one for one in found if isinstance(one, DocumentsStep)], "who walks has the passport in the hand"
    text = said(shipped, *found)
    assert "Khasan: exit control, the Russian side, Fri, Dec 11, 2026, until 15:30" in text
    assert "Go through the checkpoint on foot before you board. Take all your luggage with you." in text
    assert "Tumangang: entry control, the Korean side, Fri, Dec 11, 2026, from 14:48* (UTC+9)." in text
    assert "Get off and go through the checkpoint on foot." in text


def walking(line: Line) -> Line:
    """The direct train's passengers get off for the Russian control, and board again."""
    crossing = line.crossings["khasan-tumangang"]
    sides = tuple(replace(one, mode="on-foot") if one.railway == "rzd" else one for one in crossing.controls)
    return replace(line, crossings={crossing.id: replace(crossing, controls=sides)})


def test_on_foot_in_the_middle_of_the_journey_luggage_is_as_the_folder_says_or_not_known(shipped: Line) -> None:
    line = walking(shipped)
    assert "Get off, go through the checkpoint on foot and come back to the train." in said(line, *steps(line))
    assert "Whether one goes with luggage or without is not known." in said(line, *steps(line))
    without = with_rules(line, rule("rzd", luggage="without", provenance=MADE_UP))
    assert "Leave your luggage in the coach.*" in said(without, *steps(without))
    with_it = with_rules(line, rule("rzd", luggage="with"))
    assert "Take all your luggage with you. " in said(with_it, *steps(with_it))


def test_on_board_nobody_asks_about_luggage(shipped: Line) -> None:
    assert "luggage" not in said(shipped, *steps(shipped))


def test_before_boarding_both_controls_come_before_the_clock_changes() -> None:
    line = london()
    found = steps(line, "london-paris-evening", MONDAY)
    assert [type(one) for one in found] == [ControlStep, ControlStep, ClockStep]
    assert {one.station for one in controls(*found)} == {"london"}
    assert "How long before departure one has to be there is not known." in said(line, *found)
    assert "until 20:01" in said(line, *found)


def test_before_boarding_one_is_told_by_when_to_be_there() -> None:
    line = london()
    (crossing,) = line.crossings.values()
    asked = tuple(replace(one, minutes=45, figures={"minutes": MADE_UP}) for one in crossing.controls)
    line = replace(line, crossings={crossing.id: replace(crossing, controls=asked)})
    first = controls(*steps(line, "london-paris-evening", MONDAY))[0]
    assert first.there_by == datetime(2014, 6, 16, 19, 16, tzinfo=ZoneInfo("Europe/London"))
    assert "Be there by 19:16.*" in said(line, first)


def test_before_boarding_the_control_is_where_one_boards(shipped: Line) -> None:
    """Both Vladivostok and Ussuriysk control before boarding in this example: each passenger meets one of them."""
    crossing = shipped.crossings["khasan-tumangang"]
    before = [
        Control(provenance=KNOWN, railway="rzd", station=station, towards="ksr", mode="before-boarding")
        for station in ("vladivostok", "ussuriysk")
    ]
    others = [one for one in crossing.controls if one.railway == "ksr"]
    line = replace(shipped, crossings={crossing.id: replace(crossing, controls=(*before, *others))})
    assert controls(*steps(line))[0].station == "vladivostok"
    assert controls(*steps(line, part=(1, 4)))[0].station == "ussuriysk"
    assert [one.station for one in controls(*steps(line, part=(2, 4)))] == ["tumangang"]


# ── papers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_side_asks_for_its_own_papers(shipped: Line) -> None:
    line = with_rules(
        shipped,
        lists=(
            authority("rzd", "document_number", "expires"),
            authority("ksr", "nationality", "visa_number", "voucher_number", provenance=MADE_UP),
        ),
    )
    leaving, entering = controls(*steps(line))
    assert "Have ready: the travel document." in said(line, leaving)
    assert "visa" not in said(line, leaving)
    assert "Have ready: the travel document, the visa, the voucher.*" in said(line, entering)


def test_a_side_of_which_nothing_is_known_and_one_that_asks_for_no_paper(shipped: Line) -> None:
    line = with_rules(shipped, lists=(authority("ksr"),))
    leaving, entering = controls(*steps(line))
    assert (leaving.asks, entering.asks) == (None, ())
    assert "What else this side asks for is not known." in said(line, leaving)
    assert "Have ready" not in said(line, entering)


def test_a_named_list_is_told_on_its_side_and_in_its_direction_only(shipped: Line) -> None:
    line = with_rules(shipped, lists=(authority("ksr", "birth_date", kind="named-list", towards=("ksr",)),))
    leaving, entering = controls(*steps(line))
    assert (leaving.named_list, entering.named_list) == (False, True)
    assert "is let through by its list of names" in said(line, entering)
    home = controls(*steps(line, "rason-vladivostok", date(2026, 12, 13)))
    assert not any(one.named_list for one in home)


# ── documents on the way ──────────────────────────────────────────────────────────────────────────────────────────


def documents(*found: Step) -> DocumentsStep:
    (one,) = [step for step in found if isinstance(step, DocumentsStep)]
    return one


def test_the_conductor_gives_documents_back_half_an_hour_before_one_alights(shipped: Line) -> None:
    line = with_rules(shipped, rule("rzd", documents="conductor", returned_minutes=30))
    found = steps(line)
    back = documents(*found)
    assert found[-1] == back
    assert back.returned == datetime(2026, 12, 11, 10, 50, tzinfo=PYONGYANG)
    assert "The conductor keeps them on the way. They come back 30 min before Rajin (Rason), at 10:50.*" in said(
        line, back
    )


def test_documents_come_back_on_the_clock_of_ones_own_station(shipped: Line) -> None:
    """Who alights at Tumangang has them back at 07:20 there, while the train still stands at Khasan at 08:20."""
    line = with_rules(shipped, rule("ksr", documents="conductor", returned_minutes=30))
    found = steps(line, part=(0, 3))
    back = documents(*found)
    assert back.returned == datetime(2026, 12, 11, 7, 20, tzinfo=PYONGYANG)
    assert [type(one) for one in found] == [ControlStep, DocumentsStep, ClockStep, ControlStep]


def test_on_a_journey_shorter_than_that_the_moment_is_not_known(shipped: Line) -> None:
    line = with_rules(shipped, rule("rzd", documents="conductor", returned_minutes=30))
    back = documents(*steps(line, part=(2, 3)))
    assert (back.holder, back.returned) == ("conductor", None)
    assert "When they come back is not known." in said(line, back)


def test_a_conductor_who_has_them_is_told_whatever_the_other_side_says(shipped: Line) -> None:
    line = with_rules(shipped, rule("rzd", documents="keep"), rule("ksr", documents="conductor", provenance=MADE_UP))
    back = documents(*steps(line))
    assert back.holder == "conductor"
    assert back.illustrative == {"holder", "returned"}
    alone = with_rules(shipped, rule("rzd", documents="keep"))
    assert "You keep them yourself." in said(alone, *steps(alone))
    assert "is not known" in said(shipped, documents(*steps(shipped)))


def test_what_names_the_train_goes_before_what_is_said_of_all(shipped: Line) -> None:
    line = with_rules(
        shipped,
        rule("rzd", text={"en": "For all."}),
        rule("rzd", text={"en": "For the direct train."}, trains=("vladivostok-rason",)),
    )
    assert "For the direct train." in said(line, *steps(line))
    assert "For all." in said(line, *steps(line, "khasan-tumangang", FRIDAY))


# ── other coaches ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_of_coaches_at_the_border_comes_after_the_control_there(shipped: Line) -> None:
    train = replace(shipped.trains["vladivostok-rason"], through=False, change_at=("tumangang",))
    line = replace(shipped, trains={**shipped.trains, train.id: train})
    found = steps(line)
    assert [type(one) for one in found] == [ControlStep, ClockStep, ControlStep, CoachStep, DocumentsStep]
    assert "Tumangang: change of coaches, Fri, Dec 11, 2026, 07:50 – 09:50*" in said(line, *found)
    assert not [one for one in steps(line, part=(0, 3)) if isinstance(one, CoachStep)], "who alights there changes none"


def test_a_change_of_coaches_far_from_the_border_is_none_of_it(shipped: Line) -> None:
    train = replace(shipped.trains["vladivostok-rason"], through=False, change_at=("ussuriysk",))
    line = replace(shipped, trains={**shipped.trains, train.id: train})
    assert not [one for one in steps(line) if isinstance(one, CoachStep)]


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_there_in_every_language_with_the_same_values(word: str) -> None:
    values = {language: sorted(re.findall(r"%\((\w+)\)s", text)) for language, text in WORDS[word].items()}
    assert set(values) == set(LANGUAGES)
    assert values["en"] == values["ru"] == values["ko"]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "ru",
            [
                "Хасан: контроль при выезде, российская сторона",
                "06:30 – 08:30* (UTC+10, МСК+7)",
                "Оставайтесь в вагоне",
                "Переведите часы назад на 1 ч: 08:30 на станции Хасан – это 07:30 на станции Туманган.*",
                "за 30 мин до станции Раджин (Расон), в 10:50.*",
            ],
        ),
        (
            "ko",
            [
                "하산: 출국 심사, 러시아 측",
                "06:30 – 08:30* (UTC+10, MSK+7)",
                "객차 안에 계십시오.",
                "시계를 1시간 늦추십시오(하산 08:30 → 두만강 07:30).*",
                "라진(라선) 도착 30분 전인 10:50에 돌려받습니다.*",
            ],
        ),
    ],
)
def test_the_shipped_line_speaks_to_its_passengers(language: str, lines: list[str]) -> None:
    line = load(ROOT / "lines" / "vladivostok-rason")
    text = said(line, *steps(line), language=language)
    for one in lines:
        assert one in text


def test_nothing_illustrative_goes_without_its_mark_and_nothing_known_with_it() -> None:
    line = load(ROOT / "lines" / "vladivostok-rason")
    for one in told(line, steps(line), "en"):
        assert one.illustrative == ("*" in in_a_line(one, "en"))
    shuttle = told(line, steps(line, "khasan-tumangang", FRIDAY), "en")
    assert not shuttle[0].times_illustrative, "the shuttle's departure from Khasan is the railway's own"
    assert shuttle[2].times_illustrative, "its arrival is not"


def test_in_a_word_it_fits_a_ticket(shipped: Line) -> None:
    assert short(shipped, steps(shipped), "en") == (
        "At the border: Khasan 06:30 – 08:30*, stay in your coach; Tumangang 07:50 – 09:50*, stay in your coach."
    )
    shuttle = short(shipped, steps(shipped, "khasan-tumangang", FRIDAY), "ru")
    assert shuttle == (
        "На границе: Хасан до 15:30, контроль до посадки, со всем багажом; "
        "Туманган с 14:48*, контроль после выхода*, со всем багажом."
    )
    assert short(shipped, steps(shipped, part=(0, 2)), "en") == ""


def test_in_a_word_both_sides_in_one_hall_are_one_way_to_go() -> None:
    line = load(ROOT / "tests" / "lines" / "bangkok-padang-besar")
    found = short(line, steps(line, "45", date(2022, 11, 10)), "en")
    assert found == "At the border: Padang Besar from 09:50, control after you get off, with all your luggage*."


def test_a_line_in_other_languages_is_told_in_english_with_its_own_names() -> None:
    line = load(ROOT / "tests" / "lines" / "bangkok-padang-besar")
    text = said(line, *steps(line, "45", date(2022, 11, 10)), language="th")
    assert "ปาดังเบซาร์: exit control" in text
