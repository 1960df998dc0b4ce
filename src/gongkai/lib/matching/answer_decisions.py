"""Decide whether a machine may answer a question, offer candidates, or hand it over."""

import math
import re
from typing import Literal, NamedTuple

from gongkai.lib.matching.analysis import MAX_QUESTION_CHARACTERS
from gongkai.lib.matching.entries import join_parts
from gongkai.lib.matching.facts import find_contradictions
from gongkai.lib.matching.index import FoundEntry, Index, IndexHit
from gongkai.lib.matching.missing_words import find_missing_details
from gongkai.lib.matching.nearness import MIN_SUBJECT_CHARACTERS, Nearness, compute_nearness
from gongkai.lib.matching.reasons import find_common_terms

#: MatchingDecision on a question: answer it automatically, offer candidates, or hand it over to a person.
DecisionKind = Literal["answer", "candidates", "hand_over"]

FULL_BASE_SIZE = 90
"""Entries from which on a margin is reliable; in a smaller base, question and entry must be closer."""
SMALL_BASE_STRENGTH = 5.0
"""Minimum strength (`Nearness.strength`) in a base of one entry."""
MAX_TINY_BASE_SIZE = 10
"""Below this number of entries, a question with other or missing words is never answered: 购房 is not 租房."""
MIN_MARGIN, MIN_TITLE_SHARE = 0.2, 0.25
"""Below these another entry may answer as well, or the entry is about something else: never an answer, whatever the rest says."""
_MARGIN_WEIGHT, _SUBJECT_WEIGHT, _WORDS_WEIGHT = 2.98, 0.15, 0.555
_COVERED_WEIGHT, _TITLE_WEIGHT, _INTERCEPT = 1.39, 0.86, -0.64
_MAX_WORDS = 8  # a long message shares many words with anything
#: Confidence if the question is the same, and the highest one if two entries have it or the choice is doubtful.
_SAME_QUESTION_CONFIDENCE, _DOUBTFUL_CONFIDENCE = 0.99, 0.5


class DecisionRule(NamedTuple):
    """Confidence thresholds for answers and candidates; `home`: the office's place names."""

    answer: float = 0.75
    candidates: float = 0.1
    home: tuple[str, ...] = ()


class MatchingDecision(NamedTuple):
    """The decision on a question: kind, confidence (0 to 1), hits and reasons in Chinese."""

    decision: DecisionKind
    confidence: float
    hits: list[IndexHit]
    why: list[str]


def decide_answer(index: Index, question: str, *, k: int = 5, rule: DecisionRule | None = None) -> MatchingDecision:
    """Return how to treat a question: answer it, list candidates, or pass it to a person.

    `answer`: the first hit answers it. `candidates`: one of the hits may. `hand_over`: a person should answer; hits
    are returned all the same.
    Hits, texts and size are those of one moment, whatever other threads add or remove meanwhile.
    """
    rule = rule or DecisionRule()
    entries, size = index.search_with_contents(question, max(k, 2))
    hits = [each.hit for each in entries]
    if not hits:
        return MatchingDecision("hand_over", 0.0, [], ["问答库中没有相关内容"])
    shown_hits, question_text = hits[:k], question[:MAX_QUESTION_CHARACTERS]
    matter = re.sub("|".join(map(re.escape, rule.home)), " ", question_text) if rule.home else question_text
    nearness = compute_nearness(matter, entries[0].content, index.synonyms)
    if nearness.subject < MIN_SUBJECT_CHARACTERS:
        return MatchingDecision("hand_over", 0.0, shown_hits, ["没有说明要问什么事项"])
    sure = _compute_confidence(index, matter, entries, nearness, size)
    differing = find_contradictions(question_text, join_parts(entries[0].content), rule.home)
    if differing:
        return MatchingDecision("hand_over", sure, shown_hits, differing)
    missing = [] if nearness.same else find_missing_details(matter, entries[0].content, index.synonyms)
    if sure < rule.candidates:
        return MatchingDecision("hand_over", sure, shown_hits, ["没有把握较大的答案"])
    if missing:
        text = f"首条没有写明：{'、'.join(missing[:3])}"
    elif sure >= rule.answer:
        text = "与问答库中的问题相同" if nearness.same else "所问要点与首条一致，其余各条差距明显"
        return MatchingDecision("answer", sure, shown_hits, [text])
    else:
        text = "有几条内容相近，请选择"
    return MatchingDecision("candidates", sure, shown_hits, [text])


def _compute_confidence(index: Index, question: str, entries: list[FoundEntry], nearness: Nearness, size: int) -> float:
    """Return the probability that the first entry answers; `size` is that of the index."""
    second = entries[1] if len(entries) > 1 else None
    if nearness.same:
        is_only_same = second is None or not compute_nearness(question, second.content, index.synonyms).same
        return _SAME_QUESTION_CONFIDENCE if is_only_same else _DOUBTFUL_CONFIDENCE
    shared = find_common_terms(index, question, join_parts(entries[0].content))
    shared_word_count = min(len(shared.words) + len({row.everyday for row in shared.synonyms}), _MAX_WORDS)
    margin = 1 - second.hit.score / entries[0].hit.score if second else 1.0
    weight = math.sqrt(min(size / FULL_BASE_SIZE, 1.0))
    log_odds = (
        _INTERCEPT
        + _MARGIN_WEIGHT * margin
        + _WORDS_WEIGHT * shared_word_count
        + _SUBJECT_WEIGHT * math.log(1 + nearness.subject)
        + _COVERED_WEIGHT * math.log(0.05 + nearness.covered)
        + _TITLE_WEIGHT * math.log(0.05 + nearness.title)
    )
    is_partial_in_tiny_base = size < MAX_TINY_BASE_SIZE and nearness.covered < 1 and nearness.title < 1
    has_weak_support = nearness.strength < SMALL_BASE_STRENGTH * (1 - weight)
    is_doubtful = is_partial_in_tiny_base or has_weak_support or margin < MIN_MARGIN or nearness.title < MIN_TITLE_SHARE
    return min(1 / (1 + math.exp(-log_odds)), _DOUBTFUL_CONFIDENCE if is_doubtful else 1.0)
