"""Everything the web says, it says in Russian and in Korean too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from rerail.web import i18n
from rerail.web.i18n import CatalogueError, Words, translations

WEB = Path(i18n.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
VALUE = re.compile(r"%\((\w+)\)[sd]")

Message = str | tuple[str, str]


def messages() -> Iterator[tuple[Path, Message]]:
    """Every message of the web's code and templates, with the file that says it."""
    for path in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html")]):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {"trimmed": "true"}
        for _line, message, _comments, _context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
            yield path, message if isinstance(message, str) else (message[0], message[1])


def catalogue(language: str) -> Catalog:
    """All catalogues of a language in one."""
    whole = Catalog(locale=language)
    for path in sorted((WEB / "locale" / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    whole[message.id] = message
    return whole


MESSAGES = sorted(set(messages()), key=str)


def test_the_web_has_messages_to_translate() -> None:
    assert ("Timetable") in {message for _, message in MESSAGES}
    assert len(MESSAGES) > 200


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_message_is_translated(language: str) -> None:
    whole = catalogue(language)
    missing = []
    for path, message in MESSAGES:
        found = whole.get(message)
        strings = found.string if found is not None else ""
        complete = all(strings) if isinstance(strings, tuple | list) else bool(strings)
        if not complete or (found is not None and found.fuzzy):
            missing.append(f"{path.relative_to(WEB)}: {message!r}")
    assert missing == []


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_a_translation_has_the_values_of_its_message_and_no_others(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string or "",)
        wanted = {value for one in ids for value in VALUE.findall(one)}
        wrong += [f"{ids[0]!r}: {text!r}" for text in strings if set(VALUE.findall(text)) - wanted]
        if not any(set(VALUE.findall(text)) == wanted for text in strings):
            wrong.append(f"{ids[0]!r} lost a value in {strings!r}")
    assert wrong == []


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_no_text_of_the_site_is_for_a_message_that_nobody_says(language: str) -> None:
    said = {message for _, message in MESSAGES}
    with (WEB / "locale" / language / "site.po").open("rb") as file:
        ids = [message.id for message in read_po(file, locale=language) if message.id]
    assert [one for one in ids if (tuple(one) if isinstance(one, tuple | list) else one) not in said] == []


def test_two_catalogues_that_disagree_are_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "ru"
    folder.mkdir()
    (folder / "one.po").write_text('msgid "Train"\nmsgstr "Поезд"\n')
    (folder / "two.po").write_text('msgid "Train"\nmsgstr "Состав"\n')
    with pytest.raises(CatalogueError, match=r'two\.po: "Train" is translated differently'):
        translations("ru", tmp_path)


@pytest.mark.parametrize(("count", "says"), [(1, "1 место"), (3, "3 места"), (11, "11 мест"), (36, "36 мест")])
def test_russian_counts_in_its_own_three_forms(count: int, says: str) -> None:
    assert Words("ru").ngettext("%(num)d place", "%(num)d places", count) == says
