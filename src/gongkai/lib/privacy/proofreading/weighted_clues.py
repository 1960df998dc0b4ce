"""Decide about wrong characters by weighted clues.

The weights are in `data/clues.tsv`, fitted by `tools/privacy_clues.py`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

import numpy as np

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.dictionary import split_words
from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.candidate_places import (
    GRAMMAR_CHARACTERS,
    NUMERALS,
    find_han_window,
    is_local_area_word,
    is_possibly_in_name,
    is_quoted,
)
from gongkai.lib.privacy.proofreading.numbers import load_character_counts
from gongkai.lib.privacy.proofreading.suspects import SuspectCharacter, find_suspects
from gongkai.lib.privacy.proofreading.word_counts import score_changes
from gongkai.lib.privacy.search_text import SearchText

#: Groups of characters that people mix up most, and how much a suspect within one gains.
_CONFUSED_GROUPS = (
    "己已巳 末未 侯候 拔拨 帐账 坐座 做作 象像 那哪 带戴 订定 欠歉 必毕 振震 券卷 即既 再在 竟竞 辨辩辫 厉励 峻竣 署暑 坚艰 贯惯 "
    "练炼 瞻赡 克刻 蜜密 慕幕墓募 折析 遣遗 徒徙 洽恰 度渡 副幅 侧测 采彩 合和 分份 反返 版板 联连 交缴 需须 制治置致 张章 侥饶 "
    "撤撒 拖施 燥躁噪 粟栗 壁璧 历厉 复覆 响晌 赔陪倍 堵赌 摸模 材才 按安 成承诚 记纪计 向像 事是 以已 与予 为位 式试 供贡 形型"
)


@cache
def _list_confused(char: str) -> frozenset[str]:
    return frozenset(other for group in _CONFUSED_GROUPS.split() if char in group for other in group)


@cache
def load_confused_words() -> frozenset[tuple[str, str]]:
    """Return the pairs (word, other word) that writers confuse."""
    groups = [row[0].split() for row in read_rows("mixed_words")]
    return frozenset((was, now) for group in groups for was in group for now in group if was != now)


def is_commonly_confused(text: str, at: int, new: str) -> bool:
    """Return true if a character, or the word it forms, is commonly confused with `new`."""
    if new in _list_confused(text[at]):
        return True
    previous, next_character = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    changes = ((previous + text[at], previous + new), (text[at] + next_character, new + next_character))
    return any(change in load_confused_words() for change in changes)


_PLACE_NAME_SUFFIXES = frozenset("省市县区镇乡村屯庄路街巷江河湖山岛寺桥站港湾坝坪沟岭峡社苑园里店沱溪塘坡")
_CLUE_BINS: dict[str, tuple[float, ...]] = {
    "gain": (6, 8, 10, 13, 17, 22, 30),
    "words": (-3, 0, 2, 4, 6, 8, 10, 12, 15, 19),
    "count": (1, 20, 200, 2000),
    "three": (1, 20, 100, 1000),
    "four": (1, 50, 500),
    "char": (200, 2000, 20000, 100000),
}


#: Count from which a word is not there by chance.
_COMMON_WORD_COUNT = 100.0


def _find_bin(kind: str, value: float) -> int:
    """Return the number of the interval of a clue's value."""
    return bisect_right(_CLUE_BINS[kind], value)


def _find_covering_word(text: str, at: int) -> tuple[str, int, int]:
    """Return (word at an offset, its start, number of words in the text)."""
    begin, covering, covering_start, many = 0, "", 0, 0
    for word in split_words(text):
        many += 1
        if begin <= at < begin + len(word):
            covering, covering_start = word, begin
        begin += len(word)
    return covering, covering_start, many


@cache
def _load_weights() -> dict[str, float]:
    return {row[0]: float(row[1]) for row in read_rows("clues")}


def _get_word_count(word: str) -> float:
    """Return how often a word's first four characters occur in the corpus."""
    character_counts = load_character_counts()
    return float(character_counts.count_sequences(*(np.array([character_counts.number(char)]) for char in word[:4]))[0])


#: Characters on either side that are divided into words whose likelihood is compared.
_CONTEXT_CHARACTERS = 9


def _make_context_row(text: str, opened: bool, closed: bool) -> list[str]:
    """Return the words between two markers on each side, 。 if a sentence begins (`opened`) or ends (`closed`) there."""
    ends = ["。" if closed else "一一一"] * 2
    return [*["。" if opened else "一一一"] * 2, *split_words(text), *ends]


