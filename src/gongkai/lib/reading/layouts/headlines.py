"""Recognise headings without numbers, and table headers in text without cells."""

from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.labels import OTHER_FACT_LABEL_PATTERN, UnitNamingHabits
from gongkai.lib.reading.layouts.owners import is_unit_label_line, split_owners
from gongkai.lib.reading.tables.heads import ColumnRole, assign_roles, is_head, is_head_row, list_possible_roles
from gongkai.lib.reading.words.numbering import find_number
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN

#: Heads as they are printed, longest first, to cut heads that run together.
_HEADERS_TEXT = """
工作任务 重点任务 主要任务 任务类别 任务名称 任务事项 任务内容 任务分解 目标任务 主要内容 工作内容 具体内容 重点内容 公开内容 公开事项 工作事项
重点工作 主要工作 重点事项 贯彻举措 贯彻落实举措 落实举措 落实措施 工作举措 具体举措 主要举措 工作措施 具体措施 主要措施 工作要求 公开要求 具体要求
任务要求 目标要求 具体任务 市级牵头单位 责任主体 责任领导 牵头领导 责任人 联系人 联系电话 完成时限 时限要求 完成时间 完成期限 办理时限 时间节点
时间要求 时间安排 公开时限 更新频率 更新时限 公开路径 公开渠道 公开栏目 公开方式 备注 序号
"""
_UNIT_HEADER_ROLES = [
    "牵头负责",
    "牵头责任",
    "主要责任",
    "协同配合",
    "牵头",
    "责任",
    "配合",
    "协办",
    "参与",
    "承办",
    "落实",
    "主办",
    "实施",
    "协同",
]
_UNIT_HEADER_NOUNS = ["单位", "部门", "科室", "处室", "股室", "机构"]
_KNOWN_HEADERS = sorted(
    (*_HEADERS_TEXT.split(), *(who + what for who in _UNIT_HEADER_ROLES for what in _UNIT_HEADER_NOUNS)),
    key=len,
    reverse=True,
)
_SPACED_HEADERS = ["[ \u3000]?".join(head) for head in _KNOWN_HEADERS]  # 工 作 任 务
_SPACED_HEADERS.insert(
    0,
    rf"(?:{'|'.join(_UNIT_HEADER_ROLES)})[/／、及和与]?(?:{'|'.join(_UNIT_HEADER_ROLES)})(?:{'|'.join(_UNIT_HEADER_NOUNS)})",
)  # 配合/责任单位
_HEADER_RUN_RE = re.compile(rf"(?:(?:{'|'.join(_SPACED_HEADERS)})\s*){{3,10}}")
_SPACED_HEADER_RE = re.compile("|".join(_SPACED_HEADERS))


def find_heads_on_lines(lines: list[str]) -> tuple[int, list[str]] | None:
    """Return (first line, headers) of successive lines with one table header each, or None."""
    for start, line in enumerate(lines):
        if not is_head(line.strip()):
            continue
        texts = [text for line in lines[start : start + 30] if (text := line.strip())]
        heads: list[str] = []
        for text, next_text in pairwise([*texts, ""]):
            between = is_head(next_text) and (is_possible_head(text) or (len(heads) > 2 and len(text) <= 4))
            is_last_before_count = (
                next_text == "1" and is_serial_number_head(heads[0]) and len(heads) > 2 if heads else False
            )
            if not is_head(text) and not between and not (is_last_before_count and is_possible_head(text)):
                break
            if _is_section_head(text if is_head(text) else next_text) and _is_complete(heads):
                break
            heads.append(text)
        titled = 0
        while len(heads) > titled + 3 and _is_titled(heads[titled:]):
            titled += 1
        heads = _remove_first_cells(heads[titled:], texts[titled:])  # nor with the title right above them
        if sum(map(is_head, heads)) >= 3 and is_head_row(heads):
            return start + titled, heads
    return None


