"""A page with drawings, compressed in stretches, is the same page; and a piece is kept under what it depends on."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from rerail.web.packing import Packer
from rerail.web.pieces import Pieces

TEXTS = st.text(max_size=400)


@given(parts=st.lists(TEXTS, min_size=1, max_size=5), drawings=st.lists(TEXTS, max_size=4))
def test_what_was_compressed_in_stretches_is_what_it_was(parts: list[str], drawings: list[str]) -> None:
    page = "".join(part + drawing for part, drawing in zip(parts, [*drawings, *[""] * 5], strict=False))
    packer = Packer()
    for _ in range(2):  # the second time the drawings are at hand
        assert gzip.decompress(packer.gzip(page.encode(), drawings)) == page.encode()


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_a_drawing_that_is_not_on_the_page_does_no_harm(page: str, drawings: list[str]) -> None:
    assert gzip.decompress(Packer().gzip(page.encode(), drawings)) == page.encode()


def test_a_drawing_whose_beginning_stands_on_the_page_twice_is_not_mistaken() -> None:
    begin = "<svg>" + "x" * 300
    page = begin + "one" + begin + "two" + begin + "three"
    assert gzip.decompress(Packer().gzip(page.encode(), [begin + "two"])) == page.encode()


def test_a_browser_reads_it_as_one_stream_with_nothing_left_over() -> None:
    drawing = "<svg>" + "<path d='M0 0h1'/>" * 200
    packed = Packer().gzip(f"<p>before{drawing}after".encode(), [drawing])
    stream = zlib.decompressobj(wbits=31)
    assert stream.decompress(packed).decode() == f"<p>before{drawing}after"
    assert stream.eof
    assert stream.unused_data == b""


def test_the_same_page_is_the_same_bytes() -> None:
    assert Packer().gzip(b"page" * 100) == Packer().gzip(b"page" * 100)


def test_a_piece_is_made_once_for_each_thing_it_depends_on() -> None:
    made: list[int] = []
    pieces = Pieces()

    def piece(number: int) -> Markup:
        def make() -> str:
            made.append(number)
            return f"<p>{number}"

        return pieces.of(("row", number), make)

    assert [piece(1), piece(2), piece(1)] == ["<p>1", "<p>2", "<p>1"]
    assert made == [1, 2]


@pytest.mark.parametrize("most", [1, 3])
def test_room_for_pieces_is_bounded(most: int) -> None:
    pieces = Pieces(most)
    for number in range(10):
        pieces.of((number,), lambda: "x")
    assert len(pieces) == most
