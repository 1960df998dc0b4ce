"""Read in a text what it decides about a document: amended, repealed, void, extended, corrected. Pure.

A statement is a clause with a verb that is neither denied nor only planned, and the documents that this clause names; where it names none,
those of the clauses before it, or the list behind it. Of two readings the stricter counts: an unread statement holds a text back and is
written more clearly, a statement read wrongly would change what the public reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.content.policies.formats import number_key
from gongkai.content.policies.states import What
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import find_days
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.writing.titles import cited

#: The words by which a text says what was decided.
VERBS = {
    What.AMEND: re.compile("修改|修订|修正"),
    What.REPEAL: re.compile("废止|停止执行"),
    What.EXPIRE: re.compile("失效|废止"),
    What.EXTEND: re.compile("延长|继续有效|有效期"),
}
CORRECTED = re.compile("更正|有误|撤销")
_WRONG = re.compile("更正|有误|撤销|不生效")
#: Before a verb: denied, planned, asked.
_DENIED = re.compile(
    "(?:不(?!仅|但|只|影响)|未|没有|无须|无需|暂缓|免予|拟|建议|提请|是否|能否|计划|如需|[若如]).{0,4}$"
)
#: In the clause of a verb: a proposal, no decision.
_PROPOSED = re.compile("征求意见|意见稿|草案|送审稿|请示|建议")
#: A title of a proposal; a decision may say that opinions were asked before it.
_PROPOSAL = re.compile("征求.{0,8}意见(?:的|稿|$)|草案|送审稿|请示|建议")
#: A clause that says the opposite of an end, or something else of what it names.
_STAYS = re.compile("继续有效|继续执行|继续施行|予以保留|除外")
_OTHERS = re.compile("其余|其他|另有")
_RESTS_ON = re.compile("(?:根据|依据|按照|依照|遵照)[^，,]*[，,]")
#: What stands between the names of a list.
_BETWEEN = re.compile(
    r"（[^）]*）|\([^)]*\)|等?\d*[一二三四五六七八九十]*[件个]?(?:文件)?|以及|[、和与及\s\d.．]"
)
_SINCE = re.compile(r"自(\d{4}年\d{1,2}月\d{1,2}日)起")
_YEARS = re.compile(r"延长(?:有效期)?([\d一二两三四五六七八九十]{1,2})年")
_WITHOUT_END = re.compile("长期有效|继续有效")


@dataclass(frozen=True)
class Named:
    """The document of a decision, as texts name it."""

    title: str
    number: str = ""


def decides(
    text: str, named: Named, what: What, *, on: date, until: date | None = None, ends: date | None = None
) -> bool:
    """Return whether a text decides this of a document: the matter, the day it names, and the last day of an extension.

    Args:
        text: title and words, a paragraph a line.
        named: the document.
        what: the decision; an update is said by no words.
        on: the day from which it counts.
        until: the new last day of an extension; None: without limit.
        ends: the last day until now.

    >>> x = Named("停车办法", "云府发〔2020〕3号")
    >>> decides("《停车办法》（云府发〔2020〕3号）继续有效，不予废止。", x, What.REPEAL, on=date(2026, 5, 1))
    False
    >>> decides("本办法自2026年5月1日起施行，《停车办法》同时废止。", x, What.REPEAL, on=date(2026, 5, 1))
    True
    """
    verb = VERBS.get(what)
    if verb is None:
        return True
    for said in _statements(text, named, verb):
        days = set(find_days(" ".join(_SINCE.findall(said))))
        if days and on not in days and what != What.EXTEND:
            continue
        if what != What.EXTEND or _until(said, until, ends):
            return True
    return False


def corrects(text: str, named: Named, what: What) -> bool:
    """Return whether a text says that what was decided of a document was wrong."""
    verb = VERBS.get(what)
    return any(
        verb is None or verb.search(_without_titles(said)) for said in _statements(text, named, CORRECTED)
    )


def _until(said: str, until: date | None, ends: date | None) -> bool:
    if until is None:
        return bool(_WITHOUT_END.search(said))
    years = _YEARS.search(said)
    by_years = years is not None and ends is not None and ends.year + (to_int(years[1]) or 0) == until.year
    return by_years or until in find_days(said)


def _statements(text: str, named: Named, verb: "re.Pattern[str]") -> Iterator[str]:
    """Yield the sentences that say it of the document; a line of a list with the sentence that opened the list."""
    lines = text.strip().splitlines()
    if not lines or _PROPOSAL.search(_without_titles(lines[0])):
        return
    opened = ""
    for part in re.split(r"[。；\n]", text):
        sentence = _RESTS_ON.sub("", part).strip()
        if not sentence:
            continue
        clauses = list(_clauses(sentence))
        if any(verb.search(_without_titles(clause)) for clause in clauses):
            governed, open_end = _governed(clauses, verb)
            opened = sentence if open_end else ""
            if any(_names(clause, named) for clause in governed):
                yield sentence
        elif opened and _names_any(sentence):
            if _names(sentence, named) and not _STAYS.search(_without_titles(sentence)):
                yield f"{opened}{sentence}"
        else:
            opened = ""


def _governed(clauses: list[str], verb: "re.Pattern[str]") -> tuple[list[str], bool]:
    """Return the clauses that a verb governs, and whether the sentence opens a list that it governs, too."""
    governed: list[str] = []
    before: list[str] = []
    behind = False
    for clause in clauses:
        bare = _without_titles(clause)
        if not verb.search(bare):
            if behind and _names_any(clause) and not _BETWEEN.sub("", bare.replace("《》", "")):
                governed.append(clause)
            elif _STAYS.search(bare):
                before, behind = [], False
            else:
                before.append(clause)
        elif not _affirmed(bare, verb):
            before, behind = [], False
        else:
            own = _names_any(clause)
            governed += [clause] if own else [] if _OTHERS.search(bare) else before
            before, behind = [], True
    return governed, behind and clauses[-1].endswith(("：", ":"))


def _affirmed(clause: str, verb: "re.Pattern[str]") -> bool:
    """Return whether a clause says it, and neither denies nor proposes it, nor says that it was wrong."""
    if _PROPOSED.search(clause) or (verb is not CORRECTED and _WRONG.search(clause)):
        return False
    return not any(_DENIED.search(clause[: found.start()]) for found in verb.finditer(clause))


def _clauses(sentence: str) -> Iterator[str]:
    """Yield the clauses of a sentence, each with the mark that ends it; titles are not cut."""
    depth, start = 0, 0
    for at, char in enumerate(sentence):
        depth = depth + 1 if char == "《" else max(depth - 1, 0) if char == "》" else depth
        if depth == 0 and char in "，,：:":
            yield sentence[start : at + 1]
            start = at + 1
    if start < len(sentence):
        yield sentence[start:]


def _without_titles(clause: str) -> str:
    """Return a clause with empty titles, so that words in a title are no verb."""
    return re.sub(r"《(?:[^《》]|《[^《》]*》)*》", "《》", clause)


def _names_any(clause: str) -> bool:
    return "《" in clause or bool(find_numbers(clause))


def _names(clause: str, named: Named) -> bool:
    """Return whether a clause names a document: by its number, or by its title in 《》 without another number behind it."""
    if named.number and named.number in map(number_key, find_numbers(clause)):
        return True
    words, title = _bare(clause), _bare(cited(named.title))
    place = words.find(title)
    if place < 0:
        return False
    behind = re.match(r"[（(]([^）)]*)[）)]", words[place + len(title) :])
    others = find_numbers(behind[1]) if behind else []
    return not (named.number and others)


def _bare(text: str) -> str:
    return "".join(text.split()).translate(str.maketrans("〈〉", "《》"))
