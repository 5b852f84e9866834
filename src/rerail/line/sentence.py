"""An error as a sentence, kept apart from its values so that every face can say it in its own language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


class SentenceError(ValueError):
    """A sentence that a person is shown, kept apart from its values so that a face can say it in another language.

    A value that is a mapping is a text in several languages (`rerail.line.model.Text`): a station's name.
    """

    def __init__(self, message: str, **values: object) -> None:
        self.message: Final = message
        self.values: Final = values
        super().__init__(message % self.values_in(""))

    def values_in(self, language: str) -> dict[str, object]:
        """The values with every text in a language, or in its first one."""
        return {
            name: value.get(language) or next(iter(value.values()), "") if isinstance(value, Mapping) else value
            for name, value in self.values.items()
        }