_YEAR_TITLE_RE = re.compile(r"20\d\d年.{5,}")


def _is_titled(heads: list[str]) -> bool:
    """Return true if a title or year is before the headers of tasks and units."""
    counted = is_serial_number_head(heads[1]) and bool(re.match(r"20\d\d年", heads[0]))
    return (bool(_YEAR_TITLE_RE.match(heads[0])) or counted) and _names_tasks_and_units(heads[1:])


def _names_tasks_and_units(heads: list[str]) -> bool:
    roles = set(assign_roles(heads))
    return bool(roles & {ColumnRole.MEASURE, ColumnRole.SECTION}) and bool(
        roles & {ColumnRole.LEAD, ColumnRole.RESPONSIBLE}
    )


def _is_section_head(head: str) -> bool:
    roles = {role for role, _ in list_possible_roles(head)}
    return bool(roles) and roles <= {ColumnRole.SECTION}


def _is_complete(heads: list[str]) -> bool:
    """Return true if a section and a measure precede the first column of units."""
    roles = assign_roles(heads)
    units = [n for n, role in enumerate(roles) if role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE)]
    return bool(units) and {ColumnRole.SECTION, ColumnRole.MEASURE} <= set(roles[: units[0]])


def _remove_first_cells(heads: list[str], texts: list[str]) -> list[str]:
    """Return the heads without the first row's cells, which a count of 1 shows."""
    count = next((n for n, head in enumerate(heads) if is_serial_number_head(head)), 0)
    counted = len(heads) < len(texts) and texts[len(heads)] == "1"
    return heads[:-count] if count and counted and len(heads) - count >= 3 else heads


def is_serial_number_head(head: str) -> bool:
    """Return whether a header is that of serial numbers (序号, 编号)."""
    return bool(re.fullmatch(r"[序编]\s*号", head))


def is_possible_head(text: str) -> bool:
    """Return whether a word between known headers may be an unknown header."""
    return bool(re.fullmatch(rf"[{HAN}]{{2,8}}", text)) and not UNIT_NAME_END_PATTERN.search(text)


def find_heads_in_line(text: str) -> tuple[int, int, list[str]] | None:
    """Return (start, end, headers) of successive table headers within a text, or None."""
    words = text.split()
    if 4 <= len(words) <= 12 and len(set(words)) == len(words) and all(map(is_head, words)) and is_head_row(words):
        return text.index(words[0]), len(text.rstrip()), words
    for match in _HEADER_RUN_RE.finditer(text):
        heads = _SPACED_HEADER_RE.findall(match.group(0))
        if is_head_row(heads) and len(set(heads)) == len(heads):
            return match.start(), match.end(), heads
    return None


def are_heads_separated_by_blanks(heads: str) -> bool:
    """Return whether blanks separate headers, not only characters within them."""
    return bool(re.search(r"\s", _SPACED_HEADER_RE.sub("", heads).strip())) or bool(
        re.search(rf"(?:{_SPACED_HEADER_RE.pattern})\s+(?:{_SPACED_HEADER_RE.pattern})", heads)
    )


#: Longer lines are no headings.
_MAX_HEADING_CHARACTERS = 30
_TASK_LABEL_RE = re.compile(r"^(?:重点|主要|工作|具体|公开)?(?:任务|事项|项目)(?:名称)?\s*[:：]\s*")
_SENTENCE_END = re.compile(r"[。；;：:，,、！!？?…）)】〕]$|[。；;]")
#: Titles of papers, signatures, days and marks of sites stand alone, too.
_NON_HEADING_RE = re.compile(
    r"(?:通知|要点|方案|意见|清单|分解表|分工表|一览表|任务表|附件\d*|分工)$|^附件|20\d\d年|^第.{1,4}页|(?:办公室|人民政府|局|委员会)$|\d{3,}|[|>＞©]"
)


#: 【一季度】
_FRAMED_HEADING_RE = re.compile(rf"【[{HAN}\d、—-]{{2,20}}】")


