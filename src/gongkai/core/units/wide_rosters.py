"""Read rosters with one row a unit and a column a post: 单位 | 分管领导 | 电话 | 联络员 | 电话."""

from collections.abc import Sequence

from gongkai.core.spreadsheets.cells import (
    choice_advice,
    format_value,
    is_footer_line,
    is_total_label,
    split_list,
    words_list,
)
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.spreadsheets.sheet import normalize_heading
from gongkai.core.units.models import Role
from gongkai.lib.chinese import lazy_re as re

#: Chinese label → role.
ROLE_BY_LABEL = {str(label): str(value) for value, label in Role.choices}
#: Names of posts that offices use in their own lists.
_ROLE_BY_SYNONYM = {
    **dict.fromkeys(("联络员", "信息员", "信息公开员", "具体经办人", "承办人", "填报人", "经办"), Role.CLERK),
    **dict.fromkeys(("审核员", "初审人", "审核", "科室负责人", "股室负责人", "部门负责人"), Role.REVIEWER),
    **dict.fromkeys(("分管领导", "分管负责人", "分管副职", "签发", "签批人", "复审人"), Role.SIGNER),
    **dict.fromkeys(("主要负责人", "主要领导", "负责人", "单位主要负责人", "一把手", "终审人"), Role.LEAD),
    **dict.fromkeys(("政务公开办工作人员", "政务公开工作人员", "政务公开办公室", "公开办"), Role.CHIEF),
    **dict.fromkeys(("审计员", "安全审计员"), Role.AUDITOR),
    **dict.fromkeys(("管理员",), Role.ADMINISTRATOR),
    **dict.fromkeys(("安全管理员", "保密管理员", "安全保密员"), Role.SECURITY),
}
#: Alternatives of all names of posts, longest first.
_POST_NAME_PATTERN = "|".join(sorted({*ROLE_BY_LABEL, *_ROLE_BY_SYNONYM}, key=len, reverse=True))
#: Pattern of a cell with one or several posts.
POSTS_PATTERN = rf"(?:(?:{_POST_NAME_PATTERN})[、，,；;／/ 兼]*)+"
#: Words around a post in such lists: 政务公开联络员, 办公室联络员（兼）.
_POST_ADDITION_PATTERN = re.compile(r"^政务公开(?=.)|^信息公开(?=.)|[（(].*[)）]$")
#: Two posts of one person: 联络员兼审核员, but not 联络员（兼）.
_POST_SEPARATOR_PATTERN = re.compile("兼任?(?![)）])")
#: Words in the name of a post that determine its role: 公开信息联络, 稿件复核. The preview shows the role.
_ROLE_BY_POST_WORDS = (
    (re.compile("联络|经办|信息员|承办|填报|报送"), Role.CLERK),
    (re.compile("初审|审核|校对"), Role.REVIEWER),
    (re.compile("复审|复核|签发|签批|分管"), Role.SIGNER),
    (re.compile("终审|主要负责|一把手"), Role.LEAD),
)


def parse_roles(value: object) -> list[str]:
    """Return the roles of the posts named in a cell; several are separated by 、 or 兼.

    Raises:
        BadCell: a word is no post.
    """
    roles = []
    for listed in words_list(20)(value):
        for role_name in filter(None, _POST_SEPARATOR_PATTERN.split(listed)):
            found_role = find_role(role_name)
            found_role = found_role or next(
                (str(role) for pattern, role in _ROLE_BY_POST_WORDS if pattern.search(role_name)), ""
            )
            if not found_role:
                raise BadCell(f"“{role_name}”不是平台的岗位", choice_advice(role_name, list(ROLE_BY_LABEL)), listed)
            roles.append(found_role)
    return list(dict.fromkeys(roles))


def find_role(text: str) -> str:
    """Return the role of a post's exact name or synonym, with or without 政务公开 before and a bracket after; else ""."""
    roles = (
        ROLE_BY_LABEL.get(label) or _ROLE_BY_SYNONYM.get(label)
        for label in (text, _POST_ADDITION_PATTERN.sub("", text))
    )
    return str(next(filter(None, roles), ""))


