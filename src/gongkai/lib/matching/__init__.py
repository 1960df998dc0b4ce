"""Tokenise, rank, route, align and deduplicate Chinese texts, without Django.

Names are imported on first access, so that callers of one function do not load numpy. See
`docs/matching.md`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongkai.lib.matching.alignment import Pair, align
    from gongkai.lib.matching.deciding import Decision, Rule, calibrate_rule, decide
    from gongkai.lib.matching.duplicates import (
        Duplicate,
        compute_similarities,
        compute_similarity,
        fingerprint,
        near_duplicates,
    )
    from gongkai.lib.matching.entries import Part, question_and_answer
    from gongkai.lib.matching.facts import find_places
    from gongkai.lib.matching.folding import (
        Phrase,
        document_numbers,
        fold,
        fts5_query,
        query_tokens,
        search_tokens,
        ts_query,
    )
    from gongkai.lib.matching.index import Hit, Index
    from gongkai.lib.matching.nearness import near_to
    from gongkai.lib.matching.reasons import NOTHING_SHARED, SAME_NUMBER, explain_hit
    from gongkai.lib.matching.routing import Route, Router
    from gongkai.lib.matching.synonyms import Synonym, Synonyms
    from gongkai.lib.matching.wanted import missing_details, missing_words

__all__ = [
    "NOTHING_SHARED",
    "SAME_NUMBER",
    "Decision",
    "Duplicate",
    "Hit",
    "Index",
    "Pair",
    "Part",
    "Phrase",
    "Route",
    "Router",
    "Rule",
    "Synonym",
    "Synonyms",
    "align",
    "calibrate_rule",
    "compute_similarities",
    "compute_similarity",
    "decide",
    "document_numbers",
    "explain_hit",
    "find_places",
    "fingerprint",
    "fold",
    "fts5_query",
    "missing_details",
    "missing_words",
    "near_duplicates",
    "near_to",
    "query_tokens",
    "question_and_answer",
    "search_tokens",
    "ts_query",
]

# Where each name lives. Loaded when first asked for: who needs only the spelling does not wait for numpy.
_HOMES = {
    "NOTHING_SHARED": "reasons",
    "SAME_NUMBER": "reasons",
    "Decision": "deciding",
    "Duplicate": "duplicates",
    "Hit": "index",
    "Index": "index",
    "Pair": "alignment",
    "Part": "entries",
    "Phrase": "folding",
    "Route": "routing",
    "Router": "routing",
    "Rule": "deciding",
    "Synonym": "synonyms",
    "Synonyms": "synonyms",
    "align": "alignment",
    "calibrate_rule": "deciding",
    "decide": "deciding",
    "document_numbers": "folding",
    "fingerprint": "duplicates",
    "fold": "folding",
    "fts5_query": "folding",
    "near_duplicates": "duplicates",
    "near_to": "nearness",
    "find_places": "facts",
    "query_tokens": "folding",
    "question_and_answer": "entries",
    "search_tokens": "folding",
    "compute_similarities": "duplicates",
    "compute_similarity": "duplicates",
    "ts_query": "folding",
    "missing_details": "wanted",
    "missing_words": "wanted",
    "explain_hit": "reasons",
}


def __getattr__(name: str) -> object:
    """Import a name from its module on first access."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