_MONTH_PATTERN = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月"
#: 3月 on a line of its own; 5—6月：, 9月底前：, 全年：.
_TIME_LINE_RE = re.compile(
    rf"(?:(?:20\d\d年)?(?:\d{{1,2}}月?[—–~～至-]{{1,2}})?{_MONTH_PATTERN}份?(?:[上中下]旬|[底末]前?|前)?|第?[一二三四]季度[底末]?前?|[上下]半年|全年|年内|常年|长期|年底前?"
    rf"|每(?:月|季度?|年|半年))[：:]?"
)


def _is_possible_heading(text: str, habits: UnitNamingHabits) -> bool:
    """Return true if a text may be an unnumbered heading: short, no sentence, no units."""
    if _TIME_LINE_RE.fullmatch(text):
        return True
    if _FRAMED_HEADING_RE.fullmatch(text):
        return not split_owners(text, habits)[-1][1]
    if not 4 <= len(text) <= _MAX_HEADING_CHARACTERS or _SENTENCE_END.search(text) or _NON_HEADING_RE.search(text):
        return False
    if re.search(r"[：:]", _TASK_LABEL_RE.sub("", text)):
        return False
    if (
        find_number(text)
        or is_unit_label_line(text)
        or OTHER_FACT_LABEL_PATTERN.match(text)
        or split_owners(text, habits)[-1][1]
    ):
        return False
    return len(re.findall(rf"[{HAN}]", text)) * 4 >= len(text) * 3


def strip_headline(text: str) -> str:
    """Return the heading without decorations and labels."""
    if _TIME_LINE_RE.fullmatch(text):
        return text.rstrip("：:")
    return (
        text[1:-1]
        if _FRAMED_HEADING_RE.fullmatch(text)
        else _TASK_LABEL_RE.sub("", re.sub(rf"^[^{HAN}A-Za-z0-9“\"《]+", "", text))
    )


def find_headline_levels(texts: list[str], habits: UnitNamingHabits) -> dict[int, int]:
    """Return the level (1 or 2) of each unnumbered heading, by the position of its paragraph.

    A heading is above text or points, after the end of a point. If two follow each other anywhere, the first of them has
    level 1 and all others level 2. Below numbered headings (一、) all have level 2.
    """
    headline_levels: set[int] = set()
    for n, text in enumerate(texts[:-1]):
        below = texts[n + 1]
        if not _is_possible_heading(text, habits) or is_unit_label_line(below) or OTHER_FACT_LABEL_PATTERN.match(below):
            continue
        behind_end = n == 0 or n - 1 in headline_levels or _is_end_of_point(texts[n - 1], habits)
        if behind_end and (_is_possible_heading(below, habits) or len(below) > len(text) or find_number(below)):
            headline_levels.add(n)
    above_another = {n for n in headline_levels if n + 1 in headline_levels}
    if any((number := find_number(text)) and number.depth == 1 for text in texts):
        return dict.fromkeys(headline_levels, 2)
    return {n: 1 if n in above_another or not above_another else 2 for n in headline_levels}


def _is_end_of_point(text: str, habits: UnitNamingHabits) -> bool:
    """Return whether a point ends here: with its units, a label of facts, or a heading."""
    if is_unit_label_line(text) or OTHER_FACT_LABEL_PATTERN.match(text):
        return True
    number = find_number(text)
    return bool(split_owners(text, habits)[-1][1]) or bool(
        number and number.depth == 1 and len(text) <= _MAX_HEADING_CHARACTERS
    )


def find_start_above(texts: list[str], start: int, habits: UnitNamingHabits) -> int:
    """Return the index where the tasks begin: `start`, or that of unnumbered headings directly above it."""
    levels = find_headline_levels(texts[start:], habits)
    first = start
    while levels and first > 1 and start - first < 2 and _is_possible_heading(texts[first - 1], habits):
        first -= 1
    return first
