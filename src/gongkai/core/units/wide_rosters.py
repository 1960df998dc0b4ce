"""Read rosters with one row a unit and a column a post: 单位 | 分管领导 | 电话 | 联络员 | 电话."""

from collections.abc import Sequence

from gongkai.core.spreadsheets.cells import format_value, is_footer, is_sum, split_list
from gongkai.core.spreadsheets.sheet import normalize_heading
from gongkai.core.units.role_words import find_role
from gongkai.lib.chinese import lazy_re as re

#: A row of a file: its number and its cells.
FileRow = tuple[int, list[object]]
_HEADINGS = ("任职单位", "姓名", "岗位", "职务", "办公电话", "手机")
_UNIT_HEADINGS = frozenset({"任职单位", "单位", "所在单位", "工作单位", "单位名称", "部门", "单位全称"})
_PERSON_HEADINGS = frozenset({"姓名", "人员姓名", "名字", "岗位", "角色"})
_PHONE_PATTERN = re.compile(r"电话|手机|号码|联系方式")
_MOBILE_PATTERN = re.compile(r"1\d{10}")
_HEAD_ROWS = 15
#: With one post in its headings, a sheet has one person a row.
_MIN_POSTS = 2


def unfold_posts(rows: Sequence[FileRow]) -> list[FileRow]:
    """Return one row a person, with headings and the file's row numbers; empty for other sheets.

    >>> rows = [(1, ["单位", "分管领导", "电话", "联络员"]), (2, ["县司法局", "王一", "13807990001", "李二、赵三"])]
    >>> for _, cells in unfold_posts(rows): print(cells)
    ['任职单位', '姓名', '岗位', '职务', '办公电话', '手机']
    ['县司法局', '王一', '分管领导', '', '', '13807990001']
    ['县司法局', '李二', '联络员', '', '', '']
    ['县司法局', '赵三', '联络员', '', '', '']
    """
    for place, (number, cells) in enumerate(rows[:_HEAD_ROWS]):
        heads = [normalize_heading(format_value(cell)) for cell in cells]
        unit = next((at for at, head in enumerate(heads) if head in _UNIT_HEADINGS), None)
        posts = [at for at, head in enumerate(heads) if find_role(head.removesuffix("姓名"))]
        if unit is None or len(posts) < _MIN_POSTS or _PERSON_HEADINGS.intersection(heads):
            continue
        below = [row for one in rows[place + 1 :] for row in _split_row(one, heads, unit, posts)]
        return [(number, list(_HEADINGS)), *below]
    return []


def _split_row(row: FileRow, heads: list[str], unit: int, posts: list[int]) -> list[FileRow]:
    number, cells = row[0], [format_value(cell) for cell in row[1]] + [""] * len(heads)
    first = next(filter(None, cells), "")
    if is_sum(first) or is_footer(first):  # `core.spreadsheets.reading` skips such a row and notes it
        return [(number, [first])]
    people: dict[str, list[str]] = {}
    for at, end in zip(posts, [*posts[1:], len(heads)], strict=True):
        facts = {heads[n]: cells[n] for n in range(at + 1, end) if n != unit}
        numbers = [(head, words) for head, words in facts.items() if words and _PHONE_PATTERN.search(head)]
        mobiles = [words for head, words in numbers if "手机" in head or _MOBILE_PATTERN.fullmatch(words)]
        phone, mobile = next((words for _, words in numbers if words not in mobiles), ""), next(iter(mobiles), "")
        for name in split_list(cells[at]):
            post = heads[at].removesuffix("姓名")
            found = people.setdefault(name, [name, "", facts.get("职务", ""), phone, mobile])
            found[1] = f"{found[1]}、{post}".strip("、")
    if not people and not cells[unit]:
        return [(number, [first])] if first else []
    blank = ["", "", "", "", ""]
    return [(number, [cells[unit], *facts]) for facts in people.values() or [blank]]
