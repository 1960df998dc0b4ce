"""Find misspellings, forbidden expressions and personal data in the text of pages.

The checks run on every page, but read each line only once for the whole site.
"""

import logging
from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy import PrivacyError, find
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText, prepare_text
from gongkai.oversight.inspection.site.checks.markup import GARBLED_TEXT_PATTERN
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.label_patterns import UNDER_CONSTRUCTION_PATTERN
from gongkai.oversight.inspection.site.page import WebPage, get_text

LOG = logging.getLogger(__name__)
_PLACEHOLDER_TEXT_RE = re.compile(
    r"lorem ipsum|(?:^|\s)(?:测试(?:标题|内容|文章|信息|数据|栏目|稿件?|\d*)|test\d*|123456|aaa+|asdf+|"
    r"请输入(?:内容|标题)|这里是(?:标题|内容|正文)|此处(?:填写|输入).{0,8})(?:$|\s)|"
    rf"{UNDER_CONSTRUCTION_PATTERN}|暂未开放",
    re.IGNORECASE,
)
#: Possible ID numbers, account numbers and addresses; only pages with a match are checked closely.
_POSSIBLE_PERSONAL_DATA_RE = re.compile(
    r"(?<!\d)[1-9]\d{5}[\s-]?(?:19|20)\d{2}[\s-]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[\s-]?\d{3}[\dXx×](?!\d)|"
    r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)|"
    r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)|(?<!\d)(?:62|4\d|5[1-5]|3[57])\d{2}(?:[\s-]?\d{4}){2,3}[\s-]?\d{1,7}(?!\d)|"
    r"(?:护照|通行证)[^\n]{0,12}[A-Z]{1,2}\d{7,8}|(?:住址|家住|家庭住址|户籍地|现住|住所地?)[^\n]{0,3}[:：为在]?[^\n]{2,30}(?:号|室|组|单元)|残疾(?:人)?证"
)
#: Kinds of personal data that must never be public. Names and posts are excluded: officials have both.
PERSONAL_DATA_LABELS = {
    "id_number": "身份证件号码", "phone": "个人电话", "bank_card": "银行账号", "passport": "护照等证件号码", "address": "家庭住址",
    "birth": "出生日期", "health": "健康信息", "account": "个人账号",
}  # fmt: skip
#: Fixed political phrases, in which a misspelling is grave.
_POLITICAL_PHRASE_RE = re.compile(
    r"四个意识|四个自信|两个维护|两个确立|习近平|中国特色社会主义|中华人民共和国|一个中国|党中央|总书记|国务院"
)
#: House numbers: lists of beneficiaries may name the village but not the house.
_HOUSE_NUMBER_RE = re.compile(r"[0-9０-９一二三四五六七八九十甲乙丙丁A-Za-z]\s*(?:号|室|单元|栋|幢|座|弄|组|楼|层|户)")


class WordingCheck:
    """Checks the text of a site's pages, each line once."""

    REMEMBERED = 2_000_000
    #: Characters of a site whose words are weighed one by one (41,000 a second); beyond, only what is surely wrong is looked for.
    GUESSED = 2_000_000

    def __init__(self) -> None:
        self._read: set[int] = set()
        self.characters = 0

    def list_new_lines(self, page: WebPage) -> list[str]:
        """Return the lines of a page that no earlier page had."""
        read = self._read
        if len(read) > self.REMEMBERED:
            read.clear()
        fresh_lines = []
        for line in page.lines:
            line_hash = hash(line)
            if line_hash not in read:
                read.add(line_hash)
                fresh_lines.append(line)
        return fresh_lines

    def find_faults(self, page: WebPage) -> Iterator[PageFault]:
        """Yield placeholders, misspellings and personal data in a page."""
        lines = self.list_new_lines(page)
        for line in lines:
            if len(line) < 60 and (match := _PLACEHOLDER_TEXT_RE.search(line)):
                yield PageFault(
                    "page.placeholder", f"占位、测试或“建设中”内容：{line[:30]}", f"{page.address} {match[0]}", line
                )
        text = "\n".join(line for line in lines if len(line) > 3)
        self.characters += len(text)
        search_text = prepare_text(text, seldom=True)
        if self.characters < self.GUESSED:
            yield from _find_improbable_characters(search_text)
        yield from _find_signature(page)
        if _POSSIBLE_PERSONAL_DATA_RE.search(text):
            yield from _find_personal_data(page)
        yield from _find_wrong_spellings(search_text)
        yield from find_state_name_faults(text)


#: Name of the state, and the maximum edit distance of a misspelling.
_STATE_NAME, _MAX_MISSPELLING_DISTANCE = "中华人民共和国", 2
_TWO_CHARACTERS_BEFORE_REPUBLIC_RE = re.compile(r"(?=([^\W\d_]{2}人民共和国))")
_SHORTENED_COUNTRY_NAME_RE = re.compile("(?<!中)华人民共和国|中人民共和国")


