"""Normalise document numbers (文号) for search: one spelling, and tokens."""

from gongkai.lib.chinese.document_numbers import scan_typed
from gongkai.lib.matching.folding import fold


def document_numbers(text: str) -> list[str]:
    """Return the document numbers in a text as 云府办发〔2026〕15号, in order, each once.

    Where no blank, mark or leading word parts the issuer's mark from what stands before it, the mark
    is given as it stands (at most 12 characters).
    """
    return list(dict.fromkeys(str(number) for number in scan_typed(fold(text))))


def number_tokens(folded: str) -> list[str]:
    """Return the document numbers of a folded text as tokens: 云府办发202615号."""
    tokens: dict[str, None] = {}
    for number in scan_typed(folded):
        for start in range(1 if number.certain else max(1, len(number.mark) - 1)):
            tokens[f"{number.mark[start:]}{number.year}{number.serial}号"] = None
    return list(tokens)
