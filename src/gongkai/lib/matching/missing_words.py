"""Detect the details a question asks for (amount, date, place), and entries with them.

An entry about the same matter is no answer if it leaves out what was asked: a question how long a registration takes
is not served by its price. Four things are looked for: the kind of fact (`DETAIL_KINDS`), the number that belongs to
a quantity which is named (利率是多少 wants a sentence on 利率 with a figure), what the asker wants to do (能分期吗 wants 分期),
and at least half of the words in which it is asked. Whatever is not recognised is not asked.
"""

from functools import lru_cache
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.matching.analysis import MAX_QUESTION_CHARACTERS
from gongkai.lib.matching.entries import EntryPart
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.nearness import get_subject_characters
from gongkai.lib.matching.synonyms import Synonym, Synonyms

_NUMERAL = "[0-9一二三四五六七八九十百千万两半]"
#: Name of a detail, pattern of a question for it, pattern of a text with it. Bounded repeats only: linear on any
#: text.
DETAIL_KINDS = tuple(
    (name, re.compile(asked), re.compile(said))
    for name, asked, said in (
        (
            "金额",
            "多少钱|几多钱|几块|几个钱|[多要收花]钱|收费|费用|金额|[补赔罚][多几]",
            rf"{_NUMERAL}元|%|免|不收|不需",
        ),
        ("数量", "多少|几多|第几|几个|比例|百分之", f"[0-9]|{_NUMERAL}[^。]"),
        ("比率", "利率|比例|税率|百分|几个点|几成|几折", "%|百分之|倍|分之|点|折"),
        (
            "办理时间",
            "几天|多久|多长时间|几个月|时限|期限|几年|多少天|几日|来得及",
            f"{_NUMERAL} ?个?(?:工作日|日|天|月|年|小时)|当场|当日|即时",
        ),
        (
            "钟点",
            "几点|上班时间|营业时间|开门|末班|开放时间|周[一二三四五六日末]|星期",
            "[0-9]{1,2}[::时点]|周[一二三四五六日末]|工作日",
        ),
        (
            "日期",
            "[什啥][么]?时[候间]|何时|截止|哪天|几月|几号|哪一?年",
            f"{_NUMERAL} ?个?(?:工作日|日|月|年|季度)|季度|之日",
        ),
        ("年龄", "几岁|多大年纪|岁能", "岁"),
        ("电话", "电话是|什么电话|哪个电话|联系方式|热线", "[0-9]{7}|[0-9]{3,4}-[0-9]{7}|1[0-9]{4}|电话|热线"),
        ("材料", "材料|资料|证件|带[什啥]|拿啥|手续|要[什啥]", "材料|提供|提交|携带|证|凭|书|表|复印件"),
        ("单位", "归谁|找谁|[哪什][个么]部门|哪个单位|归哪|找哪", "局|部门|委|办|中心|机关|乡镇|街道|公司|站|院|村"),
        ("网上办理", "网上|手机|线上|在线|小程序", "网|app|客户端|小程序|公众号|平台|系统|线上"),
    )
)
_CLAUSE_RE = re.compile(r"[^,。?!;\n、:()]+")
_QUESTION_WORD_RE = re.compile(
    "吗|么|不$|哪|谁|几|多|怎|如何|咋|啥|什么|何|能|是否|行不行|要不要|可|咨询|标准|规定|时限|比例"
)
_PERMISSION_CLAUSE_RE = re.compile(r"(?:能不能|可不可以|能否|可否|可以|能够|能|要求|申请)([^,。?!;、\n]{1,12})")
_QUANTITY_RE = re.compile(
    rf"([{HAN}]{{1,10}}?)(?:现在|目前|今年|一般|最高|最低|一共|大概|分别)?[是有为要得收给]?(?:多少|几多|几个点|百分之几)"
)
_FIGURE_IN_ANSWER_RE = re.compile("[0-9%]|[一二三四五六七八九十百]+[元成折倍]|免|不收")
_CONTENT_WORD_TAG_RE = re.compile("n(?!r$)|v|a|j|l|i")
_SENTENCE = re.compile(r"[。;\n?!]")


class RequestedDetails(NamedTuple):
    """The details that a question asks for."""

    kinds: tuple[int, ...]
    """Indexes of `DETAIL_KINDS`."""
    quantities: tuple[str, ...]
    """Nouns before 多少: an answer that mentions one must give its figure."""
    allowed: tuple[tuple[str, ...], ...]
    """Groups of words for what the asker wants to do or have: the entry must contain one word of each group."""
    words: tuple[str, ...]
    """Words of the asking clauses: the entry must contain at least half of them."""
    synonyms: tuple[Synonym, ...]