def compute_word_gains(text: str, suspects: list[SuspectCharacter]) -> list[float]:
    """Return for each suspect the gain in word likelihood."""
    changes = []
    for suspect in suspects:
        start, end = find_han_window(text, suspect.at, _CONTEXT_CHARACTERS)
        at_start, at_end = start > suspect.at - _CONTEXT_CHARACTERS, end <= suspect.at + _CONTEXT_CHARACTERS
        window = text[start:end]
        place = suspect.at - start
        changed = window[:place] + suspect.char + window[place + 1 :]
        changes.append((_make_context_row(window, at_start, at_end), _make_context_row(changed, at_start, at_end)))
    return score_changes(changes)


def find_clues(text: str, suspect: SuspectCharacter, rank: int, words_gain: float) -> list[str]:
    """Return the features by which a suspected mistake is weighed."""
    at, replacement = suspect.at, suspect.char
    written = text[at]
    start, end = find_han_window(text, at)
    around = text[start:end]
    old_word, old_start, old_count = _find_covering_word(around, at - start)
    changed = around[: at - start] + replacement + around[at - start + 1 :]
    new_word, new_start, new_count = _find_covering_word(changed, at - start)
    counts = load_character_counts()
    low, high = sorted(suspect.old[:2])
    best = max(suspect.new[:2])
    gain = _find_bin("gain", suspect.gain)
    word_sizes = f"words {min(len(old_word), 4)} {min(len(new_word), 4)}"
    likelier_words = _find_bin("words", words_gain)
    clues = [
        f"lexis {likelier_words}",
        f"lexis {likelier_words // 2} gain {gain // 2}",
        f"lexis {likelier_words // 2} like {suspect.like}",
        f"lexis {likelier_words // 2} {word_sizes}",
        f"gain {gain}",
        f"like {suspect.like}",
        f"rank {rank}",
        f"old low {_find_bin('count', low)}",
        f"old high {_find_bin('count', high)}",
        f"old three {_find_bin('three', suspect.old[2])}",
        f"new {_find_bin('count', best)}",
        f"new three {_find_bin('three', suspect.new[2])}",
        f"new four {_find_bin('four', suspect.new[3])}",
        f"known {suspect.known[0]} {suspect.known[1]}",
        f"beside {_find_bin('count', suspect.beside[0])}",
        f"behind {_find_bin('count', suspect.beside[1])}",
        word_sizes,
        f"fewer {max(-1, min(2, old_count - new_count))}",
        f"char {_find_bin('char', float(counts.single[counts.number(written)]))}",
        f"meant {_find_bin('char', float(counts.single[counts.number(replacement)]))}",
        f"grammar {written in GRAMMAR_CHARACTERS:d} {replacement in GRAMMAR_CHARACTERS:d}",
        f"border {start == at:d} {end == at + 1:d}",
        f"gain {gain // 2} {word_sizes}",
        f"gain {gain // 2} like {suspect.like}",
        f"gain {gain // 2} new three {_find_bin('three', suspect.new[2])}",
    ]
    clues.append(
        f"cut {min(len(old_word), 3)} {_find_bin('count', high)} {_find_bin('char', float(counts.single[counts.number(written)]))}"
    )
    clues.append(
        f"repeated {text[max(0, at - 3) : at + 4].count(written) > 1:d} {text[max(0, at - 6) : at + 7].count(replacement) > 0:d}"
    )
    crossing = old_start != new_start or len(old_word) != len(new_word)
    return [*clues, *_list_word_clues(old_word, new_word, low, crossing=crossing), *_list_place_clues(text, at)]


def _list_word_clues(was: str, now: str, lower_count: float, *, crossing: bool) -> list[str]:
    """Return the clues from the words before and after the change; `crossing`: it changes the borders of words."""
    clues = []
    if len(now) > 1:
        clues.append(f"word {_find_bin('count', _get_word_count(now))} {min(len(now), 4)}")
        clues.append(f"word {_find_bin('count', _get_word_count(now))} old low {_find_bin('count', lower_count)}")
    if len(was) > 1:
        clues.append(f"was {_find_bin('count', _get_word_count(was))} {min(len(was), 4)}")
    if len(was) > 1 and len(now) > 1 and crossing and _get_word_count(was) >= _COMMON_WORD_COUNT:
        clues.append("crossing")
    return clues


