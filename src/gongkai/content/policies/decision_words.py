"""Find the sentences of a text that name a document and state a decision on it. Pure.

The result is a proposal; the signers, or for a public text another person, confirm it.
"""

from dataclasses import dataclass
from datetime import date

from gongkai.content.policies.validity import ENDING_KINDS, DecisionKind
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import find_days, read_day
from gongkai.lib.chinese.document_numbers import canonical_number, find_numbers, is_document_number
from gongkai.lib.writing.titles import cite_title

#: Pattern of a title in 《》, with titles in it.
TITLE_PATTERN = re.compile(r"《(?:[^《》]|《[^《》]*》)*》")
#: A sentence; punctuation marks in a title do not end it.
_SENTENCE_PATTERN = re.compile(rf"(?:{TITLE_PATTERN.pattern}|[^。；\n])+")
#: Pattern of a passage in brackets.
BRACKET_PATTERN = re.compile(r"（[^（）]*）|\([^()]*\)")
#: A date of issue before a title (2020年印发的); a number after the title must then identify the document.
_DATE_BEFORE_TITLE_PATTERN = re.compile(r"(?:\d{4}年|日|此前)(?:印发|公布|发布)的$")
_MAX_DATE_BEFORE_TITLE_CHARACTERS = 10


#: Kind of decision → pattern of its verbs.
VERB_PATTERNS = {
    DecisionKind.AMEND: re.compile("修改|修订|修正"),
    DecisionKind.REPEAL: re.compile("废止|停止执行"),
    DecisionKind.EXPIRE: re.compile("失效|废止"),
    DecisionKind.EXTEND: re.compile("延长|继续有效|长期有效|有效期"),
}
_EMPTIED_TITLE = r"《》(?:（[^（）]*）|\([^()]*\))?"
_OWN_TEXT = r"本(?:实施|管理|暂行|试行|行政规范性)*(?:办法|规定|细则|通知|意见|决定|决议|方案|政策|措施|标准|条例|规则|制度|规程|文件|公告|通告|令)"
#: A date, or the text's own publication or first day in force; 自…批准之日起 gives no known day.
_EFFECT_DAY = rf"(?:\d{{4}}年\d{{1,2}}月\d{{1,2}}日|(?:{_OWN_TEXT})?(?:施行|实施|印发|公布|发布)之日|即日)"
_OPTIONAL_EFFECT_DAY = rf"(?:自(?P<since>{_EFFECT_DAY})起，?|于(?P<at>\d{{4}}年\d{{1,2}}月\d{{1,2}}日)，?)?"
#: Pattern of the words before the title in a plain sentence: an article number, the day in force, other titles.
_WORDS_BEFORE_TITLE = (
    rf"[\s　]*(?:第[^条《》]{{1,6}}条)?[\s　]*"
    rf"(?:本[^，《》]{{1,12}}自(?P<begins>{_EFFECT_DAY})起(?:正式)?(?:施行|实施|执行)[，,])?(?:原|原有的?)?(?:{_EMPTIED_TITLE}[、，和及以与]+)*"
)
_WORDS_AFTER_TITLE = rf"(?:[、，和及以与]+{_EMPTIED_TITLE})*{_OPTIONAL_EFFECT_DAY}(?:同时|即行|予以|一并|相应|宣布)*"
#: Kind of decision → pattern of plain sentences (with emptied titles) that state it and nothing else.
PLAIN_STATEMENT_PATTERNS = {
    DecisionKind.REPEAL: re.compile(rf"{_WORDS_BEFORE_TITLE}{_EMPTIED_TITLE}{_WORDS_AFTER_TITLE}(?:废止|停止执行)"),
    DecisionKind.EXPIRE: re.compile(rf"{_WORDS_BEFORE_TITLE}{_EMPTIED_TITLE}{_WORDS_AFTER_TITLE}(?:废止|失效)"),
    DecisionKind.EXTEND: re.compile(
        rf"{_WORDS_BEFORE_TITLE}{_EMPTIED_TITLE}的?有效期(?:延长|延续|顺延)(?:至|到)(?P<until>[^，,。；]{{4,20}}?日)(?:为?止)?"
    ),
}
_ANY_DATE = r"[\d〇零○一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日"
#: The date from which a decision applies, in sentences that are not plain.
_FROM_DATE_PATTERN = re.compile(
    rf"(?:[自从于]{_ANY_DATE}|{_ANY_DATE}(?:[零0]时)?(?=起|开始|之?后|以后))(?!起?(?:正式)?(?:施行|实施|执行|印发|公布|发布|通过|修订)[的）)])"
)
#: The last day of an extension, in sentences that are not plain.
_UNTIL_DATE_PATTERN = re.compile(rf"(?:[至到]|[至到]期日?[为是]|截止日?期?[为是]){_ANY_DATE}|{_ANY_DATE}(?:为?止)")
_OWN_DAY_PATTERN = re.compile(
    rf"[自从于]((?:{_OWN_TEXT})?(?:施行|实施|印发|公布|发布)之日|即日)起?(?![\d一二两三四五六七八九十满])"
)
#: A repeal at an event: 在省统一平台上线以后废止; 自公布之日起 is the text's own day.
_EVENT_ENDING_PATTERN = re.compile(
    rf"(?:[自从于在待](?!{_EFFECT_DAY}|{_OWN_TEXT}|(?:下发|发文|颁布)之日)|等到?)[^，,《》]{{2,40}}?(?:之后|以后|后|之?[日时]起?|起)[，,]?(?:{_EMPTIED_TITLE})?"
    r"(?:即行|自行|自动|同时|予以|一并|再|方可|才)*(?:废止|失效|停止执行|不再执行)"
)
#: Pattern of words that correct an earlier text.
CORRECTION_PATTERN = re.compile("更正|有误|撤销")
_NEGATION = "(?:不|未|尚未|没有|暂缓|停止)(?:得|予|再|宜|应|能|可|会|作)?(?:擅自|随意|自行|全部|全文)?"
#: Kind of decision → pattern of sentences that deny it, as 不予废止; such a text does not state the
#: decision.
DENIAL_PATTERNS = {
    **dict.fromkeys(
        ENDING_KINDS,
        re.compile(rf"(?:继续|仍然?|依然|长期|现行)(?:有效|执行|施行|适用)|{_NEGATION}(?:废止|停止执行|失效)|予以保留"),
    ),
    DecisionKind.AMEND: re.compile(rf"{_NEGATION}(?:作?修改|修订|修正)"),
    DecisionKind.EXTEND: re.compile(rf"{_NEGATION}(?:延长|继续有效|展期)"),
}
#: Pattern of what is only planned or postponed, also in a line that introduces a list: 以下文件推迟到2030年停止使用：.
PLANNED_PATTERN = re.compile("拟|征求|推迟|暂缓|建议")
_LIST_INTRODUCTION_PATTERN = re.compile(rf"{PLANNED_PATTERN.pattern}|[后前时起][，,]|[自从至到]\d{{4}}年")
_MAX_INTRODUCTION_CHARACTERS = 200
#: Sentences shown of each kind if none has both the document's name and the decision.
_MAX_SHOWN_SENTENCES = 3


