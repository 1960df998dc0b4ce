"""Hook for help links and term explanations; the handbook, a higher layer, fills it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class HelpSource:
    """The callbacks by which the handbook provides help links and explanations of terms.

    Attributes:
        address: returns the help URL for a page's path and entry kind (may be empty).
        meaning: returns the explanation of a term, or "".
    """

    address: Callable[[str, str], str]
    meaning: Callable[[str], str]


#: The registered handbook, if any.
HELP_SOURCES: list[HelpSource] = []


def register_help(source: HelpSource) -> None:
    """Register the callbacks of the handbook."""
    HELP_SOURCES.append(source)


def filter_known_terms(words: Iterable[str]) -> list[str]:
    """Return the words that the handbook explains, without duplicates."""
    return [word for word in dict.fromkeys(words) if HELP_SOURCES and HELP_SOURCES[-1].meaning(word)]
