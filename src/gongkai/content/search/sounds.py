"""Compare the sounds of words: pinyin without tones, with commonly confused sounds merged. Pure."""

import re
from collections.abc import Iterable
from functools import cache

from gongkai.lib.chinese.pinyin import syllable

#: What southern and south-western speakers type for one another, in this order: z/zh, c/ch, s/sh, n/l, -n/-ng.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def sound_of(char: str) -> str:
    """Return the sound of a character with similar sounds merged: 云 → yun, 岭 → lin, 宁 → lin."""
    return near(syllable(char) or char)


def spelled(word: str) -> str:
    """Return a word's pinyin without tones or spaces, or "" if a character has none.

    >>> spelled("预算"), spelled("A股")
    ('yusuan', '')
    """
    parts = [syllable(char) for char in word]
    return "".join(parts) if all(parts) else ""


@cache
def initials(word: str) -> str:
    """Return the initials of a word's pinyin, or "" if a character has none.

    >>> initials("公租房"), initials("A股")
    ('gzf', '')
    """
    parts = [syllable(char) for char in word]
    return "".join(part[0] for part in parts) if all(parts) else ""


def near(pinyin: str) -> str:
    """Merge similar sounds of a syllable or run of pinyin."""
    for written, meant in _ALIKE:
        pinyin = pinyin.replace(written, meant)
    return re.sub(r"n(?=[aeiouv])", "l", pinyin)


def sound(word: str) -> str:
    """Return the sound of a word with syllables separated by hyphens.

    >>> sound("预算") == sound("预蒜"), sound("云岭"), sound("宁静") == sound("零近")
    (True, 'yun-lin', True)
    """
    return "-".join(sound_of(char) for char in word)


def without_one(word: str) -> Iterable[str]:
    """Yield the word with each character removed; two words sharing one of these differ in one
    place."""
    return {f"{word[:i]}\0{word[i + 1 :]}" for i in range(len(word))}