@dataclass(frozen=True)
class NamedDocument:
    """A policy document by the title and number that other texts use."""

    title: str
    number: str = ""


def remove_titles(clause: str) -> str:
    """Return a clause without the words of titles, so that verbs in titles are ignored."""
    return TITLE_PATTERN.sub("《》", clause)


def states_only(sentence: str, kind: DecisionKind, until: date | None) -> bool:
    """Return true if a sentence states exactly this decision; an extension must name exactly this day.

    >>> states_only("第九条　《停车办法》（云府发〔2020〕3号）同时废止", DecisionKind.REPEAL, None)
    True
    >>> rests = "已经废止的消息不实", "（其中第三章）废止", "自本次评估公布之日起废止"
    >>> any(states_only(f"《停车办法》{rest}", DecisionKind.REPEAL, None) for rest in rests)
    False
    """
    if kind in {DecisionKind.UPDATE, DecisionKind.AMEND}:
        return kind == DecisionKind.UPDATE
    text = remove_titles(sentence).strip()
    fits = PLAIN_STATEMENT_PATTERNS[kind].fullmatch(text)
    if not fits or not all(is_document_number(found[1:-1].strip()) for found in BRACKET_PATTERN.findall(text)):
        return False
    return kind != DecisionKind.EXTEND or (until is not None and read_day(fits["until"]) == until)


def find_lead_in(text: str, sentence: str) -> str:
    r"""Return the line of a text that introduces a listed sentence, or "".

    >>> find_lead_in("以下文件推迟到2030年停止使用：\n《甲办法》废止。\n《停车办法》废止。", "《停车办法》废止")
    '以下文件推迟到2030年停止使用：'
    >>> find_lead_in("各县（市、区）人民政府：\n《停车办法》废止。", "《停车办法》废止")
    ''
    """
    for above in reversed(text.partition(sentence)[0].splitlines()):
        if above.strip() and not TITLE_PATTERN.search(above):
            line = above.strip()[-_MAX_INTRODUCTION_CHARACTERS:]
            return line if line.endswith(("：", ":")) and _LIST_INTRODUCTION_PATTERN.search(line) else ""
    return ""


