"""The content of index entries: one text, or several weighted texts of the same entry."""

from collections.abc import Iterable
from typing import NamedTuple

from gongkai.lib.matching.analysis import kinds_contained, split_passages, terms_and_length
from gongkai.lib.matching.folding import as_text, fold
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS, RankingWeights


class Part(NamedTuple):
    """A text of an entry (question, variant, answer) and the weight of a match in it."""

    text: str
    weight: float = 1.0


Content = str | Iterable[Part]


def split_parts(content: Content) -> tuple[Part, ...]:
    """Return the parts of content.

    Raises:
        TypeError: neither a text nor parts.
        ValueError: a weight that is not positive.
    """
    if isinstance(content, str):
        return (Part(content),)
    if not isinstance(content, Iterable):
        raise TypeError(f"需要文本或 Part 序列，收到的是 {type(content).__name__}")
    found = tuple(content)
    for part in found:
        if not isinstance(part, Part):
            raise TypeError(f"需要文本或 Part 序列，收到的是 {type(part).__name__}")
        as_text(part.text)
        if not 0 < part.weight < 1000:
            raise ValueError(f"权重应大于 0：{part.weight}")
    return found or (Part(""),)


def text_of(content: Iterable[Part]) -> str:
    """Return the parts of an entry as one text, each on lines of its own."""
    return "\n".join(part.text for part in content)


def question_and_answer(
    question: str,
    answer: str,
    variants: Iterable[str] = (),
    *,
    weights: RankingWeights = DEFAULT_WEIGHTS,
    learnt: Iterable[str] = (),
) -> tuple[Part, ...]:
    """Return a Q&A entry: question, answer, and wordings used by citizens.

    The answer is never matched without its question. Variants are what people asked before in their own words; `learnt` are questions that
    were answered with this entry, which count where the weights say so (`fitting`).
    """
    wordings = [Part(variant, weights.variant) for variant in variants if weights.variant]
    wordings += [Part(wording, weights.learnt) for wording in learnt if weights.learnt]
    return (Part(question), *wordings, Part(f"{question}\n{answer}", weights.answer))


class AnalysedPassage(NamedTuple):
    """A passage of an entry as stored in the index."""

    terms: dict[str, int]
    length: int
    kinds: int
    weight: float


def analyse(content: tuple[Part, ...]) -> list[AnalysedPassage]:
    """Return the passages of an entry; at least one."""
    found = []
    for part in content:
        for passage in split_passages(fold(part.text)):
            counts, length = terms_and_length(passage)
            found.append(AnalysedPassage(counts, length, kinds_contained(passage), part.weight))
    return found
