"""The keys that seal documents and sign the record of erasure: in a file outside the database.

A document is sealed field by field with AES-256-GCM (NIST SP 800-38D): a fresh 96-bit nonce each time, and as
additional data what the field is about, so that nobody can put one passenger's number in another's row. Whoever
has the database and not this file reads nothing; whoever loses this file has erased every document.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hmac
import os
import secrets
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from rerail.border.errors import Damaged, KeyringError

FORMAT: Final = "rerail-keys-1"
_NONCE: Final = 12
_KEY: Final = 32

_UNREADABLE: Final = (
    "The file of keys %(file)s cannot be read (%(why)s). Documents stay sealed until it is back; restore it from "
    "where you keep it apart from the database."
)
_LACKING: Final = (
    "The file of keys %(file)s lacks %(keys)s: with it something in the database is sealed or signed. Restore the file "
    "that has it; every process of a line needs the same one (RERAIL_KEYS). If it is lost for good, "
    "rerail border keys replace begins a new one."
)


class Sealed(Struct, frozen=True):
    """Something sealed, and by which key."""

    key_id: str
    content: bytes
    """Nonce and ciphertext with its tag."""


class _File(Struct, frozen=True, kw_only=True):
    format: str
    current: str
    keys: dict[str, str]
    """Key id → 256-bit key, Base64."""
    record: str
    """Ed25519 private key that signs the record of erasure, raw, Base64."""


class Keys:
    """The ring in its file, as it is now: another process may have rotated it.

    `file` None: there is none, and nothing can be sealed. The file is made when something is first sealed, and never
    to open something: a new ring opens nothing that is sealed already.
    """

    def __init__(self, file: Path | None) -> None:
        self._file: Final = file
        self._lock: Final = threading.Lock()
        self._read: tuple[tuple[int, int], Keyring] | None = None

    @property
    def file(self) -> Path:
        """Where the keys are. Raises `KeyringError` if there is no file."""
        if self._file is None:
            raise KeyringError("No file of keys was named, so no document is taken; set RERAIL_KEYS.")
        return self._file

    def ring(self) -> Keyring:
        """The ring as the file has it now. Raises `KeyringError`, also if there is none yet."""
        return self._ring(make=False)

    def made(self) -> Keyring:
        """The same; if there is none yet, it is made. Raises `KeyringError`."""
        return self._ring(make=True)

    def _ring(self, *, make: bool) -> Keyring:
        file = self.file
        with self._lock:
            # Looked at before it is read: a file that is replaced meanwhile is read again the next time.
            stamp = _stamp(file)
            if stamp is None and self._read is not None:
                raise KeyringError(_UNREADABLE, file=file, why="it is gone")
            if self._read is None or self._read[0] != stamp:
                if make:
                    Keyring.opened(file)
                    stamp = _stamp(file)
                self._read = (stamp, Keyring.read(file)) if stamp is not None else None
            if self._read is None:
                raise KeyringError(_UNREADABLE, file=file, why="it is not there")
            return self._read[1]

    def check(self, used: Collection[str], signer: bytes | None) -> None:
        """Raise `KeyringError` unless the ring has every key that something is sealed with, and signs as `signer`.

        `signer` is the public half of the key by which the record of erasure was last signed; None if it is empty. A
        ring that lacks any is another line's, another machine's or an old copy: what it seals, the others could not
        open.
        """
        if not used and signer is None:
            return
        ring = self.ring()
        lacking = [f"key {one}" for one in sorted(set(used) - ring.key_ids)]
        if signer not in (None, ring.record_key):
            lacking.append("the key that signs the record of erasure")
        if lacking:
            raise KeyringError(_LACKING, file=self.file, keys=", ".join(lacking))

    def rotate(self, *, unused_but: str | None) -> Keyring:
        """Put a new key into the file, and return the ring. One process at a time.

        `unused_but` is the newest key, if everything is sealed with it: the older ones are let go of. Raises
        `KeyringError`.
        """
        self.made()
        with _alone(self.file):
            before = Keyring.read(self.file)
            if unused_but == before.current:
                before = before.only_current()
            before.rotated().write(self.file)
        return self.ring()

    def readable_by_others(self) -> bool:
        """Whether others than its owner may read the file."""
        try:
            return bool(self.file.stat().st_mode & 0o077)
        except OSError:
            return False

    def seal(self, plain: bytes, about: str) -> Sealed:
        """Seal with the newest key. Raises `KeyringError`."""
        return self.made().seal(plain, about)

    def open(self, sealed: Sealed, about: str) -> bytes:
        """What was sealed. Raises `KeyringError`."""
        return self.ring().open(sealed, about)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep every other process out that does the same: two rotations at once would lose the one's new key."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


class Keyring:
    """The keys of one line. Frozen: a rotation makes another, written to the file before anything is sealed anew."""

    def __init__(self, current: str, keys: Mapping[str, bytes], record: bytes) -> None:
        self.current: Final = current
        self._keys: Final = dict(keys)
        self._record: Final = record
        self._ciphers: Final = {key_id: AESGCM(key) for key_id, key in keys.items()}

    @classmethod
    def generated(cls) -> Keyring:
        """A ring with one new key."""
        key_id = _new_id()
        record = Ed25519PrivateKey.generate().private_bytes_raw()
        return cls(key_id, {key_id: secrets.token_bytes(_KEY)}, record)

    @property
    def key_ids(self) -> frozenset[str]:
        """The keys that it has."""
        return frozenset(self._keys)

    # In its file

    @classmethod
    def read(cls, file: Path) -> Keyring:
        """The ring in a file. Raises `KeyringError`."""
        try:
            content = msgspec.json.decode(file.read_bytes(), type=_File)
            keys = {key_id: base64.b64decode(key, validate=True) for key_id, key in content.keys.items()}
            record = base64.b64decode(content.record, validate=True)
        except OSError as error:
            raise KeyringError(_UNREADABLE, file=file, why=error.strerror or type(error).__name__) from None
        except (msgspec.MsgspecError, binascii.Error, ValueError):
            raise KeyringError(_UNREADABLE, file=file, why="it is damaged") from None
        whole = content.format == FORMAT and content.current in keys and len(record) == _KEY
        if not whole or any(len(key) != _KEY for key in keys.values()):
            raise KeyringError(_UNREADABLE, file=file, why="it is damaged")
        return cls(content.current, keys, record)

    @classmethod
    def opened(cls, file: Path) -> Keyring:
        """The ring in a file, which is made if it is not there. Raises `KeyringError`."""
        if not file.exists():
            made = cls.generated()
            try:
                made._write(file, new=True)
            except FileExistsError:
                pass  # another process made one first, and wrote it whole
            else:
                return made
        return cls.read(file)

    def write(self, file: Path) -> None:
        """Put the ring in the place of the one in the file, whole or not at all. Raises `KeyringError`."""
        self._write(file, new=False)

    def _write(self, file: Path, *, new: bool) -> None:
        content = _File(
            format=FORMAT,
            current=self.current,
            keys={key_id: base64.b64encode(key).decode() for key_id, key in self._keys.items()},
            record=base64.b64encode(self._record).decode(),
        )
        part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(msgspec.json.format(msgspec.json.encode(content)))
                out.flush()
                os.fsync(out.fileno())
            if new:
                os.link(part, file)  # fails where a file stands, which a rename would replace
            else:
                part.replace(file)
            folder = os.open(file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except FileExistsError:
            raise
        except OSError as error:
            message = "The file of keys %(file)s cannot be written (%(why)s), so no document is taken."
            raise KeyringError(message, file=file, why=error.strerror or type(error).__name__) from None
        finally:
            part.unlink(missing_ok=True)

    # Sealing

    def seal(self, plain: bytes, about: str) -> Sealed:
        """Seal something with the newest key. `about` says whose it is and what: it opens only as the same."""
        nonce = secrets.token_bytes(_NONCE)
        return Sealed(self.current, nonce + self._ciphers[self.current].encrypt(nonce, plain, about.encode()))

    def open(self, sealed: Sealed, about: str) -> bytes:
        """What was sealed. Raises `KeyringError`: the key is not in the ring, or the content was tampered with."""
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise KeyringError(
                "The file of keys lacks key %(key)s, with which this was sealed; restore the file that has it.",
                key=sealed.key_id,
            )
        nonce, ciphertext = sealed.content[:_NONCE], sealed.content[_NONCE:]
        try:
            return cipher.decrypt(nonce, ciphertext, about.encode())
        except (InvalidTag, ValueError):
            raise Damaged("What was sealed about %(what)s is damaged, or not what it says.", what=about) from None

    def for_request(self, request: bytes) -> Keyring:
        """A ring that seals and opens only together with a request, for what its sender gets once more.

        Its keys are HMAC-SHA-256 of the request under this ring's. Whoever has the file and the database, and not the
        request, opens nothing: what a request told does not live on in an answer that is kept.
        """
        keys = {key_id: hmac.digest(key, b"request\0" + request, "sha256") for key_id, key in self._keys.items()}
        return Keyring(self.current, keys, self._record)

    # Rotation

    def rotated(self) -> Keyring:
        """The ring with one more key, which seals from now on; the others still open."""
        key_id = _new_id()
        return Keyring(key_id, {**self._keys, key_id: secrets.token_bytes(_KEY)}, self._record)

    def only_current(self) -> Keyring:
        """The ring without its older keys, once nothing is sealed with them."""
        return Keyring(self.current, {self.current: self._keys[self.current]}, self._record)

    # The record of erasure

    def sign(self, content: bytes) -> bytes:
        """Sign a record (Ed25519, 64 bytes)."""
        return Ed25519PrivateKey.from_private_bytes(self._record).sign(content)

    @property
    def record_key(self) -> bytes:
        """The public half of the key that signs records: raw, 32 bytes."""
        public = Ed25519PrivateKey.from_private_bytes(self._record).public_key()
        return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def signature_holds(public: bytes, signature: bytes, content: bytes) -> bool:
    """Whether a record's signature is of this content, by this public key (raw)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _new_id() -> str:
    return secrets.token_hex(4)
