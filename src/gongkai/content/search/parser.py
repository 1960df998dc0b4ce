"""Interpret a search before querying: official terms for everyday words, 文号 and 索引号 in any spelling. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from gongkai.content.search.keywords import SearchKeyword, find_keywords, find_words_with_synonyms, is_weak_word
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_han
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.matching.folding import find_document_numbers, fold, make_index_number_key, unify_brackets
from gongkai.lib.matching.synonyms import Synonyms, load_default_synonyms

# Remove question words from a query, so that the subject is searched for. Pure.


#: Verbs of business with an office: they only say that the user wants it done.
_BUSINESS_VERBS = r"申请|申领|办理?|补办|换领|补领|领取?|查询?|缴纳?|交|报|弄|开具?"
_OFFICE_NOUNS = r"窗口|部门|单位|地方|机构|机关|大厅|银行|医院|街道|社区|派出所|网站|中心|局"
_WHERE_WORDS = rf"(?:在|到|去|找)?(?:哪里|哪儿|哪一?(?:个|家|些)(?:{_OFFICE_NOUNS})|哪|什么地方)"
_HOW_WORDS = rf"(?:要|应该?|应当|可以|需要|能)?(?:怎么样?|怎样|如何|{_WHERE_WORDS})(?:可以|才能|能|去)?"
_WHAT_WORDS = r"(?:什么|哪些|些什么|啥)(?:申请)?(?:材料|条件|手续|资料|证件|流程|东西|证明)?"
_MAY_I_WORDS = r"(?:可不可以|能不能|是否可以|可以|能否|能)(?:在)?(?:网上|手机上|异地|跨省|代为?|自助)?"
_HOW_LONG_WORDS = r"(?:需要|要|得)?(?:多久|多长时间|几天|多少天|什么时候|啥时候?|几时|何时)(?:可以|才能|能)?"

#: Questions for the validity of a document.
_VALIDITY_QUESTION = (
    r"(?:现在|目前|到底|是否|是不是)*(?:(?:还|仍然?)?(?:有效|有没有效|能用|能不能用|可以用|有用|有没有用|算数|管用|适用|执行|在用)(?:没有?)?|"
    r"(?:已经|是否|有没有)?(?:失效|作废|废止|过期|取消)(?:了没有?|没有?|了))"
)

#: Question words before the subject of a search.
_QUESTION_START_PATTERN = re.compile(
    rf"^(?:请问|你好|您好|我?(?:想要?|要)(?:知道|问|咨询|了解)?(?:一?下)?(?={_BUSINESS_VERBS}|[问知咨了])|想(?:问|了解|咨询)(?:一?下)?|我想(?:知道|问|咨询|了解)?(?:一?下)?|"
    rf"咨询(?:一?下)?|关于|{_HOW_WORDS}|{_MAY_I_WORDS}(?={_BUSINESS_VERBS})|什么是|什么时候|需要什么材料|[，, ])+(?:{_BUSINESS_VERBS})?"
)
#: Question words after the subject; a question may end in several of them.
_QUESTION_END_PATTERN = re.compile(
    rf"(?:{_HOW_WORDS}(?:{_BUSINESS_VERBS}|住?进去|入住|去|好)?|(?:申请|办理)?(?:需要|需|要|应)?(?:携?带|准备|提供|提交|交)?{_WHAT_WORDS}|(?:是|指)(?:什么|啥)(?:意思)?|(?:能|可以)?(?:领|补|交|缴)?(?:是|有|要)?多少钱?|"
    rf"{_VALIDITY_QUESTION}|{_HOW_LONG_WORDS}(?:{_BUSINESS_VERBS}|拿到?|下来|出来|开始|结束|公布|[换修建弄]完)?(?:完|好|下来)?|{_MAY_I_WORDS}(?:{_BUSINESS_VERBS})?|行不行|有没有|[吗呢呀啊嘛吧么]|(?<=[^\W\d_]{{2}})[不没]|的?问题|"
    r"的?(?:办理|申请)(?:流程|程序|条件|手续|材料|指南|地点|时间|方式)|[?？。!！])"
)
_MAX_QUESTION_END_CHARACTERS = 20
#: Question words within the subject: 公积金怎么提取 is 公积金 and 提取.
_QUESTION_MIDDLE_PATTERN = re.compile(rf"(?<=.){_HOW_WORDS}(?:申请|办理?|领取?|交|缴纳?)?(?=.)")
#: “Which” questions: the noun that follows is the subject, so 上哪个小学 is 上小学.
_WHICH_QUESTION_PATTERN = re.compile(
    rf"哪些人(?=可以|能|要)|(?:是|在)?哪一?(?:个|所|家|座|种|类|条|路|门|位|份|片|级|些)(?!{_OFFICE_NOUNS})(?=.)"
)
#: Wishes without a question word: 办身份证, 身份证办理. Not 办 at the start of other words (办法, 办公, 办学 …).
_WISH_PATTERN = re.compile(
    r"^(?:我?(?:想要?|要))?(?:办理|补办|换领|申领|办(?![法公事学理案结件税]))(?=.{2,})|(?<=.{2})(?<!在线|网上|窗口|集中)(?:办理|补办|申领|换领)$"
)
#: The classifier 个 in everyday speech: 开个店, 办个证.
_COLLOQUIAL_GE_PATTERN = re.compile(rf"(?<=[开办学装买租找换养])个(?=[{HAN}])")
#: States of a thing before a question about what to do: 身份证丢了怎么办.
_THING_STATE_PATTERN = re.compile(
    r"(?<=.{2})(?:弄?丢了?|丢失了?|掉了|不见了|遗失了?|被偷了?|弄?坏了?|损坏了?|(?:快|要)?(?:过期|到期)了?)$"
)
#: The person for whom a user asks, whom no guide names; older relatives only after 我, because 老人补贴 is a thing.
_BENEFICIARY_PATTERN = re.compile(
    r"^(?:(?:我家?的?|我们家?的?)?(?:小孩子?|孩子|宝宝|小朋友|娃娃?|外?孙[子女]|儿子|女儿)|"
    r"我家?的?(?:爸爸?|妈妈?|父亲|母亲|父母|爷爷|奶奶|外公|外婆|老人|老伴|爱人|老公|老婆))的?(?:要|想|该|应该)?(?=.{2,})"
)


def find_question_topic(text: str) -> str:
    """Return the topic of a question (`text`), or "" if there is none.

    >>> tuple(find_question_topic(one) for one in ("身份证怎么办", "请问如何申请公租房？", "营业执照需要什么材料", "预算"))
    ('身份证', '公租房', '营业执照', '')
    >>> tuple(find_question_topic(one) for one in ("办身份证要带什么", "孩子上小学需要准备什么", "身份证办理", "办公用房管理办法"))
    ('身份证', '上小学', '身份证', '')
    >>> tuple(find_question_topic(one) for one in ("加装电梯管理办法现在还有效吗", "招生办法废止了没有", "文件废止公告"))
    ('加装电梯管理办法', '招生办法', '')
    >>> find_question_topic("我孙子上哪个小学"), find_question_topic("我妈的养老金怎么领")
    ('上小学', '养老金')
    """
    plain = text.strip()
    left = _QUESTION_START_PATTERN.sub("", _strip_question_end(_WHICH_QUESTION_PATTERN.sub("", plain))).strip(" ，,的")
    core = re.sub(r" [看办弄打做买]$", "", _QUESTION_MIDDLE_PATTERN.sub(" ", left))
    core = _WISH_PATTERN.sub("", core).strip(" ，,的")
    if core != plain:
        core = re.sub(r"^申请(?=.{2,})", "", core)
        core = _BENEFICIARY_PATTERN.sub("", core).strip()
    return core if core != plain and len(core) > 1 else ""


def _strip_question_end(text: str) -> str:
    """Return words without trailing question words.

    Removed one by one from the end: one repeated pattern takes twice as long with every further 能怎么
    (能|怎么 and 能怎么 are both question words), and twelve of them block a worker for a second.
    """
    starts = [len(text)]
    for at in range(len(text) - 1, -1, -1):
        if starts[-1] - at > _MAX_QUESTION_END_CHARACTERS:
            break
        if any(
            _QUESTION_END_PATTERN.fullmatch(text, at, end) for end in starts if end - at <= _MAX_QUESTION_END_CHARACTERS
        ):
            starts.append(at)
    return text[: starts[-1]]


def strip_state(core: str) -> str:
    """Return the topic of a question without its state.

    >>> strip_state("身份证丢了"), strip_state("居住证快到期了"), strip_state("公租房")
    ('身份证', '居住证', '公租房')
    """
    return _THING_STATE_PATTERN.sub("", core)


MAX_SEARCH_CHARACTERS = 100
#: Weight of a synonym from which it is searched as well.
MIN_SYNONYM_WEIGHT = 0.7
#: Spellings that are searched at once.
MAX_SPELLINGS = 3

_OPENING_BRACKET, _CLOSING_BRACKET = "[〔(]?", "[〕)]?"
#: 云岭教发20号, 云教发[2026]20, 云教发2026 20号, 云府办发202615号: the code, perhaps a year in any brackets or none, the sequence.
_DOCUMENT_NUMBER_PATTERN = re.compile(
    rf"([{HAN}]{{2,12}}?){_OPENING_BRACKET}((?:19|20)\d\d)?年?{_CLOSING_BRACKET}第?0{{0,4}}([1-9]\d{{0,4}})号?(?:文件?)?\Z"
)
#: 2026年12号文件: the year and the sequence alone.
_YEAR_AND_SEQUENCE_PATTERN = re.compile(
    rf"(){_OPENING_BRACKET}((?:19|20)\d\d){_CLOSING_BRACKET}年?第?0{{0,4}}([1-9]\d{{0,4}})号(?:文件?)?\Z"
)
#: A year at the end of the words: 住建局 年报 2025 is no 文号.
_YEAR_AT_END_PATTERN = re.compile(rf"[{HAN}]\s*(?:19|20)\d\d\Z")
#: A number in Chinese numerals: 第十二号, 九号.
_CHINESE_NUMBER_PATTERN = re.compile(r"(?<![一二三四五六七八九十百千万])([一二三四五六七八九十百]{1,5})号")
_ORDER_NUMBER_PATTERN = re.compile(r"令第?0{0,4}([1-9]\d{0,4})号?")
#: 12号令 and 第12号政府令 are 令第12号.
_NUMBER_BEFORE_ORDER_PATTERN = re.compile(r"(?<!\d)第?0{0,4}([1-9]\d{0,4})号(?:(?:省|市|县|区)?(?:人民)?政府)?令")
_INDEX_NUMBER_PATTERN = re.compile(r"[0-9a-z]{6,60}\Z")


@dataclass(frozen=True)
class SearchMeaning:
    """An interpreted search: typed words, their other spellings, and the numbers of documents that they name."""

    words: str
    variants: tuple[str, ...] = ()
    core: str = ""  # the subject of a question, without question words: 身份证 of 身份证怎么办
    numbers: tuple[str, ...] = ()  # 文号 in their one spelling
    short_numbers: tuple[str, ...] = ()  # code and sequence, the year left out
    index_key: str = ""  # 索引号, letters and digits only
    terms: tuple[str, ...] = ()  # official terms for the nouns that were typed
    keywords: tuple[SearchKeyword, ...] = ()  # none of a number that is found exactly
    number_part: tuple[str, str, str] | None = None  # end of the code, year, sequence of a 文号 without its place

    @property
    def ways(self) -> list[str]:
        """Return the spellings to search for: the typed words, the question's topic and the variants."""
        return [text for text in (self.words, self.core, *self.variants) if text]

    @property
    def exact(self) -> bool:
        """Return true if the search is for a number, which is matched exactly."""
        return bool(self.numbers or self.short_numbers)


