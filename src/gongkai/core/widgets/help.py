"""Help in place: what the frame of every office page and the tag `term` ask of the handbook, which stands further up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Help:
    """What the handbook answers.

    Attributes:
        address: where a page of the office is explained, by its path and the kind of entry that it shows (may be empty).
        meaning: what a term means, in one sentence; empty for one that it does not know.
    """

    address: Callable[[str, str], str]
    meaning: Callable[[str], str]


#: The handbook, once it is there.
HELP: list[Help] = []


def register_help(answers: Help) -> None:
    """Enter who answers."""
    HELP.append(answers)


def known_terms(words: Iterable[str]) -> list[str]:
    """Return those of some words that the handbook explains in a sentence, each once."""
    return [word for word in dict.fromkeys(words) if HELP and HELP[-1].meaning(word)]
