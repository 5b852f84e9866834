"""Passwords: the rule they obey, and argon2id, which makes guessing them dear.

Parameters are argon2-cffi's, the second recommended option of RFC 9106 (section 4): 64 MiB, three passes.
One hash takes about a tenth of a second, which is why sign-in is throttled before it gets here.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rerail.people.users import PeopleError, name_key

SHORTEST: Final = 12
LONGEST: Final = 256
_FEWEST_DIFFERENT: Final = 5

_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for one another (no l, o, 0, 1): five bits each."""

_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Each hash takes 64 MiB, so a process makes few at once, however many people sign in."""

_hasher: Final = PasswordHasher()


def checked_password(password: str, name: str) -> str:
    """The password, if it obeys the rule. Raises `PeopleError`, which never repeats it.

    Length is what protects (NIST SP 800-63B, section 3.1.1.2): no rule about kinds of characters.
    """
    if len(password) < SHORTEST:
        raise PeopleError(
            "The password is too short; use at least %(least)d characters: a few words, say.",
            "password",
            least=SHORTEST,
        )
    if len(password) > LONGEST:
        raise PeopleError("The password is too long; %(most)d characters are the most.", "password", most=LONGEST)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise PeopleError(
            "The password holds a character that cannot be typed; use letters, digits, signs and spaces.", "password"
        )
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise PeopleError(
            "The password repeats itself; use at least %(least)d different characters.",
            "password",
            least=_FEWEST_DIFFERENT,
        )
    if len(name) > 3 and name_key(name) in name_key(password):
        raise PeopleError(
            "The password contains the user's name; choose one that nobody guesses from the name.", "password"
        )
    return password


def generated_password() -> str:
    """A password of 80 random bits, in four groups that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    with _AT_ONCE:
        return _hasher.hash(_octets(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. Without a hash it takes as long, and says no.

    So nobody learns from the time it takes whether a name exists.
    """
    nobody = _nobody()
    try:
        with _AT_ONCE:
            _hasher.verify(kept if kept is not None else nobody, _octets(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's, and should be made again."""
    return _hasher.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password is known for."""
    return hashed(secrets.token_urlsafe(32))


def _octets(password: str) -> bytes:
    # The same password typed on another keyboard can be composed differently (RFC 8265, section 4.2.2).
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")