#: Relative year → difference from the current year; 今年 does not limit the search.
_RELATIVE_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年度": -1, "上一年": -1, "明年": 1}
_RELATIVE_YEAR_PATTERN = re.compile("|".join(_RELATIVE_YEARS))


def replace_relative_years(text: str, today: date) -> str:
    """Return words with relative years replaced by numbers.

    >>> replace_relative_years("去年财政决算", date(2026, 3, 1))
    '2025年财政决算'
    """
    return _RELATIVE_YEAR_PATTERN.sub(lambda said: f"{today.year + _RELATIVE_YEARS[said[0]]}年", text)


def interpret_search(typed: str, synonyms: Synonyms | None = None, place_names: Collection[str] = ()) -> SearchMeaning:
    """Interpret typed words; names in `place_names` weigh little.

    >>> interpret_search("云教发[2026]20").numbers
    ('云教发〔2026〕20号',)
    >>> interpret_search("云岭教发20号").short_numbers
    ('云岭教发20',)
    >>> interpret_search("015279/2026-00012").index_key
    '015279202600012'
    >>> interpret_search("身份证丢了").core  # what to do then is not said, only meant
    '身份证'
    """
    text = _COLLOQUIAL_GE_PATTERN.sub("", typed.strip()[:MAX_SEARCH_CHARACTERS])
    folded = _CHINESE_NUMBER_PATTERN.sub(lambda found: f"{to_int(found[1]) or found[1]}号", fold(text))
    folded = _NUMBER_BEFORE_ORDER_PATTERN.sub(r"令第\1号", folded)
    short, numbers = _parse_numbers(folded)
    stated = find_question_topic(folded) or (folded if strip_state(folded) != folded else "")
    core = strip_state(stated)
    known = synonyms or load_default_synonyms()
    index = make_index_number_key(folded) if _is_index_number(folded) else ""
    return SearchMeaning(
        text,
        variants=(
            *_parse_order_numbers(folded),
            *_merge_spellings(_list_variants(core, known), _list_variants(stated or folded, known)),
        ),
        core=core,
        terms=_find_terms(core or folded, known),
        numbers=tuple(dict.fromkeys([*find_document_numbers(text), *numbers])),
        short_numbers=short,
        index_key=index,
        keywords=() if index or short or numbers else find_keywords(folded, known, place_names),
        number_part=_parse_number_part(folded, place_names),
    )


