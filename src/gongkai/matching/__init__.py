"""Chinese tokens, ranking, reasons, routing, near-duplicates and alignment, without Django.

- `tokens`: `search_tokens`, `fts5_query`, `ts_query` for the full-text search of what is public.
- `folding`: one spelling (width, case, traditional characters). `numbers`: document numbers (文号).

Nothing here calls an outside service or keeps state outside the objects it returns.
"""

from gongkai.matching.folding import fold
from gongkai.matching.numbers import document_numbers
from gongkai.matching.tokens import Phrase, fts5_query, query_tokens, search_tokens, ts_query

__all__ = [
    "Phrase",
    "document_numbers",
    "fold",
    "fts5_query",
    "query_tokens",
    "search_tokens",
    "ts_query",
]
