"""Patterns of official writing: heading levels, signatures, dates, lists of attachments."""

from gongkai.lib.chinese import lazy_re as re

_NUMERALS = "一二三四五六七八九十百零〇"
#: Level → how a paragraph of it begins. The page's own heading is level 1.
_HEADING_LEVELS = (
    (2, re.compile(rf"^第[{_NUMERALS}\d]+[编章](?=[\s　]|[^\s　。，；]{{1,30}}$)")),
    (3, re.compile(rf"^第[{_NUMERALS}\d]+节(?=[\s　]|[^\s　。，；]{{1,30}}$)")),
    (2, re.compile(rf"^[{_NUMERALS}]+、")),
    (3, re.compile(rf"^[（(][{_NUMERALS}]+[)）]")),
    (4, re.compile(r"^\d{1,2}[.．、](?!\d)")),
    (5, re.compile(r"^[（(]\d{1,2}[)）]")),
)
ARTICLE_PATTERN = re.compile(rf"^(第[{_NUMERALS}\d]+条(?:之[{_NUMERALS}]+)?)[\s　]*")
CHAPTER_PATTERN = re.compile(rf"^(第[{_NUMERALS}\d]+[编章节])[\s　]*")
DATE_PATTERN = re.compile(
    rf"^(?:\d{{4}}|[{_NUMERALS}○Ｏ]{{4}})年(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}})月(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}})日$"
)
ATTACHMENT_PATTERN = re.compile(r"^附\s*件\s*(?:[:：]|\d{1,2}\s*[:：]|$)")
NUMBERED_LINE_PATTERN = re.compile(r"^\d{1,2}\s*[.．、]")
_BODY_SUFFIXES = [
    "局",
    "委",
    "厅",
    "部",
    "署",
    "院",
    "办",
    "会",
    "政府",
    "办公室",
    "办公厅",
    "委员会",
    "中心",
    "大队",
    "支队",
    "总队",
    "法院",
    "检察院",
    "公司",
    "银行",
    "学校",
    "医院",
    "街道",
    "指挥部",
    "领导小组",
    "工作组",
    "专班",
    "站",
    "所",
    "处",
    "馆",
    "社",
]
CAPTION_PATTERN = re.compile(
    r"^(?:表|附表)\s*\d+|(?:一览表|统计表|情况表|明细表|名单|清单|目录|台账|公示表|安排表|对照表|任务表|表)$"
)
_SENTENCE_ENDS = "。！？；：…!?;:"
_CLOSING_MARKS = "”’」』）)】》"
#: A heading is no sentence: it is short and does not end like one.
LONGEST_HEADING = 40
LONGEST_LEAD = 34


def level_of(text: str) -> int:
    """Return the heading level that a paragraph's number implies (2 to 5), or 0."""
    return next((level for level, mark in _HEADING_LEVELS if mark.match(text)), 0)


def is_heading(text: str) -> bool:
    """Return whether a numbered paragraph is a heading: short, and no sentence."""
    return len(text) <= LONGEST_HEADING and not ends(text) and "，" not in text[LONGEST_LEAD:]


def lead(text: str) -> int:
    """Return the length of a heading that runs into its paragraph, or 0."""
    end = text.find("。")
    if level_of(text) in (2, 3) and 4 <= end < LONGEST_LEAD and end + 1 < len(text):
        return end + 1
    return 0


def ends(text: str) -> bool:
    """Return whether a line ends with the end of a sentence or list."""
    bare = text.rstrip(_CLOSING_MARKS)
    return (bool(bare) and bare[-1] in _SENTENCE_ENDS) or (
        text[-1:] in _CLOSING_MARKS and len(bare) < len(text) and bare[-1:] in _SENTENCE_ENDS
    )


def is_body(text: str) -> bool:
    """Return whether a line may be the name of the signing body."""
    return (
        3 <= len(text) <= 40 and not re.search(r"[，。；：、！？,.;:]", text) and text.endswith(tuple(_BODY_SUFFIXES))
    )