def _merge_spellings(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return both sequences without repetitions, up to the limit."""
    return tuple(dict.fromkeys([*first, *second]))[:MAX_SPELLINGS]


def _parse_numbers(folded: str) -> tuple[tuple[str, ...], list[str]]:
    """Return (numbers without their year, with it), one of them filled if the input is only a 文号 (“办发12号”)."""
    match = _DOCUMENT_NUMBER_PATTERN.match(re.sub(r"\s+", "", unify_brackets(folded)))
    if match is None or _YEAR_AT_END_PATTERN.search(folded):
        return (), []
    code, year, sequence = match.groups()
    if year:
        return (), [f"{code}〔{year}〕{sequence}号"]
    return (f"{code}{sequence}",), []


def _parse_number_part(folded: str, place_names: Collection[str]) -> tuple[str, str, str] | None:
    """Return (code, year or "", number) of an incomplete 文号 (住建规88号, 政发〔2026〕23号), or None.

    The code is without characters of a place, which are often omitted: 云府办发 for 云岭府办发.
    """
    text = re.sub(r"\s+", "", unify_brackets(folded))
    match = _DOCUMENT_NUMBER_PATTERN.match(text) or _YEAR_AND_SEQUENCE_PATTERN.match(text)
    if match is None:
        return None
    code: str = match[1] or ""
    return code.lstrip("".join(place_names)) or code, match[2] or "", match[3]


def _parse_order_numbers(folded: str) -> tuple[str, ...]:
    """Return the canonical number of an order: 市政府令12号 is 令第12号."""
    return tuple(f"令第{match[1]}号" for match in [_ORDER_NUMBER_PATTERN.search(folded)] if match)


def _is_index_number(folded: str) -> bool:
    """Return true for an index number (索引号) with at least six digits."""
    key = make_index_number_key(folded)
    return bool(_INDEX_NUMBER_PATTERN.match(key)) and sum(char.isdigit() for char in key) >= 6


def _list_variants(folded: str, synonyms: Synonyms) -> tuple[str, ...]:
    """Return the words with everyday words replaced by official terms, most certain first."""
    spans = [(start, end, row) for start, end, rows in find_words_with_synonyms(folded, synonyms) for row in rows]
    sure = sorted((span for span in spans if span[2].weight >= MIN_SYNONYM_WEIGHT), key=lambda span: -span[2].weight)
    written = [folded[:start] + row.official + folded[end:] for start, end, row in sure if row.official not in folded]
    return tuple(dict.fromkeys(written))[:MAX_SPELLINGS]


def _find_terms(folded: str, synonyms: Synonyms) -> tuple[str, ...]:
    """Return the official terms of everyday nouns in a text, for display."""
    return tuple(
        dict.fromkeys(
            row.official
            for start, end, rows in find_words_with_synonyms(folded, synonyms)
            for row in rows
            if row.weight >= MIN_SYNONYM_WEIGHT and not is_weak_word(folded[start:end]) and row.official not in folded
        )
    )[:MAX_SPELLINGS]


def list_looser_searches(text: str) -> list[tuple[str, ...]]:
    """Return other searches for `text`, with each run of Chinese characters cut into pairs.

    食品抽检 then matches 食品安全监督抽检. Odd runs have a group of three at the end or the
    beginning. Empty if nothing can be cut.
    """
    runs = re.findall(rf"[{HAN}]+|[^\W{HAN}]+", text)
    ways = []
    for longer_last in (True, False):
        parts = [part for run in runs for part in _cut_into_pairs(run, longer_last=longer_last)]
        if len(parts) > len(runs) and tuple(parts) not in ways:
            ways.append(tuple(parts))
    return ways


def _cut_into_pairs(run: str, *, longer_last: bool) -> list[str]:
    """Cut a run of at least four Chinese characters into pairs, with one group of three if odd."""
    if len(run) < 4 or not is_han(run[0]):
        return [run]
    first = 2 if longer_last or len(run) % 2 == 0 else 3
    cuts = list(range(first, len(run) - 1, 2))
    return [run[a:b] for a, b in zip([0, *cuts], [*cuts, len(run)], strict=True)]
