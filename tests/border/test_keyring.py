"""The keys outside the database: what they seal opens only as what it was, and with them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.border.errors import Damaged, KeyringError
from rerail.border.keyring import Keyring, Keys, Sealed, signature_holds


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_was_sealed_opens_as_it_was(plain: bytes, about: str) -> None:
    ring = Keyring.generated()
    assert ring.open(ring.seal(plain, about), about) == plain


def test_the_same_thing_sealed_twice_looks_different() -> None:
    ring = Keyring.generated()
    assert ring.seal(b"715000123", "x").content != ring.seal(b"715000123", "x").content


def test_one_passengers_number_does_not_open_in_anothers_row() -> None:
    ring = Keyring.generated()
    sealed = ring.seal(b"715000123", "document K7MP4XQ2/1/number")
    with pytest.raises(KeyringError, match="damaged, or not what it says"):
        ring.open(sealed, "document K7MP4XQ2/2/number")


@given(st.data())
def test_any_bent_bit_is_noticed(data: st.DataObject) -> None:
    ring = Keyring.generated()
    sealed = ring.seal(b"715000123", "x")
    bent = bytearray(sealed.content)
    bent[data.draw(st.integers(0, len(bent) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(KeyringError):
        ring.open(Sealed(sealed.key_id, bytes(bent)), "x")


def test_what_is_sealed_for_a_request_opens_with_ring_and_request_together() -> None:
    ring = Keyring.generated()
    sealed = ring.for_request(b"PATCH 715000123").seal(b"the answer", "x")
    later = ring.rotated()
    assert later.for_request(b"PATCH 715000123").open(sealed, "x") == b"the answer"
    for other in (ring, ring.for_request(b"PATCH 715000124"), ring.for_request(b"")):
        with pytest.raises(Damaged):
            other.open(sealed, "x")
    with pytest.raises(KeyringError, match="lacks key"):
        later.only_current().for_request(b"PATCH 715000123").open(sealed, "x")


def test_a_key_that_is_not_in_the_ring_is_named() -> None:
    sealed = Keyring.generated().seal(b"x", "x")
    with pytest.raises(KeyringError, match=sealed.key_id):
        Keyring.generated().open(sealed, "x")


def test_the_file_is_made_when_it_is_first_needed_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "apart" / "keys.json")
    assert not (tmp_path / "apart").exists()
    sealed = keys.seal(b"x", "x")
    assert (tmp_path / "apart" / "keys.json").stat().st_mode & 0o777 == 0o600
    assert Keys(tmp_path / "apart" / "keys.json").open(sealed, "x") == b"x"


def test_processes_that_both_make_the_file_end_with_one_ring(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    rings: list[str] = []
    together = threading.Barrier(8)

    def make() -> None:
        together.wait()
        rings.append(Keyring.opened(file).current)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(rings)) == 1


def test_a_rotation_by_another_process_is_seen_at_the_next_use(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    here, there = Keys(file), Keys(file)
    old = here.seal(b"before", "x")
    there.ring().rotated().write(file)
    new = here.seal(b"after", "x")
    assert new.key_id != old.key_id
    assert [there.open(old, "x"), there.open(new, "x")] == [b"before", b"after"]


def test_without_a_file_nothing_is_taken() -> None:
    with pytest.raises(KeyringError, match="RERAIL_KEYS"):
        Keys(None).seal(b"x", "x")


@pytest.mark.parametrize("content", ["", "{}", '{"format": "rerail-keys-1"}', "\x00\x01"])
def test_a_damaged_file_is_never_written_over(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(content)
    with pytest.raises(KeyringError, match="is damaged"):
        Keys(file).seal(b"x", "x")
    assert file.read_text() == content


def test_a_file_that_vanished_is_not_made_anew_unseen(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    keys = Keys(file)
    sealed = keys.seal(b"x", "x")
    file.unlink()
    with pytest.raises(KeyringError, match="it is gone"):
        keys.open(sealed, "x")
    assert not file.exists()


def test_a_signature_is_of_its_content_alone() -> None:
    ring = Keyring.generated()
    signature = ring.sign(b"erased")
    assert signature_holds(ring.record_key, signature, b"erased")
    assert not signature_holds(ring.record_key, signature, b"kept")
    assert not signature_holds(Keyring.generated().record_key, signature, b"erased")
