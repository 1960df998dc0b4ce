"""Explain in sentences why an entry was found."""

from typing import NamedTuple

import numpy as np

from gongkai.lib.matching import analysis
from gongkai.lib.matching.analysis import MAX_QUESTION_CHARACTERS
from gongkai.lib.matching.facts import find_facts
from gongkai.lib.matching.folding import fold, require_text
from gongkai.lib.matching.index import Index
from gongkai.lib.matching.nearness import get_subject_characters
from gongkai.lib.matching.synonyms import Synonym

_MAX_REASONS = 5
#: Reason of a hit that shares no word, number or place with the question, which is chance in a small base.
NOTHING_SHARED_REASON = "用字相近，没有共同的词语"
#: Prefix of a reason that names a document number of both.
SAME_NUMBER_PREFIX = "文号相同："


class CommonTerms(NamedTuple):
    """The terms that a question and an entry share, and their share of the question."""

    words: list[str]
    synonyms: list[Synonym]
    missing: list[str]
    coverage: float
    """Share of the question's words, by rarity, that stand in the entry (0–1)."""


def find_common_terms(index: Index, question: str, entry: str) -> CommonTerms:
    """Return the terms of a question that the text of an entry contains or lacks, each the rarest first."""
    asked, text = fold(question[:MAX_QUESTION_CHARACTERS]), fold(entry)
    found = [row for row in index.synonyms.find(asked) if row.official in text]
    words: list[str] = []
    missing: list[str] = []
    for word in dict.fromkeys(analysis.list_long_words(analysis.remove_question_words(asked))):
        by_synonym = any(word in row.everyday or row.everyday in word for row in found)
        (words if word in text or by_synonym else missing).append(word)
    rarity = {word: _compute_rarity(index, word) for word in words + missing}
    total = sum(rarity.values())
    return CommonTerms(
        sorted((word for word in words if word in text), key=lambda word: -rarity[word]),
        [row for row in found if row.everyday not in text],
        sorted(missing, key=lambda word: -rarity[word]),
        sum(map(rarity.__getitem__, words)) / total if total else 0.0,
    )


def _compute_rarity(index: Index, word: str) -> float:
    """Return the inverse document frequency of a word."""
    having, entries = index.count_entries_with("_" + word)
    return float(np.log1p((entries - having + 0.5) / (having + 0.5)))


def explain_hit(index: Index, question: str, id_: str) -> list[str]:
    """Return sentences in Chinese that explain why the entry was found; at least one.

    Raises:
        KeyError: there is no entry with this id.
    """
    return explain_entry(index, require_text(question), index.get_text(id_))


def explain_entry(index: Index, question: str, entry: str) -> list[str]:
    """Return sentences in Chinese on what a question and the text of an entry share: numbers, words, synonyms, places.

    The entry need not be in the index any more.
    """
    shared = find_common_terms(index, question, entry)
    said = []
    numbers = _find_shared_facts(question, entry, "number")
    if numbers:
        said.append(f"{SAME_NUMBER_PREFIX}{'、'.join(numbers)}")
    words = [
        word for word in shared.words if get_subject_characters(word)
    ]  # 居民 and 申请 stand in questions about anything
    if words:
        said.append(f"都提到：{'、'.join(words[:_MAX_REASONS])}")
    pairs: dict[str, str] = {}
    for row in shared.synonyms:
        pairs.setdefault(row.everyday, row.official)
    said += [f"“{everyday}”即“{official}”" for everyday, official in list(pairs.items())[:3]]
    places = _find_shared_facts(question, entry, "place")
    if places:
        said.append(f"地区相同：{'、'.join(places)}")
    return said or [NOTHING_SHARED_REASON]


def _find_shared_facts(question: str, text: str, kind: str) -> list[str]:
    """Return the facts of a kind that both texts state."""
    asked = [fact.value for fact in find_facts(question[:MAX_QUESTION_CHARACTERS]) if fact.kind == kind]
    given = {fact.value for fact in find_facts(text) if fact.kind == kind}
    return [value for value in asked if value in given]
