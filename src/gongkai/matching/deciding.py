"""Whether a machine may answer: answer, candidates for a person to choose from, or hand over.

The decision rests on how far the first hit stands before the second and the fourth and on how many words of
the question it shares, never on the score; a place, document number, year or article that differs always hands
over. The weights were fitted on one half of the benchmark's questions (questions without an answer among them)
and measured on the other: docs/matching.md. What was fitted on one base is only a start on another: `calibrated`
sets the threshold from an office's own answered questions.
"""

import math
from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from gongkai.matching.facts import contradictions
from gongkai.matching.index import Hit, Index
from gongkai.matching.reasons import common

Kind = Literal["answer", "candidates", "hand_over"]

_SECOND, _FOURTH, _LENGTH, _WORDS, _BASE = 3.36, 3.12, 0.17, 0.5, -3.83
_MOST_WORDS = 8  # a long message shares many words with anything


class Rule(NamedTuple):
    """From which confidence on the machine answers, or shows candidates; `home`: the office's own place names."""

    answer: float = 0.85
    candidates: float = 0.15
    home: tuple[str, ...] = ()


class Decision(NamedTuple):
    """What to do with a question, how sure (0–1), the hits, and why, in Chinese."""

    decision: Kind
    confidence: float
    hits: list[Hit]
    why: list[str]


def decide(index: Index, question: str, *, k: int = 5, rule: Rule | None = None) -> Decision:
    """Decide on a question.

    `answer`: the first hit answers it. `candidates`: one of the hits may. `hand_over`: a person should answer;
    the hits are still given where there are any.
    """
    rule = rule or Rule()
    hits = index.search(question, max(k, 4))
    if not hits:
        return Decision("hand_over", 0.0, [], ["问答库中没有相关内容"])
    sure = _confidence(index, question, hits)
    differing = contradictions(question[:4000], index.text(hits[0].id), rule.home)
    shown = hits[:k]
    if differing:
        return Decision("hand_over", sure, shown, differing)
    if sure >= rule.answer:
        return Decision("answer", sure, shown, ["首条与其余各条差距明显，要点一致"])
    if sure >= rule.candidates:
        return Decision("candidates", sure, shown, ["有几条内容相近，请选择"])
    return Decision("hand_over", sure, shown, ["没有把握较大的答案"])


def _confidence(index: Index, question: str, hits: list[Hit]) -> float:
    """How sure it is that the first hit is the right one: logistic regression on four features."""
    shared = common(index, question, hits[0].id)
    words = min(len(shared.words) + len({row.everyday for row in shared.synonyms}), _MOST_WORDS)
    length = math.log(min(max(len(question.strip()), 1), 200))
    sum_ = _BASE + _SECOND * _margin(hits, 1) + _FOURTH * _margin(hits, 3) + _LENGTH * length + _WORDS * words
    return 1 / (1 + math.exp(-sum_))


def _margin(hits: list[Hit], place: int) -> float:
    """How far the first hit stands before the one at a place: 0 equal, 1 alone."""
    return 1 - hits[place].score / hits[0].score if len(hits) > place else 1.0


def calibrated(
    index: Index,
    examples: Iterable[tuple[str, str | None]],
    *,
    precision: float = 0.95,
    home: Collection[str] = (),
) -> Rule:
    """A rule whose `answer` threshold held the precision on an office's own questions.

    Args:
        index: the base; the questions must not stand in it as variants.
        examples: (question, id of the right entry; None where the base has no answer). A hundred or more.
        precision: wanted share of right answers; the lower bound of the interval must reach it less .05.
        home: the office's own place names.

    Raises:
        ValueError: fewer than thirty examples.
    """
    rule = Rule(home=tuple(home))
    rated = []
    for question, right in examples:
        found = decide(index, question, rule=Rule(answer=0.0, home=rule.home))
        if found.decision == "answer":
            rated.append((found.confidence, found.hits[0].id == right))
        else:
            rated.append((-1.0, right is None))
    if len(rated) < 30:
        raise ValueError(f"样例太少：{len(rated)} 条，至少 30 条")
    rated = sorted((row for row in rated if row[0] >= 0), reverse=True)
    threshold, right_ones = 1.1, 0  # above 1: never answer
    for count, (sure, is_right) in enumerate(rated, 1):
        right_ones += is_right
        share = right_ones / count
        if count < len(rated) and rated[count][0] == sure:
            continue  # questions that are equally sure stand or fall together
        if count >= 10 and share >= precision and _lower_bound(share, count) >= precision - 0.05:
            threshold = sure
    return rule._replace(answer=threshold)


def _lower_bound(share: float, count: int) -> float:
    """Lower end of the 80 % Wilson interval: few examples do not prove a high precision."""
    z = 1.28
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - spread) / (1 + z * z / count)
