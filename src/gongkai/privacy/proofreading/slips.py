"""Set phrases of four characters with one of them wrong.

Two characters that never follow each other in laws, official replies and the dictionary are a place to look at; where
four characters are one away from a set phrase of four, that is what was meant.
"""

from collections.abc import Iterator
from functools import cache

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.persons import shape
from gongkai.privacy.proofreading.characters import same_sound
from gongkai.privacy.proofreading.pairs import followers, seen
from gongkai.privacy.tables import rows, word_file


@cache
def _look_alikes() -> dict[str, frozenset[str]]:
    return {row[0]: frozenset(row[1]) for row in rows("alike")}


def _confusable(said: str, meant: str) -> int:
    """Return 2 for the same sound, 1 for a like picture, 0 for neither."""
    if same_sound(said, meant):
        return 2
    return 1 if meant in _look_alikes().get(said, ()) else 0


@cache
def _wild(name: str) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return words of three or four characters by what is left when one character is taken out."""
    found: dict[tuple[int, str], list[str]] = {}
    for word in word_file(name):
        for place in range(len(word)):
            found.setdefault((place, word[:place] + word[place + 1 :]), []).append(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


def idioms(frame: Frame) -> Iterator[Finding]:
    """Yield set phrases of four characters with one of them wrong, where two stand side by side that hardly ever do."""
    text, follows = frame.text, followers()
    last = -1
    for at in range(len(text) - 1):
        first, second = text[at], text[at + 1]
        if at < last or not ("\u4e00" <= first <= "\u9fff" and "\u4e00" <= second <= "\u9fff"):
            continue
        if second not in follows.get(first, ()) or _loose_row(frame, at):
            hit = _of_four(frame, at)
            if hit:
                start, right = hit
                words = text[start : start + 4]
                last = start + 4
                yield Finding(
                    "typo", start, last, frame.source[start:last], f"“{words}”疑为“{right}”之误", right
                )


def _loose_row(frame: Frame, at: int) -> bool:
    """Return whether four characters in a row stand alone, the place in the middle of them."""
    starts = frame.starts
    return at > 1 and starts[at + 1] == 1 and starts[at] == 1 and starts[at - 1] == 1 and starts[at - 2] == 1


def _of_four(frame: Frame, at: int) -> tuple[int, str] | None:
    for start in range(max(0, at - 2), at + 1):
        words = frame.text[start : start + 4]
        if len(words) < 4 or not shape.known_word(words):
            for place in range(4):
                if start + place not in (at, at + 1) or len(words) < 4:
                    continue
                for right in _wild("words4").get((place, words[:place] + words[place + 1 :]), ()):
                    like = _confusable(words[place], right[place]) or (
                        right in word_file("idioms") and _all_rare(words, place)
                    )
                    if right != words and like and _whole_ends(frame, start, 4):
                        return start, right
    return None


def _all_rare(words: str, place: int) -> bool:
    """Return whether every pair that holds the changed character is unknown."""
    return all(not seen(words[a], words[a + 1]) for a in (place - 1, place) if 0 <= a < 3)


def _whole_ends(frame: Frame, start: int, size: int) -> bool:
    """Return whether no longer word reaches over either end."""
    left = start == 0 or frame.starts[start] > 0
    end = start + size
    return left and (end >= len(frame.text) or frame.starts[end] > 0 or not shape.HAN.match(frame.text[end]))