def find_effective_words(sentence: str, kind: DecisionKind) -> str | None:
    """Return the effective date's words of a plain sentence: a day, 公布之日, "" for 同时, or None if it is not plain.

    公布之日 is found in other sentences, too, unless they name a day.

    >>> find_effective_words("本办法自2026年5月1日起施行，《停车办法》同时废止", DecisionKind.REPEAL)
    '2026年5月1日'
    >>> find_effective_words("《停车办法》自公布之日起废止", DecisionKind.REPEAL)
    '公布之日'
    """
    fits = PLAIN_STATEMENT_PATTERNS[kind].fullmatch(remove_titles(sentence).strip()) if kind in ENDING_KINDS else None
    if fits is None:
        match = _OWN_DAY_PATTERN.search(remove_titles(sentence)) if kind != DecisionKind.EXTEND else None
        return match[1] if match and not find_effective_dates(sentence, kind) else None
    own = fits["since"] or fits["at"] or ""
    return own if own and not own.endswith(("施行之日", "实施之日")) else fits["begins"] or own


def find_effective_dates(sentence: str, kind: DecisionKind) -> list[date | None]:
    """Return the dates from which a sentence decides, or until which it extends; [None] if they depend on an event.

    >>> find_effective_dates("自2027年6月1日起，对《停车办法》作如下修改", DecisionKind.AMEND)
    [datetime.date(2027, 6, 1)]
    >>> find_effective_dates("《停车办法》在平台上线后废止", DecisionKind.REPEAL)
    [None]
    """
    text = remove_titles(sentence)
    form = _UNTIL_DATE_PATTERN if kind == DecisionKind.EXTEND else _FROM_DATE_PATTERN
    days = [day for match in form.finditer(text) for day in find_days(match[0])]
    return [*days] or ([None] if kind in ENDING_KINDS and _EVENT_ENDING_PATTERN.search(text) else [])


def names_document(clause: str, document: NamedDocument) -> bool:
    """Return true if a clause names a document by its number or its title.

    With the title of a numbered document, another number or an issue date means another document.
    """
    if document.number and document.number in map(canonical_number, find_numbers(remove_titles(clause))):
        return True
    title = normalize_title(cite_title(document.title))
    for match in TITLE_PATTERN.finditer(clause):
        behind = BRACKET_PATTERN.match(clause, match.end())
        others = find_numbers(behind[0]) if behind else []
        dated = _DATE_BEFORE_TITLE_PATTERN.search(
            clause, max(0, match.start() - _MAX_DATE_BEFORE_TITLE_CHARACTERS), match.start()
        )
        if normalize_title(match[0]) == title and not (document.number and (others or dated)):
            return True
    return False


def normalize_title(text: str) -> str:
    """Return a title without white space, with inner titles in 《》."""
    return "".join(text.split()).translate(str.maketrans("〈〉", "《》"))


def find_statements(text: str, document: NamedDocument, kind: DecisionKind | None) -> list[str]:
    """Return the sentences of a text with both a document's name and a decision; without any, those with either.

    Empty where one is missing, or where a sentence that names the document says the opposite.

    Args:
        text: title and words, a paragraph a line.
        document: the document.
        kind: the decision, one that texts state in words; None: that a decision was wrong.

    >>> x = NamedDocument("停车办法", "云府发〔2020〕3号")
    >>> find_statements("本办法自2026年5月1日起施行。《停车办法》同时废止。", x, DecisionKind.REPEAL)
    ['《停车办法》同时废止']
    >>> find_statements("《停车办法》解读。", x, DecisionKind.REPEAL)
    []
    """
    verb = CORRECTION_PATTERN if kind is None else VERB_PATTERNS[kind]
    sentences = [part for part in _SENTENCE_PATTERN.findall(text) if part.strip()]
    naming = [part for part in sentences if names_document(part, document)]
    denial = DENIAL_PATTERNS.get(kind) if kind else None
    if denial and any(denial.search(remove_titles(part)) for part in naming):
        return []
    saying = [part for part in sentences if verb.search(remove_titles(part))]
    if not naming or not saying:
        return []
    both = [part for part in naming if part in saying]
    return both or [*naming[:_MAX_SHOWN_SENTENCES], *saying[:_MAX_SHOWN_SENTENCES]]
