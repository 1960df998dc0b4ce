"""Split a row off a string, and its units into lead and responsible."""

from collections import Counter
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT, is_group, split_outside_brackets

LEVEL_PATTERN = re.compile(r"[省市区县州旗镇乡各—]|有关|相关")
UNSEPARATED_COLUMNS_DOUBT = "各栏之间没有分隔，按文字内容切分"


#: What a page prints behind its last row: the name of a file to be fetched, buttons.
_FOOT = re.compile(
    r"(?:附件\d{0,2}[：:]?)?(?:关于[^。；]{4,80}|(?:(?!关于)[^。；，、]){0,40})\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)"
    r"|附件下载|(?:扫一?扫|用?微信扫).{0,4}(?:手机|二维码)|分享(?:到|至)|打印本页|关闭窗口|【?字[体号]|责任编辑|上一篇|下一篇|相关链接|返回顶部",
    re.IGNORECASE,
)


def without_page_foot(text: str) -> tuple[str, str]:
    """Remove the page footer at the end of the text."""
    tail = max(0, len(text) - 300)
    stops = [match.end() for match in re.finditer(r"[。；]", text[tail:])]
    start = tail + (stops[-1] if stops else 0)
    match = _FOOT.search(text, start)
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


@dataclass(slots=True)
class Row:
    """A row split off the string; fields are empty if not found."""

    headings: tuple[str, ...] = ()
    measure: str = ""
    lead: str = ""
    responsible: str = ""
    limit: str = ""


def let_no_group_lead(rows: list[Row]) -> None:
    """Make groups such as 各区县、各部门 responsible instead of leading."""
    for row in rows:
        if row.lead and not row.responsible and is_group(split_outside_brackets(row.lead)[0]):
            row.lead, row.responsible = "", row.lead


#: So many rows must end in the same units before these are one cell.
_COMMON = 4


def part_by_common_ends(rows: list[Row]) -> None:
    """Split lead from responsible units where many rows end in the same units."""
    ends = [_ends(row.lead + row.responsible) for row in rows]
    counts = Counter(text for row in ends for text in row)
    for row, own in zip(rows, ends, strict=True):
        best = max(own, key=lambda text: (counts[text], len(text)), default="")
        if best and counts[best] >= _COMMON:
            whole = row.lead + row.responsible
            row.lead, row.responsible = whole[: -len(best)], best


def _ends(units: str) -> list[str]:
    starts = [
        n
        for n in range(1, len(units) - 7)
        if LEVEL_PATTERN.match(units, n) and units[n - 1] not in "、，,；;（(" and ENDS_AS_UNIT.search(units[:n])
    ]
    ends = [units[n:] for n in [0, *starts] if len(units) - n >= 8]
    return [text for text in ends if len(re.split(r"[、，,；;（(]", text)[0]) > 2]
