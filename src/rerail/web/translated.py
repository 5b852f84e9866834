"""Messages without values are translated when a template is compiled, not each time it is rendered.

There is one set of compiled templates per language, so `_("Timetable")` is a constant in each. A page has
some fifty such messages; looking each up anew took a quarter of the time it took to render the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_CALL = ("name", "lparen", "string", "rparen")


class Translated(Extension):
    """Replaces `_("message")` by its translation in the environment's `rerail_words`."""

    # After the i18n extension, which this one leaves everything to that has values or plurals.
    priority = 200

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens, with every constant message as the text it is in this language."""
        held: list[Token] = []
        for token in stream:
            held.append(token)
            if not self._may_be_call(held):
                yield from self._released(held)
            elif len(held) == len(_CALL):
                message = held[2]
                yield Token(message.lineno, "string", self._text(message.value))
                held.clear()
        yield from held

    def _text(self, message: str) -> str:
        text: str = self.environment.rerail_words.gettext(message)  # type: ignore[attr-defined]
        return text

    @staticmethod
    def _may_be_call(held: list[Token]) -> bool:
        kinds = tuple(token.type for token in held)
        return kinds == _CALL[: len(kinds)] and held[0].value == "_"

    def _released(self, held: list[Token]) -> Iterator[Token]:
        """Everything held that can no longer become a call; a new call may begin with the last token."""
        last = held.pop()
        yield from held
        held.clear()
        if self._may_be_call([last]):
            held.append(last)
        else:
            yield last
