"""Find misspelt set phrases, and words that advertising law forbids."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.data_tables import make_alternation, read_rows
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText, to_half_width


@cache
def _load_phrase_errors() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {to_half_width(row[0]): row[1] for row in read_rows("phrase_errors")}
    return re.compile(make_alternation(tuple(table))), table


def find_known_phrase_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield known wrong forms of set phrases."""
    text = search_text.text
    pattern, table = _load_phrase_errors()
    for match in pattern.finditer(text):
        why = f"固定表述应为“{table[match[0]]}”"
        written = search_text.source[match.start() : match.end()]
        yield Finding("phrase", match.start(), match.end(), written, why, table[match[0]])


@cache
def _load_advertising_words() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """Return the pattern of advertising words, and word → contexts in which it is allowed."""
    allowed_contexts = {row[0]: tuple(row[1].split()) if len(row) > 1 else () for row in read_rows("adverts")}
    return re.compile(make_alternation(tuple(allowed_contexts))), allowed_contexts


def find_advertising_words(search_text: SearchText) -> Iterator[Finding]:
    """Yield advertising words (广告法 art. 9 and 28), unless the text itself forbids them."""
    text = search_text.text
    pattern, allowed_contexts = _load_advertising_words()
    for match in pattern.finditer(text):
        start, end = match.span()
        around = text[max(0, start - 5) : end + 6]
        if any(context in around for context in allowed_contexts[match[0]]):
            continue
        near = text[max(0, start - 24) : end + 12]
        if (
            re.search(r"不得|禁止|严禁|广告|用语|字样|等词|“[^”]*$", near[: start - max(0, start - 24)])
            or "用语" in near
        ):
            continue
        why = "绝对化或广告用语（广告法第九条），政策文字中不宜使用"
        yield Finding("advert", start, end, search_text.source[start:end], why)


#: Text that comes behind a day: there 日 is needed.
_DAY_WITHOUT_SUFFIX_RE = re.compile(
    r"(?<![0-9第])(?P<words>(?:1[0-2]|0?[1-9])月(?:3[01]|[12][0-9]|0?[1-9]))"
    r"(?=前|起|止|至(?:[0-9]|今)|以前|之前|上午|下午|晚|凌晨|[，,。；;]|（(?:星期|周)|\((?:星期|周)|召开|举行|开始|印发|发布|公布|施行|实施|正式)"
)
_INCOMPLETE_GROWTH_RE = re.compile(r"(?P<words>(?:同比|环比)增)(?=[0-9]+(?:\.[0-9]+)?%)")
_INCOMPLETE_MEETING_RE = re.compile(
    r"(?P<words>第[0-9一二三四五六七八九十]{1,4}次(?:政府)?常务会)(?=精神|审议|研究|纪要|通过|决定|要求|[，,。])"
)
_MONTH_WITHOUT_SUFFIX_RE = re.compile(r"(?P<words>(?:19|20)[0-9]{2}年(?:1[0-2]|[1-9]))(?=(?:3[01]|[12][0-9]|[1-9])日)")
_YEAR_WITHOUT_SUFFIX_RE = re.compile(
    r"(?<![0-9.])(?P<words>(?:19|20)[0-9]{2})(?=(?:1[0-2]|0?[1-9])月(?:[0-9]{1,2}日|底|份|中旬|上旬|下旬))"
)
#: A period within which somebody must act (在十五日支付): days in figures may be a day of the month.
_INCOMPLETE_PERIOD_RE = re.compile(
    r"(?:责令|限|应当?|须|必须|要求|通知)[^，,。；;\n]{0,24}?(?P<words>在(?:收到[^，,。；;\n]{2,16}之日起)?"
    r"(?:[一二三四五六七八九十两]{1,3}个?(?:工作日|月|日)|[0-9]{1,3}个工作日))"
    r"(?=支付|缴纳|补缴|履行|提交|申报|整改|改正|完成|办理|退还|返还|偿还|腾退|拆除|搬离|答复|反馈|报送|作出|出具|提出|自行|清偿|交付|恢复|予以)"
)
#: Bodies by what their names end with.
_BODY_SUFFIXES = (
    (
        "局",
        "应急管理|市场监督管理|自然资源|农业农村|住房和城乡建设|住房城乡建设|生态环境|交通运输|人力资源和社会保障|人力资源社会保障|"
        "文化和旅游|文化旅游|退役军人事务|医疗保障|民政|财政|审计|统计|司法|公安|水利|林业和草原|城市管理|商务|教育|科技|科学技术|"
        "税务|气象|信访|机关事务管理|政务服务管理|行政审批服务|乡村振兴|综合行政执法",
    ),
    ("委", "发展改革|发展和改革|卫生健康"),
    ("府", "人民政"),
    ("室", "人民政府办公|政府办公|县委办公|领导小组办公"),
)
_WORDS_BEFORE_BODY = "设在|由|报送?|经|送|交|会同|配合|联系|协助|委托|移交|抄送|隶属|单位[：:]|部门[：:]"
_WORDS_AFTER_BODY = r"[，,。；;）)]|负责|牵头|会同|备案|审核|审批|批准|组织|承担|汇总|制定|统一|统筹|办理|登记"
_INCOMPLETE_BODIES = tuple(
    (end, re.compile(rf"(?:{_WORDS_BEFORE_BODY})(?P<words>[县市区州省旗](?:{stems}))(?={_WORDS_AFTER_BODY})"))
    for end, stems in _BODY_SUFFIXES
)


