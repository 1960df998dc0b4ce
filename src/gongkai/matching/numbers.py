"""Document numbers (文号) in running text, in one spelling.

Form: issuer's code (发文机关代字) + year in hexagonal brackets + sequence + 号 (GB/T 9704-2012, 7.2.5).
People write every other bracket, drop 号, add 第 or blanks, write full width; all of that comes out the same.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gongkai.matching.folding import brackets, fold

_LONGEST_CODE = 12
_SHORT_CODE = 5  # a run no longer than this is taken to be a code and nothing else
_YEAR_AND_SEQUENCE = re.compile(
    r"〔 ?((?:19|20)[0-9]{2}) ?年? ?〕 ?第? ?(?:0{0,4})([1-9][0-9]{0,4})(?![0-9])(?: ?号)?"
)
_CODE = re.compile(r"[\u3400-\u9fff]+\Z")
# Words that stand before a document number and are in no issuer's code.
_LEADS = re.compile(
    "关于|根据|按照|依据|依照|遵照|参照|贯彻|落实|执行|印发|转发|批转|废止|替代|代替|参见|详见|"
    "文件|通知|通告|公告|意见|规定|办法|决定|批复|文号|以及|号[和与及或]?|[的与及或]"
)


class DocumentNumber(NamedTuple):
    """One document number: issuer's code, year, sequence; `certain` when nothing runs into the code.

    `start` and `end` are its place in the folded text.
    """

    code: str
    year: str
    sequence: str
    certain: bool
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.sequence}号"


def document_numbers(text: str) -> list[str]:
    """Document numbers in the text, as 云府办发〔2026〕15号, in order, each once.

    Where no blank, mark or leading word parts the issuer's code from what stands before it, the code
    is given as it stands (at most 12 characters).
    """
    return list(dict.fromkeys(str(number) for number in scan(fold(text))))


def number_tokens(folded: str) -> list[str]:
    """The document numbers of a folded text as tokens of letters and digits: 云府办发202615号.

    The year always has four digits, so year and sequence cannot run together. Where the start of the
    issuer's code is not certain (请查收云府办发〔2026〕15号), each possible start gives a token.
    """
    tokens: dict[str, None] = {}
    for number in scan(folded):
        for start in range(1 if number.certain else max(1, len(number.code) - 1)):
            tokens[f"{number.code[start:]}{number.year}{number.sequence}号"] = None
    return list(tokens)


def scan(folded: str) -> Iterator[DocumentNumber]:
    """Document numbers of a folded text. Looks back from each bracket a bounded way: linear."""
    text = brackets(folded)
    for found in _YEAR_AND_SEQUENCE.finditer(text):
        run = _CODE.search(text[max(0, found.start() - _LONGEST_CODE - 1) : found.start()].rstrip(" "))
        if run is None:
            continue
        code = run[0][-_LONGEST_CODE:]
        leads = [lead.end() for lead in _LEADS.finditer(code) if lead.end() <= len(code) - 2]
        certain = bool(leads) or len(code) <= _SHORT_CODE
        code = code[leads[-1] :] if leads else code
        start = text.rindex(code, 0, found.start())
        yield DocumentNumber(code, found[1], found[2], certain, start, found.end())
