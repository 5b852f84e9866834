"""Texts that passengers read exist in every language of the line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rerail.line.draft import DraftFolder
from rerail.line.problem import At, Finding, error, warning
from rerail.line.spelling import did_you_mean


def missing_language(draft: DraftFolder) -> Iterator[Finding]:
    """Every public text has all of the line's languages: half a page in another language is no page."""
    for at, texts in draft.public_texts:
        missing = [language for language in draft.languages if not texts.get(language, "").strip()]
        if missing:
            several = " and ".join(f'"{language}"' for language in missing)
            add = ", ".join(f'{language} = "…"' for language in missing)
            yield error(at, f"the text in {several} is missing.", f"Add {add}.")


def language_twice(draft: DraftFolder) -> Iterator[Finding]:
    """No language of the line is listed twice."""
    at = At("line.toml", "line.languages")
    for index, language in enumerate(draft.languages):
        if language in draft.languages[:index]:
            yield error(at.item(index), f'"{language}" is listed twice.', "Take one out.")


def unused_language(draft: DraftFolder) -> Iterator[Finding]:
    """A text in a language that is not the line's is shown to nobody."""
    if not draft.languages:
        return
    for at, texts in draft.public_texts:
        for language in texts:
            if language not in draft.languages:
                fix = f"{did_you_mean(language, draft.languages)} Languages are listed in line.languages.".strip()
                yield warning(at.key(language), f'"{language}" is not a language of this line.', fix)


RULES: Final = (missing_language, language_twice)
WARNINGS: Final = (unused_language,)