#: 既 goes with 又 and 也.
_WRONG_CONJUNCTION_RE = re.compile(
    r"(?:^|(?<=[，,。；;：:、“\n]))(?P<a>即)(?P<v>要|是|有|能|可以|不)(?=[^。；;\n]{1,40}?[，,、](?:又|也|更)(?:要|是|有|能|可以|不))",
    re.MULTILINE,
)


def find_wrong_conjunctions(search_text: SearchText) -> Iterator[Finding]:
    """Yield 即 where the next clause requires 既 (即要…，又要…)."""
    for match in _WRONG_CONJUNCTION_RE.finditer(search_text.text):
        start, end = match.start("a"), match.end("v")
        text = search_text.source[start:end]
        correct = "既" + match["v"]
        yield Finding("typo", start, end, text, f"与后文“又”“也”相呼应，应为“{correct}”", correct)


def find_incomplete_patterns(search_text: SearchText) -> Iterator[Finding]:
    """Yield findings for dates, periods and growth without their last character (3月5 → 日, 同比增 → 长)."""
    patterns: list[tuple[re.Pattern[str], str]] = [
        (_DAY_WITHOUT_SUFFIX_RE, "日"), (_INCOMPLETE_GROWTH_RE, "长"), (_INCOMPLETE_MEETING_RE, "议"),
        (_MONTH_WITHOUT_SUFFIX_RE, "月"), (_YEAR_WITHOUT_SUFFIX_RE, "年"), (_INCOMPLETE_PERIOD_RE, "内"),
        *((pattern, end) for end, pattern in _INCOMPLETE_BODIES),
    ]  # fmt: skip
    for pattern, char in patterns:
        for match in pattern.finditer(search_text.text):
            start, end = match.span("words")
            text = search_text.source[start:end]
            yield Finding("missing", start, end, text, f"疑漏“{char}”字，应为“{text}{char}”", text + char)


#: The longest word of the table.
_MAX_WORD_CHARACTERS = 9
#: So far before and behind a word what decides is looked for.
_CONTEXT_CHARACTERS = 30
#: Patterns for wildcards in the table: `…` is some characters of the same clause, `~` of the same sentence.
_WILDCARDS = {"…": "[^，,。；;：:！？!?\n]{0,8}?", "~": "[^。；;！？!?\n]{0,24}?"}


def _compile_cell(cell: str, is_after: bool) -> re.Pattern[str] | None:
    """Return the pattern of a cell's words after the mistake (`is_after`) or before it; None for "" and "-"."""
    if cell in ("", "-"):
        return None
    choices = []
    for word in cell.split():
        choice = "".join(_WILDCARDS.get(char) or _compile_special_character(char, is_after) for char in word)
        choices.append(choice if is_after else f"{choice}$")
    return re.compile("|".join(choices))


_CLAUSE_BORDERS = r"，,。；;：:！？!?、“”（）()\s"
#: A mark in either width, as a text may have it.
_WIDTH_VARIANTS = {"，": "[，,]", "；": "[；;]", "：": "[：:]", "（": "[（(]", "）": "[）)]"}


def _compile_special_character(char: str, is_after: bool) -> str:
    """Return the pattern of a character: ^ a border (`is_after`: after the phrase), # a number, else itself."""
    if char == "^":
        return f"(?=[{_CLAUSE_BORDERS}]|$)" if is_after else f"(?:^|(?<=[{_CLAUSE_BORDERS}]))"
    return "[0-9一二两三四五六七八九十百千万]+" if char == "#" else _WIDTH_VARIANTS.get(char) or re.escape(char)


_ContextRule = tuple[str, re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None]


@cache
def _load_context_rules() -> tuple[re.Pattern[str], dict[str, list[_ContextRule]]]:
    """Return (pattern of all wrong words, rules of each: correct word, context, exceptions)."""
    table: dict[str, list[_ContextRule]] = {}
    for row in read_rows("contexts"):
        wrong, correct, left_words, right_words, never = (*row, "", "", "")[:5]
        spared = _compile_cell(never, is_after=True)
        table.setdefault(wrong, []).append(
            (correct, _compile_cell(left_words, is_after=False), _compile_cell(right_words, is_after=True), spared)
        )
    return re.compile(f"(?={make_alternation(tuple(table))})"), table


def find_wrong_words(search_text: SearchText) -> Iterator[Finding]:
    """Yield words whose context requires another word."""
    text = search_text.text
    pattern, table = _load_context_rules()
    for match in pattern.finditer(text):
        start = match.start()
        for size in range(_MAX_WORD_CHARACTERS, 0, -1):
            written = text[start : start + size]
            correct = _find_intended_word(text, start, written, table.get(written, []))
            if correct:
                end = start + len(written)
                reason = f"“{written}”疑为“{correct}”之误"
                kind = "missing" if len(correct) > len(written) else "typo"
                yield Finding(kind, start, end, search_text.source[start:end], reason, correct)
                break


def _find_intended_word(text: str, start: int, words: str, context_rules: list[_ContextRule]) -> str:
    """Return the correct word of the first rule that fits the context, or an empty string."""
    end = start + len(words)
    preceding, following = text[max(0, start - _CONTEXT_CHARACTERS) : start], text[end : end + _CONTEXT_CHARACTERS]
    for correct, left_pattern, pattern, spared in context_rules:
        if (left_pattern is None or left_pattern.search(preceding)) and (pattern is None or pattern.match(following)):
            surroundings = preceding[-12:] + words + following[:12]
            if spared is None or not spared.search(surroundings):
                return correct
    return ""