def _list_place_clues(text: str, at: int) -> list[str]:
    """Return the clues from the surroundings: names, places, quotations."""
    clues = []
    if is_possibly_in_name(text, at):
        clues.append("named")
    if text[at + 1 : at + 2] in _PLACE_NAME_SUFFIXES or text[at + 2 : at + 3] in _PLACE_NAME_SUFFIXES:
        clues.append("place")
    if is_quoted(text, at):
        clues.append("quoted")
    return clues


def weigh_clues(found: list[str]) -> float:
    """Return the total weight of the clues (names); above 0 a mistake is likelier than not."""
    weights = _load_weights()
    return weights["all"] + sum(weights.get(clue, 0.0) for clue in found)


#: Gain of a suspect whose characters people often confuse.
_CONFUSED_CHARACTERS_GAIN = 0.9
#: Minimum weight of a place that is reported.
REPORT_THRESHOLD = 2.05


#: Clue that the text with the candidate has more words than before.
_MORE_WORDS_CLUE = "fewer -1"


def iterate_weighed_suspects(search_text: SearchText) -> Iterator[tuple[float, SuspectCharacter]]:
    """Yield (weight, best candidate) of each suspicious place."""
    text = search_text.text
    last, rank, best = -1, 0, None
    looked = [suspect for suspect in find_suspects(text) if not _is_spared(text, suspect)]
    for suspect, words_gain in zip(looked, compute_word_gains(text, looked), strict=True):
        if suspect.at != last:
            if best:
                yield best
            last, rank, best = suspect.at, 0, None
        clues = find_clues(text, suspect, rank, words_gain)
        weight = (
            -99.0
            if _MORE_WORDS_CLUE in clues
            else weigh_clues(clues) + _CONFUSED_CHARACTERS_GAIN * is_commonly_confused(text, suspect.at, suspect.char)
        )
        if best is None or weight > best[0]:
            best = (weight, suspect)
        rank += 1
    if best:
        yield best


def _is_spared(text: str, suspect: SuspectCharacter) -> bool:
    """Return true if a suspect is a numeral, repeated or part of a local word."""
    at = suspect.at
    if text[at] in NUMERALS or suspect.char in NUMERALS or suspect.again > 2:
        return True
    if is_local_area_word(text, at, at + 1) or _is_subject(text, at):
        return True
    return bool(_NUMERAL_BEFORE_RE.match(text[max(0, at - 1) : at]) or _DOCUMENT_NUMBER_START_RE.match(text, at))


#: Maximum count of a rare character, and how often it must occur within how many characters around it for the text to
#: be about it (水碓、上碓、中碓).
_MAX_RARE_COUNT, _MIN_SUBJECT_COUNT, _SUBJECT_CHARACTERS = 4000.0, 3, 80


def _is_subject(text: str, at: int) -> bool:
    """Return whether the character is rare and frequent around here: the text is about it."""
    character_counts = load_character_counts()
    if character_counts.single[character_counts.number(text[at])] > _MAX_RARE_COUNT:
        return False
    return text[max(0, at - _SUBJECT_CHARACTERS) : at + _SUBJECT_CHARACTERS].count(text[at]) >= _MIN_SUBJECT_COUNT


_NUMERAL_BEFORE_RE = re.compile("[0-9百千万亿]")
_DOCUMENT_NUMBER_START_RE = re.compile(rf"[{HAN}]{{1,4}}\s?[〔\[]")


def find_improbable_characters(search_text: SearchText) -> Iterator[Finding]:
    """Yield characters where a similar one is far likelier."""
    for weight, suspect in iterate_weighed_suspects(search_text):
        if weight >= REPORT_THRESHOLD:
            at = suspect.at
            start, end, right = _expand_to_word(search_text.text, at, suspect.char)
            text = search_text.source[start:end]
            yield Finding("typo", start, end, text, f"“{text}”疑为“{right}”之误", right)


def _expand_to_word(text: str, at: int, new: str) -> tuple[int, int, str]:
    """Return (start, end, new text) of the word that a change forms, at least two characters."""
    start, end = find_han_window(text, at)
    changed = text[start:at] + new + text[at + 1 : end]
    word, word_offset, _ = _find_covering_word(changed, at - start)
    word_start, word_end = start + word_offset, start + word_offset + len(word)
    if word_end - word_start == 1:
        word_start, word_end = (at, at + 2) if at + 1 < end else (max(start, at - 1), at + 1)
    return word_start, word_end, changed[word_start - start : word_end - start]