#: Number of a row in its file, and its cells.
FileRow = tuple[int, list[object]]
_ROSTER_HEADINGS = ("任职单位", "姓名", "岗位", "职务", "办公电话", "手机")
_UNIT_HEADINGS = frozenset({"任职单位", "单位", "所在单位", "工作单位", "单位名称", "部门", "单位全称"})
_PERSON_HEADINGS = frozenset({"姓名", "人员姓名", "名字", "岗位", "角色"})
_PHONE_PATTERN = re.compile(r"电话|手机|号码|联系方式")
_MOBILE_PATTERN = re.compile(r"1\d{10}")
#: Words added to a heading: 单位（全称）.
_BRACKET_PATTERN = re.compile(r"[（(].*[)）]$")
_MAX_ROWS_TO_HEADINGS = 15
#: With one post in its headings, a sheet has one person a row.
_MIN_POSTS = 2


def unfold_posts(rows: Sequence[FileRow]) -> list[FileRow]:
    """Return one row for each person, with headings and the file's row numbers; empty for other spreadsheets.

    `rows` have the values of merged cells in all cells that these cover.

    >>> rows = [(1, ["单位", "分管领导", "电话", "联络员"]), (2, ["县司法局", "王一", "13807990001", "李二、赵三"])]
    >>> for _, cells in unfold_posts(rows): print(cells)
    ['任职单位', '姓名', '岗位', '职务', '办公电话', '手机']
    ['县司法局', '王一', '分管领导', '', '', '13807990001']
    ['县司法局', '李二', '联络员', '', '', '']
    ['县司法局', '赵三', '联络员', '', '', '']
    """
    for place, (number, cells) in enumerate(rows[:_MAX_ROWS_TO_HEADINGS]):
        heads = [normalize_heading(format_value(cell)) for cell in cells]
        names = [_BRACKET_PATTERN.sub("", head) for head in heads]
        unit = next((index for index, name in enumerate(names) if name in _UNIT_HEADINGS), None)
        posts = [index for index, head in enumerate(heads) if find_role(head.removesuffix("姓名"))]
        if unit is None or len(posts) < _MIN_POSTS or _PERSON_HEADINGS.intersection(heads):
            continue
        # A person in a cell that is merged downwards is in each of its rows; a namesake has another phone or title.
        people: dict[tuple[object, ...], FileRow] = {}
        for file_row in rows[place + 1 :]:
            for row in _split_row(file_row, heads, unit, posts):
                known = people.setdefault(tuple(row[1][:3]), row)
                if any(fact and fact != known_fact for fact, known_fact in zip(row[1], known[1], strict=False)):
                    people[tuple(row[1])] = row
        return [(number, list(_ROSTER_HEADINGS)), *people.values()]
    return []


def _split_row(row: FileRow, heads: list[str], unit: int, posts: list[int]) -> list[FileRow]:
    """Return a row for each person in a row with a column for each post; sums and footers as one cell.

    `unit` and `posts` are positions of columns.
    """
    number, cells = row[0], [format_value(cell) for cell in row[1]] + [""] * len(heads)
    first_text = next(filter(None, cells), "")
    if is_total_label(first_text) or is_footer_line(
        first_text
    ):  # `core.spreadsheets.reader` skips such a row and notes it
        return [(number, [first_text])]
    people: dict[str, list[str]] = {}
    for index, end in zip(posts, [*posts[1:], len(heads)], strict=True):
        facts = {heads[n]: cells[n] for n in range(index + 1, end) if n != unit}
        numbers = [(head, text) for head, text in facts.items() if text and _PHONE_PATTERN.search(head)]
        mobiles = [text for head, text in numbers if "手机" in head or _MOBILE_PATTERN.fullmatch(text)]
        phone, mobile = next((text for _, text in numbers if text not in mobiles), ""), next(iter(mobiles), "")
        title = next((text for head, text in facts.items() if head.endswith("职务")), "")
        for name in split_list(cells[index]):
            post = heads[index].removesuffix("姓名")
            person_facts = people.setdefault(name, [name, "", title, phone, mobile])
            person_facts[1] = f"{person_facts[1]}、{post}".strip("、")
    if not people and not cells[unit]:
        return [(number, [first_text])] if first_text else []
    blank = ["", "", "", "", ""]
    return [(number, [cells[unit], *facts]) for facts in people.values() or [blank]]
