"""The content of index entries: one text, or several weighted texts of the same entry."""

from collections.abc import Iterable
from typing import NamedTuple

from gongkai.lib.matching.analysis import count_terms_and_length, get_contained_answer_kinds, split_passages
from gongkai.lib.matching.folding import fold, require_text
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS, RankingWeights


class EntryPart(NamedTuple):
    """A text of an entry (question, variant, answer) and the weight of a match in it."""

    text: str
    weight: float = 1.0


#: The content of an entry: one text, or weighted parts.
EntryContent = str | Iterable[EntryPart]


def split_parts(content: EntryContent) -> tuple[EntryPart, ...]:
    """Return the parts of content.

    Raises:
        TypeError: neither a text nor parts.
        ValueError: a weight that is not positive.
    """
    if isinstance(content, str):
        return (EntryPart(content),)
    if not isinstance(content, Iterable):
        raise TypeError(f"需要文本或 Part 序列，收到的是 {type(content).__name__}")
    parts = tuple(content)
    for part in parts:
        if not isinstance(part, EntryPart):
            raise TypeError(f"需要文本或 Part 序列，收到的是 {type(part).__name__}")
        require_text(part.text)
        if not 0 < part.weight < 1000:
            raise ValueError(f"权重应大于 0：{part.weight}")
    return parts or (EntryPart(""),)


def join_parts(content: Iterable[EntryPart]) -> str:
    """Return the parts of an entry as one text, each on lines of its own."""
    return "\n".join(part.text for part in content)


def make_question_parts(
    question: str,
    answer: str,
    variants: Iterable[str] = (),
    *,
    weights: RankingWeights = DEFAULT_WEIGHTS,
    learnt: Iterable[str] = (),
) -> tuple[EntryPart, ...]:
    """Return a Q&A entry: question, answer, and wordings used by citizens.

    The answer is never matched without its question. Variants are what people asked before in their own words; `learnt` are questions that
    were answered with this entry, which count where the weights say so (`weight_fitting`).
    """
    wordings = [EntryPart(variant, weights.variant) for variant in variants if weights.variant]
    wordings += [EntryPart(wording, weights.learnt) for wording in learnt if weights.learnt]
    return (EntryPart(question), *wordings, EntryPart(f"{question}\n{answer}", weights.answer))


class AnalysedPassage(NamedTuple):
    """A passage of an entry as stored in the index: term counts, length, bits of the kinds of
    answer, weight."""

    terms: dict[str, int]
    length: int
    kinds: int
    weight: float


def analyse_content(content: tuple[EntryPart, ...]) -> list[AnalysedPassage]:
    """Return the passages of an entry's parts; at least one."""
    passages = []
    for part in content:
        for passage in split_passages(fold(part.text)):
            counts, length = count_terms_and_length(passage)
            passages.append(AnalysedPassage(counts, length, get_contained_answer_kinds(passage), part.weight))
    return passages