def find_state_name_faults(text: str) -> Iterator[PageFault]:
    """Yield misspelt names of the state and its organs: 中华人民共合国, 中华人共和国, 国物院."""
    slips = [
        text[match.start() : match.start() + length]
        for match in re.finditer("中华", text)
        if not text.startswith(_STATE_NAME, match.start())
        for length in [
            _find_misspelt_state_name(
                text[match.start() : match.start() + len(_STATE_NAME) + _MAX_MISSPELLING_DISTANCE]
            )
        ]
        if length
    ]
    slips += _SHORTENED_COUNTRY_NAME_RE.findall(text)
    slips += [
        match[1]
        for match in _TWO_CHARACTERS_BEFORE_REPUBLIC_RE.finditer(text)
        if sum(char == other for char, other in zip(match[1], "中华", strict=False)) == 1
    ]
    for slip in dict.fromkeys(slips):
        yield PageFault("veto.serious_words", f"国名有误：“{slip}”应为“{_STATE_NAME}”", f"state {slip}", slip)
    for slip, name in find_organ_name_slips(text):
        yield PageFault("veto.serious_words", f"国家机构名称有误：“{slip}”应为“{name}”", f"organ {slip}", slip)


#: Names of state organs with a fixed spelling. Their first two characters also begin other names.
_STATE_ORGAN_NAMES = (
    "全国人民代表大会",
    "最高人民法院",
    "最高人民检察院",
    "中国人民政治协商会议",
    "中国共产党",
    "中央军事委员会",
    "国家监察委员会",
    "中国人民解放军",
)
_FIXED_NAME_CHARACTERS = 2
#: Correct words that resemble a state organ.
_CORRECT_ORGAN_LIKE_WORDS = frozenset({"全国人民代表会"})
_MISSPELT_STATE_COUNCIL_RE = re.compile("国[物勿雾误悟][院员]|国务[员完原愿苑远源](?!工)|囯务院")


def _make_misspelling_pattern(name: str) -> str:
    """Return a pattern of likely misspellings of a name: one character left out, replaced or doubled."""
    places = range(_FIXED_NAME_CHARACTERS, len(name) - 1)
    left_out = [name[:position] + name[position + 1 :] for position in places]
    replaced = [f"{name[:position]}(?!{name[position]})[{HAN}]{name[position + 1 :]}" for position in places]
    twice = [name[: position + 1] + name[position:] for position in places]
    return "|".join([*twice, *replaced, *left_out])


_ORGAN_MISSPELLING_PATTERNS = tuple((name, re.compile(_make_misspelling_pattern(name))) for name in _STATE_ORGAN_NAMES)


def find_organ_name_slips(text: str) -> Iterator[tuple[str, str]]:
    """Yield misspelt names of state organs with the correct name: 国务员, 全国人民代表大大会.

    >>> list(find_organ_name_slips("经国物院批准，最高人民检查院发布，全省人民代表大会"))
    [('最高人民检查院', '最高人民检察院'), ('国物院', '国务院')]
    """
    for name, pattern in _ORGAN_MISSPELLING_PATTERNS:
        for slip in dict.fromkeys(pattern.findall(text)):
            if slip not in _CORRECT_ORGAN_LIKE_WORDS:
                yield slip, name
    for slip in dict.fromkeys(_MISSPELT_STATE_COUNCIL_RE.findall(text)):
        yield slip, "国务院"


def _find_misspelt_state_name(text: str) -> int:
    """Return the length of a beginning that is nearly the state's name but misspelt; 0 if there is none."""
    distances = [
        (compute_edit_distance(text[: index + 1], _STATE_NAME), index + 1)
        for index, character in enumerate(text)
        if character in "国囯國" and index >= len(_STATE_NAME) - _MAX_MISSPELLING_DISTANCE - 1
    ]
    best = min(distances, default=(_MAX_MISSPELLING_DISTANCE + 1, 0))
    return best[1] if 0 < best[0] <= _MAX_MISSPELLING_DISTANCE else 0


def compute_edit_distance(word: str, other: str) -> int:
    """Return the Levenshtein distance of two words."""
    row = list(range(len(other) + 1))
    for index, character in enumerate(word, 1):
        diagonal, row[0] = row[0], index
        for place, other_character in enumerate(other, 1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (character != other_character)),
            )
    return row[-1]


def is_personal(finding: Finding) -> bool:
    """Return True if personal data exceeds what public lists may contain.

    Addresses count only with a house number.
    """
    return finding.kind != "address" or bool(_HOUSE_NUMBER_RE.search(finding.text))


def mask_middle(text: str) -> str:
    """Return a number (`text`) with its middle part masked: three characters, asterisks, two characters."""
    return f"{text[:3]}{'*' * max(1, len(text) - 5)}{text[-2:]}"