@lru_cache(maxsize=16)
def find_requested_details(question: str, synonyms: Synonyms) -> RequestedDetails:
    """Return the details that a question asks for."""
    question_text = fold(question[:MAX_QUESTION_CHARACTERS])
    clauses = _CLAUSE_RE.findall(question_text)
    asking = [clause for clause in clauses if _QUESTION_WORD_RE.search(clause) or len(clauses) <= 2] or clauses
    kinds = (
        place for place, (_, pattern, _) in enumerate(DETAIL_KINDS) if any(pattern.search(clause) for clause in asking)
    )
    quantity_names = (match[1] for match in _QUANTITY_RE.finditer(question_text))
    nouns = ([noun for noun in _find_content_words(words, "n") if words.endswith(noun)] for words in quantity_names)
    allowed = (_find_content_words(match[1], "") for match in _PERMISSION_CLAUSE_RE.finditer(question_text))
    return RequestedDetails(
        tuple(kinds),
        tuple(noun[0] for noun in nouns if noun),
        tuple(words for words in allowed if words),
        tuple(word for clause in asking for word in _find_content_words(clause, "")),
        tuple(synonyms.find(question_text)),
    )


def find_missing_details(question: str, content: tuple[EntryPart, ...], synonyms: Synonyms) -> list[str]:
    """Return the requested details that an entry lacks, in Chinese; [] if it may be the answer."""
    wants = find_requested_details(question, synonyms)
    texts = [fold(part.text) for part in content]  # the first is the question
    entry_text = "\n".join(texts)
    answer_text = "\n".join(text.partition("\n")[2] for text in texts).strip() or entry_text
    everyday = [row.everyday for row in wants.synonyms if row.official in entry_text]
    missing = [DETAIL_KINDS[kind][0] for kind in wants.kinds if not DETAIL_KINDS[kind][2].search(answer_text)]
    for noun in wants.quantities:
        sentences = [sentence for sentence in _SENTENCE.split(answer_text) if noun in sentence]
        if (
            noun not in texts[0]
            and sentences
            and not any(_FIGURE_IN_ANSWER_RE.search(sentence) for sentence in sentences)
        ):
            missing.append(noun)
    for words in wants.allowed:
        if not any(_contains_word(word, entry_text, everyday) for word in words):
            missing.append(words[0])
    strange = [word for word in wants.words if not _contains_word(word, entry_text, everyday)]
    if len(strange) > len(wants.words) / 2:
        missing += strange
    return list(dict.fromkeys(missing))


def find_missing_words(question: str, content: tuple[EntryPart, ...], synonyms: Synonyms) -> list[str]:
    """Return the content words of a question that an entry lacks.

    Stricter than `find_missing_details`: an entry that may be near with half of the words is the answer only with all of them.

    >>> card = (EntryPart("食品小摊点备案卡\\n到街道办理备案卡，不收费。"),)
    >>> find_missing_words("备案卡的摊位费是多少", card, Synonyms([]))
    ['摊位费']
    """
    wants = find_requested_details(question, synonyms)
    text = "\n".join(fold(part.text) for part in content)
    everyday = [row.everyday for row in wants.synonyms if row.official in text]
    is_present = (word in text or any(word in other or other in word for other in everyday) for word in wants.words)
    return [word for word, there in zip(wants.words, is_present, strict=True) if not there]


def _find_content_words(text: str, tag: str) -> tuple[str, ...]:
    """Return the words of two characters or more whose part of speech begins with `tag`."""
    return tuple(
        word
        for word, kind in load_segmenter().tag(text)
        if len(word) > 1
        and len(get_subject_characters(word)) > 1
        and (kind or "n").startswith(tag)
        and _CONTENT_WORD_TAG_RE.match(kind or "n")
    )


def _contains_word(word: str, text: str, everyday: list[str]) -> bool:
    """Return true if a text has two adjacent characters of a word.

    It is also true if the word contains, or is part of, one of the `everyday` words whose official term the entry has.
    """
    pairs = (word[place : place + 2] for place in range(len(word) - 1))
    return any(pair in text for pair in pairs) or any(word in other or other in word for other in everyday)
