"""Did you mean …? The nearest word that would have been right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_MANY = 500


def closest(word: str, words: Iterable[str]) -> str | None:
    """The word nearest to a misspelt one, or None if none is near."""
    return closest_of(word, {known.lower(): known for known in words})


def closest_of(word: str, labels: Mapping[str, str]) -> str | None:
    """What the label nearest to a misspelt one stands for; labels are in lower case."""
    wanted = word.lower()
    if wanted in labels:
        return labels[wanted]
    candidates: Iterable[str] = labels
    if len(labels) > _MANY:
        # Ten thousand stations are not compared letter by letter with every misspelt one.
        candidates = [label for label in labels if label[:1] == wanted[:1] and abs(len(label) - len(wanted)) <= 2]
        candidates = candidates[:_MANY]
    found = get_close_matches(wanted, candidates, n=1, cutoff=0.6)
    return labels[found[0]] if found else None


def closest_several(word: str, words: Iterable[str], most: int) -> tuple[str, ...]:
    """The words nearest to a misspelt one, the nearest first."""
    labels = {known.lower(): known for known in words}
    return tuple(labels[label] for label in get_close_matches(word.lower(), labels, n=most, cutoff=0.6))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """'Did you mean "trains"?', or nothing if no word is near."""
    found = closest(word, words)
    return f'Did you mean "{found}"?' if found else ""