#: Labels of numbers that are not telephone numbers: 执法证号, 准考证号, 受理编号, 统一代码, 序列号.
_NON_TELEPHONE_LABEL_RE = re.compile(r"编号|编码|代码|证号|证书号|[单案学工批车]号|序列?号|流水号|号牌")
_TELEPHONE_LABEL_RE = re.compile(r"电话|手机|联系|热线")
#: Maximum length of a column heading or label in characters.
_MAX_LABEL_CHARACTERS = 14


def find_otherwise_labelled_cells(page: WebPage) -> set[str]:
    """Return the cells that a table labels as another kind of number, by heading or neighbour."""
    otherwise_labelled_cells: set[str] = set()
    for table in page.by["table"]:
        rows = [
            [get_text(cell) for cell in row if cell.tag in {"td", "th"}]
            for row in table.iter("tr")
            if next(row.iterancestors("table"), None) is table
        ]
        for row in rows:
            heads = rows[0] if len(rows[0]) == len(row) else [""] * len(row)
            otherwise_labelled_cells.update(
                text
                for index, text in enumerate(row)
                if _names_other_number(heads[index]) or _names_other_number(row[index - 1] if index else "")
            )
    return otherwise_labelled_cells


def _names_other_number(head: str) -> bool:
    """Return True for a short label of a number that is no telephone number."""
    return (
        len(head) <= _MAX_LABEL_CHARACTERS
        and bool(_NON_TELEPHONE_LABEL_RE.search(head))
        and not _TELEPHONE_LABEL_RE.search(head)
    )


def _find_personal_data(page: WebPage) -> Iterator[PageFault]:
    """Yield personal data in the page's text, masked; the whole value is only in the fault's mark."""
    text = "\n".join(page.lines)
    called = find_otherwise_labelled_cells(page)
    try:
        findings = find(text)
    except PrivacyError as error:
        LOG.warning("%s was not searched for personal data: %s", page.address, error)
        return
    for finding in findings:
        kind = PERSONAL_DATA_LABELS.get(finding.kind)
        if finding.kind == "phone" and finding.text in called:
            continue
        if kind and is_personal(finding):
            masked = mask_middle(finding.text)
            text_before, text_after = (
                text[max(0, finding.start - 20) : finding.start],
                text[finding.end : finding.end + 10],
            )
            around = f"{_POSSIBLE_PERSONAL_DATA_RE.sub('…', text_before)}{masked}{_POSSIBLE_PERSONAL_DATA_RE.sub('…', text_after)}"
            yield PageFault(
                "privacy.exposed", f"{kind}：{masked}", f"{finding.kind} {finding.text}", " ".join(around.split())
            )


#: Preliminary findings outside the indicator table, which are confirmed by the whole site (`doubts`).
DOUBT, SIGNED = "words.doubt", "words.signed"
_ELLIPSIS_RE = re.compile(r"\s*(?:…|\.{2,})")
_SIGNED_DAY_RE = re.compile(r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日")
_SIGNING_UNIT_RE = re.compile(rf"[{HAN}]{{3,24}}(?:局|委员会|办公室|政府|厅|院|中心|部|处)")


def _find_improbable_characters(search_text: SearchText) -> Iterator[PageFault]:
    """Yield improbable characters with the suggested spelling, to be compared with the whole site."""
    from gongkai.lib.privacy.proofreading.weighted_clues import find_improbable_characters

    text = search_text.source
    for finding in find_improbable_characters(search_text):
        if _ELLIPSIS_RE.match(text, finding.end):  # a truncated text may end within a word
            continue
        around = text[max(0, finding.start - 20) : finding.end + 20].replace("\n", " ")
        yield PageFault(DOUBT, finding.text, f"{finding.text}\t{finding.suggestion}", around)


def _find_signature(page: WebPage) -> Iterator[PageFault]:
    """Yield the unit in the line above the day at the end of a text."""
    for line, following in zip(page.lines, page.lines[1:], strict=False):
        if _SIGNED_DAY_RE.fullmatch(following) and _SIGNING_UNIT_RE.fullmatch(line):
            yield PageFault(SIGNED, line, line)


def _find_wrong_spellings(search_text: SearchText) -> Iterator[PageFault]:
    """Yield surely wrong spellings; those of state and leaders are serious."""
    from gongkai.lib.privacy.proofreading.run import find_certain_errors

    text = search_text.source
    for finding in find_certain_errors(search_text):
        if GARBLED_TEXT_PATTERN.search(finding.text):  # reported as page.garbled
            continue
        message = f"“{finding.text[:30]}”" + (f"应为“{finding.suggestion[:30]}”" if finding.suggestion else "")
        grave = bool(
            _POLITICAL_PHRASE_RE.search(finding.suggestion) or _POLITICAL_PHRASE_RE.search(finding.text)
        ) and finding.kind in {
            "typo",
            "phrase",
        }
        around = text[max(0, finding.start - 20) : finding.end + 20].replace("\n", " ")
        yield PageFault(
            "veto.serious_words" if grave else "words.wrong", message, f"{finding.kind} {finding.text}", around
        )
