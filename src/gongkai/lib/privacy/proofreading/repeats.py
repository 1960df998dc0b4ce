"""Find characters written twice that the counts know only once (择优优, 任何何理由)."""

from collections.abc import Iterator

import numpy as np

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.proofreading.candidate_places import is_possibly_in_name
from gongkai.lib.privacy.proofreading.numbers import load_character_counts
from gongkai.lib.privacy.search_text import SearchText

_DOUBLED_CHARACTER_RE = re.compile(rf"(?<=([{HAN}]))(?!\1)([{HAN}])\2(?!\2)|(?<![{HAN}])([{HAN}])\3(?!\3)")
#: Count from which a pair of characters belongs together, and from which it may rightly be adjacent.
_MIN_WORD_PAIR_COUNT, _MIN_ADJACENT_PAIR_COUNT = 50.0, 8.0
#: Characters that correctly end one word and begin the next (盗窃罪罪名, 自住住房, 青竹湖湖畔).
WORD_BORDER_NOUNS = frozenset(
    "罪军住人户房费款书法权证金员部会局所院校站厂店车机品物件表率期学生业县市区乡镇村地水电工商州省国库矿鱼骨档湖河江山岛港桥路街门园林城"
)
#: 一栋栋, 每每, 个个: before these a character may stand twice.
_REDUPLICATION_STARTS = frozenset("一每座几多再")
#: A case is called by what it is about, and that may end in the same character (未编报水土保持方案案).
_CASE_TITLE_RE = re.compile(r"(?<=[方草提档预备议个图要答教])案案")
#: Count from which a doubled character is a word (连连, 想想).
_TWICE_KNOWN = 25.0
_NUMERALS = frozenset("零一二三四五六七八九十百千万亿两")


def count_sequence(text: str) -> float:
    """Return the count of a sequence of up to four characters."""
    character_counts = load_character_counts()
    return float(character_counts.count_sequences(*(np.array([character_counts.number(char)]) for char in text[:4]))[0])


def find_repeated_characters(search_text: SearchText) -> Iterator[Finding]:
    """Yield doubled characters without a known doubled form."""
    text = search_text.text
    for match in _DOUBLED_CHARACTER_RE.finditer(text):
        start, end = match.span()
        char = match[0][0]
        previous, next_character = text[max(0, start - 1) : start], text[end : end + 1]
        if text[end : end + 1] == text[end + 1 : end + 2] or text[max(0, start - 2) : start] == previous * 2:
            continue  # 快快乐乐
        if search_text.starts[start + 1] > 1 and (not search_text.starts[start] or char in WORD_BORDER_NOUNS):
            continue  # 开发商 + 商谈, 青竹湖 + 湖畔
        if (
            char in _NUMERALS
            or previous in _REDUPLICATION_STARTS
            or _is_known_doubled(char, previous, next_character)
            or is_possibly_in_name(text, start)
        ):
            continue
        if is_case_title(text, start):
            continue
        if _is_repeat_after_word(search_text, start, previous, char, next_character) or _is_repeat_before_word(
            previous, char, next_character
        ):
            yield Finding("duplicate", start, end, match[0], f"“{char}”重复", char)


def is_case_title(text: str, start: int) -> bool:
    """Return whether 案案 ends the title of a case about a 方案 or 档案."""
    return _CASE_TITLE_RE.match(text, start) is not None


def _is_known_doubled(char: str, before: str, after: str) -> bool:
    """Return true if the doubled character is a word, a name or usual."""
    rows = [row for row in (before + char * 2, char * 2 + after) if len(row) == 3]
    return any(count_sequence(row) > 0 for row in rows) or count_sequence(char * 2) > _TWICE_KNOWN


def _is_repeat_after_word(search_text: SearchText, start: int, before: str, char: str, after: str) -> bool:
    """Return whether the first of two equal characters ends a word and the second begins none."""
    if (
        not before
        or not shape.is_dictionary_word(before + char)
        or count_sequence(before + char) < _MIN_WORD_PAIR_COUNT
    ):
        return False
    if shape.is_dictionary_word(char + after) or search_text.starts[start + 1] > 1:
        return False
    return (
        not shape.HAN_CHARACTER_PATTERN.match(after or " ")
        or count_sequence(char + after) >= _MIN_ADJACENT_PAIR_COUNT
        or search_text.starts[start + 2] > 1
    )


def _is_repeat_before_word(before: str, char: str, after: str) -> bool:
    """Return true if the second of two equal characters begins a word and the first ends none."""
    if (
        not after
        or count_sequence(char + after) < _MIN_WORD_PAIR_COUNT
        or (before and shape.is_dictionary_word(before + char))
    ):
        return False
    return (
        not shape.HAN_CHARACTER_PATTERN.match(before or " ")
        or count_sequence(before + char) >= _MIN_ADJACENT_PAIR_COUNT
    )


#: 可以可, 不得不得: an auxiliary once more, whole or its first character, however the words are cut.
_REPEATED_AUXILIARY_RE = re.compile(
    r"(?P<a>可以|应当|应该|必须|需要|能够|不得|不能|可能|将会|已经)(?P<b>(?P=a)|(?P<c>[可应必需能将已]))"
)


def find_repeated_auxiliaries(search_text: SearchText) -> Iterator[Finding]:
    """Yield repeated auxiliaries (可以可在线办理, 不得不得)."""
    for match in _REPEATED_AUXILIARY_RE.finditer(search_text.text):
        start, end = match.span()
        word, again = match["a"], match["c"]
        if again and (again != word[0] or not _is_single_word(search_text, end - 1)):
            continue
        if not again and search_text.text[end : end + 1] in "不而罪出到知":
            continue
        yield Finding("duplicate", start, end, search_text.source[start:end], f"“{match['b']}”重复", word)


def _is_single_word(search_text: SearchText, at: int) -> bool:
    """Return whether a character forms no word with the one or two characters after it."""
    text = search_text.text
    next_character = text[at + 1 : at + 2]
    if not shape.HAN_CHARACTER_PATTERN.match(next_character or "。"):
        return False
    return not shape.is_dictionary_word(text[at : at + 2]) and not shape.is_dictionary_word(text[at : at + 3])


#: 研究决定，决定…; 同意，同意…: what is said need not be said again behind a comma.
_REPEATED_VERB_RE = re.compile(
    r"(?P<a>决定|同意|要求|指出|强调|认为|表示|明确|通知|公告|批准|特制定|制定|印发|通报|公布|会议要求|会议指出|会议强调)[，,、]\s?(?P<b>(?P=a))(?![，,、])"
)
#: A clause that is repeated after a punctuation mark.
_REPEATED_CLAUSE_RE = re.compile(
    rf"(?:^|(?<=[，,。；;：:、]))(?P<a>[{HAN}]{{4,20}})[，,。；;、](?P<b>(?P=a))(?=[，,。；;])", re.MULTILINE
)


def find_repeated_clauses(search_text: SearchText) -> Iterator[Finding]:
    """Yield words and clauses repeated after a mark (研究决定，决定…)."""
    for pattern in (_REPEATED_VERB_RE, _REPEATED_CLAUSE_RE):
        for match in pattern.finditer(search_text.text):
            start, end = match.span("b")
            text = search_text.source[start:end]
            yield Finding("duplicate", start, end, text, f"“{text}”重复")
