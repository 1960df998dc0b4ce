"""Compare the sounds of words: pinyin without tones, with commonly confused sounds merged. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from gongkai.lib.chinese.traditional import find_syllable

#: What southern and south-western speakers type for one another, in this order: z/zh, c/ch, s/sh, n/l, -n/-ng.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def sound_of(char: str) -> str:
    """Return the sound of a character with similar sounds merged: 云 → yun, 岭 → lin, 宁 → lin."""
    return merge_near_sounds(find_syllable(char) or char)


def spell_pinyin(word: str) -> str:
    """Return a word's pinyin without tones or spaces, or "" if a character has none.

    >>> spell_pinyin("预算"), spell_pinyin("A股")
    ('yusuan', '')
    """
    parts = [find_syllable(char) for char in word]
    return "".join(parts) if all(parts) else ""


@cache
def pinyin_initials(word: str) -> str:
    """Return the initials of a word's pinyin, or "" if a character has none.

    >>> pinyin_initials("公租房"), pinyin_initials("A股")
    ('gzf', '')
    """
    parts = [find_syllable(char) for char in word]
    return "".join(part[0] for part in parts) if all(parts) else ""


def merge_near_sounds(pinyin: str) -> str:
    """Merge similar sounds of a syllable or run of pinyin."""
    for written, meant in _ALIKE:
        pinyin = pinyin.replace(written, meant)
    return re.sub(r"n(?=[aeiouv])", "l", pinyin)


def word_sound(word: str) -> str:
    """Return the sound of a word with syllables separated by hyphens.

    >>> word_sound("预算") == word_sound("预蒜"), word_sound("云岭"), word_sound("宁静") == word_sound("零近")
    (True, 'yun-lin', True)
    """
    return "-".join(sound_of(char) for char in word)


def remove_each_character(word: str) -> Iterable[str]:
    """Yield the word with each character removed; two words sharing one of these differ in one place."""
    return {f"{word[:i]}\0{word[i + 1 :]}" for i in range(len(word))}


#: Terms that a run may be read as, readings kept at each place, readings returned.
MOST_TERMS, MOST_READINGS, MOST = 4, 20, 6


def split_into_terms(typed: str, counts: Mapping[str, int]) -> list[str]:
    """Return the readings of a run of pinyin as terms separated by spaces: fewest terms first, then more frequent.

    >>> split_into_terms("jiaoyuyusuan", {"教育": 9, "预算": 5, "鱼": 9})
    ['教育 预算']
    """
    by_sound: dict[str, str] = {}
    for known in sorted(counts, key=lambda one: -counts[one]):
        if len(known) > 1 and (heard := spell_pinyin(known)) and heard[:2] in typed:
            by_sound.setdefault(heard, known)
    longest = max(map(len, by_sound), default=0)
    readings: dict[int, list[tuple[str, ...]]] = {0: [()]}
    for start in range(len(typed)):
        for so_far in sorted(readings.pop(start, []), key=len)[:MOST_READINGS]:
            if len(so_far) == MOST_TERMS:
                continue
            for end in range(start + 2, min(start + longest, len(typed)) + 1):
                if term := by_sound.get(typed[start:end], ""):
                    readings.setdefault(end, []).append((*so_far, term))
    whole = sorted(readings.get(len(typed), []), key=lambda terms: (len(terms), -min(counts[t] for t in terms)))
    return [" ".join(terms) for terms in whole[:MOST]]
