"""Document numbers (文号) as a search knows them: in one spelling, and as tokens of letters and digits.

People write every other bracket, drop 号, add 第 or blanks, write full width; all of that comes out the same.
"""

from gongkai.lib.chinese.document_numbers import scan_typed
from gongkai.lib.matching.folding import fold


def document_numbers(text: str) -> list[str]:
    """Document numbers in the text, as 云府办发〔2026〕15号, in order, each once.

    Where no blank, mark or leading word parts the issuer's mark from what stands before it, the mark
    is given as it stands (at most 12 characters).
    """
    return list(dict.fromkeys(str(number) for number in scan_typed(fold(text))))


def number_tokens(folded: str) -> list[str]:
    """The document numbers of a folded text as tokens of letters and digits: 云府办发202615号.

    The year always has four digits, so year and serial cannot run together. Where the start of the
    issuer's mark is not certain (请查收云府办发〔2026〕15号), each possible start gives a token.
    """
    tokens: dict[str, None] = {}
    for number in scan_typed(folded):
        for start in range(1 if number.certain else max(1, len(number.mark) - 1)):
            tokens[f"{number.mark[start:]}{number.year}{number.serial}号"] = None
    return list(tokens)
