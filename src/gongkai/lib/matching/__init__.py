"""Tokenise, rank, route, align and deduplicate Chinese texts, without Django.

Names are imported on first access, so that callers of one function do not load numpy. See
`docs/matching.md`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongkai.lib.matching.alignment import MeasurePair, align_measures
    from gongkai.lib.matching.answer_decisions import DecisionRule, MatchingDecision, decide_answer
    from gongkai.lib.matching.duplicates import (
        Duplicate,
        compute_similarities,
        compute_similarity,
        find_near_duplicates,
        make_fingerprint,
    )
    from gongkai.lib.matching.entries import EntryPart, make_question_parts
    from gongkai.lib.matching.facts import find_places
    from gongkai.lib.matching.folding import (
        Phrase,
        find_document_numbers,
        fold,
        make_fts5_query,
        make_query_phrases,
        make_search_tokens,
        make_ts_query,
    )
    from gongkai.lib.matching.index import Index, IndexHit
    from gongkai.lib.matching.missing_words import find_missing_details, find_missing_words
    from gongkai.lib.matching.nearness import compute_nearness_in_index
    from gongkai.lib.matching.reasons import NOTHING_SHARED_REASON, SAME_NUMBER_PREFIX, explain_hit
    from gongkai.lib.matching.routing import Router, RouteSuggestion
    from gongkai.lib.matching.synonyms import Synonym, Synonyms

__all__ = [
    "NOTHING_SHARED_REASON",
    "SAME_NUMBER_PREFIX",
    "DecisionRule",
    "Duplicate",
    "EntryPart",
    "Index",
    "IndexHit",
    "MatchingDecision",
    "MeasurePair",
    "Phrase",
    "RouteSuggestion",
    "Router",
    "Synonym",
    "Synonyms",
    "align_measures",
    "compute_nearness_in_index",
    "compute_similarities",
    "compute_similarity",
    "decide_answer",
    "explain_hit",
    "find_document_numbers",
    "find_missing_details",
    "find_missing_words",
    "find_near_duplicates",
    "find_places",
    "fold",
    "make_fingerprint",
    "make_fts5_query",
    "make_query_phrases",
    "make_question_parts",
    "make_search_tokens",
    "make_ts_query",
]

# Name → its module, imported on first access, so that callers of `folding` alone do not load numpy.
_MODULES_BY_NAME = {
    "NOTHING_SHARED_REASON": "reasons",
    "SAME_NUMBER_PREFIX": "reasons",
    "MatchingDecision": "answer_decisions",
    "Duplicate": "duplicates",
    "IndexHit": "index",
    "Index": "index",
    "MeasurePair": "alignment",
    "EntryPart": "entries",
    "Phrase": "folding",
    "RouteSuggestion": "routing",
    "Router": "routing",
    "DecisionRule": "answer_decisions",
    "Synonym": "synonyms",
    "Synonyms": "synonyms",
    "align_measures": "alignment",
    "decide_answer": "answer_decisions",
    "find_document_numbers": "folding",
    "make_fingerprint": "duplicates",
    "fold": "folding",
    "make_fts5_query": "folding",
    "find_near_duplicates": "duplicates",
    "compute_nearness_in_index": "nearness",
    "find_places": "facts",
    "make_query_phrases": "folding",
    "make_question_parts": "entries",
    "make_search_tokens": "folding",
    "compute_similarities": "duplicates",
    "compute_similarity": "duplicates",
    "make_ts_query": "folding",
    "find_missing_details": "missing_words",
    "find_missing_words": "missing_words",
    "explain_hit": "reasons",
}


def __getattr__(name: str) -> object:
    """Import a name from its module on first access."""
    if name not in _MODULES_BY_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES_BY_NAME[name]}"), name)
    globals()[name] = value
    return value
