"""Whether an entry of the base says all that a question asks: only then it is named as the answer, else it is near. Pure.

The decision of `matching` weighs how near question and entry are; an entry about the same matter may still leave out what was asked. Two things
are looked at: whether something is so (能不能, 行不行, …吗), and the year that is named.
"""

import re

from gongkai.matching.folding import fold
from gongkai.matching.nearness import subject
from gongkai.matching.synonyms import Synonyms

#: Of what somebody wants to know whether it is so, this share of the characters must stand in the entry.
SAID = 0.9
_CLAUSE = re.compile(r"[^,。?!;\n、:()]+")
_WHETHER = re.compile(r"吗|([行能可会要是有对算])不\1|能否|可否|是否|可不可以|有没有|[不没]$|能.{0,12}么|么$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")


def open_points(question: str, content: str, synonyms: Synonyms, this_year: int) -> list[str]:
    """Return what a question asks and an entry leaves open, in the question's words; nothing where it may be named as the answer.

    >>> open_points("住宿舍能不能领租房补贴", "青年人才租房补贴怎么领：每月600元。", Synonyms([]), 2026)
    ['住宿舍能不能领租房补贴']

    Args:
        question: as it was asked.
        content: the whole entry.
        synonyms: of the office.
        this_year: an entry speaks of now; another year must be named in it.
    """
    asked, text = fold(question), fold(content)
    rows = [row for row in synonyms.find(asked) if row.official in text]
    meant = set(text).union(*(row.everyday for row in rows))
    points = []
    for clause in _CLAUSE.findall(asked):
        about = subject(clause)
        if about and _WHETHER.search(clause) and len(about & meant) < SAID * len(about):
            points.append(clause)
    points += [year for year in _YEAR.findall(asked) if year not in text and int(year) != this_year]
    return list(dict.fromkeys(points))
