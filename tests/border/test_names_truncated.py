"""Names in the field of a zone: the examples that ICAO Doc 9303-4, -5 and -6 print, and the laws of cutting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.border.name_field import name_field

TD1, TD2, TD3 = 30, 31, 39

THAI = ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang")
PLACES = ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo")


@pytest.mark.parametrize(
    ("family", "given_names", "field"),
    [
        ("Eriksson", "Anna Maria", "ERIKSSON<<ANNA<MARIA"),
        ("Heng", "Deborah Ming Lo", "HENG<<DEBORAH<MING<LO"),
        ("Smith-Jones", "Susie Margaret", "SMITH<JONES<<SUSIE<MARGARET"),
        ("O'Connor", "Enya Siobhan", "OCONNOR<<ENYA<SIOBHAN"),
        ("Van Der Muellen", "Martin", "VAN<DER<MUELLEN<<MARTIN"),
        ("Al-Basri", "Huda Muhammad Jawad", "AL<BASRI<<HUDA<MUHAMMAD<JAWAD"),
        ("Arkfreith", "", "ARKFREITH"),
        ("Satriya Sudarpa", "", "SATRIYA<SUDARPA"),
    ],
)
@pytest.mark.parametrize("width", [TD1, TD2, TD3])
def test_names_that_fit_are_written_in_full(family: str, given_names: str, field: str, width: int) -> None:
    assert name_field(family, given_names, width) == field.ljust(width, "<")


@pytest.mark.parametrize(
    ("width", "name", "field"),
    [
        (TD3, THAI, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        (TD2, THAI, "NILAVADHANANANDA<<CHAYAPA<DEJ<K"),
        (TD1, THAI, "NILAVADHANANANDA<<CHAYAPA<DE<K"),
        (TD3, ("Nilavadhanananda", "Arnpol Petch Charonguang"), "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        (TD3, PLACES, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
        (TD2, PLACES, "BENNELONG<WOOLOOMOOLOO<W<W<<D<P"),
        (TD1, PLACES, "BENNELONG<WOOLOOMOOLOO<W<W<<DI"),
        (TD3, ("Papandropoulous", "Jonathon Warren Trevor"), "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"),
        (TD2, ("Papandropoulous", "Jonathoon Alec"), "PAPANDROPOULOUS<<JONATHOON<ALEC"),
        (TD1, ("Papandropoulous", "Jonathon Alec"), "PAPANDROPOULOUS<<JONATHON<ALEC"),
        (TD1, ("Vilarchao Fernandez", "Jose Ramon"), "VILARCHAO<FERNANDEZ<<JOSE<RAMO"),
    ],
)
def test_names_that_do_not_fit_are_cut_as_the_standard_cuts_them(width: int, name: tuple[str, str], field: str) -> None:
    assert name_field(*name, width) == field


@pytest.mark.parametrize("width", [TD1, TD2, TD3])
def test_a_name_of_sixty_letters(width: int) -> None:
    sixty = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
    assert len(sixty) == 60
    assert name_field(sixty, "", width) == sixty.upper()[:width]
    assert name_field(sixty, "Hubert Blaine", width) == sixty.upper()[: width - 3] + "<<H"
    assert name_field("Ж" * 60, "Анна", width) == ("ZH" * 60)[: width - 3] + "<<A"


def test_few_given_names_leave_the_family_name_more_than_its_initials() -> None:
    assert name_field(PLACES[0], "D", TD3) == "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WA<<D"


def test_an_only_name_stands_first_wherever_it_was_given() -> None:
    assert name_field("", "Arkfreith", TD1) == "ARKFREITH".ljust(TD1, "<")


def test_so_many_initials_that_even_they_do_not_fit() -> None:
    # 15 initials are 29 characters; the last position must have a letter.
    assert name_field(" ".join("ABCDEFGHIJKLMNOPQR"), "", TD1) == "A<B<C<D<E<F<G<H<I<J<K<L<M<N<OP"


WORDS = st.lists(st.text("ABCDXYZ", min_size=1, max_size=60), max_size=20).map(" ".join)


@given(WORDS, WORDS, st.sampled_from([TD1, TD2, TD3]))
def test_the_field_is_always_full_and_a_cut_name_ends_in_a_letter(family: str, given_names: str, width: int) -> None:
    field = name_field(family, given_names, width)
    assert len(field) == width
    whole = "<<".join(filter(None, (family, given_names))).replace(" ", "<")
    if len(whole) <= width:
        assert field.rstrip("<") == whole
        return
    assert field[-1] != "<"
    assert "<<<" not in field
    primary, _, secondary = field.partition("<<")
    assert bool(secondary) == bool(family and given_names), "one letter of the given names at least"
    assert primary[0] == whole[0]
