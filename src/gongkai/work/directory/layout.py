"""Convert a catalogue page into rows under one header row. Pure.

Merged cells are filled in, one to three rows of heads become one, titles and notes go, the domain is found in the title above or in the page's name.
"""

from collections.abc import Iterator

from gongkai.core.spreadsheets.cells import format_value
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.workbooks.merging import Page, fill_merged
from gongkai.work.directory.domains import find_domain, parse_page_domain

#: Header of the column that `arrange_rows` appends for the domain.
DOMAIN_HEADER = "公开领域"
_NOISE = re.compile(r"[\s*＊:：（）()]")
_FIRST = {"序号", "公开事项", "公开内容要素", "公开内容", "公开依据", "公开时限", "公开主体", "责任主体"}
_FIRST |= {"公开渠道和载体", "公开渠道", "公开载体", "公开对象", "公开方式", "公开层级", "公开领域", "领域"}
_SECOND = {"一级事项", "二级事项", "全社会", "特定群体", "特定群众", "主动", "主动公开", "依申请", "依申请公开"}
#: A head of one level: 市级 beside 县级, 村级 beside 乡级, 县（市、区）级, 乡镇、村级. What stands in either counts for the level.
_LEVELS = (
    ("县级", re.compile(r"[市县区旗、，,/]+级|区县|县区")),
    ("乡级", re.compile(r"[乡镇街道村社区居、，,/]+级|乡镇、?街道")),
)
#: What a head says behind itself: 公开渠道和载体（在标注范围内至少选择其一公开……）.
_REMARK = re.compile(r"[（(][^（）()]{3,}[)）]?$")
_ENOUGH, _LOOK = 4, 20
_NOTE = re.compile(r"^(?:注|备注|说明|填表说明)[:：]")


def arrange_rows(page: Page) -> list[tuple[int, list[object]]]:
    """Return a page's rows with one header row; empty if it has no catalogue."""
    rows = fill_merged(page)
    at = _find_header_row(rows)
    if at is None:
        return []
    end = at + 1
    while end < len(rows) and end < at + 3 and _is_head(rows[end][1]):
        end += 1
    heads = _merge_header_rows([cells for _, cells in rows[at:end]])
    width = len(heads)
    known = any(_strip_noise(head) in {"公开领域", "领域"} for head in heads)
    above = " ".join(
        dict.fromkeys(format_value(cell) for _, cells in rows[:at] for cell in cells if format_value(cell))
    )
    domain = find_domain(above) or parse_page_domain(page.name)
    body = [(number, _fit_to_width(cells, width)) for number, cells in rows[end:] if not _is_note(cells)]
    if not page.merged:
        body = list(_carried_down(body, heads))
    _one_column_a_level(heads, [cells for _, cells in body])
    if known:
        return [(rows[at][0], [*heads]), *body]
    return [(rows[at][0], [*heads, DOMAIN_HEADER]), *((number, [*cells, domain]) for number, cells in body)]


def _one_column_a_level(heads: list[str], rows: list[list[object]]) -> None:
    """Move the values of a level split into two columns to the first, without shifting other cells."""
    for name, level in _LEVELS:
        found = [at for at, head in enumerate(heads) if level.fullmatch(_strip_noise(head))]
        for at in found[:1]:
            heads[at] = name
        first, *others = found or [0]
        for at in others:
            heads[at] = ""
            for cells in rows:
                cells[first], cells[at] = cells[first] if format_value(cells[first]) else cells[at], None


def _strip_noise(value: object) -> str:
    return _NOISE.sub("", format_value(value))


def _find_header_row(rows: list[tuple[int, list[object]]]) -> int | None:
    for at, (_, cells) in enumerate(rows[:_LOOK]):
        if len({_strip_noise(cell) for cell in cells} & (_FIRST | _SECOND)) >= _ENOUGH:
            return at
    return None


def _is_head(cells: list[object]) -> bool:
    """Return true if a row continues the header: only header words, including one of the second
    row."""
    words = {_strip_noise(cell) for cell in cells} - {""}
    levels = {word for word in words if any(level.fullmatch(word) for _, level in _LEVELS)}
    named = words & _SECOND | levels
    return bool(named) and len(words & _FIRST | named) * 2 > len(words)


def _merge_header_rows(rows: list[list[object]]) -> list[str]:
    """Return one header for each column: the lowest non-empty one."""
    width = max(len(cells) for cells in rows)
    heads = []
    for at in range(width):
        said = [format_value(cells[at]) for cells in rows if at < len(cells) and format_value(cells[at])]
        heads.append(_REMARK.sub("", said[-1]).strip() if said else "")
    return heads


def _fit_to_width(cells: list[object], width: int) -> list[object]:
    return [*cells[:width], *[None] * (width - len(cells))]


def _is_note(cells: list[object]) -> bool:
    """Return true if a row is a title within the table, a note below it, or its heads again on a new page."""
    said = [format_value(cell) for cell in cells if format_value(cell)]
    if not said:
        return True
    if len(set(said)) == 1:
        return len(said) > 1 or bool(_NOTE.match(said[0])) or len(said[0]) > 30
    return (
        bool(_NOTE.match(said[0]))
        or _is_head(cells)
        or len({_strip_noise(value) for value in said} & _FIRST) >= _ENOUGH
    )


def _carried_down(rows: list[tuple[int, list[object]]], heads: list[str]) -> Iterator[tuple[int, list[object]]]:
    """Fill items' names from the row above, in a file that has no merged cells: an empty 一级事项 is the one above."""
    places = [
        at
        for at, head in enumerate(heads)
        if _strip_noise(head) in {"公开领域", "领域", "公开事项", "一级事项", "二级事项"}
    ]
    before: list[object] = []
    for number, given in rows:
        cells = list(given)
        for nth, at in enumerate(places):
            if format_value(cells[at]):
                break
            # A new first item without a second one has none: only what stands left of the first word given is the one above.
            if before and (nth == 0 or all(cells[left] == before[left] for left in places[:nth])):
                cells[at] = before[at]
        before = cells
        yield number, cells
