"""Explain unusual characters by the sentence: parallel clauses, coined terms, lone verbs."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.model import Finding

_OPPOSITE_PAIRS = ("内外", "上下", "前后", "左右", "横纵", "轻重", "先后", "进出", "高低")
_OPPOSITE_WORDS = tuple(pair for both in _OPPOSITE_PAIRS for pair in (both, both[1] + both[0]))
_CLAUSE_AFTER_RE = re.compile(r"[^，,、。；;：:！？“”《》（）()\s]*")
_CLAUSE_BEFORE_RE = re.compile(r"[^，,、。；;：:！？“”《》（）()\s]*$")
#: Behind a verb of one character: it stands alone (表了决心, 聚起了民智).
_ASPECT_PARTICLES = frozenset("了过着起出")
#: Before a verb of one character in the written style (曾作, 可作).
_LITERARY_ADVERBS = frozenset("曾暂略拟")
#: Before an adjective (影响很坏).
_DEGREE_ADVERBS = frozenset("很较最太更极挺颇越愈")
_CLAUSE_MARKS = frozenset("，,、。；;：:！？“”（）()\n")
_A_NOT_A_QUESTION_RE = re.compile(r"(.)不\1")
_ORDINAL_NUMBER_RE = re.compile(rf"第[0-9一二三四五六七八九十百零两]+[{HAN}]")
#: Time counted in seasons and ages (历时三冬).
_SEASON_COUNT_RE = re.compile(r"[一二两三四五六七八九十几数][春夏秋冬载旬更伏]")
_ADVERB_SEQUENCE_RE = re.compile(r"[也就都](?:[就都能要会可不是没有应得更])")


def is_explained_by_sentence(text: str, finding: Finding) -> bool:
    """Return true if the sentence explains the sequence that the counts doubt."""
    start, end = finding.start, finding.end
    written = text[start:end]
    if text[start - 1 : start] in ("“", "‘") and text[end : end + 1] in ("”", "’"):
        return True
    surroundings = text[max(0, start - 1) : end + 2]
    if _A_NOT_A_QUESTION_RE.search(surroundings) or _is_parallel(text, start, end):
        return True
    if finding.kind == "typo":
        return (
            (end - start == 2 and text[start] == "本" and text[start - 1 : start] in ("", *_CLAUSE_MARKS))
            or bool(
                _ORDINAL_NUMBER_RE.fullmatch(written)
                or _SEASON_COUNT_RE.fullmatch(written)
                or _ADVERB_SEQUENCE_RE.match(text, end - 1)
            )
            or _is_opposite_of_clause_before(text, start, end)
            or _is_repeated_nearby(text, finding)
        )
    return _is_lone_verb(text, start, end) or _is_in_three_character_clauses(text, start, end)


def _is_parallel(text: str, start: int, end: int) -> bool:
    """Return true if a clause nearby has the same form and an equal character."""
    written, surroundings = text[start:end], text[max(0, start - 60) : end + 60]
    if end - start > 2 or text[start - 1 : start] not in ("", *_CLAUSE_MARKS):
        return False
    is_clause_end = text[end : end + 1] in _CLAUSE_MARKS
    if is_clause_end and end - start == 2:
        return len(re.findall(rf"(?<![{HAN}])[{HAN}]{re.escape(written[1])}(?![{HAN}])", surroundings)) > 1
    return (
        end - start == 1
        and len(re.findall(rf"[，,、；;]{re.escape(written)}[{HAN}]{{1,2}}(?=[，,、；;])", surroundings)) > 1
    )


def _is_opposite_of_clause_before(text: str, start: int, end: int) -> bool:
    """Return whether two characters form a pair of opposites with a clause before them."""
    head = text[start]
    text_before = text[max(0, start - 16) : start]
    return end - start == 2 and any(
        pair[1] == head and re.search(rf"(?:^|[，,、采]|[^{HAN}]){pair[0]}[{HAN}]", text_before)
        for pair in _OPPOSITE_WORDS
    )


def _is_repeated_nearby(text: str, finding: Finding) -> bool:
    """Return true if the doubted characters occur a second time within ten characters."""
    written = finding.text
    if len(written) != 2 or len(finding.suggestion) != 2:
        return False
    surroundings = text[max(0, finding.start - 10) : finding.start] + "\n" + text[finding.end : finding.end + 10]
    return written in surroundings or (written[0] == "不" and written[1] in surroundings)


def _is_lone_verb(text: str, start: int, end: int) -> bool:
    """Return true if a single character is a verb, by the words around it."""
    if end - start == 1 and text[start - 1 : start] in _DEGREE_ADVERBS:
        return True
    return end - start == 1 and (
        text[end : end + 1] in _ASPECT_PARTICLES or text[start - 1 : start] in _LITERARY_ADVERBS
    )


def _is_in_three_character_clauses(text: str, start: int, end: int) -> bool:
    """Return whether a clause of three characters has another one of three before or after it."""
    begin = _CLAUSE_BEFORE_RE.search(text, max(0, start - 6), start)
    match = _CLAUSE_AFTER_RE.match(text, end)
    if begin is None or match is None or match.end() - begin.start() != 3:
        return False
    previous_clause = _CLAUSE_BEFORE_RE.search(text, max(0, begin.start() - 7), max(0, begin.start() - 1))
    next_clause = _CLAUSE_AFTER_RE.match(text, match.end() + 1)
    return (previous_clause is not None and len(previous_clause[0]) == 3) or (
        next_clause is not None and len(next_clause[0]) == 3
    )
