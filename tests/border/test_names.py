"""Whose name is it? The ticket's name and the document's, as an officer would take them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.border.name_field import name_field
from rerail.border.names import Compared, FullName, compare, divided
from rerail.border.transliteration import transliterated
from rerail.border.transliteration_tables import CYRILLIC_LANGUAGES, Cyrillic


def compared(ticket: str, document: str, *, truncated: bool = False) -> Compared:
    """Names as "FAMILY/GIVEN"."""
    return compare(_name(ticket), _name(document, truncated=truncated))


def _name(text: str, *, truncated: bool = False) -> FullName:
    family, _, given_names = text.partition("/")
    return FullName(family, given_names, truncated)


@pytest.mark.parametrize(
    ("ticket", "document"),
    [
        ("Петрова/Юлия Сергеевна", "PETROVA/IULIIA SERGEEVNA"),
        ("петрова/юлия", "Petrova/Iuliia"),
        ("Щербаков/Артём", "SHCHERBAKOV/ARTEM"),
        ("Щербаков/Артём", "SHCHERBAKOV/ARTIOM"),
        ("Объедков/Игорь", "OBIEEDKOV/IGOR"),
        ("Галина/Жук", "HALYNA/ZHUK"),
        ("Олександр/Євген", "OLEKSANDR/YEVHEN"),
        ("Müller/Jürgen", "MUELLER/JUERGEN"),
        ("Müller/Jürgen", "MULLER/JUXXRGEN"),
        ("Cañón/Ana", "CANXXON/ANA"),
        ("O'Connor/Enya", "OCONNOR/ENYA"),
        ("Smith-Jones/Susie", "SMITH JONES/SUSIE"),
        ("Eriksson/Anna, Maria", "ERIKSSON/ANNA MARIA"),
        ("Arkfreith/", "ARKFREITH/"),
        ("MUELLER/HANS", "Müller/Hans"),
        ("ИВАНОВ/ИВАН", "ИВАНОВ/ИВАН"),
        ("김/정은", "김/정은"),
        ("محمد/علي", "MXHMD/ELY"),
    ],
)
def test_what_the_standard_allows_is_the_same(ticket: str, document: str) -> None:
    result = compared(ticket, document)
    assert (result.likeness, result.why) == ("same", "The document has the ticket's name.")


@pytest.mark.parametrize(
    ("ticket", "document"),
    [
        ("Петрова/Юлия", "PETROVA/YULIYA"),
        ("Петрова/Юлия", "PETROVA/YULIA"),
        ("Алексеев/Юрий", "ALEXEEV/YURY"),
        ("Фёдоров/Пётр", "FYODOROV/PYOTR"),
        ("Чайковский/Евгений", "TCHAIKOVSKY/YEVGENIY"),
        ("Хрущёв/Сергей", "HRUSCHEV/SERGEY"),
        ("Yulia/Petrova", "IULIIA/PETROVA"),
        ("Muller/Hans", "MUELLER/HANS"),
        ("Шмидт/Ольга", "SCHMIDT/OLGA"),
    ],
)
def test_older_and_other_spellings_are_alike_and_both_are_shown(ticket: str, document: str) -> None:
    result = compared(ticket, document)
    assert result.likeness == "alike"
    assert document.replace("/", " ") in result.why
    assert ticket.replace("/", " ") in result.why


@pytest.mark.parametrize(
    ("ticket", "document", "why"),
    [
        (
            "Eriksson/Anna",
            "ERIKSSON/ANNA MARIA",
            "One of the two has given names that the other leaves out; all else agrees.",
        ),
        (
            "Иванов/Иван Иванович",
            "IVANOV/IVAN",
            "One of the two has given names that the other leaves out; all else agrees.",
        ),
        (
            "Eriksson/",
            "ERIKSSON/ANNA",
            "One of the two has given names that the other leaves out; all else agrees.",
        ),
        (
            "Anna Maria/Eriksson",
            "ERIKSSON/ANNA MARIA",
            "Family and given names stand the other way round; the names agree.",
        ),
        ("Kim/Jong Un", "KIM/JONGUN", "The names agree; the one is written together, the other in parts."),
        ("Kim/Yonghui", "KIM/YONG HUI", "The names agree; the one is written together, the other in parts."),
        ("O'Connor/Enya", "O CONNOR/ENYA", "The names agree; the one is written together, the other in parts."),
        ("Kim Jong Un/", "KIM/JONG UN", "The names agree, but are divided otherwise into family and given names."),
        (
            "Sudarpa/Satriya",
            "SATRIYA SUDARPA/",
            "The names agree, but are divided otherwise into family and given names.",
        ),
        (
            "Garcia Lopez/Ana",
            "GARCIA/ANA",
            "One of the two has a part of the family name that the other leaves out; all else agrees.",
        ),
    ],
)
def test_what_a_person_takes_for_the_same_is_alike_for_a_reason(ticket: str, document: str, why: str) -> None:
    result = compared(ticket, document)
    assert (result.likeness, result.why) == ("alike", why)


@pytest.mark.parametrize(
    "document",
    [
        "NILAVADHANANANDA/CHAYAPA DEJTHAMRONG K",
        "NILAVADHANANANDA/CHAYAPA DE K",
        "NILAV/CHAYA D K",
        "NILAVADHANANANDA/CHA",
    ],
)
def test_a_name_cut_in_whatever_way_the_standard_allows_is_alike(document: str) -> None:
    ticket = "Nilavadhanananda/Chayapa Dejthamrong Krasuang"
    result = compared(ticket, document, truncated=True)
    assert result.likeness == "alike"
    assert result.why == "The document has no room for the whole name; what it shows of it is the ticket's."


def test_a_name_that_is_not_cut_is_not_compared_as_if_it_were() -> None:
    assert compared("Ivanova/Anna", "IVANOV/ANNA").likeness == "different"
    assert compared("Ivanova/Anna", "IVANOV/ANNA", truncated=True).likeness == "alike"


@pytest.mark.parametrize(
    ("ticket", "document"),
    [
        ("Ivanov/Ivan", "PETROV/IVAN"),
        ("Ivanov/Ivan", "IVANOV/PETR"),
        ("Ivanov/Ivan", "IVANOVA/IVANNA"),
        ("Иванов/Иван", "IVANOVA/MARIIA"),
        ("Ivanov/Anna Maria", "IVANOV/MARIA ANNA"),
        ("Garcia/Ana", "LOPEZ/ANA"),
        ("Maria/Ivanova", "MARA/IVANOVA"),
    ],
)
def test_different_people(ticket: str, document: str) -> None:
    result = compared(ticket, document)
    assert result.likeness == "different"
    assert document.replace("/", " ") in result.why


def test_a_cyrillic_ticket_is_shown_in_both_scripts() -> None:
    assert compared("Иванов/Иван", "PETROV/IVAN").why == (
        "The ticket is for Иванов Иван (IVANOV IVAN), the document is of PETROV IVAN."
    )


@pytest.mark.parametrize(
    ("ticket", "document", "why"),
    [
        ("김/정은", "KIM/JONG UN", "ICAO Doc 9303 has no rule for writing the ticket's name in Latin letters"),
        ("Бөрте/Чино", "BORTE/CHINO", "ICAO Doc 9303 has no rule for writing the ticket's name in Latin letters"),
        ("Kim/Jong Un", "김/정은", "The document's name is not in Latin letters"),
        ("محمد/علي", "MOHAMMED/ALI", "Arabic names are written without vowels"),
        ("", "IVANOV/IVAN", "There is no name to compare."),
        ("Ivanov/Ivan", "", "There is no name to compare."),
        ("Ivanov/Ivan", "-/-", "There is no name to compare."),
    ],
)
def test_what_no_rule_can_compare_is_left_to_a_person(ticket: str, document: str, why: str) -> None:
    result = compared(ticket, document)
    assert result.likeness == "unreadable"
    assert result.why.startswith(why)


def test_names_with_very_many_spellings_are_compared_at_once() -> None:
    assert compared("Ü" * 80 + "/" + "Ä" * 80, "UE" * 79 + "U/" + "A" * 80).likeness == "same"
    assert compared("Ü" * 80 + "/Ä", "U" * 81 + "/A").likeness in ("alike", "different")
    assert compared("Ü" * 80 + "/Ä", "ÜÖ" * 40 + "/Ä").likeness == "different"


CYRILLIC_WORDS = st.lists(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=12), min_size=1, max_size=3)


@given(CYRILLIC_WORDS, CYRILLIC_WORDS, st.sampled_from(CYRILLIC_LANGUAGES))
def test_what_we_write_for_a_name_is_the_same_name(family: list[str], names: list[str], cyrillic: Cyrillic) -> None:
    ticket = FullName(" ".join(family), " ".join(names))
    latin = FullName(transliterated(ticket.family_name, cyrillic), transliterated(ticket.given_names, cyrillic))
    if latin.family_name or latin.given_names:  # ь alone leaves nothing
        assert compare(ticket, latin).likeness == "same"


@given(
    st.lists(st.text("ABCÄÜÖÑ", min_size=2, max_size=30), min_size=1, max_size=4),
    st.lists(st.text("ABCÄÜÖÑ", min_size=2, max_size=30), min_size=1, max_size=4),
    st.sampled_from([30, 31, 39]),
)
def test_a_name_cut_by_our_own_rule_is_never_taken_for_another(family: list[str], names: list[str], width: int) -> None:
    ticket = FullName(" ".join(family), " ".join(names))
    field = name_field(ticket.family_name, ticket.given_names, width)
    primary, _, secondary = field.rstrip("<").partition("<<")
    document = FullName(primary.replace("<", " "), secondary.replace("<", " "), truncated=field[-1] != "<")
    assert compare(ticket, document).likeness in ("same", "alike")


# ── a name written in one ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ticket", "written", "divided_as"),
    [
        ("Ким/Ольга", "KIM OLGA", "KIM/OLGA"),
        ("Ким/Ольга", "OLGA KIM", "KIM/OLGA"),
        ("Kim/Olga", "KIM<<OLGA<PETROVNA<<<<", "KIM/OLGA PETROVNA"),
        ("Kim/Olga", "PAK, MIN", "PAK/MIN"),
        ("van der Berg/Anna Maria", "VAN DER BERG ANNA MARIA", "VAN DER BERG/ANNA MARIA"),
        ("van der Berg/Anna", "VAN DER BERG ANNA MARIA", "VAN DER BERG/ANNA MARIA"),
        ("Arkfreith/", "ARKFREITH", "ARKFREITH/"),
        # only the family name is the ticket's
        ("Kim/Olga", "KIM MIN", "KIM/MIN"),
        ("Kim/Olga", "MIN HO KIM", "KIM/MIN HO"),
        # nothing of the ticket explains it, or there is no ticket yet
        ("Kim/Olga", "PAK  MIN HO", "PAK MIN HO/"),
        ("/", "PAK MIN", "PAK MIN/"),
        ("Kim/Olga", "", "/"),
    ],
)
def test_a_name_written_in_one_divides_where_the_tickets_does(ticket: str, written: str, divided_as: str) -> None:
    assert divided(written, _name(ticket)) == _name(divided_as)


def test_a_name_of_a_thousand_words_is_left_whole() -> None:
    assert divided("A " * 500, _name("A/A")).given_names == ""


@given(CYRILLIC_WORDS, CYRILLIC_WORDS, st.booleans())
def test_however_the_tickets_own_name_is_written_in_one_it_is_the_same(
    family: list[str], names: list[str], given_first: bool
) -> None:
    ticket = FullName(" ".join(family), " ".join(names))
    latin = transliterated(ticket.family_name), transliterated(ticket.given_names)
    if all(latin):
        written = " ".join(reversed(latin) if given_first else latin)
        assert compare(ticket, divided(written, ticket)).likeness == "same"
