"""Whether an entry of the base says all that a question asks: only then it is named as the answer, else it is near. Pure.

The decision of `matching` weighs how near question and entry are; an entry about the same matter may still leave out what was asked. Looked at
are: whether something is so (能不能, 行不行, …吗) and what somebody's case has of its own (…，也能…吗); how many times, months, yuan; the year,
by number or by word; whether every word of what is asked stands there; and how much question and entry have in common at all.
"""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching import Part, unsaid_words
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.nearness import Nearness, subject
from gongkai.lib.matching.synonyms import Synonyms

#: Of what somebody wants to know whether it is so, this share of the characters must stand in the entry.
SAID = 0.9
#: Below this strength (`Nearness.strength`) question and entry share a matter at most.
SURE = 2.0
_CLAUSE = re.compile(r"[^,。?!;\n、:()]+")
_WHETHER = re.compile(r"吗|([行能可会要是有对算])不\1|能否|可否|是否|可不可以|有没有|[不没]$|能.{0,12}么|么$")
#: A special case is asked about: what was said before belongs to the question.
_TOO = re.compile(r"[也还][能可算要有会得]|算不算|还是")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")
_OTHER_TIME = re.compile(r"大?前年|去年|往年|以前|当年|明年|后年")
_DIGIT = "[0-9一二两三四五六七八九十百千万半]"
#: What is counted → how an entry that says it is written.
_COUNTED = (
    (re.compile(r"[几多少]次"), re.compile(rf"{_DIGIT}次|不限次")),
    (re.compile(r"几个?月|多少个?月"), re.compile(rf"{_DIGIT}个?月")),
    (re.compile(r"[几多少]天|多少日|几日"), re.compile(rf"{_DIGIT}(?:个?工作日|日|天)|当[日天场]")),
    (re.compile(r"几年|多少年"), re.compile(rf"{_DIGIT}年|长期")),
    (
        re.compile(r"多久|多长时间"),
        re.compile(rf"{_DIGIT}(?:个?工作日|个?月|日|天|年|小时|分钟)|当[日天场]|即时"),
    ),
    (re.compile(r"几点"), re.compile(rf"{_DIGIT}[点时:]|24小时|全天")),
    (
        re.compile(r"啥价|什么价|多少钱|几多?钱|收.{0,3}多少|几[百千万块]|几个点"),
        re.compile(r"[元%‰]|免费|不收"),
    ),
    (re.compile(r"罚款|罚多少|怎么罚"), re.compile("罚")),
    (re.compile(r"几折"), re.compile(rf"{_DIGIT}折|免费|%")),
    (re.compile(r"几路"), re.compile(rf"{_DIGIT}路")),
)


def open_points(question: str, content: str, synonyms: Synonyms, this_year: int) -> list[str]:
    """Return what a question asks and an entry leaves open, in the question's words; nothing where it may be named as the answer.

    >>> open_points("住宿舍能不能领租房补贴", "青年人才租房补贴怎么领：每月600元。", Synonyms([]), 2026)
    ['住宿舍能不能领租房补贴']
    >>> open_points("低保一年审几次", "低保按户申请，每年审核。", Synonyms([]), 2026)
    ['几次']

    Args:
        question: as it was asked.
        content: the whole entry.
        synonyms: of the office.
        this_year: an entry speaks of now; another year must be named in it.
    """
    asked, text = fold(question), fold(content)
    rows = [row for row in synonyms.find(asked) if row.official in text]
    meant = set(text).union(*(row.everyday for row in rows))
    points = [clause for clause in _whether(asked) if not _says(clause, meant)]
    points += [found[0] for ask, say in _COUNTED if (found := ask.search(asked)) and not say.search(text)]
    points += [year for year in _YEAR.findall(asked) if year not in text and int(year) != this_year]
    points += [time for time in _OTHER_TIME.findall(asked) if time not in text]
    return list(dict.fromkeys(points))


def unsure(
    question: str, content: tuple[Part, ...], near: Nearness, synonyms: Synonyms, this_year: int
) -> list[str]:
    """Return why an entry is only near: what `open_points` finds, words that it lacks, or too little in common; nothing for the very question."""
    if near.same:
        return []
    points = open_points(question, "\n".join(part.text for part in content), synonyms, this_year)
    return (
        points
        or unsaid_words(question, content, synonyms)
        or ([] if near.strength >= SURE else ["所问的具体情形"])
    )


def _whether(asked: str) -> list[str]:
    """Return the clauses that ask whether something is so; all of a question that asks about a special case."""
    clauses = [clause for clause in _CLAUSE.findall(asked) if _WHETHER.search(clause)]
    return _CLAUSE.findall(asked) if any(_TOO.search(clause) for clause in clauses) else clauses


def _says(clause: str, meant: set[str]) -> bool:
    about = subject(clause)
    return len(about & meant) >= SAID * len(about)
