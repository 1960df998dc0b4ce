"""Chinese tokens, ranking, reasons, routing, near-duplicates and alignment, without Django.

- `Index`: ranked search over entries; `question_and_answer`, `Part`: entries of several texts.
- `synonyms`: everyday words for official terms, a table with import and export.
- `tokens`: `search_tokens`, `fts5_query`, `ts_query` for the full-text search of what is public.
- `folding`: one spelling (width, case, traditional characters). `numbers`: document numbers (文号).

Nothing here calls an outside service or keeps state outside the objects it returns.
"""

from gongkai.matching.entries import Part, question_and_answer
from gongkai.matching.folding import fold
from gongkai.matching.index import Hit, Index
from gongkai.matching.numbers import document_numbers
from gongkai.matching.synonyms import Synonym, Synonyms
from gongkai.matching.tokens import Phrase, fts5_query, query_tokens, search_tokens, ts_query

__all__ = [
    "Hit",
    "Index",
    "Part",
    "Phrase",
    "Synonym",
    "Synonyms",
    "document_numbers",
    "fold",
    "fts5_query",
    "query_tokens",
    "question_and_answer",
    "search_tokens",
    "ts_query",
]
