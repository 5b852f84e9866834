"""What a form or an address carries, as text a rule can look at."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

_MOST_FIELDS: Final = 500
_SPACES: Final = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")


class Fields:
    """Names with their values, in the order they came. Control characters are gone, ends trimmed."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), files: Mapping[str, bytes] | None = None) -> None:
        self.files: Final[Mapping[str, bytes]] = files or {}
        """The content of each file that was sent along, by the name of its field."""
        self._given: Final = tuple(pairs)
        self.pairs: Final = tuple((name, _cleaned(value)) for name, value in self._given)

    @classmethod
    def parsed(cls, encoded: bytes) -> Fields:
        """The fields of a query or of a form's body (application/x-www-form-urlencoded).

        What cannot be decoded is replaced, and too many fields are none: nobody's browser sends that.
        """
        try:
            pairs = parse_qsl(encoded.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            pairs = []
        return cls(pairs)

    def text(self, name: str) -> str:
        """The first value of a name; empty if it was not given."""
        return next((value for given, value in self.pairs if given == name), "")

    def raw(self, name: str) -> str:
        """The first value of a name exactly as it came: what a password needs, and nothing else."""
        return next((value for given, value in self._given if given == name), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of a name that is not empty, each once."""
        return tuple(dict.fromkeys(value for given, value in self.pairs if given == name and value))

    def has(self, name: str) -> bool:
        """Whether the name was given at all."""
        return any(given == name for given, _ in self.pairs)

    def only(self, names: Iterable[str]) -> Fields:
        """The fields of these names that say something."""
        wanted = frozenset(names)
        return Fields((name, value) for name, value in self.pairs if name in wanted and value)

    @property
    def query(self) -> str:
        """The fields as the query of an address."""
        return urlencode(self.pairs)


class Faults(dict[str, str]):
    """For each field that is wrong the sentence that says how; for every other an empty one."""

    def __missing__(self, field: str) -> str:
        return ""


def _cleaned(value: str) -> str:
    spaced = "".join(" " if character in _SPACES else character for character in value)
    # Format characters (Cf) stay: Korean and Persian text needs some of them; control characters (Cc) never.
    return "".join(one for one in spaced if unicodedata.category(one) not in ("Cc", "Cs")).strip()
