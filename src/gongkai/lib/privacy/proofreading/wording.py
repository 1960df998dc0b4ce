"""What the words around say: words that are meant to be others, words that lack a character, words that are not there."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.lexis import Line, line
from gongkai.lib.privacy.proofreading.misplaced import misplaced
from gongkai.lib.privacy.proofreading.prone import mixed_words
from gongkai.lib.privacy.tables import rows

#: From this on a place is reported.
THRESHOLD, THRESHOLD_SHORT = 3.0, 3.1
#: The same for one character at the end of a clause: hardly any stands there by itself.
THRESHOLD_CLOSED = 1.7
#: So much more is asked where the two words share no character and nobody mixes them up.
_STRANGERS = 2.5
#: What a pair of words gains that people mix up.
_PRONE = 1.3


@cache
def _weights(name: str) -> dict[str, float]:
    return {row[0]: float(row[1]) for row in rows(name)}


def weigh(found: tuple[str, ...], name: str) -> float:
    """Return what the clues say together, with the weights of a table."""
    weights = _weights(name)
    return weights["all"] + sum(weights.get(clue, 0.0) for clue in found)


def improper(frame: Frame, line: Line) -> Iterator[Finding]:
    """Yield words in whose place another one that sounds or looks like it is far likelier."""
    for found in misplaced(frame, line):
        words = frame.source[found.at : found.end]
        weight = weigh(found.clues, "clues_misplaced")
        if (words, found.word) in mixed_words():
            weight += _PRONE
        elif set(words).isdisjoint(found.word):
            weight -= _STRANGERS
        if weight >= THRESHOLD:
            yield Finding("typo", found.at, found.end, words, f"“{words}”疑为“{found.word}”之误", found.word)


_CLOSING = frozenset(",.。;、:!?")
#: What ends a clause by itself: 任务明、责任清.
_ADJECTIVES = frozenset("清明实准细严高强好优全真硬净美多少快慢稳灵活透深广富新大小")


def _apart(text: str, at: int, end: int) -> bool:
    """Return whether one character stands by itself: torn off by a line's end or a table, in a street's name, or as what is said of something."""
    if end - at > 1:
        return False
    before, after = text[at - 1 : at] if at else "\n", text[end : end + 1] or "\n"
    if set(text[end : end + 2]) & set("街路巷弄"):
        return True
    return bool({before, after} & set(" \t\n|/\x00")) or (text[at] in _ADJECTIVES and after in "、,。;")


def shortened(frame: Frame, line: Line) -> Iterator[Finding]:
    """Yield words in whose place one with one more character is far likelier."""
    for found in misplaced(frame, line, longer=True):
        if _apart(frame.text, found.at, found.end):
            continue
        closed = found.end - found.at == 1 and frame.text[found.end : found.end + 1] in _CLOSING
        if weigh(found.clues, "clues_shortened") >= (THRESHOLD_CLOSED if closed else THRESHOLD_SHORT):
            words = frame.source[found.at : found.end]
            yield Finding("missing", found.at, found.end, words, f"疑漏字，应为“{found.word}”", found.word)


def wording(frame: Frame) -> Iterator[Finding]:
    """Yield places where other words are far likelier than those that stand there."""
    words = line(frame)
    yield from improper(frame, words)
    yield from shortened(frame, words)
